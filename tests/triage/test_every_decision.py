"""Every role × every decision × every status: the table in ``rules/decisions.py`` is what pages offer and verbs do.

What each decision needs besides, such as a proposal to agree with, is there whenever its status is tried, so that only
the table can refuse it. Expected is what the table says; what it should say, stands in the second half.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from flask import Flask, url_for
from sqlalchemy import select, update

from enquiry.extensions import db
from enquiry.records.enquiry import PINNED, Enquiry
from enquiry.records.letter import Letter, LetterState
from enquiry.records.staff import Staff
from enquiry.rules.decisions import TABLE, why_not
from enquiry.rules.permissions import Action, Role
from enquiry.rules.status import ENDED, MOVES, Outcome, Status
from enquiry.triage import decide, merge, questions
from enquiry.web.guard import rule_of
from tests.attack.test_walls import DEEDS
from tests.people import INES, LENA, MAX, RAI, Colleague, at_the_desk, hire, pat_asks
from tests.visitor import Visitor

WHO: dict[Role, Colleague] = {
    Role.RECEPTIONIST: LENA,
    Role.CLINICIAN: RAI,
    Role.MANAGER: MAX,
    Role.AUDITOR: INES,
}
STONE = replace(RAI, name="Miss Ada Stone", email="stone@clinic.example")  # who makes ready what others decide
REFUSED_BY_THE_TABLE, REFUSED_AT_THE_DOOR, DONE = 409, 403, 303

Ready = Callable[[Staff, Staff, Enquiry], dict[str, Any] | None]


def somebody_asks(name: str) -> Enquiry:
    """Send an enquiry of somebody with an address and a number of their own."""
    email, telephone = f"{name.replace(' ', '.').lower()}@home.example", f"020 7946 0{sum(name.encode()) % 1000:03}"
    return pat_asks(who={"name": name}, contact={"email": email, "telephone": telephone})


def is_pinned(actor: Staff, stone: Staff, enquiry: Enquiry) -> None:
    enquiry.precedence = PINNED


def is_set_aside(actor: Staff, stone: Staff, enquiry: Enquiry) -> None:
    enquiry.set_aside_at = enquiry.received_at
    db.session.execute(db.text("DELETE FROM private_links"))


def is_proposed_to_end(actor: Staff, stone: Staff, enquiry: Enquiry) -> None:
    enquiry.request = replace(enquiry.request, red_flags=("row-9",))
    db.session.commit()
    decide.close(stone, enquiry.reference, enquiry.version, Outcome.ADVICE_SENT, "")


def is_asked_about(actor: Staff, stone: Staff, enquiry: Enquiry) -> None:
    other = db.session.scalars(select(Staff).where(Staff.email == RAI.email)).one()
    questions.ask(stone, enquiry.reference, enquiry.version, other.id, "May she wait?")


def is_one_of_two(actor: Staff, stone: Staff, enquiry: Enquiry) -> dict[str, Any]:
    other = somebody_asks(enquiry.patient.name)
    return {"with": other.reference, "other_version": other.version}


def is_merged(actor: Staff, stone: Staff, enquiry: Enquiry) -> None:
    other = somebody_asks(enquiry.patient.name)
    merge.merge(stone, other.reference, other.version, enquiry.reference, enquiry.version)


def was_just_moved(actor: Staff, stone: Staff, enquiry: Enquiry) -> None:
    if actor.may(Action.CLAIM):
        decide.claim(actor, enquiry.reference, enquiry.version)


def has_somebody_to_ask(actor: Staff, stone: Staff, enquiry: Enquiry) -> dict[str, Any]:
    return {"clinician": str(stone.id)}


def has_a_stuck_letter(actor: Staff, stone: Staff, enquiry: Enquiry) -> dict[str, Any]:
    letter = db.session.scalars(select(Letter).where(Letter.enquiry_id == enquiry.id)).one()
    letter.state, letter.due_at = LetterState.FAILED, None
    return {"letter_id": letter.id}


READY: dict[str, Ready] = {
    "triage.acknowledge": is_pinned,
    "triage.rescue": is_set_aside,
    "triage.agree": is_proposed_to_end,
    "triage.refuse": is_proposed_to_end,
    "triage.ask": has_somebody_to_ask,
    "triage.answer": is_asked_about,
    "triage.merge_in": is_one_of_two,
    "triage.unmerge": is_merged,
    "triage.undo_last": was_just_moved,
    "replies.settle": has_a_stuck_letter,
}
# How a case offers what is not one of its own forms.
LINKS = {
    "triage.ask": "/ask",
    "triage.merge_in": "/merge?with=",
    "replies.send": "/reply",
    "calls.record": "/call",
}
OFFERED_BY_MORE = {"calls.let_go"}  # only after three tries on two days: tests/calls
ADDRESSED = {"triage.undo_last": "undo", "triage.report_near_miss": "near-miss"}


def action_of(app: Flask, endpoint: str) -> Action | None:
    with app.app_context():
        return rule_of(endpoint)


def answers_to(endpoint: str, status: Status) -> dict[str, Any]:
    """Return what is filled in; a move goes wherever it can go from there."""
    if endpoint == "triage.move":
        own_forms = {Status.CLOSED, Status.REJECTED, *({Status.ASSIGNED} if status is Status.NEW else ())}
        return {"status": min(MOVES[status] - own_forms), "reason": "She rang."}
    return {"clinic": "norwich", **DEEDS[endpoint]}


def made_ready(
    app: Flask, endpoint: str, status: Status, actor_email: str, name: str
) -> tuple[str, str, dict[str, Any]]:
    """Return the addresses of a case and of a deed on it, and what the deed needs."""
    with app.test_request_context():
        actor, stone = (
            db.session.scalars(select(Staff).where(Staff.email == email)).one() for email in (actor_email, STONE.email)
        )
        enquiry = somebody_asks(name)
        more = READY.get(endpoint, lambda *_: None)(actor, stone, enquiry) or {}
        db.session.commit()
        ended_at = enquiry.received_at if status in ENDED else None
        values = {"status": status, "ended_at": ended_at, "turn": status.turn}
        db.session.execute(update(Enquiry).where(Enquiry.id == enquiry.id).values(**values))
        db.session.commit()
        db.session.refresh(enquiry)
        place = {"letter_id": more.pop("letter_id")} if "letter_id" in more else {}
        address = url_for(endpoint, reference=enquiry.reference, **place)
        more |= {"version": enquiry.version, "shown_address": enquiry.contact.email}
        return f"/desk/enquiries/{enquiry.reference}", address, more


def is_offered(visitor: Visitor, endpoint: str, case: str, address: str) -> bool:
    """Return whether a case has the form or the link for a deed."""
    page = visitor.get(case).text
    if endpoint in LINKS:
        return f'href="{case}{LINKS[endpoint]}' in page
    return f'action="{address}"' in page


@pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")  # a table of ours, on either
@pytest.mark.parametrize("endpoint", DEEDS)
def test_pages_offer_and_verbs_do_what_the_table_says_and_nothing_else(
    app: Flask, monkeypatch: pytest.MonkeyPatch, endpoint: str
) -> None:
    action = action_of(app, endpoint)
    if action not in TABLE or endpoint in OFFERED_BY_MORE:
        return  # a deed of another room, which has rules of its own
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    with app.app_context():
        hire(STONE)
    desk = {role: at_the_desk(app, colleague) for role, colleague in WHO.items()}
    for number, status in enumerate(Status):
        for role in (Role.RECEPTIONIST, Role.CLINICIAN):
            case, address, needs = made_ready(app, endpoint, status, WHO[role].email, f"Pat{number} {role}")
            is_allowed = not why_not(action, frozenset({role}), status, is_merged=endpoint == "triage.unmerge")
            assert is_offered(desk[role], endpoint, case, address) == is_allowed, (role, status)
            typed = {**answers_to(endpoint, status), **needs}
            for outsider in (Role.MANAGER, Role.AUDITOR):
                assert desk[outsider].post(address, data=typed).status_code == REFUSED_AT_THE_DOOR
            is_shut = action is Action.ANSWER_QUESTION and role is not Role.CLINICIAN
            expected = DONE if is_allowed else REFUSED_AT_THE_DOOR if is_shut else REFUSED_BY_THE_TABLE
            answer = desk[role].post(address, data=typed)
            assert answer.status_code == expected, (role, status, answer.text)


def test_every_row_of_the_table_has_an_address(app: Flask) -> None:
    assert {action_of(app, endpoint) for endpoint in DEEDS} >= set(TABLE)


# What the table should say, once more and apart from it: a slip in either is found by the other.

BOTH, CLINICIAN = {Role.RECEPTIONIST, Role.CLINICIAN}, {Role.CLINICIAN}
EVERYWHERE, WHILE_OPEN = set(Status), set(Status) - ENDED
NOT_BOOKED = WHILE_OPEN - {Status.BOOKED, Status.DID_NOT_ATTEND}
SAID: dict[Action, tuple[set[Role], set[Status]]] = {
    Action.CLAIM: (BOTH, {Status.NEW}),
    Action.RESCUE: (BOTH, WHILE_OPEN),
    Action.ACKNOWLEDGE: (BOTH, WHILE_OPEN),
    Action.MOVE: (BOTH, EVERYWHERE),
    Action.SET_URGENCY: (BOTH, WHILE_OPEN),
    Action.WRITE_NOTE: (BOTH, EVERYWHERE),
    Action.TRANSFER: (BOTH, NOT_BOOKED),
    Action.CLOSE: (BOTH, WHILE_OPEN),
    Action.REJECT: (BOTH, WHILE_OPEN),
    Action.AGREE: (BOTH, WHILE_OPEN),
    Action.ASK_CLINICIAN: (BOTH, NOT_BOOKED),
    Action.ANSWER_QUESTION: (CLINICIAN, {Status.WITH_CLINICIAN}),
    Action.MERGE: (BOTH, WHILE_OPEN),
    Action.UNMERGE: (BOTH, {Status.CLOSED}),
    Action.UNDO: (BOTH, EVERYWHERE),
    Action.REPORT_NEAR_MISS: (BOTH, EVERYWHERE),
    Action.REPLY: (BOTH, EVERYWHERE),
    Action.RECORD_CALL: (BOTH, EVERYWHERE),
    Action.SETTLE_LETTER: (BOTH, EVERYWHERE),
}
ON_A_MERGED_ONE = {
    Action.WRITE_NOTE,
    Action.UNMERGE,
    Action.REPORT_NEAR_MISS,
    Action.REPLY,
    Action.RECORD_CALL,
    Action.SETTLE_LETTER,
}


@pytest.mark.parametrize("action", Action)
def test_unknown_is_no(action: Action) -> None:
    roles, statuses = SAID.get(action, (set(), set()))
    for role, status, is_merged in product([*Role, None], Status, [False, True]):
        is_allowed = role in roles and status in statuses and (not is_merged or action in ON_A_MERGED_ONE)
        why = why_not(action, frozenset({role} if role else ()), status, is_merged)
        assert (why == "") == is_allowed, (role, status, is_merged)
        assert not why or why[0].isupper()
