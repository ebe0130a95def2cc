"""The pages of private links: the date of birth, how far the enquiry is, a message, a withdrawal, and the way out.

Why every address carries the token: two tabs may have two enquiries open, and a message must reach the one that its
page was about.

Why wrong dates are counted twice, for the visitor and for the link: one visitor may try many links, and many visitors
one. The database counts those of a link as well, for all workers, and lets it rest. The answer is the same for a link
that never was, so nobody learns which links there are.
"""

from contextlib import suppress

from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from enquiry import clock, opening
from enquiry.extensions import limiter
from enquiry.following import link, referred, say
from enquiry.following.forms import DateForm, MessageForm, WithdrawForm
from enquiry.following.progress import progress_of
from enquiry.records.enquiry import Enquiry
from enquiry.records.private_link import hash_of
from enquiry.rules.clinics import Clinic

following = Blueprint("following", __name__)

ADDRESS = "/enquiry/<token>"

NOT_FOUND = 404
TOO_MANY = 429
UNPROCESSABLE = 422
VISITORS_REFUSALS = "30 per 15 minutes"
LINKS_REFUSALS = "10 per hour; 30 per day"

_WORD = "opened a private link with"

REFUSED = (
    "This link and this date of birth do not go together. After five wrong dates a link rests for an hour, "
    "and then does not open to the right date either. A link ends 30 days after the enquiry has ended."
)
ENDED = "Your message was not sent: the enquiry ended in the meantime. Please ring us, or begin a new enquiry."


def _was_refused(response: Response) -> bool:
    return response.status_code == UNPROCESSABLE


def _link_tried() -> str:
    """Return which link is tried; the throttle's storage learns no token."""
    return hash_of(request.path).hex()


@following.route(ADDRESS, methods=["GET", "POST"])
@limiter.limit(VISITORS_REFUSALS, methods=["POST"], deduct_when=_was_refused)
@limiter.limit(LINKS_REFUSALS, key_func=_link_tried, methods=["POST"], deduct_when=_was_refused)
def enquiry(token: str) -> ResponseReturnValue:
    """Ask for the date of birth; whoever has given it sees how far the enquiry is."""
    found = link.opened(token, _word()) if request.method == "GET" else None
    if found is not None:
        return _shown(token, found, MessageForm(formdata=None))
    form = DateForm()
    if not form.validate_on_submit():
        return _asked(token, form)
    try:
        session[_WORD] = link.open_link(token, form.birth_date.data)
    except link.NotOpen:
        form.form_errors.append(REFUSED)
        return _asked(token, form)
    found = link.opened(token, _word())
    if form.text.data and found is not None:
        return _shown(token, found, MessageForm(formdata=None, text=form.text.data, nonce=form.nonce.data))
    return _to_progress(token)


@following.post(f"{ADDRESS}/message")
def message(token: str) -> ResponseReturnValue:
    """Take a message. If its words may mean a red flag, the advice comes at once.

    Why no redirect before the advice: it would have to keep what the words may mean, or write it into an address.
    """
    form, found = MessageForm(), link.opened(token, _word())
    try:
        if found is not None and not form.validate():
            return _shown(token, found, form)
        flags = say.add_message(token, _word(), form.nonce.data, form.text.data)
    except link.NotOpen:
        return _asked(token, DateForm(formdata=None, text=form.text.data, nonce=form.nonce.data))
    except say.HasEnded as ended:
        form.form_errors.append(ENDED)
        return _shown(token, ended.enquiry, form)
    if flags:
        opens = opening.opens_again(clock.now(), [found.clinic] if found else list(Clinic))
        return render_template("following/advice.html", flags=flags, opens=opens, back=_address(token))
    flash("We have your message, and a colleague will read it.")
    return _to_progress(token)


@following.route(f"{ADDRESS}/withdraw", methods=["GET", "POST"])
def withdraw(token: str) -> ResponseReturnValue:
    """Ask once more, and then withdraw."""
    form, found = WithdrawForm(), link.opened(token, _word())
    if found is None or not found.worked_on.is_open:
        return _to_progress(token)
    if not form.validate_on_submit():
        progress = progress_of(found, clock.now())
        return render_template("following/withdraw.html", form=form, progress=progress, back=_address(token))
    with suppress(link.NotOpen):  # the progress page asks for the date again
        say.withdraw(token, _word(), form.nonce.data)
    return _to_progress(token)


@following.post(f"{ADDRESS}/leave")
def leave(token: str) -> ResponseReturnValue:
    """Shut the link in this browser, for somebody who shares a device."""
    link.leave(token, session.pop(_WORD, ""))
    return render_template("following/left.html")


@following.get("/referral/<token>")
def referral(token: str) -> ResponseReturnValue:
    """Show whoever referred a patient how far that is, and nothing of the patient."""
    found = referred.progress_of(token, clock.now())
    if found is None:
        return render_template("following/no_referral.html"), NOT_FOUND
    return render_template("following/referral.html", progress=found)


@following.errorhandler(TOO_MANY)
def say_that_it_is_enough(_: HTTPException) -> ResponseReturnValue:
    """Ask whoever tried too often to wait; a message that they typed before stays in the form."""
    form = DateForm()
    form.form_errors.append("Too many wrong dates were tried. Wait an hour, or ring us.")
    return _asked((request.view_args or {})["token"], form, TOO_MANY)


def _word() -> str:
    """Return what this browser was given when it opened a link."""
    return str(session.get(_WORD, ""))


def _address(token: str) -> str:
    return url_for("following.enquiry", token=token)


def _to_progress(token: str) -> ResponseReturnValue:
    return redirect(_address(token), 303)


def _asked(token: str, form: DateForm, status: int = UNPROCESSABLE) -> ResponseReturnValue:
    html = render_template("following/date.html", form=form, address=_address(token))
    return html, status if form.errors else 200


def _shown(token: str, found: Enquiry, form: MessageForm) -> ResponseReturnValue:
    progress = progress_of(found, clock.now())
    html = render_template("following/progress.html", form=form, progress=progress, address=_address(token))
    return html, UNPROCESSABLE if form.errors else 200
