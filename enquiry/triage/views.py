"""The case page, and the decisions made there."""

from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from enquiry import attachments, clock, search, trail, virus_scan
from enquiry.rules.clinics import Clinic
from enquiry.rules.permissions import Action
from enquiry.rules.status import Outcome, Status
from enquiry.rules.urgency import Urgency
from enquiry.triage import decide, files
from enquiry.triage.forms import (
    ClaimForm,
    CloseForm,
    DecisionForm,
    MoveForm,
    NoteForm,
    RescueForm,
    TransferForm,
    UrgencyForm,
    forms_for,
)
from enquiry.web.cases import ADDRESS, Case, back_to_case, open_case, serve_cases, show
from enquiry.web.downloads import handed_out
from enquiry.web.guard import may, me
from enquiry.web.words import when

triage = Blueprint("triage", __name__)
serve_cases(triage)


@triage.get(ADDRESS)
@may(Action.OPEN_ENQUIRY)
def case(reference: str) -> ResponseReturnValue:
    """Show everything that is needed to decide about one enquiry."""
    return _shown(open_case(me(), reference))


@triage.get(f"{ADDRESS}/files/<uuid:file_id>")
@may(Action.OPEN_FILE)
def file(reference: str, file_id: UUID) -> ResponseReturnValue:
    """Hand out a file of a case to be saved; for one that may not be opened, the case says why."""
    try:
        opened, content = files.open_file(me(), reference, file_id)
    except attachments.NoSuchFile:
        raise NotFound from None
    except files.MayNotBeOpened:
        return redirect(url_for("triage.case", reference=reference))
    kind = opened.description.kind
    return handed_out(content, kind.media_type, f"{reference}-{opened.id.hex[-6:]}{kind.ending}")


@triage.get(f"{ADDRESS}/<any(claim, rescue, move, urgency, note, transfer, close):deed>")
@may(Action.OPEN_ENQUIRY)
def again(reference: str, deed: str) -> ResponseReturnValue:
    """Lead back to the case whoever reloads a page on which a decision was refused, or signs in again there."""
    return redirect(url_for("triage.case", reference=reference))


@triage.post(f"{ADDRESS}/claim")
@may(Action.CLAIM)
def claim(reference: str) -> ResponseReturnValue:
    """Make an enquiry one's own."""
    form = ClaimForm()
    try:
        claimed = form.carry_out(lambda: decide.claim(me(), reference, form.version.data))
    except decide.AlreadyClaimed as taken:
        form.refuse(f"Claimed by {taken.by.name} {when(taken.at, clock.now())}")
        return _refused(reference, form)
    return back_to_case(claimed, "It is yours now") if claimed else _refused(reference, form)


@triage.post(f"{ADDRESS}/rescue")
@may(Action.RESCUE)
def rescue(reference: str) -> ResponseReturnValue:
    """Let an enquiry that looked like spam into the queue."""
    form = RescueForm()
    rescued = form.carry_out(lambda: decide.rescue(me(), reference, form.version.data))
    return back_to_case(rescued, "It stands in the queue now") if rescued else _refused(reference, form)


@triage.post(f"{ADDRESS}/move")
@may(Action.MOVE)
def move(reference: str) -> ResponseReturnValue:
    """Change where an enquiry stands."""
    form = MoveForm()
    moved = form.carry_out(
        lambda: decide.move(me(), reference, form.version.data, Status(form.status.data), form.reason.data)
    )
    return back_to_case(moved, f"Status changed to “{moved.status.label}”") if moved else _refused(reference, form)


@triage.post(f"{ADDRESS}/urgency")
@may(Action.SET_URGENCY)
def urgency(reference: str) -> ResponseReturnValue:
    """Say how soon an enquiry must be seen to."""
    form = UrgencyForm()
    changed = form.carry_out(
        lambda: decide.set_urgency(me(), reference, form.version.data, Urgency(form.urgency.data), form.reason.data)
    )
    if changed is None:
        return _refused(reference, form)
    return back_to_case(changed, f"Urgency changed to “{changed.urgency.label}”")


@triage.post(f"{ADDRESS}/note")
@may(Action.WRITE_NOTE)
def note(reference: str) -> ResponseReturnValue:
    """Write a note that only colleagues see."""
    form = NoteForm()
    noted = form.carry_out(lambda: decide.write_note(me(), reference, form.version.data, form.text.data))
    return back_to_case(noted, "Note added") if noted else _refused(reference, form)


@triage.post(f"{ADDRESS}/transfer")
@may(Action.TRANSFER)
def transfer(reference: str) -> ResponseReturnValue:
    """Hand an enquiry to the other clinic. Its own page may be out of sight then, so the way leads to the queue."""
    form = TransferForm()
    transferred = form.carry_out(
        lambda: decide.transfer(me(), reference, form.version.data, Clinic(form.clinic.data), form.reason.data)
    )
    if transferred is None:
        return _refused(reference, form)
    flash(f"{reference} was transferred to {transferred.clinic.label}")
    return redirect(url_for("queue.show"), 303)


@triage.post(f"{ADDRESS}/close")
@may(Action.CLOSE)
def close(reference: str) -> ResponseReturnValue:
    """End an enquiry with what came of it."""
    form = CloseForm()
    closed = form.carry_out(
        lambda: decide.close(me(), reference, form.version.data, Outcome(form.outcome.data), form.remark.data)
    )
    return back_to_case(closed, "Enquiry closed") if closed else _refused(reference, form)


def _refused(reference: str, form: DecisionForm) -> ResponseReturnValue:
    return _shown(open_case(me(), reference), form)


def _shown(case: Case, refused: DecisionForm | None = None) -> ResponseReturnValue:
    return show(
        "triage/case.html",
        case,
        refused,
        forms=forms_for(case.enquiry, refused),
        others=search.others(me(), case.enquiry),
        looks=trail.looks_at(case.enquiry) if me().may(Action.SEE_WHO_LOOKED) else [],
        files=case.enquiry.attachments,
        has_scanner=virus_scan.has_scanner(),
    )
