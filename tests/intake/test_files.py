"""Pat adds letters and reports to her enquiry: several, one taken back, none at all, and none lost to a slip."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from config import Config
from enquiry import attachments, clock
from enquiry.extensions import db
from enquiry.intake import draft
from enquiry.records.attachment import Attachment
from enquiry.records.enquiry import Enquiry
from enquiry.records.types import WrappedKey
from enquiry.rules.files import ScanState
from tests.clamd_server import ClamdServer
from tests.intake.test_enquiry import CLINIC, SEND, at_the_files, begin, fill_all, stored
from tests.strange_files import infected_pdf, letter, noise, picture
from tests.visitor import Visitor

Named = tuple[str, bytes]
LETTER: Named = ("GP letter.pdf", letter())
SCAN: Named = ("MRI.png", picture())


@pytest.fixture
def scanner(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ClamdServer]:
    """A virus scanner that the application is told of; it is away until it is started."""
    server = ClamdServer(tmp_path / "clamd")
    monkeypatch.setitem(app.extensions, "scanner_address", server.address)
    yield server
    server.stop()


def choose(client: Visitor, address: str, *files: Named, **more: Any) -> TestResponse:
    """Choose files in the box and press Continue, or another button."""
    chosen = [FileStorage(BytesIO(content), name) for name, content in files]
    return client.fill_in(address, {"files": chosen, **more})


def stored_files(settings: Config) -> list[Path]:
    """Return what lies in the file store."""
    return [file for file in Path(settings.files_url).rglob("*") if file.is_file()]


def names(owner: Any) -> list[str]:
    """Return how the files of an enquiry or a draft are called."""
    return [attachment.description.name for attachment in attachments.of(owner)]


def test_pat_adds_two_files_sees_them_on_the_check_and_they_arrive_with_her_enquiry(
    app: Flask, client: Visitor
) -> None:
    clinic = choose(client, at_the_files(client), LETTER, SCAN).location
    check = client.fill_in(clinic, CLINIC).location
    page = client.get(check).text
    client.fill_in(check, SEND)

    assert "GP letter.pdf" in page
    assert "MRI.png" in page
    with app.app_context():
        enquiry = stored()
        assert names(enquiry) == ["GP letter.pdf", "MRI.png"]
        first, second = attachments.of(enquiry)
        assert attachments.read(first).startswith(b"%PDF-")
        assert attachments.read(second).startswith(b"\x89PNG")
        assert first.draft_id is None
        assert first.scan is ScanState.PENDING


def test_pat_goes_on_without_a_file(app: Flask, client: Visitor) -> None:
    check = fill_all(client)

    assert "Not provided" in client.get(check).text
    client.fill_in(check, SEND)
    with app.app_context():
        assert names(stored()) == []


def test_pat_adds_files_one_by_one_and_takes_one_back(app: Flask, client: Visitor, settings: Config) -> None:
    address = at_the_files(client)
    again = choose(client, address, LETTER, add="yes")
    assert again.location == address
    choose(client, address, SCAN, add="yes")
    page = client.get(address).text
    assert page.index("GP letter.pdf") < page.index("MRI.png")
    assert len(stored_files(settings)) == 2

    first = page.partition('name="file" value="')[2].partition('"')[0]
    client.fill_in(address, {"file": first})

    page = client.get(address).text
    assert "GP letter.pdf" not in page
    assert "MRI.png" in page
    assert len(stored_files(settings)) == 1
    with app.app_context():
        [left] = db.session.scalars(select(Attachment)).all()
        assert db.session.get(WrappedKey, left.key_id)
        assert db.session.scalar(select(func.count()).select_from(WrappedKey)) == 2, "hers and the draft's"


def test_add_without_a_file_says_what_to_do(client: Visitor) -> None:
    page = client.fill_in(at_the_files(client), {"add": "yes"})

    assert page.status_code == 422
    assert "Select a letter or a report" in page.text
    assert "<title>Error: " in page.text


def test_what_is_wrong_with_one_file_does_not_lose_the_other(client: Visitor) -> None:
    address = at_the_files(client)

    page = choose(client, address, LETTER, ("notes.docx", b"PK\3\4 words"))

    assert page.status_code == 422
    assert "“notes.docx” must be a PDF, JPG or PNG" in page.text
    assert "GP letter.pdf" in page.text
    assert "GP letter.pdf" in client.get(address).text


def test_a_sixth_file_is_refused_and_the_fifth_is_not(client: Visitor) -> None:
    address = at_the_files(client)

    page = choose(client, address, *[SCAN] * 6)
    assert "You can only select up to 5 files" in page.text
    choose(client, address, *[SCAN] * 4, add="yes")
    page = choose(client, address, SCAN, SCAN)
    assert "You can only select up to 1 more file<" in page.text
    choose(client, address, SCAN, add="yes")

    page = client.get(address)
    assert "as many as we can take" in page.text
    assert 'type="file"' not in page.text
    assert client.fill_in(address, action=address).status_code == 303


def test_two_tabs_together_add_no_more_than_five(client: Visitor) -> None:
    address = at_the_files(client)
    html = client.get(address).text
    choose(client, address, *[SCAN] * 5, add="yes")

    page = client.send(address, html, {"files": [FileStorage(BytesIO(SCAN[1]), "MRI.png")]})

    assert page.status_code == 422
    assert "You can only select up to 0 more files" in page.text


def test_a_file_of_just_under_ten_megabytes_is_taken_and_one_above_is_not(client: Visitor) -> None:
    address = at_the_files(client)
    large = noise("PNG", (2600, 1690))
    assert 9_500_000 < len(large) < 10 * 1024 * 1024

    page = choose(client, address, ("large.png", large), ("larger.pdf", b"%PDF-" + bytes(11_000_000)), add="yes")

    assert "“larger.pdf” must be smaller than 10MB" in page.text
    assert "“large.png”" not in page.text
    assert "large.png" in page.text


def test_a_file_with_a_virus_is_refused_where_there_is_a_scanner(client: Visitor, scanner: ClamdServer) -> None:
    scanner.start()
    address = at_the_files(client)

    page = choose(client, address, ("letter.pdf", infected_pdf()), SCAN)

    assert "“letter.pdf” contains a virus" in page.text
    assert "MRI.png" in page.text
    assert len(scanner.asked) == 2


def test_a_file_is_taken_while_the_scanner_is_away_and_waits(app: Flask, client: Visitor, scanner: ClamdServer) -> None:
    choose(client, at_the_files(client), SCAN)

    with app.app_context():
        [waiting] = db.session.scalars(select(Attachment)).all()
        assert waiting.scan is ScanState.PENDING


def test_when_the_file_store_is_away_pat_is_told_and_can_go_on(
    app: Flask, client: Visitor, settings: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = at_the_files(client)
    blocked = tmp_path / "blocked"
    blocked.write_text("This is no folder")
    monkeypatch.setitem(app.extensions, "file_store", attachments.FileStore(str(blocked)))

    page = choose(client, address, SCAN)

    assert "“MRI.png” could not be uploaded – try again" in page.text
    assert client.fill_in(address, {"files": []}).status_code == 303


def test_pats_files_are_gone_when_she_clears_her_answers(app: Flask, client: Visitor, settings: Config) -> None:
    clinic = choose(client, at_the_files(client), LETTER, SCAN).location
    check = client.fill_in(clinic, CLINIC).location
    tab = check.partition("?")[2]

    client.fill_in(check, action=f"/enquire/clear?{tab}")

    with app.app_context():
        assert db.session.scalars(select(Attachment)).all() == []
        assert db.session.scalars(select(WrappedKey)).all() == []
    assert stored_files(settings) == []


def test_pats_files_expire_with_her_draft(app: Flask, client: Visitor, settings: Config) -> None:
    choose(client, at_the_files(client), LETTER)
    with app.app_context():
        draft.discard_expired(clock.now() + timedelta(hours=23))
        assert len(stored_files(settings)) == 1
        draft.discard_expired(clock.now() + timedelta(hours=25))
        assert db.session.scalars(select(WrappedKey)).all() == []
    assert stored_files(settings) == []


def test_another_browser_neither_sees_nor_removes_pats_files(app: Flask, client: Visitor) -> None:
    address = at_the_files(client)
    choose(client, address, LETTER, add="yes")
    html = client.get(address).text
    file = html.partition('name="file" value="')[2].partition('"')[0]
    stranger = app.test_client()
    assert isinstance(stranger, Visitor)
    own_page = stranger.get(at_the_files(stranger)).text

    assert stranger.get(address).status_code == 410
    choose(stranger, at_the_files(stranger), SCAN, add="yes")
    token = own_page.partition('name="csrf_token" type="hidden" value="')[2].partition('"')[0]
    tab = address.partition("?")[2]
    stranger.post(f"/enquire/remove-file?{tab}", data={"csrf_token": token, "file": file})

    assert "GP letter.pdf" in client.get(address).text


def test_a_file_that_is_not_there_is_removed_without_a_fuss(client: Visitor) -> None:
    address = at_the_files(client)
    choose(client, address, LETTER, add="yes")

    for unknown in ("00000000-0000-7000-8000-000000000000", "../../etc/passwd", ""):
        response = client.fill_in(address, {"file": unknown})
        assert response.status_code == 303

    assert "GP letter.pdf" in client.get(address).text


def test_after_a_draft_expired_files_are_not_asked_for(client: Visitor) -> None:
    assert client.get("/enquire/files?draft=gone").status_code == 410
    assert begin(client)


def test_sent_twice_the_files_belong_to_the_one_enquiry(app: Flask, client: Visitor) -> None:
    clinic = choose(client, at_the_files(client), LETTER).location
    check = client.fill_in(clinic, CLINIC).location
    html = client.get(check).text
    client.send(check, html, SEND)
    client.send(check, html, SEND)

    with app.app_context():
        [enquiry] = db.session.scalars(select(Enquiry)).all()
        assert names(enquiry) == ["GP letter.pdf"]
