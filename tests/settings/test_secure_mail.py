"""Max lists where mail is secure; everywhere else nothing of a patient goes by email."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from enquiry import secure_mail
from enquiry.extensions import db
from enquiry.records.change import Change
from tests.people import INES, LENA, MAX, RAI, Colleague, at_the_desk

MIA = replace(MAX, name="Mia Stone", email="mia@clinic.example")
ADDRESS = "/desk/settings/secure-mail"


def listed(app: Flask) -> set[str]:
    """Return the domains that count now."""
    with app.app_context():
        return set(secure_mail.listed()[0])


def test_nhs_net_alone_is_secure_until_max_says_more(app: Flask) -> None:
    max_ = at_the_desk(app, MAX)
    assert listed(app) == {"nhs.net"}
    assert max_.fill_in(ADDRESS, {"domains": "Spire.example\n@holt.example"}).status_code == 303
    assert listed(app) == {"nhs.net", "spire.example", "holt.example"}
    page = max_.get("/desk/settings").text
    assert "The domains of secure mail are set" in page
    assert "holt.example, nhs.net, spire.example" in page


def test_what_was_changed_is_on_record_with_who_did_it(app: Flask) -> None:
    max_ = at_the_desk(app, MAX)
    max_.fill_in(ADDRESS, {"domains": "holt.example"})
    max_.fill_in(ADDRESS, {"domains": ""})
    with app.app_context():
        first, second = db.session.scalars(select(Change).order_by(Change.id)).all()
        assert first.actor is not None
        assert first.actor.name == MAX.name
        assert (first.about, first.now, second.was) == ("Secure mail", ["holt.example"], ["holt.example"])
    assert listed(app) == {"nhs.net"}


@pytest.mark.parametrize("typed", ["gmail.com", "not a domain", "grey@holt.example", "*.example"])
def test_what_is_not_secure_is_refused_and_what_was_typed_is_kept(app: Flask, typed: str) -> None:
    max_ = at_the_desk(app, MAX)
    refused = max_.fill_in(ADDRESS, {"domains": f"holt.example\n{typed}"})
    assert refused.status_code == 422
    assert f"holt.example\n{typed}</textarea>" in refused.text
    assert listed(app) == {"nhs.net"}


def test_a_manager_who_comes_too_late_overwrites_nothing_unawares(app: Flask) -> None:
    max_, mia = at_the_desk(app, MAX), at_the_desk(app, MIA)
    page = max_.get(ADDRESS).text
    mia.fill_in(ADDRESS, {"domains": "holt.example"})
    held = max_.send(ADDRESS, page, {"domains": "spire.example"})
    assert held.status_code == 409
    assert "It is now: holt.example, nhs.net." in held.text
    assert listed(app) == {"nhs.net", "holt.example"}
    assert max_.send(ADDRESS, held.text, {"domains": "spire.example"}).status_code == 303
    assert listed(app) == {"nhs.net", "spire.example"}


@pytest.mark.parametrize("who", [LENA, RAI, INES])
def test_only_managers_list_domains(app: Flask, who: Colleague) -> None:
    assert at_the_desk(app, who).get(ADDRESS).status_code == 403
    assert listed(app) == {"nhs.net"}
