"""What was erased cannot be dug up: keys, search tokens and files are in no byte of the database or the file store.

Why so many at once: whoever relies on SQLite's ``secure_delete`` alone leaves some search tokens behind, in the gaps
of its pages, but only about one in 5,000. PostgreSQL leaves all of them, and once more in its statistics.
"""

import os
import random
import subprocess
from collections.abc import Collection, Iterator
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text, update

from config import Config
from enquiry import attachments, clock, erasure
from enquiry.database import DatabaseBusy
from enquiry.extensions import db
from enquiry.records.attachment import Attachment
from enquiry.records.enquiry import Enquiry
from enquiry.records.search_token import SearchToken
from enquiry.records.types import WrappedKey
from enquiry.rules.files import FileKind, ScanState
from enquiry.rules.status import Outcome, Status
from tests.attack.test_canary import content_of
from tests.people import pat_asks
from tests.place import Place
from tests.postgresql import postgresql

ERASED, KEPT = 500, 150
FEW = 3
ONE_FILE_IN = 10  # enquiries


def test_nothing_of_500_erased_enquiries_is_left_in_any_file(app: Flask, settings: Config, tmp_path: Path) -> None:
    with app.test_request_context():
        everybody = [one_more_asks(number) for number in range(ERASED + KEPT)]
        gone = set(random.Random(4).sample(everybody, ERASED))  # noqa: S311 - chance, not secrecy
        stay = set(everybody) - gone
        is_due(gone)
        spared = secrets_of(stay)
        doomed = secrets_of(gone) - spared
        names = file_names_of(gone)
        chunks = {attachments.store.get(name)[:64] for name in names}
    assert len(doomed) > ERASED * 8
    assert len(names) > ERASED // ONE_FILE_IN // 2
    as_postgresql_does_by_itself(app)
    assert found(doomed, app, settings, tmp_path) == doomed, "the search itself finds too little"

    with app.app_context():
        assert erasure.erase_due(clock.now()) == ERASED

    assert was_written_anew(app)
    assert found(doomed, app, settings, tmp_path) == set()
    assert found(spared, app, settings, tmp_path) == spared
    stored = {file.name: file.read_bytes() for file in Path(settings.files_url).rglob("*") if file.is_file()}
    assert stored
    assert not names & stored.keys()
    assert not [name for name, content in stored.items() if any(chunk in content for chunk in chunks)]


def test_nothing_is_left_of_the_only_enquiries_there_were(app: Flask, settings: Config, tmp_path: Path) -> None:
    """PostgreSQL keeps what it noted of a table that is empty now."""
    with app.test_request_context():
        everybody = {one_more_asks(number) for number in range(FEW)}
        is_due(everybody)
        doomed = secrets_of(everybody)
    as_postgresql_does_by_itself(app)
    with app.app_context():
        assert erasure.erase_due(clock.now()) == FEW
    assert found(doomed, app, settings, tmp_path) == set()


def test_whoever_may_not_overwrite_the_remains_is_told(tmp_path: Path) -> None:
    """PostgreSQL lets nobody write its statistics anew but the owner of the database, and says so in a warning."""
    with postgresql() as url:
        place = Place(url, tmp_path)
        place.build()
        let_a_tenant_in(place)
        place.run("db", "upgrade")
        with place.app(), pytest.raises(DatabaseBusy, match="must belong to the role that we use"):
            erasure.erase_due(clock.now())


def as_postgresql_does_by_itself(app: Flask) -> None:
    """Let PostgreSQL note what lies in its tables, twice: it does so in a while, whenever a table has grown."""
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            for _ in range(2):
                db.session.execute(text("ANALYZE"))
                db.session.commit()


def let_a_tenant_in(place: Place) -> None:
    """Let the application use its database under the name of somebody to whom it does not belong."""
    url = place.engine.set(drivername="postgresql", database=place.database)
    with psycopg.connect(url.render_as_string(), autocommit=True) as connection:
        connection.execute("CREATE ROLE tenant LOGIN; GRANT ALL ON SCHEMA public TO tenant")
    as_tenant = place.engine.set(database=place.database, username="tenant")
    place.environment["ENQUIRY_DATABASE_URL"] = as_tenant.render_as_string()


def one_more_asks(number: int) -> UUID:
    """Let one more person ask, now and then with a file; return the id of their enquiry."""
    enquiry = pat_asks(
        who={"name": f"Helia Harrow-{'abcdefghij'[number % 10]}{'klmnopqrst'[number // 10 % 10]}{number}"},
        contact={"email": f"person-{number}@home.example"},
    )
    if number % ONE_FILE_IN == 0:
        scan = attachments.kept("scan.pdf", FileKind.PDF, os.urandom(2000), ScanState.CLEAN, clock.now())
        scan.enquiry_id = enquiry.id
        db.session.add(scan)
        db.session.commit()
    return enquiry.id


def is_due(ids: Collection[UUID]) -> None:
    """Let these have ended as spam years ago."""
    then = clock.now().replace(year=2020)
    ended = {"status": Status.CLOSED, "outcome": Outcome.SPAM, "ended_at": then, "changed_at": then}
    db.session.execute(update(Enquiry).where(Enquiry.id.in_(ids)).values(review_on=then.date(), **ended))
    db.session.commit()


def secrets_of(ids: Collection[UUID]) -> set[str]:
    """Return in hexadecimal what opens or finds these enquiries and their files: pieces of keys, and tokens."""
    own_keys = select(Enquiry.key_id).where(Enquiry.id.in_(ids))
    file_keys = select(Attachment.key_id).where(Attachment.enquiry_id.in_(ids))
    wrapped = select(WrappedKey.wrapped).where(WrappedKey.id.in_(own_keys.union_all(file_keys)))
    tokens = select(SearchToken.token).where(SearchToken.enquiry_id.in_(ids))
    return {key[20:52].hex() for key in db.session.scalars(wrapped)} | {
        token.hex() for token in db.session.scalars(tokens)
    }


def file_names_of(ids: Collection[UUID]) -> set[str]:
    """Return the names of these enquiries' files in the file store."""
    return set(db.session.scalars(select(Attachment.stored_as).where(Attachment.enquiry_id.in_(ids))))


def was_written_anew(app: Flask) -> bool:
    """Return whether SQLite's file has no page to spare; of PostgreSQL all would be left, and the bytes say it."""
    with app.app_context():
        return db.engine.dialect.name == "postgresql" or db.session.scalar(text("PRAGMA freelist_count")) == 0


def found(secrets: Collection[str], app: Flask, settings: Config, folder: Path) -> set[str]:
    """Return which of these secrets can be read in the files that hold the database's tables."""
    needles, haystack = folder / "needles", folder / "haystack"
    needles.write_text("\n".join(secrets))
    haystack.write_text("\n".join(content_of(file).hex() for file in files_of_the_tables(app, settings)))
    search = subprocess.run(["grep", "-oFf", needles, haystack], capture_output=True, text=True, env={"LC_ALL": "C"})
    return set(search.stdout.split())


def files_of_the_tables(app: Flask, settings: Config) -> Iterator[Path]:
    """Yield SQLite's database and its log, or the files of PostgreSQL's tables and indexes, written to the disk."""
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            database = Path(settings.database_url.removeprefix("sqlite:///"))
            yield from database.parent.glob(f"{database.name}*")
            return
        db.session.execute(text("CHECKPOINT"))
        own = "SELECT oid FROM pg_database WHERE datname = current_database()"
        folder = Path(db.session.scalar(text("SHOW data_directory"))) / "base" / str(db.session.scalar(text(own)))
        yield from (file for file in folder.iterdir() if file.is_file())
