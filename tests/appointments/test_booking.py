"""What was agreed is offered, booked, accepted, moved and cancelled, and the enquiry stands where that puts it."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from enquiry import audit, clock, diary, erasure
from enquiry.appointments import arrange, book, clockwork
from enquiry.appointments.attend import TooEarly, record_attendance
from enquiry.caseload import ChangedMeanwhile, NoSuchEnquiry
from enquiry.extensions import db
from enquiry.records.appointment import Appointment, TakenStep
from enquiry.records.enquiry import Enquiry, MoveNotAllowed
from enquiry.records.ledger import AuditEntry, Reason
from enquiry.records.letter import Letter, LetterKind
from enquiry.records.staff import Staff
from enquiry.records.timeline import Entry, Event
from enquiry.records.types import WrappedKey
from enquiry.rules.answers import Visit
from enquiry.rules.appointments import AppointmentState, CancelledBy, Tell, begins
from enquiry.rules.clinics import Clinic
from enquiry.rules.status import Outcome, RejectReason, Status, Turn
from enquiry.triage import decide
from enquiry.triage.refusals import NotNow
from tests.appointments.arranging import AT_NINE, MONDAY, Still, pat_is_claimed, plan, the_appointment, the_rai
from tests.people import LENA, NOOR, RAI, hire, pat_asks

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def lena(it_is: Still) -> Staff:
    return hire(LENA)


def booked(lena: Staff, is_agreed: bool = True, **changes: Any) -> Enquiry:
    """Let Pat have an appointment."""
    enquiry = pat_is_claimed(lena)
    return book.book(lena, enquiry.reference, enquiry.version, plan(**changes), is_agreed)


def latest() -> UUID:
    """Return the id of the newest appointment."""
    return db.session.scalars(select(Appointment.id).order_by(Appointment.id.desc())).first() or UUID(int=0)


def kinds_of_letters() -> list[LetterKind]:
    """Return which letters there are beside the receipt, in order."""
    kinds = db.session.scalars(select(Letter.kind).order_by(Letter.id)).all()
    return [kind for kind in kinds if kind is not LetterKind.ACKNOWLEDGEMENT]


def steps_taken() -> int:
    return db.session.scalar(select(func.count()).select_from(TakenStep)) or 0


def test_lena_books_what_was_agreed_and_the_enquiry_is_booked(lena: Staff) -> None:
    enquiry = booked(lena, note="She asks for the ground floor.")

    appointment = the_appointment(enquiry)
    assert (appointment.state, appointment.clinic, appointment.starts_at) == (
        AppointmentState.BOOKED,
        Clinic.LONDON,
        AT_NINE,
    )
    assert appointment.clinician.email == RAI.email
    assert appointment.arranged.note == "She asks for the ground floor."
    assert b"ground floor" not in appointment.arranged_sealed
    assert (enquiry.status, enquiry.turn, enquiry.first_contact_at) == (Status.BOOKED, Turn.NOBODY, MONDAY)
    assert kinds_of_letters() == [LetterKind.APPOINTMENT_BOOKED]
    entry = db.session.scalars(select(Entry).order_by(Entry.id.desc())).first()
    assert entry is not None
    assert entry.event is Event.BOOKED
    assert entry.text == (
        "Tuesday 1 December 2026, 9am, 30 minutes, in person at London, with Mr Sanjay Rai"
        "\n\nShe asks for the ground floor."
    )
    assert db.session.scalars(select(AuditEntry.event).order_by(AuditEntry.ordinal.desc())).first() == (
        "appointment booked"
    )


def test_an_offer_is_held_until_the_second_working_day_closes_and_waits_for_pat(lena: Staff) -> None:
    enquiry = booked(lena, is_agreed=False)

    appointment = the_appointment(enquiry)
    assert appointment.state is AppointmentState.OFFERED
    assert appointment.held_until == begins(date(2026, 11, 25), time(17))
    assert (enquiry.status, enquiry.turn) == (Status.OFFERED, Turn.PATIENT)
    assert kinds_of_letters() == [LetterKind.APPOINTMENT_OFFERED]
    assert appointment.remind_at is None


def test_pat_accepts_what_was_offered(lena: Staff) -> None:
    enquiry = booked(lena, is_agreed=False)

    enquiry = book.accept(lena, enquiry.reference, enquiry.version)

    appointment = the_appointment(enquiry)
    assert (appointment.state, appointment.held_until) == (AppointmentState.BOOKED, None)
    assert appointment.remind_at == begins(date(2026, 11, 27), time(9))
    assert enquiry.status is Status.BOOKED
    assert kinds_of_letters() == [LetterKind.APPOINTMENT_OFFERED, LetterKind.APPOINTMENT_BOOKED]
    assert steps_taken() == 6


def test_each_deed_is_one_entry_and_one_version(lena: Staff, it_is: Still) -> None:
    """The case counts entries by versions when it says what happened meanwhile."""
    enquiry = pat_is_claimed(lena)
    reference = enquiry.reference
    deeds: list[Callable[[int], Enquiry]] = [
        lambda version: book.book(lena, reference, version, plan(), False),
        lambda version: book.accept(lena, reference, version),
        lambda version: book.move(lena, reference, version, plan(AT_NINE + timedelta(hours=1))),
        lambda version: book.cancel(lena, reference, version, CancelledBy.PATIENT, ""),
        lambda version: book.book(lena, reference, version, plan(MONDAY + timedelta(minutes=65)), True),
        lambda version: record_attendance(lena, reference, version, latest(), came=False),
        lambda version: record_attendance(lena, reference, version, latest(), came=True),
    ]
    for number, deed in enumerate(deeds):
        it_is(MONDAY + timedelta(minutes=number * 15))
        version, entries = enquiry.version, len(db.session.scalars(select(Entry.id)).all())
        enquiry = deed(version)
        db.session.refresh(enquiry)
        assert enquiry.version == version + 1, number
        assert len(db.session.scalars(select(Entry.id)).all()) == entries + 1


def test_a_moved_appointment_keeps_its_row_and_lets_its_old_time_go(lena: Staff) -> None:
    enquiry = booked(lena)
    first = the_appointment(enquiry).id

    enquiry = book.move(lena, enquiry.reference, enquiry.version, plan(AT_NINE + timedelta(minutes=15), minutes=45))

    appointment = the_appointment(enquiry)
    assert (appointment.id, appointment.sequence, appointment.minutes) == (first, 1, 45)
    assert steps_taken() == 9
    assert kinds_of_letters() == [LetterKind.APPOINTMENT_BOOKED, LetterKind.APPOINTMENT_MOVED]
    somebody = pat_is_claimed(lena)
    book.book(lena, somebody.reference, somebody.version, plan(minutes=15), True)


def test_a_cancelled_appointment_frees_its_time_and_is_the_clinics_turn(lena: Staff) -> None:
    enquiry = booked(lena)

    enquiry = book.cancel(lena, enquiry.reference, enquiry.version, CancelledBy.PATIENT, "She has a cold.")

    appointment = the_appointment(enquiry)
    assert (appointment.state, appointment.remind_at, steps_taken()) == (AppointmentState.CANCELLED, None, 0)
    assert (enquiry.status, enquiry.turn) == (Status.ASSIGNED, Turn.US)
    entry = db.session.scalars(select(Entry).order_by(Entry.id.desc())).first()
    assert entry is not None
    assert (entry.detail, entry.text.rpartition("\n")[2]) == ("patient", "She has a cold.")


def test_one_that_was_closed_as_booked_is_opened_again_when_it_is_cancelled(lena: Staff) -> None:
    enquiry = booked(lena)
    enquiry = decide.close(lena, enquiry.reference, enquiry.version, Outcome.APPOINTMENT_BOOKED, "")

    enquiry = book.cancel(lena, enquiry.reference, enquiry.version, CancelledBy.CLINIC, "")

    assert (enquiry.status, enquiry.turn) == (Status.ASSIGNED, Turn.US)


def test_one_that_was_withdrawn_meanwhile_stays_withdrawn(lena: Staff, it_is: Still) -> None:
    enquiry = booked(lena)
    it_is(AT_NINE + timedelta(hours=1))
    enquiry = decide.move(lena, enquiry.reference, enquiry.version, Status.WITHDRAWN, "She rang.")

    enquiry = book.cancel(lena, enquiry.reference, enquiry.version, CancelledBy.PATIENT, "")

    assert enquiry.status is Status.WITHDRAWN


def test_an_enquiry_has_one_appointment_that_stands(lena: Staff) -> None:
    enquiry = booked(lena)
    with pytest.raises(arrange.HasOneAlready):
        book.book(lena, enquiry.reference, enquiry.version, plan(AT_NINE + timedelta(hours=2)), True)


def test_what_nobody_claimed_and_what_has_ended_is_not_booked(lena: Staff) -> None:
    new = pat_asks()
    with pytest.raises(MoveNotAllowed):
        book.book(lena, new.reference, new.version, plan(), True)
    ended = pat_is_claimed(lena)
    ended = decide.close(lena, ended.reference, ended.version, Outcome.ADVICE_SENT, "")
    with pytest.raises(MoveNotAllowed):
        book.book(lena, ended.reference, ended.version, plan(), True)
    assert steps_taken() == 0


def test_whoever_did_not_come_can_be_booked_again(lena: Staff, it_is: Still) -> None:
    enquiry = booked(lena)
    it_is(AT_NINE + timedelta(minutes=20))
    enquiry = record_attendance(lena, enquiry.reference, enquiry.version, latest(), came=False)
    assert (enquiry.status, enquiry.turn) == (Status.DID_NOT_ATTEND, Turn.US)

    enquiry = book.book(lena, enquiry.reference, enquiry.version, plan(AT_NINE + timedelta(days=1)), True)

    assert enquiry.status is Status.BOOKED


@pytest.mark.parametrize("outcome", [None, Outcome.APPOINTMENT_BOOKED], ids=["open", "closed as booked"])
def test_when_pat_does_not_come_somebody_must_ask_why(lena: Staff, it_is: Still, outcome: Outcome | None) -> None:
    enquiry = booked(lena)
    if outcome:
        enquiry = decide.close(lena, enquiry.reference, enquiry.version, outcome, "")
    it_is(AT_NINE + timedelta(hours=1))

    enquiry = record_attendance(lena, enquiry.reference, enquiry.version, latest(), came=False)

    assert the_appointment(enquiry).state is AppointmentState.DID_NOT_ATTEND
    assert (enquiry.status, enquiry.turn, enquiry.is_open) == (Status.DID_NOT_ATTEND, Turn.US, True)
    assert enquiry.due_at > clock.now()


def test_when_pat_has_come_her_enquiry_is_to_be_closed_or_gone_on_with(lena: Staff, it_is: Still) -> None:
    enquiry = booked(lena)
    it_is(AT_NINE + timedelta(hours=1))

    enquiry = record_attendance(lena, enquiry.reference, enquiry.version, latest(), came=True)

    assert (enquiry.status, enquiry.turn) == (Status.ASSIGNED, Turn.US)


def test_one_that_was_closed_as_booked_stays_closed_when_pat_has_come(lena: Staff, it_is: Still) -> None:
    enquiry = booked(lena)
    enquiry = decide.close(lena, enquiry.reference, enquiry.version, Outcome.APPOINTMENT_BOOKED, "")
    it_is(AT_NINE + timedelta(hours=1))

    enquiry = record_attendance(lena, enquiry.reference, enquiry.version, latest(), came=True)

    assert (enquiry.status, the_appointment(enquiry).state) == (Status.CLOSED, AppointmentState.ATTENDED)


def test_whoever_is_still_to_come_is_not_forgotten_by_an_end(lena: Staff, it_is: Still) -> None:
    enquiry = booked(lena)
    for end in (
        lambda one: decide.close(lena, one.reference, one.version, Outcome.ADVICE_SENT, ""),
        lambda one: decide.reject(lena, one.reference, one.version, RejectReason.NO_CAPACITY, ""),
        lambda one: decide.move(lena, one.reference, one.version, Status.WITHDRAWN, "She rang."),
    ):
        with pytest.raises(NotNow, match="still to come"):
            end(enquiry)
        assert enquiry.is_open

    it_is(AT_NINE + timedelta(hours=1))
    enquiry = decide.close(lena, enquiry.reference, enquiry.version, Outcome.ADVICE_SENT, "")

    assert enquiry.status is Status.CLOSED


def test_what_was_said_by_mistake_is_put_right_and_said_twice_is_refused(lena: Staff, it_is: Still) -> None:
    enquiry = booked(lena)
    it_is(AT_NINE + timedelta(hours=1))
    enquiry = record_attendance(lena, enquiry.reference, enquiry.version, latest(), came=False)
    enquiry = record_attendance(lena, enquiry.reference, enquiry.version, latest(), came=True)
    assert (enquiry.status, the_appointment(enquiry).state) == (Status.ASSIGNED, AppointmentState.ATTENDED)
    with pytest.raises(arrange.HasNone):
        record_attendance(lena, enquiry.reference, enquiry.version, latest(), came=True)


def test_nobody_is_said_to_have_come_before_it_begins(lena: Staff) -> None:
    enquiry = booked(lena)
    with pytest.raises(TooEarly):
        record_attendance(lena, enquiry.reference, enquiry.version, latest(), came=True)


@pytest.mark.parametrize(
    "changes, refusal",
    [
        ({"starts_at": MONDAY - timedelta(hours=1)}, arrange.TooLate),
        ({"starts_at": AT_NINE + timedelta(hours=8)}, arrange.ClinicClosed),
        ({"starts_at": begins(date(2026, 12, 25), time(10))}, arrange.ClinicClosed),
    ],
)
def test_a_time_at_which_nobody_is_there_is_refused(
    lena: Staff, changes: dict[str, Any], refusal: type[Exception]
) -> None:
    enquiry = pat_is_claimed(lena)
    with pytest.raises(refusal):
        book.book(lena, enquiry.reference, enquiry.version, plan(**changes), True)
    db.session.refresh(enquiry)
    assert (enquiry.status, steps_taken(), kinds_of_letters()) == (Status.ASSIGNED, 0, [])


def test_a_clinic_may_open_for_one_appointment(lena: Staff) -> None:
    enquiry = booked(lena, starts_at=begins(date(2026, 12, 5), time(10)), although_closed=True)
    assert the_appointment(enquiry).state is AppointmentState.BOOKED


def test_only_a_clinician_of_the_clinic_is_booked(lena: Staff) -> None:
    enquiry = pat_is_claimed(lena)
    noor = hire(NOOR)
    for nobody in (lena, noor):
        wrong = arrange.Plan(**{**vars(plan()), "clinician_id": nobody.id})
        with pytest.raises(arrange.NotAClinician):
            book.book(lena, enquiry.reference, enquiry.version, wrong, True)
    the_rai().active = False
    db.session.commit()
    with pytest.raises(arrange.NotAClinician):
        book.book(lena, enquiry.reference, enquiry.version, plan(), True)


def test_noor_books_nothing_for_an_enquiry_of_london(lena: Staff) -> None:
    enquiry = pat_is_claimed(lena)
    with pytest.raises(NoSuchEnquiry):
        book.book(hire(NOOR), enquiry.reference, enquiry.version, plan(), True)


def test_whoever_comes_second_is_told_that_it_changed(lena: Staff, it_is: Still) -> None:
    enquiry = pat_is_claimed(lena)
    seen = enquiry.version
    it_is(MONDAY + timedelta(minutes=1))
    decide.write_note(lena, enquiry.reference, seen, "She rang.")
    with pytest.raises(ChangedMeanwhile):
        book.book(lena, enquiry.reference, seen, plan(), True)


def test_whoever_is_only_told_by_telephone_gets_no_letter_at_all(lena: Staff, it_is: Still) -> None:
    enquiry = booked(lena, tell=Tell.TELEPHONE)
    enquiry = book.move(
        lena, enquiry.reference, enquiry.version, plan(AT_NINE + timedelta(hours=1), tell=Tell.TELEPHONE)
    )
    assert the_appointment(enquiry).remind_at is None
    it_is(AT_NINE - timedelta(days=1))
    clockwork.sweep(clock.now())
    book.cancel(lena, enquiry.reference, enquiry.version, CancelledBy.CLINIC, "")
    assert kinds_of_letters() == []


def test_nobody_is_promised_a_letter_who_gave_no_address(lena: Staff) -> None:
    enquiry = pat_is_claimed(lena, contact={"email": "", "preferred": "telephone"})
    with pytest.raises(arrange.NoAddress):
        book.book(lena, enquiry.reference, enquiry.version, plan(), True)
    book.book(lena, enquiry.reference, enquiry.version, plan(tell=Tell.TELEPHONE, visit=Visit.VIDEO), True)


def test_an_offer_that_nobody_accepted_ends_and_is_the_clinics_turn(lena: Staff, it_is: Still) -> None:
    enquiry = booked(lena, is_agreed=False)
    it_is(begins(date(2026, 11, 25), time(17)))

    clockwork.sweep(clock.now())
    clockwork.sweep(clock.now())

    appointment = the_appointment(enquiry)
    db.session.refresh(enquiry)
    assert (appointment.state, steps_taken()) == (AppointmentState.EXPIRED, 0)
    assert (enquiry.status, enquiry.turn) == (Status.ASSIGNED, Turn.US)
    assert enquiry.due_at > clock.now()
    ended = db.session.scalars(select(Entry).where(Entry.event == Event.OFFER_EXPIRED)).all()
    assert [entry.actor for entry in ended] == [None]


def test_an_offer_ends_as_well_of_an_enquiry_that_does_not_open(lena: Staff, it_is: Still) -> None:
    """It stayed with the patient for ever, and no list of what is ours to do had it."""
    enquiry, other = booked(lena, is_agreed=False), pat_asks()
    strange = db.session.get_one(WrappedKey, other.id).wrapped
    db.session.execute(update(WrappedKey).where(WrappedKey.id == enquiry.id).values(wrapped=strange))
    db.session.commit()
    db.session.expunge_all()
    it_is(begins(date(2026, 11, 25), time(17)))

    clockwork.sweep(clock.now())

    stands = db.session.get_one(Enquiry, enquiry.id)
    assert (stands.status, stands.turn) == (Status.ASSIGNED, Turn.US)
    assert (the_appointment(stands).state, steps_taken()) == (AppointmentState.EXPIRED, 0)


def test_an_offer_ends_without_moving_an_enquiry_that_has_gone_on(lena: Staff, it_is: Still) -> None:
    enquiry = booked(lena, is_agreed=False)
    it_is(MONDAY + timedelta(days=7))
    enquiry = decide.close(lena, enquiry.reference, enquiry.version, Outcome.DECLINED_BY_PATIENT, "")
    clockwork.sweep(clock.now())
    db.session.refresh(enquiry)
    assert (enquiry.status, the_appointment(enquiry).state) == (Status.CLOSED, AppointmentState.EXPIRED)


def test_while_the_worker_is_dead_an_offer_that_ran_out_blocks_nobody(lena: Staff, it_is: Still) -> None:
    first = booked(lena, is_agreed=False)
    it_is(MONDAY + timedelta(days=3))
    second = pat_is_claimed(lena)

    book.book(lena, second.reference, second.version, plan(AT_NINE + timedelta(minutes=15)), True)

    with pytest.raises(arrange.TimeTaken):
        book.accept(lena, first.reference, first.version)
    assert the_appointment(first).has_run_out(clock.now())
    clockwork.sweep(clock.now())
    assert the_appointment(second).state is AppointmentState.BOOKED
    assert steps_taken() == 6


def test_an_offer_that_ran_out_can_still_be_accepted_while_nobody_has_its_time(lena: Staff, it_is: Still) -> None:
    enquiry = booked(lena, is_agreed=False)
    it_is(MONDAY + timedelta(days=3))
    enquiry = book.accept(lena, enquiry.reference, enquiry.version)
    assert the_appointment(enquiry).state is AppointmentState.BOOKED
    clockwork.sweep(clock.now())
    assert the_appointment(enquiry).state is AppointmentState.BOOKED


def test_another_offer_takes_the_place_of_one_that_ran_out(lena: Staff, it_is: Still) -> None:
    enquiry = booked(lena, is_agreed=False)
    it_is(MONDAY + timedelta(days=3))
    enquiry = book.book(lena, enquiry.reference, enquiry.version, plan(AT_NINE + timedelta(days=1)), False)
    states = [one.state for one in diary.of(enquiry)]
    assert states == [AppointmentState.OFFERED, AppointmentState.EXPIRED]


def test_an_erased_enquiry_gives_its_clinicians_time_back(lena: Staff) -> None:
    enquiry = booked(lena)
    erasure.erase(audit.SYSTEM, enquiry.reference, Reason.ASKED)
    assert steps_taken() == 0
    assert db.session.scalars(select(Appointment)).all() == []


def test_what_is_said_of_an_old_appointment_is_never_taken_for_a_new_one(lena: Staff, it_is: Still) -> None:
    """The list of Tuesday is still open when the next appointment, on Wednesday, has begun."""
    enquiry = booked(lena)
    tuesdays = latest()
    it_is(AT_NINE + timedelta(hours=1))
    enquiry = record_attendance(lena, enquiry.reference, enquiry.version, tuesdays, came=False)
    enquiry = book.book(lena, enquiry.reference, enquiry.version, plan(AT_NINE + timedelta(days=1)), True)
    it_is(AT_NINE + timedelta(days=1, minutes=10))
    with pytest.raises(arrange.HasNone):
        record_attendance(lena, enquiry.reference, enquiry.version, tuesdays, came=True)
    assert the_appointment(enquiry).state is AppointmentState.BOOKED
