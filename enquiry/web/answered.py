"""What a form's fields say: as a draft keeps it, and in words for the page on which it is checked."""

from datetime import date
from typing import Any

from wtforms import BooleanField, Field

from enquiry.web.dates import DateField
from enquiry.web.filters import date_in_words
from enquiry.web.forms import PageForm


def questions(form: PageForm) -> list[Field]:
    """Return the fields of a form that ask something."""
    return [field for field in form if field.name != "csrf_token"]


def answers_of(form: PageForm) -> dict[str, Any]:
    """Return what a valid form says, as the draft keeps it."""
    return {field.name: field.data for field in questions(form)}


def in_words(field: Field) -> str:
    """Return an answer as the person would say it, or nothing, for the page on which they check it."""
    if isinstance(field, DateField):
        return date_in_words(field.data) if isinstance(field.data, date) else ""
    if isinstance(field, BooleanField):
        return "Yes" if field.data else ""
    if hasattr(field, "choices"):
        chosen = field.data if isinstance(field.data, list) else [field.data]
        return "\n".join(choice.label for choice in field.choices if choice.value in chosen)
    return "\n".join(field.data) if isinstance(field.data, list) else field.data or ""
