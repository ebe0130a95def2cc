"""What a case offers: a form for each decision that leads somewhere, and for each of the others why not."""

from dataclasses import dataclass, field

from enquiry.records.staff import Staff
from enquiry.triage.forms.decision import DecisionForm
from enquiry.triage.forms.ends import AgreeForm, CloseForm, RefuseForm, RejectForm
from enquiry.triage.forms.merging import MergeForm, UnmergeForm
from enquiry.triage.forms.moves import (
    AcknowledgeForm,
    ClaimForm,
    MoveForm,
    NoteForm,
    RescueForm,
    TransferForm,
    UndoForm,
    UrgencyForm,
)
from enquiry.triage.forms.near_miss import NearMissForm
from enquiry.triage.forms.questions import AnswerForm, AskForm
from enquiry.web.cases import Case

DECISIONS: tuple[type[DecisionForm], ...] = (
    ClaimForm,
    RescueForm,
    AcknowledgeForm,
    AgreeForm,
    RefuseForm,
    AskForm,
    AnswerForm,
    NoteForm,
    MoveForm,
    UrgencyForm,
    TransferForm,
    CloseForm,
    RejectForm,
    MergeForm,
    UnmergeForm,
    UndoForm,
    NearMissForm,
)


@dataclass
class Decisions:
    """What can be decided about a case: the forms by their deeds, and for the others of its deeds why not."""

    forms: dict[str, DecisionForm] = field(default_factory=dict)
    why_not: dict[str, str] = field(default_factory=dict)


def decisions_on(case: Case, actor: Staff, refused: DecisionForm | None = None) -> Decisions:
    """Return what somebody can decide about a case.

    :param refused: a form that was just refused, shown again with what was typed whether or not it still suits.
    """
    on = Decisions()
    for kind in DECISIONS:
        if not kind.concerns(case):
            continue
        why = kind.why_not(case, actor)
        if why:
            on.why_not[kind.deed] = why
        else:
            on.forms[kind.deed] = kind.blank(case.enquiry)
    if refused is not None:
        on.forms[refused.deed] = refused
        on.why_not.pop(refused.deed, None)
    for form in on.forms.values():
        form.offer(case.enquiry)
    return on
