"""Custody: a database is opened only with the keyring that sealed it.

Why refuse at start: a site that runs with the wrong keyring takes enquiries that nobody with the right one can read.
"""

from pathlib import Path
from uuid import UUID

from flask import Flask
from sqlalchemy import inspect

from enquiry.extensions import db, keyring
from enquiry.records.ledger import Canary
from enquiry.sealing import Keyring, KeyringMissing, SealBroken, SealingError

THE_CANARY = UUID(int=1)


class WrongKeyring(SealingError):
    """Raised at start when the keyring is not the one that sealed this database."""


def init_app(app: Flask, keyring_file: Path) -> None:
    """Take the keyring into the application; make one for a database that has never had any.

    :raises KeyringMissing: if there is none and the database is already sealed.
    :raises WrongKeyring: if it is not the one that sealed this database.
    """
    with app.app_context():
        canary = db.session.get(Canary, THE_CANARY.int) if inspect(db.engine).has_table("canary") else None
        db.session.rollback()
        app.extensions["keyring"] = _read_or_make(keyring_file, database_is_sealed=canary is not None)
        if canary is not None:
            _prove(app.extensions["keyring"], canary)


def new_canary() -> bytes:
    """Return what the first migration puts into a database, so that it knows its keyring from then on."""
    return keyring.new_data_key(THE_CANARY)


def place_canary() -> None:
    """Seal a canary into a database that has none yet, so that it knows its keyring from now on."""
    if db.session.get(Canary, THE_CANARY.int) is None:
        db.session.add(Canary(id=THE_CANARY.int, wrapped=new_canary()))
        db.session.commit()


def _read_or_make(keyring_file: Path, database_is_sealed: bool) -> Keyring:
    try:
        return Keyring.read(keyring_file)
    except KeyringMissing:
        if database_is_sealed:
            raise
    made = Keyring.generate()
    made.keep(keyring_file)
    return made


def _prove(candidate: Keyring, canary: Canary) -> None:
    try:
        candidate.unwrap(canary.wrapped, THE_CANARY)
    except SealBroken:
        raise WrongKeyring("This keyring is not the one that sealed this database: refusing to start") from None
