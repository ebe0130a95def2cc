"""Letters and reports that a visitor adds to a draft: sealed as soon as they are in order, and gone when it goes."""

from uuid import UUID

from enquiry import attachments, clock
from enquiry.extensions import db
from enquiry.file_store import NotStored
from enquiry.records.draft import Draft
from enquiry.rules.files import AT_MOST, LARGEST
from enquiry.web import drafts
from enquiry.web.uploads import Upload, UploadField

IN_ALL = AT_MOST * LARGEST  # bytes of one draft's files; some grow when they are written anew


class NoRoom(Exception):
    """Raised when a draft is gone, or has as much as it may have."""


def add(nonce: UUID, upload: Upload) -> None:
    """Keep one file with a draft, which then has another day.

    Why it is stored before the transaction: that may take its time, and whoever writes keeps all others waiting.

    :param nonce: the draft's id.
    :raises NotStored: when the file store did not take it.
    :raises NoRoom: when another tab was quicker, or the files are too large together.
    """
    attachment = attachments.kept(upload.name, upload.kind, upload.content, upload.scan, clock.now())
    found = drafts.take(nonce)
    if found is None or not _has_room(found, attachment.size):
        db.session.rollback()
        raise NoRoom
    attachment.draft_id = found.id
    found.expires_at = attachment.added_at + drafts.LIFETIME
    db.session.add(attachment)
    db.session.commit()


def add_all(field: UploadField, nonce: UUID) -> None:
    """Keep with a draft what is in order of a field that was validated, and say beside it what could not be kept."""
    for upload in field.data:
        try:
            add(nonce, upload)
        except (NotStored, NoRoom):
            field.errors.append(f"“{upload.name}” could not be uploaded – try again")


def remove(nonce: UUID, attachment_id: UUID) -> None:
    """Throw one file of a draft away; nothing happens if it is not there."""
    found = drafts.take(nonce)
    if found is not None:
        attachments.discard(one for one in attachments.of(found) if one.id == attachment_id)
    db.session.commit()


def _has_room(found: Draft, size: int) -> bool:
    sizes = [attachment.size for attachment in attachments.of(found)]
    return len(sizes) < AT_MOST and sum(sizes) + size <= IN_ALL
