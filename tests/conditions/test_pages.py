"""What people find in the library: the emergency first, the way on, who answers for the words, and the truth."""

import re
from datetime import date, datetime
from html import unescape

import msgspec
import pytest
from flask import Flask

from enquiry.clock import LONDON_TIME
from enquiry.conditions import catalogue, views
from enquiry.conditions.catalogue import CASE_STUDIES, CONDITIONS, EMERGENCIES, Group
from enquiry.rules.working_time import OpeningHours
from enquiry.web.guard import PUBLIC
from enquiry.web.kept_pages import KeptPages
from tests.visitor import Visitor

ENQUIRY = 'href="/enquire'
EMERGENCY = "Call 999 or go to A&E now if you have"
PROMISES = re.compile(r"\b(cure[sd]?|guarantee\w*|best (?:clinic|surgeon)|100 ?%|risk-free|pain-free)\b", re.IGNORECASE)


@pytest.fixture
def nothing_kept(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """An application that has just started: no page is in its memory."""
    pages: KeptPages = app.extensions["kept pages"]
    monkeypatch.setattr(pages, "shelf", {})


def words_of(page: str) -> str:
    """Return a page's words without its tags."""
    return unescape(re.sub(r"<[^>]+>", " ", page))


def test_the_library_has_its_twenty_conditions_and_every_group_has_some() -> None:
    assert len(CONDITIONS) == 20
    assert {condition.group for condition in CONDITIONS.values()} == set(Group)


@pytest.mark.parametrize("slug", CONDITIONS)
def test_every_condition_names_every_emergency_and_where_to_go(client: Visitor, slug: str) -> None:
    page = unescape(client.get(f"/conditions/{slug}").text)

    assert EMERGENCY in page
    assert all(sign in page for sign in EMERGENCIES + CONDITIONS[slug].urgent)


@pytest.mark.parametrize("slug", CONDITIONS)
def test_every_condition_shows_its_names_its_sources_its_kin_and_that_nobody_has_signed(
    client: Visitor, slug: str
) -> None:
    page = unescape(client.get(f"/conditions/{slug}").text)

    condition = CONDITIONS[slug]
    assert all(name in page for name in condition.names)
    assert all(source.title in page for source in condition.sources)
    assert all(f'href="/conditions/{other}"' in page for other in condition.related)
    assert "Awaiting clinical sign-off" in page
    assert '"lastReviewed"' not in page


def test_a_page_that_a_clinician_has_signed_says_who_and_when(
    client: Visitor, nothing_kept: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = {"signed_off_by": "Mr Rai", "signed_off_on": date(2026, 12, 1)}
    sciatica = msgspec.structs.replace(CONDITIONS["sciatica"], **signed)
    monkeypatch.setattr(views, "CONDITIONS", {**CONDITIONS, "sciatica": sciatica})

    page = client.get("/conditions/sciatica").text

    assert "Mr Rai, 1 December 2026" in page
    assert "Awaiting clinical sign-off" not in page


def test_somebody_with_cauda_equina_meets_the_emergency_before_any_way_to_wait_for_an_answer(client: Visitor) -> None:
    page = unescape(client.get("/conditions/cauda-equina-syndrome").text)

    assert page.index(EMERGENCY) < page.index(ENQUIRY)
    assert page.index(EMERGENCY) < page.index("The cauda equina is a bundle")
    assert page.index("It is right to go and be checked") < page.index(ENQUIRY)


def test_a_page_tells_plainly_when_surgery_is_not_the_answer() -> None:
    for slug in ("osteoporosis", "inflammatory-back-pain", "worn-discs", "low-back-pain"):
        first = CONDITIONS[slug].surgical.striptags().split(".")[0].lower()
        assert " no" in f" {first}", slug


@pytest.mark.parametrize("address", ["/", *(f"/conditions/{slug}" for slug in CONDITIONS), "/clinics/london"])
def test_no_page_promises_anything_about_how_it_will_end(client: Visitor, address: str) -> None:
    assert not PROMISES.findall(words_of(client.get(address).text))


def test_the_home_page_lists_the_conditions_by_group(client: Visitor) -> None:
    page = unescape(client.get("/").text)

    assert all(f"<h3>{group}</h3>" in page for group in Group)
    assert all(f'href="/conditions/{slug}"' in page for slug in CONDITIONS)


def test_a_case_study_that_a_patient_withdrew_is_gone_and_nothing_leads_to_it(
    client: Visitor, nothing_kept: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    withdrawn = {slug: msgspec.structs.replace(study, withdrawn=True) for slug, study in CASE_STUDIES.items()}
    monkeypatch.setattr(catalogue, "CASE_STUDIES", withdrawn)
    monkeypatch.setattr(views, "CASE_STUDIES", withdrawn)

    assert client.get("/case-studies/keyhole-stabilisation").status_code == 410
    for address in ("/", "/conditions/spinal-tumours", "/sitemap.xml"):
        assert "case-studies" not in client.get(address).text


def test_a_case_study_says_whether_the_patient_agreed_and_never_where_that_is_filed(
    client: Visitor, nothing_kept: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "still to be confirmed" in client.get("/case-studies/keyhole-stabilisation").text

    agreed = msgspec.structs.replace(CASE_STUDIES["keyhole-stabilisation"], consent_reference="CONSENT-17")
    monkeypatch.setattr(views, "CASE_STUDIES", {"keyhole-stabilisation": agreed})
    monkeypatch.setattr(client.application.extensions["kept pages"], "shelf", {})
    page = client.get("/case-studies/keyhole-stabilisation").text

    assert "has agreed in writing" in page
    assert "CONSENT-17" not in page


def test_the_hours_on_a_clinics_page_are_those_by_which_promises_are_kept(client: Visitor) -> None:
    def is_open(*moment: int) -> bool:
        return OpeningHours().is_open(datetime(*moment, tzinfo=LONDON_TIME))

    assert all(is_open(2026, 11, day, 9, 0) and is_open(2026, 11, day, 16, 59) for day in range(23, 28))
    assert not any(is_open(2026, 11, day, 8, 59) or is_open(2026, 11, day, 17, 0) for day in range(23, 28))
    assert not any(is_open(*day, 12, 0) for day in [(2026, 11, 28), (2026, 11, 29), (2026, 12, 25), (2026, 12, 28)])
    for clinic in ("london", "norwich"):
        page = client.get(f"/clinics/{clinic}").text
        assert "Monday to Friday, 9am to 5pm. Closed on bank holidays in England." in page


def test_the_page_on_cookies_names_every_cookie_that_the_site_sets(client: Visitor) -> None:
    told = client.get("/cookies").text

    answers = [client.get(address) for address in ("/conditions", "/enquire", "/enquire/safety", "/desk/sign-in")]
    answers.append(client.fill_in("/enquire/safety", {"red_flags": ["none"], "cancer": "no"}))
    names = {cookie.split("=")[0] for answer in answers for cookie in answer.headers.getlist("Set-Cookie")}

    assert names
    assert all(f"<dd>{name}</dd>" in told for name in names)


def test_every_page_worth_finding_has_one_address_and_stands_in_the_sitemap(app: Flask, client: Visitor) -> None:
    listed = re.findall(r"<loc>(.+)</loc>", client.get("/sitemap.xml").text)
    for address in listed:
        page = client.get(address.removeprefix(app.config["PUBLIC_URL"]))
        assert f'<link rel="canonical" href="{address}">' in page.text

    endpoints = {endpoint for endpoint in PUBLIC if endpoint.startswith("conditions.")}
    with app.test_request_context():
        adapter = app.url_map.bind("")
        reached = {adapter.match(address.removeprefix(app.config["PUBLIC_URL"]) or "/")[0] for address in listed}
    assert endpoints - reached == {
        "conditions.search",
        "conditions.guide_for_gps",
        "conditions.robots",
        "conditions.sitemap",
        "conditions.security_txt",
    }
