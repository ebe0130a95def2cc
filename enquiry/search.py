"""Search: what somebody typed becomes blind tokens, and those find the enquiries of the asker's own clinics.

Why blind tokens: everything a person wrote is sealed, so the database has nothing to search in. A token is a keyed
hash of one clue, from which nobody without the keyring learns it (SECURITY.md says what equal tokens tell). Words
inside messages have none: they are looked for by opening the messages, so many and no more, and only when asked.

Why the reading comes before ``begin_writing`` here: to put a search on record takes the one lock of all writers, and
they need not wait while messages are opened. Nothing is shown before it is on record.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import insert

from enquiry import audit, caseload, clock
from enquiry.audit import AuditEvent
from enquiry.caseload import PAGE
from enquiry.database import begin_writing
from enquiry.extensions import db, keyring
from enquiry.records.enquiry import Enquiry
from enquiry.records.search_token import SearchToken
from enquiry.records.staff import Staff
from enquiry.records.told import Contact, Patient
from enquiry.rules import names, typed
from enquiry.rules.clues import Clue, ClueKind, Person, clues_of, ties_of
from enquiry.rules.urgency import Urgency
from enquiry.sealing import TOKEN_LENGTH, SealBroken

OF_ONE_PERSON = frozenset({ClueKind.NAME_AND_BIRTH_DATE, ClueKind.NHS_NUMBER})  # the rest a family may share
MESSAGES = 2000  # opened by one search, at most
TOKENS_COME_IN = 8  # how many there are is rounded up, so that it does not tell how long a name is


class TooLittle(Exception):
    """Raised when what was typed cannot find anybody."""


@dataclass(frozen=True)
class Inside:
    """How many open enquiries were looked into, how many of them did not open, and whether there are no others."""

    looked_into: int
    broken: int
    is_all: bool


@dataclass(frozen=True)
class Found:
    """What a search found: the newest page of it, and whether that is all."""

    enquiries: Sequence[Enquiry]
    is_all: bool
    meant: Enquiry | None = None  # the only one with the reference or the telephone number that was typed
    inside: Inside | None = None  # how far a search inside messages went


@dataclass(frozen=True)
class Other:
    """Another enquiry, and what ties it to the one that is open."""

    enquiry: Enquiry
    shares: frozenset[ClueKind]

    @property
    def is_the_same_person(self) -> bool:
        """Only a name with a date of birth says so, or an NHS number: a family may share the rest."""
        return not self.shares.isdisjoint(OF_ONE_PERSON)

    @property
    def shared_words(self) -> str:
        """What both share, for example ``email and telephone``."""
        return " and ".join(sorted(kind.words for kind in self.shares))


def index(enquiry: Enquiry) -> None:
    """Let a new enquiry be found, in the transaction that writes it."""
    db.session.flush()
    whose = person(enquiry.patient, enquiry.contact, enquiry.request.postcode)
    rows = [{"token": token, "clinic": enquiry.clinic, "enquiry_id": enquiry.id} for token in tokens(whose)]
    db.session.execute(insert(SearchToken), rows)


def person(patient: Patient, contact: Contact, postcode: str = "") -> Person:
    """Return what of an enquiry says whose it is."""
    writer = contact.proxy.name if contact.proxy else ""
    other_names = tuple(filter(None, (patient.called, writer)))
    return Person(
        patient.name,
        patient.birth_date,
        contact.email,
        contact.telephone,
        other_names,
        postcode,
        patient.nhs_number,
    )


def tokens(whose: Person) -> list[bytes]:
    """Return the tokens by which an enquiry of this person is found, and a few that mean nothing, in no order."""
    blind = set(_blind(clues_of(whose)))
    blind |= {secrets.token_bytes(TOKEN_LENGTH) for _ in range(-len(blind) % TOKENS_COME_IN)}
    return sorted(blind)


def find(actor: Staff, words: str) -> Found:
    """Return whom these words can mean among the enquiries of the actor's clinics, open or ended, and put it on record.

    :raises TooLittle: when they are no reference, address, number, postcode, date or name, or too short for one.
    """
    wanted = typed.read(words, clock.for_the_eye(clock.now()).date())
    if not wanted.means_something:
        raise TooLittle
    matching = caseload.matching(actor, [_blind(way) for way in wanted.ways], wanted.reference)
    meant = matching[0] if len(matching) == 1 and _is_meant(matching[0], wanted) else None
    _put_on_record(actor)
    return Found(matching[:PAGE], len(matching) <= PAGE, meant)


def find_inside(actor: Staff, words: str) -> Found:
    """Return the open enquiries of the actor's clinics whose message has all of these words, and put it on record.

    :raises TooLittle: when no word has three letters.
    """
    wanted = [word for word in names.words(words) if len(word) >= names.SHORTEST_BEGINNING]
    if not wanted:
        raise TooLittle
    waiting = caseload.next_due(actor, MESSAGES + 1)
    stories = {enquiry: _story(enquiry) for enquiry in waiting[:MESSAGES]}
    matching = [enquiry for enquiry, story in stories.items() if story and _says(story, wanted)]
    matching.sort(key=lambda enquiry: enquiry.id, reverse=True)
    _put_on_record(actor)
    inside = Inside(len(stories), list(stories.values()).count(None), is_all=len(waiting) <= MESSAGES)
    return Found(matching[:PAGE], len(matching) <= PAGE, inside=inside)


def others(asker: Staff, enquiry: Enquiry) -> list[Other]:
    """Return the other enquiries of the asker's clinics that may be from the same person, the newest first."""
    shared = ties(enquiry)
    found = caseload.matching(asker, [_blind([tie]) for tie in shared])
    return [_other(one, shared) for one in found if one.id != enquiry.id]


