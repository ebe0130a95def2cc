"""Lena opens the letter that Pat sent: it is saved, never shown by the site, and on record. Noor finds nothing."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from enquiry import attachments
from enquiry.extensions import db
from enquiry.records.attachment import Attachment
from enquiry.records.ledger import AuditEntry
from enquiry.rules.files import FileKind, ScanState
from tests.people import LENA, NOOR, at_the_desk, pat_adds, pat_asks
from tests.strange_files import letter, picture

NOT_THERE = "00000000-0000-7000-8000-000000000000"
NAME = "Dr Grey\u2019s letter.pdf"


def pat_sends(
    app: Flask, name: str = NAME, kind: FileKind = FileKind.PDF, scan: ScanState = ScanState.CLEAN
) -> tuple[str, UUID]:
    """Return the address of a case with a file, and the file's id."""
    content = letter() if kind is FileKind.PDF else picture()
    with app.test_request_context():
        enquiry = pat_asks()
        return f"/desk/enquiries/{enquiry.reference}", pat_adds(enquiry, content, name, kind, scan).id


def opened(app: Flask) -> int:
    """Return how often the opening of a file is on record."""
    with app.app_context():
        return len(db.session.scalars(select(AuditEntry).where(AuditEntry.event == "file opened")).all())


def test_lena_sees_the_file_on_the_case_and_saves_it(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case, file = pat_sends(app)

    page = lena.get(case).text
    answer = lena.get(f"{case}/files/{file}")

    assert f'href="{case}/files/{file}"' in page
    assert NAME in page
    assert "No virus found" in page
    assert answer.data == letter()
    assert answer.mimetype == "application/pdf"
    assert opened(app) == 1
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.ordinal.desc())).first()
        assert entry is not None
        assert entry.subject == db.session.scalars(select(Attachment.enquiry_id)).one()


def test_a_file_is_handed_out_to_be_saved_and_never_shown_by_this_site(app: Flask) -> None:
    """osTicket #3764, roundup CVE-2024-39126, RT CVE-2022-25802: a file that ran as a page of the site."""
    lena = at_the_desk(app, LENA)
    case, file = pat_sends(app, "<script>.html\u202egnp.png", FileKind.PNG)

    headers = lena.get(f"{case}/files/{file}").headers

    reference = case.rpartition("/")[2]
    assert headers["Content-Disposition"] == f"attachment; filename={reference}-{file.hex[-6:]}.png"
    assert headers["Content-Type"] == "image/png"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers["Cache-Control"] == "no-store"
    assert "<script>" not in lena.get(case).text


def test_osticket_2615_another_clinics_file_and_one_that_never_was_are_the_same_answer(app: Flask) -> None:
    """FreeScout GHSA-wg74-ww4w-2qpc, the same: an attachment's address opens nothing by itself."""
    noor, nobody = at_the_desk(app, NOOR), app.test_client()
    case, file = pat_sends(app)

    theirs, nothing = noor.get(f"{case}/files/{file}"), noor.get(f"{case}/files/{NOT_THERE}")
    answer = nobody.get(f"{case}/files/{file}")

    assert theirs.status_code == nothing.status_code == 404
    assert theirs.data == nothing.data
    assert answer.status_code == 302
    assert opened(app) == 0


def test_osticket_5972fe819_a_file_opens_only_with_its_own_enquiry(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case, _ = pat_sends(app)
    _, file = pat_sends(app)

    assert lena.get(f"{case}/files/{file}").status_code == 404
    assert lena.get(f"{case}/files/not-an-id").status_code == 404


@pytest.mark.parametrize("state", [ScanState.PENDING, ScanState.REFUSED])
def test_a_file_that_is_not_known_to_be_clean_cannot_be_opened_where_there_is_a_scanner(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: ScanState
) -> None:
    lena = at_the_desk(app, LENA)
    case, file = pat_sends(app, scan=state)
    monkeypatch.setitem(app.extensions, "scanner_address", str(tmp_path / "clamd"))

    page = lena.get(case).text
    answer = lena.get(f"{case}/files/{file}")

    assert NAME in page
    assert "cannot be opened" in page
    assert f"/files/{file}" not in page
    assert answer.status_code == 302
    assert answer.location == case
    assert opened(app) == 0


def test_where_there_is_no_scanner_the_page_says_so(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case, file = pat_sends(app, scan=ScanState.PENDING)

    assert "Not scanned for viruses" in lena.get(case).text
    assert lena.get(f"{case}/files/{file}").data == letter()


def cut_off(sealed: bytes) -> bytes:
    return sealed[:-9]


def altered(sealed: bytes) -> bytes:
    return sealed[:99] + bytes([sealed[99] ^ 1]) + sealed[100:]


@pytest.mark.parametrize("damage", [cut_off, altered])
def test_a_file_that_was_meddled_with_is_a_clear_page_and_nothing_of_it_is_sent(
    app: Flask, damage: Callable[[bytes], bytes]
) -> None:
    lena = at_the_desk(app, LENA)
    case, file = pat_sends(app)
    with app.app_context():
        name = db.session.scalars(select(Attachment.stored_as)).one()
        sealed = attachments.store.get(name)
        attachments.store.remove(name)
        attachments.store.put(name, damage(sealed))

    answer = lena.get(f"{case}/files/{file}")

    assert answer.mimetype == "text/html"
    assert answer.status_code != 200
    assert b"%PDF" not in answer.data
    assert opened(app) == 0
