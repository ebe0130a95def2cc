"""Lists of the queue: which enquiries one shows, how its address says so, and where somebody stands in it.

Why all of it is in the address: a list can be kept, sent to a colleague and gone back to, and a case that was opened
from it leads on to the next. An address holds words of ours, times and random ids, and nothing of a patient.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple, Self, TypeVar
from urllib.parse import parse_qsl, quote_plus, urlencode
from uuid import UUID

from enquiry.records.enquiry import IN_TURN, PINNED, Enquiry, Kind
from enquiry.rules.clinics import Clinic
from enquiry.rules.status import Status, Turn
from enquiry.rules.urgency import Urgency

E = TypeVar("E", bound=StrEnum)

_EPOCH, _TICK = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)

COUNT_TO = 100  # a count beyond this is said as "more than"; no page pays for the length of the queue


class Whose(StrEnum):
    """Who has an enquiry; without this word it may be anybody."""

    MINE = "mine"
    NOBODYS = "nobodys"

    @property
    def label(self) -> str:
        return {Whose.MINE: "Mine", Whose.NOBODYS: "Nobody’s"}[self]


class Pressing(StrEnum):
    """How its due time presses."""

    OVERDUE = "overdue"

    @property
    def label(self) -> str:
        return "Overdue"


class Place(NamedTuple):
    """Where an enquiry stands in a list: pinned ones first, then as they fall due."""

    precedence: int
    due_at: datetime
    id: UUID

    @classmethod
    def of(cls, enquiry: Enquiry) -> "Place":
        return cls(enquiry.precedence, enquiry.due_at, enquiry.id)

    @classmethod
    def read(cls, typed: str) -> "Place | None":
        """Return the place that an address names, or ``None`` if it was meddled with."""
        try:
            precedence, moment, enquiry_id = typed.split("_")
            at = {str(level): level for level in (PINNED, IN_TURN)}[precedence]
            return cls(at, _EPOCH + _TICK * int(moment), UUID(enquiry_id))
        except (KeyError, ValueError, OverflowError):
            return None

    def __str__(self) -> str:
        """Return the place as an address names it, in characters that need no escape there."""
        return f"{self.precedence}_{(self.due_at - _EPOCH) // _TICK}_{self.id}"


@dataclass(frozen=True)
class ListOf:
    """The open enquiries of a clinic on which one side must act next, and what they are narrowed to."""

    clinic: Clinic
    turn: Turn = Turn.US
    whose: Whose | None = None
    urgency: Urgency | None = None
    kind: Kind | None = None
    status: Status | None = None
    pressing: Pressing | None = None

    @classmethod
    def read(cls, clinic: Clinic, words: Mapping[str, str]) -> Self:
        """Return the list that an address asks for; a word that is not known narrows nothing."""
        return cls(
            clinic,
            _word(Turn, words.get("turn")) or Turn.US,
            _word(Whose, words.get("whose")),
            _word(Urgency, words.get("urgency")),
            _word(Kind, words.get("kind")),
            _word(Status, words.get("status")),
            _word(Pressing, words.get("pressing")),
        )

    @classmethod
    def read_written(cls, text: str) -> Self | None:
        """Return the list that was written like ``written``, or ``None`` if it was meddled with."""
        clinic, _, rest = text.partition("?")
        shown = _word(Clinic, clinic)
        return cls.read(shown, dict(parse_qsl(rest))) if shown else None

    @cached_property
    def words(self) -> dict[str, str]:
        """What the address says beside the clinic; who must act next is the clinic unless it says otherwise."""
        chosen = {field.name: getattr(self, field.name) for field in fields(self)[1:]}
        return {name: word.value for name, word in chosen.items() if word and word is not Turn.US}

    @property
    def narrowed_to(self) -> list[str]:
        """What the list leaves out all others for, each as people say it."""
        chosen = (self.whose, self.urgency, self.kind, self.status, self.pressing)
        return [word.label for word in chosen if word]

    @cached_property
    def written(self) -> str:
        return "?".join(filter(None, (self.clinic.value, urlencode(self.words))))

    @property
    def address(self) -> str:
        return f"/desk/queue/{self.written}"


@dataclass(frozen=True)
class Origin:
    """The list from which an enquiry was opened, and where it stood there then: “4 of 11”."""

    list: ListOf
    place: Place
    number: int
    of: int  # both count to 100

    @classmethod
    def read(cls, text: str) -> "Origin | None":
        """Return what an address or a form carries on from page to page, or ``None`` if there is nothing to go on."""
        shown, words = ListOf.read_written(text), dict(parse_qsl(text.partition("?")[2]))
        place = Place.read(words.get("after", ""))
        if shown is None or place is None:
            return None
        return cls(shown, place, counted(words.get("n", "")), counted(words.get("of", "")))

    @cached_property
    def written(self) -> str:
        joined = "&" if self.list.words else "?"
        return f"{self.list.written}{joined}after={self.place}&n={self.number}&of={self.of}"

    @property
    def onward(self) -> str:
        """The address that leads to the next in the list."""
        return f"/desk/queue/{self.list.clinic}/next?{urlencode({**self.list.words, 'after': str(self.place)})}"

    @property
    def position(self) -> str:
        """For example ``4 of 11``; empty where the address does not say."""
        if not 0 < self.number <= self.of:
            return ""
        return f"{self.number} of {self.of if self.of < COUNT_TO else f'over {COUNT_TO - 1}'}"

    def carried(self, address: str) -> str:
        """Return an address of the same case that leads on in the same list."""
        return f"{address}?list={quote_plus(self.written)}"


def counted(typed: str) -> int:
    """Return a number of an address, which is 0 if it was meddled with."""
    return int(typed) if typed.isdecimal() and typed.isascii() and len(typed) < 6 else 0


def _word(vocabulary: type[E], typed: str | None) -> E | None:
    return next((word for word in vocabulary if word.value == typed), None)
