"""The form in which a call is written down."""

from typing import ClassVar

from enquiry.calls.record import MessageNotAllowed
from enquiry.rules.contact import CallOutcome
from enquiry.web.cases import CaseForm, Refusals
from enquiry.web.forms import one_of, story_field


class CallForm(CaseForm):
    """One attempt to ring somebody."""

    deed = "call"
    refusals: ClassVar[Refusals] = {
        MessageNotAllowed: "This person has not said that a message is safe. If one was left, record “No answer” "
        "and say in the note what was left, so that a colleague can put it right."
    }

    outcome = one_of("What came of the call?", "what came of the call", CallOutcome)
    note = story_field("What was said", "what was said", optional=True)
