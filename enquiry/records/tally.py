"""What is counted: how many on which day, in which clinic, and never whom.

Why a new row each time, instead of one counter that everybody adds to: whoever adds to a counter holds its row until
their transaction ends, and all others wait; two who add to two counters in different order would wait for each other
for ever. Rows that are only added never meet. The worker adds up each day when it is over (``tallies.add_up``).

Why an id that is only random and no time of day: the second, beside the enquiry that came in it, would say whose it is.

Why the condition is blind: of an enquiry it is sealed, and on a quiet day a count of one would tell it. It is kept as a
keyed hash of the word and the day, so that without the keyring nobody can even say which conditions are common.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid4

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from enquiry.clock import for_the_eye
from enquiry.extensions import db, keyring
from enquiry.records.types import Word
from enquiry.rules.clinics import Clinic


class What(StrEnum):
    """What is counted, and what the word beside it says."""

    ARRIVED = "arrived"  # in a queue; the word is a Source
    ASKED_ABOUT = "asked-about"  # the word is a condition, blind
    ANSWERED = "answered"  # by a person for the first time; the word is an urgency, and whether that was in time
    WAITED = "waited"  # for that first answer; the word is a step of rules.waits
    CALLED = "called"  # the word is a CallOutcome
    ENDED = "ended"  # the word is an Outcome, "rejected", "withdrawn", or TAKEN_UP_AGAIN
    REFERRED = "referred"  # and acknowledged by a colleague; the word is a practice, blind
    TRIAGED = "triaged"  # a referral, acknowledged for the first time; the word is a step of rules.waits
    REFERRAL_ENDED = "referral-ended"  # as for ENDED
    SPAM = "spam"  # the word is "set-aside" or "let-in"
    DIVERTED = "diverted"  # to urgent help, by the safety screen; the word is a code of rules.red_flags
    REACHED = "reached"  # in the form; the word is a page, "check" or "sent"
    UNSENT = "unsent"  # answers that were thrown away; the word is "expired" or "cleared"


BLIND = frozenset({What.ASKED_ABOUT, What.REFERRED})  # the word is a keyed hash of itself and the day

TAKEN_UP_AGAIN = "taken-up-again"


class Tally(db.Model):  # type: ignore[name-defined]
    """So many of something on one day in London's calendar."""

    __tablename__ = "tallies"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    day: Mapped[date] = mapped_column()
    clinic: Mapped[Clinic | None] = mapped_column(Word(Clinic))  # none where no clinic is chosen yet
    what: Mapped[What] = mapped_column(Word(What))
    word: Mapped[str] = mapped_column(String(32))  # of our own vocabularies, never a person's
    number: Mapped[int] = mapped_column(default=1)

    __table_args__ = (Index("tallies_by_day", "what", "day"),)

    @classmethod
    def of(cls, what: What, word: str, at: datetime, clinic: Clinic | None = None, number: int = 1) -> Self:
        """Return a count of something that happens at this moment."""
        return cls(day=for_the_eye(at).date(), clinic=clinic, what=what, word=word, number=number)


def count(what: What, word: str, at: datetime, clinic: Clinic | None = None, number: int = 1) -> None:
    """Count something that happens at this moment, in the transaction of the verb that does it."""
    db.session.add(Tally.of(what, word, at, clinic, number))


def blind(word: str, day: date) -> str:
    """Return the word under which a condition or a practice is counted on one day."""
    return keyring.token(f"tallies.{day}", word).hex()
