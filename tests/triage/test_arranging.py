"""Who has an enquiry, and when it comes back: one at a time, or several that are ticked."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from enquiry import caseload, clock, waking
from enquiry.extensions import db
from enquiry.following import say
from enquiry.records.enquiry import IN_TURN, PINNED, Enquiry
from enquiry.records.staff import Staff
from enquiry.records.timeline import Entry, Event
from enquiry.records.types import WrappedKey
from enquiry.rules.clinics import Clinic
from enquiry.rules.status import Status, Turn
from enquiry.rules.urgency import Urgency
from enquiry.triage import arrange, decide, merge, questions
from tests.people import INES, LENA, MAX, NOOR, PAT, RAI, Colleague, at_the_desk, hire, pat_asks
from tests.visitor import Visitor

TimePasses = Callable[[timedelta], None]

PROPOSED = "Proposed to close: Information sent. It closes when a colleague agrees"
LONDON = "/desk/queue/london"


@pytest.fixture
def lena(app: Flask) -> Visitor:
    return at_the_desk(app, LENA)


def today() -> date:
    return clock.for_the_eye(clock.now()).date()


def in_days(days: int) -> date:
    return today() + timedelta(days=days)


def id_of(colleague: Colleague) -> UUID:
    return db.session.scalars(select(Staff.id).where(Staff.email == colleague.email)).one()


def now_is(app: Flask, reference: str) -> Enquiry:
    """Return an enquiry as it stands."""
    with app.app_context():
        return db.session.scalars(select(Enquiry).where(Enquiry.reference == reference)).one()


def answered(app: Flask, **pages: Any) -> str:
    """Let Lena have answered an enquiry, and return its reference."""
    with app.test_request_context():
        enquiry = pat_asks(**pages)
        taken = {"status": Status.ASSIGNED, "assignee_id": id_of(LENA), "precedence": IN_TURN}
        values = {**taken, "first_contact_at": enquiry.received_at}
        db.session.execute(update(Enquiry).where(Enquiry.id == enquiry.id).values(**values))
        db.session.commit()
        return enquiry.reference


def let_it_stand(app: Flask, reference: str, **values: Any) -> str:
    """Let an enquiry stand otherwise, and return its reference."""
    with app.app_context():
        db.session.execute(update(Enquiry).where(Enquiry.reference == reference).values(**values))
        db.session.commit()
    return reference


def do(visitor: Visitor, reference: str, deed: str, **answers: str) -> Any:
    address = f"/desk/enquiries/{reference}/{deed}"
    return visitor.fill_in(address, answers, address)


def press(visitor: Visitor, reference: str, deed: str) -> Any:
    """Press a button of the case that needs nothing typed."""
    return visitor.fill_in(f"/desk/enquiries/{reference}", {}, f"/desk/enquiries/{reference}/{deed}")


def ticked(app: Flask, *references: str) -> list[str]:
    """Return rows as a list's boxes name them."""
    return [f"{reference}.{now_is(app, reference).version}" for reference in references]


def tick(visitor: Visitor, address: str, rows: list[str], deed: str) -> Any:
    """Tick rows of a list and press one of the buttons under it: boxes and buttons stand outside their form."""
    page = visitor.get(address).text
    form = re.search(rf'<form [^>]*action="{LONDON}/several".*?</form>', page, re.DOTALL)
    assert form
    assert f'name="deed" value="{deed}"' in form[0] or deed == "erase"
    unseen = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
    return visitor.post(f"{LONDON}/several", data={**unseen, "row": rows, "deed": deed})


def several(visitor: Visitor, rows: list[str], deed: str, **answers: str) -> dict[str, str]:
    """Do a deed with what is ticked, as without scripts, and return what is said of each reference."""
    step = tick(visitor, LONDON, rows, deed)
    assert step.status_code == 200, step.text
    page = visitor.send(LONDON, step.text, answers, f"{LONDON}/several").text
    said = re.findall(r'href="/desk/enquiries/([^"]+)">[^<]*</a> <span class="results__words">(.*?)</span>', page)
    return dict(said)


