"""What an auditor can narrow the audit down to: a person, an event, a record, a day."""

from typing import Any

from wtforms import Field, SelectChoice, SelectField, StringField
from wtforms.validators import ValidationError

from enquiry.audit import AuditEvent
from enquiry.rules.references import read_reference
from enquiry.trail import Wanted
from enquiry.web.dates import DayField
from enquiry.web.forms import Offered, PageForm

EVENTS = sorted((event.value, event.value.capitalize()) for event in AuditEvent)


class Reference:
    """What was typed can be a reference; ``data`` becomes its normal form."""

    def __call__(self, form: PageForm, field: Field) -> None:
        reference = read_reference(field.data or "")
        if field.data and reference is None:
            raise ValidationError("Enter a reference like LN-7K4Q-9ZTM")
        field.data = reference


class FilterForm(PageForm):
    """The filters. They are asked for by a link that can be kept, so they change nothing and carry no token."""

    class Meta(PageForm.Meta):
        csrf = False

    actor = SelectField("Who", [Offered("a person from the list")], validate_choice=False)
    event = SelectField(
        "What",
        [Offered("an event from the list")],
        choices=[SelectChoice("", "Anything"), *(SelectChoice(value, words) for value, words in EVENTS)],
        validate_choice=False,
    )
    reference = StringField("Reference", [Reference()])
    day = DayField("Day")

    def __init__(self, typed: Any, actors: list[tuple[str, str]]) -> None:
        super().__init__(formdata=typed)
        self.actor.choices = [SelectChoice("", "Anybody"), *(SelectChoice(value, name) for value, name in actors)]

    @property
    def wanted(self) -> Wanted:
        event = AuditEvent(self.event.data) if self.event.data else None
        return Wanted(self.actor.data or "", event, self.reference.data or "", self.day.data)

    @property
    def filled(self) -> dict[str, str]:
        """What was chosen, for the address of the next page."""
        return {field.name: str(field.data) for field in self if field.data}
