"""How a page leaves the database: what it only read ends well, and what it gives up leaves nothing behind."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import event, select

from enquiry.database import begin_writing
from enquiry.extensions import db
from enquiry.records.staff import Staff
from tests.people import LENA, at_the_desk, hire, pat_asks


@pytest.fixture
def endings(app: Flask) -> Iterator[list[str]]:
    """How each transaction ended since: ``commit`` or ``rollback``."""
    seen: list[str] = []
    listeners = {name: lambda _, name=name: seen.append(name) for name in ("commit", "rollback")}
    with app.app_context():
        engine = db.engine
    for name, listener in listeners.items():
        event.listen(engine, name, listener)
    yield seen
    for name, listener in listeners.items():
        event.remove(engine, name, listener)


def lenas_name() -> str:
    return db.session.scalars(select(Staff.name)).one()


@pytest.mark.parametrize("page", ["/conditions", "/desk/queue/london", "/desk/enquiries/{reference}"])
def test_a_page_that_lena_only_looks_at_ends_with_commit(app: Flask, page: str, endings: list[str]) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        address = page.format(reference=pat_asks().reference)
    endings.clear()
    assert lena.get(address).status_code == 200
    assert set(endings) <= {"commit"}


def test_what_was_changed_in_passing_and_not_written_is_not_kept(app: Flask) -> None:
    with app.app_context():
        hire(LENA)
    with app.app_context():
        db.session.scalars(select(Staff)).one().name = "Somebody Else"
    with app.app_context():
        assert lenas_name() == LENA.name


def test_what_was_written_and_given_up_is_not_kept(app: Flask) -> None:
    with app.app_context():
        hire(LENA)
    with app.app_context():
        begin_writing()
        db.session.scalars(select(Staff)).one().name = "Somebody Else"
        db.session.flush()
    with app.app_context():
        assert lenas_name() == LENA.name


def test_what_one_verb_gave_up_is_not_kept_by_the_next(app: Flask) -> None:
    with app.app_context():
        hire(LENA)
        begin_writing()
        db.session.scalars(select(Staff)).one().name = "Somebody Else"
        begin_writing()
        db.session.commit()
        assert lenas_name() == LENA.name


def test_whatever_failed_is_rolled_back(app: Flask, endings: list[str]) -> None:
    with app.app_context():
        hire(LENA)
    endings.clear()

    def gives_up() -> None:
        with app.app_context():
            lenas_name()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        gives_up()
    assert endings == ["rollback"]
