"""What is pinned stands above the clock until a named person has seen it; a red flag is a clinician's to see."""

from flask import Flask
from sqlalchemy import update

from enquiry.extensions import db
from enquiry.records.enquiry import IN_TURN, PINNED, Enquiry
from enquiry.rules.urgency import Urgency
from tests.following.receipt import opened, pats_link, says
from tests.people import LENA, RAI, at_the_desk
from tests.triage.deciding import FLAGGED, asked, decided, on_record, the


def test_mr_rai_has_seen_the_red_flag_and_it_stands_in_its_turn(app: Flask) -> None:
    rai = at_the_desk(app, RAI)
    case = asked(app, **FLAGGED)
    due = the(app, case).due_at
    assert "Pinned above the queue: a sign for a clinician on the safety page" in rai.get(case).text

    assert decided(rai, case, "acknowledge").status_code == 303

    assert (the(app, case).precedence, the(app, case).due_at) == (IN_TURN, due)
    page = rai.get(case).text
    assert "Pinned above the queue" not in page
    assert "Acknowledged" in page.partition("What happened")[2]
    assert on_record(app, case)[-1] == "pin acknowledged"


def test_lena_is_told_that_only_a_clinician_can(app: Flask) -> None:
    lena, rai = at_the_desk(app, LENA), at_the_desk(app, RAI)
    case = asked(app, **FLAGGED)
    assert "Only a clinician can acknowledge a red flag" in lena.get(case).text
    assert f'action="{case}/acknowledge"' not in lena.get(case).text
    forged = lena.send(case, rai.get(case).text, {}, f"{case}/acknowledge")
    assert forged.status_code in (400, 409)
    assert the(app, case).precedence == PINNED


def test_what_is_urgent_without_a_red_flag_is_anybodys_to_see(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app)
    with app.app_context():
        db.session.execute(update(Enquiry).values(precedence=PINNED, urgency=Urgency.URGENT))
        db.session.commit()
    assert "Pinned above the queue: it is urgent" in lena.get(case).text
    assert decided(lena, case, "acknowledge").status_code == 303
    assert the(app, case).precedence == IN_TURN


def test_another_worrying_message_pins_it_again(app: Flask) -> None:
    rai, link = at_the_desk(app, RAI), pats_link(app, **FLAGGED)
    with app.app_context():
        case = f"/desk/enquiries/{db.session.scalars(db.select(Enquiry.reference)).one()}"
    decided(rai, case, "acknowledge")
    says(opened(app, link), link, "Since last night I can’t pee, and I am afraid.")
    assert the(app, case).precedence == PINNED
    assert "words that may mean a red flag" in rai.get(case).text


def test_what_lena_raises_to_a_red_flag_is_pinned_for_a_clinician(app: Flask) -> None:
    lena, rai = at_the_desk(app, LENA), at_the_desk(app, RAI)
    for who, precedence, email in ((rai, IN_TURN, "finch@home.example"), (lena, PINNED, "wren@home.example")):
        case = asked(app, who={"name": email[:5]}, contact={"email": email, "telephone": ""})
        decided(who, case, "urgency", urgency="red-flag-declared", reason="Numb since")
        assert the(app, case).precedence == precedence


def test_who_comes_second_is_told_and_nothing_happens_twice(app: Flask) -> None:
    rai, lena = at_the_desk(app, RAI), at_the_desk(app, LENA)
    case = asked(app, **FLAGGED)
    page = rai.get(case).text
    decided(lena, case, "note", text="She rang: it is worse")
    held = rai.send(case, page, {}, f"{case}/acknowledge")
    assert held.status_code == 409
    assert "She rang: it is worse" in held.text
    assert the(app, case).precedence == PINNED
