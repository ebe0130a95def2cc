"""The rotation of the key that wraps data keys: add one, promote it, put it around every data key, retire the old.

Why so many steps: on several machines the keyring is several files. ``add`` gives all of them the new key before
``promote`` lets any of them use it, so nobody ever meets a data key that they cannot unwrap. Between the two, both
copies in custody are renewed.

Why batches with a pause: whoever writes keeps all other writers of SQLite waiting. A batch is a few milliseconds,
and the pause lets patients in between.

Why retiring waits: a request that began before the promotion may still write with the old key.
"""

import time
from collections import Counter
from datetime import timedelta
from uuid import UUID

import structlog
from flask import current_app
from sqlalchemy import func, select

from enquiry import audit, clock
from enquiry.audit import AuditEvent
from enquiry.custody import THE_CANARY, KeyringFile, find_canary
from enquiry.database import begin_writing
from enquiry.extensions import db, keyring
from enquiry.records.ledger import Canary
from enquiry.records.staff import Staff
from enquiry.records.types import WrappedKey
from enquiry.sealing import Keyring, SealBroken, SealingError, wrapping_key_of

BATCH = 200  # data keys in one transaction
BATCHES = 400  # in one run: less than a minute
PAUSE = 0.05  # seconds between two batches
SETTLED = timedelta(minutes=5)  # longer than any request or delivery takes

log = structlog.get_logger()


class RotationRefused(SealingError):
    """Base of the reasons why a step of a rotation is not taken, each in words for the operator.

    RotationRefused
    ├── NothingSealed   the database is new: there is nothing to rotate
    ├── KeyWaits        a key was added before and waits to be promoted
    ├── NoKeyWaits      the newest key wraps already
    ├── NoOldKey        there is no older key to retire
    ├── NotSettled      the promotion was a moment ago
    └── StillWrapping   an old key still wraps something
    """


class NothingSealed(RotationRefused):
    """Raised when the database is new."""


class KeyWaits(RotationRefused):
    """Raised when a key is added while another waits to be promoted."""


class NoKeyWaits(RotationRefused):
    """Raised when a key is promoted and the newest wraps already."""


class NoOldKey(RotationRefused):
    """Raised when old keys are retired and there is none."""


class NotSettled(RotationRefused):
    """Raised when old keys are retired with which somebody may still be writing."""


class StillWrapping(RotationRefused):
    """Raised when old keys are retired that still wrap something."""


def add(actor: Staff | str) -> int:
    """Add a key to the keyring that opens and does not wrap yet, and return its id.

    :raises KeyWaits: when one that was added before has not been promoted.
    :raises NothingSealed: when the database is new.
    """
    found = _begin()
    if found.newest != found.primary:
        raise _rolled_back(KeyWaits("A key that was added before waits to be promoted"))
    return _put(actor, AuditEvent.KEY_ADDED, found.with_new_key()).newest


def promote(actor: Staff | str) -> int:
    """Let the newest key wrap from now on, and return its id.

    :raises NoKeyWaits: when it does already.
    :raises NothingSealed: when the database is new.
    """
    found = _begin()
    if found.newest == found.primary:
        raise _rolled_back(NoKeyWaits("The newest key wraps already: add another first"))
    return _put(actor, AuditEvent.KEY_PROMOTED, found.with_newest_promoted()).primary


def rewrap() -> int:
    """Wrap data keys anew that an old key wraps, a batch at a time, and return how many were.

    One run is bounded, and another goes on where it ended. A data key that does not open stays as it is.
    """
    if not keyring.old_keys:
        return 0
    _rewrap_canary()
    done, after = 0, UUID(int=0)
    for _ in range(BATCHES):
        batch = _rewrap_batch(after)
        if not batch:
            break
        done += sum(key.wrapped_by == keyring.primary for key in batch)
        after = batch[-1].id
        time.sleep(PAUSE)
    return done


def retire(actor: Staff | str) -> list[int]:
    """Take the old keys out of the keyring, and return their ids.

    :raises StillWrapping: when something is still wrapped by one of them.
    :raises NotSettled: within minutes of a promotion.
    :raises NoOldKey: when there is none.
    :raises NothingSealed: when the database is new.
    """
    found = _begin()
    if not found.old_keys:
        raise _rolled_back(NoOldKey("There is no old key to retire"))
    remaining = left_to_rewrap()
    if remaining:
        raise _rolled_back(StillWrapping(f"Data keys that an old key still wraps: {remaining:,}"))
    if clock.now() < _file().changed_at + SETTLED:
        minutes = SETTLED // timedelta(minutes=1)
        raise _rolled_back(NotSettled(f"The keyring changed less than {minutes} minutes ago: somebody may be writing"))
    _put(actor, AuditEvent.KEY_RETIRED, found.without_old_keys())
    return found.old_keys


def wrapped_by_key() -> Counter[int]:
    """Return how many data keys each key wraps, the canary's among them, by the key's id."""
    counted = db.session.execute(select(WrappedKey.wrapped_by, func.count()).group_by(WrappedKey.wrapped_by))
    counts = Counter(dict(counted.all()))
    canary = find_canary()
    if canary is not None:
        counts[wrapping_key_of(canary.wrapped)] += 1
    return counts


def left_to_rewrap() -> int:
    """Return how many data keys an old key still wraps, the canary's among them."""
    return sum(count for key_id, count in wrapped_by_key().items() if key_id in keyring.old_keys)


def _file() -> KeyringFile:
    file: KeyringFile = current_app.extensions["keyring"]
    return file


def _begin() -> Keyring:
    """Begin a step that nobody else takes at the same moment, and return the keyring as it is now."""
    begin_writing()
    if find_canary() is None:
        raise _rolled_back(NothingSealed("This database is new: bring it up to date first (db upgrade)"))
    _take_canary()
    return _file().current


def _put(actor: Staff | str, event: AuditEvent, changed: Keyring) -> Keyring:
    """Put a step on record and into the file. If the file cannot be written, the step is not on record either."""
    audit.record(actor, event)
    _file().replace(changed)
    db.session.commit()
    return changed


def _rewrap_batch(after: UUID) -> list[WrappedKey]:
    """Rewrap the next data keys that an old key wraps; one that is being erased at this moment is left alone."""
    begin_writing()
    batch = db.session.scalars(
        select(WrappedKey)
        .where(WrappedKey.wrapped_by.in_(keyring.old_keys), WrappedKey.id > after)
        .order_by(WrappedKey.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for key in batch:
        try:
            key.wrapped = keyring.rewrap(key.wrapped, key.id)
        except SealBroken as broken:
            log.error("data key not rewrapped", why=str(broken))
    db.session.commit()
    return list(batch)


def _rewrap_canary() -> None:
    begin_writing()
    canary = _take_canary()
    if wrapping_key_of(canary.wrapped) != keyring.primary:
        canary.wrapped = keyring.rewrap(canary.wrapped, THE_CANARY)
    db.session.commit()


def _take_canary() -> Canary:
    return db.session.get_one(Canary, THE_CANARY.int, with_for_update=True, populate_existing=True)


def _rolled_back(why: RotationRefused) -> RotationRefused:
    db.session.rollback()
    return why