# --- who has it


def test_lena_gives_an_enquiry_to_mr_rai(app: Flask, lena: Visitor) -> None:
    with app.test_request_context():
        rai, reference = str(hire(RAI).id), pat_asks().reference
    assert do(lena, reference, "assign", to=rai).status_code == 303
    enquiry = now_is(app, reference)
    assert (enquiry.status, str(enquiry.assignee_id)) == (Status.ASSIGNED, rai)
    page = lena.get(f"/desk/enquiries/{reference}").text
    assert f"To {RAI.name}" in page
    assert "Assigned" in page


def test_the_page_offers_oneself_first_and_nobody_of_another_clinic_or_another_trade(app: Flask, lena: Visitor) -> None:
    with app.test_request_context():
        for colleague in (NOOR, RAI, MAX, INES):
            hire(colleague)
        gone = hire(Colleague("gone@clinic.example", "Gone Away", LENA.role, LENA.clinics))
        gone.active = False
        db.session.commit()
        reference = pat_asks().reference
    page = lena.get(f"/desk/enquiries/{reference}/assign").text
    assert re.findall(r'<option value="[^"]*">([^<]+)', page) == ["Choose", f"Me, {LENA.name}", RAI.name]


@pytest.mark.parametrize("colleague", [NOOR, MAX, INES, None])
def test_nobody_can_be_given_what_they_may_not_open(app: Flask, lena: Visitor, colleague: Colleague | None) -> None:
    with app.test_request_context():
        to = hire(colleague).id if colleague else UUID(int=7)
        reference = pat_asks().reference
        lena_herself = db.session.scalars(select(Staff).where(Staff.email == LENA.email)).one()
        with pytest.raises(arrange.NotTheirs):
            arrange.assign(lena_herself, reference, 1, to)
    assert do(lena, reference, "assign", to=str(to)).status_code == 422


def test_what_is_given_back_can_be_claimed_by_the_next(app: Flask, lena: Visitor) -> None:
    with app.test_request_context():
        reference = pat_asks().reference
    do(lena, reference, "assign", to="me")
    assert now_is(app, reference).assignee_id is not None
    assert press(lena, reference, "give-back").status_code == 303
    enquiry = now_is(app, reference)
    assert (enquiry.status, enquiry.assignee_id) == (Status.NEW, None)
    assert ">Claim<" in lena.get(LONDON).text


def test_an_enquiry_that_waits_for_the_patient_stays_where_it_stands_when_it_is_given_back(
    app: Flask, lena: Visitor
) -> None:
    reference = answered(app)
    do_move(lena, reference, "waiting-for-patient")
    press(lena, reference, "give-back")
    enquiry = now_is(app, reference)
    assert (enquiry.status, enquiry.turn, enquiry.assignee_id) == (Status.WAITING_FOR_PATIENT, Turn.PATIENT, None)


def do_move(visitor: Visitor, reference: str, status: str) -> None:
    case = f"/desk/enquiries/{reference}"
    assert visitor.fill_in(case, {"status": status, "reason": "She rang."}, f"{case}/move").status_code == 303


# --- until when


def test_lena_snoozes_until_a_day_and_it_is_back_in_the_queue_that_morning(
    app: Flask, lena: Visitor, time_passes: TimePasses
) -> None:
    reference = answered(app)
    assert do(lena, reference, "snooze", until=in_days(3).isoformat(), reason="She is away.").status_code == 303
    enquiry = now_is(app, reference)
    assert enquiry.turn is Turn.NOBODY
    assert enquiry.snoozed_until is not None
    assert clock.for_the_eye(enquiry.snoozed_until).hour == 9
    assert reference not in shown(lena)
    assert "Snoozed until" in lena.get(f"{LONDON}?turn=nobody").text
    assert "She is away." in lena.get(f"/desk/enquiries/{reference}").text
    time_passes(enquiry.snoozed_until - clock.now() + timedelta(seconds=1))
    with app.app_context():
        assert waking.wake(clock.now()) == 1
        assert waking.wake(clock.now()) == 0
    again = now_is(app, reference)
    assert (again.turn, again.snoozed_until) == (Turn.US, None)
    assert again.due_at > clock.now(), "nothing that comes back is overdue at once"


