"""Fields that speak with one voice: ``thing="your full name"`` gives both the question's rule and its error."""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from flask import request
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField, SelectChoice, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import StopValidation, ValidationError

from enquiry.rules.answers import NONE_OF_THESE
from enquiry.rules.contact import NotAnEmailAddress, NotATelephoneNumber, read_email, read_telephone

LINE = 100  # characters in an answer of one line
STORY = 4000  # characters in an answer in somebody's own words

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")  # word processors have their own
_BREAKS = re.compile(r"[\n\t]")


class PageForm(FlaskForm):
    """One page's questions."""

    class Meta(FlaskForm.Meta):
        # A token lives as long as its cookie: people stop half-way through to ring somebody.
        csrf_time_limit = None

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Read nothing from JSON, whose values may be of any kind: no page of ours sends it."""
            return None if request.is_json else super().wrap_formdata(form, formdata)


class Required:
    """The answer is there. Says "Enter …" or "Select …", with the thing in the person's words."""

    def __init__(self, verb: str, thing: str) -> None:
        self.message = f"{verb} {thing}"

    def __call__(self, form: PageForm, field: Field) -> None:
        if not field.data:
            raise StopValidation(self.message)


class Offered:
    """What was chosen is one of the choices that were offered; anything else counts as not chosen."""

    def __init__(self, thing: str) -> None:
        self.message = f"Select {thing}"

    def __call__(self, form: PageForm, field: Field) -> None:
        chosen = field.data if isinstance(field.data, list) else [field.data] if field.data else []
        if not set(chosen) <= {choice.value for choice in field.choices}:
            raise ValidationError(self.message)


class Alone:
    """“None of these” stands alone."""

    def __init__(self, thing: str) -> None:
        self.message = f"Select {thing}, but not both"

    def __call__(self, form: PageForm, field: Field) -> None:
        chosen = field.data or ()
        if NONE_OF_THESE in chosen and len(chosen) > 1:
            raise ValidationError(self.message)


class FitsIn:
    """The answer is no longer than there is room for."""

    def __init__(self, longest: int, thing: str, shortest: int = 0) -> None:
        self.longest, self.thing, self.shortest = longest, thing, shortest

    def __call__(self, form: PageForm, field: Field) -> None:
        length = len(field.data or "")
        if length > self.longest:
            raise ValidationError(
                f"{capital(self.thing)} must be {self.longest:,} characters or fewer; this is {length:,}"
            )
        if 0 < length < self.shortest:
            raise ValidationError(f"{capital(self.thing)} must be {self.shortest} characters or more")


class OneLine:
    """The answer holds no character that could break a line or hide: those reach headers and labels."""

    def __init__(self, thing: str) -> None:
        self.thing = thing

    def __call__(self, form: PageForm, field: Field) -> None:
        if not (field.data or "").replace("\u200d", "").replace("\u200c", "").isprintable():
            raise ValidationError(f"{capital(self.thing)} must not include line breaks or hidden characters")


class Visible:
    """The answer holds no control character: nobody meant to type one, and no page can show it."""

    def __init__(self, thing: str) -> None:
        self.thing = thing

    def __call__(self, form: PageForm, field: Field) -> None:
        if any(unicodedata.category(one) in ("Cc", "Cs") for one in _BREAKS.sub("", field.data or "")):
            raise ValidationError(f"{capital(self.thing)} must not include control characters; please type it again")


def line_field(label: str, thing: str, optional: bool = False, longest: int = LINE) -> StringField:
    """Return a field for one line of text."""
    rules: list[Any] = [OneLine(thing), FitsIn(longest, thing)]
    return StringField(label, [*rules] if optional else [Required("Enter", thing), *rules], filters=[_trimmed])


def story_field(
    label: str, thing: str, optional: bool = False, shortest: int = 0, longest: int = STORY
) -> TextAreaField:
    """Return a field for somebody's own words, kept exactly but for the ends of lines."""
    fits: list[Any] = [Visible(thing), FitsIn(longest, thing, shortest)]
    rules = fits if optional else [Required("Enter", thing), *fits]
    return TextAreaField(label, rules, filters=[_unix_lines])


def one_of(
    label: str, thing: str, choices: Iterable[tuple[str, str]] | type[StrEnum], optional: bool = False
) -> RadioField:
    """Return radio buttons with nothing chosen beforehand."""
    rules = [Offered(thing)] if optional else [Required("Select", thing), Offered(thing)]
    return RadioField(label, rules, choices=_choices(choices), validate_choice=False, coerce=_as_word)


def any_of(
    label: str, thing: str, choices: Iterable[tuple[str, str]] | type[StrEnum], optional: bool = False
) -> SelectMultipleField:
    """Return checkboxes with nothing ticked beforehand."""
    rules = [Offered(thing)] if optional else [Required("Select", thing), Offered(thing)]
    return SelectMultipleField(label, [*rules, Alone(thing)], choices=_choices(choices), validate_choice=False)


def email_field(label: str, thing: str, optional: bool = False) -> StringField:
    """Return a field for an email address; ``data`` becomes its normal form."""
    rules = [_EmailAddress()] if optional else [Required("Enter", thing), _EmailAddress()]
    return StringField(label, rules, filters=[_trimmed])


def telephone_field(label: str, thing: str, optional: bool = False) -> StringField:
    """Return a field for a telephone number, kept as it was typed."""
    rules = [_TelephoneNumber()] if optional else [Required("Enter", thing), _TelephoneNumber()]
    return StringField(label, rules, filters=[_trimmed])


class _EmailAddress:
    def __call__(self, form: PageForm, field: Field) -> None:
        try:
            field.data = read_email(field.data) if field.data else ""
        except NotAnEmailAddress:
            raise ValidationError("Enter an email address in the correct format, like name@example.com") from None


class _TelephoneNumber:
    def __call__(self, form: PageForm, field: Field) -> None:
        try:
            if field.data:
                read_telephone(field.data)
        except NotATelephoneNumber:
            raise ValidationError(
                "Enter a telephone number, like 01632 960 001, 07700 900 982 or +44 808 157 0192"
            ) from None


class VersionField(HiddenField):
    """The version of the enquiry that the page showed; ``data`` is a whole number, or 0 if it was meddled with."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0] if valuelist else ""
        self.data = int(typed) if typed.isdecimal() and len(typed) < 10 else 0


class NonceField(HiddenField):
    """What makes a form count once, however often it is sent; ``data`` is a new one if it was meddled with."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default=uuid4, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            self.data = UUID(valuelist[0])
        except (IndexError, ValueError):
            self.data = uuid4()


def _choices(choices: Iterable[tuple[str, str]] | type[StrEnum]) -> list[SelectChoice]:
    pairs = [(word.value, word.label) for word in choices] if isinstance(choices, type) else choices  # type: ignore[attr-defined]
    return [SelectChoice(value, label) for value, label in pairs]


def _as_word(value: str | None) -> str:
    return "" if value is None else str(value)


def _trimmed(value: str | None) -> str:
    return (value or "").strip()


def _unix_lines(value: str | None) -> str:
    return _LINE_ENDS.sub("\n", value or "").strip()


def capital(thing: str) -> str:
    """Return a thing in the person's words as a sentence begins."""
    return thing[:1].upper() + thing[1:]
