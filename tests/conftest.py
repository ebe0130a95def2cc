"""What every test shares: two databases, the application on each, a visitor and a mail server.

A test that asks for ``app``, or for anything made of it, runs twice in one session: on SQLite and on PostgreSQL.
A test of pure rules asks for none of this, and runs once.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import flask_migrate
import pytest
from flask import Flask, has_request_context, request
from sqlalchemy import Connection, Engine, event

from config import Config
from enquiry import clock, create_app
from enquiry.extensions import db
from tests.emptying import remember
from tests.mail_server import MailServer
from tests.ports import free_port
from tests.postgresql import postgresql
from tests.visitor import VISITED, Visitor

WRITING = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an empty database: each test that reaches this fixture runs once on each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'enquiry.db'}"
    else:
        with postgresql() as url:
            yield url


@pytest.fixture(scope="session")
def environment(database: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variables of the application under test: a demonstration in a folder of its own."""
    folder = tmp_path_factory.mktemp("instance")
    return {
        "ENQUIRY_DATABASE_URL": database,
        "ENQUIRY_KEYRING": str(folder / "keyring.json"),
        "ENQUIRY_FILES_URL": str(folder / "files"),
        "ENQUIRY_SECRET_KEY_FILE": str(folder / "secret-key"),
        "ENQUIRY_SMTP_URL": f"smtp://127.0.0.1:{free_port()}",
        "PORT": str(free_port()),
    }


@pytest.fixture(scope="session")
def settings(environment: dict[str, str]) -> Config:
    """The same variables, read and checked."""
    return Config.from_environment(environment)


@pytest.fixture(scope="session")
def new_app(settings: Config) -> Iterator[tuple[Flask, Callable[[], None]]]:
    """The application, migrated once for each database, and what puts its database back as it was."""
    app = create_app(settings)
    app.testing = True
    app.test_client_class = Visitor
    with app.app_context():
        flask_migrate.upgrade()
        let_nobody_write_unannounced(db.engine)
    yield app, remember(app)
    app.extensions["huey"].storage.close()
    with app.app_context():
        db.engine.dispose()


def let_nobody_write_unannounced(engine: Engine) -> None:
    """Let whatever a visitor asks for fail when it writes in a transaction that is only for reading.

    Such a one ends with COMMIT even where a page gives up halfway (``enquiry/database.py``).
    """

    @event.listens_for(engine, "before_cursor_execute")
    def refuse(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if has_request_context() and VISITED in request.environ and statement.startswith(WRITING):
            assert connection.get_execution_options().get("writes"), f"written in a reading transaction: {statement}"


@pytest.fixture
def app(new_app: tuple[Flask, Callable[[], None]]) -> Iterator[Flask]:
    """The application on an empty database; whatever the test leaves behind is swept away."""
    app, put_back = new_app
    yield app
    put_back()


@pytest.fixture
def client(app: Flask) -> Visitor:
    """Somebody who visits the site for the first time."""
    visitor = app.test_client()
    assert isinstance(visitor, Visitor)
    return visitor


@pytest.fixture
def smtp(settings: Config) -> Iterator[MailServer]:
    """The mail server that the application is told to use, started; without this fixture nobody answers there."""
    server = MailServer(settings.smtp["MAIL_PORT"])
    server.start()
    yield server
    server.stop()


@pytest.fixture
def time_passes(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Turn the clock on."""
    real, turned = clock.now, timedelta()

    def turn(by: timedelta) -> None:
        nonlocal turned
        turned += by

    monkeypatch.setattr(clock, "now", lambda: real() + turned)
    return turn
