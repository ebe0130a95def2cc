"""The lists of each clinic: who must act next, and what may be spam; the way through a list, and what is new in it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from enquiry import caseload, clock, presence, waking
from enquiry.caseload import Counts, Page
from enquiry.lists import COUNT_TO, ListOf, Origin, Place, Pressing, Whose, counted
from enquiry.queue import keys, saved
from enquiry.queue.forms import ViewForm
from enquiry.queue.rows import rows
from enquiry.records.enquiry import Kind
from enquiry.rules.clinics import Clinic
from enquiry.rules.permissions import Action
from enquiry.rules.references import is_reference
from enquiry.rules.status import Status
from enquiry.rules.urgency import Urgency
from enquiry.web.cases import ADDRESS, LAST_DEED, UNPROCESSABLE, serve_cases
from enquiry.web.guard import may, me
from enquiry.web.polled import polled, tagged

queue = Blueprint("queue", __name__)
serve_cases(queue)

CHOICES = (
    ("whose", "Who has it", list(Whose)),
    ("urgency", "Urgency", list(Urgency)),
    ("kind", "Would like", list(Kind)),
    ("status", "Status", [status for status in Status if status.is_open]),
    ("pressing", "Due", list(Pressing)),
)
HURRIED = timedelta(seconds=5)  # what was being saved while a page was made is new to it


@queue.get("/desk")
@may(Action.SEE_QUEUE)
def desk() -> ResponseReturnValue:
    """Lead to one's own queue."""
    return redirect(url_for("queue.show"))


@queue.get("/desk/queue")
@queue.get("/desk/queue/<clinic>")
@may(Action.SEE_QUEUE)
def show(clinic: str | None = None) -> ResponseReturnValue:
    """Show what one side must do next at a clinic, pinned first and then as it falls due; at first, one's own clinic's.

    What is snoozed wakes here too when its time has come: nothing that is due hides because no worker runs.
    """
    wanted = ListOf.read(_own(clinic), request.args)
    return _shown(wanted, ViewForm(formdata=None, list=wanted.written))


@queue.get("/desk/queue/<clinic>/possible-spam")
@may(Action.SEE_QUEUE)
def possible_spam(clinic: str) -> ResponseReturnValue:
    """Show what may be spam among a clinic's open enquiries, and waits for somebody to look."""
    wanted, now = ListOf(_own(clinic)), clock.now()
    page = caseload.set_aside(me(), wanted.clinic, now, _after())
    return render_template(
        "queue/possible_spam.html", **_context(wanted, caseload.counts(me(), wanted, now), page, now)
    )


@queue.get("/desk/queue/<clinic>/next")
@may(Action.SEE_QUEUE)
def onward(clinic: str) -> ResponseReturnValue:
    """Lead to the next enquiry of a list after a place in it, or say that there is none."""
    wanted, now, after = ListOf.read(_own(clinic), request.args), clock.now(), _after()
    found = caseload.next_in(me(), wanted, now, after)
    if found is None:
        first = caseload.next_in(me(), wanted, now)
        return render_template("queue/end.html", wanted=wanted, is_empty=first is None)
    place = Place.of(found)
    origin = Origin(wanted, place, *caseload.standing(me(), wanted, now, place))
    return redirect(origin.carried(ADDRESS.replace("<reference>", found.reference)))


@queue.get("/desk/queue/<clinic>/news")
@polled
@may(Action.SEE_QUEUE)
def news(clinic: str) -> ResponseReturnValue:
    """Tell a page that shows a list how much of it is new or changed, and who is at what it shows."""
    wanted, now = ListOf.read(_own(clinic), request.args), clock.now()
    since, seen = _looked(request.args.get("since", "")), _seen(request.args.get("seen", ""))
    found = caseload.news(me(), wanted, now, since, seen)
    here = presence.others(me(), found.seen.values(), now)
    return tagged(
        {
            "changed": found.changed,
            "here": {
                reference: presence.in_short(here[its_id]) for reference, its_id in found.seen.items() if its_id in here
            },
        }
    )


@queue.get("/desk/queue/last")
@may(Action.SEE_QUEUE)
def last() -> ResponseReturnValue:
    """Lead to the enquiry that one changed last, where it can be undone."""
    reference = session.get(LAST_DEED)
    if reference is None:
        return redirect(url_for("queue.show"))
    return redirect(ADDRESS.replace("<reference>", reference) + "#history")


