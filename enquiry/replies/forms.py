"""The forms of replies: the reply itself, its templates, and what becomes of a letter that is stuck."""

from collections.abc import Sequence
from typing import ClassVar, Self

from wtforms import Field, HiddenField, SelectChoice, SelectField
from wtforms.validators import ValidationError

from enquiry.outbox import NoSuchLetter
from enquiry.records.enquiry import Enquiry, MoveNotAllowed
from enquiry.records.reply_template import TemplateWords
from enquiry.records.staff import Staff
from enquiry.replies.send import AddressChanged, NoAddress
from enquiry.replies.templates import Template
from enquiry.rules.clinics import Clinic
from enquiry.rules.reply_templates import AFTER_A_REPLY, somebodys, unfilled, unknown
from enquiry.rules.status import Status, may_move
from enquiry.web.cases import CaseForm, Refusals
from enquiry.web.forms import PageForm, VersionField, line_field, one_of, story_field

AS_IT_IS = [("", "Leave it as it is"), *((status.value, status.label) for status in AFTER_A_REPLY)]
BOTH, NOTHING = "both", "nothing"
NAME_AT_MOST = 60  # characters

SEND_AGAIN = "send-again"
DEALT_WITH = "dealt-with"


class ReplyForm(CaseForm):
    """An answer by email; it carries the address that its writer saw."""

    deed = "reply"
    refusals: ClassVar[Refusals] = {
        AddressChanged: "The email address is another one now. Check to whom the reply goes before you send it.",
        NoAddress: "There is no email address to send this to",
        MoveNotAllowed: "From where it stands now, it cannot wait for that. Change what happens after sending.",
    }

    shown_address = HiddenField()
    template = SelectField("Begin with a template", choices=[], validate_choice=False)  # sending takes no notice of it
    text = story_field("Your reply", "your reply")
    then = one_of("After sending", "what happens after sending", AS_IT_IS, optional=True)

    @classmethod
    def blank(cls, enquiry: Enquiry) -> Self:
        """Return an empty reply."""
        form = super().blank(enquiry)
        form.show_address(enquiry)
        return form

    def validate_text(self, field: Field) -> None:
        """What a template left to be filled in never reaches a patient."""
        left = unfilled(field.data or "")
        if left:
            raise ValidationError(f"Fill in {_listed(left)}. Round brackets are sent as they are.")

    @property
    def status_after(self) -> Status | None:
        """Where the enquiry is to stand, or ``None`` to leave it."""
        return Status(self.then.data) if self.then.data else None

    def offer(self, templates: Sequence[Template], enquiry: Enquiry) -> None:
        """Show which templates there are, and where the enquiry can stand once the reply has gone."""
        self.template.choices = [SelectChoice("", "None"), *(SelectChoice(one.slug, one.name) for one in templates)]
        possible = [status for status in AFTER_A_REPLY if may_move(enquiry.status, status)]
        self.then.choices = [SelectChoice("", "Leave it as it is"), *(SelectChoice(s.value, s.label) for s in possible)]

    def fill_in(self, template: Template, enquiry: Enquiry, writer: Staff) -> None:
        """Put a template below what was typed, and say what it makes of the enquiry."""
        typed = self.text.data or ""
        self.text.data = f"{typed}\n\n{template.filled_for(enquiry, writer)}".strip()
        if template.then is not None and may_move(enquiry.status, template.then):
            self.then.data = template.then.value

    def show_address(self, enquiry: Enquiry) -> None:
        """Carry the address that the page is about to show."""
        self.shown_address.data = enquiry.contact.email


class SettleForm(CaseForm):
    """A person's decision about a letter that failed or may have gone."""

    deed, pressed = "settle", "decision"
    refusals: ClassVar[Refusals] = {NoSuchLetter: "This letter no longer waits for a decision"}

    decision = one_of(
        "What is to become of this letter?",
        "what is to become of this letter",
        [(SEND_AGAIN, "Send again"), (DEALT_WITH, "It was dealt with")],
    )


class TemplateForm(PageForm):
    """A template, as a manager writes it; it names the version that they saw."""

    version = VersionField()
    name = line_field("Name, as colleagues choose it", "a name", longest=NAME_AT_MOST)
    text = story_field("What it says", "what it says")
    clinic = one_of("For which clinic?", "a clinic", [(BOTH, "Both"), *((one.value, one.label) for one in Clinic)])
    then = one_of(
        "After sending",
        "what happens after sending",
        [(NOTHING, "Leave the enquiry as it is"), *((status.value, status.label) for status in AFTER_A_REPLY)],
    )

    @classmethod
    def showing(cls, template: Template) -> Self:
        """Return the form filled in with a template."""
        return cls(
            formdata=None,
            version=template.version,
            name=template.name,
            text=template.text,
            clinic=template.clinic or BOTH,
            then=template.then or NOTHING,
        )

    @classmethod
    def empty(cls) -> Self:
        """Return the form for a new one."""
        return cls(formdata=None, clinic=BOTH, then=NOTHING)

    def validate_text(self, field: Field) -> None:
        """It holds only what we can fill in, and nothing that is one person's."""
        if strange := unknown(field.data or ""):
            raise ValidationError(f"We cannot fill in {_listed(strange)}: choose from the list, or use square brackets")
        self._refuse_somebodys(field)

    def validate_name(self, field: Field) -> None:
        """Everybody reads it."""
        self._refuse_somebodys(field)

    @property
    def words(self) -> TemplateWords:
        """What a valid form says."""
        return TemplateWords(self.name.data or "", self.text.data or "")

    @property
    def chosen_clinic(self) -> Clinic | None:
        """For which clinic, or ``None`` for both."""
        return None if self.clinic.data == BOTH else Clinic(self.clinic.data)

    @property
    def status_after(self) -> Status | None:
        """Where an enquiry stands once it was sent, or ``None`` to leave it."""
        return None if self.then.data == NOTHING else Status(self.then.data)

    def _refuse_somebodys(self, field: Field) -> None:
        if found := somebodys(field.data or ""):
            raise ValidationError(f"{_listed(found)} looks like one person’s: a template is for everybody")


def _listed(words: Sequence[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last
