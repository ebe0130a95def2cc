"""Enquiries that look as if a program had written them; some are Pat's."""

from typing import Any
from uuid import uuid4

from enquiry import clock
from enquiry.intake import draft
from enquiry.intake.submit import submit
from enquiry.records.enquiry import Enquiry
from enquiry.rules.clinics import Clinic
from tests.people import PATS_ANSWERS


def a_suspect_asks(
    clinic: Clinic = Clinic.LONDON, has_changed_answer: bool = False, **pages: dict[str, Any]
) -> Enquiry:
    """Send an enquiry with two signs of spam: all at once, and with the box filled in that nobody sees."""
    changes = {"clinic": {"clinic": clinic.value}, "from": {"begun": clock.now().isoformat()}, **pages}
    nonce = uuid4()
    draft.open_as(
        nonce, {page: {**PATS_ANSWERS.get(page, {}), **changes.get(page, {})} for page in PATS_ANSWERS | changes}
    )
    return submit(nonce, has_changed_answer, fell_into_trap=True)
