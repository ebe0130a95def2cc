"""The forms of a question to a clinician, and of its answer."""

from collections.abc import Iterable
from typing import ClassVar
from uuid import UUID

from wtforms import SelectChoice

from enquiry.records.staff import Staff
from enquiry.rules.permissions import Action
from enquiry.triage.forms.decision import CANNOT_GO_THERE, DecisionForm, list_of
from enquiry.triage.refusals import NobodyToAsk, NothingAsked, StillAsked
from enquiry.web.cases import Case, Refusals
from enquiry.web.forms import story_field

_STILL_ASKED = "A question waits for its answer already"


class AskForm(DecisionForm):
    """A clinician must say something about it."""

    deed, action = "ask", Action.ASK_CLINICIAN
    refusals: ClassVar[Refusals] = {
        **CANNOT_GO_THERE,
        NobodyToAsk: "This clinician does not work here any more",
        StillAsked: _STILL_ASKED,
    }

    clinician = list_of("Which clinician?", "a clinician", [])
    question = story_field("Your question", "your question")

    def may_be(self, clinicians: Iterable[Staff]) -> None:
        """Let these be chosen from."""
        options = [SelectChoice(str(one.id), one.name) for one in clinicians]
        self.clinician.choices = [SelectChoice("", "Choose"), *options]

    @property
    def form_id(self) -> str:
        return self.deed  # it has a page of its own

    @property
    def clinician_id(self) -> UUID:
        """Who was chosen on a valid form."""
        return UUID(self.clinician.data)

    @classmethod
    def why_not(cls, case: Case, actor: Staff) -> str:
        """One question at a time."""
        return super().why_not(case, actor) or (_STILL_ASKED if case.question else "")


class AnswerForm(DecisionForm):
    """This is what a clinician says."""

    deed, action = "answer", Action.ANSWER_QUESTION
    refusals: ClassVar[Refusals] = {**CANNOT_GO_THERE, NothingAsked: "No question waits for an answer any more"}

    text = story_field("Your answer", "your answer")

    @classmethod
    def concerns(cls, case: Case) -> bool:
        """Only while a question waits."""
        return case.question is not None
