"""Two colleagues who end an enquiry together, where one alone only proposes to."""

from dataclasses import replace

from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.rules.status import Outcome
from enquiry.triage import decide, end
from tests.people import LENA

TOM = replace(LENA, name="Tom Reed", email="tom@clinic.example")


def both_close(first: Staff, second: Staff, enquiry: Enquiry, outcome: Outcome, remark: str = "") -> Enquiry:
    """Close an enquiry, with the agreement of the second if it needs one; call it in an application context."""
    closed = decide.close(first, enquiry.reference, enquiry.version, outcome, remark)
    return end.agree(second, closed.reference, closed.version) if closed.is_open else closed
