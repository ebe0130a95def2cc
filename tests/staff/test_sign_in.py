"""Lena, Noor, Mr Rai and Max come in with a password; nobody else does, and nobody learns why."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from enquiry import audit
from enquiry.extensions import db
from enquiry.staff import passwords, people
from tests.counting import counting_queries
from tests.people import LENA, MAX, NOOR, PASSWORD, RAI
from tests.staff.door import ACCOUNT, SIGN_IN, browser, hired, is_inside, on_record, sign_in, signed_in
from tests.visitor import Visitor

ELSEWHERE = [
    "//evil.example",
    "https://evil.example/desk/queue",
    "/\\evil.example",
    "\\\\evil.example",
    "/desk/../../evil.example",
    "/desk//evil.example",
    "/desk@evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    " //evil.example",
    "/desk/queue\r\nLocation: https://evil.example",
    "/enquire",
    "/desk/nowhere",
    "/desk/sign-in",
    "/desk/sign-out",
]


def test_lena_signs_in_and_begins_at_the_queue(app: Flask, client: Visitor) -> None:
    hired(app, LENA)
    answer = sign_in(client, LENA.email)
    assert (answer.status_code, answer.location) == (303, "/desk/queue")
    assert LENA.name in client.get(ACCOUNT).text


def test_max_who_has_no_queue_begins_at_his_account(app: Flask, client: Visitor) -> None:
    hired(app, MAX)
    assert sign_in(client, MAX.email).location == ACCOUNT


def test_capitals_and_spaces_in_an_address_do_not_matter(app: Flask, client: Visitor) -> None:
    hired(app, LENA)
    assert sign_in(client, f"  {LENA.email.upper()} ").status_code == 303


def test_lena_comes_to_the_page_she_asked_for(app: Flask, client: Visitor) -> None:
    hired(app, LENA)
    refused = client.get(ACCOUNT)
    assert refused.location == f"{SIGN_IN}?next=/desk/account"
    assert sign_in(client, LENA.email, page=refused.location).location == ACCOUNT


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_cve_2021_32618_sign_in_leads_nowhere_but_to_the_desks_own_pages(
    app: Flask, client: Visitor, elsewhere: str
) -> None:
    hired(app, LENA)
    page = client.get(SIGN_IN, query_string={"next": elsewhere})
    answer = client.send(page.request.full_path, page.text, {"email": LENA.email, "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/desk/queue")
    assert client.get(SIGN_IN, query_string={"next": elsewhere}).location == "/desk/queue"


def test_cve_2021_38562_nobody_learns_whether_an_address_is_known(app: Flask) -> None:
    """Unknown, wrong, disabled and not yet joined: the same status and the same page."""
    hired(app, LENA, NOOR, RAI)
    with app.app_context():
        people.disable(audit.SYSTEM, NOOR.email)
        rai = people.find(RAI.email)
        assert rai
        rai.password = None
        db.session.commit()
    tries = [("nobody@clinic.example", PASSWORD), (LENA.email, "wrong wrong wrong"), (NOOR.email, PASSWORD)]
    answers = [sign_in(browser(app), email, password) for email, password in [*tries, (RAI.email, PASSWORD)]]
    assert {answer.status_code for answer in answers} == {422}
    assert len({without_what_differs(answer.text) for answer in answers}) == 1


def without_what_differs(page: str) -> str:
    """Return a page without the address that was typed into it and without its token."""
    lines = page.splitlines()
    return "\n".join(line for line in lines if 'name="email"' not in line and "csrf_token" not in line)


def test_cve_2021_38562_an_unknown_address_takes_as_long_as_a_wrong_password(
    app: Flask, client: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hashing is what takes time: it happens once, whoever is asked for."""
    hired(app, LENA)
    hashed: list[str] = []
    for work in (passwords.hash_password, passwords.verify_password):
        monkeypatch.setattr(passwords, work.__name__, _noted(work, hashed))
    sign_in(client, "nobody@clinic.example")
    assert hashed == ["hash_password"]
    sign_in(client, LENA.email, "wrong wrong wrong")
    assert hashed == ["hash_password", "verify_password"]


def _noted(work: Callable[..., Any], into: list[str]) -> Callable[..., Any]:
    def do(*arguments: str) -> Any:
        into.append(work.__name__)
        return work(*arguments)

    return do


def test_an_empty_form_asks_for_both(client: Visitor) -> None:
    page = client.fill_in(SIGN_IN).text
    assert "Error: Sign in" in page
    assert "Enter your email address" in page
    assert "Enter your password" in page


@pytest.mark.parametrize("nonsense", ["\0" * 12, "é" * 256, "x" * 257, "\ud7ff\uffff" * 6, "𝔥" * 200])
def test_what_is_no_password_is_refused_politely(app: Flask, client: Visitor, nonsense: str) -> None:
    hired(app, LENA)
    assert sign_in(client, LENA.email, nonsense).status_code == 422
    assert sign_in(client, nonsense, PASSWORD).status_code == 422


def test_a_typed_password_never_comes_back(app: Flask, client: Visitor) -> None:
    assert "wrong wrong wrong" not in sign_in(client, LENA.email, "wrong wrong wrong").text


def test_the_session_is_new_after_sign_in(app: Flask, client: Visitor) -> None:
    """Regression, osTicket 85a76f403: what somebody put into the browser beforehand does not live on."""
    hired(app, LENA)
    client.get(SIGN_IN)
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
        before = session["csrf_token"]
    sign_in(client, LENA.email)
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != before


