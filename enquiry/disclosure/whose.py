"""Whose it is: all enquiries of one person, in both clinics, and none of anybody else's.

Why a name with a date of birth: a family shares an address and a number. What shares only these is named by its
reference, for an operator to look at, and is not disclosed by itself. So is a complaint, which has no date of birth.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import select

from enquiry import caseload, search
from enquiry.extensions import db
from enquiry.records.complaint import Complaint, Said
from enquiry.records.enquiry import Enquiry
from enquiry.rules.clues import Clue, ClueKind
from enquiry.rules.contact import NotATelephoneNumber, read_telephone


class NobodyFound(Exception):
    """Raised when nothing is held that has this address, number or reference."""


class NotCertain(Exception):
    """Raised when an address or a number does not say whose it is; the references of all that have it go with it."""

    def __init__(self, references: Sequence[str]) -> None:
        super().__init__("It is not certain whose this is")
        self.references = references


@dataclass(frozen=True)
class Person:
    """Everything of one person, and the references of what only shares an address or a number with it."""

    enquiries: Sequence[Enquiry]
    complaints: Sequence[Complaint]
    perhaps: Sequence[str]

    @property
    def references(self) -> list[str]:
        """What is told, by reference."""
        everything: list[Enquiry | Complaint] = [*self.enquiries, *self.complaints]
        return [one.reference for one in everything]


def of_references(references: Collection[str]) -> Person:
    """Return the person whose enquiries and complaints these are.

    :param references: of one enquiry is enough; with more, an operator says that they are of the same person.
    :raises NobodyFound: when there is nothing with one of them.
    """
    enquiries = caseload.for_disclosure(references)
    complaints = db.session.scalars(select(Complaint).where(Complaint.reference.in_(references))).all()
    if len(enquiries) + len(complaints) < len(set(references)):
        raise NobodyFound
    return _person(enquiries, complaints)


def of_clue(clue: Clue) -> Person:
    """Return the one person who gave this address or number with an enquiry.

    :raises NobodyFound: when nobody did.
    :raises NotCertain: when more than one did, as far as names and dates of birth tell, or only with a complaint.
    """
    enquiries, complaints = search.everywhere([clue]), _complaints_with({clue})
    if not enquiries and not complaints:
        raise NobodyFound
    person = _person(enquiries[:1], [])
    if not enquiries or not set(enquiries) <= set(person.enquiries):
        sharing: list[Enquiry | Complaint] = [*enquiries, *complaints]
        raise NotCertain([one.reference for one in sharing])
    return person


def _person(known: Sequence[Enquiry], complaints: Sequence[Complaint]) -> Person:
    ties = {tie for enquiry in known for tie in search.ties(enquiry)}
    same = search.everywhere(tie for tie in ties if tie.kind is ClueKind.NAME_AND_BIRTH_DATE)
    theirs = sorted({*known, *same}, key=lambda enquiry: enquiry.id)
    sharing: list[Enquiry | Complaint] = [*search.everywhere(ties), *_complaints_with(ties)]
    return Person(theirs, complaints, [one.reference for one in sharing if one not in (*theirs, *complaints)])


def _complaints_with(clues: Collection[Clue]) -> list[Complaint]:
    """Return the complaints that give any of these; they are few, and each is opened to see."""
    complaints = db.session.scalars(select(Complaint).order_by(Complaint.id))
    return [one for one in complaints if one.opens and not set(clues).isdisjoint(_clues_of(one.said))]


def _clues_of(said: Said) -> Iterator[Clue]:
    yield Clue(ClueKind.EMAIL, said.email.casefold())
    with suppress(NotATelephoneNumber):
        yield Clue(ClueKind.TELEPHONE, read_telephone(said.telephone).e164)
