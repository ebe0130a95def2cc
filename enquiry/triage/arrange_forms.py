"""The forms by which an enquiry, or several that are ticked in a list, get a colleague, a day or an end."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from wtforms import Field, HiddenField, SelectChoice, SelectField

from enquiry import caseload
from enquiry.lists import counted
from enquiry.records.enquiry import MoveNotAllowed
from enquiry.records.staff import Staff
from enquiry.rules.permissions import Action
from enquiry.rules.references import is_reference
from enquiry.rules.status import Outcome
from enquiry.triage import arrange
from enquiry.triage.refusals import OnlyAClinician
from enquiry.triage.several import Ticked
from enquiry.web.cases import CaseForm, Refusals
from enquiry.web.forms import Offered, PageForm, Required, story_field

ME = "me"

_NOT_IN_QUEUE: Refusals = {arrange.NotInTheQueue: "It has ended, or waits as possible spam: open it first"}


class PressedDayField(Field):
    """A day, typed into the browser's own box or pressed as one of several buttons: the last that says anything."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = next((value for value in reversed(valuelist) if value), "")
        self.data: Any = None
        with suppress(ValueError):
            self.data = date.fromisoformat(typed)

    def _value(self) -> str:
        return self.data.isoformat() if self.data else ""


class _ToWhom:
    refusals: ClassVar[Refusals] = {
        **_NOT_IN_QUEUE,
        arrange.NotTheirs: "This colleague cannot have it: they are of another clinic, or have left",
    }
    to = SelectField("To whom?", [Required("Select", "to whom"), Offered("to whom")], validate_choice=False)

    def offer(self, people: Sequence[Staff], me: Staff) -> None:
        """Offer oneself first, then everybody else."""
        others = [SelectChoice(str(person.id), person.name) for person in people if person.id != me.id]
        self.to.choices = [SelectChoice("", "Choose"), SelectChoice(ME, f"Me, {me.name}"), *others]

    def chosen(self, me: Staff) -> UUID:
        """Return the id of who was chosen."""
        return me.id if self.to.data == ME else UUID(self.to.data)


class _Until:
    refusals: ClassVar[Refusals] = {
        **_NOT_IN_QUEUE,
        arrange.TooFarAway: "Choose one of the next 90 days",
        arrange.NobodyHasIt: "Nobody has it yet: claim it first",
        arrange.StandsAboveTheClock: "It is pinned: somebody must acknowledge why first",
        OnlyAClinician: "Only a clinician can put off an enquiry with a red flag",
        arrange.PromisedBefore: "They were promised an answer before that day, and nobody has answered them",
    }
    until = PressedDayField("Until when?", [Required("Enter", "a day, like 2026-12-01")])
    reason = story_field("Reason", "a reason", optional=True)


class AssignForm(_ToWhom, CaseForm):
    """Somebody is to have it."""

    deed = "assign"


class SnoozeForm(_Until, CaseForm):
    """It comes back on a day."""

    deed = "snooze"


class GiveBackForm(CaseForm):
    """Nobody is to have it."""

    deed = "give-back"
    refusals: ClassVar[Refusals] = {**_NOT_IN_QUEUE, arrange.NobodyHasIt: "Nobody has it"}


class WakeForm(CaseForm):
    """It comes back now."""

    deed = "wake"
    refusals: ClassVar[Refusals] = {arrange.NotSnoozed: "It is back already"}


class RowsField(Field):
    """The rows that somebody ticked; what was meddled with is left out."""

    def process_formdata(self, valuelist: list[str]) -> None:
        pairs = (value.partition(".") for value in dict.fromkeys(valuelist[: caseload.PAGE]))
        self.data = [Ticked(reference, counted(version)) for reference, _, version in pairs if is_reference(reference)]


class SeveralForm(PageForm):
    """One deed on what is ticked."""

    action: ClassVar[Action]
    heading: ClassVar[str]
    refusals: ClassVar[Refusals] = {}

    deed = HiddenField()
    list = HiddenField()
    row = RowsField(default=())

    def offer(self, people: Sequence[Staff], me: Staff) -> None:
        """Narrow the choices to those that there are."""


class AssignSeveral(_ToWhom, SeveralForm):
    """Somebody is to have them."""

    action, heading = Action.ASSIGN, "Assign"


class GiveBackSeveral(SeveralForm):
    """Nobody is to have them."""

    action, heading = Action.ASSIGN, "Give back"
    refusals = GiveBackForm.refusals


class SnoozeSeveral(_Until, SeveralForm):
    """They come back on a day."""

    action, heading = Action.SNOOZE, "Snooze"


class CloseSeveral(SeveralForm):
    """They are done."""

    action, heading = Action.CLOSE, "Close"
    refusals: ClassVar[Refusals] = {
        MoveNotAllowed: "It has ended already",
    }
    outcome = SelectField(
        "What came of it?",
        [Required("Select", "what came of it"), Offered("what came of it")],
        choices=[SelectChoice("", "Choose"), *(SelectChoice(outcome.value, outcome.label) for outcome in Outcome)],
        validate_choice=False,
    )
    remark = story_field("Remark", "a remark", optional=True)


SEVERAL: dict[str, type[SeveralForm]] = {
    "assign": AssignSeveral,
    "give-back": GiveBackSeveral,
    "snooze": SnoozeSeveral,
    "close": CloseSeveral,
}
