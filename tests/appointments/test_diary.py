"""No clinician is in two places: whatever is tried, in whatever order, by however many at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from enquiry import clock
from enquiry.appointments import arrange, book, clockwork
from enquiry.extensions import db
from enquiry.records.appointment import Appointment, TakenStep
from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.rules.appointments import LENGTHS, STEP, AppointmentState, CancelledBy
from enquiry.rules.status import Status
from tests.appointments.arranging import AT_NINE, Still, pat_is_claimed, plan, the_rai
from tests.people import LENA, hire

pytestmark = pytest.mark.usefixtures("context")

CROWD = 50
ONE_AFTER_ANOTHER = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def overlaps() -> list[tuple[Appointment, Appointment]]:
    """Return the appointments that stand and share any time of one clinician; found by comparing each with each."""
    now = clock.now()
    stand = [one for one in db.session.scalars(select(Appointment)) if one.state.stands and not one.has_run_out(now)]
    return [
        (one, other)
        for one in stand
        for other in stand
        if one.id < other.id
        and one.clinician_id == other.clinician_id
        and one.starts_at < other.ends_at
        and other.starts_at < one.ends_at
    ]


wishes = st.lists(
    st.tuples(
        st.sampled_from(["book", "offer", "move", "cancel", "accept", "wait"]),
        st.integers(min_value=0, max_value=3),  # who
        st.integers(min_value=0, max_value=30),  # steps after nine
        st.sampled_from(LENGTHS),
    ),
    min_size=4,
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=ONE_AFTER_ANOTHER)
@given(wishes=wishes)
def test_whatever_is_booked_moved_and_cancelled_no_two_overlap(
    it_is: Still, wishes: list[tuple[str, int, int, int]]
) -> None:
    now = AT_NINE - timedelta(days=11)
    it_is(now)
    db.session.execute(delete(TakenStep))
    db.session.execute(delete(Appointment))
    db.session.commit()
    lena = db.session.scalar(select(Staff).where(Staff.email == LENA.email)) or hire(LENA)
    people = [pat_is_claimed(lena).reference for _ in range(4)]
    for deed, who, offset, minutes in wishes:
        if deed == "wait":
            now += timedelta(days=1)
            it_is(now)
            continue
        enquiry = db.session.scalars(select(Enquiry).where(Enquiry.reference == people[who])).one()
        wanted = plan(AT_NINE + offset * STEP, minutes)
        before = {(one.starts_at, one.ends_at) for one in db.session.scalars(select(Appointment)) if one.state.stands}
        refusal = done(deed, lena, enquiry, wanted)
        if isinstance(refusal, arrange.TimeTaken):
            assert refusal.taken, "somebody was refused for nothing"
            assert set(refusal.taken) <= before
        assert not overlaps()


def done(deed: str, lena: Staff, enquiry: Enquiry, wanted: arrange.Plan) -> Exception | None:
    """Do one deed of a play, and return why it was refused, if it was."""
    deeds: dict[str, Callable[..., Any]] = {
        "book": lambda *which: book.book(*which, wanted, True),
        "offer": lambda *which: book.book(*which, wanted, False),
        "move": lambda *which: book.move(*which, wanted),
        "cancel": lambda *which: book.cancel(*which, CancelledBy.PATIENT, ""),
        "accept": lambda *which: book.accept(*which),
    }
    try:
        deeds[deed](lena, enquiry.reference, enquiry.version)
    except arrange.NotArranged as refusal:
        return refusal
    return None


def all_at_once(app: Flask, deeds: list[Callable[[Staff], object]]) -> list[Exception | None]:
    """Let each deed be done by Lena in a thread of its own, all at the same moment; return what each was refused."""
    together = Barrier(len(deeds))

    def press(deed: Callable[[Staff], object]) -> Exception | None:
        with app.test_request_context():
            lena = db.session.scalars(select(Staff).where(Staff.email == LENA.email)).one()
            db.session.commit()  # its connection is for others to take
            together.wait(60)
            try:
                deed(lena)
            except arrange.NotArranged as refusal:
                return refusal
            return None

    with ThreadPoolExecutor(len(deeds)) as hands:
        return list(hands.map(press, deeds))


def test_fifty_book_the_same_time_at_once_and_one_has_it(app: Flask, it_is: Still) -> None:
    lena = hire(LENA)
    the_rai()
    enquiries = [pat_is_claimed(lena) for _ in range(CROWD)]
    wanted = [plan(AT_NINE + (number % 3) * STEP) for number in range(CROWD)]  # not even the very same time
    asked = [(enquiry.reference, enquiry.version) for enquiry in enquiries]
    db.session.commit()

    refusals = all_at_once(
        app,
        [
            lambda lena, which=which, it=it: book.book(lena, *which, it, True)  # type: ignore[misc]
            for which, it in zip(asked, wanted, strict=True)
        ],
    )

    assert [type(refusal) for refusal in refusals].count(type(None)) == 1
    assert [type(refusal) for refusal in refusals].count(arrange.TimeTaken) == CROWD - 1
    db.session.expire_all()
    assert len(db.session.scalars(select(Appointment)).all()) == 1
    statuses = [enquiry.status for enquiry in db.session.scalars(select(Enquiry))]
    assert (statuses.count(Status.BOOKED), statuses.count(Status.ASSIGNED)) == (1, CROWD - 1)


def test_two_who_exchange_their_times_at_once_do_not_wait_for_each_other_for_ever(app: Flask, it_is: Still) -> None:
    lena = hire(LENA)
    later = AT_NINE + timedelta(hours=1)
    for _ in range(5):
        db.session.execute(delete(TakenStep))
        db.session.execute(delete(Appointment))
        db.session.commit()
        asked = []
        for begins in (AT_NINE, later):
            enquiry = pat_is_claimed(lena)
            enquiry = book.book(lena, enquiry.reference, enquiry.version, plan(begins), True)
            asked.append((enquiry.reference, enquiry.version))
        moves = [(*asked[0], plan(later)), (*asked[1], plan(AT_NINE))]
        db.session.commit()

        refusals = all_at_once(app, [lambda lena, move=move: book.move(lena, *move) for move in moves])  # type: ignore[misc]

        assert all(isinstance(refusal, arrange.TimeTaken) for refusal in refusals)
        assert not overlaps()


def test_many_workers_end_an_offer_once_while_somebody_books_its_time(app: Flask, it_is: Still) -> None:
    lena = hire(LENA)
    offered = pat_is_claimed(lena)
    book.book(lena, offered.reference, offered.version, plan(), False)
    it_is(AT_NINE - timedelta(days=1))
    second = pat_is_claimed(lena)
    which, wanted, now = (second.reference, second.version), plan(), clock.now()
    db.session.commit()

    sweeps = [lambda _lena: clockwork.sweep(now)] * 6
    refusals = all_at_once(app, [*sweeps, lambda lena: book.book(lena, *which, wanted, True)])

    assert refusals == [None] * 7
    db.session.expire_all()
    states = [one.state for one in db.session.scalars(select(Appointment).order_by(Appointment.id))]
    assert states == [AppointmentState.EXPIRED, AppointmentState.BOOKED]
    assert not overlaps()
