"""Two enquiries of one person become one: nothing of either is lost, and taken apart each stands where it stood."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from enquiry import caseload
from enquiry.extensions import db
from enquiry.records.enquiry import IN_TURN, PINNED, Enquiry, MoveNotAllowed
from enquiry.records.staff import Staff
from enquiry.records.standing import Standing
from enquiry.records.timeline import Event
from enquiry.rules.clinics import Clinic
from enquiry.rules.merging import why_not
from enquiry.rules.red_flags import BY_CODE
from enquiry.rules.status import ENDED, Outcome, Status, Turn
from enquiry.rules.urgency import Urgency
from enquiry.triage import decide, merge, undo
from enquiry.triage.refusals import NotMerged, NotNow
from tests.agreeing import TOM
from tests.counting import counting_queries
from tests.following.receipt import PATS_DATE, opened, pats_link, says, withdraws
from tests.intake.suspects import a_suspect_asks
from tests.people import LENA, NOOR, RAI, at_the_desk, hire, pat_adds, pat_asks
from tests.triage.deciding import FLAGGED, asked, decided, on_record, the
from tests.visitor import Visitor

WORSE = "Since last night I can’t pee, and I am afraid."
SECOND: dict[str, Any] = {"about": {"about": "sciatica", "story": "I forgot to say that my right foot tingles."}}


def asked_twice(app: Flask, **second: Any) -> tuple[str, str]:
    """Return the addresses of two enquiries of Pat's."""
    return asked(app), asked(app, **{**SECOND, **second})


def merged(visitor: Visitor, kept: str, other: str) -> None:
    """Compare two enquiries, and merge the other into the first."""
    page = visitor.get(f"{kept}/merge?with={other[-12:]}")
    assert page.status_code == 200
    answer = visitor.send(kept, page.text, {}, f"{kept}/merge")
    assert (answer.status_code, answer.location) == (303, kept)


