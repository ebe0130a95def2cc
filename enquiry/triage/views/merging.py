"""Merging two enquiries, on a page that shows both side by side before anything is done; and taking them apart."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from enquiry.rules.permissions import Action
from enquiry.rules.references import read_reference
from enquiry.triage import merge
from enquiry.triage.forms.merging import MergeForm, UnmergeForm
from enquiry.triage.views.case import refused, triage
from enquiry.web.cases import ADDRESS, Case, back_to_case, open_case, show
from enquiry.web.guard import may, me


@triage.get(f"{ADDRESS}/merge")
@may(Action.MERGE)
def compare(reference: str) -> ResponseReturnValue:
    """Show this enquiry and the other one side by side."""
    if not _other():
        return redirect(url_for("triage.case", reference=reference))
    case, other = open_case(me(), reference), open_case(me(), _other())
    return _compared(case, other, MergeForm.of_two(case.enquiry, other.enquiry))


@triage.post(f"{ADDRESS}/merge")
@may(Action.MERGE)
def merge_in(reference: str) -> ResponseReturnValue:
    """Merge the other enquiry into this one."""
    form = MergeForm()
    merged = form.carry_out(lambda: merge.merge(me(), reference, form.version.data, _other(), form.other_version.data))
    if merged is not None:
        return back_to_case(merged, f"{_other()} was merged into this enquiry")
    case, other = open_case(me(), reference), open_case(me(), _other())
    form.other_version.data = other.enquiry.version
    return _compared(case, other, form)


@triage.post(f"{ADDRESS}/unmerge")
@may(Action.UNMERGE)
def unmerge(reference: str) -> ResponseReturnValue:
    """Take an enquiry apart from the one that it was merged into."""
    form = UnmergeForm()
    apart = form.carry_out(lambda: merge.unmerge(me(), reference, form.version.data, form.reason.data))
    return back_to_case(apart, "It stands where it stood before it was merged") if apart else refused(reference, form)


def _other() -> str:
    """Return the reference of the other enquiry, as it is stored; empty for what cannot be one."""
    return read_reference(request.values.get("with", "")) or ""


def _compared(case: Case, other: Case, form: MergeForm) -> ResponseReturnValue:
    why_not = merge.why_not_merge(case.enquiry, other.enquiry)
    return show("triage/merge.html", case, form, other=other.enquiry, why_not=why_not)
