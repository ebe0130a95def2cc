"""The safety screen and the advice that follows: from what was ticked, and from words in somebody's own story.

Why no redirect before the advice of the screen: a redirect would have to keep the answers, or write them into an
address.
"""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from enquiry.intake import draft, steps, throttles
from enquiry.intake.pages import BY_NAME, Answers
from enquiry.records.draft import Draft
from enquiry.rules import red_flags
from enquiry.rules.red_flags import RedFlag
from enquiry.rules.story_scan import scan
from enquiry.web import diversions, throttle
from enquiry.web.answered import answers_of
from enquiry.web.safety_forms import SafetyForm, SeenInHospitalForm, told
from enquiry.web.throttle import TooMany


def ask() -> ResponseReturnValue:
    """Ask for red flags before anything personal, and show where to go before anything is kept or counted.

    :raises TooMany: when this visitor sent too many forms, and nothing here is an emergency.
    """
    found = draft.find(steps.tab())
    form = SafetyForm(data=steps.prefilled(BY_NAME["safety"], found))
    if not form.validate_on_submit():
        return steps.shown(BY_NAME["safety"], form, found)
    flags = form.told()
    if red_flags.is_emergency(flags):
        return _sent_to_help(form, flags, found)
    throttles.count(throttles.PAGES)
    if flags and "carry-on" not in request.form:
        return render_template("intake/advice.html", form=form, flags=flags)
    return steps.kept(found, safety=answers_of(form))


def _sent_to_help(form: SafetyForm, flags: tuple[RedFlag, ...], found: Draft | None) -> ResponseReturnValue:
    """Show where to go. The only other way on is for somebody whom a hospital has sent home with this already."""
    if "declare" in request.form and red_flags.may_be_declared(flags):
        return _declared(form, flags, found)
    diversions.divert(flags)
    steps.take_back("safety", found)
    return _help(form, flags, SeenInHospitalForm(formdata=None))


def _declared(form: SafetyForm, flags: tuple[RedFlag, ...], found: Draft | None) -> ResponseReturnValue:
    """Let somebody go on whom a hospital has seen; the advice stays in sight while anything is in the way."""
    seen = SeenInHospitalForm()
    if not seen.validate():
        return _help(form, flags, seen), steps.UNPROCESSABLE
    try:
        throttles.count(throttles.PAGES)
        return steps.kept(found, safety=answers_of(form), hospital=answers_of(seen))
    except TooMany as refused:
        seen.form_errors.append(throttle.in_words(refused))
        return _help(form, flags, seen), TooMany.code, {"Retry-After": str(refused.wait)}


def _help(form: SafetyForm, flags: tuple[RedFlag, ...], seen: SeenInHospitalForm) -> str:
    context = {"flags": flags, "form": seen, "safety": form, "may_be_declared": red_flags.may_be_declared(flags)}
    return render_template("intake/emergency.html", opens=steps.opens_again(), **context)


def newly_worrying(story: str, answers: Answers) -> tuple[RedFlag, ...]:
    """Return the red flags whose words stand in a story, if the person has not been told of them before."""
    if answers.get("about", {}).get("story") == story:
        return ()
    known = {flag.code for flag in told(answers["safety"])} if "safety" in answers else set()
    return tuple(flag for flag in scan(story) if flag.code not in known)
