"""Clues: what a person's enquiry is found by, and what ties two enquiries to one person.

A new clue is a word of ``ClueKind``, a line of ``clues_of``, and a way to type it in ``typed.py``. What somebody
tells in confidence about their health is never one: no message, no condition, no answer to a yes or no.

Source for the ties: clinical.md 1 (HSSIB): same email, telephone, or name with date of birth.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from enquiry.rules import names

END_OF_A_NUMBER = 6  # digits that people remember, or that a telephone shows


class ClueKind(StrEnum):
    """What a clue is; the word goes into its blind token, so that no kind is ever taken for another."""

    NAME = "name"
    BIRTH_DATE = "birth-date"
    EMAIL = "email"
    TELEPHONE = "telephone"
    TELEPHONE_END = "telephone-end"
    NAME_AND_BIRTH_DATE = "name-and-birth-date"
    POSTCODE = "postcode"
    NHS_NUMBER = "nhs-number"

    @property
    def words(self) -> str:
        """What it is called, for example ``telephone``."""
        return "NHS number" if self is ClueKind.NHS_NUMBER else self.value.replace("-", " ")

    @property
    def is_a_number(self) -> bool:
        """A telephone number, whole or by its end, or an NHS number."""
        return self in (ClueKind.TELEPHONE, ClueKind.TELEPHONE_END, ClueKind.NHS_NUMBER)


class Clue(NamedTuple):
    """One thing by which an enquiry is found, in the form in which it always meets its like."""

    kind: ClueKind
    value: str


@dataclass(frozen=True)
class Person:
    """What of an enquiry says whose it is; an address or a number that was not given is empty."""

    name: str
    birth_date: date | None
    email: str
    telephone: str  # E.164
    other_names: tuple[str, ...] = ()  # what they like to be called, and who writes for them
    postcode: str = ""  # as typed
    nhs_number: str = ""  # ten digits


def clues_of(person: Person) -> Iterator[Clue]:
    """Yield everything by which an enquiry of this person is found."""
    yield from ties_of(person)
    for name in (person.name, *person.other_names):
        yield from (Clue(ClueKind.NAME, beginning) for beginning in names.beginnings(name))
    if person.birth_date:
        yield Clue(ClueKind.BIRTH_DATE, person.birth_date.isoformat())
    if person.telephone:
        yield Clue(ClueKind.TELEPHONE_END, person.telephone[-END_OF_A_NUMBER:])
    if person.postcode:
        yield Clue(ClueKind.POSTCODE, postcode(person.postcode))


def postcode(typed: str) -> str:
    """Return a postcode as it always meets itself: capitals and digits, without a space."""
    return "".join(filter(str.isalnum, typed)).upper()


def ties_of(person: Person) -> Iterator[Clue]:
    """Yield what another enquiry of the same person would share; a family may share an address and a telephone."""
    if person.nhs_number:
        yield Clue(ClueKind.NHS_NUMBER, person.nhs_number)
    if person.email:
        yield Clue(ClueKind.EMAIL, person.email.casefold())
    if person.telephone:
        yield Clue(ClueKind.TELEPHONE, person.telephone)
    if person.birth_date:
        for identity in names.identities(person.name):
            yield Clue(ClueKind.NAME_AND_BIRTH_DATE, f"{identity} {person.birth_date.isoformat()}")
