"""Turns errors into pages a person can act on: plain words and both telephones, and nothing of the fault itself.

Why templates are rendered straight from the environment: Flask's own way asks who is signed in, which asks the
database, and an error page must work when the database is what failed.
"""

from dataclasses import dataclass

import structlog
from flask import Flask, Response, current_app, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import Conflict, HTTPException

from enquiry.sealing import SealBroken

log = structlog.get_logger()

_WORDED = {400, 403, 404, 413, 429, 500}
_SAME_WORDS = {401: 403, 405: 404, 410: 404}

# What was typed into these is never shown or kept, not even for a moment.
_SECRET = {"password", "own_password", "new_password", "new_password_confirm", "code", "passcode"}
# These travel with a form but were not typed by anybody.
_UNSEEN = {"version", "shown_address", "nonce", "was_diverted", "advised"}


@dataclass(frozen=True)
class TypedField:
    """One field of a form that came too late: its name, the name as words, and what was typed or chosen."""

    name: str
    values: list[str]

    @property
    def label(self) -> str:
        return self.name.replace("_", " ").replace("-", " ").capitalize()

    @property
    def is_seen(self) -> bool:
        return self.name not in _UNSEEN


def init_app(app: Flask) -> None:
    """Give every error of the application its page."""
    app.register_error_handler(HTTPException, _explain)
    app.register_error_handler(CSRFError, _give_back_what_was_typed)
    app.register_error_handler(SealBroken, _say_that_it_cannot_be_opened)


def _explain(error: HTTPException) -> Response:
    status = error.code or 500
    words = _SAME_WORDS.get(status, status)
    if words not in _WORDED:
        words = 500 if status >= 500 else 400
    return _page(error, f"errors/{words}.html")


def _say_that_it_cannot_be_opened(broken: SealBroken) -> Response:
    """Answer whoever met a record that was damaged or tampered with. The log has its place, and nothing of it."""
    log.error("seal broken", what=str(broken), endpoint=request.endpoint)
    return _page(Conflict(), "errors/sealed.html")


def _give_back_what_was_typed(error: CSRFError) -> Response:
    """Answer a form whose token has expired without losing a long story, and without helping a forger.

    Only a form sent from our own pages is shown again: for another site's form, a page of ours with its words and
    a button that sends them would be the forgery done for it.
    """
    if not _sent_from_our_own_page() or _SECRET & request.form.keys():
        return _page(error, "errors/refused.html")
    typed = [TypedField(name, values) for name, values in request.form.lists() if name != "csrf_token" and any(values)]
    return _page(error, "errors/expired.html", typed=typed, address=request.full_path.removesuffix("?"))


def _sent_from_our_own_page() -> bool:
    """Say whether the browser vouches that one of our pages sent this.

    Sec-Fetch-Site comes first: under our Referrer-Policy a browser writes ``Origin: null`` even at home.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == request.host_url.rstrip("/")


def _page(error: HTTPException, template: str, **context: object) -> Response:
    """Return the error's own response, which keeps headers such as Allow or Retry-After, with our page in it."""
    is_desk = request.path.startswith("/desk")
    html = current_app.jinja_env.get_template(template).render(is_desk=is_desk, **context)
    return Response(html, status=error.code or 500, headers=_kept(error), mimetype="text/html")


def _kept(error: HTTPException) -> dict[str, str]:
    return {name: value for name, value in error.get_headers() if name != "Content-Type"}
