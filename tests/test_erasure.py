"""What Pat wrote goes when its time is over or when she asks, and nothing is left but that it was here."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select

from enquiry import audit, clock, database, erasure, ledger, outbox
from enquiry.audit import AuditEvent
from enquiry.complaints import register
from enquiry.complaints.receive import receive
from enquiry.database import DatabaseBusy
from enquiry.extensions import db
from enquiry.ledger import LedgerNotWritten
from enquiry.records.complaint import Complaint, Concern, Said
from enquiry.records.enquiry import Enquiry
from enquiry.records.ledger import AuditEntry, Erased, Reason
from enquiry.records.letter import Letter
from enquiry.records.near_miss import NearMiss
from enquiry.records.search_token import SearchToken
from enquiry.records.staff import Staff
from enquiry.records.timeline import Entry
from enquiry.records.types import WrappedKey
from enquiry.rules.status import Outcome, Status
from enquiry.triage import decide, merge
from enquiry.triage.near_miss import report
from tests.agreeing import TOM, both_close
from tests.finding.test_search import look_for
from tests.mail_server import MailServer
from tests.people import LENA, MAX, PAT, PATS_EMAIL, RAI, at_the_desk, hire, pat_asks

YEAR = timedelta(days=366)
WHY_HELD = "Her solicitor has written to us."


@pytest.fixture(autouse=True)
def own_ledger(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A ledger that knows of no other test's erasures."""
    monkeypatch.setitem(app.config, "ERASURE_LEDGER", tmp_path / "erasures")


@pytest.fixture
def pats(app: Flask) -> Callable[..., Enquiry]:
    """What lets Pat ask and Mr Rai close it, on a day of one's choice."""
    with app.app_context():
        rai, tom = hire(RAI), hire(TOM)

    def asks_and_is_answered(outcome: Outcome = Outcome.ADVICE_SENT, **pages: dict[str, Any]) -> Enquiry:
        with app.test_request_context():
            asked = pat_asks(**pages)
            return both_close(rai, tom, asked, outcome)

    return asks_and_is_answered


def erased(app: Flask, after: timedelta) -> int:
    """Let the nightly review run so much later, and return how many enquiries it erased."""
    with app.app_context():
        return erasure.erase_due(clock.now() + after)


def left(app: Flask) -> dict[str, int]:
    """Return how many rows are left of all that an enquiry is made of."""
    with app.app_context():
        tables = (Enquiry, Entry, Letter, SearchToken, WrappedKey)
        return {
            table.__tablename__: count
            for table in tables
            if (count := db.session.scalar(select(func.count()).select_from(table)))
        }


def on_record(app: Flask, enquiry: Enquiry) -> list[str]:
    """Return what the audit says of an enquiry."""
    with app.app_context():
        chosen = select(AuditEntry.event).where(AuditEntry.subject == enquiry.id).order_by(AuditEntry.ordinal)
        return list(db.session.scalars(chosen))


def run(app: Flask, *words: str, typed: str = "") -> str:
    """Run an operator's command and return what it printed."""
    result = app.test_cli_runner().invoke(args=["erase", *words], input=typed)
    assert result.exit_code in (0, 1), result.output
    return result.output


def test_two_years_after_the_last_contact_nothing_is_left_but_that_it_was_here(
    app: Flask, pats: Callable[..., Enquiry]
) -> None:
    enquiry = pats()
    assert erased(app, timedelta(days=700)) == 0
    assert erased(app, 2 * YEAR) == 1

    assert left(app) == {}
    assert on_record(app, enquiry) == ["enquiry sent", "enquiry closed", "enquiry erased"]
    with app.app_context():
        kept = db.session.scalars(select(Erased)).one()
        assert (kept.id, kept.actor, kept.reason) == (enquiry.id, audit.SYSTEM, Reason.DUE)
        assert audit.first_fault() is None


def test_the_reference_of_an_erased_enquiry_is_one_that_never_was(app: Flask, pats: Callable[..., Enquiry]) -> None:
    lena, enquiry = at_the_desk(app, LENA), pats()
    case = f"/desk/enquiries/{enquiry.reference}"
    assert lena.get(case).status_code == 200
    assert erased(app, 2 * YEAR) == 1
    assert "Nobody found" in look_for(lena, "Pat").text
    for page in ("", "/reply", "/call"):
        gone, never = lena.get(case + page), lena.get(f"/desk/enquiries/LN-0000-0000{page}")
        assert (gone.status_code, gone.data) == (404, never.data)


