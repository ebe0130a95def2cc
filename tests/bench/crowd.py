"""Fills a database with people, sealed and findable as those who write themselves, though without their letters.

Why not through the pages: 200,000 of them would take half a day.
"""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
from flask import Flask
from sqlalchemy import Connection, insert

from enquiry import search
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry, Kind
from enquiry.records.told import Contact, Patient, Request
from enquiry.records.types import WrappedKey, new_id
from enquiry.rules.clinics import Clinic
from enquiry.rules.clues import Person
from enquiry.rules.contact import Route
from enquiry.rules.references import new_reference
from enquiry.rules.status import Outcome, Status
from enquiry.sealing import Place

Row = dict[str, Any]

BATCH = 5000
BEGAN = datetime(2020, 1, 1, tzinfo=UTC)
OPEN_ONE_IN = 20  # as in the peer's database that desk.md 5 measured
STORY = "My left leg has hurt since September. It is worse when I sit, and wakes me at night. " * 8

RARE, HOW_RARE, RARE_BIRTHDAY = "Zoë O’Brien-Łukasz", 5, date(1901, 2, 3)
# One in eighty is called Anna and one in eighty Smith, as many as the commonest names in England; nobody is both.
COMMON, ONE_IN = ("Anna", "Smith"), 80
FIRST_NAMES = ("Maria", "Mark", "Martin", "Joan", "Peter", "Susan", "Ivan", "Grace", "Owen", "Priya", "Tariq", "Ewa")
SYLLABLES = ("bar", "den", "fol", "gar", "hal", "kin", "lor", "mer", "nor", "pal", "ric", "sel", "tor", "wen", "yar")
ONLY_IN_NORWICH = "Thirkettle"  # one in forty there


def _references() -> Iterator[str]:
    """Yield references that differ: among so many, two by chance would be the same."""
    taken = set()
    while True:
        reference = new_reference()
        if reference not in taken:
            taken.add(reference)
            yield reference


REFERENCES = _references()


def fill(app: Flask, people: int) -> None:
    """Let so many people ask, half of them London and half of them Norwich."""
    with app.app_context(), db.engine.connect().execution_options(writes=True) as connection:
        for begin in range(0, people, BATCH):
            _insert(connection, [_asks(number) for number in range(begin, min(begin + BATCH, people))])
            connection.commit()
        connection.exec_driver_sql("ANALYZE")  # PostgreSQL does it by itself, in a while
        connection.commit()


def email(number: int) -> str:
    """Return the address of a person by their number."""
    return f"person-{number}@home.example"


def telephone(number: int) -> str:
    """Return the telephone number of a person by their number."""
    return f"+447{number:09d}"


def _insert(connection: Connection, people: list[tuple[Row, Row, Person]]) -> None:
    """Write so many at once, in the way in which each database takes millions of tokens fastest."""
    rows = sorted(
        (token, row["clinic"], row["id"]) for _, row, person in people for token in search.tokens(person)
    )  # fmt: skip
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")  # nobody asks whether keys exist
    connection.execute(insert(WrappedKey), [key for key, _, _ in people])
    connection.execute(insert(Enquiry), [row for _, row, _ in people])
    if connection.dialect.name == "postgresql":
        with connection.connection.cursor().copy("COPY search_tokens (token, clinic, enquiry_id) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    else:
        several = [(token, clinic, enquiry_id.hex) for token, clinic, enquiry_id in rows]
        connection.exec_driver_sql("INSERT INTO search_tokens (token, clinic, enquiry_id) VALUES (?, ?, ?)", several)


def _asks(number: int) -> tuple[Row, Row, Person]:
    """Return the rows of a person's data key and enquiry, and who they are."""
    key, at, is_open = WrappedKey.made_for(new_id()), BEGAN + timedelta(minutes=number), number % OPEN_ONE_IN == 0
    clinic = (Clinic.LONDON, Clinic.NORWICH)[number % 2]
    patient = _who(number, clinic)
    contact = Contact(Route.EMAIL, email(number), telephone(number), telephone(number))
    enquiry = {
        "id": key.id,
        "key_id": key.id,
        "nonce": uuid4(),
        "reference": next(REFERENCES),
        "clinic": clinic,
        "kind": Kind.QUESTION,
        "status": Status.NEW if is_open else Status.CLOSED,
        "outcome": None if is_open else Outcome.ADVICE_SENT,
        "ended_at": None if is_open else at,
        **dict.fromkeys(("received_at", "changed_at", "due_at", "promised_at"), at),
        **_sealed(key, "patient_sealed", patient),
        **_sealed(key, "contact_sealed", contact),
        **_sealed(key, "request_sealed", Request("sciatica", STORY)),
    }
    return (
        {column.name: getattr(key, column.name) for column in WrappedKey.__table__.columns},
        enquiry,
        search.person(patient, contact),
    )


def _sealed(key: WrappedKey, column: str, value: Any) -> Row:
    return {column: key.data_key.seal(msgspec.json.encode(value), Place("enquiries", column, key.id))}


def _who(number: int, clinic: Clinic) -> Patient:
    dice = random.Random(number)  # noqa: S311 - chance, not secrecy
    born = date(1935, 1, 1) + timedelta(days=dice.randrange(25_000))
    if number < HOW_RARE * 2:
        return Patient(RARE, RARE_BIRTHDAY)
    first, last = dice.choice(FIRST_NAMES), "".join(dice.choices(SYLLABLES, k=dice.choice((2, 3)))).capitalize()
    if clinic is Clinic.NORWICH and dice.randrange(40) == 0:
        last = ONLY_IN_NORWICH
    match dice.randrange(ONE_IN):
        case 0:
            first = COMMON[0]
        case 1:
            last = COMMON[1]
    return Patient(f"{first} {last}", born)
