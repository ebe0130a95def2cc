"""One press puts the last move back exactly, for whoever made it, while nothing else has happened."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enquiry import caseload, clock
from enquiry.caseload import NoSuchEnquiry
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.records.standing import Standing
from enquiry.records.timeline import CAN_BE_UNDONE, Event
from enquiry.rules.clinics import Clinic
from enquiry.rules.status import MOVES, Outcome, RejectReason, Status
from enquiry.rules.undoing import WITHIN
from enquiry.rules.urgency import Urgency
from enquiry.triage import arrange, decide, undo
from enquiry.triage.refusals import NothingToUndo
from tests.agreeing import TOM
from tests.intake.suspects import a_suspect_asks
from tests.people import LENA, NOOR, RAI, at_the_desk, hire, pat_asks
from tests.triage.deciding import asked, decided, on_record, the

Deed = Callable[[Staff, Enquiry], Enquiry]

MOVES_TO_UNDO: dict[Event, Deed] = {
    Event.CLAIMED: lambda by, it: decide.claim(by, it.reference, it.version),
    Event.ASSIGNED: lambda by, it: arrange.assign(by, it.reference, it.version, by.id),
    Event.URGENCY_SET: lambda by, it: decide.set_urgency(by, it.reference, it.version, Urgency.URGENT, "Worse"),
    Event.TRANSFERRED: lambda by, it: decide.transfer(by, it.reference, it.version, Clinic.NORWICH, "Lives there"),
    Event.CLOSED: lambda by, it: decide.close(by, it.reference, it.version, Outcome.NO_REPLY, ""),
    Event.REJECTED: lambda by, it: decide.reject(by, it.reference, it.version, RejectReason.INCOMPLETE, ""),
    Event.MOVED: lambda by, it: decide.move(by, it.reference, it.version, Status.WITHDRAWN, "She rang"),
}


def test_every_kind_of_move_is_tried() -> None:
    assert set(MOVES_TO_UNDO) == CAN_BE_UNDONE


@pytest.mark.parametrize("event", MOVES_TO_UNDO)
def test_it_stands_exactly_where_it_stood_and_the_timeline_says_both(app: Flask, event: Event) -> None:
    with app.test_request_context():
        enquiry, lena = pat_asks(), hire(LENA)
        before, reference = Standing.of(enquiry), enquiry.reference
        MOVES_TO_UNDO[event](lena, enquiry)
        db.session.refresh(enquiry)
        assert Standing.of(enquiry) != before

        undo.undo(lena, reference, enquiry.version)

        db.session.refresh(enquiry)
        assert Standing.of(enquiry) == before
        assert [entry.event for entry in caseload.timeline(enquiry)[:2]] == [Event.UNDONE, event]
        assert enquiry.version == 3
        assert enquiry.review_on is None


@pytest.mark.parametrize("event", [Event.CLOSED, Event.REJECTED, Event.MOVED])
def test_whoever_was_to_be_rung_still_is_when_an_end_was_a_mistake(app: Flask, event: Event) -> None:
    with app.test_request_context():
        enquiry, lena = pat_asks(contact={"preferred": "telephone"}), hire(LENA)
        ring_at = enquiry.ring_at
        MOVES_TO_UNDO[event](lena, enquiry)
        undo.undo(lena, enquiry.reference, enquiry.version)
        db.session.refresh(enquiry)
        assert enquiry.ring_at == ring_at is not None
        assert [one.enquiry for one in caseload.callbacks(lena, Clinic.LONDON).to_ring] == [enquiry]


def test_what_was_written_down_before_callbacks_were_leaves_them_as_they_are(app: Flask) -> None:
    with app.test_request_context():
        enquiry = pat_asks(contact={"preferred": "telephone"})
        ring_at, written = enquiry.ring_at, Standing.of(enquiry).written
        del written["ring_at"]
        Standing.read(written).put_back(enquiry)
        assert enquiry.ring_at == ring_at is not None


# What one colleague may do one after the other; the last of it is undone.
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.sampled_from(Status)),
        st.tuples(st.just("urgency"), st.sampled_from(Urgency)),
        st.tuples(st.just("close"), st.sampled_from(Outcome)),
        st.tuples(st.just("reject"), st.sampled_from(RejectReason)),
        st.tuples(st.just("transfer"), st.sampled_from(Clinic)),
        st.tuples(st.just("claim"), st.none()),
        st.tuples(st.just("wait"), st.integers(1, 100)),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_was_done_undoing_the_last_of_it_puts_back_what_was(
    app: Flask, monkeypatch: pytest.MonkeyPatch, steps: list[tuple[str, Any]]
) -> None:
    real, turned = clock.now, timedelta()
    monkeypatch.setattr(clock, "now", lambda: real() + turned)
    with app.test_request_context():
        enquiry = somebody_new_asks()
        rai = db.session.scalars(db.select(Staff)).first() or hire(RAI)
        before = Standing.of(enquiry)
        for deed, word in steps:
            if deed == "wait":
                turned += timedelta(hours=word)
                continue
            if (stood := after(rai, enquiry, deed, word)) is None:
                continue
            before = stood
            undo.undo(rai, enquiry.reference, enquiry.version)
            db.session.refresh(enquiry)
            assert Standing.of(enquiry) == before
            after(rai, enquiry, deed, word)  # and go on from there
    monkeypatch.undo()


def somebody_new_asks() -> Enquiry:
    """Send an enquiry of somebody who has never asked before: nothing is kept from an earlier one."""
    name = "Pat " + "".join(random.choices("abcdefghijklmnop", k=12))  # noqa: S311 - chance, not secrecy
    return pat_asks(who={"name": name}, contact={"email": f"{name[4:]}@home.example", "telephone": ""})


def after(rai: Staff, enquiry: Enquiry, deed: str, word: Any) -> Standing | None:
    """Do something that may be done now, and return where the enquiry stood before; ``None`` if it may not."""
    db.session.refresh(enquiry)
    before, seen = Standing.of(enquiry), (rai, enquiry.reference, enquiry.version)
    is_open, status = enquiry.is_open, enquiry.status
    if deed == "move" and word in MOVES[status] - {Status.CLOSED, Status.REJECTED}:
        decide.move(*seen, word, "So")
    elif deed == "urgency" and is_open and word is not enquiry.urgency:
        decide.set_urgency(*seen, word, "So")
    elif deed == "close" and is_open and not enquiry.needs_two_to_end:
        decide.close(*seen, word, "")
    elif deed == "reject" and is_open and not enquiry.needs_two_to_end:
        decide.reject(*seen, word, "")
    elif deed == "transfer" and word is not enquiry.clinic and (status is Status.NEW or Status.NEW in MOVES[status]):
        decide.transfer(*seen, word, "So")
    elif deed == "claim" and status is Status.NEW:
        decide.claim(*seen)
    else:
        return None
    db.session.refresh(enquiry)
    return before if enquiry.proposed_by_id is None else None


def test_lena_presses_undo_on_the_case(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app)
    decided(lena, case, "claim")
    page = lena.get(case).text
    assert "Undo" in page
    assert lena.send(case, page, {}, f"{case}/undo").status_code == 303
    assert (the(app, case).status, the(app, case).assignee) == (Status.NEW, None)
    page = lena.get(case).text
    assert "Undone: Claimed" in page
    assert f'action="{case}/undo"' not in page, "what was undone is not undone"
    assert "Claimed, today" not in page.partition("What happened")[0]
    assert on_record(app, case)[-2:] == ["enquiry claimed", "move undone"]


def test_lena_takes_back_a_transfer_that_she_no_longer_sees(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app)
    decided(lena, case, "transfer", clinic="norwich", reason="A slip")
    assert lena.get(case).status_code == 404
    queue = lena.get("/desk/queue").text
    assert lena.send("/desk/queue", queue, {}, f"{case}/undo").location == case
    assert (the(app, case).clinic, the(app, case).status) == (Clinic.LONDON, Status.NEW)
    assert lena.get(case).status_code == 200


def test_once_noor_has_touched_it_lena_learns_nothing_of_it(app: Flask) -> None:
    lena, noor = at_the_desk(app, LENA), at_the_desk(app, NOOR)
    case = asked(app)
    decided(lena, case, "transfer", clinic="norwich", reason="A slip")
    queue = lena.get("/desk/queue").text
    decided(noor, case, "claim")
    refused = lena.send("/desk/queue", queue, {}, f"{case}/undo")
    assert refused.status_code == 404
    assert the(app, case).clinic is Clinic.NORWICH


def test_nobody_takes_back_what_another_transferred(app: Flask) -> None:
    with app.test_request_context():
        enquiry, rai, lena = pat_asks(), hire(RAI), hire(LENA)
        decide.transfer(rai, enquiry.reference, 1, Clinic.NORWICH, "Lives there")
        with pytest.raises(NoSuchEnquiry):
            undo.undo(lena, enquiry.reference, 2)


def test_after_ten_minutes_it_stands(app: Flask, time_passes: Callable[[timedelta], None]) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app)
    decided(lena, case, "claim")
    page = lena.get(case).text
    time_passes(WITHIN + timedelta(seconds=1))
    refused = lena.send(case, page, {}, f"{case}/undo")
    assert refused.status_code == 409
    assert "This cannot be undone" in refused.text
    assert f'action="{case}/undo"' not in lena.get(case).text


def test_after_ten_minutes_a_transfer_is_out_of_reach(app: Flask, time_passes: Callable[[timedelta], None]) -> None:
    with app.test_request_context():
        enquiry, lena = pat_asks(), hire(LENA)
        decide.transfer(lena, enquiry.reference, 1, Clinic.NORWICH, "Lives there")
        time_passes(WITHIN + timedelta(seconds=1))
        with pytest.raises(NoSuchEnquiry):
            undo.undo(lena, enquiry.reference, 2)


def test_tom_cannot_undo_what_lena_did_nor_lena_once_tom_wrote_a_note(app: Flask) -> None:
    with app.test_request_context():
        enquiry, lena, tom = pat_asks(), hire(LENA), hire(TOM)
        decide.claim(lena, enquiry.reference, 1)
        with pytest.raises(NothingToUndo):
            undo.undo(tom, enquiry.reference, 2)
        decide.write_note(tom, enquiry.reference, 2, "She rang")
        with pytest.raises(NothingToUndo):
            undo.undo(lena, enquiry.reference, 3)


def test_a_claim_with_which_a_receipt_went_is_not_undone(app: Flask) -> None:
    with app.test_request_context():
        enquiry, lena = a_suspect_asks(), hire(LENA)
        claimed = decide.claim(lena, enquiry.reference, enquiry.version)
        with pytest.raises(NothingToUndo):
            undo.undo(lena, claimed.reference, claimed.version)


def test_pressing_undo_many_times_at_once_undoes_once(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app)
    decided(lena, case, "claim")
    page, together = lena.get(case).text, Barrier(4)

    def press(_: int) -> int:
        together.wait()
        return lena.send(case, page, {}, f"{case}/undo").status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(press, range(4))) == [303, 409, 409, 409]
