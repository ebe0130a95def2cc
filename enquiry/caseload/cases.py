"""One enquiry for whoever opens it, and what stands beside enquiries: timelines, letters, near misses, appointments."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import joinedload

from enquiry.caseload.wall import PAGE, NoSuchEnquiry, seen_by, visible_to
from enquiry.database import begin_writing
from enquiry.extensions import db
from enquiry.lists import COUNT_TO
from enquiry.records.appointment import Appointment
from enquiry.records.enquiry import Enquiry
from enquiry.records.letter import Letter, LetterState
from enquiry.records.near_miss import NearMiss
from enquiry.records.staff import Staff
from enquiry.records.timeline import Entry
from enquiry.rules.appointments import AppointmentState
from enquiry.rules.clinics import Clinic

Coming = tuple[Appointment, Enquiry | None]  # an appointment, and its enquiry as far as the asker may know of it


def find(asker: Staff, reference: str) -> Enquiry:
    """Return one enquiry.

    :raises NoSuchEnquiry: when there is none for this person.
    """
    enquiry = db.session.scalar(seen_by(asker).where(Enquiry.reference == reference))
    if enquiry is None:
        raise NoSuchEnquiry
    return enquiry


def find_id(asker: Staff, reference: str) -> UUID:
    """Return the id of one enquiry.

    :raises NoSuchEnquiry: when there is none for this person.
    """
    found = db.session.scalar(select(Enquiry.id).where(visible_to(asker), Enquiry.reference == reference))
    if found is None:
        raise NoSuchEnquiry
    return found


def find_with_files(asker: Staff, reference: str) -> Enquiry:
    """Return one enquiry; files, appointments, referral and what was merged into it are loaded in the same question.

    :raises NoSuchEnquiry: when there is none for this person.
    """
    beside = [
        joinedload(Enquiry.attachments),
        joinedload(Enquiry.appointments),
        joinedload(Enquiry.sealed_referral),
        joinedload(Enquiry.merged).joinedload(Enquiry.attachments),
        joinedload(Enquiry.merged).joinedload(Enquiry.sealed_referral),
    ]
    wanted = seen_by(asker).where(Enquiry.reference == reference).options(*beside)
    enquiry = db.session.scalars(wanted).unique().one_or_none()
    if enquiry is None:
        raise NoSuchEnquiry
    return enquiry


def timeline(enquiry: Enquiry) -> Sequence[Entry]:
    """Return what happened to an enquiry that was found for its asker, the latest first."""
    return _entries_of([enquiry.id])


def whole_timeline(enquiry: Enquiry) -> Sequence[Entry]:
    """Return the same, and what happened to the enquiries that were merged into it, all in one order."""
    return _entries_of([enquiry.id, *(one.id for one in enquiry.merged)])


def letters_that_need_a_person(asker: Staff) -> Sequence[tuple[Letter, Enquiry]]:
    """Return the letters of the asker's clinics that failed or may have gone, the oldest first, at most a page."""
    stuck = [state for state in LetterState if state.needs_a_person]
    rows = db.session.execute(
        select(Letter, Enquiry)
        .join(Enquiry, Enquiry.id == Letter.enquiry_id)
        .where(visible_to(asker), Letter.state.in_(stuck))
        .order_by(Letter.id)
        .limit(PAGE)
    ).all()
    return [(letter, enquiry) for letter, enquiry in rows]


def near_misses(asker: Staff) -> Sequence[tuple[NearMiss, str]]:
    """Return the newest near misses of the asker's clinics with their references, those to review first."""
    rows = db.session.execute(
        _near_misses_of(asker).order_by(NearMiss.reviewed_at.is_not(None), NearMiss.id.desc()).limit(COUNT_TO)
    )
    return [(near_miss, reference) for near_miss, reference in rows]


def near_miss(asker: Staff, near_miss_id: UUID) -> tuple[NearMiss, str]:
    """Begin the transaction of somebody who looks at a near miss, and return it with its reference.

    :raises NoSuchEnquiry: when there is none for this person.
    """
    begin_writing()
    wanted = _near_misses_of(asker).where(NearMiss.id == near_miss_id).with_for_update(of=NearMiss)
    found = db.session.execute(wanted.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        db.session.rollback()
        raise NoSuchEnquiry
    return found[0], found[1]


def day_of(asker: Staff, clinic: Clinic, begins: datetime, ends: datetime) -> Sequence[Coming]:
    """Return the appointments at a clinic of the asker's from one moment to another, as they follow.

    :return: each with its enquiry, or with ``None`` when that was transferred to where the asker does not belong.
    """
    rows = db.session.execute(
        select(Appointment, Enquiry)
        .outerjoin(Enquiry, and_(Enquiry.id == Appointment.enquiry_id, visible_to(asker)))
        .where(
            Appointment.clinic.in_(set(asker.clinics) & {clinic}),
            Appointment.starts_at >= begins,
            Appointment.starts_at < ends,
            Appointment.state.not_in((AppointmentState.CANCELLED, AppointmentState.EXPIRED)),
        )
        .order_by(Appointment.starts_at, Appointment.id)
    )
    return [(row[0], row[1]) for row in rows]


def _entries_of(ids: Collection[UUID]) -> Sequence[Entry]:
    return db.session.scalars(select(Entry).where(Entry.enquiry_id.in_(ids)).order_by(Entry.id.desc())).all()


def _near_misses_of(asker: Staff) -> Select[NearMiss, str]:
    return select(NearMiss, Enquiry.reference).join(Enquiry, Enquiry.id == NearMiss.enquiry_id).where(visible_to(asker))
