"""Every address of the desk is shut to somebody who has not signed in, and says in the code who may open it."""

import re
from uuid import UUID

from flask import Flask
from werkzeug.routing import Rule

from enquiry.web.guard import PUBLIC, rule_of
from tests.visitor import Visitor

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
            if not (answer.status_code == 302 and answer.location.startswith("/desk/sign-in?next=")):
                opened.append(f"{method} {path}: {answer.status}")
    assert not opened


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
