"""Max sets when the clinics are open and how soon they answer; two managers never overwrite each other unawares."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select, update

from enquiry import clock, opening
from enquiry.extensions import db
from enquiry.records.change import Change
from enquiry.records.enquiry import Enquiry
from enquiry.records.ledger import AuditEntry
from enquiry.records.setting import Setting
from enquiry.records.staff import Staff
from enquiry.rules.clinics import Clinic
from enquiry.rules.closures import Closure
from enquiry.rules.status import Turn
from enquiry.rules.urgency import FIRST_CONTACT, Urgency
from enquiry.rules.working_time import NINE_TO_FIVE
from enquiry.settings import change
from tests.counting import counting_queries
from tests.people import INES, LENA, MAX, PAT, PATS_STORY, RAI, Colleague, at_the_desk, hire, pat_asks

MIA = replace(MAX, name="Mia Stone", email="mia@clinic.example")
HOURS, CLOSURES, TARGETS = (f"/desk/settings/{page}" for page in ("london/hours", "london/closures", "targets"))


def london(app: Flask) -> opening.Opening:
    """Return what is set for London."""
    with app.app_context():
        return opening.as_set().openings[Clinic.LONDON]


def on_record(app: Flask) -> list[str]:
    """Return what was changed, in words, the latest first; each change is in the audit, with who made it."""
    with app.app_context():
        changes = db.session.scalars(select(Change).order_by(Change.id.desc())).all()
        entries = {entry.subject: entry for entry in db.session.scalars(select(AuditEntry))}
        assert all(entries[one.id].actor == str(one.actor_id) for one in changes)
        return [one.in_words for one in changes]


def a_day(days_ahead: int) -> date:
    return clock.for_the_eye(clock.now()).date() + timedelta(days=days_ahead)


def typed(name: str, day: date) -> dict[str, str]:
    """Return a day as somebody types it into three boxes."""
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def test_max_sets_a_day_with_a_break_and_a_day_that_is_shut(app: Flask) -> None:
    max_ = at_the_desk(app, MAX)
    page = max_.get(HOURS).text
    assert page.count('value="09:00–17:00"') == 5

    done = max_.fill_in(HOURS, {"monday": "9–12.30, 13:30–17:00", "friday": ""})

    assert (done.status_code, done.location) == (303, "/desk/settings")
    set_now = london(app)
    assert set_now.week == {
        0: ((time(9), time(12, 30)), (time(13, 30), time(17))),
        **{day: NINE_TO_FIVE[day] for day in (1, 2, 3)},
    }
    page = max_.get("/desk/settings").text
    assert "London: the opening hours are set" in page
    assert "Monday, 9am to 12:30pm and 1:30pm to 5pm; Tuesday to Thursday, 9am to 5pm" in page
    assert "Was: Monday 09:00–17:00; Friday 09:00–17:00" in page
    assert on_record(app) == [
        "Opening hours and closures, London. Was: Monday 09:00–17:00; Friday 09:00–17:00. "
        "Now: Monday 09:00–12:30, 13:30–17:00; Friday shut."
    ]
    with app.app_context():
        assert opening.as_set().openings[Clinic.NORWICH] == opening.Opening()


def test_what_cannot_be_meant_is_said_beside_its_day_and_all_that_was_typed_is_kept(app: Flask) -> None:
    max_ = at_the_desk(app, MAX)
    refused = max_.fill_in(HOURS, {"tuesday": "9–5", "wednesday": "07:15–08:45"})
    assert refused.status_code == 422
    assert "Tuesday: 09:00–05:00 ends before it begins" in refused.text
    assert 'value="9–5"' in refused.text
    assert 'value="07:15–08:45"' in refused.text
    assert london(app) == opening.Opening()
    assert not on_record(app)


def test_a_clinic_that_would_never_open_is_refused(app: Flask) -> None:
    max_ = at_the_desk(app, MAX)
    nothing = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "")
    refused = max_.fill_in(HOURS, nothing)
    assert refused.status_code == 409
    assert "must open at least once in six weeks" in refused.text
    assert london(app) == opening.Opening()


def test_a_manager_who_comes_too_late_sees_how_it_stands_and_keeps_what_they_typed(app: Flask) -> None:
    max_, mia = at_the_desk(app, MAX), at_the_desk(app, MIA)
    page = max_.get(HOURS).text
    assert mia.fill_in(HOURS, {"monday": "10:00–16:00"}).status_code == 303

    held = max_.send(HOURS, page, {"friday": "09:00–13:00"})

    assert held.status_code == 409
    assert "A colleague changed this while you were working on it" in held.text
    assert "It is now: 10:00–16:00" in held.text
    assert "It is now: 09:00–17:00" in held.text
    assert held.text.count("It is now") == 2
    assert 'value="09:00–13:00"' in held.text
    assert london(app).week[4] == NINE_TO_FIVE[4]
    assert max_.send(HOURS, held.text, {"monday": "10:00–16:00"}).status_code == 303
    assert london(app).week[4] == ((time(9), time(13)),)
    assert len(on_record(app)) == 2


def test_of_many_who_save_at_once_one_is_heard_and_the_others_are_told(app: Flask) -> None:
    with app.app_context():
        max_id = hire(MAX).id
    together = Barrier(8)

    def save(number: int) -> str:
        with app.app_context():
            actor = db.session.get(Staff, max_id)
            assert actor is not None
            together.wait()
            try:
                change.set_week(actor, Clinic.LONDON, 0, {0: ((time(9), time(10 + number)),)})
            except change.SetMeanwhile as newer:
                return f"now {newer.version}"
            return "done"

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(save, range(8)))

    assert sorted(said) == ["done", *["now 1"] * 7]
    assert len(on_record(app)) == 1


def test_max_shuts_a_clinic_for_a_day_and_for_a_week_and_opens_it_again(app: Flask) -> None:
    max_ = at_the_desk(app, MAX)
    training, first, last = a_day(20), a_day(30), a_day(36)
    assert max_.fill_in(CLOSURES, {**typed("first", training), "words": "Staff training"}).status_code == 303
    week = {**typed("first", first), **typed("last", last), "words": "Moving house"}
    assert max_.fill_in(CLOSURES, week).status_code == 303

    assert london(app).closures == (Closure(training, training, "Staff training"), Closure(first, last, "Moving house"))
    page = max_.get(CLOSURES).text
    assert "Staff training" in page
    assert "Moving house" in page
    again = max_.send(CLOSURES, page, {"place": "0"})
    assert (again.status_code, again.location) == (303, CLOSURES)
    assert london(app).closures == (Closure(first, last, "Moving house"),)
    assert "Staff training" not in max_.get(CLOSURES).text
    assert on_record(app)[0].endswith(": Staff training. Now: nothing.")


@pytest.mark.parametrize(
    "answers, why",
    [
        ({"words": "x"}, "Enter the first day"),
        ({"first-day": "31", "first-month": "2", "first-year": "2027"}, "must be a real date"),
        ({**typed("first", date(2020, 1, 1)), "words": "x"}, "Enter a day from today on"),
        ({**typed("first", date(2099, 1, 1)), "words": "x"}, "Enter a day before"),
        ({**typed("first", a_day(9)), **typed("last", a_day(8)), "words": "x"}, "must not be before the first"),
        (typed("first", a_day(9)), "Enter a reason"),
    ],
)  # fmt: skip
def test_a_closure_that_cannot_be_meant_is_refused(app: Flask, answers: dict[str, str], why: str) -> None:
    refused = at_the_desk(app, MAX).fill_in(CLOSURES, answers)
    assert refused.status_code == 422
    assert why in refused.text
    assert london(app) == opening.Opening()


def test_a_closure_that_is_there_already_or_lasts_too_long_is_refused(app: Flask) -> None:
    max_ = at_the_desk(app, MAX)
    week = {**typed("first", a_day(5)), **typed("last", a_day(9)), "words": "Moving house"}
    assert max_.fill_in(CLOSURES, week).status_code == 303
    twice = max_.fill_in(CLOSURES, {**typed("first", a_day(6)), "words": "Training"})
    assert twice.status_code == 409
    assert "shut on these days already" in twice.text
    too_long = max_.fill_in(CLOSURES, {**typed("first", a_day(5)), **typed("last", a_day(60)), "words": "Sabbatical"})
    assert too_long.status_code == 409
    assert "must open at least once in six weeks" in too_long.text
    assert 'value="Sabbatical"' in too_long.text
    assert len(london(app).closures) == 1


def test_a_closure_that_is_over_falls_away_and_still_counts_for_a_year(app: Flask) -> None:
    over = Closure(a_day(-20), a_day(-20), "Staff training")
    long_over = Closure(a_day(-500), a_day(-500), "Long ago")
    with app.app_context():
        opening_now = opening.written_opening(NINE_TO_FIVE, [long_over, over])
        db.session.add(Setting(name=opening.hours_name(Clinic.LONDON), value=opening_now))
        db.session.commit()
    max_ = at_the_desk(app, MAX)
    assert "Staff training" not in max_.get(CLOSURES).text
    assert "Staff training" not in max_.get("/desk/settings").text
    assert max_.fill_in(CLOSURES, {**typed("first", a_day(4)), "words": "Painting"}).status_code == 303
    assert london(app).closures == (over, Closure(a_day(4), a_day(4), "Painting"))


def test_a_closure_taken_back_twice_is_taken_back_once(app: Flask) -> None:
    max_ = at_the_desk(app, MAX)
    for ahead in (5, 6):
        max_.fill_in(CLOSURES, {**typed("first", a_day(ahead)), "words": f"Day {ahead}"})
    page = max_.get(CLOSURES).text
    assert max_.send(CLOSURES, page, {"place": "0"}).status_code == 303
    held = max_.send(CLOSURES, page, {"place": "0"})
    assert held.status_code == 409
    assert "A colleague changed this" in held.text
    assert [closure.words for closure in london(app).closures] == ["Day 6"]
    assert max_.send(CLOSURES, page, {"place": "7"}).status_code == 404
    assert max_.send(CLOSURES, page, {"place": "x"}).status_code == 404


def test_max_is_told_how_many_answers_are_due_while_the_clinic_is_shut(app: Flask) -> None:
    max_ = at_the_desk(app, MAX)
    noon = datetime.combine(a_day(10), time(12), clock.LONDON_TIME)
    with app.app_context():
        due_then, waits_for_pat, of_norwich = pat_asks(), pat_asks(), pat_asks(Clinic.NORWICH)
        ids = [due_then.id, waits_for_pat.id, of_norwich.id]
        db.session.execute(update(Enquiry).where(Enquiry.id.in_(ids)).values(due_at=noon))
        db.session.execute(update(Enquiry).where(Enquiry.id == waits_for_pat.id).values(turn=Turn.PATIENT))
        db.session.commit()
    assert max_.fill_in(CLOSURES, {**typed("first", a_day(10)), "words": "Staff training"}).status_code == 303

    page = max_.get(CLOSURES).text

    assert "1 enquiry is due while the clinic is shut" in page
    assert PAT not in page
    with app.app_context():
        assert db.session.scalars(select(Enquiry.due_at).where(Enquiry.id == ids[0])).one() == noon


def test_due_times_that_were_given_stay_and_new_ones_follow_the_new_hours(app: Flask) -> None:
    max_ = at_the_desk(app, MAX)
    with app.app_context():
        before = pat_asks()
        was_due = before.due_at
    all_day = {day.lower(): "05:00–23:00" for day in opening.WEEKDAYS}
    assert max_.fill_in(HOURS, all_day).status_code == 303
    with app.app_context():
        later = pat_asks(contact={"email": "elsewhere@home.example"})
        hours = opening.clock_of(Clinic.LONDON).hours
        assert later.due_at == hours.after(later.received_at, FIRST_CONTACT[Urgency.ROUTINE])
        assert db.session.scalars(select(Enquiry.due_at).where(Enquiry.id == before.id)).one() == was_due


def test_max_sets_targets_in_working_hours(app: Flask) -> None:
    max_ = at_the_desk(app, MAX)
    done = max_.fill_in(TARGETS, {"red_flag_declared": "1.5", "soon": "6 hours", "promise": "24"})
    assert done.status_code == 303
    with app.app_context():
        set_now = opening.as_set().targets
        assert opening.clock_of(Clinic.NORWICH).promise == timedelta(hours=24)
    assert set_now.first_contact == {
        **FIRST_CONTACT,
        Urgency.RED_FLAG_DECLARED: timedelta(hours=1, minutes=30),
        Urgency.SOON: timedelta(hours=6),
    }
    assert on_record(app) == [
        "Targets. Was: Red flag declared: 2 hours; Soon: 8 hours; Promise to patients: 16 hours. "
        "Now: Red flag declared: 1.5 hours; Soon: 6 hours; Promise to patients: 24 hours."
    ]
    assert 'value="1.5"' in max_.get(TARGETS).text


@pytest.mark.parametrize(
    "answers, why",
    [
        ({"urgent": ""}, "Urgent: enter hours like 2 or 1.5"),
        ({"urgent": "soon"}, "Urgent: enter hours like 2 or 1.5"),
        ({"urgent": "-1"}, "Urgent: enter hours like 2 or 1.5"),
        ({"urgent": "0"}, "Urgent: enter more than 0"),
        ({"routine": "500"}, "Routine: enter more than 0 and at most 200 hours"),
        ({"red_flag_declared": "9", "urgent": "9", "soon": "9", "routine": "9"}, "a clinician looks the same working"),
        ({"urgent": "1"}, "Urgent: enter 2 hours or more, like the one above"),
        ({"promise": "4"}, "What patients are promised: enter 8 hours or more"),
    ],
)
def test_targets_that_contradict_each_other_are_refused(app: Flask, answers: dict[str, str], why: str) -> None:
    refused = at_the_desk(app, MAX).fill_in(TARGETS, answers)
    assert refused.status_code == 422
    assert why in refused.text
    with app.app_context():
        assert opening.as_set().targets == opening.Targets()


def test_two_managers_who_set_targets_see_each_other(app: Flask) -> None:
    max_, mia = at_the_desk(app, MAX), at_the_desk(app, MIA)
    page = max_.get(TARGETS).text
    assert mia.fill_in(TARGETS, {"promise": "20"}).status_code == 303
    held = max_.send(TARGETS, page, {"promise": "24"})
    assert held.status_code == 409
    assert "It is now: 20." in held.text
    assert max_.send(TARGETS, held.text, {"promise": "24"}).status_code == 303


def test_an_auditor_reads_who_changed_what_and_how_it_stood_before(app: Flask) -> None:
    max_, ines = at_the_desk(app, MAX), at_the_desk(app, INES)
    max_.fill_in(TARGETS, {"promise": "24"})
    page = ines.get("/desk/audit").text
    assert "Setting changed" in page
    assert "Targets. Was: Promise to patients: 16 hours. Now: Promise to patients: 24 hours." in page


@pytest.mark.parametrize("colleague", [LENA, RAI, INES])
def test_only_a_manager_sees_settings_or_changes_them(app: Flask, colleague: Colleague) -> None:
    somebody = at_the_desk(app, colleague)
    for address in ("/desk/settings", HOURS, CLOSURES, TARGETS):
        assert somebody.get(address).status_code == 403
    assert 'href="/desk/settings"' not in somebody.get("/desk/account").text


def test_a_manager_sees_no_patient_among_the_settings(app: Flask) -> None:
    max_ = at_the_desk(app, MAX)
    with app.app_context():
        reference = pat_asks().reference
    for address in ("/desk/settings", HOURS, CLOSURES, TARGETS):
        page = max_.get(address).text
        assert not [word for word in (PAT, PATS_STORY, reference) if word in page]
    for address in (f"/desk/enquiries/{reference}", "/desk/queue", "/desk/search"):
        assert max_.get(address).status_code == 403


def test_there_is_no_third_clinic_to_set(app: Flask) -> None:
    max_ = at_the_desk(app, MAX)
    assert max_.get("/desk/settings/paris/hours").status_code == 404
    assert max_.get("/desk/settings/paris/closures").status_code == 404


def test_the_settings_cost_a_fixed_number_of_questions(app: Flask) -> None:
    max_ = at_the_desk(app, MAX)
    costs = []
    for _ in range(2):
        with counting_queries(app) as queries:
            assert max_.get(CLOSURES).status_code == 200
        costs.append(len(queries))
        for ahead in (5, 7, 9):
            max_.fill_in(CLOSURES, {**typed("first", a_day(ahead)), "words": "Training"})
    assert costs[1] <= costs[0] + 1