@queue.get("/desk/queue/views")
@may(Action.SHAPE_QUEUE)
def views() -> ResponseReturnValue:
    """Show one's saved views, to rename and to delete."""
    return _views_page(ViewForm(formdata=None))


@queue.post("/desk/queue/views")
@may(Action.SHAPE_QUEUE)
def save_view() -> ResponseReturnValue:
    """Save a list under a name."""
    form = ViewForm()
    wanted = ListOf.read_written(form.list.data or "")
    if wanted is None or wanted.clinic not in me().clinics:
        raise NotFound
    if form.validate():
        try:
            saved.save(me(), form.name.data, wanted)
        except saved.TooManyViews:
            form.name.errors = [f"There is room for {saved.AT_MOST} views. Delete one first."]
        else:
            flash("The view is saved")
            return redirect(wanted.address, 303)
    return _shown(wanted, form), UNPROCESSABLE


@queue.post("/desk/queue/views/<uuid:view_id>")
@may(Action.SHAPE_QUEUE)
def rename_view(view_id: UUID) -> ResponseReturnValue:
    """Give one of one's views another name."""
    form = ViewForm()
    if not form.validate():
        return _views_page(form, view_id), UNPROCESSABLE
    try:
        saved.rename(me(), view_id, form.name.data)
    except saved.NoSuchView:
        raise NotFound from None
    flash("The view has another name now")
    return redirect(url_for("queue.views"), 303)


@queue.post("/desk/queue/views/<uuid:view_id>/delete")
@may(Action.SHAPE_QUEUE)
def delete_view(view_id: UUID) -> ResponseReturnValue:
    """Throw one of one's views away."""
    try:
        saved.delete(me(), view_id)
    except saved.NoSuchView:
        raise NotFound from None
    flash("The view is deleted")
    return redirect(url_for("queue.views"), 303)


@queue.post("/desk/queue/keys")
@may(Action.SHAPE_QUEUE)
def set_keys() -> ResponseReturnValue:
    """Turn one's keys on or off."""
    on = request.form.get("keys") == "on"
    keys.turn(me(), on)
    flash("Keys are on" if on else "Keys are off")
    wanted = ListOf.read_written(request.form.get("list", ""))
    return redirect(wanted.address if wanted else url_for("queue.show"), 303)


def _own(clinic: str | None) -> Clinic:
    """Return a clinic of one's own by its word, or one's first; any other is no more there than one that never was."""
    found = next((one for one in me().clinics if clinic in (one, None)), None)
    if found is None:
        raise NotFound
    return found


def _shown(wanted: ListOf, form: ViewForm) -> str:
    now = clock.now()
    counts = caseload.counts(me(), wanted, now)
    if counts.to_wake:
        waking.wake(now)
        counts = caseload.counts(me(), wanted, now)
    page = caseload.queue(me(), wanted, now, _after())
    return render_template(
        "queue/queue.html",
        **_context(wanted, counts, page, now),
        form=form,
        choices=CHOICES,
        views=saved.of(me()),
        keys=keys.KEYS,
        since=(now - HURRIED).isoformat(),
        last_deed=session.get(LAST_DEED),
    )


def _context(wanted: ListOf, counts: Counts, page: Page, now: datetime) -> dict[str, Any]:
    """Return what every page of a list needs."""
    here = presence.others(me(), [enquiry.id for enquiry in page.enquiries], now)
    earlier = counted(request.args.get("earlier", ""))  # rows on the pages before
    return {
        "wanted": wanted,
        "counts": counts,
        "count_to": COUNT_TO,
        "rows": rows(page.enquiries, here, wanted, earlier, counts.turns[wanted.turn]),
        "next_after": page.next_after,
        "earlier": earlier,
        "now": now,
    }


def _after() -> Place | None:
    """Return where the page before ended, or ``None`` for the beginning."""
    return Place.read(request.args.get("after", ""))


def _looked(typed: str) -> datetime:
    """Return when a page was made; one that does not say so is told of everything."""
    try:
        return datetime.fromisoformat(typed).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime.min.replace(tzinfo=UTC)


def _seen(typed: str) -> dict[str, int]:
    """Return the versions that a page shows, by reference; it writes them ``LN-7K4Q-9ZTM.3``, with spaces between."""
    pairs = (word.partition(".") for word in typed.split()[: caseload.PAGE])
    return {reference: counted(version) for reference, _, version in pairs if is_reference(reference)}


def _views_page(form: ViewForm, refused: UUID | None = None) -> str:
    return render_template("queue/views.html", views=saved.of(me()), refused=refused, form=form)
