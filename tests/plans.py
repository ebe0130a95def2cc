"""Listens to what is asked of the database, and asks it how it means to answer."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from enquiry.extensions import db

Asked = tuple[str, Any]  # a statement and its parameters


@contextmanager
def statements() -> Iterator[list[Asked]]:
    """Yield a list that fills with every statement and its parameters."""
    seen: list[Asked] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        seen.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def explained(statement: str, parameters: Any, may_scan: bool = False) -> str:
    """Return how the database means to answer: PostgreSQL at first, and once it has prepared the statement.

    :param may_scan: whether PostgreSQL may read a table whole, as it rightly does with the small ones of most tests.
    """
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_sort = off")  # of a few rows in no order it is as good, or nearly
        if not may_scan:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        at_first = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
        prepared = connection.exec_driver_sql(f"EXPLAIN (GENERIC_PLAN) {_numbered(statement)}")
        return "\n".join(row[0] for row in (*at_first, *prepared))
    return "\n".join(row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters))


def _numbered(statement: str) -> str:
    """Return a statement with its places to fill in as PostgreSQL itself writes them, each by its number."""
    numbers: dict[str, int] = {}
    return re.sub(r"%\((\w+)\)s", lambda place: f"${numbers.setdefault(place[1], len(numbers) + 1)}", statement)
