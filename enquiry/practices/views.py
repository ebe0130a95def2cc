"""The managers' list of practices that refer, and the merging of two spellings of one."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from enquiry import directory
from enquiry.practices.forms import MergeForm
from enquiry.practices.merge import NotTwo
from enquiry.practices.merge import merge as merge_practices
from enquiry.rules.permissions import Action
from enquiry.web.guard import may, me

practices = Blueprint("practices", __name__)

CONFLICT = 409
UNPROCESSABLE = 422


@practices.get("/desk/practices")
@may(Action.SEE_PRACTICES)
def everybody() -> ResponseReturnValue:
    """List who refers to the clinic."""
    found = directory.practices()
    return render_template("practices/everybody.html", practices=found, form=MergeForm(found, formdata=None))


@practices.post("/desk/practices")
@may(Action.MERGE_PRACTICES)
def merge() -> ResponseReturnValue:
    """Let one practice be another spelling of another."""
    found = directory.practices()
    form, status = MergeForm(found), UNPROCESSABLE
    if form.validate():
        try:
            kept = merge_practices(me(), *form.ids)
        except NotTwo:
            form.form_errors.append("A colleague merged one of these meanwhile. Nothing was changed.")
            found, status = directory.practices(), CONFLICT
        else:
            flash(f"Merged into {kept.known.name}")
            return redirect(url_for("practices.everybody"), 303)
    return render_template("practices/everybody.html", practices=found, form=form), status
