"""Custody: the keyring lies in one file apart from the database, and a database is opened only with its own.

Why refuse at start: a site that runs with the wrong keyring takes enquiries that nobody with the right one can read.

Why the file is looked at again and again: a rotation adds, promotes and retires keys while the site serves. To ask
the file system whether the file is another costs a millionth of a second, and no process needs a signal or a restart.
What lies there is taken only if it continues what the process has; a strange or an older keyring is not.
"""

import os
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import structlog
from flask import Flask, current_app
from sqlalchemy import inspect

from enquiry.extensions import db, keyring
from enquiry.records.ledger import Canary
from enquiry.sealing import Keyring, KeyringMissing, KeyringUnusable, SealBroken, SealingError

THE_CANARY = UUID(int=1)

log = structlog.get_logger()


class WrongKeyring(SealingError):
    """Raised at start when the keyring is not the one that sealed this database."""


class KeyringFile:
    """The keyring as it lies in its file; read again whenever the file is another."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._held: tuple[object, Keyring] | None = None

    @property
    def current(self) -> Keyring:
        """The keyring that the file holds now; while it holds none that continues it, the one that it held before.

        :raises KeyringMissing: if there has not been one since this process started.
        :raises KeyringUnusable: if the file has not been a keyring since this process started.
        """
        looks = self._looks()
        if self._held is None:
            self._held = looks, self.read()
        elif looks != self._held[0]:
            self._held = looks, self._continued(self._held[1])
        return self._held[1]

    def read(self) -> Keyring:
        """Return the keyring that lies in the file.

        :raises KeyringMissing: if there is no such file.
        :raises KeyringUnusable: if it is not a keyring, or may not be read.
        """
        try:
            return Keyring.from_text(self.path.read_text())
        except FileNotFoundError:
            raise KeyringMissing(f"There is no keyring at {self.path}") from None
        except (OSError, ValueError, KeyringUnusable):
            raise KeyringUnusable(f"The file at {self.path} cannot be read as a keyring") from None

    @property
    def changed_at(self) -> datetime:
        """When the file became what it is now."""
        return datetime.fromtimestamp(self.path.stat().st_mtime, UTC)

    def keep(self, made: Keyring) -> None:
        """Write a keyring to a new file that only its owner may read.

        :raises FileExistsError: if there is a file already; it is left as it is.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._write_beside(made, os.link)

    def replace(self, changed: Keyring) -> None:
        """Put a keyring in the place of the one in the file; whoever reads meanwhile finds the one or the other.

        Why no copy of the one before is left: it would be a second secret in a place that nobody guards. The two
        copies in custody are the copies.
        """
        self._write_beside(changed, os.replace)

    def _looks(self) -> object:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _continued(self, held: Keyring) -> Keyring:
        try:
            found = self.read()
        except SealingError as error:
            log.error("keyring file not taken", why=type(error).__name__)
            return held
        if found.continues(held):
            return found
        log.error("keyring file not taken", why="another keyring, or an older copy")
        return held

    def _write_beside(self, content: Keyring, put: Callable[[Path, Path], None]) -> None:
        """Write a whole new file, on the disk before anybody sees it, and put it where it belongs."""
        beside = self.path.with_name(f".{self.path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        try:
            with os.fdopen(descriptor, "w") as file:
                if self.path.exists():  # root may run the command; the file stays its owner's
                    os.fchown(descriptor, self.path.stat().st_uid, self.path.stat().st_gid)
                file.write(content.to_text())
                file.flush()
                os.fsync(descriptor)
            put(beside, self.path)
        finally:
            beside.unlink(missing_ok=True)
        _keep_names_in(self.path.parent)


def init_app(app: Flask, keyring_file: Path, may_make: bool) -> None:
    """Take the keyring into the application.

    :param may_make: make one for a database that has never had any; a clinic's operator makes it (``keys init``).
    :raises KeyringMissing: if there is none and the database is already sealed.
    :raises WrongKeyring: if it is not the one that sealed this database.
    """
    file = app.extensions["keyring"] = KeyringFile(keyring_file)
    with app.app_context():
        canary = find_canary()
        if canary is not None:
            if not opens(canary):
                raise WrongKeyring("This keyring is not the one that sealed this database: refusing to start")
        elif keyring_file.exists():
            file.read()
        elif may_make:
            file.keep(Keyring.generate())


def make_keyring() -> Path:
    """Make the keyring of a new clinic, and return where it is.

    :raises FileExistsError: if there is a file already; it is left as it is.
    """
    file: KeyringFile = current_app.extensions["keyring"]
    file.keep(Keyring.generate())
    return file.path


def find_canary() -> Canary | None:
    """Return the canary of this database, or ``None`` if nothing has been sealed in it yet."""
    return db.session.get(Canary, THE_CANARY.int) if inspect(db.engine).has_table("canary") else None


def new_canary() -> bytes:
    """Return what the first migration puts into a database, so that it knows its keyring from then on."""
    return keyring.new_data_key(THE_CANARY)


def opens(canary: Canary) -> bool:
    """Return whether the keyring is the one that sealed the database of this canary."""
    try:
        keyring.unwrap(canary.wrapped, THE_CANARY)
    except SealBroken:
        return False
    return True


def _keep_names_in(folder: Path) -> None:
    """Let the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
