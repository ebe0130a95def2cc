"""Counts the statements a page costs, so that a page that asks once per row is found out."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident
from typing import Any

from flask import Flask
from sqlalchemy import event

from enquiry.extensions import db

NOT_QUESTIONS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")


@contextmanager
def counting_queries(app: Flask) -> Iterator[list[str]]:
    """Yield a list that fills with every statement that this thread sends, transactions' own words left out."""
    statements: list[str] = []
    asker = get_ident()

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if get_ident() == asker and not statement.lstrip().upper().startswith(NOT_QUESTIONS):
            statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", count)
