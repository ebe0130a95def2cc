"""The page of an enquiry's appointment, the day's list of each clinic, and the words about fees."""

from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from enquiry import caseload, clock, colleagues, diary
from enquiry.appointments import book as verbs
from enquiry.appointments.arrange import TimeTaken
from enquiry.appointments.attend import record_attendance
from enquiry.appointments.fees import all_words, set_words, tell_fees, words_for
from enquiry.appointments.forms import (
    YES,
    AcceptForm,
    ArrangeForm,
    AttendanceForm,
    BookForm,
    CancelForm,
    FeesForm,
    FeeWordsForm,
    MoveForm,
)
from enquiry.records.appointment import Appointment
from enquiry.records.enquiry import Enquiry
from enquiry.rules.appointments import AppointmentState, CancelledBy, FeesBy
from enquiry.rules.clinics import Clinic
from enquiry.rules.permissions import Action
from enquiry.rules.status import Status
from enquiry.web.cases import ADDRESS, UNPROCESSABLE, CaseForm, back_to_case, open_case, serve_cases, show
from enquiry.web.guard import may, me

appointments = Blueprint("appointments", __name__)
serve_cases(appointments)

PAGE = f"{ADDRESS}/appointment"
DEEDS = [form.deed for form in (BookForm, AcceptForm, MoveForm, CancelForm, FeesForm, AttendanceForm)]
FIRST_YEAR, LAST_YEAR = 2000, 2999  # of a day's list; beyond lies nothing, and the end of the calendar


@appointments.get(PAGE)
@may(Action.BOOK)
def of_enquiry(reference: str) -> ResponseReturnValue:
    """Show the appointment of an enquiry and what can be done with it, or ask for one."""
    return _shown(reference)


@appointments.post(f"{PAGE}/book")
@may(Action.BOOK)
def book(reference: str) -> ResponseReturnValue:
    """Book what was agreed, or hold what is offered."""
    form = BookForm()
    is_agreed = form.agreed.data == YES
    try:
        booked = form.carry_out(lambda: verbs.book(me(), reference, form.version.data, form.plan, is_agreed))
    except TimeTaken as taken:
        return _time_taken(reference, form, taken)
    return _done(booked, "Appointment booked" if is_agreed else "The time is held") or _shown(reference, form)


@appointments.post(f"{PAGE}/accept")
@may(Action.BOOK)
def accept(reference: str) -> ResponseReturnValue:
    """Book what was offered."""
    form = AcceptForm()
    try:
        booked = form.carry_out(lambda: verbs.accept(me(), reference, form.version.data))
    except TimeTaken as taken:
        form.refuse(f"The offer ran out, and {taken.clinician} has been taken since. Choose another time.")
        booked = None
    return _done(booked, "Appointment booked") or _shown(reference, form)


@appointments.post(f"{PAGE}/move")
@may(Action.BOOK)
def move(reference: str) -> ResponseReturnValue:
    """Move what stands to another time."""
    form = MoveForm()
    try:
        moved = form.carry_out(lambda: verbs.move(me(), reference, form.version.data, form.plan))
    except TimeTaken as taken:
        return _time_taken(reference, form, taken)
    return _done(moved, "Appointment moved") or _shown(reference, form)


@appointments.post(f"{PAGE}/cancel")
@may(Action.BOOK)
def cancel(reference: str) -> ResponseReturnValue:
    """Cancel what stands; nothing is left to do on its page then."""
    form = CancelForm()
    cancelled = form.carry_out(
        lambda: verbs.cancel(me(), reference, form.version.data, CancelledBy(form.by.data), form.reason.data)
    )
    return back_to_case(cancelled, "Appointment cancelled") if cancelled else _shown(reference, form)


@appointments.post(f"{PAGE}/fees")
@may(Action.TELL_FEES)
def fees(reference: str) -> ResponseReturnValue:
    """Tell what the appointment costs, or write down that it was told."""
    form = FeesForm()
    told = form.carry_out(lambda: tell_fees(me(), reference, form.version.data, FeesBy(form.by.data), form.text.data))
    return _done(told, "Fees told") or _shown(reference, form)


