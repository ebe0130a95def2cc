"""From page to page: which draft an address means, what is shown, what is kept, and where that leads."""

from datetime import datetime
from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from enquiry import clock, opening
from enquiry.intake import draft, throttles
from enquiry.intake.pages import Page, first_unanswered, page_before
from enquiry.records.draft import Draft
from enquiry.rules.clinics import Clinic
from enquiry.web.forms import PageForm

GONE = 410  # the draft was there once, and is no longer
UNPROCESSABLE = 422

_WITH_VIEWS_OF_THEIR_OWN = ("safety", "files", "check", "sent")


def tab() -> str:
    """Return the half of the draft's secret that the address carries."""
    return request.args.get("draft", "")


def condition_read() -> str:
    """Return the condition whose page led here, if it is one of ours."""
    about = request.args.get("about", "")
    return about if about in current_app.extensions["condition_titles"] else ""


def address(name: str, of_tab: str) -> str:
    """Return the address of a page of the enquiry."""
    if name in _WITH_VIEWS_OF_THEIR_OWN:
        return url_for(f"intake.{name}", draft=of_tab)
    return url_for("intake.page", name=name, draft=of_tab)


def to(name: str) -> Response:
    """Return the way to another page of the same draft."""
    return redirect(address(name, tab()), 303)


def prefilled(asked: Page, found: Draft | None) -> dict[str, Any]:
    """Return what the person said on this page before, or at least the condition that they were reading about."""
    answers = found.answers if found else {}
    return answers.get(asked.name) or (answers.get("from", {}) if asked.name == "about" else {})


def shown(
    asked: Page, form: PageForm, found: Draft | None, complains_with: int = UNPROCESSABLE, **context: Any
) -> ResponseReturnValue:
    """Return a page of questions, as it opens or as it complains."""
    answers = found.answers if found else {}
    before = page_before(asked, answers)
    back = address(before.name, tab()) if before else url_for("intake.start", about=condition_read() or None)
    context |= {"form": form, "page": asked, "back": back, "tab": tab(), "answers": answers}
    return render_template(f"intake/{asked.name}.html", **context), complains_with if form.errors else 200


def kept(found: Draft | None, **said: dict[str, Any]) -> Response:
    """Keep what was said, by page, and go to the next page that has no answers, or to the check.

    Without a draft one begins: on the first page, or where it has expired, so that nothing typed is lost.

    :raises TooMany: when this visitor begins one after the other.
    """
    if found is None:
        throttles.count(throttles.DRAFTS)
        answers = {"from": {"about": condition_read(), "begun": clock.now().isoformat()}, **said}
        of_tab = draft.begin(answers)
    else:
        answers, of_tab = {**found.answers, **said}, tab()
        draft.keep(found, answers)
    unanswered = first_unanswered(answers)
    return redirect(address(unanswered.name if unanswered else "check", of_tab), 303)


def take_back(name: str, found: Draft | None) -> None:
    """Forget what was said before on a page: it is no longer true, and nothing may be sent with it."""
    if found is not None and name in found.answers:
        draft.keep(found, {page: said for page, said in found.answers.items() if page != name})


def no_draft() -> ResponseReturnValue:
    """Return the page that says that the answers are gone."""
    return render_template("intake/expired.html"), GONE


def opens_again(clinic: Clinic | None = None) -> datetime | None:
    """Return when somebody is there to read, at this clinic or at either, or ``None`` if somebody is there now."""
    return opening.opens_again(clock.now(), list(Clinic) if clinic is None else [clinic])
