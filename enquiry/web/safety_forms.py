"""The questions of the safety screen, and what somebody says whom a hospital has sent home."""

from typing import Any

from wtforms import Field
from wtforms.validators import ValidationError

from enquiry.rules import red_flags
from enquiry.rules.answers import NONE_OF_THESE
from enquiry.rules.red_flags import RED_FLAGS, Cancer, Group, RedFlag
from enquiry.web.dates import RecentDateField
from enquiry.web.forms import PageForm, any_of, line_field, one_of

LONG_AGO = 90  # days: what a hospital said before then says little of today (clinical.md 7.1)


class SafetyForm(PageForm):
    """What nobody may wait with: asked before anything personal."""

    red_flags = any_of(
        "Do you have any of these?",
        "what you have, or “None of these”",
        [*((flag.code, flag.says) for flag in RED_FLAGS), (NONE_OF_THESE, "None of these")],
    )
    cancer = one_of(
        "Have you ever been told that you have cancer, even if it was treated years ago?",
        "whether you have ever been told that you have cancer",
        Cancer,
        optional=True,
    )

    def groups(self) -> list[tuple[Group, list[tuple[str, Any]]]]:
        """Return the rows block by block, each with the id of its box; the first has the field's own id."""
        by_value = {option.value: option for option in self.red_flags.iter_choices()}
        ids = iter(["red_flags", *(f"red_flags-{number}" for number in range(2, len(RED_FLAGS) + 1))])
        return [
            (group, [(next(ids), by_value[flag.code]) for flag in RED_FLAGS if flag.group is group]) for group in Group
        ]

    def validate_cancer(self, field: Field) -> None:
        """Must be answered, unless there is an emergency: nobody is kept from help by another question."""
        if not field.data and not self.is_emergency:
            raise ValidationError("Select whether you have ever been told that you have cancer")

    @property
    def is_emergency(self) -> bool:
        """Whether what was ticked is one by itself."""
        return red_flags.is_emergency(red_flags.declared(set(self.red_flags.data or ()) & red_flags.BY_CODE.keys()))

    def told(self) -> tuple[RedFlag, ...]:
        """Return what the answers amount to, the most urgent first."""
        return told({"red_flags": self.red_flags.data, "cancer": self.cancer.data})


class SeenInHospitalForm(PageForm):
    """Where and when somebody was seen with what they told the screen, and sent home."""

    hospital = line_field("Which hospital saw you?", "the hospital that saw you")
    seen_on = RecentDateField("When did they see you?", "the day on which they saw you", days=LONG_AGO)


def told(answers: dict[str, Any]) -> tuple[RedFlag, ...]:
    """Return what a draft's answers to the screen amount to; a question not answered changes nothing."""
    return red_flags.told(answers["red_flags"], Cancer(answers.get("cancer") or Cancer.NO))
