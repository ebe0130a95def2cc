"""FreeScout CVE-2026-40591, django-helpdesk d74db37c, osTicket #2615: no address leads to the other clinic's people.

Every route of the application × (nobody, London, Norwich, both, an auditor, a manager) × (an enquiry of London, one
of Norwich), made from the application's own map, so that a new route is in it before anybody thinks of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from enquiry import clock
from enquiry.extensions import db
from enquiry.records.appointment import Appointment, Arranged
from enquiry.records.attachment import Attachment
from enquiry.records.enquiry import PINNED, Enquiry, Kind
from enquiry.records.ledger import AuditEntry
from enquiry.records.letter import Letter, LetterState
from enquiry.records.near_miss import NearMiss
from enquiry.records.private_link import PrivateLink
from enquiry.records.referral import SealedReferral
from enquiry.records.staff import Staff
from enquiry.records.types import WrappedKey, new_id
from enquiry.rules.answers import Visit
from enquiry.rules.appointments import AppointmentState, Tell
from enquiry.rules.clinics import Clinic
from enquiry.rules.permissions import Action, may
from enquiry.rules.status import Outcome, Status, Turn
from enquiry.triage import decide, merge, questions
from enquiry.web.guard import PUBLIC
from tests.calls.ringing import an_open_hour, is_to_be_rung, was_tried
from tests.people import INES, LENA, MAX, NOOR, PATS_EMAIL, RAI, Colleague, at_the_desk, hire, pat_adds, pat_asks
from tests.referring import DR_GREYS_EMAIL, PATS_REFERRAL
from tests.visitor import Visitor

PATIENTS = {Clinic.LONDON: "Londinia Bridges", Clinic.NORWICH: "Norvicia Broad"}
VISITORS: dict[str, Colleague | None] = {
    "nobody": None,
    "london": LENA,
    "norwich": NOOR,
    "both": RAI,
    "auditor": INES,
    "manager": MAX,
}
NOT_THERE = "LN-0000-0000"
TOLD_TO_MANAGERS = {"near_misses.entry"}  # what colleagues of the manager's own clinics wrote for them to read
ANOTHER_SURGEON = replace(RAI, name="Miss Ada Stone", email="stone@clinic.example")

IN_A_WEEK = {
    **dict(zip(("day-year", "day-month", "day-day"), str(clock.now().date() + timedelta(7)).split("-"), strict=True)),
    "at": "10:00", "minutes": "30", "visit": "in-person", "tell": "telephone", "although_closed": "y",
}  # fmt: skip

# What each deed needs to be done by somebody who may: without that, a refusal would prove no wall.
DEEDS: dict[str, dict[str, Any]] = {
    "triage.claim": {},
    "triage.rescue": {},
    "triage.move": {"status": "withdrawn", "reason": "She rang."},
    "triage.acknowledge": {},
    "triage.reject": {"why": "wrong-service"},
    "triage.agree": {},
    "triage.refuse": {"why": "She rang."},
    "triage.ask": {"question": "May she wait?"},
    "triage.answer": {"text": "She may not."},
    "triage.merge_in": {},
    "triage.unmerge": {"reason": "They are two people."},
    "triage.undo_last": {},
    "triage.report_near_miss": {"what": "She was nearly forgotten."},
    "triage.urgency": {"urgency": "urgent", "reason": "She rang."},
    "triage.note": {"text": "She rang."},
    "triage.transfer": {"reason": "She lives there."},
    "triage.close": {"outcome": "advice-sent"},
    "arranging.assign": {"to": "me"},
    "arranging.give_back": {},
    "arranging.snooze": {"until": (clock.for_the_eye(clock.now()).date() + timedelta(days=3)).isoformat()},
    "arranging.wake": {},
    "writing_back.send": {
        "answered": "accepted",
        "day": "2999-01-05",
        "time": "09:00",
        "shown_address": DR_GREYS_EMAIL,
        "shown_mail": "secure",
        "send": "yes",
    },
    "writing_back.posted": {},
    "replies.send": {"text": "Thank you.", "shown_address": PATS_EMAIL},
    "replies.settle": {"decision": "send-again"},
    "calls.record": {"outcome": "spoke"},
    "calls.arrange": an_open_hour(),
    "calls.call_off": {},
    "calls.let_go": {},
    "appointments.book": {**IN_A_WEEK, "agreed": "yes"},
    "appointments.accept": {},
    "appointments.move": IN_A_WEEK,
    "appointments.cancel": {"by": "patient"},
    "appointments.fees": {"by": "post", "text": "The fee."},
    "appointments.attendance": {"came": "yes"},
}


@dataclass(frozen=True)
class Stage:
    """Two enquiries, one in each clinic, and a browser for everybody."""

    enquiries: dict[Clinic, Enquiry]
    letters: dict[Clinic, Letter]
    files: dict[Clinic, Attachment]
    near_misses: dict[Clinic, NearMiss]
    browsers: dict[str, Visitor]
    more: dict[str, Any]  # what a deed needs that is known only once the scene is set


@pytest.fixture
def stage(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Set the scene. Forged forms are another test's matter: here every form is taken for genuine."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    with app.test_request_context():
        enquiries = {clinic: pat_asks(clinic, who={"name": PATIENTS[clinic]}) for clinic in Clinic}
        letters = {letter_of.clinic: stuck_letter(letter_of) for letter_of in enquiries.values()}
        near_misses = {one.clinic: nearly_forgotten(one) for one in enquiries.values()}
        files = {clinic: pat_adds(enquiry, name=f"{PATIENTS[clinic]}.pdf") for clinic, enquiry in enquiries.items()}
    browsers = {who: at_the_desk(app, colleague) if colleague else visitor(app) for who, colleague in VISITORS.items()}
    return Stage(enquiries, letters, files, near_misses, browsers, {})


def visitor(app: Flask) -> Visitor:
    """Return the browser of somebody from outside."""
    browser = app.test_client()
    assert isinstance(browser, Visitor)
    return browser


def nearly_forgotten(enquiry: Enquiry) -> NearMiss:
    """Let somebody have written down a near miss with an enquiry, in a manager's words that name its patient."""
    near_miss = NearMiss(
        id=enquiry.nonce,
        key=WrappedKey.made_for(enquiry.nonce),
        enquiry_id=enquiry.id,
        reported_at=enquiry.received_at,
        reported_by=hire(replace(ANOTHER_SURGEON, email=f"{enquiry.clinic}@clinic.example")),
    )
    near_miss.told, near_miss.outcome = f"We nearly forgot {enquiry.patient.name}.", ""
    db.session.add(near_miss)
    db.session.commit()
    return near_miss


