"""The wall between the clinics holds for referrals: every address again, with a referral in each clinic."""

import pytest
from flask import Flask

from enquiry.rules.clinics import Clinic
from tests.attack import test_walls as walls
from tests.attack.test_walls import PATIENTS, VISITORS, Stage, nearly_forgotten, stuck_letter, visitor
from tests.people import at_the_desk, pat_adds
from tests.referring import dr_grey_refers


@pytest.fixture
def referred(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Set the scene: whoever asked themselves there was referred here."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    with app.test_request_context():
        enquiries = {
            clinic: dr_grey_refers(clinic, name=PATIENTS[clinic], diagnosis=f"{PATIENTS[clinic]} has stenosis")
            for clinic in Clinic
        }
        letters = {letter_of.clinic: stuck_letter(letter_of) for letter_of in enquiries.values()}
        near_misses = {one.clinic: nearly_forgotten(one) for one in enquiries.values()}
        files = {clinic: pat_adds(enquiry, name=f"{PATIENTS[clinic]}.pdf") for clinic, enquiry in enquiries.items()}
    browsers = {who: at_the_desk(app, colleague) if colleague else visitor(app) for who, colleague in VISITORS.items()}
    return Stage(enquiries, letters, files, near_misses, browsers, {})


@pytest.mark.parametrize("who", VISITORS)
def test_no_page_of_the_desk_shows_anything_of_another_clinics_referral(app: Flask, referred: Stage, who: str) -> None:
    walls.test_no_page_of_the_desk_shows_anything_of_another_clinic(app, referred, who)


@pytest.mark.parametrize("who", VISITORS)
def test_nobody_changes_anything_of_another_clinics_referral(app: Flask, referred: Stage, who: str) -> None:
    walls.test_nobody_changes_anything_of_another_clinic(app, referred, who)
