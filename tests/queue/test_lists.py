"""Lena works through her lists: who must act next, narrowed to what she looks for, one case after the other."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import select, update

from enquiry import caseload, clock
from enquiry.extensions import db
from enquiry.queue import saved
from enquiry.records.enquiry import IN_TURN, PINNED, Enquiry
from enquiry.records.staff import SavedViews, Staff
from enquiry.rules.status import Status, Turn
from enquiry.rules.urgency import Urgency
from tests.counting import counting_queries
from tests.people import LENA, NOOR, PAT, RAI, at_the_desk, pat_asks
from tests.visitor import Visitor

LONDON = "/desk/queue/london"


def listed(page: str) -> list[str]:
    """Return the references of the rows of a list, in order."""
    return re.findall(r'data-seen="([^".]+)\.', page)


def counts(page: str) -> dict[str, str]:
    """Return what the ways between the lists say of how many wait in each."""
    return dict(re.findall(r'<a href="/desk/queue[^>]*>([\w ]+?) <span class="count">([^<]+)</span>', page))


def stands(reference: str, **values: object) -> None:
    """Let an enquiry stand otherwise than it came; call it in an application context."""
    db.session.execute(update(Enquiry).where(Enquiry.reference == reference).values(**values))
    db.session.commit()


def lenas_id() -> object:
    return db.session.scalar(select(Staff.id).where(Staff.email == LENA.email))


def test_each_side_that_must_act_has_a_list_and_says_how_many(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        ours, patients, gps, nobodys = (pat_asks().reference for _ in range(4))
        stands(patients, status=Status.WAITING_FOR_PATIENT, turn=Turn.PATIENT)
        stands(gps, status=Status.WAITING_FOR_REFERRER, turn=Turn.REFERRER)
        stands(nobodys, status=Status.BOOKED, turn=Turn.NOBODY)
    page = lena.get(LONDON).text
    assert counts(page) == {"For us": "1", "Patient": "1", "GP": "1", "Nobody": "1", "Possible spam": "0"}
    assert listed(page) == [ours]
    for turn, reference in (("patient", patients), ("referrer", gps), ("nobody", nobodys), ("nonsense", ours)):
        assert listed(lena.get(LONDON, query_string={"turn": turn}).text) == [reference]


@pytest.mark.parametrize(
    "safety, about, why",
    [
        ({"red_flags": ["row-9"]}, {}, "red flag told"),
        ({"red_flags": ["row-9"], "cancer": "yes"}, {}, "red flag told, cancer"),
        ({}, {"story": "I am numb between my legs."}, "worrying words"),
    ],
)
def test_a_pinned_row_says_why(app: Flask, safety: dict[str, object], about: dict[str, object], why: str) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        late = pat_asks(contact={"email": "other@home.example", "telephone": ""})
        pinned = pat_asks(safety=safety, about=about).reference
        stands(late.reference, due_at=clock.now() - timedelta(days=9))
    page = lena.get(LONDON).text
    assert listed(page) == [pinned, late.reference]
    assert re.search(rf"Pinned: </span>{why}</span>", page)


def test_who_was_acknowledged_stands_in_turn_and_says_nothing_of_a_pin(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        reference = pat_asks(safety={"red_flags": ["row-9"]}).reference
        stands(reference, precedence=IN_TURN)
    page = lena.get(LONDON).text
    assert listed(page) == [reference]
    assert "Pinned" not in page


@pytest.mark.parametrize(
    "words, found",
    [
        ({}, "mine free due"),
        ({"whose": "mine"}, "mine"),
        ({"whose": "nobodys"}, "free due"),
        ({"urgency": "soon"}, "due"),
        ({"kind": "appointment"}, "free"),
        ({"status": "assigned"}, "mine"),
        ({"pressing": "overdue"}, "due"),
        ({"whose": "nobodys", "kind": "question", "pressing": "overdue"}, "due"),
        ({"whose": "mine", "pressing": "overdue"}, ""),
        ({"whose": "O’Brien", "urgency": "x", "status": ""}, "mine free due"),
    ],
)
def test_a_list_is_narrowed_by_its_address(app: Flask, words: dict[str, str], found: str) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        known = {name: pat_asks().reference for name in ("mine", "free", "due")}
        stands(known["mine"], status=Status.ASSIGNED, assignee_id=lenas_id())
        stands(known["free"], kind="appointment")
        stands(known["due"], urgency=Urgency.SOON, due_at=clock.now() - timedelta(hours=1))
    page = lena.get(LONDON, query_string=words).text
    assert set(listed(page)) == {known[name] for name in found.split()}
    assert counts(page)["For us"] == str(len(found.split()))


def test_the_form_puts_what_is_chosen_into_the_address_and_nothing_of_a_patient(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        pat_asks()
    page = lena.get(LONDON, query_string={"turn": "us", "urgency": "routine"}).text
    form = re.search(r'<form method="get" action="/desk/queue/london">(.*?)</form>', page, re.DOTALL)
    assert form
    assert set(re.findall(r'name="(\w+)"', form[1])) == {"whose", "urgency", "kind", "status", "pressing"}
    assert '<option value="routine" selected>' in form[1]
    assert not [address for address in re.findall(r'(?:href|action|data-address)="([^"]+)"', page) if "Pat" in address]


def test_a_narrowed_list_is_turned_page_by_page_and_stays_narrowed(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        nobodys = {pat_asks().reference for _ in range(caseload.PAGE + 2)}
        stands(pat_asks().reference, status=Status.ASSIGNED, assignee_id=lenas_id())
    first = lena.get(LONDON, query_string={"whose": "nobodys"}).text
    following = re.search(r'href="(/desk/queue/london\?[^"]*after=[^"]+)"', first)
    assert following
    second = lena.get(following[1].replace("&amp;", "&")).text
    assert len(listed(first)) == caseload.PAGE
    assert {*listed(first), *listed(second)} == nobodys
    assert "n%3D25%26of%3D26" in second, "a row of the second page counts on from the first"


def test_lena_saves_one_after_the_other_and_is_led_through_the_list(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        for _ in range(3):
            pat_asks()
    page = lena.get(LONDON, query_string={"whose": "nobodys"}).text
    first, second, third = listed(page)
    case = opened(page, first)
    assert "1 of 3" in lena.get(case).text
    onward = save_and_open_next(lena, case, f"/desk/enquiries/{first}/close", outcome="advice-sent")
    following = lena.get(onward).location
    assert following.startswith(f"/desk/enquiries/{second}?list=")
    shown = lena.get(following).text
    assert "1 of 2" in shown, "the one before has left the list"
    assert f"{first}: Enquiry closed" in shown
    onward = save_and_open_next(lena, following, f"/desk/enquiries/{second}/note", text="She rang.")
    last = lena.get(onward).location
    assert last.startswith(f"/desk/enquiries/{third}?list=")
    assert "2 of 2" in lena.get(last).text
    onward = save_and_open_next(lena, last, f"/desk/enquiries/{third}/close", outcome="advice-sent")
    end = lena.get(onward).text
    assert "That was the last in this list" in end
    assert "Begin again at the top" in end


def test_an_empty_list_says_so_at_its_end(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    assert "Nothing is left in this list" in lena.get(f"{LONDON}/next").text


def opened(page: str, reference: str) -> str:
    """Return the address to which a row leads."""
    found = re.search(rf'href="(/desk/enquiries/{reference}\?[^"]+)"', page)
    assert found
    return found[1].replace("&amp;", "&")


def save_and_open_next(visitor: Visitor, case: str, action: str, **answers: str) -> str:
    """Fill in a form of a case, press its second button, and return where that leads."""
    page = visitor.get(case).text
    found = re.search(rf'<form method="post" action="{action}".*?</form>', page, re.DOTALL)
    assert found
    assert 'name="then" value="next"' in found[0]
    hidden = dict(re.findall(r'name="(csrf_token|version|list)" (?:type="hidden" )?value="([^"]*)"', found[0]))
    assert "list" in hidden
    sent = {name: value.replace("&amp;", "&") for name, value in hidden.items()}
    answer = visitor.post(action, data={**sent, **answers, "then": "next"})
    assert answer.status_code == 303, answer.text
    return answer.location


def test_without_a_list_there_is_no_next_and_a_meddled_list_is_none(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        reference = pat_asks().reference
    for words in ({}, {"list": "norwich?after=x"}, {"list": "london"}, {"list": "london?after=1_x_y&n=99999999"}):
        page = lena.get(f"/desk/enquiries/{reference}", query_string=words).text
        assert "open next" not in page.lower()


@pytest.mark.parametrize("words", [{}, {"whose": "mine"}, {"status": "assigned", "pressing": "overdue"}])
def test_a_list_costs_the_same_few_questions_whatever_it_is_narrowed_to(app: Flask, words: dict[str, str]) -> None:
    rai = at_the_desk(app, RAI)
    with app.app_context():
        for _ in range(caseload.PAGE):
            late = {"status": Status.ASSIGNED, "due_at": clock.now() - timedelta(days=1)}
            rais = db.session.scalar(select(Staff.id).where(Staff.email == RAI.email))
            stands(pat_asks().reference, assignee_id=rais, **late)
    rai.fill_in(f"{LONDON}?whose=mine", {"name": "Mine"})
    with counting_queries(app) as questions:
        assert len(listed(rai.get(LONDON, query_string=words).text)) == caseload.PAGE
    assert len(questions) <= 6


def test_who_waited_longer_than_was_promised_is_said_in_words(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        reference = pat_asks().reference
        assert "too long" not in lena.get(LONDON).text
        long_ago = clock.now() - timedelta(days=6)
        stands(reference, received_at=long_ago, promised_at=long_ago + timedelta(days=2))
    assert re.search(r"queue__waiting--long\">6 days, too long", lena.get(LONDON).text)


def test_lena_saves_renames_and_deletes_a_view_whose_name_only_she_reads(app: Flask) -> None:
    lena, noor = at_the_desk(app, LENA), at_the_desk(app, NOOR)
    address = f"{LONDON}?whose=mine&urgency=urgent"
    assert lena.fill_in(address, {"name": "Mrs Okafor’s <kin>"}).location == address
    page = lena.get(LONDON).text
    assert f'<a href="{escape("/desk/queue/london?whose=mine&urgency=urgent")}">Mrs Okafor’s &lt;kin&gt;</a>' in page
    with app.app_context():
        kept = db.session.scalars(select(SavedViews)).one()
        assert b"Okafor" not in kept.views_sealed
        [view] = kept.views
    assert "Okafor" not in noor.get("/desk/queue").text + noor.get("/desk/queue/views").text
    lena.fill_in("/desk/queue/views", {"name": "Urgent ones"}, f"/desk/queue/views/{view.id}")
    assert "Urgent ones" in lena.get(LONDON).text
    lena.fill_in("/desk/queue/views", {}, f"/desk/queue/views/{view.id}/delete")
    assert "You have saved no views" in lena.get("/desk/queue/views").text


def test_a_view_needs_a_name_and_there_is_room_for_twelve(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    nameless = lena.fill_in(LONDON, {"name": " "})
    assert nameless.status_code == 422
    assert "Enter a name" in nameless.text
    for number in range(saved.AT_MOST):
        assert lena.fill_in(LONDON, {"name": f"View {number}"}).status_code == 303
    assert "There is room for 12 views" in lena.fill_in(LONDON, {"name": "One more"}).text


def test_lena_turns_her_keys_off_and_on(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        pat_asks()
    assert 'data-keys="on"' in lena.get(LONDON).text
    lena.fill_in(LONDON, {}, "/desk/queue/keys")  # no button is pressed: off
    page = lena.get(LONDON).text
    assert 'data-keys="off"' in page
    assert 'name="keys" value="on"' in page


def test_pat_is_shown_by_name_and_one_that_does_not_open_leaves_the_others_readable(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        broken = pat_asks(safety={"red_flags": ["row-9"]}).reference
        pat_asks()
        stands(broken, patient_sealed=b"harmed", precedence=PINNED)
    page = lena.get(LONDON).text
    assert "Cannot be opened safely" in page
    assert str(escape(PAT)) in page