def test_lena_who_had_the_page_open_is_told_that_there_is_no_such_enquiry(
    app: Flask, pats: Callable[..., Enquiry]
) -> None:
    lena, enquiry = at_the_desk(app, LENA), pats()
    case = f"/desk/enquiries/{enquiry.reference}"
    page = lena.get(case).text
    assert erased(app, 2 * YEAR) == 1
    assert lena.send(case, page, {"text": "One more thing"}, f"{case}/note").status_code == 404


def test_an_open_enquiry_is_never_due(app: Flask) -> None:
    with app.test_request_context():
        pat_asks()
    assert erased(app, 100 * YEAR) == 0


def test_an_enquiry_that_was_opened_again_is_not_due(app: Flask, pats: Callable[..., Enquiry]) -> None:
    enquiry = pats()
    with app.app_context():
        rai = db.session.scalars(select(Staff).where(Staff.email == RAI.email)).one()
        decide.move(rai, enquiry.reference, enquiry.version, Status.ASSIGNED, "She rang")
    assert erased(app, 100 * YEAR) == 0


def test_the_record_of_a_patient_with_cancer_is_looked_at_and_kept(app: Flask, pats: Callable[..., Enquiry]) -> None:
    enquiry = pats(Outcome.APPOINTMENT_BOOKED, about={"about": "spinal-tumours"})
    assert erased(app, 9 * YEAR) == 0
    with app.app_context():
        kept = db.session.get_one(Enquiry, enquiry.id)
        assert kept.version == enquiry.version
        assert kept.review_on == clock.for_the_eye(clock.now() + 9 * YEAR).date() + timedelta(days=30)
    assert erased(app, 29 * YEAR) == 0
    assert erased(app, 31 * YEAR) == 1


def test_the_day_of_review_tells_a_thief_nothing_of_cancer_or_birthdays(
    app: Flask, pats: Callable[..., Enquiry]
) -> None:
    one = pats(Outcome.APPOINTMENT_BOOKED, about={"about": "spinal-tumours"}, who={"birth_date": "1950-01-02"})
    other = pats(Outcome.APPOINTMENT_BOOKED)
    assert one.review_on == other.review_on is not None


def test_more_enquiries_than_one_transaction_takes_all_go(
    app: Flask, pats: Callable[..., Enquiry], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasure, "AT_ONCE", 2)
    for outcome in (Outcome.SPAM, Outcome.APPOINTMENT_BOOKED, Outcome.SPAM, Outcome.SPAM, Outcome.ADVICE_SENT):
        pats(outcome)
    assert erased(app, timedelta(days=31)) == 3
    assert left(app)["enquiries"] == 2


def test_a_held_enquiry_is_kept_and_its_case_says_why(app: Flask, pats: Callable[..., Enquiry]) -> None:
    lena, enquiry = at_the_desk(app, LENA), pats()
    assert "is held" in run(app, "hold", enquiry.reference, typed=WHY_HELD)
    assert "It is held" in run(app, "hold", enquiry.reference, "--reason", "Again")
    assert erased(app, 50 * YEAR) == 0
    assert "It is held" in run(app, "enquiry", enquiry.reference, "--reason", "asked", "--yes")
    page = lena.get(f"/desk/enquiries/{enquiry.reference}").text
    assert "this enquiry will not be erased" in page
    assert page.count(WHY_HELD) == 2, "above, and in the timeline"

    assert "no longer held" in run(app, "release", enquiry.reference, "--reason", "The claim was settled")
    assert "It is not held" in run(app, "release", enquiry.reference, "--reason", "Again")
    assert "will not be erased" not in lena.get(f"/desk/enquiries/{enquiry.reference}").text
    assert erased(app, 2 * YEAR) == 1
    assert on_record(app, enquiry)[-4:] == [
        AuditEvent.ENQUIRY_OPENED,
        AuditEvent.ENQUIRY_RELEASED,
        AuditEvent.ENQUIRY_OPENED,
        AuditEvent.ENQUIRY_ERASED,
    ]


def test_a_hold_does_not_make_the_years_begin_anew(
    app: Flask, pats: Callable[..., Enquiry], monkeypatch: pytest.MonkeyPatch
) -> None:
    enquiry = pats()
    much_later = clock.now() + 2 * YEAR
    monkeypatch.setattr(clock, "now", lambda: much_later)
    run(app, "hold", enquiry.reference, "--reason", WHY_HELD)
    run(app, "release", enquiry.reference, "--reason", "Nothing came of it")
    assert erased(app, timedelta()) == 1


