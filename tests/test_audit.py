"""Whoever tampers with the audit is found out: ``flask audit verify`` names the first entry that is wrong."""

import random
import re
import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from enquiry import audit
from enquiry.audit import AuditEvent, Mark
from enquiry.extensions import db
from enquiry.records.ledger import AuditEntry, AuditHead
from tests.people import INES, LENA, at_the_desk, pat_asks

ENTRIES = 1000
FEW = 20
dice = random.Random(20261122)  # noqa: S311 - chance, not secrecy
ANY = [1, 2, 500, ENTRIES - 1, *dice.sample(range(3, ENTRIES - 1), 6)]

Tampering = Callable[[int], None]


def put_on_record(entries: int) -> None:
    """Let somebody do something, so many times."""
    for number in range(entries):
        audit.record(audit.SYSTEM, AuditEvent.ENQUIRY_OPENED, UUID(int=number % 50))
    db.session.commit()


@pytest.fixture
def chain(app: Flask) -> Flask:
    """The application after a few deeds."""
    with app.app_context():
        put_on_record(FEW)
    return app


def verify(app: Flask, *mark: str) -> tuple[int, str]:
    """Give the operator's command, and return its status and what it says."""
    said = app.test_cli_runner().invoke(args=["audit", "verify", *mark])
    return said.exit_code, said.output


def change(**values: Any) -> Tampering:
    def tamper(ordinal: int) -> None:
        db.session.execute(update(AuditEntry).where(AuditEntry.ordinal == ordinal).values(**values))

    return tamper


def change_the_time(ordinal: int) -> None:
    entry = db.session.get_one(AuditEntry, ordinal)
    change(at=entry.at.replace(microsecond=(entry.at.microsecond + 1) % 1_000_000))(ordinal)


def remove(ordinal: int) -> None:
    db.session.execute(delete(AuditEntry).where(AuditEntry.ordinal == ordinal))


def remove_and_close_up(ordinal: int) -> None:
    remove(ordinal)
    move_those_from(ordinal, by=-1)


def swap_with_the_next(ordinal: int) -> None:
    for before, after in ((ordinal, 0), (ordinal + 1, ordinal), (0, ordinal + 1)):
        db.session.execute(update(AuditEntry).where(AuditEntry.ordinal == before).values(ordinal=after))


def insert_a_forged_one(ordinal: int) -> None:
    move_those_from(ordinal, by=1)
    copied = db.session.execute(select(AuditEntry.__table__).where(AuditEntry.ordinal == ordinal + 1)).one()
    forged = {**copied._mapping, "ordinal": ordinal, "actor": "public"}
    db.session.execute(insert(AuditEntry.__table__), forged)  # type: ignore[arg-type]


def move_those_from(ordinal: int, by: int) -> None:
    """Renumber the rest of the chain, by way of numbers that nobody has."""
    far = 10 * ENTRIES
    for shift, beyond in ((far, ordinal), (by - far, far)):
        moved = update(AuditEntry).where(AuditEntry.ordinal >= beyond)
        db.session.execute(moved.values(ordinal=AuditEntry.ordinal + shift))
    db.session.execute(update(AuditHead).values(ordinal=AuditHead.ordinal + by))


TAMPERINGS: list[Tampering] = [
    change(actor="public"),
    change(event="signed in"),
    change(subject=UUID(int=77)),
    change(subject=None),
    change(link=b"forged"),
    change_the_time,
    remove,
    remove_and_close_up,
    swap_with_the_next,
    insert_a_forged_one,
]


def test_any_of_a_thousand_entries_that_was_changed_removed_moved_or_added_is_named(app: Flask) -> None:
    with app.app_context():
        put_on_record(ENTRIES)
        for tamper in TAMPERINGS:
            for ordinal in ANY:
                tamper(ordinal)
                found = audit.first_fault()
                db.session.rollback()
                assert found == ordinal, tamper
        assert audit.first_fault() is None


@pytest.mark.parametrize(
    "overwritten",
    [
        "at = 'the day before'",
        "at = x'00ff'",
        "at = 17",
        "at = ''",
        "actor = CAST(x'ff' AS TEXT)",
        "event = x'00ff'",
        "event = ''",
        "subject = 'Pat'",
        "subject = 17",
        "subject = x'00ff'",
        "link = 'a link'",
        "link = 17",
    ],
)
def test_an_entry_that_was_overwritten_with_what_is_none_is_named_and_seen(app: Flask, overwritten: str) -> None:
    """SQLite takes any word in any column; PostgreSQL refuses what is of another kind."""
    statement = text(f"UPDATE audit SET {overwritten} WHERE ordinal = 17")  # noqa: S608 - our own words
    with app.app_context():
        put_on_record(FEW)
        try:
            db.session.execute(statement)
        except DBAPIError:
            db.session.rollback()
            assert db.engine.dialect.name == "postgresql"
            assert audit.first_fault() is None
            return
        db.session.commit()
        assert audit.first_fault() == 17
    assert "17" in verify(app)[1]
    ines = at_the_desk(app, INES)
    assert ines.get("/desk/audit").status_code == 200


