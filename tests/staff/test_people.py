"""Max looks after people: he invites, changes, shuts out and resets; on record, and never so that nobody is left."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from enquiry.extensions import db
from enquiry.records.change import Change
from enquiry.records.staff import Staff
from enquiry.rules.clinics import Clinic
from enquiry.rules.permissions import Role
from enquiry.staff import people
from tests.people import INES, LENA, MAX, NOOR, PASSWORD, RAI, Colleague, at_the_desk, hire, pat_asks
from tests.staff.door import browser, is_inside, on_record, sign_in
from tests.visitor import Visitor

PEOPLE = "/desk/people"
MIA = replace(MAX, name="Mia Stone", email="mia@clinic.example")
TOM = {"name": "Tom Reed", "email": "Tom@Clinic.example", "roles": ["receptionist"], "clinics": ["london"]}


def page_of(app: Flask, colleague: Colleague) -> str:
    """Return the address of somebody's page."""
    with app.app_context():
        return f"{PEOPLE}/{db.session.scalars(select(Staff.id).where(Staff.email == colleague.email)).one()}"


def presses(max_: Visitor, page: str, deed: str, **ticked: object) -> TestResponse:
    """Tick something on a colleague's page, and press a button of it."""
    return max_.send(page, max_.get(page).text, {**ticked, "deed": deed}, action="")


def changes(app: Flask) -> list[str]:
    with app.app_context():
        return [one.in_words for one in db.session.scalars(select(Change).order_by(Change.id))]


def roles_of(app: Flask, colleague: Colleague) -> frozenset[Role]:
    with app.app_context():
        person = people.find(colleague.email)
        assert person
        return person.roles


def test_max_sees_who_there_is(app: Flask) -> None:
    max_ = at_the_desk(app, MAX)
    with app.app_context():
        hire(NOOR)
    page = max_.get(PEOPLE).text
    assert NOOR.name in page
    assert NOOR.email in page
    assert "Receptionist" in page
    assert "Active" in page


def test_max_invites_tom_and_the_link_is_shown_once(app: Flask) -> None:
    max_ = at_the_desk(app, MAX)
    made = max_.fill_in(f"{PEOPLE}/invite", TOM)
    assert made.status_code == 200
    assert made.headers["Cache-Control"] == "no-store"
    [link] = re.findall(r"http://[^<\"]+(/desk/invitation/[\w-]+)", made.text)
    assert link not in max_.get(PEOPLE).text
    assert "Invited" in max_.get(PEOPLE).text
    toms = browser(app)
    assert toms.fill_in(link, {"new_password": PASSWORD, "new_password_confirm": PASSWORD}).status_code == 303
    assert sign_in(toms, "tom@clinic.example").status_code == 303
    assert toms.get("/desk/queue").status_code == 200
    assert (MAX.email, "staff invited", "tom@clinic.example") in on_record(app)
    assert changes(app) == ["Tom Reed. Was: nothing. Now: Receptionist; London."]


@pytest.mark.parametrize(
    "missing, why",
    [
        ("name", "Enter their name"),
        ("email", "Enter their email address"),
        ("roles", "Select what they are"),
        ("clinics", "Select where they work"),
    ],
)
def test_an_invitation_that_lacks_something_is_not_made(app: Flask, missing: str, why: str) -> None:
    refused = at_the_desk(app, MAX).fill_in(
        f"{PEOPLE}/invite", {**TOM, missing: [] if missing in ("roles", "clinics") else ""}
    )
    assert refused.status_code == 422
    assert why in refused.text
    assert ("Tom Reed" in refused.text) is (missing != "name")
    with app.app_context():
        assert people.find("tom@clinic.example") is None


def test_who_works_here_already_is_not_invited_again(app: Flask) -> None:
    max_ = at_the_desk(app, MAX)
    with app.app_context():
        hire(LENA)
    refused = max_.fill_in(f"{PEOPLE}/invite", {**TOM, "email": LENA.email})
    assert refused.status_code == 409
    assert "works here already" in refused.text


