"""Fields that speak with one voice: ``thing="your full name"`` gives both the question's rule and its error."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple, NoReturn

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField, SelectChoice, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import StopValidation, ValidationError

from enquiry import clock
from enquiry.rules.contact import NotAnEmailAddress, NotATelephoneNumber, read_email, read_telephone

LINE = 100  # characters in an answer of one line
STORY = 4000  # characters in an answer in somebody's own words
OLDEST = 120  # years


class PageForm(FlaskForm):
    """One page's questions."""

    class Meta(FlaskForm.Meta):
        # A token lives as long as its cookie: people stop half-way through to ring somebody.
        csrf_time_limit = None


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


class FitsIn:
    """The answer is no longer than there is room for."""

    def __init__(self, longest: int, thing: str, shortest: int = 0) -> None:
        self.longest, self.thing, self.shortest = longest, thing, shortest

    def __call__(self, form: PageForm, field: Field) -> None:
        length = len(field.data or "")
        if length > self.longest:
            raise ValidationError(
                f"{_capital(self.thing)} must be {self.longest:,} characters or fewer; this is {length:,}"
            )
        if 0 < length < self.shortest:
            raise ValidationError(f"{_capital(self.thing)} must be {self.shortest} characters or more")


class OneLine:
    """The answer holds no character that could break a line or hide: those reach headers and labels."""

    def __init__(self, thing: str) -> None:
        self.thing = thing

    def __call__(self, form: PageForm, field: Field) -> None:
        if not (field.data or "").replace("\u200d", "").replace("\u200c", "").isprintable():
            raise ValidationError(f"{_capital(self.thing)} must not include line breaks or hidden characters")


def line_field(label: str, thing: str, optional: bool = False, longest: int = LINE) -> StringField:
    """Return a field for one line of text."""
    rules: list[Any] = [OneLine(thing), FitsIn(longest, thing)]
    return StringField(label, [*rules] if optional else [Required("Enter", thing), *rules], filters=[_trimmed])


def story_field(
    label: str, thing: str, optional: bool = False, shortest: int = 0, longest: int = STORY
) -> TextAreaField:
    """Return a field for somebody's own words, kept exactly but for the ends of lines."""
    fits = FitsIn(longest, thing, shortest)
    rules = [fits] if optional else [Required("Enter", thing), fits]
    return TextAreaField(label, rules, filters=[_unix_lines])


def one_of(label: str, thing: str, choices: Iterable[tuple[str, str]] | type[StrEnum]) -> RadioField:
    """Return radio buttons with nothing chosen beforehand."""
    rules = [Required("Select", thing), Offered(thing)]
    return RadioField(label, rules, choices=_choices(choices), validate_choice=False, coerce=_as_word)


def any_of(
    label: str, thing: str, choices: Iterable[tuple[str, str]] | type[StrEnum], optional: bool = False
) -> SelectMultipleField:
    """Return checkboxes with nothing ticked beforehand."""
    rules = [Offered(thing)] if optional else [Required("Select", thing), Offered(thing)]
    return SelectMultipleField(label, rules, choices=_choices(choices), validate_choice=False)


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


class DatePart(NamedTuple):
    """One box of a date, for the template."""

    name: str
    label: str
    value: str
    is_wrong: bool
    autocomplete: str


class BirthDateField(Field):
    """A date of birth in three boxes; ``data`` is a date once it is a real one in the past."""

    PARTS = ("day", "month", "year")

    def __init__(self, label: str, thing: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.thing = thing
        self.typed = dict.fromkeys(self.PARTS, "")
        self.wrong: set[str] = set()

    @property
    def parts(self) -> list[DatePart]:
        return [
            DatePart(f"{self.name}-{part}", part.capitalize(), self.typed[part], part in self.wrong, f"bday-{part}")
            for part in self.PARTS
        ]

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        self.data = date.fromisoformat(data) if isinstance(data, str) else None
        if self.data:
            self.typed = {part: str(getattr(self.data, part)) for part in self.PARTS}
        if formdata and any(f"{self.name}-{part}" in formdata for part in self.PARTS):
            self.typed = {part: formdata.get(f"{self.name}-{part}", "").strip() for part in self.PARTS}

    def pre_validate(self, form: PageForm) -> None:
        self.data = None
        missing = [part for part in self.PARTS if not self.typed[part]]
        if missing == list(self.PARTS):
            self._refuse(missing, f"Enter {self.thing}")
        if missing:
            self._refuse(missing, f"{_capital(self.thing)} must include a {' and '.join(missing)}")
        day, today = self._real_date(), clock.for_the_eye(clock.now()).date()
        if day >= today:
            self._refuse(self.PARTS, f"{_capital(self.thing)} must be in the past")
        if day.year < today.year - OLDEST:
            self._refuse(["year"], f"{_capital(self.thing)} must be after {today.year - OLDEST}")
        self.data = day

    def _real_date(self) -> date:
        try:
            return date(*(int(self.typed[part]) for part in reversed(self.PARTS)))
        except (ValueError, OverflowError):
            self._refuse(self.PARTS, f"{_capital(self.thing)} must be a real date")

    def _refuse(self, parts: Sequence[str], message: str) -> NoReturn:
        self.wrong = set(parts)
        raise ValidationError(message)


class VersionField(HiddenField):
    """The version of the enquiry that the page showed; ``data`` is a whole number, or 0 if it was meddled with."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0] if valuelist else ""
        self.data = int(typed) if typed.isdecimal() and len(typed) < 10 else 0


def _choices(choices: Iterable[tuple[str, str]] | type[StrEnum]) -> list[SelectChoice]:
    pairs = [(word.value, word.label) for word in choices] if isinstance(choices, type) else choices  # type: ignore[attr-defined]
    return [SelectChoice(value, label) for value, label in pairs]


def _as_word(value: str | None) -> str:
    return "" if value is None else str(value)


def _trimmed(value: str | None) -> str:
    return (value or "").strip()


def _unix_lines(value: str | None) -> str:
    return (value or "").replace("\r\n", "\n").strip()


def _capital(thing: str) -> str:
    return thing[:1].upper() + thing[1:]
