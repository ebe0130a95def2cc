"""Pat opens the link in her receipt with her date of birth; nobody else does, and nobody learns why."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import select

from enquiry import audit, erasure
from enquiry.extensions import db
from enquiry.following.progress import IN_PLAIN_WORDS
from enquiry.records.ledger import Reason
from enquiry.records.letter import Letter
from enquiry.records.private_link import PrivateLink
from enquiry.rules.status import Outcome, Status
from enquiry.triage import decide
from tests.following.receipt import (
    ANOTHER_DATE,
    NOBODYS_LINK,
    PATS_DATE,
    browser,
    gives,
    on_record,
    opened,
    pats_link,
    says,
    the_enquiry,
)
from tests.people import LENA, PAT, PATS_EMAIL, RAI, at_the_desk, hire, pat_asks
from tests.visitor import Visitor

REFUSED = "do not go together"


def test_pat_sees_how_far_her_enquiry_is_and_by_when_she_hears(app: Flask) -> None:
    link = pats_link(app)

    page = opened(app, link).get(link).text

    enquiry = the_enquiry(app)
    assert enquiry.reference in page
    assert 'London, <a class="nhsuk-u-nowrap" href="tel:+447776511824">07776 511824</a>' in page
    assert "A colleague will read it and answer you." in page
    assert "You hear from us by" in page


def test_the_page_shows_nothing_that_pat_wrote(app: Flask) -> None:
    """Devices are shared."""
    link = pats_link(app, about={"about": "spinal-tumours"})
    pat = opened(app, link)
    says(pat, link, "My left knee hurts as well.")

    page = pat.get(link).text

    for secret in (str(escape(PAT)), PATS_EMAIL, "07700", "1980", "tumour", "September", "knee"):
        assert secret not in page.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("status", Status)
def test_every_status_has_words_for_a_patient_and_none_of_the_desks(status: Status) -> None:
    words = IN_PLAIN_WORDS[status].lower()
    assert not {"assigned", "rejected", "closed", "status", "queue", "triage", "outcome"} & set(words.split())


def test_the_link_asks_for_a_date_and_shows_nothing_before(app: Flask, client: Visitor) -> None:
    link = pats_link(app)
    page = client.get(link)
    assert page.status_code == 200
    assert the_enquiry(app).reference not in page.text
    assert "What is the patient’s date of birth?" in page.text


@pytest.mark.parametrize("page", ["", "/withdraw"])
def test_what_the_link_leads_to_is_kept_by_no_browser_and_found_by_no_search_engine(app: Flask, page: str) -> None:
    link = pats_link(app)
    answer = opened(app, link).get(link + page)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert '<meta name="robots" content="noindex">' in answer.text
    assert "Disallow: /enquiry" in browser(app).get("/robots.txt").text


def test_an_open_link_is_open_in_one_browser_for_half_an_hour(
    app: Flask, time_passes: Callable[[timedelta], None]
) -> None:
    link = pats_link(app)
    pat = opened(app, link)
    reference = the_enquiry(app).reference
    assert reference not in browser(app).get(link).text
    time_passes(timedelta(minutes=29))
    assert reference in pat.get(link).text
    time_passes(timedelta(minutes=2))
    assert reference not in pat.get(link).text
    assert pat.get(f"{link}/withdraw").location == link


def test_whoever_opens_the_link_elsewhere_ends_what_was_open_before(app: Flask) -> None:
    link = pats_link(app)
    phone, laptop = opened(app, link), opened(app, link)
    assert the_enquiry(app).reference not in phone.get(link).text
    assert the_enquiry(app).reference in laptop.get(link).text


def test_pat_leaves_and_a_copy_of_her_cookie_is_worth_nothing(app: Flask) -> None:
    link = pats_link(app)
    pat, copy = opened(app, link), browser(app)
    cookie = pat.get_cookie("clinic")
    assert cookie
    copy.set_cookie("clinic", cookie.value)

    assert "Your page is closed" in pat.fill_in(link, action=f"{link}/leave").text

    for visitor in (pat, copy):
        assert the_enquiry(app).reference not in visitor.get(link).text


def test_one_open_link_opens_no_other(app: Flask) -> None:
    first, second = pats_link(app), pats_link(app)
    pat = opened(app, first)
    assert "date of birth" in pat.get(second).text
    assert pat.get(f"{second}/withdraw").location == second


def test_neither_a_colleagues_session_nor_a_draft_opens_a_link(app: Flask) -> None:
    link = pats_link(app)
    lena, writer = at_the_desk(app, LENA), browser(app)
    writer.fill_in("/enquire/safety", {"red_flags": ["none"], "cancer": "no"})
    for visitor in (lena, writer):
        assert the_enquiry(app).reference not in visitor.get(link).text


def test_an_open_link_is_no_way_into_the_desk(app: Flask) -> None:
    link = pats_link(app)
    pat = opened(app, link)
    assert pat.get("/desk/queue").status_code == 302
    assert pat.get(f"/desk/enquiries/{the_enquiry(app).reference}").status_code == 302


def test_pat_who_mistypes_is_told_and_may_try_again(app: Flask) -> None:
    link, pat = pats_link(app), browser(app)
    assert "must be a real date" in gives(pat, link, {**PATS_DATE, "birth_date-month": "13"}).text
    wrong = gives(pat, link, ANOTHER_DATE)
    assert wrong.status_code == 422
    assert REFUSED in wrong.text
    assert gives(pat, link, PATS_DATE).status_code == 303


def test_after_five_wrong_dates_a_link_rests_for_an_hour(app: Flask, time_passes: Callable[[timedelta], None]) -> None:
    link = pats_link(app)
    for _ in range(5):
        assert gives(browser(app), link, ANOTHER_DATE).status_code == 422
    resting = gives(browser(app), link, PATS_DATE)
    assert resting.status_code == 422
    assert REFUSED in resting.text
    time_passes(timedelta(minutes=61))
    assert gives(browser(app), link, PATS_DATE).status_code == 303


def test_after_twenty_wrong_dates_in_a_row_a_link_is_over(app: Flask, time_passes: Callable[[timedelta], None]) -> None:
    """Whatever the throttle forgets, the database does not: nobody goes through all dates."""
    link = pats_link(app)
    with app.app_context():
        kept = db.session.scalars(select(PrivateLink)).one()
        kept.wrong_dates = 19
        db.session.commit()
    gives(browser(app), link, ANOTHER_DATE)
    time_passes(timedelta(days=1))
    assert gives(browser(app), link, PATS_DATE).status_code == 422


def test_a_right_date_forgives_the_wrong_ones(app: Flask) -> None:
    link = pats_link(app)
    for _ in range(2):
        for _ in range(4):
            gives(browser(app), link, ANOTHER_DATE)
        assert gives(browser(app), link, PATS_DATE).status_code == 303


def test_every_opening_is_on_record_and_every_refusal(app: Flask) -> None:
    link = pats_link(app)
    gives(browser(app), NOBODYS_LINK, PATS_DATE)
    gives(browser(app), link, ANOTHER_DATE)
    pat = opened(app, link)
    pat.fill_in(link, action=f"{link}/leave")
    assert on_record(app)[1:] == [
        ("public", "private link refused"),
        ("public", "private link refused"),
        ("public", "private link opened"),
        ("public", "private link left"),
    ]


def test_whoever_looked_through_the_link_stands_among_those_who_looked(app: Flask) -> None:
    lena, link = at_the_desk(app, LENA), pats_link(app)
    gives(browser(app), link, ANOTHER_DATE)
    opened(app, link)
    page = lena.get(f"/desk/enquiries/{the_enquiry(app).reference}/looks").text
    assert "The public: private link refused" in page
    assert "The public: private link opened" in page


def test_no_colleague_is_shown_the_link(app: Flask) -> None:
    """What comes through it is the patient's own word: nobody at the clinic could have said it."""
    rai, link = at_the_desk(app, RAI), pats_link(app)
    with app.app_context():
        letter = db.session.scalars(select(Letter)).one()
    page = rai.get(f"/desk/enquiries/{the_enquiry(app).reference}/letters/{letter.id}")
    assert page.status_code == 200
    assert "open your private link" in page.text
    assert link.rpartition("/")[2] not in page.text


def test_without_an_email_address_there_is_no_link(app: Flask) -> None:
    with app.test_request_context():
        pat_asks(contact={"email": "", "preferred": "telephone"})
        assert db.session.scalars(select(PrivateLink)).all() == []


def test_the_link_of_an_erased_enquiry_opens_nothing(app: Flask) -> None:
    link = pats_link(app)
    with app.app_context():
        erasure.erase(audit.SYSTEM, the_enquiry(app).reference, Reason.ASKED)
        assert db.session.scalars(select(PrivateLink)).all() == []
    assert gives(browser(app), link, PATS_DATE).status_code == 422


def test_pat_sees_that_her_enquiry_is_finished_and_can_only_begin_another(app: Flask) -> None:
    link = pats_link(app)
    with app.test_request_context():
        decide.close(hire(LENA), the_enquiry(app).reference, the_enquiry(app).version, Outcome.ADVICE_SENT, "")
    page = opened(app, link).get(link).text
    assert "We have dealt with it" in page
    assert "begin a new enquiry" in page
    assert "Send message" not in page
    assert "Withdraw this enquiry" not in page
