"""What every page about one enquiry shares: opening it on record, its forms, and the answer when it is not there.

Why here: triage, replies and calls all have such pages, and rooms never import each other.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, Self
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from wtforms import Field, HiddenField

from enquiry import audit, caseload, clock, presence
from enquiry.audit import AuditEvent
from enquiry.caseload import ChangedMeanwhile, NoSuchEnquiry
from enquiry.database import begin_writing
from enquiry.extensions import db
from enquiry.lists import Origin
from enquiry.records.attempts import attempts_in
from enquiry.records.enquiry import Enquiry
from enquiry.records.letter import Letter
from enquiry.records.staff import Staff
from enquiry.records.timeline import Entry, Event, not_undone, open_question, proposed_end, wish_to_withdraw
from enquiry.rules import callbacks
from enquiry.rules.callbacks import Attempt
from enquiry.rules.ending import Ending
from enquiry.rules.references import read_reference
from enquiry.rules.status import Status
from enquiry.web import words
from enquiry.web.forms import PageForm, VersionField
from enquiry.web.guard import me

ADDRESS = "/desk/enquiries/<reference>"

Refusals = Mapping[type[Exception], str]  # the named errors of a verb, each in words for the person

LAST_DEED = "last_deed"  # in the session: the reference of the enquiry that its person changed last
NEXT = "next"  # what a button says that goes on in the list after its deed

CONFLICT = 409
UNPROCESSABLE = 422


@dataclass(frozen=True)
class Case:
    """Everything that one page needs to decide: the enquiry, and its timeline with the latest first.

    What happened to enquiries that were merged into it stands in ``entries`` as well.
    """

    enquiry: Enquiry
    entries: Sequence[Entry]

    @cached_property
    def timeline(self) -> Sequence[Entry]:
        """What happened to the enquiry itself."""
        return [entry for entry in self.entries if entry.enquiry_id == self.enquiry.id]

    def whose(self, one: Entry | Letter) -> Enquiry:
        """Return to which enquiry an entry or a letter belongs: this one, or one that was merged into it."""
        return next((merged for merged in self.enquiry.merged if merged.id == one.enquiry_id), self.enquiry)

    @property
    def proposal(self) -> Entry | None:
        """The proposal to end the enquiry, while it stands."""
        return proposed_end(self.timeline) if self.enquiry.is_open else None

    @property
    def proposed_ending(self) -> Ending | None:
        """How it is proposed to end."""
        return Ending.read(self.proposal.detail) if self.proposal else None

    @property
    def question(self) -> Entry | None:
        """The question that the enquiry is with a clinician for."""
        return open_question(self.timeline) if self.enquiry.status is Status.WITH_CLINICIAN else None

    def since(self, version: int) -> Sequence[Entry]:
        """Return what happened after somebody saw this version: each deed makes one, and is entries of one moment."""
        moments = dict.fromkeys(entry.at for entry in self.timeline)
        missed = list(moments)[: max(self.enquiry.version - version, 0)]
        return [entry for entry in self.timeline if entry.at in missed]

    @property
    def claimed_at(self) -> datetime | None:
        """When the enquiry was last claimed."""
        return next((entry.at for entry in not_undone(self.timeline) if entry.event is Event.CLAIMED), None)

    @property
    def hold(self) -> Entry | None:
        """Since when, and why, the enquiry must not be erased; ``None`` when nothing keeps it."""
        holds = (entry for entry in self.timeline if entry.event is Event.HELD)
        return next(holds, None) if self.enquiry.held_at else None

    @property
    def attempts(self) -> list[Attempt]:
        """The times that they were rung and not reached since they were last heard from, the latest last."""
        return attempts_in(self.timeline)

    @property
    def is_tried_enough(self) -> bool:
        return self.enquiry.is_open and callbacks.is_enough(self.attempts)

    @property
    def wish_to_withdraw(self) -> Entry | None:
        """The patient's wish to withdraw, while a colleague owes it an answer."""
        return wish_to_withdraw(self.entries) if self.enquiry.is_open else None

    @property
    def stuck_letters(self) -> list[Letter]:
        """The letters that wait for a person's decision, the oldest first."""
        letters = [entry.letter for entry in reversed(self.entries) if entry.letter is not None]
        return [letter for letter in letters if letter.state.needs_a_person]

    def letter(self, letter_id: UUID) -> Letter | None:
        """Return one of this enquiry's letters, or ``None`` if it has no such letter."""
        return next((entry.letter for entry in self.timeline if entry.letter_id == letter_id), None)


def open_case(actor: Staff, reference: str) -> Case:
    """Return an enquiry with its timeline, and put on record who looked.

    :raises NoSuchEnquiry: when there is none for this person.
    """
    begin_writing()
    enquiry = caseload.find_with_files(actor, reference)
    case = Case(enquiry, caseload.whole_timeline(enquiry))
    audit.record(actor, AuditEvent.ENQUIRY_OPENED, enquiry.id)
    db.session.commit()
    return case


