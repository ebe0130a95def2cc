"""The second factor: six digits from an authenticator app (RFC 6238), or a recovery code when the app is lost.

Why nothing is kept until the app has proved itself: the secret that is offered follows from the keyring and from a
random word in the session. The page can be loaded again, and no cookie and no row holds a secret nobody uses yet.
"""

import base64
import secrets

import qrcode
import qrcode.image.svg
from markupsafe import Markup
from passlib.totp import TOTP, TokenError  # type: ignore[import-untyped]
from sqlalchemy import select

from enquiry import audit, clock
from enquiry.audit import AuditEvent
from enquiry.database import begin_writing
from enquiry.extensions import db, keyring
from enquiry.records.staff import SecondFactor, Staff
from enquiry.records.types import WrappedKey, new_id
from enquiry.rules.clinics import PRACTICE

STEP = 30  # seconds; the code of one step before or after this one is right, too
RECOVERY_CODES = 10
RECOVERY_LENGTH = 12  # digits: 40 bits, against a few tries a day


class SecondFactorRefused(Exception):
    """Base of what can be wrong with a second factor.

    SecondFactorRefused
    ├── WrongCode    not the code of this moment, or used before
    └── AlreadySet   there is an app already; only a reset makes room for another
    """


class WrongCode(SecondFactorRefused):
    """Raised when a code proves nothing."""


class AlreadySet(SecondFactorRefused):
    """Raised when somebody who has an authenticator app sets up another."""


def find(person: Staff) -> SecondFactor | None:
    """Return a person's second factor, if they have set one up."""
    return db.session.scalars(select(SecondFactor).where(SecondFactor.staff_id == person.id)).one_or_none()


def take(person: Staff) -> SecondFactor | None:
    """Return a person's second factor as it is now, and let nobody else change it meanwhile: a code works once."""
    chosen = select(SecondFactor).where(SecondFactor.staff_id == person.id).with_for_update(of=SecondFactor)
    return db.session.scalars(chosen.execution_options(populate_existing=True)).one_or_none()


def offered_secret(person: Staff, nonce: str) -> str:
    """Return the secret that a person's app is offered, in base 32, as apps read it.

    :param nonce: a random word of the session at the door; another nonce, another secret.
    """
    token = keyring.token("second_factors.secret", f"{person.id}:{nonce}")
    return base64.b32encode(token).decode().rstrip("=")


def qr_code(person: Staff, secret: str) -> Markup:
    """Return the picture from which an app reads the secret."""
    address = TOTP(secret).to_uri(label=person.email, issuer=PRACTICE)
    picture = qrcode.make(address, image_factory=qrcode.image.svg.SvgPathImage)
    return Markup(picture.to_string(encoding="unicode"))  # noqa: S704 - drawn here: a path, and no text


def set_up(actor: Staff, secret: str, code: str) -> list[str]:
    """Take the app that shows this code as somebody's second factor, and let them in.

    :return: the recovery codes; nobody can show them again.
    :raises WrongCode: when the app does not have the secret.
    :raises AlreadySet: when there is an app already.
    """
    counter = _counter_of(code, secret, last_counter=None)
    begin_writing()
    if take(actor) is not None:
        db.session.rollback()
        raise AlreadySet
    codes = [f"{secrets.randbelow(10**RECOVERY_LENGTH):0{RECOVERY_LENGTH}}" for _ in range(RECOVERY_CODES)]
    owner = new_id()
    factor = SecondFactor(id=owner, key=WrappedKey.made_for(owner), staff_id=actor.id, created_at=clock.now())
    factor.secret = secret
    factor.last_counter = counter
    factor.recovery_tokens = [_recovery_token(factor, recovery) for recovery in codes]
    db.session.add(factor)
    audit.record(actor, AuditEvent.SECOND_FACTOR_SET, actor.id)
    audit.record(actor, AuditEvent.SIGNED_IN, actor.id)
    db.session.commit()
    return codes


def use(factor: SecondFactor, code: str) -> None:
    """Spend a code: it works once.

    :param code: what the app shows, or a recovery code; spaces and hyphens do not matter.
    :raises WrongCode: when it is neither, or was used before.
    """
    digits = code.replace(" ", "").replace("-", "")
    if len(digits) != RECOVERY_LENGTH:
        factor.last_counter = _counter_of(digits, factor.secret, factor.last_counter)
        return
    token = _recovery_token(factor, digits)
    if token not in factor.recovery_tokens:
        raise WrongCode
    factor.recovery_tokens = [left for left in factor.recovery_tokens if left != token]


def _counter_of(code: str, secret: str, last_counter: int | None) -> int:
    try:
        return TOTP(secret).match(code, time=clock.now(), window=STEP, last_counter=last_counter).counter
    except TokenError:
        raise WrongCode from None


def _recovery_token(factor: SecondFactor, code: str) -> str:
    return keyring.token("second_factors.recovery", f"{factor.id}:{code}").hex()
