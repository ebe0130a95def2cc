"""Two different people of the desk, one of them a clinician, end what has a red flag or cancer in it; nobody else."""

from itertools import chain, combinations, product

import pytest

from enquiry.rules.ending import Ending, may_agree, needs_two
from enquiry.rules.permissions import Role
from enquiry.rules.pinning import may_acknowledge
from enquiry.rules.status import Outcome, RejectReason, Status

SETS_OF_ROLES = [frozenset(some) for some in chain.from_iterable(combinations(Role, n) for n in range(len(Role) + 1))]
AT_THE_DESK = {Role.RECEPTIONIST, Role.CLINICIAN}
ENDINGS = [
    *(Ending(Status.CLOSED, outcome) for outcome in Outcome),
    *(Ending(Status.REJECTED, reason) for reason in RejectReason),
    Ending(Status.WITHDRAWN),
]


@pytest.mark.parametrize("first", SETS_OF_ROLES)
def test_two_of_the_desk_agree_and_one_is_a_clinician(first: frozenset[Role]) -> None:
    for second, are_two in product(SETS_OF_ROLES, [True, False]):
        both_at_the_desk = bool(first & AT_THE_DESK) and bool(second & AT_THE_DESK)
        one_is_a_clinician = Role.CLINICIAN in first or Role.CLINICIAN in second
        is_allowed = are_two and both_at_the_desk and one_is_a_clinician
        assert may_agree(first, second, are_two) == is_allowed, (second, are_two)


@pytest.mark.parametrize("is_flagged, has_cancer", list(product([True, False], repeat=2)))
def test_a_red_flag_or_cancer_takes_two(is_flagged: bool, has_cancer: bool) -> None:
    assert needs_two(is_flagged, has_cancer) == (is_flagged or has_cancer)


@pytest.mark.parametrize("roles", SETS_OF_ROLES)
@pytest.mark.parametrize("is_flagged", [True, False])
def test_a_red_flag_is_acknowledged_by_a_clinician_and_the_rest_by_anybody_at_the_desk(
    roles: frozenset[Role], is_flagged: bool
) -> None:
    who = {Role.CLINICIAN} if is_flagged else AT_THE_DESK
    assert may_acknowledge(is_flagged, roles) == bool(roles & who)


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda ending: ending.written)
def test_every_end_is_read_as_it_was_written(ending: Ending) -> None:
    assert Ending.read(ending.written) == ending
    assert len(ending.written) <= 64
    assert ending.label[0].islower()


@pytest.mark.parametrize(
    "written", ["", "closed", "rejected", "withdrawn spam", "assigned", "closed priority", "new spam"]
)
def test_what_is_no_end_is_none(written: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Ending.read(written)
