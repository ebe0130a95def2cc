"""How the two databases are spoken to: SQLite's safety settings, and transactions that mean to write.

Why: SQLite refuses to turn a reading transaction into a writing one when somebody wrote in between. A verb therefore
says beforehand that it will write (``begin_writing``), and takes the write lock at its first statement; pages that
only read never wait for one. On PostgreSQL the same call just starts a fresh transaction.
"""

import sqlite3
from typing import Any

from flask import Flask
from sqlalchemy import Connection, Engine, event

from enquiry.extensions import db

SQLITE_PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",  # an acknowledged enquiry survives a power cut
    "busy_timeout": "10000",  # milliseconds
    "foreign_keys": "ON",
    "trusted_schema": "OFF",
    "secure_delete": "ON",  # what is erased is overwritten
}


def init_app(app: Flask) -> None:
    """Bind the database and, on SQLite, put it in the state that loses nothing."""
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_pre_ping": not _is_sqlite(app), "pool_size": 20}
    db.init_app(app)
    if _is_sqlite(app):
        with app.app_context():
            _prepare_sqlite(db.engine)


def begin_writing() -> None:
    """Start the transaction in which a verb reads and writes; what was read before is let go."""
    db.session.commit()
    db.session.connection(execution_options={"writes": True})


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
