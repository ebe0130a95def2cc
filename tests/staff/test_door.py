"""Every address of the desk is shut to somebody who has not signed in, and says in the code who may open it."""

import re
from uuid import UUID

from flask import Flask
from werkzeug.routing import Rule
from wtforms import PasswordField

from enquiry.web import errors
from enquiry.web.forms import PageForm
from enquiry.web.guard import PUBLIC, rule_of
from tests.people import LENA, MAX, at_the_desk, pat_asks
from tests.staff.door import sign_in
from tests.visitor import Visitor

FROM_OUR_OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}

AT_THE_DOOR = {"/desk/sign-in", "/desk/second-factor", "/desk/second-factor/set-up", "/desk/invitation/<token>"}


# Something for every part of an address that varies, by the kind of part that it is.
PARTS = [
    (re.compile(r"<any\((\w+)[^>]*>"), r"\1"),
    (re.compile(r"<uuid:[^>]*>"), str(UUID(int=1))),
    (re.compile(r"<[^>]*>"), "norwich"),
]


def test_every_desk_address_leads_nobody_to_sign_in(app: Flask, client: Visitor) -> None:
    token = token_of(client.get("/desk/sign-in").text)
    opened = []
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/desk") or rule.rule in AT_THE_DOOR:
            continue
        path = path_of(rule)
        for method in {"GET", "POST"} & (rule.methods or set()):
            answer = client.open(path, method=method, data={"csrf_token": token})
            led_to_the_door = answer.status_code == 302 and answer.location.startswith("/desk/sign-in?next=")
            refused = answer.status_code == 400 and method == "POST"
            if not (led_to_the_door or refused):
                opened.append(f"{method} {path}: {answer.status}")
    assert not opened


def test_what_lena_typed_when_her_session_ended_is_given_back_and_sent_once_she_is_in_again(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.test_request_context():
        reference = pat_asks().reference
    reply = f"/desk/enquiries/{reference}/reply"
    page = lena.get(reply).text
    lena.delete_cookie(app.config["SESSION_COOKIE_NAME"])

    given_back = lena.send(reply, page, {"text": "A long and careful reply."}, headers=FROM_OUR_OWN_PAGE)
    assert given_back.status_code == 400
    assert "A long and careful reply." in given_back.text
    assert sign_in(lena, LENA.email).status_code == 303
    again = lena.send(reply, given_back.text, {}, headers=FROM_OUR_OWN_PAGE)
    sent = lena.send(reply, again.text, {}, headers=FROM_OUR_OWN_PAGE)

    assert sent.status_code == 303
    assert "A long and careful reply." in lena.get(f"/desk/enquiries/{reference}").text


def test_a_password_that_was_typed_is_never_given_back(app: Flask) -> None:
    """Max, signed out while he invited somebody, read his own password on the screen of his desk."""
    max_ = at_the_desk(app, MAX)
    address, own = "/desk/people/invite", "the heron stands very still"
    page = max_.get(address).text
    max_.delete_cookie(app.config["SESSION_COOKIE_NAME"])
    typed = {"name": "Una Marsh", "email": "una@clinic.example", "own_password": own}

    refused = max_.post(address, data={**typed, "csrf_token": token_of(page)}, headers=FROM_OUR_OWN_PAGE)

    assert refused.status_code == 400
    assert own not in refused.text


def test_no_form_has_a_password_that_a_page_would_give_back(app: Flask) -> None:
    kinds = [*PageForm.__subclasses__()]
    for kind in kinds:  # it grows meanwhile
        kinds += kind.__subclasses__()
    with app.test_request_context("/desk/sign-in"):
        passwords = {
            name
            for kind in kinds
            for name, field in vars(kind).items()
            if getattr(field, "field_class", None) is PasswordField
        }
    assert passwords >= {"password", "own_password", "new_password", "new_password_confirm"}
    assert passwords <= errors._SECRET


def token_of(page: str) -> str:
    """Return the token of a page's form, so that it is the guard who refuses, and not the forms' own protection."""
    return page.partition('name="csrf_token" type="hidden" value="')[2].partition('"')[0]


def path_of(rule: Rule) -> str:
    """Return an address with something in every part that varies."""
    path = rule.rule
    for part, something in PARTS:
        path = part.sub(something, path)
    return path


def test_every_address_of_the_application_has_a_rule(app: Flask) -> None:
    with app.app_context():
        lawless = [
            rule.endpoint
            for rule in app.url_map.iter_rules()
            if rule.endpoint not in PUBLIC and rule_of(rule.endpoint) is None
        ]
    assert not lawless


def test_nothing_public_is_at_the_desk_but_its_door(app: Flask) -> None:
    public = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint in PUBLIC}
    assert {path for path in public if path.startswith("/desk")} == AT_THE_DOOR


def test_flask_security_adds_no_page_and_no_command_of_its_own(app: Flask) -> None:
    assert "security" not in app.blueprints
    assert not {"users", "roles"} & app.cli.commands.keys()
