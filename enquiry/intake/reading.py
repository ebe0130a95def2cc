"""What a draft's answers say: the patient, how to reach them, what they ask, and which clinic's queue that joins.

Why so many defaults: a draft lives for a day, and may be older than the newest question.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from enquiry.intake.pages import Answers
from enquiry.intake.request_forms import EITHER
from enquiry.records.told import Contact, Patient, Proxy, Request, SeenInHospital
from enquiry.rules.answers import (
    NONE_OF_THESE,
    Agreement,
    Answer,
    Day,
    Letter,
    Need,
    Operated,
    Paying,
    Place,
    Since,
    TimeOfDay,
    Visit,
    WhoToContact,
)
from enquiry.rules.clinics import Clinic
from enquiry.rules.contact import Route, read_telephone
from enquiry.rules.red_flags import Cancer, is_emergency
from enquiry.rules.routing import queue_for
from enquiry.rules.story_scan import scan
from enquiry.web.safety_forms import told

Said = Mapping[str, Any]  # the answers of one page
A = TypeVar("A", bound=Answer)


def patient_in(answers: Answers) -> Patient:
    """Return who the patient is."""
    who = answers["who"]
    return Patient(who["name"], date.fromisoformat(who["birth_date"]), who.get("called", ""))


def contact_in(answers: Answers) -> Contact:
    """Return how they may safely be reached, and what they need for it."""
    contact, clinic = answers["contact"], answers["clinic"]
    return Contact(
        preferred=Route(contact["preferred"]),
        email=contact["email"],
        telephone=read_telephone(contact["telephone"]).e164 if contact["telephone"] else "",
        telephone_as_typed=contact["telephone"],
        voicemail_ok=bool(contact["telephone"]) and contact.get("voicemail_ok") == "yes",
        avoid=contact["avoid"],
        needs=tuple(Need(word) for word in clinic.get("needs", ()) if word != NONE_OF_THESE),
        language=clinic.get("language", ""),
        proxy=_proxy(answers["proxy"]) if "proxy" in answers else None,
        good_days=tuple(Day(word) for word in contact.get("good_days", ())),
        good_times=tuple(TimeOfDay(word) for word in contact.get("good_times", ())),
    )


def begun_in(answers: Answers) -> datetime | None:
    """Return when the first page was answered, by our own clock."""
    begun = answers.get("from", {}).get("begun")
    return datetime.fromisoformat(begun) if begun else None


def clinic_in(answers: Answers) -> Clinic:
    """Return the clinic whose queue this joins: the one that was chosen, or the nearer one."""
    chosen = answers["clinic"]["clinic"]
    return queue_for(None if chosen == EITHER else Clinic(chosen), _postcode(answers))


def request_in(answers: Answers, has_changed_answer: bool) -> Request:
    """Return what they ask, with all that helps to decide how soon.

    :param has_changed_answer: whether the same browser was shown an emergency before; one that is declared counts not.
    """
    safety, about = answers["safety"], answers["about"]
    pain, times = answers.get("pain", {}), answers.get("times", {})
    flags, cancer = told(safety), safety.get("cancer")
    return Request(
        about=about["about"],
        story=about["story"],
        days=tuple(times.get("days", ())),
        times=tuple(times.get("times", ())),
        red_flags=tuple(flag.code for flag in flags),
        cancer=Cancer(cancer) if cancer else None,
        seen_in_hospital=_seen(answers["hospital"]) if "hospital" in answers else None,
        changed_answer=has_changed_answer and not is_emergency(flags),
        written=tuple(flag.code for flag in scan(about["story"])),
        places=tuple(Place(word) for word in pain.get("places", ())),
        since=_one(Since, pain, "since"),
        is_worsening=pain["worse"] == "yes" if pain else None,
        operated=_one(Operated, pain, "operated"),
        visit=_one(Visit, times, "visit"),
        dates_to_avoid=times.get("dates_to_avoid", ""),
        paying=_one(Paying, times, "paying"),
        insurer=times.get("insurer", ""),
        letter=_one(Letter, times, "letter"),
        is_for_either_clinic=answers["clinic"]["clinic"] == EITHER,
        postcode=_postcode(answers),
    )


def _one(kind: type[A], said: Said, question: str) -> A | None:
    return kind(said[question]) if said.get(question) else None


def _proxy(said: Said) -> Proxy:
    return Proxy(
        name=said["name"],
        relationship=said["relationship"],
        agreement=Agreement(said["agreement"]),
        may_be_told=said["may_be_told"] == "yes",
        is_contact=said["contact"] == WhoToContact.WRITER,
    )


def _seen(said: Said) -> SeenInHospital:
    return SeenInHospital(said["hospital"], date.fromisoformat(said["seen_on"]))


def _postcode(answers: Answers) -> str:
    return answers.get("postcode", {}).get("postcode", "")
