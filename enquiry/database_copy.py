"""How a database is copied into one file while it is in use, and back into an empty one.

Why SQLite in one step: its backup interface begins anew whenever somebody writes between two steps, and on a busy day
would never end. One step reads the database as it was at one moment. Nobody waits for it; the log grows meanwhile.

Why PostgreSQL's own programs: they know every version's way of writing things down. They are found on the PATH, and
must not be older than the server.
"""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import cast

from psycopg.conninfo import make_conninfo
from sqlalchemy import inspect

from enquiry.extensions import db

# The queue of wake-ups may lie in the same PostgreSQL. It is nothing to keep, and is made anew at every start.
NOT_OURS = "huey_*"


class CopyFailed(Exception):
    """Raised when a database cannot be copied, in words for an operator."""


def kind() -> str:
    """Return which database this is: ``sqlite`` or ``postgresql``; a copy of one does not go into the other."""
    return db.engine.dialect.name


def is_empty() -> bool:
    """Return whether the database holds none of our tables yet."""
    ours = {*db.metadata.tables, "alembic_version"}
    return ours.isdisjoint(inspect(db.engine).get_table_names())


def copy_out(file: Path) -> None:
    """Write the database, as it is at one moment, into a new file that only its owner may read.

    :raises CopyFailed: when PostgreSQL's program is missing or fails, or SQLite's database is damaged.
    """
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    (_sqlite_out if kind() == "sqlite" else _postgresql_out)(file)


def copy_in(file: Path) -> None:
    """Fill this empty database with what ``copy_out`` wrote, all or nothing.

    :raises CopyFailed: when it cannot be done; the database is then as empty as before.
    """
    (_sqlite_in if kind() == "sqlite" else _postgresql_in)(file)
    db.engine.dispose()


def _sqlite_out(file: Path) -> None:
    with closing(db.engine.raw_connection()) as original, closing(sqlite3.connect(file)) as copy:
        cast(sqlite3.Connection, original.driver_connection).backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, and no log beside it
        [(verdict,)] = copy.execute("PRAGMA quick_check(1)")
    if verdict != "ok":
        raise CopyFailed("The database is damaged: restore the newest backup that is not")


def _sqlite_in(file: Path) -> None:
    source = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
    with closing(source) as copy, closing(db.engine.raw_connection()) as original:
        copy.backup(cast(sqlite3.Connection, original.driver_connection))


def _postgresql_out(file: Path) -> None:
    _run("pg_dump", "--format=custom", f"--exclude-table={NOT_OURS}", f"--file={file}")


def _postgresql_in(file: Path) -> None:
    _run("pg_restore", "--single-transaction", "--exit-on-error", str(file))


def _run(name: str, *choices: str) -> None:
    program = shutil.which(name)
    if program is None:
        raise CopyFailed(f"{name} is not on the PATH: install the client programs of your PostgreSQL's version")
    url = db.engine.url
    address = url.translate_connect_args(username="user", database="dbname") | dict(url.query)
    password = address.pop("password", "")  # not among the arguments, which everybody on the machine can see
    result = subprocess.run(  # noqa: S603 - our own arguments, and no shell
        [program, "--no-owner", "--no-privileges", f"--dbname={make_conninfo(**address)}", *choices],
        env={**os.environ, "PGPASSWORD": password},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if result.returncode != 0:
        reason = next(iter(result.stderr.splitlines()), "it did not say why")
        raise CopyFailed(f"{name} failed: {reason}")