def stuck_letter(enquiry: Enquiry) -> Letter:
    """Let the receipt of an enquiry be stuck, so that there is something to settle."""
    letter = db.session.scalars(select(Letter).where(Letter.enquiry_id == enquiry.id)).one()
    letter.state, letter.due_at = LetterState.UNKNOWN, None
    db.session.commit()
    return letter


def set_aside(app: Flask, enquiry: Enquiry) -> None:
    """Let an enquiry have looked like spam, and so have had no link yet: then there is something to rescue."""
    with app.app_context():
        db.session.execute(delete(PrivateLink).where(PrivateLink.enquiry_id == enquiry.id))
        db.session.execute(update(Enquiry).where(Enquiry.id == enquiry.id).values(set_aside_at=enquiry.received_at))
        db.session.commit()


def answered(app: Flask, enquiry: Enquiry) -> None:
    """Let an enquiry be Mr Rai's, who has answered it: then it can be given back, or put off."""
    with app.app_context():
        rai = db.session.scalars(select(Staff.id).where(Staff.email == RAI.email)).one()
        taken = {"status": Status.ASSIGNED, "assignee_id": rai, "first_contact_at": enquiry.received_at}
        db.session.execute(update(Enquiry).where(Enquiry.id == enquiry.id).values(**taken))
        db.session.commit()