@appointments.post(f"{PAGE}/attendance")
@may(Action.RECORD_ATTENDANCE)
def attendance(reference: str) -> ResponseReturnValue:
    """Write down whether they came, and go back to the list from which it was said."""
    form = AttendanceForm()
    came = form.came.data == YES
    recorded = form.carry_out(
        lambda: record_attendance(me(), reference, form.version.data, form.appointment.data, came)
    )
    if recorded is None:
        return _shown(reference, form)
    said = f"{reference}: {'attended' if came else 'did not attend'}"
    if form.list_of.data not in me().clinics:
        return back_to_case(recorded, said)
    flash(said)
    return redirect(url_for("appointments.on_day", clinic=form.list_of.data, day=form.day.data), 303)


@appointments.get(f"{PAGE}/<any({', '.join(DEEDS)}):arranged>")
@may(Action.BOOK)
def again(reference: str, arranged: str) -> ResponseReturnValue:
    """Lead back to the page whoever reloads one on which something was refused, or signs in again there."""
    return redirect(url_for("appointments.of_enquiry", reference=reference))


@appointments.get("/desk/appointments")
@appointments.get("/desk/appointments/<clinic>")
@may(Action.SEE_APPOINTMENTS)
def on_day(clinic: str | None = None) -> ResponseReturnValue:
    """Show a clinic's appointments on one day; today's at one's own clinic, unless the address says otherwise."""
    shown = next((one for one in me().clinics if clinic in (one, None)), None)
    day = _read_day(request.args.get("day", ""))
    if shown is None or day is None:
        raise NotFound
    begins, ends = clock.beginning_of(day), clock.beginning_of(day, 1)
    return render_template(
        "appointments/day.html",
        clinic=shown,
        day=day,
        begins=begins,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        rows=caseload.day_of(me(), shown, begins, ends),
        now=clock.now(),
    )


@appointments.route("/desk/fee-words", methods=["GET", "POST"])
@may(Action.SET_FEE_WORDS)
def fee_words() -> ResponseReturnValue:
    """Ask for each clinic's own words about fees."""
    words = all_words()
    form = FeeWordsForm(london=words[Clinic.LONDON], norwich=words[Clinic.NORWICH])
    if form.validate_on_submit():
        set_words(me(), {Clinic.LONDON: form.london.data, Clinic.NORWICH: form.norwich.data})
        flash("The words about fees are kept")
        return redirect(url_for("appointments.fee_words"), 303)
    return render_template("appointments/fee_words.html", form=form), UNPROCESSABLE if form.errors else 200


def _read_day(typed: str) -> date | None:
    """Return the day that an address names, or today; ``None`` for what can be no day."""
    if not typed:
        return clock.for_the_eye(clock.now()).date()
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _done(changed: Enquiry | None, said: str) -> ResponseReturnValue | None:
    """Return the way back to the appointment's page, where a confirmation is read out, if something was done."""
    if changed is None:
        return None
    flash(said)
    return redirect(url_for("appointments.of_enquiry", reference=changed.reference), 303)


def _time_taken(reference: str, form: ArrangeForm, taken: TimeTaken) -> ResponseReturnValue:
    form.refuse_time(taken)
    return _shown(reference, form)


def _shown(reference: str, refused: CaseForm | None = None) -> ResponseReturnValue:
    case = open_case(me(), reference)
    every = diary.of(case.enquiry)
    appointment = next((one for one in every if one.state.stands), None)
    forms = _forms(case.enquiry, appointment)
    if refused is not None:
        forms[refused.deed] = refused
    clinicians = colleagues.clinicians_of(case.enquiry.clinic)
    for form in forms.values():
        if isinstance(form, ArrangeForm):
            form.offer(case.enquiry, clinicians)
        elif isinstance(form, FeesForm):
            form.offer(case.enquiry)
    context = {"forms": forms, "appointment": appointment, "earlier": [one for one in every if one is not appointment]}
    return show("appointments/appointment.html", case, refused, **context)


def _forms(enquiry: Enquiry, appointment: Appointment | None) -> dict[str, CaseForm]:
    """Return the forms that suit where an enquiry and its appointment stand, by their deeds."""
    if appointment is None:
        return {BookForm.deed: BookForm.blank(enquiry)} if enquiry.is_open and enquiry.status is not Status.NEW else {}
    fees_form = FeesForm(formdata=None, version=enquiry.version, text=words_for(appointment.clinic))
    forms: list[CaseForm] = [MoveForm.of(enquiry, appointment), CancelForm.blank(enquiry), fees_form]
    if appointment.state is AppointmentState.OFFERED:
        forms.append(AcceptForm.blank(enquiry))
    elif appointment.has_begun(clock.now()):
        forms.append(AttendanceForm.blank(enquiry))
    return {form.deed: form for form in forms}
