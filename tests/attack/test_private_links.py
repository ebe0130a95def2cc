"""A patient's private link: it is not guessed, not found out, not outlived, and tells nobody that it exists."""

import hashlib
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from config import Config
from enquiry.extensions import db, limiter
from enquiry.following import views
from enquiry.records.letter import Letter
from enquiry.records.private_link import PrivateLink
from enquiry.rules.status import Outcome
from enquiry.triage import decide
from tests.following.receipt import (
    ANOTHER_DATE,
    NOBODYS_LINK,
    PATS_DATE,
    browser,
    entries,
    gives,
    on_record,
    opened,
    pats_link,
    says,
    the_enquiry,
    withdraws,
)
from tests.people import LENA, hire, pat_asks
from tests.visitor import Visitor

MORE = "My employer asks for a letter."


def token_of(link: str) -> str:
    """Return what is secret in a link."""
    return link.rpartition("/")[2]


def without_what_differs(answer: TestResponse, link: str) -> tuple[int, str]:
    """Return an answer without the link's own address and what travels with its form."""
    lines = answer.text.replace(link, "").splitlines()
    return answer.status_code, "\n".join(line for line in lines if 'type="hidden"' not in line)


def refused_by(visitor: Visitor, link: str) -> TestResponse:
    """Try a link with a wrong date, from an address of one's own."""
    return gives(visitor, link, ANOTHER_DATE)


def from_address(app: Flask, number: int) -> Visitor:
    """Return a new browser at another address."""
    visitor = browser(app)
    visitor.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
    return visitor


def test_ghsa_qjr9_6v9q_3r72_cve_2026_41902_a_link_ends_a_month_after_the_enquiry(
    app: Flask, time_passes: Callable[[timedelta], None]
) -> None:
    link = pats_link(app)
    with app.test_request_context():
        decide.close(hire(LENA), the_enquiry(app).reference, the_enquiry(app).version, Outcome.ADVICE_SENT, "")
    time_passes(timedelta(days=29))
    assert gives(browser(app), link, PATS_DATE).status_code == 303
    time_passes(timedelta(days=2))
    assert gives(browser(app), link, PATS_DATE).status_code == 422


def test_cve_2026_41902_a_link_ends_after_a_year_even_if_nobody_ends_the_enquiry(
    app: Flask, time_passes: Callable[[timedelta], None]
) -> None:
    link = pats_link(app)
    time_passes(timedelta(days=364))
    assert gives(browser(app), link, PATS_DATE).status_code == 303
    time_passes(timedelta(days=2))
    assert gives(browser(app), link, PATS_DATE).status_code == 422


def test_cve_2026_27637_a_link_has_more_than_128_random_bits_and_only_its_hash_is_kept(app: Flask) -> None:
    first, second = token_of(pats_link(app)), token_of(pats_link(app))
    assert first != second
    assert len(first) >= 22, "128 bits or more"
    with app.app_context():
        kept = {row.token_hash for row in db.session.scalars(select(PrivateLink))}
    assert kept == {hashlib.sha256(token.encode()).digest() for token in (first, second)}


def test_ghsa_cc3v_gcfp_mhfp_nobody_learns_whether_a_link_exists(app: Flask) -> None:
    """Never made, a wrong date, over, resting: the same page before, and the same refusal after."""
    link, over = pats_link(app), pats_link(app)
    with app.app_context():
        kept = db.session.get_one(PrivateLink, hashlib.sha256(token_of(over).encode()).digest())
        kept.wrong_dates = 20
        db.session.commit()
    pages = {without_what_differs(browser(app).get(one), one) for one in (NOBODYS_LINK, link, over)}
    refusals = {without_what_differs(refused_by(browser(app), one), one) for one in (NOBODYS_LINK, link, over)}
    for _ in range(5):
        refused_by(from_address(app, 9), link)
    refusals.add(without_what_differs(refused_by(from_address(app, 9), link), link))
    assert len(pages) == 1
    assert len(refusals) == 1
    assert {status for status, _ in refusals} == {422}


def test_ghsa_cc3v_gcfp_mhfp_a_link_that_never_was_is_throttled_like_one_that_is(app: Flask) -> None:
    """From many addresses, one link."""
    for link in (pats_link(app), NOBODYS_LINK):
        statuses = [refused_by(from_address(app, number), link).status_code for number in range(11)]
        assert statuses == [422] * 10 + [429]
    assert "Wait an hour, or ring us" in refused_by(from_address(app, 200), NOBODYS_LINK).text


