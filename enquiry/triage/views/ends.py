"""Close and reject, and the answer of the second person, where two must agree."""

from flask.typing import ResponseReturnValue

from enquiry.records.enquiry import Enquiry
from enquiry.rules.permissions import Action
from enquiry.rules.status import Outcome, RejectReason
from enquiry.triage import decide, end
from enquiry.triage.forms.ends import AgreeForm, CloseForm, RefuseForm, RejectForm
from enquiry.triage.views.case import refused, triage
from enquiry.web.cases import ADDRESS, back_to_case
from enquiry.web.filters import in_sentence
from enquiry.web.guard import may, me

_PROPOSED = "Proposed: it ends when a colleague agrees"


@triage.post(f"{ADDRESS}/close")
@may(Action.CLOSE)
def close(reference: str) -> ResponseReturnValue:
    """End an enquiry with what came of it, or propose to."""
    form = CloseForm()
    closed = form.carry_out(
        lambda: decide.close(me(), reference, form.version.data, Outcome(form.outcome.data), form.remark.data)
    )
    return back_to_case(closed, said_of_an_end(closed, "Enquiry closed")) if closed else refused(reference, form)


@triage.post(f"{ADDRESS}/reject")
@may(Action.REJECT)
def reject(reference: str) -> ResponseReturnValue:
    """Take an enquiry no further, or propose to."""
    form = RejectForm()
    rejected = form.carry_out(
        lambda: decide.reject(me(), reference, form.version.data, RejectReason(form.why.data), form.remark.data)
    )
    if rejected is None:
        return refused(reference, form)
    return back_to_case(rejected, said_of_an_end(rejected, "Enquiry rejected"))


@triage.post(f"{ADDRESS}/agree")
@may(Action.AGREE)
def agree(reference: str) -> ResponseReturnValue:
    """End an enquiry as a colleague proposed."""
    form = AgreeForm()
    ended = form.carry_out(lambda: end.agree(me(), reference, form.version.data))
    return back_to_case(ended, f"You agreed: {in_sentence(ended.status.label)}") if ended else refused(reference, form)


@triage.post(f"{ADDRESS}/refuse")
@may(Action.AGREE)
def refuse(reference: str) -> ResponseReturnValue:
    """Let an enquiry stay open that a colleague proposed to end."""
    form = RefuseForm()
    kept = form.carry_out(lambda: end.refuse(me(), reference, form.version.data, form.why.data))
    return back_to_case(kept, "It stays open") if kept else refused(reference, form)


def said_of_an_end(enquiry: Enquiry, otherwise: str) -> str:
    """Return the confirmation of what may only have been proposed."""
    return _PROPOSED if enquiry.proposed_by_id else otherwise
