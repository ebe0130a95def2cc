"""The pages of an enquiry: one short group of questions each, in the order in which they are asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from flask import current_app
from wtforms import Field, SelectChoice, SelectField
from wtforms.validators import ValidationError

from enquiry.records.enquiry import Kind
from enquiry.rules.clinics import Clinic
from enquiry.rules.contact import Route
from enquiry.rules.red_flags import NONE_OF_THESE, RED_FLAGS, Group
from enquiry.web.forms import (
    BirthDateField,
    Offered,
    PageForm,
    Required,
    any_of,
    email_field,
    line_field,
    one_of,
    story_field,
    telephone_field,
)

Answers = Mapping[str, dict[str, Any]]

NOT_SURE = "not-sure"
SHORTEST_STORY = 10  # characters: fewer tell a clinician nothing (clinical.md 7.1)
AVOID_AT_MOST = 300  # characters
YES_OR_NO = [("yes", "Yes"), ("no", "No")]


class Day(StrEnum):
    """A day on which somebody could come."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class TimeOfDay(StrEnum):
    """A part of the day in which somebody could come."""

    MORNING = "morning"
    AFTERNOON = "afternoon"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class SafetyForm(PageForm):
    """What nobody may wait with: asked before anything personal."""

    red_flags = any_of(
        "Do you have any of these?",
        "what you have, or select “None of these”",
        [*((flag.code, flag.says) for flag in RED_FLAGS), (NONE_OF_THESE, "None of these")],
    )

    def groups(self) -> list[tuple[Group, list[tuple[str, Any]]]]:
        """Return the rows block by block, each with the id of its box; the first has the field's own id."""
        by_value = {option.value: option for option in self.red_flags.iter_choices()}
        ids = iter(["red_flags", *(f"red_flags-{number}" for number in range(2, len(RED_FLAGS) + 1))])
        return [
            (group, [(next(ids), by_value[flag.code]) for flag in RED_FLAGS if flag.group is group]) for group in Group
        ]

    def validate_red_flags(self, field: Field) -> None:
        """“None of these” stands alone."""
        if NONE_OF_THESE in field.data and len(field.data) > 1:
            raise ValidationError("Select what you have, or select “None of these”, but not both")


class WhoForm(PageForm):
    """Who the patient is."""

    name = line_field("Full name", "your full name")
    birth_date = BirthDateField("Date of birth", "your date of birth")


class ContactForm(PageForm):
    """Where to answer."""

    email = email_field("Email address", "your email address", optional=True)
    telephone = telephone_field("Telephone number", "your telephone number", optional=True)
    preferred = one_of("How would you like us to answer?", "how you would like us to answer", Route)
    avoid = story_field(
        "Is there a number, an address or a time that we must not use?",
        "what we must not use",
        optional=True,
        longest=AVOID_AT_MOST,
    )

    def validate_preferred(self, field: Field) -> None:
        """The preferred way must be one that we can use."""
        if field.data == Route.EMAIL and not self.email.data:
            raise ValidationError("Enter your email address above if you would like us to answer by email")
        if field.data == Route.TELEPHONE and not self.telephone.data:
            raise ValidationError("Enter your telephone number above if you would like us to answer by telephone")


class VoicemailForm(PageForm):
    """Whether a message may be left; asked of everybody who gives a telephone number, with no answer beforehand."""

    voicemail_ok = one_of("If nobody picks up, may we leave a message?", "whether we may leave a message", YES_OR_NO)


class AboutForm(PageForm):
    """What it is about, in the person's own words."""

    about = SelectField("What is it about?", [Required("Select", "what it is about")], validate_choice=False)
    kind = one_of("What would you like?", "what you would like", Kind)
    story = story_field("Tell us in your own words", "what you would like to tell us", shortest=SHORTEST_STORY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = current_app.extensions["condition_titles"]
        self.about.choices = [
            SelectChoice("", "Choose from the list"),
            *(SelectChoice(slug, title) for slug, title in titles.items()),
            SelectChoice(NOT_SURE, "Something else, or I am not sure"),
        ]

    def validate_about(self, field: Field) -> None:
        """Only what is on the list."""
        Offered("what it is about")(self, field)


class TimesForm(PageForm):
    """When an appointment would suit."""

    days = any_of("Which days suit you?", "the days that suit you", Day, optional=True)
    times = any_of("What time of day suits you?", "the times that suit you", TimeOfDay, optional=True)


class ClinicForm(PageForm):
    """Which clinic."""

    clinic = one_of(
        "Which clinic would you like to contact?",
        "which clinic you would like to contact",
        [(clinic.value, f"{clinic.label}: {clinic.facts.hospital}") for clinic in Clinic],
    )


def always(_: Answers) -> bool:
    """Ask everybody."""
    return True


@dataclass(frozen=True)
class Page:
    """One page of the form: its word in the address, its questions, and whom it is put to."""

    name: str
    title: str
    form: type[PageForm]
    is_asked: Callable[[Answers], bool] = always


PAGES = (
    Page("safety", "Before you start", SafetyForm),
    Page("who", "Who is the patient?", WhoForm),
    Page("contact", "How can we answer you?", ContactForm),
    Page(
        "voicemail",
        "May we leave a message?",
        VoicemailForm,
        lambda answers: bool(answers.get("contact", {}).get("telephone")),
    ),
    Page("about", "What would you like to ask?", AboutForm),
    Page(
        "times",
        "When would an appointment suit you?",
        TimesForm,
        lambda answers: answers.get("about", {}).get("kind") == Kind.APPOINTMENT,
    ),
    Page("clinic", "Which clinic?", ClinicForm),
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


def questions(form: PageForm) -> list[Field]:
    """Return the fields of a form that ask something."""
    return [field for field in form if field.name != "csrf_token"]


def answers_of(form: PageForm) -> dict[str, Any]:
    """Return what a valid form says, as the draft keeps it."""
    return {field.name: field.data for field in questions(form)}


def in_words(field: Field) -> str:
    """Return an answer as the person would say it, or nothing, for the page on which they check it."""
    if isinstance(field.data, date):
        return f"{field.data.day} {field.data:%B %Y}"
    if hasattr(field, "choices"):
        chosen = field.data if isinstance(field.data, list) else [field.data]
        return "\n".join(choice.label for choice in field.choices if choice.value in chosen)
    return field.data or ""