def test_secure_drop_sec_01_003_nobody_signs_lena_out_with_a_link(app: Flask) -> None:
    hired(app, LENA)
    lenas = signed_in(app, LENA)
    assert lenas.get("/desk/sign-out").status_code in (404, 405)
    assert lenas.post("/desk/sign-out").status_code == 400
    assert is_inside(lenas)


def test_a_copied_cookie_is_worth_nothing_once_lena_has_signed_out(app: Flask) -> None:
    """Regression, flask-security-fork 41: with sessions in cookies, signing out used to end only one's own copy."""
    hired(app, LENA)
    lenas, copy = signed_in(app, LENA), browser(app)
    cookie = lenas.get_cookie("clinic")
    assert cookie
    copy.set_cookie("clinic", cookie.value)
    assert is_inside(copy)
    assert lenas.fill_in(ACCOUNT, action="/desk/sign-out").location == SIGN_IN
    assert not is_inside(lenas)
    assert not is_inside(copy)


def test_noor_is_out_with_her_next_request_once_she_is_disabled(app: Flask) -> None:
    hired(app, NOOR)
    noors = signed_in(app, NOOR)
    with app.app_context():
        people.disable(audit.SYSTEM, NOOR.email)
    assert noors.get(ACCOUNT).location == f"{SIGN_IN}?next=/desk/account"
    assert sign_in(noors, NOOR.email).status_code == 422


def test_a_screen_left_alone_for_half_an_hour_is_shut(app: Flask, time_passes: Callable[[timedelta], None]) -> None:
    hired(app, LENA)
    lenas = signed_in(app, LENA)
    time_passes(timedelta(minutes=29))
    assert is_inside(lenas)
    time_passes(timedelta(minutes=29))
    assert is_inside(lenas)
    time_passes(timedelta(minutes=31))
    assert not is_inside(lenas)


def test_nobody_is_signed_in_for_longer_than_ten_hours(app: Flask, time_passes: Callable[[timedelta], None]) -> None:
    hired(app, LENA)
    lenas = signed_in(app, LENA)
    for _ in range(29):
        time_passes(timedelta(minutes=20))
        assert is_inside(lenas)
    time_passes(timedelta(minutes=20))
    assert not is_inside(lenas)


@pytest.fixture
def _hashing_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "is_right", lambda password, _person: password == PASSWORD)


@pytest.mark.usefixtures("_hashing_is_quick")
def test_a_visitor_who_tries_and_tries_is_told_to_wait(app: Flask, client: Visitor) -> None:
    """From one address, many accounts."""
    statuses = [sign_in(client, f"guess{number}@clinic.example").status_code for number in range(30)]
    assert set(statuses) == {422}
    hired(app, LENA)
    assert sign_in(client, LENA.email).status_code == 429


@pytest.mark.usefixtures("_hashing_is_quick")
def test_an_account_is_guarded_wherever_the_tries_come_from(app: Flask) -> None:
    """From many addresses, one account, spelt in many ways."""
    hired(app, LENA, NOOR)
    spellings = [LENA.email, LENA.email.upper(), LENA.email.replace("clinic", "ｃlinic"), f" {LENA.email}"]
    for number in range(10):
        guesser = browser(app)
        guesser.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        assert sign_in(guesser, spellings[number % len(spellings)], "wrong wrong wrong").status_code == 422
    assert sign_in(browser(app), LENA.email).status_code == 429
    assert sign_in(browser(app), NOOR.email).status_code == 303


@pytest.mark.usefixtures("_hashing_is_quick")
def test_a_busy_morning_behind_one_address_is_not_an_attack(app: Flask) -> None:
    hired(app, LENA)
    assert {sign_in(browser(app), LENA.email).status_code for _ in range(31)} == {303}


def test_every_try_is_on_record_without_what_was_typed(app: Flask) -> None:
    hired(app, LENA)
    sign_in(browser(app), "nobody@clinic.example", "wrong wrong wrong")
    sign_in(browser(app), LENA.email, "wrong wrong wrong")
    signed_in(app, LENA).fill_in(ACCOUNT, action="/desk/sign-out")
    assert on_record(app) == [
        ("public", "sign-in refused", "nobody"),
        ("public", "sign-in refused", LENA.email),
        (LENA.email, "signed in", LENA.email),
        (LENA.email, "signed out", LENA.email),
    ]
    with app.app_context():
        assert audit.first_fault() is None
        rows = str(db.session.execute(db.text("SELECT * FROM audit")).all())
    assert "clinic.example" not in rows
    assert "wrong" not in rows


def test_knowing_who_is_there_costs_one_query(app: Flask) -> None:
    hired(app, LENA)
    lenas = signed_in(app, LENA)
    with counting_queries(app) as statements:
        lenas.get("/desk/sign-in")
    assert len(statements) == 1
    with counting_queries(app) as statements:
        lenas.get("/")
    assert not [statement for statement in statements if "FROM staff" in statement]


def test_the_cookie_tells_no_script_and_no_other_site(app: Flask, client: Visitor) -> None:
    hired(app, LENA)
    cookie = sign_in(client, LENA.email).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_nobody_comes_in_with_a_token(app: Flask, client: Visitor) -> None:
    hired(app, LENA)
    with app.test_request_context():
        lena = people.find(LENA.email)
        assert lena
        token = lena.get_auth_token()
    assert client.get(ACCOUNT, headers={"Authentication-Token": str(token)}).status_code == 302
    assert client.get(ACCOUNT, query_string={"auth_token": str(token)}).status_code == 302
    assert client.get(ACCOUNT, auth=(LENA.email, PASSWORD)).status_code == 302
