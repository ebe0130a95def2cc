"""Whose it is: all enquiries and complaints of one person, in both clinics, and none of anybody else's.

Why a name with a date of birth: a family shares an address and a number. What shares only these is named by its
reference, for an operator to look at, and is not disclosed by itself. A complaint has no date of birth: it is theirs
by their name together with an address or a number.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import select

from enquiry import caseload, search
from enquiry.extensions import db
from enquiry.records.complaint import Complaint
from enquiry.records.enquiry import Enquiry
from enquiry.rules import names
from enquiry.rules.clues import Clue, ClueKind
from enquiry.rules.contact import NotATelephoneNumber, read_telephone


class NobodyFound(Exception):
    """Raised when nothing is held that has this address, number or reference."""


class SeveralPeople(Exception):
    """Raised when an address or a number belongs to several people; the references of all that they sent go with it."""

    def __init__(self, references: Sequence[str]) -> None:
        super().__init__("This belongs to more than one person")
        self.references = references


@dataclass(frozen=True)
class Person:
    """Everything of one person, and the references of what only shares an address or a number with it."""

    enquiries: Sequence[Enquiry]
    complaints: Sequence[Complaint]
    perhaps: Sequence[str]


def of_references(references: Iterable[str]) -> Person:
    """Return the person whose enquiries these are.

    :param references: one is enough; with more, an operator says that they are of the same person.
    :raises NobodyFound: when one of them is of no enquiry.
    """
    named = [caseload.for_disclosure(reference) for reference in references]
    known = [enquiry for enquiry in named if enquiry is not None]
    if len(known) < len(named):
        raise NobodyFound
    return _person(known, [])


def of_clue(clue: Clue) -> Person:
    """Return the one person who gave this address or number.

    :raises NobodyFound: when nobody did.
    :raises SeveralPeople: when more than one did, as far as names and dates of birth tell.
    """
    enquiries, complaints = search.everywhere([clue]), _complaints_with({clue})
    if not enquiries and not complaints:
        raise NobodyFound
    person = _person(enquiries[:1], complaints[: not enquiries])
    everything = [*enquiries, *complaints]
    if not set(everything) <= {*person.enquiries, *person.complaints}:
        raise SeveralPeople([one.reference for one in everything])
    return person


def _person(enquiries: Sequence[Enquiry], complaints: Sequence[Complaint]) -> Person:
    """Return the person to whom these belong, with everything else of theirs."""
    ties = {tie for enquiry in enquiries for tie in search.ties(enquiry)}
    same = search.everywhere(tie for tie in ties if tie.kind is ClueKind.NAME_AND_BIRTH_DATE)
    theirs = sorted({*enquiries, *same}, key=lambda enquiry: enquiry.id)
    ties |= {clue for one in (*theirs,) for clue in search.ties(one)} | {c for x in complaints for c in _clues_of(x)}
    ...
