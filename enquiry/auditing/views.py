"""The audit, for auditors."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from enquiry import clock, trail
from enquiry.auditing.forms import FilterForm
from enquiry.caseload import NoSuchEnquiry
from enquiry.rules.permissions import Action
from enquiry.web.guard import may, me

auditing = Blueprint("auditing", __name__)

UNPROCESSABLE = 422
LONGEST_NUMBER = 18  # digits that a database can count to


@auditing.get("/desk/audit")
@may(Action.SEE_AUDIT)
def entries() -> ResponseReturnValue:
    """Show who did and saw what, the latest first; looking is on record, too."""
    form = FilterForm(request.args, trail.actors())
    page = None
    if form.validate():
        try:
            page = trail.look(me(), form.wanted, _read_number(request.args.get("before", "")))
        except NoSuchEnquiry:
            form.reference.errors = ["There is no such enquiry in your clinics"]
    html = render_template("auditing/entries.html", form=form, page=page, now=clock.now())
    return html, UNPROCESSABLE if page is None else 200


def _read_number(typed: str) -> int | None:
    """Return where to go on, or ``None`` for the beginning if the address was meddled with."""
    return int(typed) if typed.isdecimal() and len(typed) <= LONGEST_NUMBER else None
