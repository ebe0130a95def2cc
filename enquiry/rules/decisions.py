"""What may be done with an enquiry, where it stands, and by whom, in one table: what is not in it is forbidden.

The pages offer what the table allows and say why they offer no more; the verbs refuse the rest. Who is the door's
table (``permissions``), of which this one knows the enquiry's side. What depends on more than where an enquiry stands,
such as who must agree to an end, has a rule of its own beside this one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from enquiry.rules.permissions import Action, Role, may
from enquiry.rules.status import ENDED, MOVES, Status

ANYWHERE = frozenset(Status)
OPEN = ANYWHERE - ENDED
_FROM_WHERE_IT_CAN_BE_NEW = {status for status in Status if Status.NEW in MOVES[status]}
_FROM_WHERE_A_CLINICIAN_IS_ASKED = {status for status in Status if Status.WITH_CLINICIAN in MOVES[status]}

_HAS_ENDED = "It has ended: open it again first"


@dataclass(frozen=True)
class Rule:
    """Where one thing may be done, and what to say where it may not."""

    where: frozenset[Status]
    otherwise: str = ""
    on_a_merged_one: bool = False


TABLE: Mapping[Action, Rule] = {
    Action.CLAIM: Rule(frozenset({Status.NEW}), "Only what is new can be claimed"),
    Action.RESCUE: Rule(OPEN, "It has ended"),
    Action.ACKNOWLEDGE: Rule(OPEN, "It has ended"),
    Action.MOVE: Rule(ANYWHERE),
    Action.SET_URGENCY: Rule(OPEN, _HAS_ENDED),
    Action.WRITE_NOTE: Rule(ANYWHERE, on_a_merged_one=True),
    Action.TRANSFER: Rule(
        frozenset({Status.NEW, *_FROM_WHERE_IT_CAN_BE_NEW}),
        "Not while it is booked, was not attended, or has ended",
    ),
    Action.CLOSE: Rule(OPEN, "It has ended already"),
    Action.REJECT: Rule(OPEN, "It has ended already"),
    Action.AGREE: Rule(OPEN, "It has ended already"),
    Action.ASK_CLINICIAN: Rule(
        frozenset({Status.NEW, Status.WITH_CLINICIAN, *_FROM_WHERE_A_CLINICIAN_IS_ASKED}),
        "Not while it is booked, was not attended, or has ended",
    ),
    Action.ANSWER_QUESTION: Rule(frozenset({Status.WITH_CLINICIAN}), "It is not with a clinician now"),
    Action.MERGE: Rule(OPEN, "Only open enquiries are merged"),
    Action.UNMERGE: Rule(frozenset({Status.CLOSED}), "It is not merged into another", on_a_merged_one=True),
    Action.UNDO: Rule(ANYWHERE),
    Action.REPORT_NEAR_MISS: Rule(ANYWHERE, on_a_merged_one=True),
    Action.REPLY: Rule(ANYWHERE, on_a_merged_one=True),
    Action.RECORD_CALL: Rule(ANYWHERE, on_a_merged_one=True),
    Action.SETTLE_LETTER: Rule(ANYWHERE, on_a_merged_one=True),
}


def why_not(action: Action, roles: frozenset[Role], status: Status, is_merged: bool = False) -> str:
    """Return why a person with these roles may not do something with an enquiry; empty when they may.

    :param is_merged: whether the enquiry was merged into another, which is the one to work on.
    """
    rule = TABLE.get(action)
    if rule is None or not may(roles, action):
        return "Only a clinician can do this" if may(frozenset({Role.CLINICIAN}), action) else "You may not do this"
    if is_merged and not rule.on_a_merged_one:
        return "It was merged into another enquiry: work on that one"
    return "" if status in rule.where else rule.otherwise
