"""Fills a database with years of enquiries: a few that were really sent, and copies of them that do not open.

Why copies: to seal a million enquiries takes hours, and nobody opens one that has ended. A copy has an id, a key and
search tokens of its own, and sealed bytes of the same length; whatever a page of the desk opens was really sent, and
worked on with the verbs that colleagues use.
"""

import itertools
import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any, cast
from uuid import uuid4

from flask import Flask
from sqlalchemy import Connection, Table, insert, select

from enquiry import clock
from enquiry.calls.record import record_call
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.search_token import SearchToken
from enquiry.records.staff import Staff
from enquiry.records.types import WrappedKey, new_id
from enquiry.rules.clinics import Clinic
from enquiry.rules.contact import CallOutcome
from enquiry.rules.status import Outcome, Status, Turn
from enquiry.sealing import TOKEN_LENGTH
from enquiry.triage import decide
from tests.bench.crowd import REFERENCES
from tests.people import PATS_STORY, pat_asks

Row = dict[str, Any]

SENT = 60  # that open, in London: more than two pages of the queue
SET_ASIDE = 20  # copies in each clinic
TOKENS = 4  # of a copy
BATCH = 5000
APART = timedelta(minutes=10)  # one arrives after the other
ENDED: Row = {"status": Status.CLOSED, "outcome": Outcome.ADVICE_SENT, "turn": Turn.NOBODY}


def fill(app: Flask, size: int, waiting: int) -> list[str]:
    """Let so many have asked, and so many of them wait in each clinic; return the references of those that open.

    :param waiting: in each clinic's queue.
    """
    with app.test_request_context():
        examples = _send(_lena(), SENT)
        copy(size - SENT, waiting)
    return examples


def copy(copies: int, waiting: int) -> None:
    """Write copies of an enquiry that is there, those that ended first; call it in an application context.

    What waits is due after everything that is there already.

    :param waiting: of the copies, in each clinic's queue.
    """
    with db.engine.connect().execution_options(writes=True) as connection:
        like = dict(connection.execute(select(Enquiry.__table__).limit(1)).mappings().one())
        its_key = select(WrappedKey.__table__).where(WrappedKey.id == like["key_id"])
        key = dict(connection.execute(its_key).mappings().one())
        rows = _copies(like, copies, waiting * len(Clinic))
        while batch := list(itertools.islice(rows, BATCH)):
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")  # nobody asks for keys
            _write(connection, WrappedKey, [{**key, "id": row["key_id"]} for row in batch])
            _write(connection, Enquiry, batch)
            _write(connection, SearchToken, sorted(_tokens(batch), key=lambda row: row["token"]))
            connection.commit()
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE")  # it does so by itself, in a while; SQLite never does
            connection.commit()


def _lena() -> Staff:
    return db.session.scalars(select(Staff).where(Staff.email.startswith("lena@"))).one()


def _send(lena: Staff, people: int) -> list[str]:
    """Let people ask, each with five entries in their timeline, and return their references."""
    references = []
    for number in range(people):
        enquiry = pat_asks(
            Clinic.LONDON,
            who={"name": f"Pat Number{number}", "birth_date": f"1970-01-{number % 28 + 1:02}"},
            contact={"email": f"pat-{number}@home.example", "telephone": f"+44 7700 9{number:05}"},
            about={"about": "sciatica", "story": PATS_STORY * 8},
        )
        for verb in (
            lambda one: decide.claim(lena, one.reference, one.version),
            lambda one: decide.write_note(lena, one.reference, one.version, "Rings back in the afternoon."),
            lambda one: record_call(lena, one.reference, one.version, CallOutcome.NO_ANSWER, "Rang at noon."),
        ):
            enquiry = verb(enquiry)
        references.append(enquiry.reference)
        db.session.expunge_all()
    return references


def _copies(like: Row, copies: int, waiting: int) -> Iterator[Row]:
    """Yield rows as they are stored, in turns for each clinic."""
    now = clock.now()
    clinics = tuple(Clinic)
    for number in range(copies):
        own_id, since_last = new_id(), copies - number
        at = now - since_last * APART
        is_open = since_last <= waiting + SET_ASIDE * len(clinics)
        yield {
            **like,
            **({"due_at": now + timedelta(days=30, minutes=number)} if is_open else {"due_at": at, "ended_at": at}),
            **({} if is_open else ENDED),
            "id": own_id,
            "key_id": own_id,
            "nonce": uuid4(),
            "reference": next(REFERENCES),
            "clinic": clinics[number % len(clinics)],
            "received_at": at,
            "changed_at": at,
            "review_on": None if is_open else (at + timedelta(days=730)).date(),
            "set_aside_at": at if is_open and since_last > waiting else None,
        }


def _tokens(enquiries: Sequence[Row]) -> Iterator[Row]:
    for row in enquiries:
        for _ in range(TOKENS):
            yield {"token": secrets.token_bytes(TOKEN_LENGTH), "clinic": row["clinic"], "enquiry_id": row["id"]}


def _write(connection: Connection, kind: type, rows: Iterable[Row]) -> None:
    """Write rows in the way in which each database takes millions fastest."""
    table = cast(Table, kind.__table__)  # type: ignore[attr-defined]
    if connection.dialect.name != "postgresql":
        connection.execute(insert(table), list(rows))
        return
    names = [column.name for column in table.columns]
    with connection.connection.cursor().copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([row[name] for name in names])