def shown(visitor: Visitor) -> list[str]:
    return re.findall(r'data-seen="([^".]+)\.', visitor.get(LONDON).text)


def fall_due(app: Flask, *references: str) -> None:
    """Let the time of what is snoozed have come."""
    with app.app_context():
        db.session.execute(update(Enquiry).where(Enquiry.reference.in_(references)).values(snoozed_until=clock.now()))
        db.session.commit()


def test_with_the_worker_dead_whoever_opens_the_list_wakes_what_is_due(app: Flask, lena: Visitor) -> None:
    reference = answered(app)
    do(lena, reference, "snooze", until=in_days(3).isoformat())
    assert shown(lena) == []
    fall_due(app, reference)
    assert shown(lena) == [reference]
    with app.app_context():
        entries = db.session.scalars(select(Entry.event).order_by(Entry.id)).all()
    assert entries[-1] is Event.WOKEN


def test_one_that_does_not_open_wakes_all_the_same_and_keeps_nobody_else_asleep(app: Flask, lena: Visitor) -> None:
    broken, whole = answered(app), answered(app)
    for reference in (broken, whole):
        do(lena, reference, "snooze", until=in_days(3).isoformat())
    fall_due(app, broken, whole)
    with app.app_context():
        key = db.session.scalars(select(Enquiry).where(Enquiry.reference == broken)).one().key
        key.wrapped = key.wrapped[:-1] + bytes([key.wrapped[-1] ^ 1])
        db.session.commit()
    assert sorted(shown(lena)) == sorted([broken, whole])


