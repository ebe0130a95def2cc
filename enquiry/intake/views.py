"""The pages of the enquiry: safety first, then who, how to answer, what about, which clinic; check, send, receipt."""

from contextlib import suppress
from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from enquiry import attachments, caseload, clock
from enquiry.intake import draft, safety, steps, submit, throttles
from enquiry.intake.pages import BY_NAME, Page, first_unanswered, pages_for
from enquiry.intake.reading import clinic_in
from enquiry.intake.request_forms import CheckForm, FilesForm
from enquiry.records.draft import Draft
from enquiry.rules.files import AT_MOST
from enquiry.rules.scope import is_adult
from enquiry.web import diversions, draft_files, drafts, throttle
from enquiry.web.answered import answers_of, in_words, questions
from enquiry.web.forms import PageForm
from enquiry.web.throttle import TooMany
from enquiry.web.uploads import takes_files

intake = Blueprint("intake", __name__)

F = TypeVar("F", bound=PageForm)

# The safety screen counts its own, once it has seen that nobody needs help; throwing answers away is never counted.
THROTTLED = frozenset({"intake.page", "intake.files", "intake.remove_file", "intake.send"})


@intake.before_request
def count_pages() -> None:
    """Count a form that was sent."""
    if request.method == "POST" and request.endpoint in THROTTLED:
        throttles.count(throttles.PAGES)


@intake.errorhandler(TooMany)
def give_back_what_was_typed(refused: TooMany) -> ResponseReturnValue:
    """Refuse one form too many on its own page, with all that was typed; files must be chosen again."""
    response = current_app.make_response(_given_back(refused))
    response.retry_after = refused.wait
    return response


@intake.get("/enquire")
def start() -> ResponseReturnValue:
    """Say what an enquiry is, and what it is not for, before anything is asked.

    Why straight from the environment: Flask's own way asks who is signed in, and this page knows nobody.
    """
    start_page = current_app.jinja_env.get_template("intake/start.html")
    response = current_app.make_response(start_page.render(about=steps.condition_read()))
    response.cache_control.public, response.cache_control.max_age = True, 300
    response.add_etag()
    return response.make_conditional(request)


@intake.route("/enquire/safety", endpoint="safety", methods=["GET", "POST"])
def safety_screen() -> ResponseReturnValue:
    """Ask for red flags before anything personal; an emergency is shown where to go, and nothing of it is kept."""
    return safety.ask()


@intake.route("/enquire/files", methods=["GET", "POST"])
@takes_files
def files() -> ResponseReturnValue:
    """Take letters and reports. Those that are in order are kept, whatever is wrong with others beside them."""
    found = draft.find(steps.tab())
    if found is None:
        return steps.no_draft()
    if any(file.filename for file in request.files.values()):
        throttles.count(throttles.FILES)
    form = FilesForm()
    form.files.room = AT_MOST - len(attachments.of(found))
    form.files.must_have_one = "add" in request.form
    if form.is_submitted() and _all_added(form, found):
        return steps.to("files") if "add" in request.form else steps.kept(found, files={})
    return _files_shown(form, found)


@intake.post("/enquire/remove-file")
def remove_file() -> ResponseReturnValue:
    """Throw away one of the files that were added."""
    nonce, typed = drafts.nonce_of(steps.tab()), request.form.get("file", "")
    if nonce is None:
        return steps.no_draft()
    with suppress(ValueError):
        draft_files.remove(nonce, UUID(typed))
    return steps.to("files")


@intake.route("/enquire/<name>", methods=["GET", "POST"])
def page(name: str) -> ResponseReturnValue:
    """Ask one page's questions, and keep the answers."""
    asked = BY_NAME.get(name)
    if asked is None:
        raise NotFound
    found = draft.find(steps.tab())
    if found is None and request.method == "GET":
        return steps.no_draft()
    form = asked.form(data=steps.prefilled(asked, found))
    if not form.validate_on_submit():
        return steps.shown(asked, form, found)
    if asked.name == "who" and not is_adult(form.birth_date.data, clock.for_the_eye(clock.now()).date()):
        steps.take_back("who", found)
        return render_template("intake/under_age.html", back=steps.address("who", steps.tab()))
    worrying = safety.newly_worrying(form.story.data, found.answers if found else {}) if asked.name == "about" else ()
    onwards = steps.kept(found, **{asked.name: answers_of(form)})
    return render_template("intake/words.html", flags=worrying, onwards=onwards.location) if worrying else onwards


