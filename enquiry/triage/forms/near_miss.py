"""The form with which a colleague writes down that something nearly went wrong."""

from enquiry.rules.permissions import Action
from enquiry.triage.forms.decision import DecisionForm
from enquiry.web.forms import story_field


class NearMissForm(DecisionForm):
    """Something nearly went wrong."""

    deed, action = "near-miss", Action.REPORT_NEAR_MISS

    what = story_field("What nearly went wrong?", "what nearly went wrong")
