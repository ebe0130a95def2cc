"""Anybody may raise an urgency, only a clinician lowers one; and whoever is not in the table may do nothing."""

from itertools import product

import pytest

from enquiry.rules.permissions import MAY, Action, Role, may
from enquiry.rules.urgency import FIRST_CONTACT, Urgency, may_change

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
    for role in (Role.MANAGER, Role.AUDITOR):
        assert may(frozenset({role}), action) == (action is Action.SEE_OWN_ACCOUNT)
