"""Files in a real browser: chosen, refused, taken back, sent on; and saved from the case, never shown."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from enquiry.rules.files import FileKind, ScanState
from tests.browser.test_pages import Look, look
from tests.intake.test_enquiry import at_the_files
from tests.people import LENA, Colleague, pat_adds, pat_asks
from tests.strange_files import letter, locked_pdf, picture
from tests.visitor import Visitor

__all__ = ["look"]  # a fixture: it is asked for by its name


@pytest.fixture
def files_page(app: Flask, site: str, page: Page, context: BrowserContext) -> Page:
    """A browser in which Pat has come as far as the page for files."""
    pat = app.test_client()
    assert isinstance(pat, Visitor)
    address = at_the_files(pat)
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = pat.get_cookie(name)
    assert cookie is not None
    context.add_cookies([{"name": name, "value": cookie.value, "url": site}])
    page.goto(address)
    return page


def choose(page: Page, *files: tuple[str, bytes]) -> None:
    """Choose files in the box."""
    chosen = [{"name": name, "mimeType": "application/octet-stream", "buffer": content} for name, content in files]
    page.get_by_label("Letters and reports").set_input_files(chosen)  # type: ignore[arg-type]


def test_the_page_for_files_and_its_complaints(files_page: Page, look: Look) -> None:
    look()
    files_page.get_by_role("button", name="Add", exact=True).click()
    look()  # nothing was chosen
    choose(files_page, ("GP letter.pdf", letter()), ("notes.docx", b"PK\3\4"), ("locked.pdf", locked_pdf()))
    files_page.get_by_role("button", name="Continue").click()
    expect(files_page.locator(".nhsuk-error-summary")).to_be_focused()
    look()  # one was added, two were refused
    choose(files_page, ("a photograph with a name that is so long that it must break " * 2 + ".png", picture()))
    files_page.get_by_role("button", name="Add", exact=True).click()
    files_page.get_by_role("button", name="Remove GP letter.pdf").click()
    expect(files_page.get_by_text("GP letter.pdf")).to_have_count(0)
    look()
    choose(files_page, *[(f"scan {number}.png", picture()) for number in range(4)])
    files_page.get_by_role("button", name="Add", exact=True).click()
    look()  # no more fit
    files_page.get_by_role("button", name="Continue").click()
    expect(files_page).to_have_title("Which clinic? – The London Norwich Spine Clinic")


@pytest.mark.parametrize("has_scanner", [True, False], ids=["with a scanner", "without a scanner"])
def test_the_files_of_a_case(
    app: Flask,
    page: Page,
    sit_down: Callable[[Colleague], None],
    look: Look,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    has_scanner: bool,
) -> None:
    monkeypatch.setitem(app.extensions, "scanner_address", str(tmp_path / "clamd") if has_scanner else "")
    with app.test_request_context():
        enquiry = pat_asks()
        for state in ScanState:
            pat_adds(enquiry, picture(), f"MRI {state} רופא.png", FileKind.PNG, state)
    sit_down(LENA)
    page.goto(f"/desk/enquiries/{enquiry.reference}")
    look()

    with page.expect_download() as saving:
        page.get_by_role("link", name="Save MRI clean").click()

    assert saving.value.suggested_filename.startswith(enquiry.reference)
    assert Path(saving.value.path()).read_bytes() == picture()
    expect(page.get_by_role("link", name="Save")).to_have_count(1 if has_scanner else 2)
