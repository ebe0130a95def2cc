"""What stands above the clock until a named person has acknowledged it, and whose acknowledgement counts.

Source: desk.md 12. A red flag is acknowledged by a clinician (clinical.md 5: a clinician looks the same working day);
whatever else is pinned, by anybody at the desk.
"""

from enquiry.rules.permissions import Action, Role, may


def may_acknowledge(is_flagged: bool, roles: frozenset[Role]) -> bool:
    """Return whether a person with these roles may let an enquiry stand in its turn again."""
    return may(roles, Action.ACKNOWLEDGE) and (not is_flagged or Role.CLINICIAN in roles)


def why(is_declared: bool, is_told: bool, is_written: bool, is_referred: bool = False) -> str:
    """Return in words why something is pinned.

    :param is_declared: whether a red flag was declared, of which somebody was seen in hospital.
    :param is_told: whether a sign for a clinician was told on the safety page.
    :param is_written: whether words in a message may mean one.
    :param is_referred: whether a GP or another clinician referred the patient: somebody looks at each.
    """
    reasons = {
        "a GP or another clinician referred": is_referred,
        "red flag declared": is_declared,
        f"a {'red flag in the referral' if is_referred else 'sign for a clinician on the safety page'}": is_told,
        "words that may mean a red flag": is_written,
    }
    return ", ".join(reason for reason, applies in reasons.items() if applies) or "it is urgent"
