"""The forms that make one enquiry of two, and two of one."""

from typing import ClassVar, Self

from enquiry.records.enquiry import Enquiry
from enquiry.rules.permissions import Action
from enquiry.triage.forms.decision import CANNOT_GO_THERE, REASON, DecisionForm
from enquiry.triage.refusals import ApartAlready
from enquiry.web.cases import Case, Refusals
from enquiry.web.forms import VersionField, story_field


class MergeForm(DecisionForm):
    """Both are from one person, and one is enough. It names the version of either that its person saw."""

    deed, action = "merge", Action.MERGE
    refusals = CANNOT_GO_THERE

    other_version = VersionField()

    @classmethod
    def of_two(cls, enquiry: Enquiry, other: Enquiry) -> Self:
        """Return the form that merges the other into an enquiry."""
        return cls(formdata=None, version=enquiry.version, other_version=other.version)

    @classmethod
    def concerns(cls, case: Case) -> bool:
        """The case shows it beside each other enquiry."""
        return False


class UnmergeForm(DecisionForm):
    """They are not from one person, or are two matters."""

    deed, action = "unmerge", Action.UNMERGE
    refusals: ClassVar[Refusals] = {ApartAlready: "It is not merged into another"}

    reason = story_field(*REASON)

    @classmethod
    def concerns(cls, case: Case) -> bool:
        """Only what is merged."""
        return case.enquiry.merged_into_id is not None
