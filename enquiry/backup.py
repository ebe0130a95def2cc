"""Backup and restore: database and files copied while the site serves, and brought back into an empty place.

Why the database first and the files after it: a file never changes and its name is random, so a later look at the file
store has every file that the copied database names, and a few more. One that is missing was erased meanwhile, and the
ledger of erasures says so.

Why the keyring never: a backup that holds its own keyring is as good as no encryption. The canary goes along, so that
a restore knows beforehand whether the keyring is the right one.

Why the manifest comes last, and the folder gets its name after that: a copy that broke off never looks like a backup.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import flask_migrate
import msgspec
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import current_app
from sqlalchemy import select

from enquiry import attachments, audit, caseload, clock, custody, database_copy, erasure, outbox
from enquiry.audit import AuditEvent, Mark
from enquiry.database import begin_writing
from enquiry.extensions import db, keyring
from enquiry.file_store import SHELVES
from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.sealing import SealBroken

MANIFEST, DATABASE, FILES = "manifest.json", "database", "files"
DRAWN = 10  # enquiries that are opened after a restore, to see that they do


class BackupRefused(Exception):
    """Raised when nothing was copied and nothing was brought back, in words for an operator."""


@dataclass(frozen=True)
class Part:
    """One file of a backup, so that a damaged one is known before it is used."""

    size: int  # bytes
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup is, and everything that belongs to it."""

    made_at: datetime
    database: str  # sqlite or postgresql
    revision: str  # of the database's tables
    canary: bytes
    mark: Mark  # of the audit's newest entry
    parts: dict[str, Part]  # by their paths in the folder


@dataclass(frozen=True)
class Restored:
    """What came of a restore, for an operator to read."""

    manifest: Manifest
    erased: int  # enquiries and complaints that were erased since, and are again
    has_remains: bool  # whether old pages may still hold their keys
    doubtful: int  # replies of which nobody knows whether they went since
    fault: int | None  # the first entry of the audit that is wrong
    drawn: int  # enquiries that were opened to see that they do
    broken: Sequence[str]  # the references of those that do not open whole


def make(actor: Staff | str, destination: Path) -> Manifest:
    """Copy database and files into a new folder, while others write, and put it on record.

    :raises BackupRefused: when there is nothing to copy, or something is there already.
    :raises CopyFailed: when the database cannot be copied.
    :raises OSError: when the folder cannot be written.
    """
    canary = custody.find_canary()
    if canary is None:
        raise BackupRefused("This database is new: there is nothing to copy")
    if destination.exists():
        raise BackupRefused(f"{destination} is there already: name a new folder")
    beginning = Manifest(clock.now(), database_copy.kind(), _revision(), canary.wrapped, audit.newest(), {})
    db.session.commit()
    unfinished = Path(tempfile.mkdtemp(prefix=f".{destination.name}-", dir=destination.parent))  # for its owner alone
    try:
        database_copy.copy_out(unfinished / DATABASE)
        _copy_files(unfinished / FILES)
        manifest = replace(beginning, parts=_parts(unfinished))
        (unfinished / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
        os.sync()
        unfinished.rename(destination)
    except BaseException:
        shutil.rmtree(unfinished)
        raise
    begin_writing()
    audit.record(actor, AuditEvent.BACKUP_MADE)
    db.session.commit()
    return manifest


def restore(actor: Staff | str, source: Path) -> Restored:
    """Bring a backup back into an empty database, up to date, without what was erased since, and look whether it opens.

    Nobody knows what happened after the backup was made. So replies that were waiting are left to a person, and
    everybody is signed out.

    :raises BackupRefused: when it is no whole backup, does not fit, or the database is not empty; nothing is changed.
    :raises CopyFailed: when the database cannot be filled; it is then as empty as before.
    """
    manifest = _read(source)
    _refuse_unless_it_fits(manifest)
    _refuse_if_damaged(source, manifest)
    _put_files_back(source / FILES)
    database_copy.copy_in(source / DATABASE)
    flask_migrate.upgrade()
    erased = erasure.replay()
    begin_writing()
    doubtful = outbox.leave_what_waits_to_people()
    for colleague in db.session.scalars(select(Staff)):
        colleague.end_sessions()
    audit.record(actor, AuditEvent.BACKUP_RESTORED)
    db.session.commit()
    drawn = caseload.drawn_at_random(DRAWN)
    broken = [enquiry.reference for enquiry in drawn if not _opens_whole(enquiry)]
    fault = audit.first_fault(manifest.mark)
    return Restored(manifest, erased, erasure.leaves_remains(), doubtful, fault, len(drawn), broken)


def _revision() -> str:
    return str(MigrationContext.configure(db.session.connection()).get_current_revision())


def _copy_files(folder: Path) -> None:
    for shelf in SHELVES:
        for name in attachments.store.names(shelf):
            with suppress(FileNotFoundError):  # erased a moment ago
                content = attachments.store.get(name)
                (folder / shelf).mkdir(parents=True, exist_ok=True)
                (folder / shelf / name).write_bytes(content)


def _put_files_back(folder: Path) -> None:
    """Keep what is there: a file of the same name is the same file."""
    for shelf in folder.iterdir() if folder.exists() else ():
        there = set(attachments.store.names(shelf.name))
        for file in shelf.iterdir():
            if file.name not in there:
                attachments.store.put(file.name, file.read_bytes())


def _parts(folder: Path) -> dict[str, Part]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path != folder / MANIFEST)
    return {str(path.relative_to(folder)): _part(path) for path in files}


def _part(path: Path) -> Part:
    with path.open("rb") as file:
        return Part(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def _read(source: Path) -> Manifest:
    try:
        return msgspec.json.decode((source / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError):
        raise BackupRefused(f"{source} is not a backup, or was not finished: it has no {MANIFEST}") from None


def _refuse_unless_it_fits(manifest: Manifest) -> None:
    if not database_copy.is_empty():
        raise BackupRefused("This database is not empty: a backup is restored only into a new one")
    if manifest.database != database_copy.kind():
        raise BackupRefused(f"This is a backup of {manifest.database}, and the database here is {database_copy.kind()}")
    scripts = ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())
    try:
        scripts.get_revision(manifest.revision)
    except CommandError:
        raise BackupRefused("This backup was made by a newer version of the application: bring that first") from None
    try:
        keyring.unwrap(manifest.canary, custody.THE_CANARY)
    except SealBroken:
        raise BackupRefused("The keyring is not the one that opens this backup: put the right one there") from None


def _refuse_if_damaged(source: Path, manifest: Manifest) -> None:
    found = _parts(source)
    wrong = [name for name in {*found, *manifest.parts} if found.get(name) != manifest.parts.get(name)]
    if wrong:
        raise BackupRefused("This backup is damaged: " + ", ".join(sorted(wrong)))


def _opens_whole(enquiry: Enquiry) -> bool:
    """Return whether an enquiry opens with all that belongs to it."""
    entries = caseload.timeline(enquiry)
    letters = [entry.letter for entry in entries if entry.letter]
    try:
        for attachment in attachments.of(enquiry):
            attachments.read(attachment)
    except SealBroken:
        return False
    return all(row.opens for row in (enquiry, *entries, *letters))
