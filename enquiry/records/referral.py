"""What a GP or another clinician told of a patient whom they referred, sealed beside the enquiry that it is.

Why beside it and not in it: a list opens everything that is sealed in its rows, and no list needs this.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from enquiry.extensions import db
from enquiry.records.types import Bytes, Sealed, SealedRow
from enquiry.rules.answers import Paying
from enquiry.rules.referrals import (
    Consent,
    Diabetes,
    Post,
    Priority,
    Sex,
    SignAsked,
    Smoking,
    WasAsked,
    Wish,
)


@dataclass(frozen=True)
class Referrer:
    """Who refers, and how to reach them."""

    name: str
    post: Post | None  # not asked on the quick way
    registration: str  # seven digits of the GMC, or the number of another regulator with its name
    practice: str
    email: str  # to reply to; never the patient's
    ods_code: str = ""
    telephone: str = ""  # that bypasses the practice's switchboard, as typed
    keyed_in_by: str = ""  # whoever typed it in for the referrer


@dataclass(frozen=True)
class Referral:
    """What was told; all that has a default is not asked on the quick way, where a letter is attached instead.

    The patient's name, date of birth and NHS number, how to reach them, what support they need, and the words that
    search looks into stand in the enquiry itself, as everybody's do.
    """

    referrer: Referrer
    consent: Consent
    priority: Priority
    may_have_copy: bool = False  # whether the patient may have a copy of what is written to the referrer
    sex: Sex | None = None
    address: str = ""
    postcode: str = ""
    wish: Wish | None = None
    request: str = ""  # what is asked for, in the referrer's words
    consultant: str = ""  # by name, if one is wanted
    paying: Paying | None = None
    insurer: str = ""
    diagnosis: str = ""  # provisional
    side_and_level: str = ""
    onset: str = ""
    history: str = ""
    signs: tuple[SignAsked, ...] = ()  # the red-flag table; empty where it was not put to the referrer
    examination: str = ""
    imaging: str = ""
    tried: str = ""
    past_history: str = ""
    medicines: str = ""
    allergies: str = ""
    anticoagulants: str = ""
    bmi: str = ""
    blood_pressure: str = ""
    smoking: Smoking | None = None
    diabetes: Diabetes | None = None
    alerts: str = ""  # safeguarding, capacity, infection

    @property
    def signs_told(self) -> tuple[SignAsked, ...]:
        return self._signs(WasAsked.YES)

    @property
    def signs_denied(self) -> tuple[SignAsked, ...]:
        return self._signs(WasAsked.NO)

    @property
    def signs_not_asked(self) -> tuple[SignAsked, ...]:
        return self._signs(WasAsked.NOT_ASKED)

    def _signs(self, answer: WasAsked) -> tuple[SignAsked, ...]:
        return tuple(asked for asked in self.signs if asked.answer is answer)


class SealedReferral(SealedRow, db.Model):  # type: ignore[name-defined]
    """A referral, under the key of the enquiry that it is."""

    __tablename__ = "referrals"

    enquiry_id: Mapped[UUID] = mapped_column(ForeignKey("enquiries.id"), unique=True)
    told_sealed: Mapped[bytes] = mapped_column(Bytes)
    told = Sealed(Referral, "told_sealed")
