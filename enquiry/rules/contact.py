"""How a person may be reached: what a telephone number or address must be, and which routes are safe.

Source for safe contact: clinical.md 1 (voicemail only with permission; unsafe routes are never used).
"""

from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from email_validator import EmailNotValidError, validate_email

HOME_COUNTRY = "GB"
LONGEST_EMAIL = 254


class NotATelephoneNumber(ValueError):
    """Raised when what was typed cannot be a telephone number."""


class NotAnEmailAddress(ValueError):
    """Raised when what was typed cannot be an email address."""


class Route(StrEnum):
    """A way to answer somebody."""

    EMAIL = "email"
    TELEPHONE = "telephone"
    POST = "post"  # only for somebody whom a GP referred, who gives the address

    @property
    def label(self) -> str:
        return {Route.EMAIL: "By email", Route.TELEPHONE: "By telephone", Route.POST: "By letter"}[self]


OFFERED = [(route.value, route.label) for route in (Route.EMAIL, Route.TELEPHONE)]  # to whoever asks themselves


class CallOutcome(StrEnum):
    """What came of ringing somebody."""

    SPOKE = "spoke"
    NO_ANSWER = "no-answer"
    MESSAGE_LEFT = "message-left"
    WRONG_NUMBER = "wrong-number"

    @property
    def label(self) -> str:
        return {
            CallOutcome.SPOKE: "Spoke to the person",
            CallOutcome.NO_ANSWER: "No answer",
            CallOutcome.MESSAGE_LEFT: "Left a message asking them to ring",
            CallOutcome.WRONG_NUMBER: "Wrong number",
        }[self]


@dataclass(frozen=True)
class Telephone:
    """A telephone number twice: for machines (E.164) and as the person typed it."""

    e164: str
    as_typed: str


def read_telephone(typed: str) -> Telephone:
    """Return a telephone number from what somebody typed.

    A *possible* number is accepted: numbering plans change faster than libraries, and a patient's own number is not
    ours to doubt.

    :raises NotATelephoneNumber: if no telephone could have this number.
    """
    try:
        number = phonenumbers.parse(typed, HOME_COUNTRY)
    except phonenumbers.NumberParseException:
        raise NotATelephoneNumber(typed) from None
    if not phonenumbers.is_possible_number(number):
        raise NotATelephoneNumber(typed)
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Telephone(e164=e164, as_typed=typed.strip())


def read_email(typed: str) -> str:
    """Return an email address as it is delivered to; no question is asked of the network.

    A domain in another alphabet comes back in the form that mail servers use (IDNA 2008): left to a mail library of
    the older standard, a letter to ``straße.example`` would go to ``strasse.example``. A name before the @ with
    letters beyond a to z is refused, because few mail servers can deliver to one.

    :raises NotAnEmailAddress: if it is not one, or is longer than 254 characters.
    """
    try:
        checked = validate_email(typed.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise NotAnEmailAddress(typed) from None
    return checked.ascii_email or checked.normalized


def may_leave_message(outcome: CallOutcome, voicemail_ok: bool) -> bool:
    """Return whether an outcome is allowed: a message is left only where the person said that it is safe."""
    return outcome is not CallOutcome.MESSAGE_LEFT or voicemail_ok
