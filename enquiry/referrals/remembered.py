"""What a referrer asked this device to remember: their own details, signed, in a cookie that no script can read.

Why signed: what comes back goes into a form as if we had written it. Why never more: practices share computers, and
nothing of a patient may lie on one.
"""

from dataclasses import asdict, fields

import msgspec
from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from enquiry.records.referral import Referrer

COOKIE = "referrer"
PATH = "/refer"
KEPT_FOR = 180 * 24 * 60 * 60  # seconds

_NEVER = frozenset({"keyed_in_by"})  # another person's name


def remember(response: Response, referrer: Referrer) -> None:
    """Let this device know the referrer's own details from now on."""
    told = {name: value for name, value in asdict(referrer).items() if name not in _NEVER}
    signed = _serializer().dumps(msgspec.json.encode(told).decode())
    is_secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    kept = {"max_age": KEPT_FOR, "path": PATH, "secure": is_secure, "httponly": True, "samesite": "Lax"}
    response.set_cookie(COOKIE, signed, **kept)  # type: ignore[arg-type]


def forget(response: Response) -> None:
    """Let this device know nothing any more."""
    response.delete_cookie(COOKIE, path=PATH)


def referrer() -> dict[str, str]:
    """Return what this device remembers, by the field of a ``Referrer``; nothing if it was asked for nothing."""
    try:
        told = msgspec.json.decode(_serializer().loads(request.cookies.get(COOKIE, "")), type=dict[str, str | None])
    except (BadSignature, msgspec.DecodeError, TypeError):
        return {}
    known = {field.name for field in fields(Referrer)} - _NEVER
    return {name: value for name, value in told.items() if name in known and value}


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="a referrer's own details")
