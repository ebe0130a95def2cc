"""The pages of a referral: who must not wait, then a letter with few fields or the whole form; check, send, receipt."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from enquiry import attachments, clock, opening, receipt
from enquiry.records.draft import Draft
from enquiry.records.enquiry import Enquiry
from enquiry.referrals import checking, draft, remembered, send, steps, throttles
from enquiry.referrals.forms import FilesForm, QuickForm, SafetyForm, SendForm
from enquiry.referrals.full_forms import ClinicalForm
from enquiry.referrals.pages import BY_NAME, FILES, FULL, LETTER, QUICK, is_quick, pages_for
from enquiry.rules import red_flags
from enquiry.rules.files import AT_MOST
from enquiry.rules.referral_safety import Emergency, among_signs, ticked
from enquiry.web import diversions, draft_files, drafts, throttle
from enquiry.web.answered import answers_of
from enquiry.web.forms import PageForm
from enquiry.web.throttle import TooMany
from enquiry.web.uploads import takes_files

referrals = Blueprint("referrals", __name__)

# The first page counts its own, once it has seen that nobody needs help; throwing answers away is never counted.
THROTTLED = frozenset({"referrals.page", "referrals.letter", "referrals.files", "referrals.send_it"})


@referrals.before_request
def count_pages() -> None:
    """Count a form that was sent."""
    if request.method == "POST" and request.endpoint in THROTTLED:
        throttles.count(throttles.PAGES)


@referrals.errorhandler(TooMany)
def give_back_what_was_typed(refused: TooMany) -> ResponseReturnValue:
    """Refuse one form too many on its own page, with all that was typed; files must be chosen again."""
    response = current_app.make_response(_given_back(refused))
    response.retry_after = refused.wait
    return response


@referrals.route("/refer", methods=["GET", "POST"])
def start() -> ResponseReturnValue:
    """Ask who must not wait, before anything else; an emergency is shown its route, and nothing of it is kept."""
    form = SafetyForm()
    if not form.validate_on_submit():
        return _started(form)
    emergencies = ticked(form.signs.data)
    if emergencies:
        return _stopped(emergencies)
    throttles.count(throttles.PAGES)
    return steps.begun(FULL if request.form.get("way") == FULL else QUICK, steps.found())


@referrals.route("/refer/letter", methods=["GET", "POST"])
@takes_files
def letter() -> ResponseReturnValue:
    """Take the quick way: the letter, and the few fields that must be typed."""
    found = steps.found()
    if found is None or not is_quick(found.answers):
        return steps.no_draft()
    form = QuickForm(data=steps.prefilled(LETTER, found))
    if form.is_submitted() and _taken(form, found, must_have_one=True):
        return steps.kept(found, LETTER, _typed(form))
    return steps.shown(LETTER, form, found)


@referrals.route("/refer/files", methods=["GET", "POST"])
@takes_files
def files() -> ResponseReturnValue:
    """Take letters and reports beside what was typed."""
    found = steps.found()
    if found is None or is_quick(found.answers):
        return steps.no_draft()
    form = FilesForm()
    if form.is_submitted() and _taken(form, found, must_have_one="add" in request.form):
        return steps.to("files") if "add" in request.form else steps.kept(found, FILES, {})
    return steps.shown(FILES, form, found)


@referrals.post("/refer/remove-file")
def remove_file() -> ResponseReturnValue:
    """Throw away one of the files that were added."""
    nonce, found = drafts.nonce_of(steps.tab()), steps.found()
    if nonce is None or found is None:
        return steps.no_draft()
    with suppress(ValueError):
        draft_files.remove(nonce, UUID(request.form.get("file", "")))
    return steps.to("letter" if is_quick(found.answers) else "files")


@referrals.route("/refer/<name>", methods=["GET", "POST"])
def page(name: str) -> ResponseReturnValue:
    """Ask one page's questions, and keep the answers, unless they are an emergency after all."""
    asked = BY_NAME.get(name)
    if asked is None:
        raise NotFound
    found = steps.found()
    if found is None or asked not in pages_for(found.answers):
        return steps.no_draft()
    form = asked.form(data=steps.prefilled(asked, found))
    if isinstance(form, ClinicalForm) and form.is_submitted():
        emergencies = among_signs(form.found)
        if emergencies:
            return _stopped(emergencies)
    if not form.validate_on_submit():
        return steps.shown(asked, form, found)
    return steps.kept(found, asked, answers_of(form))


@referrals.get("/refer/suspected-cancer")
def suspected_cancer() -> ResponseReturnValue:
    """Say which way is quicker for suspected cancer, before the referral goes on."""
    found = steps.found()
    if found is None:
        return steps.no_draft()
    return render_template("referrals/suspected_cancer.html", onwards=steps.onwards(found))


