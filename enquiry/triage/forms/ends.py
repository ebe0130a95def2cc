"""The forms that end an enquiry, and those of the second person, where two must agree."""

from typing import Any, ClassVar

from wtforms.validators import ValidationError

from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.rules.permissions import Action, Role
from enquiry.rules.status import OF_REFERRALS, Outcome, RejectReason
from enquiry.triage.end import can_agree
from enquiry.triage.forms.decision import CANNOT_GO_THERE, DecisionForm, keep, list_of
from enquiry.triage.refusals import MayNotAgree, NothingProposed
from enquiry.web.cases import Case, Refusals
from enquiry.web.forms import story_field

_NOTHING_PROPOSED: Refusals = {NothingProposed: "Nobody proposes to end it any more"}
_ONE_OF_TWO = "Two different people must agree, and one of them is a clinician"


class CloseForm(DecisionForm):
    """It is done."""

    deed, action = "close", Action.CLOSE
    refusals = CANNOT_GO_THERE

    outcome = list_of("What came of it?", "what came of it", [(outcome.value, outcome.label) for outcome in Outcome])
    remark = story_field("Remark", "a remark", optional=True)

    def offer(self, enquiry: Enquiry) -> None:
        """Only what was referred can be returned to a referrer."""
        if not enquiry.has_referral:
            keep(self.outcome, (outcome.value for outcome in Outcome if outcome not in OF_REFERRALS))


class RejectForm(DecisionForm):
    """It goes no further."""

    deed, action = "reject", Action.REJECT
    refusals = CANNOT_GO_THERE

    why = list_of("Why is it not taken further?", "why", [(reason.value, reason.label) for reason in RejectReason])
    remark = story_field("Remark", "a remark", optional=True)

    def validate_remark(self, field: Any) -> None:
        """What the list does not say must be said."""
        if self.why.data == RejectReason.OTHER and not field.data:
            raise ValidationError("Enter a remark that says the reason")


class AgreeForm(DecisionForm):
    """I agree that it ends."""

    deed, action = "agree", Action.AGREE
    refusals: ClassVar[Refusals] = {**CANNOT_GO_THERE, **_NOTHING_PROPOSED, MayNotAgree: _ONE_OF_TWO}

    @classmethod
    def concerns(cls, case: Case) -> bool:
        """Only while somebody proposes it."""
        return case.proposal is not None

    @classmethod
    def why_not(cls, case: Case, actor: Staff) -> str:
        """One of the two is a clinician, and nobody agrees with themself."""
        why, proposal = super().why_not(case, actor), case.proposal
        if why or proposal is None or can_agree(actor, proposal):
            return why
        if proposal.actor_id == actor.id:
            return f"A colleague must agree{'' if Role.CLINICIAN in actor.roles else ' who is a clinician'}"
        return "Neither of you is a clinician: one of the two must be"


class RefuseForm(DecisionForm):
    """I do not agree, or take it back."""

    deed, action = "refuse", Action.AGREE
    refusals = _NOTHING_PROPOSED

    why = story_field("Why not", "why not", optional=True)

    @classmethod
    def concerns(cls, case: Case) -> bool:
        """Only while somebody proposes it."""
        return case.proposal is not None