def test_after_the_patients_thanks_it_is_snoozed_again_in_one_press(
    app: Flask, lena: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FreeScout #5378: staff had to type the date anew."""
    reference = answered(app)
    until = in_days(5)
    do(lena, reference, "snooze", until=until.isoformat(), reason="Until her scan.")
    pat_writes(app, reference, monkeypatch)
    assert now_is(app, reference).turn is Turn.US
    page = lena.get(f"/desk/enquiries/{reference}").text
    assert f"Snooze again until {until.day} {until:%B %Y}" in page
    assert press(lena, reference, "snooze").status_code == 303
    enquiry = now_is(app, reference)
    assert enquiry.snoozed_until is not None
    assert clock.for_the_eye(enquiry.snoozed_until).date() >= until


def pat_writes(app: Flask, reference: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Pat say something more, through a link that is open."""
    taken = lambda _token, _word: caseload.take_for_operator(reference)  # noqa: E731
    monkeypatch.setattr(say, "take_opened", taken)
    with app.app_context():
        say.add_message("", "", UUID(int=1), "Thank you.")


def test_what_a_colleague_or_its_day_woke_is_not_offered_again(app: Flask, lena: Visitor) -> None:
    by_hand, by_day = answered(app), answered(app)
    for reference in (by_hand, by_day):
        do(lena, reference, "snooze", until=in_days(3).isoformat())
    press(lena, by_hand, "wake")
    fall_due(app, by_day)
    lena.get(LONDON)
    for reference in (by_hand, by_day):
        assert now_is(app, reference).turn is Turn.US
        assert "Snooze again" not in lena.get(f"/desk/enquiries/{reference}").text


def test_what_becomes_more_urgent_while_it_is_put_off_is_back_at_once(app: Flask, lena: Visitor) -> None:
    """It was pinned as a red flag, and out of sight for weeks (hazard 36: what is pinned is not put off)."""
    raised, lowered = answered(app), let_it_stand(app, answered(app), urgency=Urgency.SOON)
    for reference in (raised, lowered):
        do(lena, reference, "snooze", until=in_days(60).isoformat())
    with app.test_request_context():
        of_lena = db.session.scalars(select(Staff).where(Staff.email == LENA.email)).one()
        decide.set_urgency(of_lena, raised, now_is(app, raised).version, Urgency.RED_FLAG_DECLARED, "She rang: worse")
        decide.set_urgency(hire(RAI), lowered, now_is(app, lowered).version, Urgency.ROUTINE, "Not so soon")
    assert shown(lena) == [raised]
    assert now_is(app, raised).due_at > clock.now()
    undone = lena.fill_in(f"/desk/enquiries/{raised}", {}, f"/desk/enquiries/{raised}/undo")
    assert undone.status_code == 303
    assert shown(lena) == []


def test_what_a_clinician_is_asked_about_while_it_is_put_off_is_back_at_once(app: Flask, lena: Visitor) -> None:
    reference = let_it_stand(app, answered(app), status=Status.WITH_CLINICIAN)
    do(lena, reference, "snooze", until=in_days(60).isoformat())
    with app.test_request_context():
        of_lena = db.session.scalars(select(Staff).where(Staff.email == LENA.email)).one()
        questions.ask(of_lena, reference, now_is(app, reference).version, hire(RAI).id, "May she wait?")
    assert shown(lena) == [reference]


def test_a_pinned_one_that_is_merged_into_what_is_put_off_brings_it_back(app: Flask, lena: Visitor) -> None:
    kept = answered(app)
    waits = {"status": Status.WAITING_FOR_PATIENT, "turn": Turn.PATIENT}
    other = let_it_stand(app, answered(app), precedence=PINNED, **waits)
    do(lena, kept, "snooze", until=in_days(60).isoformat())
    with app.test_request_context():
        of_lena = db.session.scalars(select(Staff).where(Staff.email == LENA.email)).one()
        merge.merge(of_lena, kept, now_is(app, kept).version, other, now_is(app, other).version)
    assert shown(lena) == [kept]


def test_what_is_snoozed_and_then_closed_never_wakes(app: Flask, lena: Visitor) -> None:
    reference = answered(app)
    do(lena, reference, "snooze", until=in_days(3).isoformat())
    case = f"/desk/enquiries/{reference}"
    lena.fill_in(case, {"outcome": "advice-sent"}, f"{case}/close")
    with app.app_context():
        assert waking.wake(clock.now() + timedelta(days=9)) == 0


@pytest.mark.parametrize("days", [-1, 0, 91])
def test_a_day_that_has_come_or_is_months_away_is_refused(app: Flask, lena: Visitor, days: int) -> None:
    refused = do(lena, answered(app), "snooze", until=in_days(days).isoformat())
    assert refused.status_code == 409
    assert "one of the next 90 days" in refused.text


def test_without_a_day_nothing_is_put_off_and_what_was_typed_stays(app: Flask, lena: Visitor) -> None:
    refused = do(lena, answered(app), "snooze", until="soon", reason="She is away.")
    assert refused.status_code == 422
    assert "Enter a day" in refused.text
    assert "She is away." in refused.text


def test_nobody_disappears_before_they_were_claimed_or_acknowledged_or_answered(app: Flask, lena: Visitor) -> None:
    with app.test_request_context():
        new = pat_asks().reference
        pinned = pat_asks(safety={"red_flags": ["row-9"]}).reference
        unanswered = pat_asks(contact={"email": "other@home.example", "telephone": ""}).reference
    for reference in (pinned, unanswered):
        press(lena, reference, "claim")
    for reference, days, why in (
        (new, 1, "claim it first"),
        (pinned, 1, "It is pinned"),
        (unanswered, 9, "promised an answer"),
    ):
        refused = do(lena, reference, "snooze", until=in_days(days).isoformat())
        assert refused.status_code == 409
        assert why in refused.text
        assert now_is(app, reference).turn is Turn.US


def test_only_a_clinician_puts_off_a_red_flag(app: Flask, lena: Visitor) -> None:
    rai, reference = at_the_desk(app, RAI), answered(app, safety={"red_flags": ["row-9"]})
    assert "Only a clinician" in do(lena, reference, "snooze", until=in_days(3).isoformat()).text
    assert do(rai, reference, "snooze", until=in_days(3).isoformat()).status_code == 303


def test_what_waits_as_possible_spam_is_neither_given_nor_put_off(app: Flask, lena: Visitor) -> None:
    reference = answered(app)
    with app.app_context():
        db.session.execute(update(Enquiry).values(set_aside_at=clock.now()))
        db.session.commit()
    for deed, answers in (("assign", {"to": "me"}), ("snooze", {"until": in_days(3).isoformat()})):
        assert "waits as possible spam" in do(lena, reference, deed, **answers).text


def test_a_colleague_was_quicker_and_nothing_is_put_off_unseen(app: Flask, lena: Visitor) -> None:
    rai, reference = at_the_desk(app, RAI), answered(app)
    address = f"/desk/enquiries/{reference}/snooze"
    page = lena.get(address).text
    case = f"/desk/enquiries/{reference}"
    rai.fill_in(case, {"text": "She is worse."}, f"{case}/note")
    held = lena.send(address, page, {"until": in_days(3).isoformat(), "reason": "Away"}, address)
    assert held.status_code == 409
    assert "She is worse." in held.text
    assert "Away" in held.text
    assert now_is(app, reference).turn is Turn.US


# --- several


def test_each_ticked_row_is_answered_in_words_and_one_refusal_undoes_no_other(app: Flask, lena: Visitor) -> None:
    with app.test_request_context():
        flagged = pat_asks(safety={"red_flags": ["row-9"]}).reference
        mail = {"email": "other@home.example", "telephone": ""}
        done, changed, closed = (pat_asks(contact=mail).reference for _ in range(3))
    rows = ticked(app, flagged, done, changed, closed)
    case = f"/desk/enquiries/{changed}"
    lena.fill_in(case, {"text": "She rang."}, f"{case}/note")
    case = f"/desk/enquiries/{closed}"
    lena.fill_in(case, {"outcome": "duplicate"}, f"{case}/close")
    rows[3] = ticked(app, closed)[0]
    said = several(lena, rows, "close", outcome="advice-sent", remark="All told by telephone")
    assert said == {
        flagged: PROPOSED,
        done: "Closed: Information sent",
        changed: "Somebody changed it after you looked: open it and see",
        closed: "It has ended already",
    }
    assert now_is(app, done).status is Status.CLOSED
    assert now_is(app, flagged).is_open
    assert now_is(app, changed).is_open


def test_a_flagged_row_is_closed_among_several_by_no_one_alone_as_on_its_case(app: Flask) -> None:
    rai = at_the_desk(app, RAI)
    with app.test_request_context():
        flagged = pat_asks(safety={"red_flags": ["row-9"]}).reference
    assert several(rai, ticked(app, flagged), "close", outcome="advice-sent") == {flagged: PROPOSED}
    assert now_is(app, flagged).is_open


def test_several_are_given_to_mr_rai_given_back_and_put_off(app: Flask, lena: Visitor) -> None:
    with app.test_request_context():
        rai = str(hire(RAI).id)
        first, second = pat_asks().reference, pat_asks().reference
    both = [first, second]
    assert set(several(lena, ticked(app, *both), "assign", to=rai).values()) == {f"Assigned: {RAI.name}"}
    assert {str(now_is(app, one).assignee_id) for one in both} == {rai}
    assert set(several(lena, ticked(app, *both), "give-back").values()) == {"Nobody has it now"}
    assert set(several(lena, ticked(app, first), "give-back").values()) == {"Nobody has it"}
    third = answered(app)
    until = in_days(3)
    said = several(lena, ticked(app, first, third), "snooze", until=until.isoformat())
    assert said == {
        first: "Nobody has it yet: claim it first",
        third: f"Snoozed until {until.day} {until:%B %Y}",
    }


def test_the_question_shows_who_is_ticked_and_asks_again_when_unanswered(app: Flask, lena: Visitor) -> None:
    with app.test_request_context():
        reference = pat_asks().reference
    step = tick(lena, LONDON, ticked(app, reference), "close")
    assert PAT.partition(" ")[0] in step.text
    assert "There is a problem" not in step.text
    asked = lena.send(LONDON, step.text, {"outcome": ""}, f"{LONDON}/several")
    assert asked.status_code == 422
    assert "Select what came of it" in asked.text
    assert now_is(app, reference).is_open


def test_nothing_ticked_or_too_much_for_a_page_of_one_leads_back_and_says_so(app: Flask, lena: Visitor) -> None:
    with app.test_request_context():
        both = [pat_asks().reference, pat_asks().reference]
    address = f"{LONDON}?status=new"
    nothing = tick(lena, address, [], "close")
    assert (nothing.status_code, nothing.location) == (303, address)
    assert "Tick a row first" in lena.get(address).text
    tick(lena, address, ticked(app, *both), "reply")
    assert "tick one row" in lena.get(address).text
    one = tick(lena, address, ticked(app, both[0]), "call")
    assert one.location.startswith(f"/desk/enquiries/{both[0]}/call?list=")


def test_one_row_is_closed_and_the_next_is_opened(app: Flask, lena: Visitor) -> None:
    with app.test_request_context():
        for _ in range(3):
            pat_asks()
    first, second, _ = shown(lena)
    step = tick(lena, LONDON, ticked(app, first), "close")
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', step.text))
    sent = {**form, "outcome": "advice-sent", "then": "next"}
    onward = lena.post(f"{LONDON}/several", data=sent)
    assert onward.status_code == 303
    assert lena.get(onward.location).location.startswith(f"/desk/enquiries/{second}?list=")


def test_a_row_that_was_meddled_with_is_left_out(app: Flask, lena: Visitor) -> None:
    with app.test_request_context():
        reference = pat_asks().reference
    rows = ["\0.1", "nonsense.1", *ticked(app, reference)]
    assert several(lena, rows, "assign", to="me").keys() == {reference}


def test_of_a_row_that_does_not_open_nothing_is_done_in_passing(app: Flask, lena: Visitor) -> None:
    """What was begun with it went into the database with the next row: assigned, with nobody on record for it."""
    with app.test_request_context():
        broken, whole = pat_asks(), pat_asks()
        strange = db.session.get_one(WrappedKey, whole.id).wrapped
        db.session.execute(update(WrappedKey).where(WrappedKey.id == broken.id).values(wrapped=strange))
        db.session.commit()
    said = several(lena, ticked(app, broken.reference, whole.reference), "assign", to="me")
    assert said[broken.reference] == "It cannot be opened safely"
    assert said[whole.reference].startswith("Assigned")
    assert now_is(app, broken.reference).version == broken.version
    assert now_is(app, broken.reference).assignee_id is None


def test_a_deed_that_there_is_not_is_not_found(app: Flask, lena: Visitor) -> None:
    with app.test_request_context():
        reference = pat_asks().reference
    assert tick(lena, LONDON, ticked(app, reference), "erase").status_code == 404


def test_the_moment_of_waking_is_when_the_clinic_opens(app: Flask, lena: Visitor) -> None:
    """A Saturday, and a bank holiday, are no days on which anybody is back."""
    reference = answered(app)
    saturday = in_days((5 - today().weekday()) % 7 or 7)
    do(lena, reference, "snooze", until=saturday.isoformat())
    wakes = now_is(app, reference).snoozed_until
    assert isinstance(wakes, datetime)
    assert clock.for_the_eye(wakes).weekday() < 5
    assert now_is(app, reference).clinic is Clinic.LONDON
