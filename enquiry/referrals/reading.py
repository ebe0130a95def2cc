"""What a draft's answers say: who is referred, by whom, why, and to which clinic's queue that goes.

Why nothing is read from a letter: what a file says is for people to read, and is never taken for a typed answer.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from enquiry.records.referral import Referral, Referrer
from enquiry.records.told import Contact, Patient, Request
from enquiry.referrals.full_forms import SIGN
from enquiry.referrals.pages import LETTER, WAY, Answers, is_quick
from enquiry.rules.answers import NONE_OF_THESE, Need, Paying
from enquiry.rules.clinics import Clinic
from enquiry.rules.contact import Route, read_telephone
from enquiry.rules.referrals import (
    SIGNS,
    Consent,
    Diabetes,
    Post,
    Priority,
    Sex,
    SignAsked,
    Smoking,
    WasAsked,
    Wish,
    told,
)
from enquiry.rules.story_scan import scan

NOT_ASKED_ABOUT = "not-sure"  # which condition it is: a referrer says it in other words


def begun_in(answers: Answers) -> datetime:
    """Return when the first page was answered, by our own clock."""
    return datetime.fromisoformat(answers[WAY]["begun"])


def clinic_in(answers: Answers) -> Clinic:
    """Return the clinic that was chosen."""
    return Clinic(answers[LETTER.name if is_quick(answers) else "reason"]["clinic"])


def patient_in(answers: Answers) -> Patient:
    """Return who is referred."""
    said = answers[LETTER.name if is_quick(answers) else "patient"]
    return Patient(said["name"], date.fromisoformat(said["birth_date"]), nhs_number=said["nhs_number"])


def contact_in(answers: Answers) -> Contact:
    """Return how the patient may safely be reached. What was not asked is not allowed."""
    if is_quick(answers):
        typed = answers[LETTER.name]["telephone"]
        return _with_telephone(Contact(Route.TELEPHONE if typed else Route.POST), typed)
    said = answers["patient"]
    contact = Contact(
        preferred=Route(said["preferred"]),
        email=said["email"],
        voicemail_ok=bool(said["telephone"]) and said["voicemail_ok"] == "yes",
        avoid=said["avoid"],
        needs=tuple(Need(word) for word in said["needs"] if word != NONE_OF_THESE),
        language=said["language"],
    )
    return _with_telephone(contact, said["telephone"])


def request_in(referral: Referral, has_changed_answer: bool) -> Request:
    """Return what search looks into, and what decides how soon, as for everybody.

    :param has_changed_answer: whether the same browser was shown an emergency before.
    """
    flags, cancer = told(referral.signs, referral.priority)
    story = "\n\n".join(filter(None, (referral.request, referral.diagnosis, referral.history)))
    return Request(
        about=NOT_ASKED_ABOUT,
        story=story,
        red_flags=tuple(flag.code for flag in flags),
        cancer=cancer,
        changed_answer=has_changed_answer,
        written=tuple(flag.code for flag in scan(story)),
        paying=referral.paying,
        insurer=referral.insurer,
        postcode=referral.postcode,
    )


def referral_in(answers: Answers) -> Referral:
    """Return what the referrer told."""
    if is_quick(answers):
        said = answers[LETTER.name]
        return Referral(_quick_referrer(said), Consent(said["consent"]), Priority(said["priority"]))
    patient, reason, clinical = answers["patient"], answers["reason"], answers["clinical"]
    background = answers["background"]
    return Referral(
        referrer=_referrer(answers["referrer"]),
        consent=Consent(patient["consent"]),
        may_have_copy=patient["may_have_copy"] == "yes",
        sex=Sex(patient["sex"]),
        address=patient["address"],
        postcode=patient["postcode"],
        priority=Priority(reason["priority"]),
        wish=Wish(reason["wish"]),
        paying=Paying(reason["paying"]),
        **{name: reason[name] for name in ("request", "consultant", "insurer")},
        **{name: clinical[name] for name in ("diagnosis", "side_and_level", "onset", "history", "examination")},
        signs=tuple(SignAsked(sign.word, WasAsked(clinical[SIGN + sign.word])) for sign in SIGNS),
        **{name: background[name] for name in _BACKGROUND},
        smoking=Smoking(background["smoking"]) if background["smoking"] else None,
        diabetes=Diabetes(background["diabetes"]) if background["diabetes"] else None,
    )


_BACKGROUND = (
    "imaging",
    "tried",
    "past_history",
    "medicines",
    "allergies",
    "anticoagulants",
    "bmi",
    "blood_pressure",
    "alerts",
)


def _quick_referrer(said: dict[str, Any]) -> Referrer:
    return Referrer(said["referrer"], None, said["registration"], said["practice"], said["email"])


def _referrer(said: dict[str, Any]) -> Referrer:
    return Referrer(post=Post(said["post"]), **{name: said[name] for name in said if name != "post"})


def _with_telephone(contact: Contact, typed: str) -> Contact:
    if not typed:
        return contact
    telephone = read_telephone(typed)
    return replace(contact, telephone=telephone.e164, telephone_as_typed=telephone.as_typed)
