"""The page on which somebody rings a person, when they are to be rung next, and the list of whom to ring."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from enquiry import caseload, clock
from enquiry.calls import callback, closing
from enquiry.calls.forms import CallbackForm, CallForm, CallOffForm, LetGoForm
from enquiry.calls.record import record_call
from enquiry.caseload import RingPlace
from enquiry.lists import COUNT_TO
from enquiry.records.enquiry import Enquiry
from enquiry.rules.contact import CallOutcome
from enquiry.rules.permissions import Action
from enquiry.web import words
from enquiry.web.cases import ADDRESS, Case, back_to_case, open_case, serve_cases, show
from enquiry.web.guard import may, me

calls = Blueprint("calls", __name__)
serve_cases(calls)


@calls.get("/desk/callbacks")
@calls.get("/desk/callbacks/<clinic>")
@may(Action.SEE_CALLBACKS)
def to_ring(clinic: str | None = None) -> ResponseReturnValue:
    """Show whom a clinic is to ring, in the order in which it is time; without a clinic, one's own first."""
    shown = next((one for one in me().clinics if clinic in (one, None)), None)
    if shown is None:
        raise NotFound
    now = clock.now()
    page = caseload.callbacks(me(), shown, _read_place(request.args.get("after", "")))
    return render_template(
        "calls/to_ring.html",
        clinic=shown,
        counts=caseload.callback_counts(me(), now),
        count_to=COUNT_TO,
        windows=words.by_window(page.to_ring, now),
        next_after=f"{page.next_after.ring_at.isoformat()}_{page.next_after.id}" if page.next_after else None,
        now=now,
    )


@calls.get(f"{ADDRESS}/call")
@may(Action.RECORD_CALL)
def ring(reference: str) -> ResponseReturnValue:
    """Show whom to ring and how it is safe."""
    case = open_case(me(), reference)
    return _ringing(case, CallForm.blank(case.enquiry))


@calls.post(f"{ADDRESS}/call")
@may(Action.RECORD_CALL)
def record(reference: str) -> ResponseReturnValue:
    """Write down a call."""
    form = CallForm()
    rung = form.carry_out(
        lambda: record_call(
            me(),
            reference,
            form.version.data,
            CallOutcome(form.outcome.data),
            form.note.data,
            form.chosen_again,
            form.ring_at,
        )
    )
    return back_to_case(rung, _said("Call recorded", rung)) if rung else _ringing(open_case(me(), reference), form)


@calls.get(f"{ADDRESS}/callback")
@may(Action.ARRANGE_CALLBACK)
def when(reference: str) -> ResponseReturnValue:
    """Ask from when somebody is to be rung; what the rule says is there to be changed."""
    case = open_case(me(), reference)
    form = CallbackForm.blank(case.enquiry)
    form.suggest(case.enquiry.ring_at or callback.first_time(case.enquiry, clock.now()))
    return show("calls/callback.html", case, form, call_off=CallOffForm.blank(case.enquiry))


@calls.post(f"{ADDRESS}/callback")
@may(Action.ARRANGE_CALLBACK)
def arrange(reference: str) -> ResponseReturnValue:
    """Let somebody be rung from a certain time."""
    form = CallbackForm()
    arranged = form.carry_out(lambda: callback.arrange(me(), reference, form.version.data, form.ring_at, form.why.data))
    if arranged is not None:
        return back_to_case(arranged, _said("Callback arranged", arranged))
    case = open_case(me(), reference)
    return show("calls/callback.html", case, form, call_off=CallOffForm.blank(case.enquiry))


@calls.get(f"{ADDRESS}/no-callback")
@may(Action.ARRANGE_CALLBACK)
def why_not(reference: str) -> ResponseReturnValue:
    """Ask why somebody need not be rung any more."""
    case = open_case(me(), reference)
    return show("calls/no_callback.html", case, CallOffForm.blank(case.enquiry))


@calls.post(f"{ADDRESS}/no-callback")
@may(Action.ARRANGE_CALLBACK)
def call_off(reference: str) -> ResponseReturnValue:
    """Say that somebody need not be rung any more."""
    form = CallOffForm()
    called_off = form.carry_out(lambda: callback.call_off(me(), reference, form.version.data, form.why.data))
    if called_off is not None:
        return back_to_case(called_off, "Callback called off")
    return show("calls/no_callback.html", open_case(me(), reference), form)


@calls.get(f"{ADDRESS}/closing-letter")
@may(Action.CLOSE)
def last_words(reference: str) -> ResponseReturnValue:
    """Show the closing letter before it goes."""
    return _last_words(open_case(me(), reference))


@calls.post(f"{ADDRESS}/closing-letter")
@may(Action.CLOSE)
def let_go(reference: str) -> ResponseReturnValue:
    """Send the closing letter, and end the enquiry."""
    form = LetGoForm()
    ended = form.carry_out(lambda: closing.let_go(me(), reference, form.version.data))
    if ended is not None:
        return back_to_case(ended, f"Enquiry closed. The letter to {ended.contact.email} is on its way")
    return _last_words(open_case(me(), reference), form)


def _ringing(case: Case, form: CallForm) -> ResponseReturnValue:
    return show("calls/call.html", case, form, next_time=callback.next_time(case.enquiry, case.attempts, clock.now()))


def _last_words(case: Case, form: LetGoForm | None = None) -> ResponseReturnValue:
    letter = closing.letter_to(case.enquiry)
    return show("calls/closing_letter.html", case, form or LetGoForm.blank(case.enquiry), letter=letter)


def _said(done: str, enquiry: Enquiry) -> str:
    return f"{done}. {words.ring(enquiry.ring_at, clock.now()).words}" if enquiry.ring_at else done


def _read_place(typed: str) -> RingPlace | None:
    """Return where to go on, or ``None`` for the beginning if the address was meddled with."""
    try:
        moment, enquiry_id = typed.split("_")
        return RingPlace(datetime.fromisoformat(moment).astimezone(UTC), UUID(enquiry_id))
    except (ValueError, OverflowError):
        return None
