"""Floods: the form slows a program down, never eats what a patient typed, and never hides where an emergency goes.

The answers to FreeScout GHSA-ph4f-2jhx-q76w (unthrottled uploads), django-helpdesk 405efcc3 (hundreds of enquiries
from one source), and to spoofed X-Forwarded-For headers, which take the throttle from whoever believes them.
"""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from limits.storage import MemoryStorage
from markupsafe import escape
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import TestResponse

from enquiry import clock
from enquiry.extensions import db, limiter
from enquiry.intake import throttles
from enquiry.records.attachment import Attachment
from enquiry.records.draft import Draft
from enquiry.records.enquiry import Enquiry
from enquiry.records.tally import Tally, What
from enquiry.rules.clinics import Clinic
from enquiry.rules.files import FileKind, ScanState
from enquiry.web import diversions, draft_files
from enquiry.web.throttle import Throttle
from enquiry.web.uploads import Upload
from tests.intake.suspects import a_suspect_asks
from tests.intake.test_enquiry import ABOUT, CONTACT, SAFE, SEND, START, WHO, answer, at_the_files, begin, fill_all
from tests.people import LENA, NOOR, PATS_STORY, RAI, at_the_desk
from tests.strange_files import letter
from tests.visitor import Visitor

EMERGENCY = {"red_flags": ["row-1"], "cancer": "no"}


@pytest.fixture
def spent(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let this visitor have had as much of something as one may: ``spent("PAGES")``."""

    def spend(*names: str) -> None:
        for name in names:
            where = diversions if name == "DIVERSIONS" else throttles
            usual: Throttle = getattr(where, name)
            monkeypatch.setattr(where, name, Throttle(usual.what, "1000 per hour", "0 per hour"))

    return spend


def refuses(response: TestResponse) -> None:
    """Check the answer to a form too many: when to go on, whom to ring, and for machines as well."""
    assert response.status_code == 429
    assert re.search(r"Try again in \d+ minutes?, or ring London 07776 511824 or Norwich 01603 505063", response.text)
    assert "<title>Error: " in response.text
    assert 0 < int(response.headers["Retry-After"]) <= 3600


def test_a_page_too_many_comes_back_with_everything_that_pat_typed(client: Visitor, spent: Any) -> None:
    address = answer(client, begin(client), WHO, CONTACT)
    html = client.get(address).text
    spent("PAGES")

    refused = client.send(address, html, ABOUT)

    refuses(refused)
    assert "What you typed is still on this page" in refused.text
    assert str(escape(PATS_STORY)) in refused.text
    assert re.search(r'value="appointment"\s+checked', refused.text)
    limiter.reset()
    throttles_are_usual(client, address, refused.text)


def throttles_are_usual(client: Visitor, address: str, html: str) -> None:
    """Send the page that was refused, as it stands, when the hour is over."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(throttles, "PAGES", Throttle("pages", "1000 per hour", "1000 per hour"))
        assert client.send(address, html).status_code == 303


def test_the_safety_page_comes_back_with_its_ticks(client: Visitor, spent: Any) -> None:
    begin(client)
    html = client.get(START).text
    spent("PAGES")

    refused = client.send(START, html, SAFE)

    refuses(refused)
    assert re.search(r'value="none"\s+checked', refused.text)
    assert re.search(r'value="no"\s+checked', refused.text)


def test_one_draft_too_many_is_not_begun_and_the_one_before_goes_on(app: Flask, client: Visitor, spent: Any) -> None:
    address = begin(client)
    html = client.get(START).text
    spent("DRAFTS")

    refuses(client.send(START, html, SAFE))

    assert client.fill_in(address, WHO).status_code == 303
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Draft)) == 1


def test_one_form_too_many_waits_on_the_check_page_and_can_be_sent_later(app: Flask, client: Visitor) -> None:
    check = fill_all(client)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(throttles, "PAGES", Throttle("pages", "1000 per hour", "0 per hour"))
        refused = client.fill_in(check, SEND)
    refuses(refused)
    assert re.search(r'name="emergency_ack"[^>]*checked', refused.text)
    assert str(escape("worse when I sit")) in refused.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Enquiry)) == 0

    assert client.send(check, refused.text).status_code == 303


