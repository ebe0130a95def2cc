"""The reply page, a letter's own page, and the outbox of letters that wait for a person."""

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from enquiry import caseload, clock
from enquiry.replies.forms import SEND_AGAIN, ReplyForm, SettleForm
from enquiry.replies.send import send_reply
from enquiry.replies.settle import settle as settle_letter
from enquiry.rules.permissions import Action
from enquiry.web.cases import ADDRESS, Case, back_to_case, open_case, serve_cases, show
from enquiry.web.guard import may, me

replies = Blueprint("replies", __name__)
serve_cases(replies)

LETTER = f"{ADDRESS}/letters/<uuid:letter_id>"


@replies.get(f"{ADDRESS}/reply")
@may(Action.REPLY)
def write(reference: str) -> ResponseReturnValue:
    """Ask for a reply, beside what the person wrote."""
    case = open_case(me(), reference)
    return show("replies/reply.html", case, ReplyForm.blank(case.enquiry))


@replies.post(f"{ADDRESS}/reply")
@may(Action.REPLY)
def send(reference: str) -> ResponseReturnValue:
    """Send a reply to the address that its writer saw."""
    form = ReplyForm()
    answered = form.carry_out(
        lambda: send_reply(me(), reference, form.version.data, form.shown_address.data, form.text.data)
    )
    if answered is not None:
        return back_to_case(answered, f"Your reply to {answered.contact.email} is on its way")
    case = open_case(me(), reference)
    form.show_address(case.enquiry)
    return show("replies/reply.html", case, form)


@replies.get(LETTER)
@may(Action.OPEN_ENQUIRY)
def letter(reference: str, letter_id: UUID) -> ResponseReturnValue:
    """Show one letter as it was written, and what has become of it."""
    case = open_case(me(), reference)
    return _letter_page(case, letter_id, SettleForm.blank(case.enquiry))


@replies.post(LETTER)
@may(Action.SETTLE_LETTER)
def settle(reference: str, letter_id: UUID) -> ResponseReturnValue:
    """Decide about a letter that is stuck."""
    form = SettleForm()
    again = form.decision.data == SEND_AGAIN
    settled = form.carry_out(lambda: settle_letter(me(), reference, form.version.data, letter_id, again))
    if settled is None:
        return _letter_page(open_case(me(), reference), letter_id, form)
    return back_to_case(settled, "The letter is on its way again" if again else "The letter will not be sent again")


@replies.get("/desk/outbox")
@may(Action.SEE_OUTBOX)
def outbox() -> ResponseReturnValue:
    """Show the letters of one's clinics that wait for a person."""
    stuck = caseload.letters_that_need_a_person(me())
    return render_template("replies/outbox.html", stuck=stuck, at_most=caseload.PAGE, now=clock.now())


def _letter_page(case: Case, letter_id: UUID, form: SettleForm) -> ResponseReturnValue:
    found = case.letter(letter_id)
    if found is None:
        raise NotFound
    return show("replies/letter.html", case, form, letter=found)
