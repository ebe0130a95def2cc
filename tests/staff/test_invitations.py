"""Noor is invited, chooses a password and joins; a link works once, for her, for a day."""

import hashlib
import logging
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from enquiry import audit
from enquiry.extensions import db
from enquiry.rules.clinics import Clinic
from enquiry.rules.permissions import Role
from enquiry.staff import invite, people
from tests.people import LENA, NOOR, PASSWORD
from tests.staff.door import SET_UP, browser, hired, is_inside, on_record, sign_in

INVITE_NOOR = ["invite", NOOR.email, "--name", NOOR.name, "--role", "receptionist", "--clinic", "norwich"]
CHOICE = {"new_password": PASSWORD, "new_password_confirm": PASSWORD}


def staff(app: Flask, *words: str) -> str:
    """Run an operator's command about people; return what it printed."""
    result = app.test_cli_runner().invoke(args=["staff", *words])
    assert result.exit_code == 0, result.output
    return result.output.strip()


def refused(app: Flask, *words: str) -> str:
    """Run a command that must fail; return what it printed."""
    result = app.test_cli_runner().invoke(args=["staff", *words])
    assert result.exit_code != 0
    return result.output.strip()


def page_of(link: str) -> str:
    """Return a link without the site's own address."""
    path = re.sub(r"^https?://[^/]+", "", link)
    assert path.startswith("/desk/invitation/")
    return path


def test_noor_joins_and_signs_in(app: Flask) -> None:
    page = page_of(staff(app, *INVITE_NOOR))
    noors = browser(app)
    assert sign_in(noors, NOOR.email).status_code == 422, "not before she has joined"
    assert NOOR.email in noors.get(page).text
    answer = noors.fill_in(page, CHOICE)
    assert (answer.status_code, answer.location) == (303, "/desk/sign-in?joined=yes")
    assert "Your password is saved" in noors.get(answer.location).text
    assert sign_in(noors, NOOR.email).status_code == 303
    assert is_inside(noors)
    with app.app_context():
        noor = people.find(NOOR.email)
        assert noor
        assert (noor.name, noor.roles, noor.clinics) == (NOOR.name, {Role.RECEPTIONIST}, (Clinic.NORWICH,))
    assert on_record(app) == [
        ("system", "staff invited", NOOR.email),
        ("system", "roles set", "nobody"),  # the record of a change, which names her
        ("public", "sign-in refused", NOOR.email),
        (NOOR.email, "staff joined", NOOR.email),
        (NOOR.email, "signed in", NOOR.email),
    ]


def test_at_the_clinic_noor_sets_up_a_second_factor_at_her_first_sign_in(strict_app: Flask) -> None:
    noors = browser(strict_app)
    noors.fill_in(page_of(staff(strict_app, *INVITE_NOOR)), CHOICE)
    assert sign_in(noors, NOOR.email).location == SET_UP


def test_a_link_works_once(app: Flask) -> None:
    page = page_of(staff(app, *INVITE_NOOR))
    browser(app).fill_in(page, CHOICE)
    again = browser(app).get(page)
    assert again.status_code == 410
    assert NOOR.name not in again.text
    assert NOOR.email not in again.text


def test_cve_2026_41902_a_link_expires_after_a_day(app: Flask, time_passes: Callable[[timedelta], None]) -> None:
    page = page_of(staff(app, *INVITE_NOOR))
    time_passes(timedelta(hours=23, minutes=59))
    assert browser(app).get(page).status_code == 200
    time_passes(timedelta(minutes=2))
    assert browser(app).get(page).status_code == 410


def test_a_new_link_takes_the_place_of_the_old_one(app: Flask) -> None:
    first, second = page_of(staff(app, *INVITE_NOOR)), page_of(staff(app, *INVITE_NOOR))
    assert browser(app).get(first).status_code == 410
    assert browser(app).get(second).status_code == 200