class CaseForm(PageForm):
    """A form that changes one enquiry: it names the version that its person saw, and loses nothing they typed.

    Its fields' ids begin with its ``deed``, so that a page can show several such forms.
    """

    deed: ClassVar[str]  # the last part of the address it goes to, and the id of the form on the page
    pressed: ClassVar[str] = ""  # the field that a button of its own answers
    refusals: ClassVar[Refusals] = {}

    version = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.http_status = 200
        self.stale_since: int | None = None  # the version that its person saw, if somebody changed it since
        for field in self:
            field.id = f"{self.deed}-{field.name}"

    @classmethod
    def blank(cls, enquiry: Enquiry) -> Self:
        """Return an empty form for an enquiry as it stands."""
        return cls(formdata=None, version=enquiry.version)

    def carry_out(self, verb: Callable[[], Enquiry]) -> Enquiry | None:
        """Do what the form asks, if it is filled in and the verb agrees; otherwise keep the reason to show.

        :return: the changed enquiry, or ``None`` when nothing was done.
        """
        if not self.validate():
            self.http_status = UNPROCESSABLE
            return None
        try:
            return verb()
        except ChangedMeanwhile:
            self.stale_since = self.version.data
            self.refuse("This enquiry changed while you were working on it. Nothing was done yet.")
        except tuple(self.refusals) as refusal:
            self.refuse(self.refusals[type(refusal)])
        return None

    @property
    def form_id(self) -> str:
        """The id of the form on the page, for a button that stands elsewhere."""
        return self.deed

    @property
    def typed(self) -> list[tuple[str, str]]:
        """What its person typed and chose, each with the question: it is shown beside what somebody else did."""
        answered = [field for field in self if field.data and not isinstance(field, HiddenField)]
        return [(field.label.text, _in_words(field)) for field in answered]

    def refuse(self, why: str) -> None:
        """Say why nothing was done."""
        self.form_errors.append(why)
        self.http_status = CONFLICT


def show(template: str, case: Case, form: CaseForm | None = None, **context: Any) -> ResponseReturnValue:
    """Return a page about a case; a form that came too late is now for the version that this page shows."""
    now = clock.now()
    here = presence.others(me(), [case.enquiry.id], now).get(case.enquiry.id, [])
    context |= {"case": case, "enquiry": case.enquiry, "now": now, "here": here}
    if form is None:
        return render_template(template, **context)
    if form.stale_since is not None:
        form.version.data = case.enquiry.version
    return render_template(template, form=form, **context), form.http_status


def back_to_case(enquiry: Enquiry, said: str) -> ResponseReturnValue:
    """Return the way back to the case, where a confirmation is read out, or on to the next in the list if so asked."""
    session[LAST_DEED] = enquiry.reference
    origin = came_from()
    if origin and request.form.get("then") == NEXT:
        flash(f"{enquiry.reference}: {said}")
        return redirect(origin.onward, 303)
    flash(said)
    address = ADDRESS.replace("<reference>", enquiry.reference)
    return redirect(origin.carried(address) if origin else address, 303)


def came_from() -> Origin | None:
    """Return the list from which the case was opened that this page is about, if its address or its form says so."""
    origin = Origin.read(request.values.get("list", ""))
    return origin if origin and origin.list.clinic in me().clinics else None


def carried() -> str:
    """Return what the address of another page about the same case ends with, so that it knows the list as well."""
    origin = came_from()
    return origin.carried("") if origin else ""


def serve_cases(room: Blueprint) -> None:
    """Let a room's pages be about enquiries: it reads references as people type them, and speaks in shared words."""
    room.url_value_preprocessor(_read_reference)
    room.register_error_handler(NoSuchEnquiry, _not_found)
    for word in (words.condition_title, words.age, words.waited, words.due, words.when, words.detail):
        room.add_app_template_filter(word)
    for word_of_calls in (words.ring, words.tried, words.good_to_ring, words.born, words.who_pays, words.nhs_number):
        room.add_app_template_filter(word_of_calls)
    for name, answer in {"came_from": came_from, "carried": carried}.items():
        room.add_app_template_global(answer, name)


def _in_words(field: Field) -> str:
    chosen = field.data if isinstance(field.data, list) else [field.data]
    labels = {choice.value: str(choice.label) for choice in getattr(field, "choices", None) or ()}
    return ", ".join(labels.get(str(one), str(one)) for one in chosen)


def _read_reference(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Put a reference as it is stored in place of the typed one; what cannot be one finds nothing."""
    if values and "reference" in values:
        values["reference"] = read_reference(values["reference"]) or ""


def _not_found(_: NoSuchEnquiry) -> ResponseReturnValue:
    return current_app.handle_http_exception(NotFound())