def test_one_file_too_many_is_not_added_and_those_before_stay(app: Flask, client: Visitor, spent: Any) -> None:
    address = at_the_files(client)
    client.fill_in(address, {"files": [a_file("first.pdf")], "add": "yes"})
    html = client.get(address).text
    spent("FILES")

    refused = client.send(address, html, {"files": [a_file("second.pdf")]})

    refuses(refused)
    assert "Your files were not added" in refused.text
    assert "first.pdf" in refused.text
    assert "second.pdf" not in refused.text
    assert client.fill_in(address, {"files": []}, action=address).status_code == 303, "going on without is no upload"


def test_whoever_takes_files_back_too_often_reads_the_page_that_goes_on(client: Visitor, spent: Any) -> None:
    address = at_the_files(client)
    client.fill_in(address, {"files": [a_file("first.pdf")], "add": "yes"})
    html = client.get(address).text
    spent("PAGES")

    refused = client.send(address, html, {"file": re.findall(r'name="file" value="([^"]+)"', html)[0]})

    refuses(refused)
    assert "first.pdf" in refused.text
    assert f'action="{escape(address)}"' in refused.text


@pytest.mark.parametrize("flags", [["row-1"], ["row-13"], ["row-19"]])
def test_an_emergency_is_shown_where_to_go_however_often_somebody_asks(
    app: Flask, client: Visitor, spent: Any, flags: list[str]
) -> None:
    begin(client)
    spent("PAGES", "DRAFTS", "DIVERSIONS")

    for _ in range(5):
        page = client.fill_in(START, {"red_flags": flags, "cancer": "no"})
        assert page.status_code == 200
        assert "Please get help now" in page.text

    with app.app_context():
        counted = select(func.count()).where(Tally.what == What.DIVERTED)
        assert db.session.scalar(counted) == 0, "shown, and no longer counted"


def test_an_emergency_that_was_seen_in_hospital_is_told_what_to_do_even_when_it_must_wait(
    client: Visitor, spent: Any
) -> None:
    begin(client)
    page = client.fill_in(START, EMERGENCY).text
    spent("DRAFTS")
    seen = {"hospital": "Norfolk and Norwich", **yesterday()}

    refused = client.send(START, page, {**seen, "declare": "yes"})

    refuses(refused)
    assert "Please get help now" in refused.text
    assert 'value="Norfolk and Norwich"' in refused.text
    assert client.send(START, refused.text, {**seen, "declare": "yes"}).status_code == 429


def test_answers_can_be_thrown_away_at_any_time(client: Visitor, spent: Any) -> None:
    check = fill_all(client)
    spent("PAGES", "DRAFTS")

    assert "thrown away" in client.fill_in(check, action=check.replace("check", "clear")).text


def test_a_program_that_throws_its_cookies_away_is_counted_by_its_address(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttles, "DRAFTS", Throttle("drafts", "3 per hour", "1000 per hour"))
    assert [draft_from(app, "203.0.113.7") for _ in range(5)] == [303] * 3 + [429] * 2
    assert draft_from(app, "203.0.113.8") == 303


