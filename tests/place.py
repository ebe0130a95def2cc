"""A place of its own for a test: a database on the engine under test, with files and keyring, that may be destroyed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from flask import Flask
from sqlalchemy.engine import make_url

from config import ROOT, Config
from enquiry import create_app
from enquiry.extensions import db
from tests.ports import free_port
from tests.visitor import Visitor


class Place:
    """One installation, as an operator has it: its variables, and commands given in processes of their own."""

    def __init__(self, database: str, folder: Path) -> None:
        self.folder, self.engine = folder / "data", make_url(database)
        self.database = f"place_{uuid4().hex}"
        if self.is_sqlite:
            url = f"sqlite:///{self.folder / 'enquiry.db'}"
        else:
            url = self.engine.set(database=self.database).render_as_string(hide_password=False)
        self.environment = {
            "ENQUIRY_DATABASE_URL": url,
            "ENQUIRY_FILES_URL": str(self.folder / "files"),
            "ENQUIRY_KEYRING": str(folder / "keyring.json"),
            "ENQUIRY_SECRET_KEY_FILE": str(folder / "secret-key"),
            "ENQUIRY_SMTP_URL": f"smtp://127.0.0.1:{free_port()}",
        }

    @property
    def is_sqlite(self) -> bool:
        return self.engine.drivername == "sqlite"

    @property
    def settings(self) -> Config:
        return Config.from_environment(self.environment)

    def start(self, module: str) -> subprocess.Popen[str]:
        """Start a program here, in a process of its own."""
        variables = {**os.environ, **self.environment}
        return subprocess.Popen(
            [sys.executable, "-m", module], cwd=ROOT, env=variables, text=True, stdout=subprocess.PIPE
        )

    def run(self, *words: str) -> str:
        """Give an operator's command that must succeed; return what it says."""
        return self._said(0, words)

    def refused(self, *words: str) -> str:
        """Give an operator's command that must not; return what it says."""
        return self._said(1, words)

    def _said(self, status: int, words: tuple[str, ...]) -> str:
        with self.app() as app:
            result = app.test_cli_runner().invoke(args=words)
        assert result.exit_code == status, result.output
        return result.output

    @contextmanager
    def app(self) -> Iterator[Flask]:
        """Enter the application that lives here."""
        app = create_app(self.settings)
        app.testing = True
        app.test_client_class = Visitor
        try:
            with app.test_request_context():
                yield app
        finally:
            with app.app_context():
                db.engine.dispose()
            app.extensions["huey"].storage.close()

    def build(self) -> None:
        """Make an empty database, and nothing in it."""
        self.folder.mkdir()
        if not self.is_sqlite:
            self._tell_server(f'CREATE DATABASE "{self.database}"')

    def destroy(self) -> None:
        """Lose the database and the files. The keyring and the ledger lie apart, and stay."""
        shutil.rmtree(self.folder)
        if not self.is_sqlite:
            self._tell_server(f'DROP DATABASE "{self.database}" WITH (FORCE)')

    def _tell_server(self, statement: str) -> None:
        url = self.engine.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement.encode())