@intake.get("/enquire/check")
def check() -> ResponseReturnValue:
    """Show every answer once more, before anything is sent."""
    return _checked(CheckForm(formdata=None))


@intake.post("/enquire/check")
def send() -> ResponseReturnValue:
    """Send the enquiry."""
    nonce, form = drafts.nonce_of(steps.tab()), CheckForm()
    if nonce is None or not form.validate():
        return _checked(form)
    try:
        submit.submit(nonce, diversions.was_diverted(), fell_into_trap=bool(form.website.data))
    except submit.NothingToSend:
        return steps.no_draft()
    except submit.NotFinished:
        return steps.to("check")
    diversions.forget()
    return steps.to("sent")


@intake.get("/enquire/sent")
def sent() -> ResponseReturnValue:
    """Show the receipt: it survives reloading, shows nothing that was written, and opens nothing."""
    nonce = drafts.nonce_of(steps.tab())
    enquiry = caseload.sent_with(nonce) if nonce else None
    if enquiry is None:
        return steps.no_draft()
    return render_template("intake/sent.html", enquiry=enquiry, opens=steps.opens_again(enquiry.clinic))


@intake.post("/enquire/clear")
def clear() -> ResponseReturnValue:
    """Throw the answers away, for somebody who shares a device."""
    draft.clear(steps.tab())
    diversions.forget()
    return render_template("intake/cleared.html")


def _given_back(refused: TooMany) -> ResponseReturnValue:
    is_of_files = request.endpoint in ("intake.files", "intake.remove_file")
    why, found = throttle.in_words(refused, is_of_files), draft.find(steps.tab())
    if request.endpoint == "intake.send":
        return _checked(_saying(CheckForm(), why), TooMany.code)
    if is_of_files:
        return _files_shown(_saying(FilesForm(formdata=None), why), found, TooMany.code) if found else steps.no_draft()
    asked = BY_NAME.get((request.view_args or {}).get("name", "safety"))
    if asked is None:
        return current_app.handle_http_exception(NotFound())
    form = asked.form(data=steps.prefilled(asked, found))
    return steps.shown(asked, _saying(form, why), found, TooMany.code)


def _saying(form: F, why: str) -> F:
    form.form_errors.append(why)
    return form


def _files_shown(form: FilesForm, found: Draft, complains_with: int = steps.UNPROCESSABLE) -> ResponseReturnValue:
    added = attachments.of(found)
    return steps.shown(BY_NAME["files"], form, found, complains_with, added=added, most=AT_MOST)


def _all_added(form: FilesForm, found: Draft) -> bool:
    """Add what is in order to the draft, and return whether that was all."""
    form.validate()
    draft_files.add_all(form.files, found.id)
    return not form.errors


def _checked(form: CheckForm, complains_with: int = steps.UNPROCESSABLE) -> ResponseReturnValue:
    """Return the page with every answer in words, if every page has been answered."""
    found = draft.find(steps.tab())
    if found is None:
        return steps.no_draft()
    answers = {**found.answers}
    unanswered = first_unanswered(answers)
    if unanswered is not None:
        return steps.to(unanswered.name)
    answers["files"] = {"files": [file.description.name for file in attachments.of(found)]}
    asked = pages_for(answers)
    context = {"sections": [_section(page, answers) for page in asked], "opens": steps.opens_again(clinic_in(answers))}
    back = steps.address(asked[-1].name, steps.tab())
    html = render_template("intake/check.html", form=form, tab=steps.tab(), back=back, **context)
    return html, complains_with if form.errors else 200


def _section(asked: Page, answers: dict[str, Any]) -> dict[str, Any]:
    """Return one page's answers in words, with the way back to change them."""
    form = asked.form(formdata=None, data=answers[asked.name])
    return {
        "title": asked.title,
        "change": steps.address(asked.name, steps.tab()),
        "answers": [(field.label.text, in_words(field)) for field in questions(form)],
    }