def test_a_forged_header_is_nobodys_address(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Zammad CVE-2026-34720 and its class: a header from anywhere is believed."""
    monkeypatch.setattr(throttles, "DRAFTS", Throttle("drafts", "2 per hour", "1000 per hour"))
    forged = [draft_from(app, "203.0.113.7", {"X-Forwarded-For": f"198.51.100.{number}"}) for number in range(3)]
    assert forged == [303, 303, 429]


def test_behind_a_trusted_proxy_each_visitor_is_counted_apart(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttles, "DRAFTS", Throttle("drafts", "1 per hour", "1000 per hour"))
    monkeypatch.setattr(app, "wsgi_app", ProxyFix(app.wsgi_app, x_for=1))
    behind = [
        draft_from(app, "127.0.0.1", {"X-Forwarded-For": f"10.0.0.1, 198.51.100.{number}"}) for number in (1, 2, 1)
    ]
    assert behind == [303, 303, 429]


def test_one_household_with_many_ipv6_addresses_is_one_visitor(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttles, "DRAFTS", Throttle("drafts", "2 per hour", "1000 per hour"))
    addresses = ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:2::3", "2001:db8:1:3::1"]
    assert [draft_from(app, address) for address in addresses] == [303, 303, 429, 303]


def test_a_hospital_behind_one_address_is_not_shut_out(app: Flask) -> None:
    assert {draft_from(app, "203.0.113.7") for _ in range(100)} == {303}


def test_what_counts_visitors_holds_no_address_no_browser_and_no_word_of_theirs(app: Flask, client: Visitor) -> None:
    check = fill_all(client)
    client.fill_in(check, SEND)
    with client.session_transaction() as cookie:
        browser = cookie["browser"]
    storage = limiter.storage
    assert isinstance(storage, MemoryStorage)
    counted = " ".join(storage.storage)
    assert "drafts" in counted
    for secret in ("127.0.0.1", browser, "left leg", "leg has hurt", PATS_STORY):
        assert secret not in counted


def test_a_storage_that_fails_keeps_no_patient_out(
    client: Visitor, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: Any, **__: Any) -> bool:
        raise ConnectionError("10.1.2.3 does not answer")

    monkeypatch.setattr(limiter.limiter, "hit", fail)

    assert client.fill_in(fill_all(client), SEND).status_code == 303
    said = capfd.readouterr()
    assert "throttle does not count" in said.out + said.err
    assert "10.1.2.3" not in said.out + said.err


def test_the_files_of_one_draft_are_no_larger_together_than_may_be(
    app: Flask, client: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft_files, "IN_ALL", 25)
    at_the_files(client)
    with app.test_request_context():
        nonce = db.session.scalars(select(Draft.id)).one()
        upload = Upload("Letter.pdf", FileKind.PDF, b"%PDF-1.7 ten", ScanState.CLEAN)
        draft_files.add(nonce, upload)
        draft_files.add(nonce, upload)
        with pytest.raises(draft_files.NoRoom):
            draft_files.add(nonce, upload)
        assert db.session.scalar(select(func.count()).select_from(Attachment)) == 2


def test_nobody_sees_that_the_other_clinic_has_possible_spam(app: Flask) -> None:
    lena, noor, rai = (at_the_desk(app, colleague) for colleague in (LENA, NOOR, RAI))
    with app.test_request_context():
        enquiry = a_suspect_asks(Clinic.NORWICH, who={"name": "Norvicia Broad"})

    theirs = lena.get("/desk/queue/norwich/possible-spam")
    assert theirs.status_code == 404
    assert theirs.data == lena.get("/desk/queue/paris/possible-spam").data
    assert "Norvicia" not in lena.get("/desk/queue/london/possible-spam").text
    assert 'Possible spam <span class="count">0</span>' in lena.get("/desk/queue").text
    assert enquiry.reference in noor.get("/desk/queue/norwich/possible-spam").text
    assert enquiry.reference in rai.get("/desk/queue/norwich/possible-spam").text


def draft_from(app: Flask, address: str, headers: dict[str, str] | None = None) -> int:
    """Begin a draft from a network address with a browser that has no cookie yet; return the answer's status."""
    browser = app.test_client()
    assert isinstance(browser, Visitor)
    browser.environ_base["REMOTE_ADDR"] = address
    return browser.send(START, browser.get(START).text, SAFE, headers=headers).status_code


def a_file(name: str) -> FileStorage:
    """Return a letter to be added."""
    return FileStorage(BytesIO(letter()), name)


def yesterday() -> dict[str, str]:
    """Return the day before this one, as three boxes of a form."""
    day = clock.for_the_eye(clock.now() - timedelta(days=1)).date()
    return {"seen_on-day": str(day.day), "seen_on-month": str(day.month), "seen_on-year": str(day.year)}