def test_pat_asks_to_be_forgotten_and_gets_a_receipt_that_does_not_name_her(app: Flask) -> None:
    with app.test_request_context():
        enquiry = pat_asks()
    assert "Aborted" in run(app, "enquiry", enquiry.reference, "--reason", "asked", typed="n\n")
    assert left(app)["enquiries"] == 1

    receipt = run(app, "enquiry", enquiry.reference.lower().replace("-", " "), "--reason", "asked", "--yes")

    assert f"Receipt: {enquiry.id}" in receipt
    assert "2 timeline entries, 1 letters and 0 files" in receipt
    assert enquiry.reference not in receipt
    assert left(app) == {}
    with app.app_context():
        assert [(kept.id, kept.reason) for kept in ledger.erasures()][-1] == (enquiry.id, Reason.ASKED)
    assert "no enquiry with this reference" in run(app, "enquiry", enquiry.reference, "--reason", "asked", "--yes")


def test_a_complaint_goes_ten_years_after_it_was_closed(app: Flask) -> None:
    with app.test_request_context():
        closed, still_open = (
            receive(uuid4(), Said(PAT, PATS_EMAIL, "", Concern.USE, "Somebody rang my work.")) for _ in range(2)
        )
        register.close(hire(MAX), closed.reference, "We have said sorry.")
    assert erased(app, 9 * YEAR) == 0
    assert erased(app, 10 * YEAR) == 1
    assert erased(app, 100 * YEAR) == 0
    assert left(app) == {"letters": 1, "data_keys": 1}
    with app.app_context():
        assert [one.id for one in db.session.scalars(select(Complaint))] == [still_open.id]
        assert [one.id for one in db.session.scalars(select(Erased))] == [closed.id]
        last = select(AuditEntry.event, AuditEntry.subject).order_by(AuditEntry.ordinal.desc()).limit(1)
        assert db.session.execute(last).one() == ("complaint erased", closed.id)


def test_a_letter_of_an_erased_enquiry_never_goes(app: Flask, smtp: MailServer) -> None:
    with app.test_request_context():
        enquiry = pat_asks()
        erasure.erase(audit.SYSTEM, enquiry.reference, Reason.ASKED)
        outbox.sweep(clock.now())
    assert not smtp.letters


def test_an_erasure_that_broke_off_after_it_was_written_down_is_completed_the_next_night(app: Flask) -> None:
    with app.test_request_context():
        enquiry = pat_asks()
        ledger.write_down([Erased(id=enquiry.id, at=clock.now(), actor=audit.SYSTEM, reason=Reason.ASKED)])
    assert erased(app, timedelta()) == 1
    assert left(app) == {}
    assert erased(app, timedelta()) == 0


def test_an_erasure_that_broke_off_and_was_tried_again_is_completed_once(app: Flask) -> None:
    """It stands in the ledger twice: that stopped every later night, and the way back from a backup."""
    with app.test_request_context():
        enquiry = pat_asks()
        for _ in range(2):
            ledger.write_down([Erased(id=enquiry.id, at=clock.now(), actor=audit.SYSTEM, reason=Reason.ASKED)])
    assert erased(app, timedelta()) == 1
    assert left(app) == {}


