"""Fills a database with years of enquiries: a few that were really sent, and copies of one that do not open.

Why copies, made by the database: to seal a million enquiries takes hours, and nobody opens one that has ended. A copy
has an id, a key and search tokens of its own, and sealed bytes of the same length; whatever a page of the desk opens
was really sent, and worked on with the verbs that colleagues use.
"""

# ruff: noqa: S608 - every part of these statements is ours

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import Connection, select

from enquiry.calls.record import record_call
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.rules.clinics import Clinic
from enquiry.rules.contact import CallOutcome
from enquiry.triage import decide
from tests.people import PATS_STORY, pat_asks

SENT = 60  # that open, in London: more than two pages of the queue
SET_ASIDE = 20  # copies in each clinic
TOKENS = 4  # of a copy
APART = 10  # minutes from one arrival to the next
AT_ONCE = 100_000  # in one transaction
CLINIC = "CASE n % 2 WHEN 0 THEN 'london' ELSE 'norwich' END"


@dataclass(frozen=True)
class Dialect:
    """How a database says what differs: everything is SQL, and ``n`` counts the copies from 0."""

    numbers: str  # before a SELECT, so many of which follow
    counted: str  # what it selects from
    own_id: str
    random_id: str
    reference: str
    moment: str  # so many minutes from now
    day: str
    token: str


SQLITE = Dialect(
    "WITH RECURSIVE numbers(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM numbers WHERE n < {last}) ",
    "numbers",
    "printf('01900000000070008000%012x', n)",
    "lower(hex(randomblob(16)))",
    "printf('LN-%04X-%04X', n / 65536, n % 65536)",
    "strftime('%Y-%m-%d %H:%M:%f000', 'now', ({minutes}) || ' minutes')",
    "date('now', ({minutes}) || ' minutes')",
    "randomblob(16)",
)
POSTGRESQL = Dialect(
    "",
    "generate_series({first}, {last}) AS numbers(n)",
    "('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid",
    "gen_random_uuid()",
    "'LN-' || upper(lpad(to_hex(n / 65536), 4, '0') || '-' || lpad(to_hex(n % 65536), 4, '0'))",
    "now() + ({minutes}) * interval '1 minute'",
    "(now() + ({minutes}) * interval '1 minute')::date",
    "uuid_send(gen_random_uuid())",
)


def fill(app: Flask, size: int, waiting: int) -> list[str]:
    """Let so many have asked, and so many of them wait in each clinic; return the references of those that open.

    :param waiting: in each clinic's queue.
    """
    with app.test_request_context():
        examples = _send(_lena(), SENT)
        copy(size - SENT, waiting)
    return examples


def copy(copies: int, waiting: int) -> None:
    """Write copies of the newest enquiry, those that ended first; call it in an application context.

    What waits is due after everything that is there already.

    :param waiting: of the copies, in each clinic's queue.
    """
    like = db.session.scalars(select(Enquiry).order_by(Enquiry.id.desc()).limit(1)).one().reference
    db.session.rollback()
    with db.engine.connect().execution_options(writes=True) as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        dialect = SQLITE if is_sqlite else POSTGRESQL
        its_own = _its_own(dialect, copies, waiting * len(Clinic))
        if is_sqlite:
            connection.exec_driver_sql("PRAGMA cache_size = -500000")  # kilobytes
        for first in range(0, copies, AT_ONCE):
            if not is_sqlite:
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")  # nobody asks for keys
            last = min(first + AT_ONCE, copies) - 1
            _run(connection, _statements(dialect, like, (first, last), its_own))
            connection.commit()
        if not is_sqlite:
            connection.exec_driver_sql("ANALYZE")  # PostgreSQL does so by itself, in a while; SQLite never does
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
        enquiry = decide.claim(lena, enquiry.reference, enquiry.version)
        enquiry = decide.write_note(lena, enquiry.reference, enquiry.version, "Rings back in the afternoon.")
        record_call(lena, enquiry.reference, enquiry.version, CallOutcome.NO_ANSWER, "Rang at noon.")
        references.append(enquiry.reference)
        db.session.expunge_all()
    return references


def _statements(dialect: Dialect, like: str, span: tuple[int, int], its_own: Mapping[str, str]) -> list[str]:
    """Return what writes the keys, the enquiries and the tokens of some copies.

    :param its_own: what a copy has in which column; in all others it has what it is a copy of.
    """
    begin, numbers = (part.format(first=span[0], last=span[1]) for part in (dialect.numbers, dialect.counted))
    names = [column.name for column in Enquiry.__table__.columns]
    values = ", ".join(its_own.get(name, f"one.{name}") for name in names)
    several = " UNION ALL ".join(f"SELECT {number} AS number" for number in range(TOKENS))
    one = f"(SELECT * FROM enquiries WHERE reference = '{like}') AS one"
    return [
        f"INSERT INTO data_keys (id, wrapped, wrapped_by) {begin} SELECT {dialect.own_id}, wrapped, wrapped_by "
        f"FROM {numbers}, {one} JOIN data_keys ON data_keys.id = one.key_id ORDER BY n",
        f"INSERT INTO enquiries ({', '.join(names)}) {begin} SELECT {values} FROM {numbers}, {one} ORDER BY n",
        f"INSERT INTO search_tokens (token, clinic, enquiry_id) {begin} SELECT {dialect.token}, {CLINIC}, "
        f"{dialect.own_id} FROM {numbers}, ({several}) AS several ORDER BY 1",
    ]


def _its_own(dialect: Dialect, copies: int, waiting: int) -> dict[str, str]:
    is_open = f"n >= {copies - waiting - SET_ASIDE * len(Clinic)}"
    is_set_aside = f"{is_open} AND n < {copies - waiting}"
    arrived = f"(n - {copies}) * {APART}"
    then, later = dialect.moment.format(minutes=arrived), dialect.moment.format(minutes=f"43200 + n % {waiting}")
    return {
        "id": dialect.own_id,
        "key_id": dialect.own_id,
        "nonce": dialect.random_id,
        "reference": dialect.reference,
        "clinic": CLINIC,
        "status": f"CASE WHEN {is_open} THEN one.status ELSE 'closed' END",
        "outcome": f"CASE WHEN {is_open} THEN NULL ELSE 'advice-sent' END",
        "turn": f"CASE WHEN {is_open} THEN one.turn ELSE 'nobody' END",
        "received_at": then,
        "changed_at": then,
        "due_at": f"CASE WHEN {is_open} THEN {later} ELSE {then} END",
        "ended_at": f"CASE WHEN {is_open} THEN NULL ELSE {then} END",
        "review_on": f"CASE WHEN {is_open} THEN NULL ELSE {dialect.day.format(minutes=f'{arrived} + 1051200')} END",
        "set_aside_at": f"CASE WHEN {is_set_aside} THEN {then} END",
    }


def _run(connection: Connection, statements: Iterable[str]) -> None:
    """Run statements as they stand: no driver is to look for places to fill in."""
    cursor = connection.connection.cursor()
    for statement in statements:
        cursor.execute(statement)
    cursor.close()
