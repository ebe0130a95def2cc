"""The pages on which colleagues write back to whoever referred a patient, print what goes by post, and say so."""

from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from enquiry import pdf
from enquiry.records.enquiry import Enquiry
from enquiry.records.referral import Referral
from enquiry.rules.permissions import Action
from enquiry.web.cases import ADDRESS, Case, back_to_case, open_case, serve_cases, show
from enquiry.web.downloads import handed_out
from enquiry.web.guard import may, me
from enquiry.writing_back import paper
from enquiry.writing_back.forms import AnswerForm, PostForm
from enquiry.writing_back.send import post, write_back

writing_back = Blueprint("writing_back", __name__)
serve_cases(writing_back)

PDF = "application/pdf"
LETTER = f"{ADDRESS}/letters/<uuid:letter_id>"
WAITS_TO_BE_POSTED = "A letter waits to be posted: it stands at the top of this page."


@writing_back.get(f"{ADDRESS}/letter-to-referrer")
@may(Action.WRITE_BACK)
def write(reference: str) -> ResponseReturnValue:
    """Ask for an answer, beside what was asked."""
    case = open_case(me(), reference)
    return _page(case, AnswerForm.blank(case.enquiry))


@writing_back.post(f"{ADDRESS}/letter-to-referrer")
@may(Action.WRITE_BACK)
def send(reference: str) -> ResponseReturnValue:
    """Send an answer; or only show how its letter reads, in words or as it is printed."""
    form = AnswerForm()
    if "send" not in request.form:
        return _shown(open_case(me(), reference), form)
    answered = form.carry_out(lambda: write_back(me(), reference, form.version.data, form.shown, form.answer))
    if answered is None:
        return _page(open_case(me(), reference), form)
    address, is_secure = form.shown
    if is_secure:
        return back_to_case(answered, f"The letter to {address} is on its way")
    return back_to_case(answered, f"{address} is told that an answer comes by post. {WAITS_TO_BE_POSTED}")


@writing_back.get(f"{LETTER}/paper.pdf")
@may(Action.OPEN_ENQUIRY)
def print_out(reference: str, letter_id: UUID) -> ResponseReturnValue:
    """Hand out a letter as it is printed."""
    letter = open_case(me(), reference).letter(letter_id)
    if letter is None or letter.contents.paper is None:
        raise NotFound
    return handed_out(letter.contents.paper.pdf, PDF, f"{reference}-{letter.kind}.pdf")


@writing_back.get(f"{LETTER}/posted")
@may(Action.WRITE_BACK)
def to_post(reference: str, letter_id: UUID) -> ResponseReturnValue:
    """Show a letter that waits to be posted, and how whoever it goes to may safely be reached."""
    case = open_case(me(), reference)
    return _to_post(case, letter_id, PostForm.blank(case.enquiry))


@writing_back.post(f"{LETTER}/posted")
@may(Action.WRITE_BACK)
def posted(reference: str, letter_id: UUID) -> ResponseReturnValue:
    """Write down that a letter was posted."""
    form = PostForm()
    done = form.carry_out(lambda: post(me(), reference, form.version.data, letter_id))
    return back_to_case(done, "Letter posted") if done else _to_post(open_case(me(), reference), letter_id, form)


def _page(case: Case, form: AnswerForm, preview: str = "") -> ResponseReturnValue:
    referred, told = _referral(case)
    form.offer(told, me())
    return show("writing_back/letter.html", case, form, referral=told, referred=referred, preview=preview)


def _shown(case: Case, form: AnswerForm) -> ResponseReturnValue:
    referred, told = _referral(case)
    form.offer(told, me())
    if not form.validate():
        form.http_status = 422
        return _page(case, form)
    if "print" not in request.form:
        return _page(case, form, preview=paper.words(referred, told, form.answer, me()))
    try:
        return handed_out(paper.for_referrer(referred, told, form.answer, me()).pdf, PDF, f"{referred.reference}.pdf")
    except pdf.NoSuchSign:
        form.refuse(form.refusals[pdf.NoSuchSign])
        return _page(case, form)


def _referral(case: Case) -> tuple[Enquiry, Referral]:
    referred = paper.referred_in(case.enquiry)
    if referred is None or referred.referral is None:
        raise NotFound
    return referred, referred.referral


def _to_post(case: Case, letter_id: UUID, form: PostForm) -> ResponseReturnValue:
    letter = case.letter(letter_id)
    if letter is None or letter.contents.paper is None:
        raise NotFound
    return show("writing_back/to_post.html", case, form, letter=letter)
