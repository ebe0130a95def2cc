"""Claim, rescue, acknowledge, move, urgency, note, transfer, undo, near miss: each a form on the case."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from enquiry import clock
from enquiry.rules.clinics import Clinic
from enquiry.rules.permissions import Action
from enquiry.rules.status import Status
from enquiry.rules.urgency import Urgency
from enquiry.triage import decide, near_miss, undo
from enquiry.triage.acknowledge import acknowledge as acknowledge_pin
from enquiry.triage.forms.moves import (
    AcknowledgeForm,
    ClaimForm,
    MoveForm,
    NoteForm,
    RescueForm,
    TransferForm,
    UndoForm,
    UrgencyForm,
)
from enquiry.triage.forms.near_miss import NearMissForm
from enquiry.triage.refusals import AlreadyClaimed
from enquiry.triage.views.case import refused, triage
from enquiry.triage.views.ends import said_of_an_end
from enquiry.web.cases import ADDRESS, back_to_case
from enquiry.web.guard import may, me
from enquiry.web.words import when


@triage.post(f"{ADDRESS}/claim")
@may(Action.CLAIM)
def claim(reference: str) -> ResponseReturnValue:
    """Make an enquiry one's own."""
    form = ClaimForm()
    try:
        claimed = form.carry_out(lambda: decide.claim(me(), reference, form.version.data))
    except AlreadyClaimed as taken:
        form.refuse(f"Claimed by {taken.by.name} {when(taken.at, clock.now())}")
        return refused(reference, form)
    return back_to_case(claimed, "It is yours now") if claimed else refused(reference, form)


@triage.post(f"{ADDRESS}/rescue")
@may(Action.RESCUE)
def rescue(reference: str) -> ResponseReturnValue:
    """Let an enquiry that looked like spam into the queue."""
    form = RescueForm()
    rescued = form.carry_out(lambda: decide.rescue(me(), reference, form.version.data))
    return back_to_case(rescued, "It stands in the queue now") if rescued else refused(reference, form)


@triage.post(f"{ADDRESS}/acknowledge")
@may(Action.ACKNOWLEDGE)
def acknowledge(reference: str) -> ResponseReturnValue:
    """Say that one has seen what is pinned."""
    form = AcknowledgeForm()
    seen = form.carry_out(lambda: acknowledge_pin(me(), reference, form.version.data))
    return back_to_case(seen, "Acknowledged: it stands in its turn now") if seen else refused(reference, form)


@triage.post(f"{ADDRESS}/move")
@may(Action.MOVE)
def move(reference: str) -> ResponseReturnValue:
    """Change where an enquiry stands."""
    form = MoveForm()
    moved = form.carry_out(
        lambda: decide.move(me(), reference, form.version.data, Status(form.status.data), form.reason.data)
    )
    if moved is None:
        return refused(reference, form)
    return back_to_case(moved, said_of_an_end(moved, f"Status changed to “{moved.status.label}”"))


@triage.post(f"{ADDRESS}/urgency")
@may(Action.SET_URGENCY)
def urgency(reference: str) -> ResponseReturnValue:
    """Say how soon an enquiry must be seen to."""
    form = UrgencyForm()
    changed = form.carry_out(
        lambda: decide.set_urgency(me(), reference, form.version.data, Urgency(form.urgency.data), form.reason.data)
    )
    if changed is None:
        return refused(reference, form)
    return back_to_case(changed, f"Urgency changed to “{changed.urgency.label}”")


@triage.post(f"{ADDRESS}/note")
@may(Action.WRITE_NOTE)
def note(reference: str) -> ResponseReturnValue:
    """Write a note that only colleagues see."""
    form = NoteForm()
    noted = form.carry_out(lambda: decide.write_note(me(), reference, form.version.data, form.text.data))
    return back_to_case(noted, "Note added") if noted else refused(reference, form)


@triage.post(f"{ADDRESS}/transfer")
@may(Action.TRANSFER)
def transfer(reference: str) -> ResponseReturnValue:
    """Hand an enquiry to the other clinic. Its own page may be out of sight then, so the way leads to the queue."""
    form = TransferForm()
    transferred = form.carry_out(
        lambda: decide.transfer(me(), reference, form.version.data, Clinic(form.clinic.data), form.reason.data)
    )
    if transferred is None:
        return refused(reference, form)
    # There it can be undone: the macro of confirmations reads the category.
    flash(f"{reference} was transferred to {transferred.clinic.label}", f"undo {reference} {transferred.version}")
    return redirect(url_for("queue.show"), 303)


@triage.post(f"{ADDRESS}/undo")
@may(Action.UNDO)
def undo_last(reference: str) -> ResponseReturnValue:
    """Put back the last move."""
    form = UndoForm()
    undone = form.carry_out(lambda: undo.undo(me(), reference, form.version.data))
    return back_to_case(undone, "Undone: it stands where it stood before") if undone else refused(reference, form)


@triage.post(f"{ADDRESS}/near-miss")
@may(Action.REPORT_NEAR_MISS)
def report_near_miss(reference: str) -> ResponseReturnValue:
    """Write down that something nearly went wrong."""
    form = NearMissForm()
    told = form.carry_out(lambda: near_miss.report(me(), reference, form.version.data, form.what.data))
    return back_to_case(told, "Thank you. A manager will look at it") if told else refused(reference, form)
