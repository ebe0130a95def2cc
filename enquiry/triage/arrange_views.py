"""The pages on which an enquiry gets a colleague or a day, and the one for several that are ticked in a list."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from enquiry import caseload, clock, colleagues
from enquiry.lists import ListOf, Origin, Place
from enquiry.records.enquiry import Enquiry
from enquiry.rules import snoozing
from enquiry.rules.permissions import Action
from enquiry.rules.status import Outcome
from enquiry.triage import arrange, decide, several
from enquiry.triage.arrange_forms import (
    SEVERAL,
    AssignForm,
    AssignSeveral,
    CloseSeveral,
    GiveBackForm,
    SeveralForm,
    SnoozeForm,
    SnoozeSeveral,
    WakeForm,
)
from enquiry.web.cases import (
    ADDRESS,
    LAST_DEED,
    NEXT,
    UNPROCESSABLE,
    Case,
    CaseForm,
    back_to_case,
    open_case,
    serve_cases,
    show,
)
from enquiry.web.filters import date_in_words
from enquiry.web.guard import may, me

arranging = Blueprint("arranging", __name__)
serve_cases(arranging)

SEVERAL_ADDRESS = "/desk/queue/<clinic>/several"
PAGES = {"reply": Action.REPLY, "call": Action.RECORD_CALL}  # of one enquiry


@arranging.get(f"{ADDRESS}/assign")
@may(Action.ASSIGN)
def to_whom(reference: str) -> ResponseReturnValue:
    """Ask who is to have an enquiry."""
    return _asked(reference, AssignForm)


@arranging.post(f"{ADDRESS}/assign")
@may(Action.ASSIGN)
def assign(reference: str) -> ResponseReturnValue:
    """Give an enquiry to a colleague."""
    form = AssignForm()
    form.offer(colleagues.who_can_have_one_of(caseload.find(me(), reference).clinic), me())
    assigned = form.carry_out(lambda: arrange.assign(me(), reference, form.version.data, form.chosen(me())))
    if assigned is None:
        return _refused(reference, form)
    return back_to_case(assigned, f"{_has(assigned)} it now")


@arranging.post(f"{ADDRESS}/give-back")
@may(Action.ASSIGN)
def give_back(reference: str) -> ResponseReturnValue:
    """Let an enquiry be nobody's."""
    form = GiveBackForm()
    free = form.carry_out(lambda: arrange.give_back(me(), reference, form.version.data))
    return back_to_case(free, "Nobody has it now") if free else _refused(reference, form)


@arranging.get(f"{ADDRESS}/snooze")
@may(Action.SNOOZE)
def until_when(reference: str) -> ResponseReturnValue:
    """Ask until when an enquiry is put off."""
    return _asked(reference, SnoozeForm)


@arranging.post(f"{ADDRESS}/snooze")
@may(Action.SNOOZE)
def snooze(reference: str) -> ResponseReturnValue:
    """Put an enquiry off until a day."""
    form = SnoozeForm()
    asleep = form.carry_out(
        lambda: arrange.snooze(me(), reference, form.version.data, form.until.data, form.reason.data)
    )
    return back_to_case(asleep, _snoozed(form.until.data)) if asleep else _refused(reference, form)


@arranging.post(f"{ADDRESS}/wake")
@may(Action.SNOOZE)
def wake(reference: str) -> ResponseReturnValue:
    """Bring a snoozed enquiry back."""
    form = WakeForm()
    awake = form.carry_out(lambda: arrange.wake(me(), reference, form.version.data))
    return back_to_case(awake, "It is back in the queue") if awake else _refused(reference, form)


@arranging.get(f"{ADDRESS}/give-back")
@arranging.get(f"{ADDRESS}/wake")
@may(Action.OPEN_ENQUIRY)
def again(reference: str) -> ResponseReturnValue:
    """Lead back to the case whoever reloads a page on which a press was refused, or signs in again there."""
    return redirect(url_for("triage.case", reference=reference))


@arranging.get(SEVERAL_ADDRESS)
@may(Action.SEE_QUEUE)
def list_again(clinic: str) -> ResponseReturnValue:
    """Lead back to the list whoever signs in again on a page of several."""
    return redirect(url_for("queue.show", clinic=clinic))


@arranging.post(SEVERAL_ADDRESS)
@may(Action.SEE_QUEUE)
def do_several(clinic: str) -> ResponseReturnValue:
    """Ask what is needed for a deed on what is ticked, then do it, row by row, and say what came of each."""
    wanted = ListOf.read_written(request.form.get("list", "")) or ListOf.read_written(clinic)
    if wanted is None or wanted.clinic != clinic or wanted.clinic not in me().clinics:
        raise NotFound
    deed = request.form.get("deed", "")
    form = SEVERAL.get(deed, SeveralForm)()
    if not form.row.data:
        flash("Nothing was ticked. Tick a row first.")
        return redirect(wanted.address, 303)
    if deed in PAGES:
        return _page_of_one(wanted, form, deed)
    if deed not in SEVERAL:
        raise NotFound
    if not me().may(form.action):
        abort(403)
    form.offer(colleagues.who_can_have_one_of(wanted.clinic), me())
    is_sure = "sure" in request.form
    if not is_sure or not form.validate():
        return _several_page(wanted, form), UNPROCESSABLE if is_sure else 200
    return _done(wanted, form)


