"""When each clinic is open, as its managers have set it."""

from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask

from enquiry import opening
from enquiry.extensions import db
from enquiry.records.setting import Setting
from enquiry.rules.clinic_clock import ClinicClock
from enquiry.rules.clinics import Clinic
from enquiry.rules.closures import Closure
from enquiry.rules.urgency import FIRST_CONTACT, Urgency
from enquiry.rules.working_time import LONDON_TIME, NINE_TO_FIVE, OpeningHours, Week
from tests.counting import counting_queries

SATURDAY = datetime(2026, 11, 28, 10, 0, tzinfo=LONDON_TIME)
ON_SATURDAYS: Week = {5: ((time(9), time(11)), (time(12), time(13, 30)))}
A_LONG_WEEKEND = Closure(date(2026, 12, 4), date(2026, 12, 5), "Moving house")


def set_hours(clinic: Clinic, week: Week, *closures: Closure) -> None:
    """Let a manager have set a clinic's hours."""
    db.session.add(Setting(name=opening.hours_name(clinic), value=opening.written_opening(week, closures)))
    db.session.commit()


def test_a_clinic_that_nobody_has_set_is_open_on_weekdays_from_nine_to_five(app: Flask) -> None:
    with app.app_context():
        assert opening.clock_of(Clinic.LONDON) == ClinicClock()


def test_each_clinic_has_hours_and_closures_of_its_own(app: Flask) -> None:
    with app.app_context():
        set_hours(Clinic.NORWICH, ON_SATURDAYS, A_LONG_WEEKEND)
        both_days = frozenset({date(2026, 12, 4), date(2026, 12, 5)})
        assert opening.clock_of(Clinic.NORWICH).hours == OpeningHours(ON_SATURDAYS, both_days)
        assert opening.clock_of(Clinic.LONDON).hours == OpeningHours()


def test_targets_are_the_same_for_both_clinics(app: Flask) -> None:
    with app.app_context():
        minutes = {**{urgency.value: 60 * (urgency.rank + 1) for urgency in Urgency}, "promise": 1200}
        db.session.add(Setting(name=opening.TARGETS, value=minutes))
        db.session.commit()
        clocks = [opening.clock_of(clinic) for clinic in Clinic]
    assert [clock.targets[Urgency.URGENT] for clock in clocks] == [timedelta(hours=2)] * 2
    assert [clock.promise for clock in clocks] == [timedelta(hours=20)] * 2
    assert clocks[0].targets != FIRST_CONTACT


def test_somebody_reads_when_either_clinic_is_open(app: Flask) -> None:
    with app.app_context():
        assert opening.opens_again(SATURDAY) == datetime(2026, 11, 30, 9, 0, tzinfo=LONDON_TIME)
        set_hours(Clinic.NORWICH, ON_SATURDAYS)
        assert opening.opens_again(SATURDAY) is None
        assert opening.opens_again(SATURDAY + timedelta(hours=1)) == SATURDAY + timedelta(hours=2)
        assert opening.opens_again(SATURDAY, [Clinic.LONDON]) == datetime(2026, 11, 30, 9, 0, tzinfo=LONDON_TIME)


def test_a_clinics_clock_costs_one_question(app: Flask) -> None:
    with app.app_context(), counting_queries(app) as questions:
        opening.clock_of(Clinic.LONDON)
    assert len(questions) == 1


@pytest.mark.parametrize(
    "week, words",
    [
        (NINE_TO_FIVE, ["Monday to Friday, 9am to 5pm"]),
        (ON_SATURDAYS, ["Saturday, 9am to 11am and midday to 1:30pm"]),
        (
            {
                **dict.fromkeys((0, 1, 2, 4), ((time(8, 30), time(12)), (time(13), time(17, 45)))),
                **dict.fromkeys((5, 6), ((time(9), time(11)),)),
            },
            [
                "Monday to Wednesday and Friday, 8:30am to midday and 1pm to 5:45pm",
                "Saturday and Sunday, 9am to 11am",
            ],
        ),
    ],
)
def test_a_week_in_words(week: Week, words: list[str]) -> None:
    assert opening.week_in_words(week) == words
