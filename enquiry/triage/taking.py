"""How a decision begins: the enquiry as its person saw it, if the table of decisions allows this to them."""

from enquiry import caseload
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.rules import decisions
from enquiry.rules.permissions import Action
from enquiry.triage.refusals import NotNow


def take(actor: Staff, action: Action, reference: str, version: int) -> Enquiry:
    """Begin the transaction of a decision, and return the enquiry it is about.

    :raises NotNow: when the table does not allow it.
    :raises NoSuchEnquiry, ChangedMeanwhile: as ``caseload.take_to_change``.
    """
    enquiry = caseload.take_to_change(actor, reference, version)
    permit(actor, action, enquiry)
    return enquiry


def permit(actor: Staff, action: Action, enquiry: Enquiry) -> None:
    """Go on only if the table of decisions allows this.

    :raises NotNow: otherwise, and nothing is changed.
    """
    roles = actor.roles if actor.active else frozenset()
    why = decisions.why_not(action, roles, enquiry.status, is_merged=enquiry.merged_into_id is not None)
    if why:
        db.session.rollback()
        raise NotNow(why)
