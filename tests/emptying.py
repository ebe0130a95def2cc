"""Puts a database back as it was when it was new, between one test and the next."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import Connection, Table, insert, select

from enquiry import attachments
from enquiry.extensions import db, limiter
from enquiry.file_store import SHELVES


def remember(app: Flask) -> Callable[[], None]:
    """Look at a database that is new, and return what puts it back: rows, files, jobs, throttles and the ledger.

    Why by deleting: tables in tests are small, and TRUNCATE takes ten times as long as DELETE on a small table.
    """
    with app.app_context():
        engine, tables = db.engine, db.metadata.sorted_tables
        with engine.begin() as connection:
            new: dict[Table, list[Any]] = {
                table: [row._asdict() for row in connection.execute(select(table))] for table in tables
            }

    def put_back() -> None:
        with app.app_context():
            with engine.connect().execution_options(writes=True) as connection, connection.begin():
                _without_references(connection)
                for table in reversed(tables):
                    connection.execute(table.delete())
                for table in tables:
                    if new[table]:
                        connection.execute(insert(table), new[table])
            limiter.reset()
            for name in [name for shelf in SHELVES for name in attachments.store.names(shelf)]:
                attachments.store.remove(name)
        app.config["ERASURE_LEDGER"].unlink(missing_ok=True)
        app.extensions["huey"].flush()
        app.extensions["posted hours"].look()

    return put_back


def _without_references(connection: Connection) -> None:
    """Let rows go in any order until this transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    else:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
