"""The managers' list of near misses, and the page of each, where it is reviewed."""

from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from enquiry import caseload, clock
from enquiry.caseload import NoSuchEnquiry
from enquiry.lists import COUNT_TO
from enquiry.near_misses.forms import ReviewForm
from enquiry.near_misses.review import AlreadyReviewed, open_near_miss
from enquiry.near_misses.review import review as review_near_miss
from enquiry.rules.permissions import Action
from enquiry.web.guard import may, me

near_misses = Blueprint("near_misses", __name__)

ADDRESS = "/desk/near-misses/<uuid:near_miss_id>"

CONFLICT = 409
UNPROCESSABLE = 422


@near_misses.get("/desk/near-misses")
@may(Action.SEE_NEAR_MISSES)
def entries() -> ResponseReturnValue:
    """List reference, day and state; what was written stands on each one's own page, where a look is on record."""
    return render_template(
        "near_misses/entries.html", entries=caseload.near_misses(me()), at_most=COUNT_TO, now=clock.now()
    )


@near_misses.get(ADDRESS)
@may(Action.SEE_NEAR_MISSES)
def entry(near_miss_id: UUID) -> ResponseReturnValue:
    """Show one."""
    return _shown(near_miss_id, ReviewForm(formdata=None))


@near_misses.post(ADDRESS)
@may(Action.REVIEW_NEAR_MISS)
def review(near_miss_id: UUID) -> ResponseReturnValue:
    """Write down what its review came to."""
    form = ReviewForm()
    if not form.validate():
        return _shown(near_miss_id, form, UNPROCESSABLE)
    try:
        review_near_miss(me(), near_miss_id, form.outcome.data or "")
    except AlreadyReviewed:
        form.form_errors.append("A colleague reviewed this while you were writing. Nothing was changed.")
        return _shown(near_miss_id, form, CONFLICT)
    flash("Reviewed")
    return redirect(url_for("near_misses.entry", near_miss_id=near_miss_id), 303)


@near_misses.errorhandler(NoSuchEnquiry)
def not_found(_: NoSuchEnquiry) -> ResponseReturnValue:
    """Answer for what is not there, or is another clinic's."""
    return current_app.handle_http_exception(NotFound())


def _shown(near_miss_id: UUID, form: ReviewForm, status: int = 200) -> ResponseReturnValue:
    near_miss, reference = open_near_miss(me(), near_miss_id)
    html = render_template(
        "near_misses/entry.html", near_miss=near_miss, reference=reference, form=form, now=clock.now()
    )
    return html, status
