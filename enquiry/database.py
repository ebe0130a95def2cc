"""How the two databases are spoken to: SQLite's safety settings, and transactions that mean to write.

Why: SQLite refuses to turn a reading transaction into a writing one when somebody wrote in between. A verb therefore
says beforehand that it will write (``begin_writing``), and takes the write lock at its first statement; pages that
only read never wait for one. On PostgreSQL the same call just starts a fresh transaction.

Why ``scrub`` writes files anew: when SQLite moves rows about inside an index it leaves old copies in the gaps of a
page, also under ``secure_delete`` (one search token in 5,000 could still be read), and PostgreSQL leaves what was
deleted where it was, and carries it over for as long as an older transaction may see it. SQLite's whole file is
written anew, for about a second for each 100 MB in which nobody else writes; of PostgreSQL the tables that are named,
which nobody else reads meanwhile.

Why PostgreSQL's statistics, too: whenever a table has grown, PostgreSQL looks through it and copies a hundred values
of each column and more into a table of its own. There they stay when their rows go, in old versions of old notes.
"""

import re
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from typing import Any, cast

import psycopg
from flask import Flask
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import InstrumentedAttribute

from enquiry.extensions import db

SQLITE_PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",  # an acknowledged enquiry survives a power cut
    "busy_timeout": "10000",  # milliseconds
    "foreign_keys": "ON",
    "trusted_schema": "OFF",
    "secure_delete": "ON",  # what is erased is overwritten
}


STATISTICS = "pg_statistic"
LONGEST_WAIT = "10s"  # for PostgreSQL's locks: whoever comes after us waits as long as we do
TRIES, PAUSE = 6, 2.0  # seconds: longer than any request has a transaction open


class DatabaseBusy(Exception):
    """Raised when somebody used the database for so long that it could not be written anew."""


def init_app(app: Flask) -> None:
    """Bind the database and, on SQLite, put it in the state that loses nothing."""
    pool = {"pool_pre_ping": not _is_sqlite(app), "pool_size": 20}
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {**pool, "hide_parameters": True}  # errors reach the log, values do not
    db.init_app(app)
    app.teardown_appcontext(_end_reading)  # it goes before the session does
    if _is_sqlite(app):
        with app.app_context():
            _prepare_sqlite(db.engine)


def begin_writing() -> None:
    """Start the transaction in which a verb reads and writes; what was read before is let go.

    So is whatever a verb began before and gave up halfway: nothing is kept that its own verb did not commit.
    """
    if _is_writing():
        db.session.rollback()
    else:
        db.session.commit()
    db.session.connection(execution_options={"writes": True})


def scrub(columns: Sequence[InstrumentedAttribute[bytes]]) -> None:
    """Write the database's files anew, so that what was deleted from these columns can be read in them no more.

    What was read before is let go. PostgreSQL's log and the backups keep what they have until they expire.

    :raises DatabaseBusy: when others left no moment for it; what was deleted can be read until the next time.
    """
    db.session.commit()
    try:
        (_scrub_sqlite if db.engine.dialect.name == "sqlite" else _scrub_postgresql)(columns)
    except (sqlite3.OperationalError, OperationalError):
        raise DatabaseBusy("The database was in use, and could not be written anew") from None


def _scrub_sqlite(_columns: Sequence[InstrumentedAttribute[bytes]]) -> None:
    with closing(db.engine.raw_connection()) as connection:
        connection.execute("VACUUM")
        [(is_busy, _, _)] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if is_busy:
        raise sqlite3.OperationalError


def _scrub_postgresql(columns: Sequence[InstrumentedAttribute[bytes]]) -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()  # nobody else is to have its impatience
        connection.exec_driver_sql(f"SET lock_timeout = '{LONGEST_WAIT}'")
        for column in columns:
            _write_anew(connection, column.class_.__tablename__)
            _forget_statistics(connection, column.class_.__tablename__, column.key)
        _write_anew(connection, STATISTICS)


def _forget_statistics(connection: Connection, table: str, column: str) -> None:
    """Let PostgreSQL drop what it noted of a column's values, and look at those that are left.

    To look anew is not enough: of an empty table it keeps the old notes. Whoever gives a column a type, be it the
    same, has them dropped; the table is not written for it.
    """
    connection.exec_driver_sql(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE bytea")
    connection.exec_driver_sql(f"ANALYZE {table}")


def _write_anew(connection: Connection, table: str) -> None:
    """Write a table anew until nothing deleted had to be kept, because an older transaction might still see it."""
    for _ in range(TRIES):
        if _rows_kept_for_others(connection, table) == 0:
            return
        time.sleep(PAUSE)
    raise DatabaseBusy(f"An old transaction may still see what was deleted from {table}")


def _rows_kept_for_others(connection: Connection, table: str) -> int:
    """Write a table anew, and return how many deleted rows PostgreSQL says are in it all the same.

    :raises DatabaseBusy: when we may not, which PostgreSQL says in a warning: the database is somebody else's.
    """
    details: list[str] = []
    driver = cast("psycopg.Connection[Any]", connection.connection.dbapi_connection)

    def listen(notice: psycopg.errors.Diagnostic) -> None:
        details.append(notice.message_detail or "")

    driver.add_notice_handler(listen)
    connection.exec_driver_sql(f"VACUUM (FULL, VERBOSE) {table}")
    driver.remove_notice_handler(listen)
    said = re.match(r"\d+", "".join(details))  # “39 dead row versions cannot be removed yet.”
    if said is None:
        raise DatabaseBusy(f"{table} cannot be written anew: the database must belong to the role that we use")
    return int(said[0])


def _end_reading(error: BaseException | None) -> None:
    """End a transaction that has only read with COMMIT, and leave any other to be rolled back.

    Why: at every ROLLBACK psycopg forgets the statements that PostgreSQL has prepared, and a case's is planned for
    five times as long as it runs.
    """
    session = db.session()
    if error is None and session.in_transaction() and session.is_active and not _is_writing():
        session.expunge_all()  # what was changed in passing and is not written stays so
        session.commit()


def _is_writing() -> bool:
    """Return whether a transaction is open that said that it writes."""
    session = db.session()
    return session.in_transaction() and "writes" in session.connection().get_execution_options()


def _is_sqlite(app: Flask) -> bool:
    return str(app.config["SQLALCHEMY_DATABASE_URI"]).startswith("sqlite")


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def set_pragmas(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # BEGIN is ours to say, below
        for name, value in SQLITE_PRAGMAS.items():
            connection.execute(f"PRAGMA {name}={value}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
