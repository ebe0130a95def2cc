"""The pages of a referral: three on the quick way, and on the full way one short group of questions each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from enquiry.referrals.forms import FilesForm, QuickForm
from enquiry.referrals.full_forms import BackgroundForm, ClinicalForm, PatientForm, ReasonForm, ReferrerForm
from enquiry.rules.referrals import Priority
from enquiry.web.forms import PageForm

Answers = Mapping[str, dict[str, Any]]

WAY = "way"  # under which the draft keeps which way was taken, and when it began
QUICK, FULL = "quick", "full"


@dataclass(frozen=True)
class Page:
    """One page: its word in the address, and its questions."""

    name: str
    title: str
    form: type[PageForm]


LETTER = Page("letter", "Your letter, and who it is about", QuickForm)
FILES = Page("files", "Letters and reports", FilesForm)
_FULL_WAY = (
    Page("referrer", "You, and how to reach you", ReferrerForm),
    Page("patient", "The patient", PatientForm),
    Page("reason", "The reason", ReasonForm),
    Page("clinical", "What you found", ClinicalForm),
    Page("background", "Background", BackgroundForm),
    FILES,
)
BY_NAME = {page.name: page for page in (LETTER, *_FULL_WAY)}


def is_quick(answers: Answers) -> bool:
    """Return whether the draft takes the quick way."""
    return answers[WAY]["way"] == QUICK


def pages_for(answers: Answers) -> tuple[Page, ...]:
    """Return the pages of the way that was taken, in order."""
    return (LETTER,) if is_quick(answers) else _FULL_WAY


def first_unanswered(answers: Answers) -> Page | None:
    """Return the next page to ask, or ``None`` when everything is there to be checked and sent."""
    return next((page for page in pages_for(answers) if page.name not in answers), None)


def page_before(page: Page, answers: Answers) -> Page | None:
    """Return the page to which “Back” leads, or ``None`` before the first."""
    asked = pages_for(answers)
    return asked[asked.index(page) - 1] if page in asked[1:] else None


def priority_in(answers: Answers) -> Priority | None:
    """Return how soon the patient should be seen, once that was answered."""
    said = answers.get(LETTER.name) or answers.get("reason") or {}
    return Priority(said["priority"]) if said.get("priority") else None
