"""What Pat gets by email about her appointment, read as her mail program reads it: words, calendar entry, reminder."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from typing import Any

import msgspec
import pytest
from flask import Flask
from icalendar import Calendar, Component
from sqlalchemy import select, update

from enquiry import clock, outbox
from enquiry.appointments import book, clockwork
from enquiry.appointments.arrange import NoAddress
from enquiry.appointments.fees import WITH_GAPS, HasGaps, set_words, tell_fees, words_for
from enquiry.extensions import db
from enquiry.records.appointment import Appointment
from enquiry.records.enquiry import Enquiry
from enquiry.records.letter import Contents, Letter, LetterKind, LetterState
from enquiry.records.staff import Staff
from enquiry.records.timeline import Entry, Event
from enquiry.rules.answers import Visit
from enquiry.rules.appointments import CancelledBy, FeesBy, Tell, begins
from enquiry.rules.clinics import Clinic
from enquiry.rules.status import Outcome
from enquiry.triage import decide
from tests.appointments.arranging import AT_NINE, MONDAY, Still, pat_is_claimed, plan, the_appointment
from tests.mail_server import MailServer
from tests.people import LENA, MAX, NOOR, PAT, PATS_EMAIL, hire

pytestmark = pytest.mark.usefixtures("context")

CLINICAL = re.compile(r"\b(tumours?|spin(e|al)|legs?|pain|back|surg\w+|consultant|sciatica)\b", re.IGNORECASE)
REMINDER = begins(date(2026, 11, 27), time(9))  # two working days before Tuesday


@pytest.fixture
def lena(it_is: Still) -> Staff:
    return hire(LENA)


def pat_gets(lena: Staff, is_agreed: bool = True, **changes: Any) -> Enquiry:
    """Let Pat have an appointment."""
    enquiry = pat_is_claimed(lena)
    return book.book(lena, enquiry.reference, enquiry.version, plan(**changes), is_agreed)


def what_arrives(smtp: MailServer) -> list[EmailMessage]:
    """Deliver whatever is due, and return all letters but the receipts, in the order in which they were written."""
    outbox.sweep(clock.now())
    written = db.session.scalars(select(Letter.message_id).order_by(Letter.id)).all()
    letters = [one.message for one in smtp.letters if "We have received" not in one.message["Subject"]]
    return sorted(letters, key=lambda message: written.index(message["Message-ID"]))


def entry_in(message: EmailMessage) -> tuple[Calendar, Component]:
    """Return the calendar that came with a letter, and the one event in it, as a mail program opens them."""
    [attached] = list(message.iter_attachments())
    assert attached.get_content_type() == "text/calendar"
    assert attached.get_filename() == "appointment.ics"
    calendar = Calendar.from_ical(attached.get_payload(decode=True))
    assert attached.get_param("method") == str(calendar["METHOD"])
    [event] = calendar.walk("VEVENT")
    return calendar, event


def test_the_confirmation_says_when_where_and_how_to_change_it(lena: Staff, smtp: MailServer) -> None:
    enquiry = pat_gets(lena)

    [message] = what_arrives(smtp)

    assert message["To"] == PATS_EMAIL
    assert message["Subject"] == f"Your appointment, {enquiry.reference}"
    assert message["From"].startswith("The London Norwich Clinic <")
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    for words in (text, html):
        for said in (PAT, "Tuesday 1 December 2026, 9am", "Mr Sanjay Rai", "NW8 9NH", "07776 511824", "999"):
            assert said in words, said
        assert enquiry.reference in words
    assert message["Auto-Submitted"] is None
    letter = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.APPOINTMENT_BOOKED)).one()
    assert (message["Message-ID"], letter.state) == (letter.message_id, LetterState.SENT)


def test_its_calendar_entry_is_published_private_and_at_the_right_moment(lena: Staff, smtp: MailServer) -> None:
    enquiry = pat_gets(lena)
    calendar, event = entry_in(what_arrives(smtp)[0])

    assert (calendar["METHOD"], calendar["VERSION"]) == ("PUBLISH", "2.0")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (AT_NINE, AT_NINE + timedelta(minutes=30))
    assert event.decoded("dtstart").tzinfo is not None
    assert str(event["UID"]) == f"{the_appointment(enquiry).id}@london-norwich.example"
    assert (event["SEQUENCE"], event["STATUS"], event["CLASS"]) == (0, "CONFIRMED", "PRIVATE")
    assert "ATTENDEE" not in event
    assert event["SUMMARY"] == "Appointment, The London Norwich Clinic"
    assert event["LOCATION"] == "Hospital of St John & St Elizabeth, 60 Grove End Road, St John’s Wood, London, NW8 9NH"
    assert enquiry.reference in event["DESCRIPTION"]
    assert "Rai" not in calendar.to_ical().decode()


@pytest.mark.parametrize(
    "day, at, in_utc, in_words",
    [
        (date(2027, 3, 26), time(9), 9, "9am"),  # Good Friday: the clinic opens for this; still winter time
        (date(2027, 3, 30), time(9), 8, "9am"),  # the clocks went forward on Sunday
        (date(2027, 10, 29), time(14, 30), 13, "2:30pm"),
        (date(2027, 11, 1), time(14, 30), 14, "2:30pm"),  # and back
    ],
)
def test_across_the_change_of_the_clocks_letter_and_calendar_say_the_same(
    lena: Staff, smtp: MailServer, it_is: Still, day: date, at: time, in_utc: int, in_words: str
) -> None:
    it_is(MONDAY + timedelta(days=90))
    pat_gets(lena, starts_at=begins(day, at), although_closed=True)
    [message] = what_arrives(smtp)

    _, event = entry_in(message)

    assert event.decoded("dtstart") == datetime(day.year, day.month, day.day, in_utc, at.minute, tzinfo=UTC)
    assert clock.for_the_eye(event.decoded("dtstart")).time() == at
    assert f"{day.day} {day:%B %Y}, {in_words}" in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_a_change_and_a_cancellation_find_the_entry_that_is_there(lena: Staff, smtp: MailServer) -> None:
    enquiry = pat_gets(lena)
    later = AT_NINE + timedelta(hours=2)
    what_arrives(smtp)
    enquiry = book.move(lena, enquiry.reference, enquiry.version, plan(later))
    what_arrives(smtp)
    book.cancel(lena, enquiry.reference, enquiry.version, CancelledBy.CLINIC, "The theatre is shut.")

    first, changed, cancelled = (entry_in(message) for message in what_arrives(smtp))

    assert len({str(event["UID"]) for _, event in (first, changed, cancelled)}) == 1
    assert [event["SEQUENCE"] for _, event in (first, changed, cancelled)] == [0, 1, 2]
    assert [str(calendar["METHOD"]) for calendar, _ in (first, changed, cancelled)] == ["PUBLISH", "PUBLISH", "CANCEL"]
    assert [str(event["STATUS"]) for _, event in (first, changed, cancelled)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert changed[1].decoded("dtstart") == cancelled[1].decoded("dtstart") == later
    assert not [letter for letter in smtp.letters if b"theatre" in letter.content]


def test_an_offer_says_how_long_it_is_held_and_fills_no_calendar(lena: Staff, smtp: MailServer) -> None:
    enquiry = pat_gets(lena, is_agreed=False)
    what_arrives(smtp)
    book.cancel(lena, enquiry.reference, enquiry.version, CancelledBy.PATIENT, "")

    offered, cancelled = what_arrives(smtp)

    words = offered.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "until Wednesday 25 November 2026, 5pm" in words
    assert [list(message.iter_attachments()) for message in (offered, cancelled)] == [[], []]


def test_by_video_the_letter_says_how_to_join_and_names_no_place(lena: Staff, smtp: MailServer) -> None:
    pat_gets(lena, visit=Visit.VIDEO, joining="Mr Rai rings you: keep your mobile near.")
    [message] = what_arrives(smtp)
    words = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Mr Rai rings you: keep your mobile near." in words
    assert "NW8" not in words
    assert entry_in(message)[1]["LOCATION"] == "By video"


def test_no_letter_about_an_appointment_says_anything_of_health(lena: Staff, smtp: MailServer, it_is: Still) -> None:
    noor = hire(NOOR)
    enquiry = pat_is_claimed(noor, Clinic.NORWICH, about={"about": "spinal-tumours", "kind": "question"})
    enquiry = book.book(noor, enquiry.reference, enquiry.version, plan(note="Her leg is worse."), False)
    what_arrives(smtp)
    enquiry = book.accept(noor, enquiry.reference, enquiry.version)
    what_arrives(smtp)
    it_is(REMINDER)
    clockwork.sweep(clock.now())
    what_arrives(smtp)
    db.session.refresh(enquiry)
    enquiry = book.move(noor, enquiry.reference, enquiry.version, plan(AT_NINE + timedelta(hours=1)))
    what_arrives(smtp)
    book.cancel(noor, enquiry.reference, enquiry.version, CancelledBy.PATIENT, "Her leg is better.")

    messages = what_arrives(smtp)

    assert len(messages) == 5
    for message in messages:
        parts = [part.get_payload(decode=True) for part in message.walk() if not part.is_multipart()]
        said = " ".join([message["Subject"], message["From"], *(part.decode() for part in parts)])  # type: ignore[union-attr]
        assert CLINICAL.search(said) is None, said


def test_the_reminder_goes_once_two_working_days_before(
    app: Flask, lena: Staff, smtp: MailServer, it_is: Still
) -> None:
    enquiry = pat_gets(lena)
    it_is(REMINDER - timedelta(minutes=1))
    clockwork.sweep(clock.now())
    assert len(what_arrives(smtp)) == 1

    it_is(REMINDER)
    now = clock.now()
    db.session.commit()

    def work(_: int) -> None:
        with app.test_request_context():
            clockwork.sweep(now)

    with ThreadPoolExecutor(8) as workers:
        list(workers.map(work, range(16)))

    [_, reminder] = what_arrives(smtp)
    assert reminder["Subject"] == f"A reminder of your appointment, {enquiry.reference}"
    assert reminder["Auto-Submitted"] == "auto-generated"
    assert entry_in(reminder)[1]["SEQUENCE"] == 0
    assert len(db.session.scalars(select(Entry).where(Entry.event == Event.REMINDED)).all()) == 1


def test_nobody_is_reminded_who_will_not_come(lena: Staff, smtp: MailServer, it_is: Still) -> None:
    enquiry = pat_gets(lena)
    book.cancel(lena, enquiry.reference, enquiry.version, CancelledBy.PATIENT, "")
    it_is(REMINDER + timedelta(hours=1))
    clockwork.sweep(clock.now())
    assert not [message for message in what_arrives(smtp) if "reminder" in message["Subject"]]


def test_a_reminder_that_could_not_leave_never_follows_a_cancellation(
    lena: Staff, smtp: MailServer, it_is: Still
) -> None:
    enquiry = pat_gets(lena)
    what_arrives(smtp)
    smtp.stop()
    it_is(REMINDER)
    clockwork.sweep(clock.now())
    outbox.sweep(clock.now())  # nobody answers there

    db.session.refresh(enquiry)
    book.cancel(lena, enquiry.reference, enquiry.version, CancelledBy.PATIENT, "")
    smtp.start()
    it_is(REMINDER + timedelta(minutes=5))

    subjects = [message["Subject"] for message in what_arrives(smtp)]
    assert subjects == [f"Your appointment, {enquiry.reference}", f"Your appointment is cancelled, {enquiry.reference}"]
    reminder = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.APPOINTMENT_REMINDER)).one()
    assert reminder.state.label == "Not sent: overtaken by what happened since"


@pytest.mark.parametrize("tell", [Tell.LETTER_AND_REMINDER, Tell.TELEPHONE])
def test_a_letter_that_a_worker_has_just_taken_is_not_sent_once_the_time_is_another(
    lena: Staff, smtp: MailServer, monkeypatch: pytest.MonkeyPatch, tell: Tell
) -> None:
    enquiry = pat_gets(lena)
    letter = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.APPOINTMENT_BOOKED)).one()
    real = outbox._claim

    def claimed_and_then_moved(letter_id: Any, at: datetime) -> Letter | None:
        claimed = real(letter_id, at)
        attempts = claimed.attempts if claimed else 0
        book.move(lena, enquiry.reference, enquiry.version, plan(AT_NINE + timedelta(hours=2), tell=tell))
        if claimed:
            db.session.expunge(claimed)  # what the worker holds in its own process
            claimed.attempts = attempts
        return claimed

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "_claim", claimed_and_then_moved)
        outbox.deliver(letter.id, clock.now())

    subjects = [message["Subject"] for message in what_arrives(smtp)]
    assert f"Your appointment, {enquiry.reference}" not in subjects
    assert len(subjects) == tell.is_written


def test_fees_are_told_of_a_moved_appointment_and_not_of_a_cancelled_one(lena: Staff, smtp: MailServer) -> None:
    enquiry = pat_gets(lena)
    enquiry = tell_fees(lena, enquiry.reference, enquiry.version, FeesBy.EMAIL, "The first consultation: £250")
    enquiry = book.move(lena, enquiry.reference, enquiry.version, plan(AT_NINE + timedelta(hours=2)))
    [fees] = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.FEES))
    assert fees.state is LetterState.QUEUED
    book.cancel(lena, enquiry.reference, enquiry.version, CancelledBy.PATIENT, "")
    assert [message["Subject"] for message in what_arrives(smtp)] == [
        f"Your appointment is cancelled, {enquiry.reference}"
    ]


@pytest.mark.parametrize("tell", [Tell.LETTER, Tell.TELEPHONE])
def test_nobody_is_reminded_who_did_not_allow_it(lena: Staff, smtp: MailServer, it_is: Still, tell: Tell) -> None:
    pat_gets(lena, tell=tell)
    it_is(REMINDER + timedelta(hours=1))
    clockwork.sweep(clock.now())
    assert not [message for message in what_arrives(smtp) if "reminder" in message["Subject"]]


def test_one_that_was_closed_as_booked_is_reminded_all_the_same(lena: Staff, smtp: MailServer, it_is: Still) -> None:
    enquiry = pat_gets(lena)
    decide.close(lena, enquiry.reference, enquiry.version, Outcome.APPOINTMENT_BOOKED, "")
    it_is(REMINDER)
    clockwork.sweep(clock.now())
    assert len(what_arrives(smtp)) == 2


def test_a_worker_that_slept_through_it_sends_no_reminder_of_what_is_past(
    lena: Staff, smtp: MailServer, it_is: Still
) -> None:
    pat_gets(lena)
    it_is(AT_NINE + timedelta(minutes=1))
    clockwork.sweep(clock.now())
    assert len(what_arrives(smtp)) == 1
    assert db.session.scalars(select(Appointment.remind_at)).all() == [None]


def test_what_does_not_open_keeps_no_other_reminder_waiting(lena: Staff, smtp: MailServer, it_is: Still) -> None:
    broken, whole = pat_gets(lena), pat_gets(lena, starts_at=AT_NINE + timedelta(hours=1))
    db.session.execute(update(Appointment).where(Appointment.enquiry_id == broken.id).values(arranged_sealed=b"harmed"))
    db.session.commit()
    it_is(REMINDER)
    clockwork.sweep(clock.now())
    clockwork.sweep(clock.now())
    [subject] = [message["Subject"] for message in what_arrives(smtp) if "reminder" in message["Subject"]]
    assert whole.reference in subject


def test_fees_are_told_by_letter_and_one_with_a_gap_does_not_go(lena: Staff, smtp: MailServer) -> None:
    enquiry = pat_gets(lena)
    with pytest.raises(HasGaps):
        tell_fees(lena, enquiry.reference, enquiry.version, FeesBy.EMAIL, words_for(Clinic.LONDON))
    assert the_appointment(enquiry).fees_told_at is None

    tell_fees(lena, enquiry.reference, enquiry.version, FeesBy.EMAIL, "The first visit costs £1.")

    assert the_appointment(enquiry).fees_told_at == MONDAY
    [_, letter] = what_arrives(smtp)
    assert letter["Subject"] == f"Fees for your appointment, {enquiry.reference}"
    assert "The first visit costs £1." in letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert list(letter.iter_attachments()) == []


@pytest.mark.parametrize("by", [FeesBy.POST, FeesBy.HANDED, FeesBy.SPOKEN])
def test_fees_that_were_told_otherwise_are_only_written_down(lena: Staff, smtp: MailServer, by: FeesBy) -> None:
    enquiry = pat_gets(lena)
    tell_fees(lena, enquiry.reference, enquiry.version, by, WITH_GAPS)
    assert the_appointment(enquiry).fees_told_at == MONDAY
    assert len(what_arrives(smtp)) == 1


def test_no_fee_letter_goes_to_whom_nobody_can_write(lena: Staff) -> None:
    enquiry = pat_is_claimed(lena, contact={"email": "", "preferred": "telephone"})
    enquiry = book.book(lena, enquiry.reference, enquiry.version, plan(tell=Tell.TELEPHONE), True)
    with pytest.raises(NoAddress):
        tell_fees(lena, enquiry.reference, enquiry.version, FeesBy.EMAIL, "£1")


def test_max_gives_each_clinic_its_own_words_about_fees() -> None:
    hired = hire(MAX)
    set_words(hired, {Clinic.LONDON: "London’s", Clinic.NORWICH: "Norwich’s"})
    set_words(hired, {Clinic.LONDON: "London’s new"})
    assert (words_for(Clinic.LONDON), words_for(Clinic.NORWICH)) == ("London’s new", "Norwich’s")


def test_a_letter_from_before_there_were_enclosures_still_opens(lena: Staff) -> None:
    """Rows that were sealed by an earlier version have no such word."""
    pat_gets(lena)
    letter = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.APPOINTMENT_BOOKED)).one()
    assert letter.contents.enclosure is not None
    older = {k: v for k, v in msgspec.to_builtins(letter.contents).items() if k != "enclosure"}
    assert msgspec.json.decode(msgspec.json.encode(older), type=Contents).enclosure is None
    assert b"VCALENDAR" not in letter.contents_sealed
