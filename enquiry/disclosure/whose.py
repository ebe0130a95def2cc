"""Whose enquiries these are: all that belong to one person, in both clinics, and none of anybody else's.

Why a name with a date of birth: a family shares an address and a number. What shares only these is named by its
reference, for an operator to look at, and is not disclosed by itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from enquiry import caseload, search
from enquiry.records.enquiry import Enquiry
from enquiry.rules.clues import Clue, ClueKind


class NobodyFound(Exception):
    """Raised when nothing is held that has this address, number or reference."""


class SeveralPeople(Exception):
    """Raised when an address or a number belongs to several people; all their enquiries' references go with it."""

    def __init__(self, references: Sequence[str]) -> None:
        super().__init__("This belongs to more than one person")
        self.references = references


@dataclass(frozen=True)
class Person:
    """Everything of one person, and the references of what only shares an address or a number with it."""

    enquiries: Sequence[Enquiry]
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
    return _person(known)


def of_clue(clue: Clue) -> Person:
    """Return the one person who gave this address or number.

    :raises NobodyFound: when nobody did.
    :raises SeveralPeople: when more than one did, as far as names and dates of birth tell.
    """
    found = search.everywhere([clue])
    if not found:
        raise NobodyFound
    person = _person(found[:1])
    if not set(found) <= set(person.enquiries):
        raise SeveralPeople([enquiry.reference for enquiry in found])
    return person


def _person(known: Sequence[Enquiry]) -> Person:
    ties = {tie for enquiry in known for tie in search.ties(enquiry)}
    same = search.everywhere(tie for tie in ties if tie.kind is ClueKind.NAME_AND_BIRTH_DATE)
    theirs = sorted({*known, *same}, key=lambda enquiry: enquiry.id)
    return Person(theirs, [one.reference for one in search.everywhere(ties) if one not in theirs])
