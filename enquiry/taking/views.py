"""The page on which an enquiry is taken while somebody speaks: safety first, read aloud, then all the rest."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from enquiry import clock, opening
from enquiry.clock import moment_in_words
from enquiry.records.enquiry import Enquiry, Kind
from enquiry.rules import red_flags
from enquiry.rules.clinics import Clinic
from enquiry.rules.permissions import Action
from enquiry.rules.red_flags import RedFlag
from enquiry.taking.forms import TakingForm
from enquiry.taking.take import count_told, take
from enquiry.web.cases import UNPROCESSABLE, back_to_case
from enquiry.web.guard import may, me
from enquiry.web.safety_forms import SeenInHospitalForm

taking = Blueprint("taking", __name__)


@taking.get("/desk/new-enquiry")
@may(Action.TAKE_ENQUIRY)
def new() -> ResponseReturnValue:
    """Show the questions, with what to say."""
    return _page(TakingForm.blank(me().clinics))


@taking.post("/desk/new-enquiry")
@may(Action.TAKE_ENQUIRY)
def record() -> ResponseReturnValue:
    """Take the enquiry, once the caller has heard all that cannot wait; an emergency is sent to help, and not kept."""
    form = TakingForm()
    is_in_order, is_checked = form.validate(), "check" in request.form
    if is_checked:
        form.only_safety()
    if form.asks_first:
        return _page(form), UNPROCESSABLE
    told = form.told()
    if red_flags.is_emergency(told):
        return _emergency(form, told, is_in_order)
    advice = form.advice()
    form.was_advised(advice)
    if advice or is_checked or not is_in_order:
        return _page(form, advice=advice, is_checked=is_checked), UNPROCESSABLE if form.errors else 200
    return _taken(form)


def _emergency(form: TakingForm, told: Sequence[RedFlag], is_in_order: bool) -> ResponseReturnValue:
    """Say what to tell the caller. It is kept only for somebody whom a hospital has sent home with this already."""
    may_be_declared = red_flags.may_be_declared(told)
    if "declare" in request.form and may_be_declared:
        seen = SeenInHospitalForm()
        if seen.validate() and is_in_order:
            return _taken(form, seen)
        return _page(form, emergency=told, seen=seen), UNPROCESSABLE
    if not form.was_diverted.data:
        count_told(told)
        form.was_diverted.data = "yes"
    form.was_advised(told)
    form.only_safety()
    return _page(form, emergency=told, seen=SeenInHospitalForm(formdata=None) if may_be_declared else None)


def _taken(form: TakingForm, seen: SeenInHospitalForm | None = None) -> ResponseReturnValue:
    taken = take(
        me(),
        form.nonce.data,
        Clinic(form.clinic.data),
        Kind(form.kind.data),
        form.patient(),
        form.contact(),
        form.request(seen),
    )
    said = _to_be_said(taken)
    if taken.clinic in me().clinics:
        return back_to_case(taken, said)
    flash(f"It is in the queue of {taken.clinic.label} now. {said}")
    return redirect(url_for("queue.show"), 303)


def _to_be_said(taken: Enquiry) -> str:
    return (
        f"Enquiry taken. Say: “Your reference is {taken.reference}. A colleague answers you by "
        f"{moment_in_words(taken.promised_at)}. If it gets worse, do not wait for us: call 999 or 111.”"
    )


def _page(form: TakingForm, **context: Any) -> str:
    """Return the page with what is typed, and with what the caller must hear now.

    :param context: ``emergency``, or other ``advice``, as rows of the screen; ``seen``, the questions about a hospital.
    """
    context = {"emergency": (), "advice": (), "seen": None, "is_checked": False, **context}
    return render_template(
        "taking/new.html", form=form, red_flags=red_flags.BY_CODE, opens=opening.opens_again(clock.now()), **context
    )