@arranging.app_template_global()
def snoozed_before(case: Case, now: datetime) -> date | None:
    """Return until when the enquiry of a case page was snoozed, if something woke it before that day."""
    return arrange.remembered(case.enquiry, case.timeline, clock.for_the_eye(now).date())


def _done(wanted: ListOf, form: SeveralForm) -> ResponseReturnValue:
    origins = _origins(wanted, form)
    verb, said = _verb(form)
    results = several.each(me(), form.row.data, verb, said, form.refusals)
    done = [result for result in results if result.is_done]
    if done:
        session[LAST_DEED] = done[-1].reference
    if len(done) == len(results) == 1 and request.form.get("then") == NEXT:
        flash(f"{done[0].reference}: {done[0].words}")
        return redirect(origins[done[0].reference].onward, 303)
    return render_template("triage/several_done.html", wanted=wanted, heading=form.heading, results=results)


def _verb(form: SeveralForm) -> tuple[Callable[[str, int], Enquiry], several.Said]:
    """Return what is done with each row, and what is said of an enquiry with which it was done."""
    match form:
        case AssignSeveral():
            name = next(choice.label for choice in form.to.choices if choice.value == form.to.data)
            return partial(arrange.assign, me(), to=form.chosen(me())), lambda _: f"Assigned: {name}"
        case SnoozeSeveral():
            until = form.until.data
            return partial(arrange.snooze, me(), until=until, reason=form.reason.data), lambda _: _snoozed(until)
        case CloseSeveral():
            outcome = Outcome(form.outcome.data)
            return partial(decide.close, me(), outcome=outcome, remark=form.remark.data), partial(_ended, outcome)
    return partial(arrange.give_back, me()), lambda _: "Nobody has it now"


def _ended(outcome: Outcome, enquiry: Enquiry) -> str:
    if enquiry.is_open:
        return f"Proposed to close: {outcome.label}. It closes when a colleague agrees"
    return f"Closed: {outcome.label}"


def _page_of_one(wanted: ListOf, form: SeveralForm, deed: str) -> ResponseReturnValue:
    """Lead to a page that is about one enquiry, and so needs one tick."""
    if not me().may(PAGES[deed]):
        abort(403)
    origins = _origins(wanted, form)
    if len(form.row.data) > 1 or not origins:
        flash("To reply or to ring, tick one row")
        return redirect(wanted.address, 303)
    [(reference, origin)] = origins.items()
    return redirect(origin.carried(f"{ADDRESS.replace('<reference>', reference)}/{deed}"), 303)


def _origins(wanted: ListOf, form: SeveralForm) -> dict[str, Origin]:
    """Return where each row that is there stands in its list, before anything is done with it."""
    found = caseload.these(me(), [row.reference for row in form.row.data])
    return {enquiry.reference: Origin(wanted, Place.of(enquiry), 0, 0) for enquiry in found}


def _several_page(wanted: ListOf, form: SeveralForm) -> str:
    return render_template(
        "triage/several.html",
        wanted=wanted,
        form=form,
        names=several.names(me(), form.row.data),
        days=snoozing.days_offered(_today()),
        was_refused="sure" in request.form,
    )


def _asked(reference: str, kind: type[CaseForm]) -> ResponseReturnValue:
    """Show the page of one deed on one enquiry with a form to fill in."""
    case = open_case(me(), reference)
    return _page(case, kind.blank(case.enquiry))


def _refused(reference: str, form: CaseForm) -> ResponseReturnValue:
    """Show the page of one deed on one enquiry with a form that was refused."""
    return _page(open_case(me(), reference), form)


def _page(case: Case, form: CaseForm) -> ResponseReturnValue:
    if isinstance(form, AssignForm):
        form.offer(colleagues.who_can_have_one_of(case.enquiry.clinic), me())
    return show(
        "triage/arrange.html",
        case,
        form,
        days=snoozing.days_offered(_today()),
        remembered=snoozed_before(case, clock.now()),
    )


def _has(enquiry: Enquiry) -> str:
    return "You have" if enquiry.assignee_id == me().id else f"{enquiry.assignee.name if enquiry.assignee else ''} has"


def _snoozed(until: date) -> str:
    return f"Snoozed until {date_in_words(until)}"


def _today() -> date:
    return clock.for_the_eye(clock.now()).date()
