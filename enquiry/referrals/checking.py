"""The last look: every answer in words, what to look at again, and the button that sends."""

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from enquiry import attachments, clock, opening
from enquiry.records.draft import Draft
from enquiry.referrals import steps
from enquiry.referrals.forms import SendForm, SendInFullForm
from enquiry.referrals.look_again import warnings_in
from enquiry.referrals.pages import FILES, Answers, Page, first_unanswered, is_quick, pages_for
from enquiry.referrals.reading import clinic_in
from enquiry.web.answered import in_words, questions


def last_look(found: Draft, **kwargs: Any) -> SendForm:
    """Return the form that sends a draft."""
    return SendForm(**kwargs) if is_quick(found.answers) else SendInFullForm(**kwargs)


def checked(found: Draft, form: SendForm, complains_with: int = steps.UNPROCESSABLE) -> ResponseReturnValue:
    """Return the page with every answer in words, if every page has been answered."""
    answers = found.answers
    unanswered = first_unanswered(answers)
    if unanswered is not None:
        return steps.to(unanswered.name)
    clinic, last_page = clinic_in(answers), steps.address(pages_for(answers)[-1].name, steps.tab())
    html = render_template(
        "referrals/check.html",
        form=form,
        tab=steps.tab(),
        back=last_page,
        sections=[_section(page, answers) for page in pages_for(answers) if page is not FILES],
        added=attachments.of(found),
        change_files=last_page,
        warnings=list(warnings_in(answers)),
        clinic=clinic,
        opens=opening.opens_again(clock.now(), [clinic]),
    )
    return html, complains_with if form.errors else 200


def _section(asked: Page, answers: Answers) -> dict[str, Any]:
    """Return one page's answers in words, with the way back to change them."""
    form = asked.form(formdata=None, data=answers[asked.name])
    told = [(field.label.text, in_words(field)) for field in questions(form) if field.name != "files"]
    return {"title": asked.title, "change": steps.address(asked.name, steps.tab()), "answers": told}