def test_a_visitor_who_tries_many_links_is_told_to_wait(app: Flask) -> None:
    """From one address, many links."""
    statuses = [refused_by(browser(app), f"{NOBODYS_LINK}{number}").status_code for number in range(31)]
    assert statuses == [422] * 30 + [429]


def test_of_many_dates_tried_at_once_five_are_looked_at(app: Flask) -> None:
    """A throttle that counts afterwards lets all of them through; the database does not."""
    link = pats_link(app)
    visitors = [from_address(app, number) for number in range(16)]
    pages = [visitor.get(link).text for visitor in visitors]
    with ThreadPoolExecutor(len(visitors)) as pool:
        list(pool.map(lambda visitor, page: visitor.send(link, page, ANOTHER_DATE), visitors, pages))
    with app.app_context():
        assert db.session.scalars(select(PrivateLink)).one().wrong_dates == 5
    assert gives(browser(app), link, PATS_DATE).status_code in (422, 429)


def test_only_refusals_are_counted(app: Flask) -> None:
    """A waiting room, or a whole village, behind one address is no attack."""
    link = pats_link(app)
    assert {gives(browser(app), link, PATS_DATE).status_code for _ in range(31)} == {303}


def test_the_throttle_and_the_log_learn_no_token(
    app: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OTOBO CVE-2024-43444: secrets in logs, also when something fails."""
    caplog.set_level(logging.DEBUG)
    link = pats_link(app)
    for _ in range(11):
        refused_by(from_address(app, 7), link)
    counted = limiter.storage.storage  # type: ignore[attr-defined]  # of the memory
    assert counted
    assert token_of(link) not in str(dict(counted))

    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr(views, "progress_of", lambda *_: 1 / 0)
    other = pats_link(app)
    assert opened(app, other).get(other).status_code == 500
    assert "Exception in following.enquiry" in caplog.text
    for one in (link, other):
        assert token_of(one) not in caplog.text


def test_a_mail_program_that_opens_every_link_beforehand_uses_nothing_up(app: Flask) -> None:
    """What scans mail follows its links; only a person gives a date."""
    link = pats_link(app)
    before = on_record(app)
    for _ in range(40):
        assert browser(app).get(link).status_code == 200
        assert browser(app).head(link).status_code == 200
    assert on_record(app) == before
    assert gives(browser(app), link, PATS_DATE).status_code == 303


def test_a_forged_host_gets_no_link_of_its_own_into_the_letter(app: Flask, settings: Config) -> None:
    """The reset-poisoning family: an address in a letter never follows what a visitor says."""
    with app.test_request_context(headers={"Host": "evil.example"}, base_url="https://evil.example"):
        pat_asks()
        contents = db.session.scalars(select(Letter)).one().contents
    for words in (contents.text, contents.html):
        assert f"{settings.public_url}/enquiry/" in words
        assert "evil.example" not in words


@pytest.mark.parametrize("date", [{}, {"birth_date-day": "١", "birth_date-month": "٢", "birth_date-year": "١٩٨٠"}])
def test_what_is_no_date_is_refused_politely(app: Flask, date: dict[str, str]) -> None:
    assert gives(browser(app), pats_link(app), date).status_code == 422


@pytest.mark.parametrize("token", ["x", "..", "A" * 4000, "%00", "%F0%9F%98%80", "<script>"])
def test_any_token_at_all_asks_for_a_date(app: Flask, token: str) -> None:
    visitor = browser(app)
    page = visitor.get(f"/enquiry/{token}")
    assert page.status_code in (200, 404)
    assert "<script>alert" not in page.text
    if page.status_code == 200:
        assert visitor.send(page.request.path, page.text, PATS_DATE).status_code == 422


def test_a_message_reaches_the_enquiry_that_its_page_was_about(app: Flask) -> None:
    """Two tabs, two enquiries: nothing typed in the one is ever added to the other."""
    mine, mothers = pats_link(app), pats_link(app, who={"birth_date": "1950-01-02"})
    pat = opened(app, mine)
    page, confirm = pat.get(mine).text, pat.get(f"{mine}/withdraw").text
    gives(pat, mothers, {"birth_date-day": "2", "birth_date-month": "1", "birth_date-year": "1950"})

    assert "date of birth" in pat.send(mine, page, {"text": MORE}, f"{mine}/message").text
    assert pat.send(f"{mine}/withdraw", confirm).location == mine

    assert entries(app, "wrote") == entries(app, "withdrew") == []
    assert says(pat, mothers, MORE).location == mothers
    assert withdraws(pat, mothers).location == mothers