def test_max_makes_lena_a_clinician_at_both_clinics_and_it_counts_at_once(app: Flask) -> None:
    max_, lena = at_the_desk(app, MAX), at_the_desk(app, LENA)
    with app.test_request_context():
        of_norwich = f"/desk/enquiries/{pat_asks(Clinic.NORWICH).reference}"
    assert lena.get(of_norwich).status_code == 404
    saved = presses(max_, page_of(app, LENA), "save", roles=["clinician"], clinics=["london", "norwich"])
    assert saved.status_code == 303
    assert f"{LENA.name}’s roles and clinics are saved" in max_.get(saved.location).text
    assert lena.get(of_norwich).status_code == 200
    assert changes(app) == [f"{LENA.name}. Was: Receptionist. Now: Clinician; Norwich."]
    assert (MAX.email, "roles set", "nobody") in on_record(app)


def test_max_who_makes_himself_a_clinician_stands_in_the_audit_for_it(app: Flask) -> None:
    max_, ines = at_the_desk(app, MAX), at_the_desk(app, INES)
    page = page_of(app, MAX)
    assert "stands in the audit for it" in max_.get(page).text
    saved = presses(max_, page, "save", roles=["manager", "clinician"], clinics=["london"])
    assert saved.status_code == 303
    audit = ines.get("/desk/audit?event=own+roles+set").text
    assert f"{MAX.name}. Was: Norwich. Now: Clinician." in audit
    assert (MAX.email, "own roles set", "nobody") in on_record(app)


def test_whoever_is_a_manager_no_more_is_led_to_their_account(app: Flask) -> None:
    max_ = at_the_desk(app, MAX)
    with app.app_context():
        hire(MIA)
    saved = presses(max_, page_of(app, MAX), "save", roles=["auditor"], clinics=["london"])
    assert saved.location == "/desk/account"
    assert max_.get(PEOPLE).status_code == 403


@pytest.mark.parametrize(
    "ticked, why", [({"roles": []}, "Select what they are"), ({"clinics": []}, "Select where they work")]
)
def test_nobody_is_left_without_a_role_or_a_clinic(app: Flask, ticked: dict[str, list[str]], why: str) -> None:
    max_ = at_the_desk(app, MAX)
    with app.app_context():
        hire(LENA)
    refused = presses(max_, page_of(app, LENA), "save", **ticked)
    assert refused.status_code == 422
    assert why in refused.text
    assert roles_of(app, LENA) == {Role.RECEPTIONIST}


def test_two_managers_who_change_somebody_at_once_do_not_overwrite_each_other(app: Flask) -> None:
    max_, mia = at_the_desk(app, MAX), at_the_desk(app, MIA)
    with app.app_context():
        hire(LENA)
    page = page_of(app, LENA)
    seen_by_max = max_.get(page).text
    assert presses(mia, page, "save", roles=["receptionist", "auditor"]).status_code == 303
    late = max_.send(page, seen_by_max, {"roles": ["clinician"], "deed": "save"})
    assert late.status_code == 409
    assert "A colleague changed this" in late.text
    assert "Receptionist, auditor" in late.text
    assert roles_of(app, LENA) == {Role.RECEPTIONIST, Role.AUDITOR}
    assert max_.send(page, late.text, {"roles": ["clinician"], "deed": "save"}).status_code == 303
    assert roles_of(app, LENA) == {Role.CLINICIAN}


def test_lena_is_shut_out_at_once_and_invited_again(app: Flask) -> None:
    max_, lena = at_the_desk(app, MAX), at_the_desk(app, LENA)
    page = page_of(app, LENA)
    assert presses(max_, page, "disable").status_code == 303
    assert not is_inside(lena)
    assert "Disabled" in max_.get(page).text
    again = presses(max_, page, "invite")
    [link] = re.findall(r"(/desk/invitation/[\w-]+)", again.text)
    assert browser(app).get(link).status_code == 200
    assert presses(max_, page, "disable").status_code == 303
    assert browser(app).get(link).status_code == 410


def test_max_lets_mr_rai_set_up_a_new_app(app: Flask) -> None:
    max_, rai = at_the_desk(app, MAX), at_the_desk(app, RAI)
    assert presses(max_, page_of(app, RAI), "reset").status_code == 303
    assert not is_inside(rai)
    assert (MAX.email, "second factor reset", RAI.email) in on_record(app)


