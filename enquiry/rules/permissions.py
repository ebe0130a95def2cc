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
    WRITE_BACK = "write back to a referrer"
    RECORD_CALL = "record call"
    ARRANGE_CALLBACK = "arrange callback"
    SEE_CALLBACKS = "see callbacks"
    TAKE_ENQUIRY = "take enquiry"
    CLOSE = "close"
    REJECT = "reject"
    AGREE = "agree to an end"
    ACKNOWLEDGE = "acknowledge"
    ASK_CLINICIAN = "ask clinician"
    ANSWER_QUESTION = "answer question"
    MERGE = "merge"
    UNMERGE = "un-merge"
    UNDO = "undo"
    REPORT_NEAR_MISS = "report near miss"
    ASSIGN = "assign"
    SNOOZE = "snooze"
    SHAPE_QUEUE = "shape queue"  # one's own saved views and keys
    SEE_APPOINTMENTS = "see appointments"
    BOOK = "book"
    TELL_FEES = "tell fees"
    RECORD_ATTENDANCE = "record attendance"
    SET_FEE_WORDS = "set fee words"
    SEE_OUTBOX = "see outbox"
    SETTLE_LETTER = "settle letter"
    SEE_WHO_LOOKED = "see who looked"
    SEE_AUDIT = "see audit"
    SEE_COMPLAINTS = "see complaints"
    ANSWER_COMPLAINT = "answer complaint"
    SEE_NEAR_MISSES = "see near misses"
    REVIEW_NEAR_MISS = "review near miss"
    SEE_INSIGHT = "see insight"
    SEE_PRACTICES = "see practices"
    MERGE_PRACTICES = "merge practices"
    SEE_SETTINGS = "see settings"
    CHANGE_SETTINGS = "change settings"
    WRITE_TEMPLATES = "write templates"
    SEE_PEOPLE = "see people"
    CHANGE_PEOPLE = "change people"


_MANAGING = frozenset(
    {
        Action.SEE_COMPLAINTS,
        Action.ANSWER_COMPLAINT,
        Action.SEE_NEAR_MISSES,
        Action.REVIEW_NEAR_MISS,
        Action.SEE_INSIGHT,
        Action.SEE_PRACTICES,
        Action.MERGE_PRACTICES,
        Action.SEE_SETTINGS,
        Action.CHANGE_SETTINGS,
        Action.WRITE_TEMPLATES,
        Action.SET_FEE_WORDS,
        Action.SEE_PEOPLE,
        Action.CHANGE_PEOPLE,
    }
)
_DESK = frozenset(Action) - {Action.SEE_AUDIT} - _MANAGING

MAY: dict[Role, frozenset[Action]] = {
    Role.RECEPTIONIST: _DESK - {Action.ANSWER_QUESTION},
    Role.CLINICIAN: _DESK,
    Role.MANAGER: _MANAGING | {Action.SEE_OWN_ACCOUNT},
    Role.AUDITOR: frozenset({Action.SEE_OWN_ACCOUNT, Action.SEE_AUDIT}),
}


def may(roles: frozenset[Role], action: Action) -> bool:
    """Return whether a person with these roles may do this; an unknown role may do nothing."""
    return any(action in MAY.get(role, frozenset()) for role in roles)
