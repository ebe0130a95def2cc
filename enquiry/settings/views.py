"""The pages on which managers set when each clinic is open, how soon it answers, and where mail is secure."""

from datetime import date, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from enquiry import clock, opening, secure_mail
from enquiry.opening import Opening
from enquiry.rules.clinics import Clinic
from enquiry.rules.permissions import Action
from enquiry.rules.working_time import bank_holidays
from enquiry.settings import change
from enquiry.settings.forms import ClosureForm, HoursForm, OpenAgainForm, SecureMailForm, TargetsForm
from enquiry.settings.in_words import lines_of_domains, lines_of_targets
from enquiry.settings.seen import due_while_shut, latest_changes
from enquiry.web.guard import may, me

settings = Blueprint("settings", __name__)

ADDRESS = "/desk/settings"
OF_CLINIC = f"{ADDRESS}/<clinic>"
HOLIDAYS_AHEAD = timedelta(days=400)


@settings.get(ADDRESS)
@may(Action.SEE_SETTINGS)
def show() -> ResponseReturnValue:
    """Show all that is set, and what was changed last."""
    return render_template(
        "settings/show.html",
        as_set=opening.as_set(),
        today=_today(),
        holidays=_bank_holidays(),
        week_in_words=opening.week_in_words,
        targets=lines_of_targets,
        secure=lines_of_domains(secure_mail.listed()[0]),
        changes=latest_changes(),
        now=clock.now(),
    )


@settings.get(f"{OF_CLINIC}/hours")
@may(Action.SEE_SETTINGS)
def hours(clinic: str) -> ResponseReturnValue:
    """Ask when a clinic is open in an ordinary week."""
    of = _clinic(clinic)
    return _hours_page(of, HoursForm.showing(_opening(of)))


@settings.post(f"{OF_CLINIC}/hours")
@may(Action.CHANGE_SETTINGS)
def set_hours(clinic: str) -> ResponseReturnValue:
    """Set when a clinic is open."""
    of, form = _clinic(clinic), HoursForm()
    if not form.carry_out(lambda: change.set_week(me(), of, form.version.data, form.week)):
        return _hours_page(of, form)
    return _done(f"{of.label}: the opening hours are set")


@settings.get(f"{OF_CLINIC}/closures")
@may(Action.SEE_SETTINGS)
def closures(clinic: str) -> ResponseReturnValue:
    """Show on which days a clinic is shut, and ask for more."""
    of = _clinic(clinic)
    set_now = _opening(of)
    return _closures_page(of, set_now, ClosureForm(formdata=None, version=set_now.version))


@settings.post(f"{OF_CLINIC}/closures")
@may(Action.CHANGE_SETTINGS)
def shut(clinic: str) -> ResponseReturnValue:
    """Shut a clinic on some days."""
    of, form = _clinic(clinic), ClosureForm()
    if not form.carry_out(lambda: change.shut(me(), of, form.version.data, form.closure)):
        return _closures_page(of, _opening(of), form)
    return _done(f"{of.label}: the clinic is shut then", url_for("settings.closures", clinic=clinic))


@settings.post(f"{OF_CLINIC}/closures/open-again")
@may(Action.CHANGE_SETTINGS)
def open_again(clinic: str) -> ResponseReturnValue:
    """Open a clinic after all."""
    of, form = _clinic(clinic), OpenAgainForm()
    set_now = _opening(of)
    chosen = form.chosen(set_now.closures)
    if chosen is None:
        abort(404)
    if not form.carry_out(lambda: change.open_again(me(), of, form.version.data, chosen)):
        again = ClosureForm(formdata=None, version=set_now.version)
        again.form_errors, again.http_status = form.form_errors, form.http_status
        return _closures_page(of, set_now, again)
    return _done(f"{of.label}: the clinic is open then", url_for("settings.closures", clinic=clinic))


@settings.get(f"{ADDRESS}/targets")
@may(Action.SEE_SETTINGS)
def targets() -> ResponseReturnValue:
    """Ask within how much working time somebody answers."""
    return _targets_page(TargetsForm.showing(opening.as_set().targets))


@settings.post(f"{ADDRESS}/targets")
@may(Action.CHANGE_SETTINGS)
def set_targets() -> ResponseReturnValue:
    """Set the targets."""
    form = TargetsForm()
    if not form.carry_out(
        lambda: change.set_targets(me(), form.version.data, form.first_contact, form.promise.working)
    ):
        return _targets_page(form)
    return _done("The targets are set")


@settings.get(f"{ADDRESS}/secure-mail")
@may(Action.SEE_SETTINGS)
def secure() -> ResponseReturnValue:
    """Ask to which domains email may carry what is said of a patient."""
    return _secure_page(SecureMailForm.showing(*secure_mail.listed()))


@settings.post(f"{ADDRESS}/secure-mail")
@may(Action.CHANGE_SETTINGS)
def set_secure() -> ResponseReturnValue:
    """Set these domains."""
    form = SecureMailForm()
    if not form.carry_out(lambda: change.set_secure_domains(me(), form.version.data, form.listed)):
        return _secure_page(form)
    return _done("The domains of secure mail are set")


def _clinic(word: str) -> Clinic:
    return Clinic(word) if word in list(Clinic) else abort(404)


def _opening(clinic: Clinic) -> Opening:
    return opening.as_set([clinic]).openings[clinic]


def _today() -> date:
    return clock.for_the_eye(clock.now()).date()


def _bank_holidays() -> dict[date, str]:
    return bank_holidays(_today(), _today() + HOLIDAYS_AHEAD)


def _done(said: str, onwards: str = ADDRESS) -> ResponseReturnValue:
    flash(said)
    return redirect(onwards, 303)


def _hours_page(clinic: Clinic, form: HoursForm) -> ResponseReturnValue:
    stands = HoursForm.showing(_opening(clinic)) if form.is_stale else None
    return render_template("settings/hours.html", clinic=clinic, form=form, stands=stands), form.http_status


def _closures_page(clinic: Clinic, set_now: Opening, form: ClosureForm) -> ResponseReturnValue:
    places = [place for place, closure in enumerate(set_now.closures) if closure.last >= _today()]
    coming = [set_now.closures[place] for place in places]
    html = render_template(
        "settings/closures.html",
        clinic=clinic,
        form=form,
        version=set_now.version,
        today=_today(),
        coming=list(zip(places, coming, due_while_shut(clinic, coming), strict=True)),
        holidays=_bank_holidays(),
    )
    return html, form.http_status


def _secure_page(form: SecureMailForm) -> ResponseReturnValue:
    stands = secure_mail.listed()[0] if form.is_stale else None
    return render_template("settings/secure_mail.html", form=form, stands=stands), form.http_status


def _targets_page(form: TargetsForm) -> ResponseReturnValue:
    stands = TargetsForm.showing(opening.as_set().targets) if form.is_stale else None
    return render_template("settings/targets.html", form=form, stands=stands), form.http_status