def asleep(app: Flask, enquiry: Enquiry) -> None:
    """Let an enquiry be snoozed: then it can be woken."""
    answered(app, enquiry)
    with app.app_context():
        snoozed = {"turn": Turn.NOBODY, "snoozed_until": clock.now() + timedelta(days=3)}
        db.session.execute(update(Enquiry).where(Enquiry.id == enquiry.id).values(**snoozed))
        db.session.commit()


# How an enquiry must stand for a deed to be done with it, if not as it arrives.
STANDS = {
    "triage.rescue": set_aside,
    "arranging.give_back": answered,
    "arranging.snooze": answered,
    "arranging.wake": asleep,
}


def has_appointment(app: Flask, stage: Stage, clinic: Clinic, deed: str) -> None:
    """Let an enquiry be claimed and, unless that is the deed itself, have what the deed is done with."""
    with app.app_context():
        enquiry = db.session.merge(stage.enquiries[clinic])
        enquiry.status = Status.ASSIGNED
        db.session.commit()
        is_past = timedelta(-1 if deed == "appointments.attendance" else 1)
        rai = db.session.scalars(select(Staff).where(Staff.email == RAI.email)).one()
        if deed != "appointments.book":
            state = AppointmentState.OFFERED if deed == "appointments.accept" else AppointmentState.BOOKED
            appointment = Appointment(
                id=new_id(), key=enquiry.key, enquiry_id=enquiry.id, clinic=clinic, clinician=rai, state=state,
                starts_at=clock.now() + is_past, minutes=30, visit=Visit.IN_PERSON,
            )  # fmt: skip
            appointment.arranged = Arranged(Tell.TELEPHONE)
            db.session.add(appointment)
            db.session.commit()
        stage.enquiries[clinic] = enquiry
        db.session.refresh(enquiry)
        db.session.expunge(enquiry)


def may_see(who: str, clinic: Clinic) -> bool:
    """Return whether a visitor belongs to a clinic, and may read what its patients wrote."""
    colleague = VISITORS[who]
    may_read = colleague is not None and may(frozenset({colleague.role}), Action.OPEN_ENQUIRY)
    return colleague is not None and may_read and clinic in colleague.clinics


def desk_rules(app: Flask, method: str) -> Iterator[Rule]:
    """Yield the routes of the desk that answer to a method; signing out comes last, for nobody can do more then."""
    rules = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    yield from sorted(
        (rule for rule in rules if rule.endpoint not in PUBLIC), key=lambda rule: rule.endpoint == "staff.sign_out"
    )


def paths(app: Flask, rule: Rule, stage: Stage, clinic: Clinic, reference: str | None = None) -> str:
    """Return a route's address for the enquiry of a clinic, or for another reference."""
    known = {
        "reference": reference or stage.enquiries[clinic].reference,
        "letter_id": stage.letters[clinic].id,
        "file_id": stage.files[clinic].id,
        "clinic": clinic.value,
        "deed": "claim",
        "arranged": "move",
        "complaint": "DP-0000-0000",
        "near_miss_id": stage.near_misses[clinic].id,
        "name": "arrivals",
        "slug": "received",
        "person_id": "00000000-0000-7000-8000-000000000000",
        "view_id": UUID(int=0),
    }
    with app.test_request_context():
        _, address = rule.build({name: known[name] for name in rule.arguments}, append_unknown=False) or ("", "")
    assert address
    return address


def versions(app: Flask) -> dict[str, tuple[int, Clinic]]:
    """Return the version and the clinic of every enquiry, by reference."""
    with app.app_context():
        return {row.reference: (row.version, row.clinic) for row in db.session.scalars(select(Enquiry))}


def looks(app: Flask, enquiry: Enquiry) -> int:
    """Return how often an enquiry is on record."""
    with app.app_context():
        return len(db.session.scalars(select(AuditEntry).where(AuditEntry.subject == enquiry.id)).all())