def test_lena_compares_both_and_merges_them(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    kept, other = asked_twice(app)
    assert f"{kept}/merge?with={other[-12:]}" in lena.get(kept).text
    page = lena.get(f"{kept}/merge?with={other[-12:]}").text
    for words in ("Are these from the same person", "hurt since September", "right foot tingles"):
        assert words in page
    assert on_record(app, kept) == ["enquiry sent"], "looking at both changes nothing"

    merged(lena, kept, other)

    one = the(app, other)
    assert (one.status, one.outcome, one.review_on) == (Status.CLOSED, Outcome.DUPLICATE, None)
    page = lena.get(kept).text
    assert "right foot tingles" in page
    assert f"Took in another enquiry: {other[-12:]}" in page
    assert f"Merged into {kept[-12:]}" in lena.get(other).text
    assert on_record(app, other)[-1] == "enquiry merged"
    assert on_record(app, kept)[-1] == "enquiry took in"


def test_red_flags_cancer_words_and_files_of_the_merged_one_are_read_on_the_kept_one(app: Flask) -> None:
    rai = at_the_desk(app, RAI)
    kept, other = asked_twice(app, safety={"red_flags": ["row-9"], "cancer": "yes"})
    with app.app_context():
        pat_adds(the(app, other), name="Old scan.pdf")
    merged(rai, kept, other)
    page = rai.get(kept).text
    for words in (BY_CODE["row-9"].says, "Ever had cancer: yes", "right foot tingles", "Old scan.pdf"):
        assert words in page
    assert "a second person must agree" in page
    decided(rai, kept, "close", outcome="advice-sent")
    assert the(app, kept).is_open, "it has a red flag now"


def test_the_kept_one_is_as_urgent_as_pinned_and_as_soon_due_as_either(app: Flask) -> None:
    rai = at_the_desk(app, RAI)
    other = asked(app, **FLAGGED)
    kept = asked(app, who={"name": "Sam Heron", "birth_date": "1955-12-24"})  # a family with one address
    with app.app_context():
        enquiry = the(app, kept)
        db.session.add(enquiry)
        enquiry.urgency, enquiry.precedence, enquiry.due_at = (
            Urgency.ROUTINE,
            IN_TURN,
            enquiry.due_at + timedelta(days=2),
        )
        db.session.commit()
    due = the(app, other).due_at
    merged(rai, kept, other)
    assert (the(app, kept).urgency, the(app, kept).precedence, the(app, kept).due_at) == (Urgency.URGENT, PINNED, due)


def test_what_waits_for_the_patient_is_ours_to_do_again(app: Flask) -> None:
    with app.test_request_context():
        first, second, lena = pat_asks(), pat_asks(**SECOND), hire(LENA)
        decide.claim(lena, first.reference, 1)
        decide.move(lena, first.reference, 2, Status.BOOKED, "Tuesday at 10")
        merge.merge(lena, first.reference, 3, second.reference, 1)
        assert (first.status, first.turn) == (Status.BOOKED, Turn.US)


def test_what_was_set_aside_as_spam_stands_in_the_queue_once_another_is_merged_into_it(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.test_request_context():
        kept, other = a_suspect_asks(), pat_asks()
        tom = hire(TOM)
        merge.merge(tom, kept.reference, 1, other.reference, 1)
        assert kept.set_aside_at is None
        reference = kept.reference
    assert reference in lena.get("/desk/queue").text


def test_how_else_it_is_safe_to_reach_them_is_said(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    kept, other = asked_twice(app, contact={"avoid": "Never at my parents’ house"})
    merged(lena, kept, other)
    assert "Never at my parents’ house" in lena.get(kept).text.partition("hurt since September")[0]


@pytest.mark.parametrize("what_is_done", ["nothing", "claimed", "a note"])
def test_apart_again_each_stands_exactly_where_it_stood(app: Flask, what_is_done: str) -> None:
    with app.test_request_context():
        other, kept, lena = pat_asks(**FLAGGED), pat_asks(**SECOND), hire(LENA)
        kept.urgency, kept.precedence = Urgency.SOON, IN_TURN
        db.session.commit()
        decide.claim(lena, other.reference, other.version)
        before, kept_before = Standing.of(other), Standing.of(kept)
        merge.merge(lena, kept.reference, kept.version, other.reference, other.version)
        assert Standing.of(kept) != kept_before
        if what_is_done == "claimed":
            decide.claim(lena, kept.reference, kept.version)
        elif what_is_done == "a note":
            decide.write_note(lena, kept.reference, kept.version, "She rang")

        merge.unmerge(lena, other.reference, other.version, "They are two matters")

        db.session.expire_all()
        assert Standing.of(other) == before
        assert (other.merged_into_id, kept.merged) == (None, [])
        if what_is_done == "nothing":
            assert Standing.of(kept) == kept_before
        else:
            assert kept.urgency is Urgency.URGENT, "what was worked on since is not made less urgent behind their back"


def test_whoever_was_to_be_rung_still_is_once_both_are_one_and_when_they_are_two_again(app: Flask) -> None:
    with app.test_request_context():
        kept, other, lena = pat_asks(), pat_asks(contact={"preferred": "telephone"}), hire(LENA)
        ring_at = other.ring_at
        merge.merge(lena, kept.reference, kept.version, other.reference, other.version)
        assert (kept.ring_at, other.ring_at) == (ring_at, None)
        merge.unmerge(lena, other.reference, other.version, "They are two matters")
        db.session.expire_all()
        assert (kept.ring_at, other.ring_at) == (None, ring_at)
        assert ring_at is not None


def test_each_deed_is_one_version_of_either(app: Flask) -> None:
    with app.test_request_context():
        kept, other, lena = pat_asks(), pat_asks(**SECOND), hire(LENA)
        merge.merge(lena, kept.reference, 1, other.reference, 1)
        assert (kept.version, other.version) == (2, 2)
        merge.unmerge(lena, other.reference, 2, "Two matters")
        assert (kept.version, other.version) == (3, 3)


def test_lena_takes_them_apart_with_a_reason(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    kept, other = asked_twice(app)
    merged(lena, kept, other)
    assert decided(lena, other, "unmerge", reason="").status_code == 422
    assert decided(lena, other, "unmerge", reason="Mother and daughter").status_code == 303
    assert the(app, other).status is Status.NEW
    for case in (kept, other):
        assert "Mother and daughter" in lena.get(case).text
        assert on_record(app, case)[-1] == "enquiry un-merged"
    assert "right foot tingles" not in lena.get(kept).text


def link_of_a_merged_one(app: Flask, lena: Visitor, *kept_stands: Status) -> tuple[str, str, str]:
    """Return Pat's link to an enquiry that was merged, and the addresses of the kept one and of that one."""
    link = pats_link(app)
    with app.app_context():
        other = f"/desk/enquiries/{db.session.scalars(db.select(Enquiry.reference)).one()}"
    kept = asked(app, **SECOND)
    merged(lena, kept, other)
    with app.test_request_context():
        tom, enquiry = hire(TOM), the(app, kept)
        for status in kept_stands:
            enquiry = (
                decide.move(tom, enquiry.reference, enquiry.version, status, "So")
                if enquiry.assignee
                else (decide.claim(tom, enquiry.reference, enquiry.version))
            )
    return link, kept, other


def test_the_link_of_the_merged_one_works_and_its_message_calls_the_clinic_to_the_kept_one(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    link, kept, other = link_of_a_merged_one(app, lena, Status.ASSIGNED, Status.WAITING_FOR_PATIENT)
    assert the(app, kept).turn is Turn.PATIENT
    pat = opened(app, link)
    progress = pat.get(link).text
    assert other[-12:] in progress
    assert "We are waiting to hear from you" in progress
    page = lena.get(kept).text

    assert says(pat, link, "My employer asks for a letter.").status_code == 303

    assert (the(app, kept).turn, the(app, kept).status) == (Turn.US, Status.ASSIGNED)
    assert the(app, other).status is Status.CLOSED
    now = lena.get(kept).text
    assert "My employer asks for a letter." in now
    assert f"Something came by the link of: {other[-12:]}" in now
    held = lena.send(kept, page, {"outcome": "advice-sent"}, f"{kept}/close")
    assert held.status_code == 409, "a colleague who had the page open sees that something came"


def test_a_worrying_message_by_that_link_pins_the_kept_one(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    link, kept, _ = link_of_a_merged_one(app, lena)
    says(opened(app, link), link, WORSE)
    enquiry = the(app, kept)
    assert (enquiry.urgency, enquiry.precedence) == (Urgency.URGENT, PINNED)
    decided(lena, kept, "close", outcome="advice-sent")
    assert the(app, kept).is_open, "it takes two now"


def test_withdrawing_by_that_link_asks_a_colleague(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    link, kept, _ = link_of_a_merged_one(app, lena)
    pat = opened(app, link)
    withdraws(pat, link)
    assert the(app, kept).is_open
    assert "The patient asks to withdraw" in lena.get(kept).text
    assert "You have asked to withdraw it" in pat.get(link).text


def test_when_the_kept_one_has_ended_so_has_it(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    link, kept, _ = link_of_a_merged_one(app, lena)
    decided(lena, kept, "close", outcome="advice-sent")
    pat = opened(app, link)
    assert "it is finished" in pat.get(link).text
    assert "Add something" not in pat.get(link).text


def test_the_link_does_not_end_a_month_after_the_merge(app: Flask, time_passes: Callable[[timedelta], None]) -> None:
    lena = at_the_desk(app, LENA)
    link, _, _ = link_of_a_merged_one(app, lena)
    time_passes(timedelta(days=60))
    assert app.test_client().fill_in(link, PATS_DATE, link).status_code == 303  # type: ignore[attr-defined]


def test_what_was_said_meanwhile_goes_with_the_one_it_was_said_to(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    link, kept, other = link_of_a_merged_one(app, lena)
    says(opened(app, link), link, WORSE)
    decided(lena, other, "unmerge", reason="They are two people")
    one = the(app, other)
    assert (one.is_open, one.turn, one.urgency, one.precedence) == (True, Turn.US, Urgency.URGENT, PINNED)
    assert "I am afraid" in lena.get(other).text
    assert "I am afraid" not in lena.get(kept).text, "it is somebody else's"


@pytest.mark.parametrize("kept", Status)
def test_only_open_ones_are_merged_and_none_with_an_appointment_away(kept: Status) -> None:
    with_an_appointment = {Status.OFFERED, Status.BOOKED, Status.DID_NOT_ATTEND}
    for other in Status:
        is_allowed = kept not in ENDED and other not in ENDED and other not in with_an_appointment
        assert (why_not(kept, other, has_taken_in=False) == "") == is_allowed, other
        assert why_not(kept, other, has_taken_in=True)


def test_who_has_nothing_in_common_is_not_merged(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    kept = asked(app)
    other = asked(app, who={"name": "Sam Heron"}, contact={"email": "sam@home.example", "telephone": ""})
    page = lena.get(f"{kept}/merge?with={other[-12:]}").text
    assert "Nothing says that they are from the same person" in page
    assert f'action="{kept}/merge"' not in page
    with app.test_request_context(), pytest.raises(NotMerged):
        merge.merge(hire(TOM), kept[-12:], 1, other[-12:], 1)


def test_one_that_took_another_in_is_not_merged_away_and_one_that_was_merged_not_again(app: Flask) -> None:
    with app.test_request_context():
        first, second, third, lena = pat_asks(), pat_asks(), pat_asks(), hire(LENA)
        merge.merge(lena, first.reference, 1, second.reference, 1)
        with pytest.raises(NotMerged):
            merge.merge(lena, third.reference, 1, first.reference, 2)
        for one, other in ((second, third), (third, second)):
            with pytest.raises(NotNow):
                merge.merge(lena, one.reference, one.version, other.reference, other.version)
        merge.merge(lena, first.reference, 2, third.reference, 1)
        assert [one.reference for one in first.merged] == [second.reference, third.reference]


def test_of_another_clinic_neither_is_seen_nor_merged(app: Flask) -> None:
    lena, rai = at_the_desk(app, LENA), at_the_desk(app, RAI)
    kept, other = asked(app), asked(app, clinic=Clinic.NORWICH)
    assert lena.get(f"{kept}/merge?with={other[-12:]}").status_code == 404
    assert "Only enquiries of one clinic are merged" in rai.get(f"{kept}/merge?with={other[-12:]}").text
    assert "/merge?with=" not in rai.get(kept).text


def test_nothing_is_decided_on_the_merged_one(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    kept, other = asked_twice(app)
    merged(lena, kept, other)
    page = lena.get(other).text
    for deed in ("move", "close", "reject", "urgency", "transfer", "claim"):
        assert f'action="{other}/{deed}"' not in page
    assert "It was merged into another enquiry: work on that one" in page
    assert f'href="{other}/reply"' not in page
    with app.test_request_context(), pytest.raises((NotNow, MoveNotAllowed)):
        decide.move(hire(TOM), other[-12:], 2, Status.ASSIGNED, "Open again")


def test_a_transfer_takes_along_what_was_merged_and_its_undo_brings_it_back(app: Flask) -> None:
    lena, noor = at_the_desk(app, LENA), at_the_desk(app, NOOR)
    kept, other = asked_twice(app)
    merged(lena, kept, other)
    decided(lena, kept, "transfer", clinic="norwich", reason="She lives there")
    assert "right foot tingles" in noor.get(kept).text
    assert (noor.get(other).status_code, lena.get(other).status_code) == (200, 404)
    with app.test_request_context():
        actor = db.session.scalars(db.select(Staff).where(Staff.email == LENA.email)).one()
        undo.undo(actor, kept[-12:], the(app, kept).version)
    assert the(app, other).clinic is Clinic.LONDON
    assert lena.get(other).status_code == 200


def test_if_either_changed_meanwhile_both_are_shown_again(app: Flask) -> None:
    lena, tom = at_the_desk(app, LENA), at_the_desk(app, TOM)
    for changes in (0, 1):
        cases = asked_twice(app)
        kept, other = cases
        page = lena.get(f"{kept}/merge?with={other[-12:]}").text
        decided(tom, cases[changes], "note", text="Two people!")
        held = lena.send(kept, page, {}, f"{kept}/merge")
        assert held.status_code == 409
        assert "One of the two changed while you were looking" in held.text
        assert the(app, other).is_open
        assert lena.send(kept, held.text, {}, f"{kept}/merge").status_code == 303


def test_of_many_who_merge_the_two_at_once_either_way_one_does(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    one, other = asked_twice(app)
    ways = [(one, other), (other, one)] * 3
    pages = [lena.get(f"{kept}/merge?with={gone[-12:]}").text for kept, gone in ways]
    together = Barrier(len(ways))

    def press(turn: int) -> int:
        together.wait()
        kept = ways[turn][0]
        return lena.send(kept, pages[turn], {}, f"{kept}/merge").status_code

    with ThreadPoolExecutor(len(ways)) as pool:
        assert sorted(pool.map(press, range(len(ways)))) == [303] + [409] * 5
    assert sorted([the(app, one).is_open, the(app, other).is_open]) == [False, True]


def test_a_message_and_an_unmerge_at_once_lose_nothing(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    link, _, other = link_of_a_merged_one(app, lena)
    pat = opened(app, link)
    theirs, ours, together = pat.get(link).text, lena.get(other).text, Barrier(2)

    def write() -> int:
        together.wait()
        return pat.send(link, theirs, {"text": "My employer asks for a letter."}, f"{link}/message").status_code

    def take_apart() -> int:
        together.wait()
        return lena.send(other, ours, {"reason": "Two people"}, f"{other}/unmerge").status_code

    with ThreadPoolExecutor(2) as pool:
        wrote, apart = pool.submit(write), pool.submit(take_apart)
        assert wrote.result() == 303
        assert apart.result() in (303, 409)
    assert "My employer asks for a letter." in lena.get(other).text
    with app.app_context():
        assert Event.WROTE in [entry.event for entry in caseload.timeline(the(app, other))]


def test_however_much_was_merged_a_case_costs_the_same(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    kept = asked(app)
    costs = []
    for _ in range(3):
        other = asked(app, **SECOND)
        with app.app_context():
            pat_adds(the(app, other))
        merged(lena, kept, other)
        with counting_queries(app) as questions:
            assert lena.get(kept).status_code == 200
        costs.append(len(questions))
    assert len(set(costs)) == 1
