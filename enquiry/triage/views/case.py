"""The case page: everything that is needed to decide about one enquiry, and what comes back to it."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from enquiry import attachments, clock, search, trail, virus_scan
from enquiry.rules.permissions import Action
from enquiry.triage import files, merge, undo
from enquiry.triage.forms.decision import DecisionForm
from enquiry.triage.forms.moves import UndoForm
from enquiry.triage.forms.offered import decisions_on
from enquiry.web.cases import ADDRESS, Case, open_case, serve_cases, show
from enquiry.web.downloads import handed_out
from enquiry.web.guard import may, me

triage = Blueprint("triage", __name__)
serve_cases(triage)

DEEDS_ON_THE_CASE = (
    "claim, rescue, acknowledge, move, urgency, note, transfer, close, reject, agree, refuse, answer, unmerge, undo"
)


@triage.get(ADDRESS)
@may(Action.OPEN_ENQUIRY)
def case(reference: str) -> ResponseReturnValue:
    """Show everything that is needed to decide about one enquiry."""
    return shown(open_case(me(), reference))


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


@triage.get(f"{ADDRESS}/looks")
@may(Action.SEE_WHO_LOOKED)
def looks(reference: str) -> ResponseReturnValue:
    """Show who looked at an enquiry; nothing of it is opened here."""
    lines = trail.looks_at(me(), reference)
    return render_template("triage/looks.html", reference=reference, looks=lines, now=clock.now())


@triage.get(f"{ADDRESS}/<any({DEEDS_ON_THE_CASE}, 'near-miss'):deed>")
@may(Action.OPEN_ENQUIRY)
def again(reference: str, deed: str) -> ResponseReturnValue:
    """Lead back to the case whoever reloads a page on which a decision was refused, or signs in again there."""
    return redirect(url_for("triage.case", reference=reference))


def refused(reference: str, form: DecisionForm) -> ResponseReturnValue:
    """Show the case again with a form that was refused."""
    return shown(open_case(me(), reference), form)


def shown(case: Case, form: DecisionForm | None = None) -> ResponseReturnValue:
    """Show a case, with all that can be decided about it."""
    enquiry = case.enquiry
    others = [one for one in search.others(me(), enquiry) if one.enquiry.merged_into_id != enquiry.id]
    decisions = decisions_on(case, me(), form)
    return show(
        "triage/case.html",
        case,
        form,
        forms=decisions.forms,
        why_not=decisions.why_not,
        undoable=undo.undoable(me(), case.timeline, clock.now()),
        undo_form=UndoForm.blank(enquiry),
        others=others,
        can_be_merged=merge.can_be_merged(enquiry, others),
        appointments=enquiry.appointments,
        has_scanner=virus_scan.has_scanner(),
    )