def same_answer(one: TestResponse, other: TestResponse, *references: str) -> bool:
    """Return whether two answers are the same but for the reference that was asked for."""

    def bare(response: TestResponse) -> tuple[int, str]:
        words = response.text
        for reference in references:
            words = words.replace(reference, "LN")
        return response.status_code, words

    return bare(one) == bare(other)


def be_pinned(stage: Stage, actor: Staff, second: Staff, enquiry: Enquiry) -> None:
    enquiry.precedence = PINNED


def be_proposed(stage: Stage, actor: Staff, second: Staff, enquiry: Enquiry) -> None:
    """Let a clinician propose that it ends, and the actor be the second, or the other way round."""
    enquiry.request = replace(enquiry.request, red_flags=("row-9",))
    db.session.commit()
    decide.close(second, enquiry.reference, enquiry.version, Outcome.ADVICE_SENT, "")


def be_asked(stage: Stage, actor: Staff, second: Staff, enquiry: Enquiry) -> None:
    questions.ask(second, enquiry.reference, enquiry.version, actor.id, "May she wait?")


def be_one_of_two(stage: Stage, actor: Staff, second: Staff, enquiry: Enquiry) -> None:
    """Let the same person have asked twice."""
    other = pat_asks(enquiry.clinic, who={"name": PATIENTS[enquiry.clinic]})
    stage.more.update({"with": other.reference, "other_version": other.version})


def be_merged(stage: Stage, actor: Staff, second: Staff, enquiry: Enquiry) -> None:
    other = pat_asks(enquiry.clinic, who={"name": PATIENTS[enquiry.clinic]})
    merge.merge(second, other.reference, other.version, enquiry.reference, enquiry.version)


def be_the_actors(stage: Stage, actor: Staff, second: Staff, enquiry: Enquiry) -> None:
    decide.claim(actor, enquiry.reference, enquiry.version)


def know_whom_to_ask(stage: Stage, actor: Staff, second: Staff, enquiry: Enquiry) -> None:
    stage.more["clinician"] = str(second.id)


def be_referred(stage: Stage, actor: Staff, second: Staff, enquiry: Enquiry) -> None:
    enquiry.kind = Kind.REFERRAL
    enquiry.sealed_referral = SealedReferral(id=new_id(), key=enquiry.key)
    enquiry.sealed_referral.told = PATS_REFERRAL


def be_to_post(stage: Stage, actor: Staff, second: Staff, enquiry: Enquiry) -> None:
    """Let the receipt have been a letter on paper."""
    letter = db.session.get_one(Letter, stage.letters[enquiry.clinic].id)
    letter.state, letter.due_at = LetterState.TO_POST, None


# What must have happened first; who does that is a surgeon of both clinics who is nobody's browser here.
FIRST = {
    "triage.acknowledge": be_pinned,
    "triage.agree": be_proposed,
    "triage.refuse": be_proposed,
    "triage.ask": know_whom_to_ask,
    "triage.answer": be_asked,
    "triage.merge_in": be_one_of_two,
    "triage.unmerge": be_merged,
    "triage.undo_last": be_the_actors,
    "writing_back.send": be_referred,
    "writing_back.posted": be_to_post,
}
ONLY_CLINICIANS = {"triage.answer"}


@pytest.mark.parametrize("who", VISITORS)
def test_no_page_of_the_desk_shows_anything_of_another_clinic(app: Flask, stage: Stage, who: str) -> None:
    for rule in desk_rules(app, "GET"):
        for clinic in Clinic:
            browser, other = stage.browsers[who], stage.enquiries[clinic]
            before = looks(app, other)
            answer = browser.get(paths(app, rule, stage, clinic))
            assert answer.status_code < 500, rule
            if who == "nobody":
                assert answer.status_code == 302, f"{rule} is open to everybody"
                assert "/desk/sign-in" in answer.location
            if may_see(who, clinic) or (who == "manager" and rule.endpoint in TOLD_TO_MANAGERS):
                continue
            assert PATIENTS[clinic] not in answer.text, rule
            assert looks(app, other) == before, f"{rule} opened a record of another clinic"
            if "reference" in rule.arguments and who != "nobody":
                missing = browser.get(paths(app, rule, stage, clinic, NOT_THERE))
                assert same_answer(answer, missing, other.reference, NOT_THERE), f"{rule} tells that it exists"


