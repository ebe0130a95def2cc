"""The letter to whoever referred a patient: its words, and the same on paper, for them or as a copy for the patient."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import render_template

from enquiry import clock, pdf
from enquiry.records.enquiry import Enquiry
from enquiry.records.letter import Paper
from enquiry.records.referral import Referral
from enquiry.records.staff import Staff
from enquiry.rules.clinics import PRACTICE, Clinic
from enquiry.rules.writing_back import Answered
from enquiry.web.filters import date_in_words
from enquiry.web.words import nhs_number

TITLE = "Our answer to your referral"


@dataclass(frozen=True)
class Answer:
    """What a colleague answers: which answer it is, their own words, and the appointment where there is one."""

    answered: Answered
    advice: str = ""
    at: datetime | None = None


def referred_in(enquiry: Enquiry) -> Enquiry | None:
    """Return the referral that a case is, or that was merged into it; ``None`` where nobody referred."""
    return next((one for one in (enquiry, *enquiry.merged) if one.referral is not None), None)


def words(enquiry: Enquiry, referral: Referral, answer: Answer, signed_by: Staff) -> str:
    """Return what the letter says, in paragraphs."""
    return render_template(
        f"letters/to-referrer/{answer.answered}.txt",
        referrer=referral.referrer,
        patient=enquiry.patient,
        clinic=enquiry.clinic,
        advice=answer.advice,
        at=answer.at,
        signed_by=signed_by.name,
    ).strip()


def for_referrer(enquiry: Enquiry, referral: Referral, answer: Answer, signed_by: Staff) -> Paper:
    """Return the letter for whoever referred the patient.

    :raises pdf.NoSuchSign: when it holds a sign that cannot be shown on paper.
    """
    return _set(enquiry, referral, answer, signed_by, address_of_referrer(referral))


def for_patient(enquiry: Enquiry, referral: Referral, answer: Answer, signed_by: Staff) -> Paper:
    """Return the copy for the patient; the same as ``for_referrer`` otherwise."""
    to = ["Copy for", *address_of_patient(enquiry, referral)]
    return _set(enquiry, referral, answer, signed_by, to)


def address_of_referrer(referral: Referral) -> list[str]:
    """Return whom a letter to the referrer is addressed to, line by line."""
    return [referral.referrer.name, referral.referrer.practice]


def address_of_patient(enquiry: Enquiry, referral: Referral) -> list[str]:
    """Return whom a letter to the patient is addressed to, line by line."""
    return [line for line in (enquiry.patient.name, *referral.address.splitlines(), referral.postcode) if line]


def _set(enquiry: Enquiry, referral: Referral, answer: Answer, signed_by: Staff, to: Sequence[str]) -> Paper:
    said = words(enquiry, referral, answer, signed_by)
    clinic, today = enquiry.clinic.facts, clock.for_the_eye(clock.now()).date()
    page = {
        "title": TITLE,
        "dated": [today.year, today.month, today.day],
        "day": date_in_words(today),
        "reference": enquiry.reference,
        "practice": PRACTICE,
        "telephones": [{"clinic": each.label, "number": each.facts.telephone} for each in Clinic],
        "clinic": {
            "hospital": clinic.hospital,
            "address": [*clinic.address[:-1], f"{clinic.address[-1]} {clinic.postcode}"],
            "telephone": clinic.telephone,
        },
        "to": to,
        "about": [{"label": label, "value": value} for label, value in _about(enquiry, referral, answer) if value],
        "paragraphs": [paragraph.split("\n") for paragraph in said.split("\n\n") if paragraph.strip()],
        "copies": [enquiry.patient.name] if referral.may_have_copy else [],
    }
    return Paper(said, pdf.typeset("letter", page))


def _about(enquiry: Enquiry, referral: Referral, answer: Answer) -> list[tuple[str, str]]:
    number = enquiry.patient.nhs_number
    return [
        ("Answer", answer.answered.label),
        ("Our reference", enquiry.reference),
        ("Patient", enquiry.patient.name),
        ("Date of birth", date_in_words(enquiry.patient.birth_date)),
        ("NHS number", nhs_number(number) if number else ""),
        ("Address", ", ".join(address_of_patient(enquiry, referral)[1:])),
    ]
