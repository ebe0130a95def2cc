"""The page on which somebody rings a person and writes down what came of it."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from enquiry.calls.forms import CallForm
from enquiry.calls.record import record_call
from enquiry.rules.contact import CallOutcome
from enquiry.rules.permissions import Action
from enquiry.web.cases import ADDRESS, back_to_case, open_case, serve_cases, show
from enquiry.web.guard import may, me

calls = Blueprint("calls", __name__)
serve_cases(calls)


@calls.get(f"{ADDRESS}/call")
@may(Action.RECORD_CALL)
def ring(reference: str) -> ResponseReturnValue:
    """Show whom to ring and how it is safe."""
    case = open_case(me(), reference)
    return show("calls/call.html", case, CallForm.blank(case.enquiry))


@calls.post(f"{ADDRESS}/call")
@may(Action.RECORD_CALL)
def record(reference: str) -> ResponseReturnValue:
    """Write down a call."""
    form = CallForm()
    rung = form.carry_out(
        lambda: record_call(me(), reference, form.version.data, CallOutcome(form.outcome.data), form.note.data)
    )
    return back_to_case(rung, "Call recorded") if rung else show("calls/call.html", open_case(me(), reference), form)
