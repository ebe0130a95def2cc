"""What is counted: each thing once, in its clinic, and never whose it was."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask import Flask
from sqlalchemy import select, text

from enquiry import caseload, clock, tallies
from enquiry.calls.record import MessageNotAllowed, record_call
from enquiry.extensions import db
from enquiry.intake import draft
from enquiry.intake.submit import submit
from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.records.tally import Tally, What, blind, count
from enquiry.replies.send import send_reply
from enquiry.rules.clinic_clock import ClinicClock
from enquiry.rules.clinics import Clinic
from enquiry.rules.contact import CallOutcome
from enquiry.rules.status import Outcome, RejectReason, Status
from enquiry.tallies import Days
from enquiry.triage import decide
from tests.intake.suspects import a_suspect_asks
from tests.intake.test_enquiry import (
    ABOUT,
    CLINIC,
    CONTACT,
    NO_FILES,
    PAIN,
    SAFE,
    SEND,
    START,
    TIMES,
    WHO,
    answer,
    fill_all,
)
from tests.migrations import the_migration
from tests.people import LENA, MAX, NOOR, PATS_EMAIL, RAI, hire, pat_asks
from tests.visitor import Visitor

LONDON = Clinic.LONDON
EVER = Days(date(2000, 1, 1), date(2100, 1, 1))
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)  # a Tuesday


def counted(what: What) -> dict[str, int]:
    """Return how often each word of this was counted, wherever that was."""
    found: dict[str, int] = {}
    for one in db.session.scalars(select(Tally).where(Tally.what == what)):
        found[one.word] = found.get(one.word, 0) + one.number
    return found


def replied(actor: Staff, enquiry: Enquiry) -> Enquiry:
    """Reply to Pat."""
    return send_reply(actor, enquiry.reference, enquiry.version, PATS_EMAIL, "Thank you.")


def rung(actor: Staff, enquiry: Enquiry, outcome: CallOutcome) -> Enquiry:
    """Ring Pat."""
    return record_call(actor, enquiry.reference, enquiry.version, outcome, "")


def closed(actor: Staff, enquiry: Enquiry, outcome: Outcome = Outcome.ADVICE_SENT) -> Enquiry:
    """End an enquiry."""
    return decide.close(actor, enquiry.reference, enquiry.version, outcome, "")


def moved(actor: Staff, enquiry: Enquiry, status: Status) -> Enquiry:
    """Put an enquiry where it stands now; to reject one needs a reason."""
    if status is Status.REJECTED:
        return decide.reject(actor, enquiry.reference, enquiry.version, RejectReason.INCOMPLETE, "")
    return decide.move(actor, enquiry.reference, enquiry.version, status, "She rang.")


def stands(enquiry: Enquiry, status: Status) -> Enquiry:
    """Put an enquiry where it stands now, by whichever verb leads there."""
    enquiry.move_to(status, clock.now(), ClinicClock())
    db.session.commit()
    return enquiry


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Let it be noon on a working day, and return what lets time go on from there."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    return lambda later: monkeypatch.setattr(clock, "now", lambda: NOON + later)


def test_an_enquiry_is_counted_when_it_arrives_by_source_and_blindly_by_condition(app: Flask) -> None:
    with app.test_request_context():
        pat_asks(about={"about": "sciatica"})
        today = clock.for_the_eye(clock.now()).date()
        assert counted(What.ARRIVED) == {"web": 1}
        assert counted(What.ASKED_ABOUT) == {blind("sciatica", today): 1}


def test_what_is_sent_twice_is_counted_once(app: Flask) -> None:
    with app.test_request_context():
        enquiry = pat_asks()
        assert submit(enquiry.nonce).id == enquiry.id
        assert counted(What.ARRIVED) == {"web": 1}
        assert counted(What.REACHED) == {"check": 1, "sent": 1}


def test_only_the_first_answer_counts_and_an_attempt_is_none(app: Flask, at_noon: Callable[[timedelta], None]) -> None:
    with app.test_request_context():
        lena, enquiry = hire(LENA), pat_asks()
        at_noon(timedelta(minutes=40))
        enquiry = rung(lena, enquiry, CallOutcome.NO_ANSWER)
        assert counted(What.ANSWERED) == {}
        for _ in range(2):
            enquiry = replied(lena, enquiry)
        rung(lena, enquiry, CallOutcome.SPOKE)
        assert counted(What.ANSWERED) == {"routine/in-time": 1}
        assert counted(What.WAITED) == {"one-hour": 1}
        assert counted(What.CALLED) == {"no-answer": 1, "spoke": 1}


def test_an_answer_after_it_was_due_is_late(app: Flask, at_noon: Callable[[timedelta], None]) -> None:
    with app.test_request_context():
        lena, enquiry = hire(LENA), pat_asks(pain={"worse": "yes"})
        at_noon(timedelta(days=1, minutes=1))
        replied(lena, enquiry)
        assert counted(What.ANSWERED) == {"soon/late": 1}
        assert counted(What.WAITED) == {"two-days": 1}


def test_an_answer_while_the_clock_stood_still_is_in_time(app: Flask, at_noon: Callable[[timedelta], None]) -> None:
    with app.test_request_context():
        lena, enquiry = hire(LENA), pat_asks()
        enquiry = moved(lena, decide.claim(lena, enquiry.reference, enquiry.version), Status.WAITING_FOR_PATIENT)
        at_noon(timedelta(days=9))
        replied(lena, enquiry)
        assert counted(What.ANSWERED) == {"routine/in-time": 1}
        assert counted(What.WAITED) == {"longer": 1}


def test_every_way_in_which_an_enquiry_ends_is_counted_and_so_is_its_return(app: Flask) -> None:
    with app.test_request_context():
        lena, enquiry = hire(LENA), pat_asks()
        enquiry = stands(closed(lena, enquiry), Status.ASSIGNED)
        for ending in (Status.REJECTED, Status.WITHDRAWN):
            enquiry = stands(stands(enquiry, ending), Status.ASSIGNED)
        closed(lena, enquiry, Outcome.NO_REPLY)
        assert counted(What.ENDED) == {
            "advice-sent": 1, "no-reply": 1, "rejected": 1, "withdrawn": 1, "taken-up-again": 3,
        }  # fmt: skip


def test_an_ending_is_counted_whoever_puts_the_enquiry_back_and_by_whatever_way(app: Flask) -> None:
    with app.test_request_context():
        enquiry = closed(hire(LENA), pat_asks(), Outcome.DUPLICATE)
        enquiry.ended_at = None
        db.session.commit()
        enquiry.changed_at = clock.now()
        db.session.commit()
        assert counted(What.ENDED) == {"duplicate": 1, "taken-up-again": 1}


def test_a_deed_that_is_refused_is_not_counted(app: Flask) -> None:
    with app.test_request_context():
        lena, enquiry = hire(LENA), pat_asks()
        with suppress(caseload.ChangedMeanwhile):
            decide.close(lena, enquiry.reference, enquiry.version + 1, Outcome.ADVICE_SENT, "")
        with suppress(MessageNotAllowed):
            rung(lena, enquiry, CallOutcome.MESSAGE_LEFT)
        assert counted(What.ENDED) == counted(What.CALLED) == {}


def test_a_transfer_is_counted_where_the_enquiry_arrived_and_where_it_ended(app: Flask) -> None:
    with app.test_request_context():
        rai, enquiry = hire(RAI), pat_asks()
        enquiry = decide.transfer(rai, enquiry.reference, enquiry.version, Clinic.NORWICH, "She lives there.")
        closed(rai, enquiry)
        where = {(one.what, one.clinic) for one in db.session.scalars(select(Tally)) if one.clinic}
        assert where == {
            (What.ARRIVED, LONDON), (What.ASKED_ABOUT, LONDON), (What.ENDED, Clinic.NORWICH),
        }  # fmt: skip


def test_what_looks_like_spam_arrives_only_when_somebody_lets_it_in(app: Flask) -> None:
    with app.test_request_context():
        lena, patient, spam = hire(LENA), a_suspect_asks(), a_suspect_asks()
        assert counted(What.ARRIVED) == {}
        decide.rescue(lena, patient.reference, patient.version)
        closed(lena, spam, Outcome.SPAM)
        assert counted(What.SPAM) == {"set-aside": 2, "let-in": 1}
        assert counted(What.ARRIVED) == {"web": 1}
        assert counted(What.ENDED) == {"spam": 1}


def test_every_page_of_the_form_is_counted_once_however_often_it_is_opened(app: Flask, client: Visitor) -> None:
    begun = client.fill_in(START, SAFE).location
    answer(client, begun, WHO)
    check = answer(client, begun, WHO, CONTACT, ABOUT, PAIN, TIMES, NO_FILES, CLINIC)  # back, and once more
    client.fill_in(START.replace("?", "?" + check.partition("?")[2] + "&"), {"red_flags": ["row-1"], "cancer": "no"})
    again = client.fill_in("/enquire/safety?" + check.partition("?")[2], SAFE).location
    client.fill_in(again, SEND)
    pages = ("who", "contact", "about", "pain", "times", "files", "clinic", "check", "sent")
    with app.app_context():
        assert counted(What.REACHED) == dict.fromkeys(pages, 1)
        assert {one.clinic for one in db.session.scalars(select(Tally).where(Tally.what == What.REACHED))} == {None}


def test_answers_that_are_never_sent_are_counted_when_they_go(app: Flask, client: Visitor) -> None:
    check = fill_all(client)
    client.fill_in(check, action=check.replace("/check?", "/clear?"))
    with app.test_request_context():
        for _ in range(3):
            draft.open_as(uuid4(), {})
        draft.discard_expired(clock.now() + timedelta(hours=25))
        draft.discard_expired(clock.now() + timedelta(hours=25))
        assert counted(What.UNSENT) == {"cleared": 1, "expired": 3}


def test_a_day_that_is_over_is_added_up_and_says_the_same(app: Flask) -> None:
    with app.app_context():
        max_ = hire(MAX)
        for days in (0, 1, 1, 1, 2):
            for clinic in (*Clinic, None):
                count(What.CALLED, "spoke", clock.now() - timedelta(days=days), clinic, number=2)
        db.session.commit()
        before = tallies.totals(max_, Clinic, EVER), len(db.session.scalars(select(Tally)).all())
        db.session.rollback()
        for _ in range(2):
            tallies.add_up(clock.now())
            assert tallies.totals(max_, Clinic, EVER) == before[0]
            db.session.rollback()
        assert (before[1], len(db.session.scalars(select(Tally)).all())) == (15, 9)


def test_today_is_left_as_it_is_while_it_is_being_counted(app: Flask) -> None:
    with app.app_context():
        for _ in range(3):
            count(What.CALLED, "spoke", clock.now(), LONDON)
        db.session.commit()
        tallies.add_up(clock.now())
        assert [one.number for one in db.session.scalars(select(Tally))] == [1, 1, 1]


def test_nobody_reads_the_counts_of_a_clinic_to_which_they_do_not_belong(app: Flask) -> None:
    with app.test_request_context():
        noor, max_ = hire(NOOR), hire(MAX)
        pat_asks(about={"about": "sciatica"})
        everywhere = tuple(Clinic)
        assert sum(tallies.arrivals(noor, everywhere, EVER).values()) == 0
        assert not tallies.conditions(noor, everywhere, EVER, ["sciatica"])
        assert {one.clinic for one in tallies.totals(noor, everywhere, EVER)} == {None}
        assert tallies.conditions(max_, everywhere, EVER, ["sciatica"]) == {("sciatica", LONDON): 1}
        assert not tallies.conditions(max_, [Clinic.NORWICH], EVER, ["sciatica"])


def test_a_stolen_table_does_not_tell_which_conditions_are_common(app: Flask) -> None:
    with app.test_request_context():
        today = clock.for_the_eye(clock.now()).date()
        assert blind("sciatica", today) == blind("sciatica", today)
        assert blind("sciatica", today) != blind("sciatica", today - timedelta(days=1))
        pat_asks(about={"about": "sciatica"})
        everything = str([vars(one) for one in db.session.scalars(select(Tally))])
        assert "sciatica" not in everything


def test_nothing_that_is_counted_leads_to_an_enquiry(app: Flask) -> None:
    with app.test_request_context():
        enquiry = pat_asks()
        rows = db.session.scalars(select(Tally)).all()
        assert rows
        assert all(one.id.version == 4 for one in rows), "an id that sorts by time would say which enquiry it was"
        assert not {enquiry.id, enquiry.nonce} & {one.id for one in rows}
        assert set(Tally.__table__.columns.keys()) == {"id", "day", "clinic", "what", "word", "number"}
        assert not Tally.__table__.foreign_keys


def test_diversions_that_were_counted_by_the_hour_are_counted_by_the_day(app: Flask) -> None:
    migration = the_migration("0013_tallies")
    before_midnight_in_london = datetime(2026, 7, 1, 22, tzinfo=UTC)
    with (
        app.app_context(),
        db.engine.connect().execution_options(writes=True) as connection,
        connection.begin(),
        Operations.context(MigrationContext.configure(connection)),
    ):
        migration.downgrade()
        for hours in (0, 0, 1):
            values = {"id": uuid_of(connection.dialect.name), "at": before_midnight_in_london + timedelta(hours=hours)}
            connection.execute(text("INSERT INTO diversions (id, at, row) VALUES (:id, :at, 'row-1')"), values)
        migration.upgrade()
        rows = connection.execute(select(Tally.day, Tally.what, Tally.word, Tally.number).order_by(Tally.day)).all()
    assert [tuple(row) for row in rows] == [
        (date(2026, 7, 1), What.DIVERTED, "row-1", 2),
        (date(2026, 7, 2), What.DIVERTED, "row-1", 1),
    ]


def uuid_of(dialect: str) -> UUID | str:
    """Return a new id as the database takes it in a statement of plain words."""
    return uuid4() if dialect == "postgresql" else uuid4().hex
