"""The pages of the case, by the family of verbs that they lead to."""

from enquiry.triage.views import decisions, ends, merging, questions
from enquiry.triage.views.case import triage

__all__ = ["decisions", "ends", "merging", "questions", "triage"]
