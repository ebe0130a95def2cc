"""From page to page: which draft an address means, what is shown, what is kept, and where that leads."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from enquiry import attachments, clock
from enquiry.records.draft import Draft
from enquiry.referrals import draft, remembered, throttles
from enquiry.referrals.pages import LETTER, WAY, Page, first_unanswered, page_before, priority_in
from enquiry.rules.files import AT_MOST
from enquiry.rules.referrals import Priority
from enquiry.web.forms import PageForm

GONE = 410  # the draft was there once, and is no longer
UNPROCESSABLE = 422


def tab() -> str:
    """Return the half of the draft's secret that the address carries."""
    return request.args.get("draft", "")


def found() -> Draft | None:
    """Return the draft that this address means."""
    return draft.find(tab())


def address(name: str, of_tab: str) -> str:
    """Return the address of a page of the referral."""
    if name in _WITH_VIEWS_OF_THEIR_OWN:
        return url_for(f"referrals.{_WITH_VIEWS_OF_THEIR_OWN[name]}", draft=of_tab)
    return url_for("referrals.page", name=name, draft=of_tab)


_WITH_VIEWS_OF_THEIR_OWN = {
    name: name.replace("-", "_") for name in ("start", "letter", "files", "suspected-cancer", "check", "sent")
}


def to(name: str) -> Response:
    """Return the way to another page of the same draft."""
    return redirect(address(name, tab()), 303)


def begun(way: str, of: Draft | None) -> Response:
    """Keep which way was chosen, in a draft that begins with it, and go to its next page.

    :raises TooMany: when this visitor begins one after the other.
    """
    said = {WAY: {"way": way, "begun": clock.now().isoformat()}}
    if of is None:
        throttles.count(throttles.DRAFTS)
        return _next(said, draft.begin(said))
    answers = {**of.answers, **said}
    draft.keep(of, answers)
    return _next(answers, tab())


def kept(of: Draft, page: Page, said: dict[str, Any]) -> Response:
    """Keep a page's answers, and go to the next page without any; advice about suspected cancer comes first, once."""
    before = priority_in(of.answers)
    answers = {**of.answers, page.name: said}
    draft.keep(of, answers)
    if priority_in(answers) is Priority.SUSPECTED_CANCER and before is not Priority.SUSPECTED_CANCER:
        return to("suspected-cancer")
    return _next(answers, tab())


def onwards(of: Draft) -> str:
    """Return the address of the next page without answers, or of the check."""
    return _next(of.answers, tab()).location or ""


def prefilled(page: Page, of: Draft) -> dict[str, Any]:
    """Return what was said on a page before, or what this device was asked to remember of the referrer."""
    if page.name in of.answers:
        said: dict[str, Any] = of.answers[page.name]
        return said
    own = remembered.referrer()
    if page is LETTER:
        return {"referrer": own.get("name", ""), **{name: own.get(name, "") for name in _OWN_ON_THE_QUICK_WAY}}
    return dict(own) if page.name == "referrer" else {}


_OWN_ON_THE_QUICK_WAY = ("registration", "practice", "email")


def shown(page: Page, form: PageForm, of: Draft, complains_with: int = UNPROCESSABLE) -> ResponseReturnValue:
    """Return a page of questions, as it opens or as it complains."""
    before = page_before(page, of.answers)
    html = render_template(
        f"referrals/{page.name}.html",
        form=form,
        page=page,
        tab=tab(),
        back=address(before.name if before else "start", tab()),
        added=attachments.of(of),
        most=AT_MOST,
        is_remembered=bool(remembered.referrer()),
    )
    return html, complains_with if form.errors else 200


def no_draft() -> ResponseReturnValue:
    """Return the page that says that the answers are gone."""
    return render_template("referrals/expired.html"), GONE


def _next(answers: dict[str, Any], of_tab: str) -> Response:
    unanswered = first_unanswered(answers)
    return redirect(address(unanswered.name if unanswered else "check", of_tab), 303)
