"""Asking a clinician, on a page beside what the person wrote; and the answer, on the case."""

from flask.typing import ResponseReturnValue

from enquiry import colleagues
from enquiry.rules.permissions import Action
from enquiry.triage import questions
from enquiry.triage.forms.questions import AnswerForm, AskForm
from enquiry.triage.views.case import refused, triage
from enquiry.web.cases import ADDRESS, Case, back_to_case, open_case, show
from enquiry.web.guard import may, me


@triage.get(f"{ADDRESS}/ask")
@may(Action.ASK_CLINICIAN)
def write_question(reference: str) -> ResponseReturnValue:
    """Ask for the clinician and the question."""
    case = open_case(me(), reference)
    return _asked(case, AskForm.blank(case.enquiry), AskForm.why_not(case, me()))


@triage.post(f"{ADDRESS}/ask")
@may(Action.ASK_CLINICIAN)
def ask(reference: str) -> ResponseReturnValue:
    """Hand an enquiry to a clinician with a question."""
    form = AskForm()
    form.may_be(colleagues.clinicians())
    asked = form.carry_out(
        lambda: questions.ask(me(), reference, form.version.data, form.clinician_id, form.question.data)
    )
    if asked is not None:
        return back_to_case(asked, f"{asked.assignee.name if asked.assignee else 'A clinician'} has it now")
    return _asked(open_case(me(), reference), form)


@triage.post(f"{ADDRESS}/answer")
@may(Action.ANSWER_QUESTION)
def answer(reference: str) -> ResponseReturnValue:
    """Answer the question of a colleague."""
    form = AnswerForm()
    answered = form.carry_out(lambda: questions.answer(me(), reference, form.version.data, form.text.data))
    if answered is None:
        return refused(reference, form)
    whose = f"{answered.assignee.name} has it again" if answered.assignee else "It is nobody’s, and new in the queue"
    return back_to_case(answered, f"Answered. {whose}")


def _asked(case: Case, form: AskForm, why_not: str = "") -> ResponseReturnValue:
    form.may_be(one for one in colleagues.clinicians_of(case.enquiry.clinic) if one.id != me().id)
    return show("triage/ask.html", case, form, why_not=why_not)
