"""Attachments: a file is sealed and kept, read again whole, handed from a draft to its enquiry, and thrown away.

Why the row decides: a database and a file store have no transaction in common. A file is kept before its row is
written, and removed after its row is gone, so a row always has its file; a file without a row is swept away. Its key
went with the row, so what lies there until then opens for nobody.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

import structlog
from flask import Flask, current_app
from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session
from werkzeug.local import LocalProxy

from enquiry.extensions import db
from enquiry.file_store import SHELVES, FileStore, new_name
from enquiry.records.attachment import Attachment, Description
from enquiry.records.draft import Draft
from enquiry.records.enquiry import Enquiry
from enquiry.records.types import WrappedKey, new_id
from enquiry.rules.files import FileKind, ScanState
from enquiry.sealing import FileKey, Place, SealBroken

STRAY_AFTER = timedelta(hours=1)  # longer than it takes to write the row of a file that was just kept
_TO_REMOVE = "files_to_remove"

log = structlog.get_logger()

store = cast(FileStore, LocalProxy(lambda: current_app.extensions["file_store"]))


class NoSuchFile(Exception):
    """Raised when an enquiry has no such file."""


def init_app(app: Flask, files_url: str) -> None:
    """Bind the file store."""
    app.extensions["file_store"] = FileStore(files_url)


def kept(name: str, kind: FileKind, content: bytes, scan: ScanState, at: datetime) -> Attachment:
    """Seal a file, keep its bytes, and return its row, which belongs to nobody and is not yet in the database.

    Call it before the transaction that adds the row: to store a file may take its time.

    :raises NotStored: if the store did not take it.
    """
    own_id = new_id()
    attachment = Attachment(id=own_id, key=WrappedKey.made_for(own_id), added_at=at, size=len(content), scan=scan)
    attachment.stored_as = new_name()
    attachment.description = Description(name, kind, FileKey.generate())
    sealed = FileKey(attachment.description.content_key).seal(content, _place(attachment))
    store.put(attachment.stored_as, sealed)
    return attachment


def of(owner: Enquiry | Draft) -> Sequence[Attachment]:
    """Return the files of an enquiry that was found for its asker, or of a draft, in the order in which they came."""
    belongs = Attachment.enquiry_id if isinstance(owner, Enquiry) else Attachment.draft_id
    return db.session.scalars(select(Attachment).where(belongs == owner.id).order_by(Attachment.id)).all()


def one_of(owner: Enquiry | Draft, attachment_id: UUID) -> Attachment:
    """Return one file of an enquiry that was found for its asker, or of a draft.

    :raises NoSuchFile: if it is not theirs, or there is none.
    """
    found = next((attachment for attachment in of(owner) if attachment.id == attachment_id), None)
    if found is None:
        raise NoSuchFile
    return found


def read(attachment: Attachment) -> bytes:
    """Return the whole content of a file, in clear.

    :raises SealBroken: if the file was altered, cut off, exchanged for another, or is gone.
    """
    place = _place(attachment)
    try:
        sealed = store.get(attachment.stored_as)
    except FileNotFoundError:
        raise SealBroken(f"{place} is not in the file store") from None
    return FileKey(attachment.description.content_key).open(sealed, place)


def hand_over(draft: Draft, enquiry: Enquiry) -> None:
    """Give a draft's files to the enquiry that it becomes, in the caller's transaction."""
    for attachment in of(draft):
        attachment.draft_id, attachment.enquiry_id = None, enquiry.id


def discard(attachments: Iterable[Attachment]) -> None:
    """Throw files and their keys away, in the caller's transaction; their bytes are removed after its commit."""
    doomed = list(attachments)
    if not doomed:
        return
    ids = [attachment.id for attachment in doomed]
    db.session.execute(delete(Attachment).where(Attachment.id.in_(ids)))
    db.session.execute(delete(WrappedKey).where(WrappedKey.id.in_(ids)))
    db.session.info.setdefault(_TO_REMOVE, []).extend(attachment.stored_as for attachment in doomed)


def discard_those_of_drafts(draft_ids: Sequence[UUID]) -> None:
    """Throw away the files of drafts, as ``discard`` does."""
    discard(db.session.scalars(select(Attachment).where(Attachment.draft_id.in_(draft_ids))))


def sweep(at: datetime) -> int:
    """Remove the files that no row speaks of, which a crash or a full disk left behind; return how many."""
    strays = [name for shelf in SHELVES for name in _strays_on(shelf, at)]
    for name in strays:
        store.remove(name)
    return len(strays)


def _strays_on(shelf: str, at: datetime) -> Iterable[str]:
    names = set(store.names(shelf))
    known = db.session.scalars(select(Attachment.stored_as).where(Attachment.stored_as.startswith(shelf)))
    return store.kept_before(at - STRAY_AFTER, names.difference(known))


def _place(attachment: Attachment) -> Place:
    return Place(attachment.__tablename__, "content", attachment.id)


@event.listens_for(db.session, "after_commit")
def _remove_what_was_discarded(session: Session) -> None:
    for name in session.info.pop(_TO_REMOVE, []):
        try:
            store.remove(name)
        except Exception as error:  # the row is gone, and the sweep will find the file
            log.warning("file not removed", error=type(error).__name__)


@event.listens_for(db.session, "after_rollback")
def _keep_what_was_not(session: Session) -> None:
    session.info.pop(_TO_REMOVE, None)
