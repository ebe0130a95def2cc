"""Reception gives no clinical advice, also not by letter."""

import pytest

from enquiry.rules.permissions import Role
from enquiry.rules.writing_back import Answered, may_write


def test_lena_may_only_say_that_a_referral_is_accepted() -> None:
    assert [one for one in Answered if may_write(one, frozenset({Role.RECEPTIONIST}))] == [Answered.ACCEPTED]


@pytest.mark.parametrize("answered", Answered)
def test_mr_rai_may_write_every_answer(answered: Answered) -> None:
    assert may_write(answered, frozenset({Role.CLINICIAN}))
