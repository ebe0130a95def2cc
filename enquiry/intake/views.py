"""The pages of the enquiry: safety first, then who, how to answer, what about, which clinic; check, send, receipt."""

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from enquiry import caseload, clock
from enquiry.intake import draft, submit
from enquiry.intake.forms import (
    BY_NAME,
    Page,
    SafetyForm,
    answers_of,
    first_unanswered,
    in_words,
    page_before,
    pages_for,
    questions,
)
from enquiry.records.draft import Draft
from enquiry.rules import red_flags
from enquiry.rules.scope import is_adult
from enquiry.rules.working_time import OpeningHours
from enquiry.web.forms import PageForm

intake = Blueprint("intake", __name__)

GONE = 410  # the draft was there once, and is no longer
UNPROCESSABLE = 422


@intake.get("/enquire")
def start() -> ResponseReturnValue:
    """Say what an enquiry is, and what it is not for, before anything is asked.

    Why straight from the environment: Flask's own way asks who is signed in, and this page knows nobody.
    """
    start_page = current_app.jinja_env.get_template("intake/start.html")
    response = current_app.make_response(start_page.render(about=_condition_read()))
    response.cache_control.public, response.cache_control.max_age = True, 300
    response.add_etag()
    return response.make_conditional(request)


@intake.route("/enquire/safety", methods=["GET", "POST"])
def safety() -> ResponseReturnValue:
    """Ask for red flags before anything personal; an emergency is shown where to go, and nothing of it is kept.

    Why no redirect before the advice: a redirect would have to keep the answers, or write them into an address.
    """
    found = draft.find(_tab())
    form = SafetyForm(data=_prefilled(BY_NAME["safety"], found))
    if not form.validate_on_submit():
        return _shown(BY_NAME["safety"], form, found)
    flags = red_flags.declared(code for code in form.red_flags.data if code != red_flags.NONE_OF_THESE)
    if red_flags.is_emergency(flags) or (flags and "carry-on" not in request.form):
        return render_template("intake/advice.html", form=form, flags=flags)
    return _kept("safety", form, found)


@intake.route("/enquire/<name>", methods=["GET", "POST"])
def page(name: str) -> ResponseReturnValue:
    """Ask one page's questions, and keep the answers."""
    asked = BY_NAME.get(name)
    if asked is None:
        raise NotFound
    found = draft.find(_tab())
    if found is None and request.method == "GET":
        return _no_draft()
    form = asked.form(data=_prefilled(asked, found))
    if not form.validate_on_submit():
        return _shown(asked, form, found)
    if asked.name == "who" and not is_adult(form.birth_date.data, clock.for_the_eye(clock.now()).date()):
        return render_template("intake/under_age.html", back=_address("who", _tab()))
    return _kept(asked.name, form, found)


@intake.get("/enquire/check")
def check() -> ResponseReturnValue:
    """Show every answer once more, before anything is sent."""
    found = draft.find(_tab())
    if found is None:
        return _no_draft()
    answers = found.answers
    unanswered = first_unanswered(answers)
    if unanswered is not None:
        return _to(unanswered.name)
    sections = [_section(asked, answers) for asked in pages_for(answers)]
    return render_template("intake/check.html", tab=_tab(), sections=sections, back=_address("clinic", _tab()))


@intake.post("/enquire/check")
def send() -> ResponseReturnValue:
    """Send the enquiry."""
    nonce = draft.nonce_of(_tab())
    try:
        if nonce is None:
            return _no_draft()
        submit.submit(nonce)
    except submit.NothingToSend:
        return _no_draft()
    except submit.NotFinished:
        return _to("check")
    return _to("sent")


@intake.get("/enquire/sent")
def sent() -> ResponseReturnValue:
    """Show the receipt: it survives reloading, shows nothing that was written, and opens nothing."""
    nonce = draft.nonce_of(_tab())
    enquiry = caseload.sent_with(nonce) if nonce else None
    if enquiry is None:
        return _no_draft()
    hours, now = OpeningHours(), clock.now()
    opens = None if hours.is_open(now) else hours.next_opening(now)
    return render_template("intake/sent.html", enquiry=enquiry, opens=opens)


@intake.post("/enquire/clear")
def clear() -> ResponseReturnValue:
    """Throw the answers away, for somebody who shares a device."""
    draft.clear(_tab())
    return render_template("intake/cleared.html")


def _tab() -> str:
    return request.args.get("draft", "")


def _condition_read() -> str:
    """Return the condition whose page led here, if it is one of ours."""
    about = request.args.get("about", "")
    return about if about in current_app.extensions["condition_titles"] else ""


def _address(name: str, tab: str) -> str:
    if name in ("safety", "check", "sent"):
        return url_for(f"intake.{name}", draft=tab)
    return url_for("intake.page", name=name, draft=tab)


def _to(name: str) -> ResponseReturnValue:
    return redirect(_address(name, _tab()), 303)


def _prefilled(asked: Page, found: Draft | None) -> dict[str, Any]:
    """Return what the person said on this page before, or at least the condition that they were reading about."""
    answers = found.answers if found else {}
    return answers.get(asked.name) or (answers.get("from", {}) if asked.name == "about" else {})


def _shown(asked: Page, form: PageForm, found: Draft | None) -> ResponseReturnValue:
    before = page_before(asked, found.answers) if found else None
    back = _address(before.name, _tab()) if before else url_for("intake.start", about=_condition_read() or None)
    html = render_template(f"intake/{asked.name}.html", form=form, page=asked, back=back)
    return html, UNPROCESSABLE if form.errors else 200


def _kept(name: str, form: PageForm, found: Draft | None) -> ResponseReturnValue:
    """Keep a page's answers and go to the next page that has none, or to the check.

    Without a draft one begins: on the first page, or where it has expired, so that nothing typed is lost.
    """
    if found is None:
        answers = {"from": {"about": _condition_read()}, name: answers_of(form)}
        tab = draft.begin(answers)
    else:
        answers, tab = {**found.answers, name: answers_of(form)}, _tab()
        draft.keep(found, answers)
    unanswered = first_unanswered(answers)
    return redirect(_address(unanswered.name if unanswered else "check", tab), 303)


def _section(asked: Page, answers: dict[str, Any]) -> dict[str, Any]:
    """Return one page's answers in words, with the way back to change them."""
    form = asked.form(formdata=None, data=answers[asked.name])
    return {
        "title": asked.title,
        "change": _address(asked.name, _tab()),
        "answers": [(field.label.text, in_words(field)) for field in questions(form)],
    }


def _no_draft() -> ResponseReturnValue:
    return render_template("intake/expired.html"), GONE
