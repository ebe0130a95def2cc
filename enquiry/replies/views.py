"""The reply page, its templates, a letter's own page, and the outbox of letters that wait for a person."""

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from enquiry import caseload, clock
from enquiry.replies import templates
from enquiry.replies.forms import SEND_AGAIN, ReplyForm, SettleForm, TemplateForm
from enquiry.replies.send import send_reply
from enquiry.replies.settle import settle as settle_letter
from enquiry.replies.templates import Template
from enquiry.rules.permissions import Action
from enquiry.rules.reply_templates import KNOWN
from enquiry.web.cases import ADDRESS, UNPROCESSABLE, Case, back_to_case, open_case, serve_cases, show
from enquiry.web.guard import may, me

replies = Blueprint("replies", __name__)
serve_cases(replies)

TEMPLATES = "/desk/templates"
CONFLICT = 409

LETTER = f"{ADDRESS}/letters/<uuid:letter_id>"


@replies.get(f"{ADDRESS}/reply")
@may(Action.REPLY)
def write(reference: str) -> ResponseReturnValue:
    """Ask for a reply, beside what the person wrote."""
    case = open_case(me(), reference)
    return _reply_page(case, ReplyForm.blank(case.enquiry), templates.offered(case.enquiry.clinic))


@replies.post(f"{ADDRESS}/reply")
@may(Action.REPLY)
def send(reference: str) -> ResponseReturnValue:
    """Send a reply to the address that its writer saw, or fill its box from a template and send nothing yet."""
    form = ReplyForm()
    if "fill" in request.form:
        return _filled_in(reference, form)
    answered = form.carry_out(
        lambda: send_reply(
            me(), reference, form.version.data, form.shown_address.data, form.text.data, form.status_after
        )
    )
    if answered is not None:
        return back_to_case(answered, f"Your reply to {answered.contact.email} is on its way")
    case = open_case(me(), reference)
    form.show_address(case.enquiry)
    return _reply_page(case, form, templates.offered(case.enquiry.clinic))


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


@replies.get(TEMPLATES)
@may(Action.WRITE_TEMPLATES)
def list_templates() -> ResponseReturnValue:
    """Show which templates colleagues are offered."""
    every = templates.every()
    return render_template(
        "replies/templates.html",
        offered=[one for one in every if not one.is_removed],
        removed=[one for one in every if one.is_removed],
    )


@replies.route(f"{TEMPLATES}/new", methods=["GET", "POST"])
@may(Action.WRITE_TEMPLATES)
def new_template() -> ResponseReturnValue:
    """Write a template."""
    form = TemplateForm() if request.method == "POST" else TemplateForm.empty()
    if not form.validate_on_submit():
        return _template_page(form)
    made = templates.write(me(), None, 0, form.words, form.chosen_clinic, form.status_after)
    return _back_to_templates(f"Colleagues are offered “{made.name}” from now on")


@replies.route(f"{TEMPLATES}/<slug>", methods=["GET", "POST"])
@may(Action.WRITE_TEMPLATES)
def template(slug: str) -> ResponseReturnValue:
    """Write a template anew."""
    found = templates.find(slug)
    form = TemplateForm() if request.method == "POST" else TemplateForm.showing(found)
    if not form.validate_on_submit():
        return _template_page(form, found)
    try:
        made = templates.write(me(), slug, form.version.data, form.words, form.chosen_clinic, form.status_after)
    except templates.WrittenMeanwhile as newer:
        form.form_errors.append("A colleague changed this template while you were writing. Nothing was saved yet.")
        form.version.data = newer.version
        return _template_page(form, templates.find(slug), CONFLICT)
    return _back_to_templates(f"“{made.name}” is saved")


@replies.post(f"{TEMPLATES}/<slug>/remove")
@may(Action.WRITE_TEMPLATES)
def remove_template(slug: str) -> ResponseReturnValue:
    """Offer a template no more, or again."""
    version, wanted = request.form.get("version", ""), "put_back" not in request.form
    verb = templates.remove if wanted else templates.put_back
    found = templates.find(slug)
    try:
        done = verb(me(), found.slug, int(version) if version.isdecimal() and len(version) < 10 else 0)
    except templates.WrittenMeanwhile:
        return _back_to_templates("A colleague changed this template meanwhile. Nothing was done.")
    return _back_to_templates(f"“{done.name}” is {'not offered any more' if wanted else 'offered again'}")


@replies.errorhandler(templates.NoSuchTemplate)
def no_such_template(_: templates.NoSuchTemplate) -> ResponseReturnValue:
    """Answer for a template that is not there."""
    return current_app.handle_http_exception(NotFound())


def _reply_page(case: Case, form: ReplyForm, offered: Sequence[Template]) -> ResponseReturnValue:
    form.offer(offered, case.enquiry)
    return show("replies/reply.html", case, form)


def _filled_in(reference: str, form: ReplyForm) -> ResponseReturnValue:
    case = open_case(me(), reference)
    offered = templates.offered(case.enquiry.clinic)
    chosen = next((one for one in offered if one.slug == form.template.data), None)
    if chosen is None:
        form.template.errors, form.http_status = ["Select a template"], UNPROCESSABLE
    else:
        form.fill_in(chosen, case.enquiry, me())
    form.show_address(case.enquiry)
    return _reply_page(case, form, offered)


def _template_page(
    form: TemplateForm, found: Template | None = None, complains_with: int = UNPROCESSABLE
) -> ResponseReturnValue:
    is_stale = complains_with == CONFLICT
    html = render_template("replies/template.html", form=form, template=found, known=KNOWN, is_stale=is_stale)
    return html, complains_with if form.errors else 200


def _back_to_templates(said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(TEMPLATES, 303)


def _letter_page(case: Case, letter_id: UUID, form: SettleForm) -> ResponseReturnValue:
    found = case.letter(letter_id)
    if found is None:
        raise NotFound
    return show("replies/letter.html", case, form, letter=found)
