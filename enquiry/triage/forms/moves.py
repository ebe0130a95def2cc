"""The forms that say whose an enquiry is, where it stands, and how urgent it is."""

from typing import ClassVar

from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.rules.clinics import Clinic
from enquiry.rules.permissions import Action
from enquiry.rules.pinning import may_acknowledge
from enquiry.rules.status import MOVES, Status
from enquiry.rules.urgency import Urgency
from enquiry.triage.forms.decision import CANNOT_GO_THERE, REASON, DecisionForm, keep, list_of
from enquiry.triage.refusals import NothingPinned, NothingToUndo, NotSetAside, OnlyAClinician
from enquiry.web.cases import Case, Refusals
from enquiry.web.forms import one_of, story_field

_ONLY_A_CLINICIAN_ACKNOWLEDGES = "Only a clinician can acknowledge a red flag"
_WITH_THEIR_OWN_FORM = frozenset({Status.CLOSED, Status.REJECTED})


class ClaimForm(DecisionForm):
    """I take it."""

    deed, action = "claim", Action.CLAIM
    refusals = CANNOT_GO_THERE

    @classmethod
    def concerns(cls, case: Case) -> bool:
        """What is somebody's says so."""
        return case.enquiry.status is Status.NEW


class RescueForm(DecisionForm):
    """It is no spam."""

    deed, action = "rescue", Action.RESCUE
    refusals: ClassVar[Refusals] = {NotSetAside: "It stands in the queue already"}

    @classmethod
    def concerns(cls, case: Case) -> bool:
        """Only what is set aside."""
        return case.enquiry.is_open and case.enquiry.set_aside_at is not None


class AcknowledgeForm(DecisionForm):
    """I have seen it."""

    deed, action = "acknowledge", Action.ACKNOWLEDGE
    refusals: ClassVar[Refusals] = {
        NothingPinned: "It stands in its turn already",
        OnlyAClinician: _ONLY_A_CLINICIAN_ACKNOWLEDGES,
    }

    @classmethod
    def concerns(cls, case: Case) -> bool:
        """Only what is pinned."""
        return case.enquiry.is_open and case.enquiry.is_pinned

    @classmethod
    def why_not(cls, case: Case, actor: Staff) -> str:
        """A red flag is a clinician's to acknowledge."""
        is_theirs = may_acknowledge(case.enquiry.is_flagged, actor.roles)
        return super().why_not(case, actor) or ("" if is_theirs else _ONLY_A_CLINICIAN_ACKNOWLEDGES)


class MoveForm(DecisionForm):
    """It stands somewhere else now. Closing and rejecting are apart; taking a new enquiry is a claim."""

    deed, action = "move", Action.MOVE
    refusals = CANNOT_GO_THERE

    status = list_of(
        "New status",
        "a status",
        [(status.value, status.label) for status in Status if status not in _WITH_THEIR_OWN_FORM],
    )
    reason = story_field(*REASON)

    def offer(self, enquiry: Enquiry) -> None:
        """Only where the table of moves leads."""
        keep(self.status, MOVES[enquiry.status] - ({Status.ASSIGNED} if enquiry.status is Status.NEW else set()))


class UrgencyForm(DecisionForm):
    """It is more or less urgent than it says."""

    deed, action = "urgency", Action.SET_URGENCY
    refusals: ClassVar[Refusals] = {OnlyAClinician: "Only a clinician can lower an urgency"}

    urgency = one_of("How urgent is it?", "how urgent it is", Urgency)
    reason = story_field(*REASON)

    def offer(self, enquiry: Enquiry) -> None:
        """Any urgency but the one it has."""
        keep(self.urgency, set(Urgency) - {enquiry.urgency})


class NoteForm(DecisionForm):
    """Something that colleagues should know."""

    deed, action = "note", Action.WRITE_NOTE

    text = story_field("Note", "a note")


class TransferForm(DecisionForm):
    """It belongs to the other clinic."""

    deed, action, pressed = "transfer", Action.TRANSFER, "clinic"
    refusals = CANNOT_GO_THERE

    clinic = one_of("To which clinic?", "a clinic", Clinic)
    reason = story_field(*REASON)

    def offer(self, enquiry: Enquiry) -> None:
        """Any clinic but its own."""
        keep(self.clinic, set(Clinic) - {enquiry.clinic})


class UndoForm(DecisionForm):
    """I did not mean to. What can be undone depends on who asks and when: ``undo.undoable``."""

    deed, action = "undo", Action.UNDO
    refusals: ClassVar[Refusals] = {
        NothingToUndo: "This cannot be undone: something has happened since, it was somebody else’s, or too long ago"
    }

    @classmethod
    def concerns(cls, case: Case) -> bool:
        """The case shows it with the last move, and not here."""
        return False
