"""A colleague opens a file that a patient sent; that is on record before a byte of it leaves."""

from uuid import UUID

from enquiry import attachments, audit, caseload, virus_scan
from enquiry.audit import AuditEvent
from enquiry.database import begin_writing
from enquiry.extensions import db
from enquiry.records.attachment import Attachment
from enquiry.records.staff import Staff


class MayNotBeOpened(Exception):
    """Raised for a file that waits for the virus scan, or did not pass it."""


def open_file(actor: Staff, reference: str, attachment_id: UUID) -> tuple[Attachment, bytes]:
    """Return a file of an enquiry and its whole content, and put on record who opened it.

    Why the content is read before the transaction: to fetch it may take its time, and whoever writes keeps all others
    waiting. What does not open is found out before anything is handed out.

    :raises NoSuchEnquiry: when there is none for this person.
    :raises NoSuchFile: when the enquiry has no such file.
    :raises MayNotBeOpened: when it was not found clean.
    :raises SealBroken: when it was altered, cut off or exchanged, or is gone.
    """
    enquiry = caseload.find(actor, reference)
    attachment = attachments.one_of(enquiry, attachment_id)
    if not attachment.scan.may_be_opened(virus_scan.has_scanner()):
        raise MayNotBeOpened
    content = attachments.read(attachment)
    begin_writing()
    audit.record(actor, AuditEvent.FILE_OPENED, enquiry.id)
    db.session.commit()
    return attachment, content
