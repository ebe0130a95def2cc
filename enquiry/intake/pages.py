"""The pages of an enquiry: one short group of questions each, in the order in which they are asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from enquiry.intake.person_forms import ContactForm, ProxyForm, WhoForm
from enquiry.intake.request_forms import (
    EITHER,
    AboutForm,
    ClinicForm,
    FilesForm,
    PainForm,
    PostcodeForm,
    TimesForm,
)
from enquiry.records.enquiry import Kind
from enquiry.rules.answers import ForWhom
from enquiry.rules.red_flags import is_emergency
from enquiry.web.forms import PageForm
from enquiry.web.safety_forms import SafetyForm, SeenInHospitalForm, told

Answers = Mapping[str, dict[str, Any]]


def always(_: Answers) -> bool:
    """Ask everybody."""
    return True


def was_in_hospital(answers: Answers) -> bool:
    """Ask whoever has told an emergency; only somebody whom a hospital sent home comes as far as this."""
    return "safety" in answers and is_emergency(told(answers["safety"]))


def writes_for_another(answers: Answers) -> bool:
    """Ask whoever is not the patient."""
    return answers.get("who", {}).get("for_whom") == ForWhom.SOMEONE_ELSE


def wants_an_appointment(answers: Answers) -> bool:
    """Ask whoever wants more than an answer."""
    return answers.get("about", {}).get("kind") == Kind.APPOINTMENT


def leaves_the_clinic_to_us(answers: Answers) -> bool:
    """Ask those for whom either clinic will do."""
    return answers.get("clinic", {}).get("clinic") == EITHER


@dataclass(frozen=True)
class Page:
    """One page of the form: its word in the address, its questions, and whom it is put to."""

    name: str
    title: str
    form: type[PageForm]
    is_asked: Callable[[Answers], bool] = always


PAGES = (
    Page("safety", "Before you start", SafetyForm),
    Page("hospital", "When were you seen in hospital?", SeenInHospitalForm, was_in_hospital),
    Page("who", "Who is the patient?", WhoForm),
    Page("proxy", "About you", ProxyForm, writes_for_another),
    Page("contact", "How can we answer you?", ContactForm),
    Page("about", "What would you like to ask?", AboutForm),
    Page("pain", "About the pain", PainForm),
    Page("times", "Your appointment", TimesForm, wants_an_appointment),
    Page("files", "Add a letter or a report", FilesForm),
    Page("clinic", "Which clinic?", ClinicForm),
    Page("postcode", "Where do you live?", PostcodeForm, leaves_the_clinic_to_us),
)
BY_NAME = {page.name: page for page in PAGES}


def pages_for(answers: Answers) -> list[Page]:
    """Return the pages that these answers call for, in order."""
    return [page for page in PAGES if page.is_asked(answers)]


def asked_for(answers: Answers) -> dict[str, dict[str, Any]]:
    """Return the answers without those to pages that, after a change of mind, are no longer asked."""
    return {page.name: answers[page.name] for page in pages_for(answers) if page.name in answers}


def first_unanswered(answers: Answers) -> Page | None:
    """Return the next page to ask, or ``None`` when everything is there to be checked and sent."""
    return next((page for page in pages_for(answers) if page.name not in answers), None)


def page_before(page: Page, answers: Answers) -> Page | None:
    """Return the page to which “Back” leads, or ``None`` before the first."""
    asked = pages_for(answers)
    return asked[asked.index(page) - 1] if page in asked[1:] else None
