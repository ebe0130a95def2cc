"""The lists of each clinic: its queue, and what may be spam."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from enquiry import caseload, clock
from enquiry.caseload import Place
from enquiry.rules.clinics import Clinic
from enquiry.rules.permissions import Action
from enquiry.web.guard import may, me

queue = Blueprint("queue", __name__)


@queue.get("/desk")
@may(Action.SEE_QUEUE)
def desk() -> ResponseReturnValue:
    """Lead to one's own queue."""
    return redirect(url_for("queue.show"))


@queue.get("/desk/queue")
@queue.get("/desk/queue/<clinic>")
@may(Action.SEE_QUEUE)
def show(clinic: str | None = None) -> ResponseReturnValue:
    """Show a clinic's open enquiries, the next due first; without a clinic, one's own first."""
    own = me().clinics
    shown = next((one for one in own if clinic in (one, None)), None)
    if shown is None:
        raise NotFound
    return _listed("queue/queue.html", shown, caseload.queue)


@queue.get("/desk/queue/<clinic>/possible-spam")
@may(Action.SEE_QUEUE)
def possible_spam(clinic: str) -> ResponseReturnValue:
    """Show what may be spam among a clinic's open enquiries, and waits for somebody to look."""
    if clinic not in me().clinics:
        raise NotFound
    return _listed("queue/possible_spam.html", Clinic(clinic), caseload.set_aside)


def _listed(template: str, clinic: Clinic, waiting: Callable[..., caseload.Page]) -> ResponseReturnValue:
    """Return a page of one of the lists of a clinic, with how many stand in each."""
    page, now = waiting(me(), clinic, _read_place(request.args.get("after", ""))), clock.now()
    return render_template(
        template,
        clinic=clinic,
        counts=caseload.counts(me(), now),
        count_to=caseload.COUNT_TO,
        enquiries=page.enquiries,
        next_after=_write_place(page.next_after) if page.next_after else None,
        now=now,
    )


def _write_place(place: Place) -> str:
    """Return where a page of the queue ends, for the address of the next."""
    return f"{place.precedence}_{place.due_at.isoformat()}_{place.id}"


def _read_place(typed: str) -> Place | None:
    """Return where to go on, or ``None`` for the beginning if the address was meddled with."""
    try:
        precedence, moment, enquiry_id = typed.split("_")
        return Place(int(precedence), datetime.fromisoformat(moment).astimezone(UTC), UUID(enquiry_id))
    except (ValueError, OverflowError):
        return None
