"""Who may do what, in one table: what is not in it is forbidden."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is at the clinic."""

    RECEPTIONIST = "receptionist"
    CLINICIAN = "clinician"
    MANAGER = "manager"
    AUDITOR = "auditor"


class Action(StrEnum):
    """What a person can do at the desk; every address of the desk names one."""

    SEE_OWN_ACCOUNT = "see own account"
    SEE_QUEUE = "see queue"
    SEARCH = "search"
    OPEN_ENQUIRY = "open enquiry"
    OPEN_FILE = "open file"
    RESCUE = "rescue"
    CLAIM = "claim"
    MOVE = "move"
    SET_URGENCY = "set urgency"
    WRITE_NOTE = "write note"
    TRANSFER = "transfer"
    REPLY = "reply"
    RECORD_CALL = "record call"
    CLOSE = "close"
    SEE_OUTBOX = "see outbox"
    SETTLE_LETTER = "settle letter"
    SEE_WHO_LOOKED = "see who looked"
    SEE_AUDIT = "see audit"
    SEE_COMPLAINTS = "see complaints"
    ANSWER_COMPLAINT = "answer complaint"


_COMPLAINTS = frozenset({Action.SEE_COMPLAINTS, Action.ANSWER_COMPLAINT})
_DESK = frozenset(Action) - {Action.SEE_AUDIT} - _COMPLAINTS

MAY: dict[Role, frozenset[Action]] = {
    Role.RECEPTIONIST: _DESK,
    Role.CLINICIAN: _DESK,
    Role.MANAGER: _COMPLAINTS | {Action.SEE_OWN_ACCOUNT},
    Role.AUDITOR: frozenset({Action.SEE_OWN_ACCOUNT, Action.SEE_AUDIT}),
}


def may(roles: frozenset[Role], action: Action) -> bool:
    """Return whether a person with these roles may do this; an unknown role may do nothing."""
    return any(action in MAY.get(role, frozenset()) for role in roles)
