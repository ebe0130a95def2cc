"""Anybody may raise an urgency, only a clinician lowers one; and whoever is not in the table may do nothing."""

from itertools import product

import pytest

from enquiry.rules.permissions import MAY, Action, Role, may
from enquiry.rules.urgency import FIRST_CONTACT, Urgency, may_change

FOR_MANAGERS = [
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
]
CLINICIAN, RECEPTIONIST = frozenset({Role.CLINICIAN}), frozenset({Role.RECEPTIONIST})


@pytest.mark.parametrize("current, wanted", list(product(Urgency, Urgency)))
def test_lena_may_raise_an_urgency_and_mr_rai_may_also_lower_it(current: Urgency, wanted: Urgency) -> None:
    lowers = wanted.rank > current.rank

    assert may_change(current, wanted, RECEPTIONIST) is not lowers
    assert may_change(current, wanted, CLINICIAN)


def test_a_more_urgent_enquiry_is_never_due_later() -> None:
    assert [FIRST_CONTACT[urgency] for urgency in Urgency] == sorted(FIRST_CONTACT.values())


@pytest.mark.parametrize("action", Action)
def test_nobody_without_a_role_may_do_anything(action: Action) -> None:
    assert not may(frozenset(), action)


@pytest.mark.parametrize("role", Role)
def test_every_role_stands_in_the_table(role: Role) -> None:
    assert role in MAY


@pytest.mark.parametrize("action", Action)
def test_a_manager_and_an_auditor_see_no_patient(action: Action) -> None:
    own = {
        Role.MANAGER: {Action.SEE_OWN_ACCOUNT, *FOR_MANAGERS},
        Role.AUDITOR: {Action.SEE_OWN_ACCOUNT, Action.SEE_AUDIT},
    }
    for role, allowed in own.items():
        assert may(frozenset({role}), action) == (action in allowed)


@pytest.mark.parametrize("action", FOR_MANAGERS)
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.MANAGER])
def test_only_a_manager_manages_the_practice(role: Role, action: Action) -> None:
    assert not may(frozenset({role}), action)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_only_an_auditor_sees_the_audit(role: Role) -> None:
    assert not may(frozenset({role}), Action.SEE_AUDIT)
