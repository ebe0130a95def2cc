"""The door is shut by default, every answer is armoured, and public pages know nobody."""

import pytest
from flask import Flask
from werkzeug.routing import Rule

from enquiry.conditions.catalogue import CONDITIONS
from enquiry.rules.permissions import Action
from enquiry.web.guard import PUBLIC, rule_of
from tests.counting import counting_queries
from tests.people import LENA, at_the_desk, pat_asks
from tests.visitor import Visitor

LIBRARY = [
    "/",
    "/conditions",
    *(f"/conditions/{slug}" for slug in CONDITIONS),
    "/case-studies/keyhole-stabilisation",
    "/clinics/london",
    "/gps",
    "/gps/guide.pdf",
    "/privacy",
    "/accessibility",
    "/cookies",
    "/enquire?about=sciatica",
    "/robots.txt",
    "/sitemap.xml",
    "/.well-known/security.txt",
]
# A form of these changes nothing and keeps nothing: there is nothing to forge.
NOTHING_TO_FORGE = {"conditions.search"}
# Questions to the database. The queue asks how many wait, which come first, and who is at them. A case asks for the
# person with their files, their appointments and what was merged into it, the history, other enquiries, and who is
# here; the rest is who asks, with their saved views, and to put the look on record.
QUEUE_AT_MOST, CASE_AT_MOST = 4, 8


def test_every_address_is_public_or_declares_who_may_enter(app: Flask) -> None:
    with app.app_context():
        undeclared = {
            endpoint
            for endpoint in app.view_functions
            if endpoint not in PUBLIC and not isinstance(rule_of(endpoint), Action)
        }
    assert not undeclared


def test_every_address_that_is_listed_as_public_exists_and_declares_nothing_else(app: Flask) -> None:
    with app.app_context():
        assert not {endpoint for endpoint in PUBLIC if endpoint not in app.view_functions}
        assert not {endpoint for endpoint in PUBLIC if rule_of(endpoint) is not None}


def test_a_new_address_that_declares_nothing_lets_nobody_in(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.view_functions, "triage.case", lambda reference: "Everything about everybody")

    assert at_the_desk(app, LENA).get("/desk/enquiries/LN-0000-0000").status_code == 403


def test_every_form_of_every_address_is_refused_without_its_token(app: Flask) -> None:
    """SecureDrop SEC-01-003: cross-site requests."""
    lena = at_the_desk(app, LENA)
    with app.app_context():
        rules = (rule for rule in app.url_map.iter_rules() if rule.endpoint not in NOTHING_TO_FORGE)
        posts = [rule for rule in rules if "POST" in (rule.methods or ())]
    assert posts
    for rule in posts:
        answer = lena.post(an_address(app, rule), data={"version": "1"})
        assert answer.status_code == 400, rule


def an_address(app: Flask, rule: Rule) -> str:
    """Return some address of a route."""
    known = {
        "reference": "LN-0000-0000",
        "letter_id": "00000000-0000-7000-8000-000000000000",
        "near_miss_id": "00000000-0000-7000-8000-000000000000",
        "clinic": "london",
        "name": "who",
        "token": "x",
        "complaint": "DP-0000-0000",
        "slug": "received",
        "person_id": "00000000-0000-7000-8000-000000000000",
        "view_id": "00000000-0000-7000-8000-000000000000",
    }
    with app.test_request_context():
        _, address = rule.build({name: known[name] for name in rule.arguments}) or ("", "")
    assert address
    return address


@pytest.mark.parametrize("address", LIBRARY)
def test_a_page_of_the_library_asks_no_database_sets_no_cookie_and_may_be_kept(
    app: Flask, client: Visitor, address: str
) -> None:
    with counting_queries(app) as queries:
        first = client.get(address)
        again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert first.status_code == 200
    assert not queries
    assert "Set-Cookie" not in first.headers
    assert "Cookie" not in first.headers.get("Vary", "")
    assert "public" in first.headers["Cache-Control"]
    assert again.status_code == 304


@pytest.mark.parametrize("address", [*LIBRARY, "/enquire/safety", "/enquire/check", "/desk/queue", "/no-such-page"])
def test_every_answer_is_armoured(client: Visitor, address: str) -> None:
    headers = client.get(address).headers

    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "address", ["/enquire/safety", "/enquire/check", "/enquire/sent", "/enquiry/x", "/data-complaint", "/desk/sign-in"]
)
def test_what_is_personal_is_never_kept_by_a_browser(client: Visitor, address: str) -> None:
    assert client.get(address).headers["Cache-Control"] == "no-store"


def test_the_queue_and_a_case_cost_a_fixed_number_of_questions(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.test_request_context():
        reference, *_ = [pat_asks().reference for _ in range(30)]
    costs = []
    for address in ("/desk/queue/london", f"/desk/enquiries/{reference}"):
        with counting_queries(app) as queries:
            assert lena.get(address).status_code == 200
        costs.append(len(queries))

    assert costs[0] <= QUEUE_AT_MOST
    assert costs[1] <= CASE_AT_MOST
