"""What Dr Grey fills in, page by page, on the quick way and on the full one."""

from io import BytesIO
from typing import Any

from werkzeug.datastructures import FileStorage

from enquiry.rules.referrals import SIGNS
from tests.people import DR_GREY, PAT
from tests.referring import DR_GREYS_EMAIL, PATS_NHS_NUMBER
from tests.strange_files import letter
from tests.visitor import Visitor

REFER = "/refer"
BORN = {"birth_date-day": "31", "birth_date-month": "3", "birth_date-year": "1980"}
NO_EMERGENCY: dict[str, Any] = {"signs": ["none"]}

QUICKLY: dict[str, Any] = {
    "name": PAT,
    **BORN,
    "nhs_number": "947 671 9931",
    "telephone": "07700 900 982",
    "consent": "agrees",
    "priority": "routine",
    "referrer": DR_GREY,
    "registration": "C7012345",
    "practice": "Holt Surgery",
    "email": DR_GREYS_EMAIL,
    "clinic": "norwich",
}

FULLY: dict[str, dict[str, Any]] = {
    "referrer": {
        "name": DR_GREY,
        "post": "gp",
        "registration": "7012345",
        "practice": "Holt Surgery",
        "ods_code": "d82001",
        "email": DR_GREYS_EMAIL,
        "telephone": "01263 496 000",
    },
    "patient": {
        "name": PAT,
        **BORN,
        "sex": "female",
        "nhs_number": PATS_NHS_NUMBER,
        "consent": "agrees",
        "may_have_copy": "yes",
        "address": "2 Wherry Lane\nHolt",
        "postcode": "nr256ab",
        "telephone": "07700 900 982",
        "voicemail_ok": "no",
        "preferred": "telephone",
        "needs": ["none"],
    },
    "reason": {
        "clinic": "norwich",
        "priority": "routine",
        "wish": "opinion",
        "request": "Would an injection help her?",
        "paying": "insurer",
        "insurer": "Herring Mutual 77",
    },
    "clinical": {
        "diagnosis": "Left L5 radiculopathy",
        "side_and_level": "Left, L5",
        "onset": "May 2026",
        "history": "Six months of pain from the buttock to the foot, worse on sitting.",
        "examination": "Power 5/5 throughout. Reflexes present.",
        **{f"sign-{sign.word}": "no" for sign in SIGNS},
    },
    "background": {"medicines": "None", "allergies": "Latex", "anticoagulants": "None"},
    "files": {},
}


def the_letter(name: str = "Referral.pdf") -> FileStorage:
    """Return a letter as a practice's system makes it."""
    return FileStorage(BytesIO(letter()), name)


def begin(client: Visitor, way: str = "quick") -> str:
    """Say that nothing is an emergency, and return the address of the next page."""
    return client.fill_in(REFER, {**NO_EMERGENCY, "way": way}).location


def refer_quickly(client: Visitor, **changes: Any) -> str:
    """Go the quick way as far as the check, and return its address."""
    address = begin(client)
    response = client.fill_in(address, {"files": the_letter(), **QUICKLY, **changes})
    assert response.status_code == 303, response.text
    return response.location


def refer_fully(client: Visitor, **pages: dict[str, Any]) -> str:
    """Go the full way as far as the check, and return its address."""
    address = begin(client, "full")
    for name, answers in FULLY.items():
        response = client.fill_in(address, answers | pages.get(name, {}))
        assert response.status_code == 303, (name, response.text)
        address = response.location
    return address


def send(client: Visitor, check: str, **answers: str) -> str:
    """Send what stands on the check, and return the page with the receipt."""
    page = client.get(check)
    declared = {"declared": "y"} if 'name="declared"' in page.text else {}
    response = client.send(check, page.text, {**declared, **answers})
    assert response.status_code == 303, response.text
    return client.get(response.location).text
