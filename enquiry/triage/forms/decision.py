"""What the forms of all decisions share: whether the case offers them, and if not, why not."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from wtforms import SelectChoice, SelectField

from enquiry.records.enquiry import Enquiry, MoveNotAllowed
from enquiry.records.staff import Staff
from enquiry.rules import decisions
from enquiry.rules.permissions import Action
from enquiry.triage.refusals import NotNow
from enquiry.web.cases import Case, CaseForm, Refusals
from enquiry.web.forms import Offered, Required

REASON = ("Reason", "a reason")
CANNOT_GO_THERE: Refusals = {MoveNotAllowed: "The enquiry cannot go there from where it stands now"}


class DecisionForm(CaseForm):
    """One decision about an enquiry."""

    action: ClassVar[Action]

    @property
    def form_id(self) -> str:
        return f"{self.deed}-form"

    @classmethod
    def concerns(cls, case: Case) -> bool:
        """Return whether there is anything here to decide; if not, the case does not speak of it."""
        return True

    @classmethod
    def why_not(cls, case: Case, actor: Staff) -> str:
        """Return why somebody cannot decide this now; empty when they can."""
        enquiry = case.enquiry
        return decisions.why_not(cls.action, actor.roles, enquiry.status, enquiry.merged_into_id is not None)

    def offer(self, enquiry: Enquiry) -> None:
        """Narrow the choices to those that lead somewhere from where the enquiry stands."""

    def carry_out(self, verb: Callable[[], Enquiry]) -> Enquiry | None:
        """Do what the form asks; what the table of decisions does not allow is refused in its words."""
        try:
            return super().carry_out(verb)
        except NotNow as refusal:
            self.refuse(str(refusal))
            return None


def list_of(label: str, thing: str, choices: Iterable[tuple[str, str]]) -> SelectField:
    """Return a list to choose one from, with nothing chosen beforehand."""
    options = [SelectChoice("", "Choose"), *(SelectChoice(value, words) for value, words in choices)]
    return SelectField(label, [Required("Select", thing), Offered(thing)], choices=options, validate_choice=False)


def keep(field: Any, words: Iterable[str]) -> None:
    """Take away the choices of a field that are none of these words."""
    kept = {"", *words}
    field.choices = [choice for choice in field.choices if choice.value in kept]
