"""The pages at the desk's door, everybody's own account, and the pages on which managers look after people.

Why tries are counted twice, for the visitor and for the account: one visitor may try many accounts, and many visitors
one. Only refusals count, so a busy clinic behind one address is not shut out by its own people.

Why an invitation's link is shown and not sent: a manager gives it to somebody whom they know, as an operator does.
"""

from collections.abc import Callable
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address
from flask_security import current_user
from werkzeug.exceptions import HTTPException, NotFound

from enquiry.extensions import keyring, limiter
from enquiry.records.staff import Staff
from enquiry.rules.clinics import Clinic
from enquiry.rules.contact import NotAnEmailAddress, read_email
from enquiry.rules.permissions import Action, Role
from enquiry.staff import enter, invite, passwords, people, second_factor, sign_in
from enquiry.staff.enter import Door
from enquiry.staff.forms import CodeForm, InvitationForm, SignInForm
from enquiry.staff.people_forms import DISABLE, INVITE, RESET, SAVE, InviteForm, PersonForm
from enquiry.web.forms import PageForm
from enquiry.web.guard import may, me

staff = Blueprint("staff", __name__)

GONE = 410
UNPROCESSABLE = 422
VISITORS_REFUSALS = "30 per 15 minutes"
ACCOUNTS_REFUSALS = "10 per 15 minutes"
CODES_REFUSALS = "5 per 15 minutes; 20 per day"


def _was_refused(response: Response) -> bool:
    return response.status_code == UNPROCESSABLE


def _account_typed() -> str:
    """Return whose account is tried, however the address is spelt; the throttle's storage learns no address."""
    try:
        email = read_email(request.form.get("email", "")).lower()
    except NotAnEmailAddress:
        return get_remote_address()
    return keyring.token("staff.email", email).hex()


def _account_waiting() -> str:
    waiting = sign_in.at_the_door()
    return str(waiting.person.id) if waiting else get_remote_address()


def _own_account() -> str:
    return str(me().id) if current_user.is_authenticated else get_remote_address()


@staff.route("/desk/sign-in", methods=["GET", "POST"])
@limiter.limit(VISITORS_REFUSALS, methods=["POST"], deduct_when=_was_refused)
@limiter.limit(ACCOUNTS_REFUSALS, key_func=_account_typed, methods=["POST"], deduct_when=_was_refused)
def password() -> ResponseReturnValue:
    """Ask who is there."""
    if current_user.is_authenticated:
        return redirect(_wanted(me()), 303)
    form = SignInForm()
    if form.validate_on_submit():
        required = current_app.config["SECOND_FACTOR_REQUIRED"]
        try:
            person, door = enter.with_password(form.email.data, form.password.data, required)
        except enter.NotLetIn:
            form.form_errors.append("The email address or the password is not right")
        else:
            return _led_on(person, door)
    return _shown("staff/sign_in.html", form, has_joined="joined" in request.args)


@staff.route("/desk/second-factor", methods=["GET", "POST"])
@limiter.limit(CODES_REFUSALS, key_func=_account_waiting, methods=["POST"], deduct_when=_was_refused)
def code() -> ResponseReturnValue:
    """Ask for a code from the authenticator app."""
    waiting = sign_in.at_the_door()
    if waiting is None:
        return _to("password")
    form = CodeForm()
    if form.validate_on_submit():
        try:
            enter.with_code(waiting.person, form.code.data)
        except enter.NotLetIn:
            form.code.errors = ["This code is not right, or was used already: enter the next one that the app shows"]
        else:
            sign_in.come_in(waiting.person)
            return redirect(_wanted(waiting.person), 303)
    return _shown("staff/second_factor.html", form)


@staff.route("/desk/second-factor/set-up", methods=["GET", "POST"])
@limiter.limit(CODES_REFUSALS, key_func=_account_waiting, methods=["POST"], deduct_when=_was_refused)
def set_up() -> ResponseReturnValue:
    """Offer a secret to somebody's authenticator app, and show the recovery codes, this once, when it has it."""
    waiting = sign_in.at_the_door()
    if waiting is None:
        return _to("password")
    person, secret = waiting.person, second_factor.offered_secret(*waiting)
    form = CodeForm()
    if form.validate_on_submit():
        try:
            codes = second_factor.set_up(person, secret, form.code.data)
        except second_factor.AlreadySet:
            return _to("code")
        except second_factor.WrongCode:
            form.code.errors = ["This code is not right: enter the one that the app shows now"]
        else:
            sign_in.come_in(person)
            return render_template("staff/recovery_codes.html", codes=codes, onward=_wanted(person))
    picture = second_factor.qr_code(person, secret)
    return _shown("staff/second_factor_set_up.html", form, secret=secret, picture=picture)


@staff.route("/desk/invitation/<token>", methods=["GET", "POST"])
def accept_invitation(token: str) -> ResponseReturnValue:
    """Let a new colleague choose a password."""
    form = InvitationForm()
    try:
        person = invite.invited(token)
        if form.validate_on_submit():
            invite.accept(token, form.new_password.data)
            return redirect(url_for("staff.password", joined="yes"), 303)
    except invite.NoSuchInvitation:
        return render_template("staff/invitation_over.html"), GONE
    except passwords.PasswordRefused as refused:
        form.new_password.errors = [str(refused)]
    return _shown("staff/invitation.html", form, person=person)