@referrals.get("/refer/check")
def check() -> ResponseReturnValue:
    """Show every answer once more, before anything is sent."""
    found = steps.found()
    return checking.checked(found, checking.last_look(found, formdata=None)) if found else steps.no_draft()


@referrals.post("/refer/check")
def send_it() -> ResponseReturnValue:
    """Send the referral."""
    nonce, found = drafts.nonce_of(steps.tab()), steps.found()
    form = checking.last_look(found) if found else SendForm()
    if nonce is None or not form.validate():
        return checking.checked(found, form) if found else steps.no_draft()
    try:
        send.send(nonce, diversions.was_diverted(), fell_into_trap=bool(form.website.data))
    except send.NothingToSend:
        return steps.no_draft()
    except send.NotFinished:
        return steps.to("check")
    diversions.forget()
    return steps.to("sent")


@referrals.get("/refer/sent")
def sent() -> ResponseReturnValue:
    """Show the receipt: it survives reloading, and shows nothing that was written."""
    enquiry = _sent()
    if enquiry is None:
        return steps.no_draft()
    opens = opening.opens_again(clock.now(), [enquiry.clinic])
    is_remembered = bool(remembered.referrer())
    return render_template(
        "referrals/sent.html",
        enquiry=enquiry,
        look_by=receipt.look_by(enquiry),
        opens=opens,
        tab=steps.tab(),
        is_remembered=is_remembered,
    )


@referrals.post("/refer/remember")
def remember() -> ResponseReturnValue:
    """Let this device remember the referrer's own details, because they asked for it."""
    enquiry = _sent()
    if enquiry is None or enquiry.referral is None:
        return steps.no_draft()
    response = make_response(steps.to("sent"))
    remembered.remember(response, enquiry.referral.referrer)
    return response


@referrals.post("/refer/forget")
def forget() -> ResponseReturnValue:
    """Let this device forget the referrer."""
    response = make_response(redirect(url_for("referrals.start"), 303))
    remembered.forget(response)
    return response


@referrals.post("/refer/clear")
def clear() -> ResponseReturnValue:
    """Throw the answers away."""
    draft.clear(steps.tab())
    return render_template("referrals/cleared.html")


def _sent() -> Enquiry | None:
    nonce = drafts.nonce_of(steps.tab())
    return send.sent_with(nonce) if nonce else None


def _started(form: SafetyForm, status: int = steps.UNPROCESSABLE) -> ResponseReturnValue:
    html = render_template("referrals/start.html", form=form, tab=steps.tab(), quick=QUICK, full=FULL)
    return html, status if form.errors else 200


def _stopped(emergencies: Sequence[Emergency]) -> ResponseReturnValue:
    """Show the route, count it, and throw away whatever was kept of the patient."""
    diversions.divert(red_flags.declared({emergency.row for emergency in emergencies}))
    draft.clear(steps.tab())
    return render_template("referrals/emergency.html", emergencies=emergencies)


def _taken(form: QuickForm | FilesForm, found: Draft, must_have_one: bool) -> bool:
    """Keep the files that are in order with the draft, and return whether nothing is wrong on the page."""
    if any(file.filename for file in request.files.values()):
        throttles.count(throttles.FILES)
    added = attachments.of(found)
    form.files.room = AT_MOST - len(added)
    form.files.must_have_one = must_have_one and (isinstance(form, FilesForm) or not added)
    form.validate()
    draft_files.add_all(form.files, found.id)
    return not form.errors


def _typed(form: PageForm) -> dict[str, Any]:
    """Return what was typed beside the files."""
    return {name: said for name, said in answers_of(form).items() if name != "files"}


def _given_back(refused: TooMany) -> ResponseReturnValue:
    has_files = request.endpoint == "referrals.files"
    why, found = throttle.in_words(refused, has_files), steps.found()
    if request.endpoint == "referrals.start" or found is None:
        return _started(_saying(SafetyForm(), why), TooMany.code)
    if request.endpoint == "referrals.send_it":
        return checking.checked(found, _saying(checking.last_look(found), why), TooMany.code)
    asked = {"referrals.letter": LETTER, "referrals.files": FILES}.get(
        request.endpoint or "", BY_NAME.get((request.view_args or {}).get("name", ""))
    )
    if asked is None:
        return current_app.handle_http_exception(NotFound())
    form = asked.form(data=steps.prefilled(asked, found))
    return steps.shown(asked, _saying(form, why), found, TooMany.code)


def _saying(form: Any, why: str) -> Any:
    form.form_errors.append(why)
    return form