def test_a_link_is_noors_whatever_a_form_says(app: Flask) -> None:
    hired(app, LENA)
    page = page_of(staff(app, *INVITE_NOOR))
    visitor = browser(app)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', visitor.get(page).text)
    assert token
    stolen = "another heron stands still"
    visitor.post(
        page,
        data={
            "csrf_token": token[1],
            "email": LENA.email,
            "new_password": stolen,
            "new_password_confirm": stolen,
        },
    )
    assert sign_in(browser(app), LENA.email, stolen).status_code == 422
    assert sign_in(browser(app), NOOR.email, stolen).status_code == 303


def test_cve_2026_27637_a_link_cannot_be_guessed_or_read_from_the_database(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        page = page_of(staff(app, *INVITE_NOOR))
        browser(app).get(page)
    token = page.rpartition("/")[2]
    assert len(token) >= 22, "128 bits or more"
    with app.app_context():
        rows = db.session.execute(db.text("SELECT token_hash FROM invitations")).scalars().all()
    assert [bytes(row) for row in rows] == [hashlib.sha256(token.encode()).digest()]
    assert token not in caplog.text
    assert browser(app).get("/desk/invitation/" + "A" * 43).status_code == 410


def test_noor_is_told_what_is_wrong_with_a_password(app: Flask) -> None:
    page = page_of(staff(app, *INVITE_NOOR))
    noors = browser(app)
    different = noors.fill_in(page, {"new_password": PASSWORD, "new_password_confirm": "something else"})
    assert different.status_code == 422
    assert "Enter the same password twice" in different.text
    short = noors.fill_in(page, {"new_password": "heron", "new_password_confirm": "heron"})
    assert "12 characters or more" in short.text
    assert "heron" not in short.text
    assert noors.fill_in(page, CHOICE).status_code == 303


def test_a_colleague_who_works_here_is_not_invited_again(app: Flask) -> None:
    hired(app, NOOR)
    assert "works here already" in refused(app, *INVITE_NOOR)


def test_only_an_email_address_is_invited(app: Flask) -> None:
    assert "is not an email address" in refused(app, "invite", "noor", *INVITE_NOOR[2:])


def test_a_role_that_is_none_is_refused(app: Flask) -> None:
    assert "cleaner" in refused(app, "invite", NOOR.email, "--name", "N", "--role", "cleaner", "--clinic", "norwich")


def test_a_disabled_colleague_comes_back_by_invitation_only(app: Flask) -> None:
    hired(app, NOOR)
    assert "Noor Aziz" in staff(app, "disable", NOOR.email)
    assert sign_in(browser(app), NOOR.email).status_code == 422
    browser(app).fill_in(page_of(staff(app, *INVITE_NOOR)), CHOICE)
    assert sign_in(browser(app), NOOR.email).status_code == 303


def test_disabling_somebody_takes_their_invitation_away(app: Flask) -> None:
    page = page_of(staff(app, *INVITE_NOOR))
    staff(app, "disable", NOOR.email)
    assert browser(app).get(page).status_code == 410


@pytest.mark.parametrize("command", ["disable", "reset-second-factor"])
def test_nobody_is_no_colleague(app: Flask, command: str) -> None:
    assert "Nobody here" in refused(app, command, "nobody@clinic.example")


def test_the_list_says_who_may_come_in(app: Flask) -> None:
    hired(app, LENA)
    staff(app, *INVITE_NOOR)
    lena, noor = staff(app, "list").splitlines()
    assert lena.split("\t") == [LENA.email, LENA.name, "receptionist", "london", "active", "no second factor"]
    assert noor.split("\t") == [NOOR.email, NOOR.name, "receptionist", "norwich", "invited", "no second factor"]


def test_a_demonstrations_people_join_at_once(app: Flask) -> None:
    with app.app_context():
        invite.join(audit.SYSTEM, NOOR.email, NOOR.name, [NOOR.role], NOOR.clinics, PASSWORD)
        with pytest.raises(invite.AlreadyHere):
            invite.join(audit.SYSTEM, NOOR.email, NOOR.name, [NOOR.role], NOOR.clinics, PASSWORD)
    assert sign_in(browser(app), NOOR.email).status_code == 303
    assert on_record(app)[0] == ("system", "staff joined", NOOR.email)