def test_lena_opens_a_case_of_which_an_audit_entry_cannot_be_read(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.test_request_context():
        reference = pat_asks().reference
        if db.engine.dialect.name == "sqlite":
            db.session.execute(text("UPDATE audit SET at = 'the day before' WHERE subject IS NOT NULL"))
            db.session.commit()
    assert lena.get(f"/desk/enquiries/{reference}").status_code == 200
    page = lena.get(f"/desk/enquiries/{reference}/looks")
    assert page.status_code == 200
    is_said = "it cannot be read" in page.text
    with app.app_context():
        assert is_said == (db.engine.dialect.name == "sqlite")


def test_the_command_names_the_entry_and_says_so_with_its_status(chain: Flask) -> None:
    assert verify(chain)[0] == 0
    with chain.app_context():
        change(actor="public")(17)
        db.session.commit()

    assert verify(chain) == (1, "Error: The audit was tampered with: entry 17 is the first that is wrong\n")


def test_a_forged_entry_at_the_end_is_named(chain: Flask) -> None:
    with chain.app_context():
        last = db.session.execute(select(AuditEntry.__table__).where(AuditEntry.ordinal == FEW)).one()
        forged = {**last._mapping, "ordinal": FEW + 1, "actor": "public"}
        db.session.execute(insert(AuditEntry.__table__), forged)  # type: ignore[arg-type]
        assert audit.first_fault() == FEW + 1


@pytest.mark.parametrize("mend_the_head", [False, True])
def test_an_end_that_was_cut_off_is_seen_by_the_head(chain: Flask, mend_the_head: bool) -> None:
    with chain.app_context():
        db.session.execute(delete(AuditEntry).where(AuditEntry.ordinal > 15))
        if mend_the_head:
            link = db.session.get_one(AuditEntry, 15).link
            db.session.execute(update(AuditHead).values(ordinal=15, link=link))
        assert audit.first_fault() == 16


def test_an_end_that_was_cut_off_with_an_older_head_is_seen_by_whoever_noted_a_mark(app: Flask) -> None:
    with app.app_context():
        put_on_record(5)
        older = db.session.execute(select(AuditHead.ordinal, AuditHead.link, AuditHead.seal)).one()
        put_on_record(5)
    mark = re.search(r"\d+-[0-9a-f]{16}", verify(app)[1])
    assert mark
    assert verify(app, mark[0])[0] == 0

    with app.app_context():
        db.session.execute(delete(AuditEntry).where(AuditEntry.ordinal > 5))
        db.session.execute(update(AuditHead).values(**older._mapping))
        db.session.commit()

    assert verify(app)[0] == 0, "if this is seen without a mark, the documents are too modest"
    assert verify(app, mark[0]) == (1, "Error: The audit was tampered with: entry 6 is the first that is wrong\n")


def test_a_chain_that_was_written_anew_after_a_cut_is_seen_by_its_mark(chain: Flask) -> None:
    with chain.app_context():
        noted = Mark(12, "0123456789abcdef")
        assert audit.first_fault(noted) == 12
        assert audit.first_fault(Mark.of(12, db.session.get_one(AuditEntry, 12).link)) is None


@pytest.mark.parametrize("heads", [0, 2])
def test_a_head_that_was_removed_or_doubled_is_told(chain: Flask, heads: int) -> None:
    with chain.app_context():
        head = db.session.execute(select(AuditHead.__table__)).one()._mapping
        db.session.execute(delete(AuditHead))
        for number in range(heads):
            db.session.execute(insert(AuditHead.__table__), {**head, "id": number + 1})  # type: ignore[arg-type]
        assert audit.first_fault() == 1


@pytest.mark.parametrize("typed", ["yesterday", "12", "-0123456789abcdef"])
def test_what_is_no_mark_is_refused(app: Flask, typed: str) -> None:
    status, said = verify(app, "--", typed)
    assert status == 2
    assert "it looks like 12345-0123456789abcdef" in said


def test_entries_that_arrive_meanwhile_are_no_fault(chain: Flask) -> None:
    over = threading.Event()

    def people_work() -> None:
        while not over.is_set():
            with chain.app_context():
                audit.record(audit.PUBLIC, AuditEvent.ENQUIRY_SENT)
                db.session.commit()

    busy = threading.Thread(target=people_work)
    busy.start()
    try:
        with chain.app_context():
            before = audit.newest().ordinal
            for _ in range(20):
                assert audit.first_fault() is None
                db.session.rollback()
            assert audit.newest().ordinal > before
    finally:
        over.set()
        busy.join()


def test_each_night_the_log_is_told_how_the_audit_stands(chain: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    huey = chain.extensions["huey"]
    [job] = [task for task in huey._registry.periodic_tasks if task.name == "verify_the_audit"]
    huey.execute(job)
    assert re.search(rf"audit whole .*{FEW}-[0-9a-f]{{16}}", capsys.readouterr().out)

    with chain.app_context():
        remove(12)
        db.session.commit()
    huey.execute(job)
    assert re.search(r"audit tampered with .*12", capsys.readouterr().out)


@pytest.mark.soak
def test_twenty_thousand_entries_are_verified_in_a_second(app: Flask) -> None:
    with app.app_context():
        for _ in range(20):
            put_on_record(ENTRIES)
        began = time.process_time()  # of this processor, however busy the machine is with other things
        assert audit.first_fault() is None
        seconds = time.process_time() - began

    print(f"{20 * ENTRIES / seconds:,.0f} entries a second")
    assert seconds < 1
