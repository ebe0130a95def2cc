"""The complaint form, for everybody, and the register, for managers.

Why few complaints are taken from one visitor: each sends a letter to an address that nobody has checked.
"""

from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, NotFound

from enquiry import clock
from enquiry.complaints import register
from enquiry.complaints.forms import ComplaintForm, OutcomeForm
from enquiry.complaints.receive import receive
from enquiry.extensions import limiter
from enquiry.records.complaint import Complaint
from enquiry.rules.permissions import Action
from enquiry.rules.references import OF_A_COMPLAINT, read_reference
from enquiry.web.guard import may, me

complaints = Blueprint("complaints", __name__)

ADDRESS = "/desk/complaints/<complaint>"

CONFLICT = 409
TOO_MANY = 429
UNPROCESSABLE = 422
TAKEN = "5 per hour"  # from one visitor

_REFERENCE = "complained as"


def _was_taken(response: Response) -> bool:
    return response.status_code == 303


@complaints.route("/data-complaint", methods=["GET", "POST"])
@limiter.limit(TAKEN, methods=["POST"], deduct_when=_was_taken)
def complain() -> ResponseReturnValue:
    """Ask what went wrong, and keep it."""
    form = ComplaintForm()
    if not form.validate_on_submit():
        return render_template("complaints/complain.html", form=form), UNPROCESSABLE if form.errors else 200
    session[_REFERENCE] = receive(form.nonce.data, form.said).reference
    return redirect(url_for("complaints.received"), 303)


@complaints.errorhandler(TOO_MANY)
def give_back_what_was_typed(_: HTTPException) -> ResponseReturnValue:
    """Refuse one complaint too many, and lose no word of it."""
    form = ComplaintForm()
    form.form_errors.append("We have had too many complaints from your connection. Wait an hour, or ring us.")
    return render_template("complaints/complain.html", form=form), TOO_MANY


@complaints.get("/data-complaint/received")
def received() -> ResponseReturnValue:
    """Show the reference: it survives reloading, and shows nothing that was written."""
    if _REFERENCE not in session:
        return redirect(url_for("complaints.complain"))
    return render_template("complaints/received.html", reference=session[_REFERENCE])


@complaints.get("/desk/complaints")
@may(Action.SEE_COMPLAINTS)
def entries() -> ResponseReturnValue:
    """List the complaints by what is due; who complained stands on each one's own page, where a look is on record."""
    return render_template(
        "complaints/entries.html",
        waiting=register.open_ones(),
        closed=register.closed_ones(),
        at_most=register.AT_MOST,
        now=clock.now(),
    )


@complaints.get(ADDRESS)
@may(Action.SEE_COMPLAINTS)
def entry(complaint: str) -> ResponseReturnValue:
    """Show one complaint."""
    return _shown(register.open_complaint(me(), complaint), OutcomeForm(formdata=None))


@complaints.post(f"{ADDRESS}/send-again")
@may(Action.ANSWER_COMPLAINT)
def send_again(complaint: str) -> ResponseReturnValue:
    """Let a receipt go once more."""
    try:
        register.send_receipt_again(me(), complaint)
    except register.NotStuck:
        return _back(complaint, "The receipt has gone, or is on its way")
    return _back(complaint, "The receipt is on its way again")


@complaints.post(f"{ADDRESS}/confirm")
@may(Action.ANSWER_COMPLAINT)
def confirm(complaint: str) -> ResponseReturnValue:
    """Write down that a colleague confirmed it."""
    register.confirm(me(), complaint)
    return _back(complaint, "Written down as confirmed")


@complaints.post(f"{ADDRESS}/close")
@may(Action.ANSWER_COMPLAINT)
def close(complaint: str) -> ResponseReturnValue:
    """End it with what came of it."""
    form = OutcomeForm()
    if not form.validate():
        return _shown(register.open_complaint(me(), complaint), form, UNPROCESSABLE)
    try:
        register.close(me(), complaint, form.outcome.data or "")
    except register.AlreadyClosed:
        form.form_errors.append("A colleague closed this complaint while you were writing. Nothing was changed.")
        return _shown(register.open_complaint(me(), complaint), form, CONFLICT)
    return _back(complaint, "Complaint closed")


@complaints.url_value_preprocessor
def read_what_was_typed(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Put a reference as it is stored in place of the typed one; what cannot be one finds nothing."""
    if values and "complaint" in values:
        values["complaint"] = read_reference(values["complaint"], OF_A_COMPLAINT) or ""


@complaints.errorhandler(register.NoSuchComplaint)
def not_found(_: register.NoSuchComplaint) -> ResponseReturnValue:
    """Answer for what is not there."""
    return current_app.handle_http_exception(NotFound())


def _back(reference: str, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("complaints.entry", complaint=reference), 303)


def _shown(complaint: Complaint, form: OutcomeForm, status: int = 200) -> ResponseReturnValue:
    html = render_template("complaints/entry.html", complaint=complaint, form=form, now=clock.now())
    return html, status
