"""What Pat wrote is kept as long as the table says, and not a day longer than somebody looks."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from enquiry.rules.retention import complaint_kept_until, concerns_cancer, first_review, kept_until
from enquiry.rules.status import Outcome

LAST_CONTACT = date(2026, 11, 24)
GROWN_UP = date(1980, 3, 31)

days = st.dates(date(1990, 1, 1), date(2090, 1, 1))


@pytest.mark.parametrize(
    "outcome, birth_date, cancer, day",
    [
        pytest.param(Outcome.SPAM, GROWN_UP, False, date(2026, 12, 24), id="spam: 30 days"),
        pytest.param(Outcome.ADVICE_SENT, GROWN_UP, False, date(2028, 11, 24), id="not accepted: 2 years"),
        pytest.param(None, GROWN_UP, False, date(2028, 11, 24), id="rejected or withdrawn: 2 years"),
        pytest.param(Outcome.ADVICE_SENT, GROWN_UP, True, date(2028, 11, 24), id="not accepted, with cancer: 2 years"),
        pytest.param(Outcome.APPOINTMENT_BOOKED, GROWN_UP, False, date(2034, 11, 24), id="an adult patient: 8 years"),
        pytest.param(Outcome.EXISTING_PATIENT, GROWN_UP, False, date(2034, 11, 24), id="existing patient: 8 years"),
        pytest.param(Outcome.APPOINTMENT_BOOKED, GROWN_UP, True, date(2056, 11, 24), id="with cancer: 30 years"),
        pytest.param(
            Outcome.APPOINTMENT_BOOKED, date(2010, 5, 1), False, date(2035, 5, 1), id="at 16: to the 25th birthday"
        ),
        pytest.param(
            Outcome.APPOINTMENT_BOOKED, date(2009, 11, 24), False, date(2035, 11, 24), id="at 17: to the 26th birthday"
        ),
        pytest.param(
            Outcome.APPOINTMENT_BOOKED, date(2008, 11, 24), False, date(2034, 11, 24), id="on the 18th birthday: adult"
        ),
        pytest.param(Outcome.EXISTING_PATIENT, None, False, date(2034, 11, 24), id="of age by their word: adult"),
    ],
)
def test_an_enquiry_is_kept_until(outcome: Outcome | None, birth_date: date | None, cancer: bool, day: date) -> None:
    assert kept_until(outcome, LAST_CONTACT, birth_date, cancer) == day


@given(st.sampled_from([None, *Outcome]), days, st.integers(0, 120 * 365), st.booleans())
@example(Outcome.APPOINTMENT_BOOKED, date(2018, 2, 28), 17 * 365 + 5, False)
def test_nothing_is_due_before_it_is_first_looked_at(
    outcome: Outcome | None, last_contact: date, age: int, cancer: bool
) -> None:
    born = last_contact - timedelta(days=age)
    assert kept_until(outcome, last_contact, born, cancer) >= first_review(outcome, last_contact) > last_contact


def test_a_leap_day_lasts_until_the_first_of_march() -> None:
    assert first_review(Outcome.ADVICE_SENT, date(2028, 2, 29)) == date(2030, 3, 1)


@pytest.mark.parametrize(
    "about, red_flags, is_cancer",
    [
        ("sciatica", (), False),
        ("sciatica", ("row-9",), True),
        ("spinal-tumours", (), True),
        ("sciatica", ("row-16",), False),
    ],
)
def test_cancer_is_what_was_declared_or_asked_about(about: str, red_flags: tuple[str, ...], is_cancer: bool) -> None:
    assert concerns_cancer(about, red_flags) is is_cancer


def test_a_complaint_is_kept_for_ten_years_after_it_was_closed() -> None:
    assert complaint_kept_until(date(2028, 2, 29)) == date(2038, 3, 1)
