"""Every file goes past the virus scanner; one that waits is asked about each minute, and nobody opens it meanwhile."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from enquiry import attachments, virus_scan
from enquiry.extensions import db
from enquiry.records.attachment import Attachment
from enquiry.records.ledger import AuditEntry
from enquiry.rules.files import ScanState
from tests.clamd_server import EICAR, ClamdServer
from tests.people import pat_adds, pat_asks
from tests.ports import free_port
from tests.strange_files import infected_pdf, letter


@pytest.fixture
def scanner(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ClamdServer]:
    """A virus scanner that the application is told of, and an application context; it is away until it is started."""
    server = ClamdServer(tmp_path / "clamd")
    monkeypatch.setitem(app.extensions, "scanner_address", server.address)
    with app.test_request_context():
        yield server
    server.stop()


def waiting(content: bytes) -> Attachment:
    """Return a file of Pat's that waits for the scanner."""
    return pat_adds(pat_asks(), content, scan=ScanState.PENDING)


def state_of(attachment: Attachment) -> ScanState:
    """Return what is known of a file now."""
    db.session.commit()
    return db.session.scalars(select(Attachment.scan).where(Attachment.id == attachment.id)).one()


def test_a_file_that_waits_is_found_clean_once_the_scanner_is_back(scanner: ClamdServer) -> None:
    attachment = waiting(letter())

    virus_scan.sweep()
    assert state_of(attachment) is ScanState.PENDING
    scanner.start()
    virus_scan.sweep()

    assert state_of(attachment) is ScanState.CLEAN
    assert scanner.asked == [letter()]
    virus_scan.sweep()
    assert len(scanner.asked) == 1, "what is known is not asked again"


def test_a_virus_in_a_file_that_waited_is_found_and_on_record(scanner: ClamdServer) -> None:
    attachment, other = waiting(infected_pdf()), waiting(letter())
    scanner.start()

    virus_scan.sweep()

    assert state_of(attachment) is ScanState.REFUSED
    assert state_of(other) is ScanState.CLEAN
    recorded = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "file refused")).one()
    assert (recorded.actor, recorded.subject) == ("system", attachment.enquiry_id)


def test_a_scanner_that_cannot_tell_leaves_the_file_waiting(scanner: ClamdServer) -> None:
    attachment = waiting(letter())
    scanner.start(answer=b"INSTREAM size limit exceeded. ERROR\0")

    virus_scan.sweep()

    assert state_of(attachment) is ScanState.PENDING


def test_a_scanner_that_hangs_up_leaves_the_file_waiting(scanner: ClamdServer) -> None:
    attachment = waiting(letter())
    scanner.start(answer=b"\0")

    virus_scan.sweep()

    assert state_of(attachment) is ScanState.PENDING


def test_a_file_that_does_not_open_keeps_no_other_from_being_scanned(scanner: ClamdServer) -> None:
    broken, attachment = waiting(letter()), waiting(letter())
    attachments.store.remove(broken.stored_as)
    scanner.start()

    virus_scan.sweep()

    assert state_of(attachment) is ScanState.CLEAN


def test_without_a_scanner_nothing_is_asked_and_nothing_changes(app: Flask) -> None:
    with app.test_request_context():
        attachment = waiting(letter())
        virus_scan.sweep()

        assert not virus_scan.has_scanner()
        assert virus_scan.verdict(EICAR) is ScanState.PENDING
        assert state_of(attachment) is ScanState.PENDING


def test_a_scanner_on_another_machine_is_asked_over_the_network_and_may_be_away(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "scanner_address", f"127.0.0.1:{free_port()}")

    with app.app_context(), pytest.raises(virus_scan.ScannerAway):
        virus_scan.verdict(EICAR)