def urgencies(patient: Patient, contact: Contact) -> set[Urgency]:
    """Return how urgent this person's enquiries are, in both clinics; for the system, when another arrives."""
    return caseload.urgencies([_blind([tie]) for tie in ties_of(person(patient, contact))])


def take_the_same_persons(enquiry: Enquiry) -> Sequence[Enquiry]:
    """Return the other open enquiries that are certainly of the same person, for the system when one arrives."""
    certain = [tie for tie in ties(enquiry) if tie.kind in OF_ONE_PERSON]
    return caseload.take_open([_blind([tie]) for tie in certain], enquiry.id)


def ties(enquiry: Enquiry) -> set[Clue]:
    """Return what another enquiry of the same person would share with this one."""
    return set(ties_of(person(enquiry.patient, enquiry.contact)))


def everywhere(clues: Iterable[Clue]) -> Sequence[Enquiry]:
    """Return every enquiry of both clinics that has any of these clues; for an operator who answers for all of them."""
    return caseload.everywhere(_blind(clues))


def _blind(clues: Iterable[Clue]) -> list[bytes]:
    token = keyring.token
    return [token(f"enquiries.{clue.kind}", clue.value) for clue in clues]


def _is_meant(enquiry: Enquiry, wanted: typed.Wanted) -> bool:
    if enquiry.reference == wanted.reference:
        return True
    clues = clues_of(person(enquiry.patient, enquiry.contact)) if enquiry.opens else ()
    numbers = {clue for clue in clues if clue.kind.is_a_number}
    return any(not numbers.isdisjoint(way) for way in wanted.ways)


def _story(enquiry: Enquiry) -> str | None:
    """Return what a person wrote, or ``None`` where it does not open: the others are looked into all the same."""
    try:
        return enquiry.request.story
    except SealBroken:
        return None


def _says(story: str, wanted: Sequence[str]) -> bool:
    """Return whether a story has, for each of these words, a word that begins with it."""
    said = " ".join(["", *names.words(story)])
    return all(f" {word}" in said for word in wanted)


def _other(enquiry: Enquiry, ties: set[Clue]) -> Other:
    own = ties_of(person(enquiry.patient, enquiry.contact)) if enquiry.opens else ()
    return Other(enquiry, frozenset(tie.kind for tie in ties.intersection(own)))


def _put_on_record(actor: Staff) -> None:
    begin_writing()
    audit.record(actor, AuditEvent.SEARCHED)
    db.session.commit()