@staff.get("/desk/account")
@may(Action.SEE_OWN_ACCOUNT)
def account() -> ResponseReturnValue:
    """Show who one is here."""
    return render_template("staff/account.html", person=me(), has_second_factor=second_factor.find(me()) is not None)


@staff.get("/desk/people")
@may(Action.SEE_PEOPLE)
def everybody() -> ResponseReturnValue:
    """List the clinic's people."""
    return render_template("staff/people.html", colleagues=people.everybody())


@staff.route("/desk/people/invite", methods=["GET", "POST"])
@may(Action.CHANGE_PEOPLE)
@limiter.limit(ACCOUNTS_REFUSALS, key_func=_own_account, methods=["POST"], deduct_when=_was_refused)
def invite_somebody() -> ResponseReturnValue:
    """Ask whom to invite, and show their link, this once."""
    form = InviteForm()
    if request.method == "GET":
        return render_template("staff/invite.html", form=form)
    token = form.carry_out(
        lambda: invite.invite(
            me(), form.email.data, form.name.data or "", map(Role, form.roles.data), map(Clinic, form.clinics.data)
        )
    )
    if token is None:
        return render_template("staff/invite.html", form=form), form.http_status
    return _invited(form.name.data or "", token)


@staff.get("/desk/people/<uuid:person_id>")
@may(Action.SEE_PEOPLE)
def colleague(person_id: UUID) -> ResponseReturnValue:
    """Show one colleague, and what can become of them."""
    found = people.colleague(person_id)
    return render_template("staff/colleague.html", colleague=found, form=PersonForm.showing(found.person))


@staff.post("/desk/people/<uuid:person_id>")
@may(Action.CHANGE_PEOPLE)
@limiter.limit(ACCOUNTS_REFUSALS, key_func=_own_account, methods=["POST"], deduct_when=_was_refused)
def change_colleague(person_id: UUID) -> ResponseReturnValue:
    """Do with a colleague what a button asks for."""
    found, form = people.colleague(person_id), PersonForm()
    person, email = found.person, found.person.email
    deeds: dict[str, tuple[Callable[[], Staff | str], str]] = {
        SAVE: (
            lambda: people.set_roles(
                me(), email, form.seen.data or "", map(Role, form.roles.data), map(Clinic, form.clinics.data)
            ),
            f"{person.name}’s roles and clinics are saved",
        ),
        DISABLE: (lambda: people.disable(me(), email), f"{person.name} is shut out"),
        RESET: (
            lambda: people.reset_second_factor(me(), email),
            f"{person.name} will be asked to set up an authenticator app at the next sign-in",
        ),
        INVITE: (lambda: invite.invite(me(), email, person.name, person.roles, person.clinics), ""),
    }
    verb, said = deeds.get(form.deed.data or "") or abort(400)
    done = form.carry_out(verb)
    if done is None:
        now = people.colleague(person_id)
        form.seen.data = people.standing(now.person)
        return render_template("staff/colleague.html", colleague=now, form=form), form.http_status
    if isinstance(done, str):
        return _invited(person.name, done)
    flash(said)
    may_go_on = me().may(Action.SEE_PEOPLE)
    return redirect(url_for("staff.colleague", person_id=person_id) if may_go_on else url_for("staff.account"), 303)


@staff.errorhandler(people.NobodyHere)
def nobody_here(_: people.NobodyHere) -> ResponseReturnValue:
    """Answer for somebody who is not there."""
    return current_app.handle_http_exception(NotFound())


@staff.post("/desk/sign-out")
@may(Action.SEE_OWN_ACCOUNT)
def sign_out() -> ResponseReturnValue:
    """Sign out, everywhere."""
    enter.leave(me())
    sign_in.go_out()
    return _to("password")


def _led_on(person: Staff, door: Door) -> ResponseReturnValue:
    """Lead somebody with a right password on: in, or to the second factor."""
    if door is Door.OPEN:
        sign_in.come_in(person)
        return redirect(_wanted(person), 303)
    sign_in.wait_at_the_door(person)
    return _to("code" if door is Door.ASKS_FOR_CODE else "set_up")


def _to(page: str) -> ResponseReturnValue:
    """Lead to another page of the door, which still knows where the person wanted to go."""
    return redirect(url_for(f"staff.{page}", next=request.args.get("next")), 303)


def _wanted(person: Staff) -> str:
    """Return where the person wanted to go, if that is a page of the desk, or else where their day begins.

    Anything that is not the address of a page of ours is not followed, wherever it may lead.
    """
    asked = request.args.get("next", "")
    if asked.startswith("/desk/") and _is_a_page(urlsplit(asked).path):
        return asked
    return url_for("queue.show" if person.may(Action.SEE_QUEUE) else "staff.account")


def _is_a_page(path: str) -> bool:
    """Return whether one of our pages has this path: a form's address alone, once left, cannot be gone back to."""
    try:
        endpoint, _ = current_app.create_url_adapter(request).match(path, method="GET")  # type: ignore[union-attr]
    except HTTPException:
        return False
    return not endpoint.startswith("staff.") or endpoint == "staff.account"


def _shown(template: str, form: PageForm, **context: object) -> ResponseReturnValue:
    return render_template(template, form=form, **context), UNPROCESSABLE if form.errors else 200


def _invited(name: str, token: str) -> ResponseReturnValue:
    """Return the page with an invitation's link: nobody can show it again."""
    link = f"{current_app.config['PUBLIC_URL']}{url_for('staff.accept_invitation', token=token)}"
    return render_template("staff/invited.html", name=name, link=link)