def test_nothing_is_erased_that_cannot_be_written_down(
    app: Flask, pats: Callable[..., Enquiry], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    enquiry = pats()
    monkeypatch.setitem(app.config, "ERASURE_LEDGER", tmp_path / "no-such-folder" / "erasures")
    with pytest.raises(LedgerNotWritten):
        erased(app, 2 * YEAR)
    assert "cannot be written: nothing was erased" in run(
        app, "enquiry", enquiry.reference, "--reason", "mistake", "--yes"
    )
    assert left(app)["enquiries"] == 1


def test_a_line_of_the_ledger_that_broke_off_spoils_neither_the_one_before_nor_the_one_after(
    app: Flask, tmp_path: Path
) -> None:
    file = tmp_path / "erasures"
    with app.test_request_context():
        first, second = (
            Erased(id=pat_asks().id, at=clock.now(), actor=audit.SYSTEM, reason=Reason.DUE) for _ in range(2)
        )
        ledger.write_down([first])
        file.write_text(file.read_text() + "0193-half-a-li")
        ledger.write_down([second])
        assert [(one.id, one.at, one.reason) for one in ledger.erasures()] == [
            (one.id, one.at, one.reason) for one in (first, second)
        ]
    assert file.stat().st_mode & 0o777 == 0o600


def merged_into(app: Flask, one: Enquiry, other: Enquiry, *also: str) -> None:
    """Merge an enquiry into another, and close that one; or keep the merged one from being erased first."""
    with app.test_request_context():
        tom = db.session.scalars(select(Staff).where(Staff.email == TOM.email)).one()
        merge.merge(tom, other.reference, other.version, one.reference, one.version)
        report(tom, one.reference, one.version + 1, "It was nearly lost.")
        if also:
            erasure.hold(audit.SYSTEM, one.reference, *also)
        decide.close(tom, other.reference, other.version + 1, Outcome.ADVICE_SENT, "")


@pytest.fixture
def two(app: Flask, pats: Callable[..., Enquiry]) -> tuple[Enquiry, Enquiry]:
    """Two open enquiries of Pat's."""
    with app.test_request_context():
        return pat_asks(), pat_asks()


def test_what_was_merged_goes_with_the_one_it_was_merged_into_and_so_does_a_near_miss(
    app: Flask, two: tuple[Enquiry, Enquiry]
) -> None:
    one, other = two
    merged_into(app, one, other)
    assert erased(app, timedelta(days=700)) == 0
    assert erased(app, 2 * YEAR) == 2
    assert left(app) == {}
    with app.app_context():
        assert set(db.session.scalars(select(Erased.id))) == {one.id, other.id}
        assert db.session.scalars(select(NearMiss)).all() == []


def test_what_was_merged_is_not_reviewed_apart(app: Flask, two: tuple[Enquiry, Enquiry]) -> None:
    one, other = two
    with app.test_request_context():
        tom = db.session.scalars(select(Staff).where(Staff.email == TOM.email)).one()
        merge.merge(tom, other.reference, other.version, one.reference, one.version)
    assert erased(app, 20 * YEAR) == 0, "the other is still open"


def test_one_is_not_erased_while_what_was_merged_into_it_is_held(app: Flask, two: tuple[Enquiry, Enquiry]) -> None:
    one, other = two
    merged_into(app, one, other, WHY_HELD)
    assert erased(app, 2 * YEAR) == 0
    with app.app_context(), pytest.raises(erasure.Held):
        erasure.erase(audit.SYSTEM, other.reference, Reason.ASKED)
    with app.app_context():
        erasure.release(audit.SYSTEM, one.reference, "It is over")
    assert erased(app, 2 * YEAR) == 2


def test_the_merged_one_alone_goes_on_request(app: Flask, two: tuple[Enquiry, Enquiry]) -> None:
    lena, (one, other) = at_the_desk(app, LENA), two
    merged_into(app, one, other)
    with app.app_context():
        erasure.erase(audit.SYSTEM, one.reference, Reason.ASKED)
    assert left(app)["enquiries"] == 1
    assert lena.get(f"/desk/enquiries/{other.reference}").status_code == 200


def test_the_cancer_of_what_was_merged_is_kept_as_long_as_the_record(app: Flask, pats: Callable[..., Enquiry]) -> None:
    with app.test_request_context():
        one, other = pat_asks(about={"about": "spinal-tumours"}), pat_asks()
        rai, tom = (db.session.scalars(select(Staff).where(Staff.email == who.email)).one() for who in (RAI, TOM))
        merge.merge(tom, other.reference, other.version, one.reference, one.version)
        both_close(rai, tom, other, Outcome.APPOINTMENT_BOOKED)
    assert erased(app, 9 * YEAR) == 0
    assert erased(app, 30 * YEAR) == 2


def test_an_enquiry_that_does_not_open_stops_no_other(
    app: Flask, pats: Callable[..., Enquiry], caplog: pytest.LogCaptureFixture
) -> None:
    broken, _ = pats(), pats()
    with app.app_context():
        db.session.execute(db.update(Enquiry).where(Enquiry.id == broken.id).values(patient_sealed=b"dust"))
        db.session.commit()
    caplog.set_level(logging.ERROR)
    assert erased(app, 2 * YEAR) == 1
    assert left(app)["enquiries"] == 1


@pytest.fixture
def impatient(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let nobody wait long for anybody else's transaction."""
    monkeypatch.setattr(database, "PAUSE", 0.01)
    monkeypatch.setitem(database.SQLITE_PRAGMAS, "busy_timeout", "100")
    with app.app_context():
        db.engine.dispose()
        yield
        db.engine.dispose()


@pytest.mark.usefixtures("impatient")
def test_whoever_still_looks_at_an_older_state_is_waited_for_and_not_overlooked(
    app: Flask, pats: Callable[..., Enquiry]
) -> None:
    """PostgreSQL carries deleted rows over for old transactions, also when a table is written anew."""
    enquiry = pats()
    with app.app_context(), looking(db.engine):
        assert erasure.erase(audit.SYSTEM, enquiry.reference, Reason.ASKED).has_remains
        assert left(app) == {}
        with pytest.raises(DatabaseBusy):
            erasure.erase_due(clock.now())
    assert erased(app, timedelta()) == 0


@contextmanager
def looking(engine: Engine) -> Iterator[None]:
    """Look at the database, and go on seeing it as it was then."""
    steady = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**steady) as connection:
        connection.execute(select(Enquiry.id)).all()
        yield
