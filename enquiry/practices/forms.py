"""The form that merges two spellings of one practice."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wtforms import Field, SelectChoice, SelectField
from wtforms.validators import ValidationError

from enquiry.records.practice import Practice
from enquiry.web.forms import Offered, PageForm, Required


class MergeForm(PageForm):
    """Which of the practices is another spelling of which."""

    other = SelectField("Another spelling", [Required("Select", "the other spelling")], validate_choice=False)
    kept = SelectField("of this practice", [Required("Select", "the practice to keep")], validate_choice=False)

    def __init__(self, practices: Sequence[Practice], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        choices = [SelectChoice(str(one.id), _called(one)) for one in practices]
        self.other.choices = self.kept.choices = [SelectChoice("", "Choose"), *choices]

    def validate_other(self, field: Field) -> None:
        """One that is there."""
        Offered("the other spelling")(self, field)

    def validate_kept(self, field: Field) -> None:
        """Another that is there."""
        Offered("the practice to keep")(self, field)
        if field.data == self.other.data:
            raise ValidationError("Select two different practices")

    @property
    def ids(self) -> tuple[UUID, UUID]:
        """The other spelling, and the one that is kept."""
        return UUID(self.other.data), UUID(self.kept.data)


def _called(practice: Practice) -> str:
    known = practice.known
    return f"{known.name} ({known.ods_code})" if known.ods_code else known.name