@pytest.mark.parametrize("who", VISITORS)
def test_nobody_changes_anything_of_another_clinic(app: Flask, stage: Stage, who: str) -> None:
    for rule in desk_rules(app, "POST"):
        for clinic in Clinic:
            if may_see(who, clinic):
                continue
            before = versions(app)
            answer = post(app, stage, rule, who, clinic)
            assert answer.status_code < 500, rule
            assert versions(app) == before, f"{who} changed {clinic} through {rule}"
            if "reference" in rule.arguments and who != "nobody":
                is_shut_anyway = who in ("auditor", "manager") or (rule.endpoint in ONLY_CLINICIANS and who != "both")
                assert answer.status_code == (403 if is_shut_anyway else 404), rule


@pytest.mark.parametrize(
    "endpoint, who, clinic",
    [
        (endpoint, who, clinic)
        for endpoint in DEEDS
        for who, clinic in (("london", Clinic.LONDON), ("norwich", Clinic.NORWICH), ("both", Clinic.LONDON))
        if who == "both" or endpoint not in ONLY_CLINICIANS
    ],
)
def test_whoever_belongs_to_the_clinic_can_do_it(
    app: Flask, stage: Stage, endpoint: str, who: str, clinic: Clinic
) -> None:
    [rule] = [rule for rule in desk_rules(app, "POST") if rule.endpoint == endpoint]
    if endpoint in STANDS:
        STANDS[endpoint](app, stage.enquiries[clinic])
    if endpoint in FIRST:
        make_ready(app, stage, endpoint, who, clinic)
    with app.app_context():
        if endpoint == "calls.call_off":
            is_to_be_rung(stage.enquiries[clinic].id)
        elif endpoint == "calls.let_go":
            was_tried(stage.enquiries[clinic].id)
    if endpoint.startswith("appointments."):
        has_appointment(app, stage, clinic, endpoint)
    before = versions(app)

    answer = post(app, stage, rule, who, clinic)

    reference = stage.enquiries[clinic].reference
    assert answer.status_code == 303, answer.text
    assert versions(app)[reference] != before[reference]


def make_ready(app: Flask, stage: Stage, endpoint: str, who: str, clinic: Clinic) -> None:
    """Let happen what must have happened before a deed can be done."""
    with app.test_request_context():
        colleague = VISITORS[who]
        assert colleague is not None
        actor = db.session.scalars(select(Staff).where(Staff.email == colleague.email)).one()
        enquiry = db.session.get_one(Enquiry, stage.enquiries[clinic].id)
        FIRST[endpoint](stage, actor, hire(ANOTHER_SURGEON), enquiry)
        db.session.commit()
        stage.more["version"] = db.session.get_one(Enquiry, enquiry.id).version


def test_every_deed_on_an_enquiry_is_in_the_matrix(app: Flask) -> None:
    assert {rule.endpoint for rule in desk_rules(app, "POST") if "reference" in rule.arguments} == set(DEEDS)


def post(app: Flask, stage: Stage, rule: Rule, who: str, clinic: Clinic) -> TestResponse:
    """Do a deed as somebody, with everything that it needs to succeed."""
    elsewhere = Clinic.NORWICH if clinic is Clinic.LONDON else Clinic.LONDON
    with app.app_context():
        answers = {
            "version": stage.enquiries[clinic].version,
            "clinic": elsewhere.value,
            "clinician_id": db.session.scalars(select(Staff.id).where(Staff.email == RAI.email)).one(),
            "appointment": db.session.scalars(
                select(Appointment.id).where(Appointment.enquiry_id == stage.enquiries[clinic].id)
            ).first(),
            **DEEDS.get(rule.endpoint, {}),
            **stage.more,
        }
    return stage.browsers[who].post(paths(app, rule, stage, clinic), data=answers)
