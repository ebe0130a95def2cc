"""The virus scan: ClamAV says of each file whether it is clean, at once when it can, and otherwise as soon as it can.

Why a file is taken while the scanner is away: the patient has sent it, and is not there to be asked again. It waits,
nobody can open it, and a sweep each minute asks once more.

Why its language is spoken here: the library for it (clamd 1.0.2, of 2014) waits for ever for a machine that does not
answer, and does not notice when only a part of a piece was sent.
"""

import socket
from uuid import UUID

import structlog
from flask import Flask, current_app
from sqlalchemy import select, update

from enquiry import attachments, audit
from enquiry.audit import AuditEvent
from enquiry.database import begin_writing
from enquiry.extensions import db
from enquiry.records.attachment import Attachment
from enquiry.rules.files import ScanState
from enquiry.sealing import SealBroken

PATIENCE = 20  # seconds for the scanner's next word
PIECE = 64 * 1024  # bytes
LONGEST_ANSWER = 1000  # bytes
SWEEP_AT_MOST = 100  # files in one sweep

log = structlog.get_logger()


class ScannerAway(Exception):
    """Raised when the scanner does not answer."""


def init_app(app: Flask, address: str, is_expected: bool) -> None:
    """Bind the scanner.

    :param address: ``host:port``, the path of a socket, or nothing where there is no scanner.
    :param is_expected: to be without one is worth a warning at every start.
    """
    app.extensions["scanner_address"] = address
    if is_expected and not address:
        log.warning("no virus scanner: set ENQUIRY_CLAMD")


def has_scanner() -> bool:
    """Return whether there is a scanner whose word is waited for."""
    return bool(current_app.extensions["scanner_address"])


def verdict(content: bytes) -> ScanState:
    """Return what the scanner says of a file: PENDING where there is none, or where it cannot tell.

    :raises ScannerAway: when it says nothing.
    """
    if not has_scanner():
        return ScanState.PENDING
    try:
        answer = _ask(content)
    except OSError as error:
        raise ScannerAway(type(error).__name__) from None
    if answer.endswith(b" FOUND"):
        return ScanState.REFUSED
    return ScanState.CLEAN if answer == b"stream: OK" else ScanState.PENDING


def sweep() -> None:
    """Ask about the files that wait; while the scanner is away, once is enough."""
    if not has_scanner():
        return
    waiting = select(Attachment.id).where(Attachment.scan == ScanState.PENDING).order_by(Attachment.id)
    for attachment_id in db.session.scalars(waiting.limit(SWEEP_AT_MOST)).all():
        try:
            scan(attachment_id)
        except ScannerAway as away:
            log.warning("virus scanner away", error=str(away))
            return
        except SealBroken:
            log.error("file does not open", attachment=str(attachment_id))


def scan(attachment_id: UUID) -> None:
    """Ask about one file, and write down the answer if it is one.

    :raises ScannerAway: when there is none.
    :raises SealBroken: when the file does not open.
    """
    attachment = db.session.get(Attachment, attachment_id)
    state = ScanState.PENDING if attachment is None else verdict(attachments.read(attachment))
    if attachment is None or state is ScanState.PENDING:
        return
    begin_writing()
    db.session.execute(update(Attachment).where(Attachment.id == attachment_id).values(scan=state))
    if state is ScanState.REFUSED:
        audit.record(audit.SYSTEM, AuditEvent.FILE_REFUSED, attachment.enquiry_id)
    db.session.commit()


def _ask(content: bytes) -> bytes:
    """Send a file piece by piece (clamd(8), INSTREAM), and return the answer."""
    with _connected() as scanner:
        scanner.sendall(b"zINSTREAM\0")
        for begin in range(0, len(content), PIECE):
            piece = content[begin : begin + PIECE]
            scanner.sendall(len(piece).to_bytes(4) + piece)
        scanner.sendall(bytes(4))
        with scanner.makefile("rb") as said:
            return said.read(LONGEST_ANSWER).rstrip(b"\0")


def _connected() -> socket.socket:
    address = current_app.extensions["scanner_address"]
    host, _, port = address.rpartition(":")
    if not address.startswith("/"):
        return socket.create_connection((host.strip("[]"), int(port)), PATIENCE)
    scanner = socket.socket(socket.AF_UNIX)
    scanner.settimeout(PATIENCE)
    try:
        scanner.connect(address)
    except OSError:
        scanner.close()
        raise
    return scanner
