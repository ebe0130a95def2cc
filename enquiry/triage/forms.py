"""The forms of the case page: one for each decision, offered only where it leads somewhere."""

from collections.abc import Iterable
from typing import Any, ClassVar

from wtforms import SelectChoice, SelectField

from enquiry.records.enquiry import Enquiry, MoveNotAllowed
from enquiry.rules.clinics import Clinic
from enquiry.rules.status import MOVES, Outcome, Status, may_move
from enquiry.rules.urgency import Urgency
from enquiry.triage.decide import NotSetAside, OnlyAClinician
from enquiry.web.cases import CaseForm, Refusals
from enquiry.web.forms import Offered, Required, one_of, story_field

_REASON = ("Reason", "a reason")
_CANNOT_GO_THERE: Refusals = {MoveNotAllowed: "The enquiry cannot go there from where it stands now"}
_CANNOT_END: Refusals = {OnlyAClinician: "Only a clinician can end an enquiry with a red flag"}


def _list_of(label: str, thing: str, choices: Iterable[tuple[str, str]]) -> SelectField:
    """Return a list to choose one from, with nothing chosen beforehand."""
    options = [SelectChoice("", "Choose"), *(SelectChoice(value, words) for value, words in choices)]
    return SelectField(label, [Required("Select", thing), Offered(thing)], choices=options, validate_choice=False)


class DecisionForm(CaseForm):
    """One decision about an enquiry."""

    @classmethod
    def suits(cls, enquiry: Enquiry) -> bool:
        """Return whether this decision can be made about an enquiry as it stands."""
        return True

    def offer(self, enquiry: Enquiry) -> None:
        """Narrow the choices to those that lead somewhere from where the enquiry stands."""


class ClaimForm(DecisionForm):
    """I take it."""

    deed = "claim"
    refusals = _CANNOT_GO_THERE

    @classmethod
    def suits(cls, enquiry: Enquiry) -> bool:
        """Only what is new can be claimed."""
        return enquiry.status is Status.NEW


class RescueForm(DecisionForm):
    """It is no spam."""

    deed = "rescue"
    refusals: ClassVar[Refusals] = {NotSetAside: "It stands in the queue already, or has ended"}

    @classmethod
    def suits(cls, enquiry: Enquiry) -> bool:
        """Only what is set aside."""
        return enquiry.is_open and enquiry.set_aside_at is not None


class MoveForm(DecisionForm):
    """It stands somewhere else now. Closing is apart, since it needs an outcome; taking a new enquiry is a claim."""

    deed = "move"
    refusals: ClassVar[Refusals] = {**_CANNOT_GO_THERE, **_CANNOT_END}

    status = _list_of(
        "New status", "a status", [(status.value, status.label) for status in Status if status is not Status.CLOSED]
    )
    reason = story_field(*_REASON)

    def offer(self, enquiry: Enquiry) -> None:
        """Only where the table of moves leads."""
        elsewhere = MOVES[enquiry.status] - ({Status.ASSIGNED} if enquiry.status is Status.NEW else set())
        _keep(self.status, elsewhere)


class UrgencyForm(DecisionForm):
    """It is more or less urgent than it says."""

    deed = "urgency"
    refusals: ClassVar[Refusals] = {OnlyAClinician: "Only a clinician can lower an urgency"}

    urgency = one_of("How urgent is it?", "how urgent it is", Urgency)
    reason = story_field(*_REASON)

    @classmethod
    def suits(cls, enquiry: Enquiry) -> bool:
        """Only what is open can be urgent."""
        return enquiry.is_open

    def offer(self, enquiry: Enquiry) -> None:
        """Any urgency but the one it has."""
        _keep(self.urgency, set(Urgency) - {enquiry.urgency})


class NoteForm(DecisionForm):
    """Something that colleagues should know."""

    deed = "note"

    text = story_field("Note", "a note")


class TransferForm(DecisionForm):
    """It belongs to the other clinic."""

    deed = "transfer"
    refusals = _CANNOT_GO_THERE

    clinic = one_of("To which clinic?", "a clinic", Clinic)
    reason = story_field(*_REASON)

    @classmethod
    def suits(cls, enquiry: Enquiry) -> bool:
        """Only what can be new again at the other clinic."""
        return enquiry.status is Status.NEW or may_move(enquiry.status, Status.NEW)

    def offer(self, enquiry: Enquiry) -> None:
        """Any clinic but its own."""
        _keep(self.clinic, set(Clinic) - {enquiry.clinic})


class CloseForm(DecisionForm):
    """It is done."""

    deed = "close"
    refusals: ClassVar[Refusals] = {**_CANNOT_GO_THERE, **_CANNOT_END}

    outcome = _list_of("What came of it?", "what came of it", [(outcome.value, outcome.label) for outcome in Outcome])
    remark = story_field("Remark", "a remark", optional=True)

    @classmethod
    def suits(cls, enquiry: Enquiry) -> bool:
        """Only what is open can be closed."""
        return may_move(enquiry.status, Status.CLOSED)


DECISIONS: tuple[type[DecisionForm], ...] = (
    ClaimForm,
    RescueForm,
    NoteForm,
    MoveForm,
    UrgencyForm,
    TransferForm,
    CloseForm,
)


def forms_for(enquiry: Enquiry, refused: DecisionForm | None = None) -> dict[str, DecisionForm]:
    """Return the forms that a case page shows, by their deeds.

    :param refused: a form that was just refused, shown again with what was typed whether or not it still suits.
    """
    forms = {kind.deed: kind.blank(enquiry) for kind in DECISIONS if kind.suits(enquiry)}
    if refused is not None:
        forms[refused.deed] = refused
    for form in forms.values():
        form.offer(enquiry)
    return forms


def _keep(field: Any, words: Iterable[str]) -> None:
    field.choices = [choice for choice in field.choices if choice.value in ("", *words)]