@pytest.mark.parametrize("deed, ticked", [("disable", {}), ("save", {"roles": ["auditor"]})])
def test_the_last_manager_stays(app: Flask, deed: str, ticked: dict[str, list[str]]) -> None:
    max_ = at_the_desk(app, MAX)
    with app.app_context():
        hire(MIA)
        db.session.execute(update(Staff).where(Staff.email == MIA.email).values(active=False))
        db.session.commit()
    refused = presses(max_, page_of(app, MAX), deed, **ticked)
    assert refused.status_code == 409
    assert "There would be no manager left who can come in" in refused.text
    assert is_inside(max_)
    assert roles_of(app, MAX) == {Role.MANAGER}


def test_an_operator_may_shut_out_even_the_last_manager(app: Flask) -> None:
    max_ = at_the_desk(app, MAX)
    assert app.test_cli_runner().invoke(args=["staff", "disable", MAX.email]).exit_code == 0
    assert not is_inside(max_)


def test_managers_who_shut_each_other_out_at_the_same_moment_leave_one(app: Flask) -> None:
    managers = [replace(MAX, email=f"manager{number}@clinic.example") for number in range(6)]
    with app.app_context():
        ids = [hire(manager).id for manager in managers]
    together = Barrier(len(managers))

    def shut_out_the_next(number: int) -> str:
        with app.app_context():
            actor = db.session.get(Staff, ids[number])
            assert actor
            together.wait()
            try:
                people.disable(actor, managers[number - 1].email)
            except people.LastManager:
                return "last"
            return "done"

    with ThreadPoolExecutor(len(managers)) as pool:
        said = list(pool.map(shut_out_the_next, range(len(managers))))

    with app.app_context():
        assert db.session.scalars(select(Staff.active)).all().count(True) == 1
    assert said.count("last") == 1


def test_five_minutes_after_a_password_it_is_asked_for_once_more(
    app: Flask, time_passes: Callable[[timedelta], None]
) -> None:
    max_ = at_the_desk(app, MAX)
    assert "Your own password" not in max_.get(f"{PEOPLE}/invite").text
    html = max_.get(f"{PEOPLE}/invite").text
    time_passes(timedelta(minutes=5, seconds=1))
    lapsed = max_.send(f"{PEOPLE}/invite", html, TOM)
    assert lapsed.status_code == 422
    assert "Enter your own password" in lapsed.text
    assert "Tom Reed" in lapsed.text
    wrong = max_.send(f"{PEOPLE}/invite", lapsed.text, {**TOM, "own_password": "not this one"})
    assert wrong.status_code == 422
    assert "This is not your password" in wrong.text
    assert "not this one" not in wrong.text
    assert (("public", "sign-in refused", MAX.email)) in on_record(app)
    right = max_.send(f"{PEOPLE}/invite", wrong.text, {**TOM, "own_password": PASSWORD})
    assert right.status_code == 200
    assert "Your own password" not in max_.get(f"{PEOPLE}/invite").text, "it was given a moment ago"


def test_somebody_at_maxs_open_desk_cannot_try_passwords_for_long(
    app: Flask, time_passes: Callable[[timedelta], None]
) -> None:
    max_ = at_the_desk(app, MAX)
    time_passes(timedelta(minutes=6))
    html = max_.get(f"{PEOPLE}/invite").text
    tries = [max_.send(f"{PEOPLE}/invite", html, {**TOM, "own_password": f"guess {n}"}).status_code for n in range(11)]
    assert tries == [*[422] * 10, 429]


def test_a_button_that_is_not_there_does_nothing(app: Flask) -> None:
    max_ = at_the_desk(app, MAX)
    page = page_of(app, MAX)
    assert max_.send(page, max_.get(page).text, {"seen": "x", "deed": "promote"}).status_code == 400
    assert max_.get(f"{PEOPLE}/00000000-0000-7000-8000-000000000000").status_code == 404


@pytest.mark.parametrize("colleague", [LENA, RAI, INES])
def test_only_a_manager_looks_after_people(app: Flask, colleague: Colleague) -> None:
    somebody = at_the_desk(app, colleague)
    page = page_of(app, colleague)
    for address in (PEOPLE, f"{PEOPLE}/invite", page):
        assert somebody.get(address).status_code == 403
    assert 'href="/desk/people"' not in somebody.get("/desk/account").text
