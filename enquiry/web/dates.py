"""Dates in three boxes, of which only those that are wrong turn red; at the desk, a day or a time in one box."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple, NoReturn

from wtforms import DateField as BrowsersDateField
from wtforms import Field, TimeField
from wtforms.validators import ValidationError

from enquiry import clock
from enquiry.web.forms import PageForm, capital

OLDEST = 120  # years


class DatePart(NamedTuple):
    """One box of a date, for the template."""

    name: str
    label: str
    value: str
    is_wrong: bool
    autocomplete: str


class DateField(Field):
    """A date in three boxes; ``data`` is a date once it is a real one that may be meant."""

    PARTS = ("day", "month", "year")
    autocomplete = ""  # what the browser may fill in begins with this

    def __init__(self, label: str, thing: str, optional: bool = False, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.thing, self.optional = thing, optional
        self.typed = dict.fromkeys(self.PARTS, "")
        self.wrong: set[str] = set()

    @property
    def parts(self) -> list[DatePart]:
        return [self._part(part) for part in self.PARTS]

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        self.data: Any = date.fromisoformat(data) if isinstance(data, str) else None
        if self.data:
            self.typed = {part: str(getattr(self.data, part)) for part in self.PARTS}
        if formdata and any(f"{self.name}-{part}" in formdata for part in self.PARTS):
            self.typed = {part: formdata.get(f"{self.name}-{part}", "").strip() for part in self.PARTS}

    def pre_validate(self, form: PageForm) -> None:
        self.data = None
        missing = [part for part in self.PARTS if not self.typed[part]]
        if missing == list(self.PARTS):
            if self.optional:
                return
            self.refuse(missing, f"Enter {self.thing}")
        if missing:
            self.refuse(missing, f"{capital(self.thing)} must include a {' and '.join(missing)}")
        day = self._real_date()
        self.check(day, clock.for_the_eye(clock.now()).date())
        self.data = day

    def check(self, day: date, today: date) -> None:
        """Refuse a real date that cannot be meant."""

    def _part(self, part: str) -> DatePart:
        filled_by = f"{self.autocomplete}-{part}" if self.autocomplete else ""
        return DatePart(f"{self.name}-{part}", part.capitalize(), self.typed[part], part in self.wrong, filled_by)

    def _real_date(self) -> date:
        try:
            return date(*(int(self.typed[part]) for part in reversed(self.PARTS)))
        except (ValueError, OverflowError):
            self.refuse(self.PARTS, f"{capital(self.thing)} must be a real date")

    def refuse(self, parts: Sequence[str], message: str) -> NoReturn:
        """Say what is wrong, and with which boxes."""
        self.wrong = set(parts)
        raise ValidationError(message)


class BirthDateField(DateField):
    """A date of birth: in the past, and in the life of somebody who is alive."""

    autocomplete = "bday"

    def check(self, day: date, today: date) -> None:
        """Refuse what is not in the past, or too long ago."""
        if day >= today:
            self.refuse(self.PARTS, f"{capital(self.thing)} must be in the past")
        if day.year < today.year - OLDEST:
            self.refuse(["year"], f"{capital(self.thing)} must be after {today.year - OLDEST}")


class RecentDateField(DateField):
    """A day that was so many days ago at most."""

    def __init__(self, label: str, thing: str, days: int, **kwargs: Any) -> None:
        super().__init__(label, thing, **kwargs)
        self.days = days

    def check(self, day: date, today: date) -> None:
        """Refuse what is in the future, or too long ago."""
        if day > today:
            self.refuse(self.PARTS, f"{capital(self.thing)} must not be in the future")
        if day < today - timedelta(days=self.days):
            self.refuse(self.PARTS, f"{capital(self.thing)} must not be more than {self.days} days ago")


class DayField(BrowsersDateField):
    """A day in one box, as browsers send it; ``data`` is ``None`` when it is empty."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([*filter(None, valuelist)])
        except ValueError:
            raise ValueError("Enter a day like 2026-11-22") from None


class ClockField(TimeField):
    """A time of day in one box, as browsers send it; ``data`` is ``None`` when it is empty."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([*filter(None, valuelist)])
        except ValueError:
            raise ValueError("Enter a time like 14:30") from None


class ComingDateField(DateField):
    """A day that is still to come, and not so far off that it must be mistyped."""

    def __init__(self, label: str, thing: str, within: timedelta, **kwargs: Any) -> None:
        super().__init__(label, thing, **kwargs)
        self.within = within

    def check(self, day: date, today: date) -> None:
        """Refuse what is past, or too far off."""
        if day < today:
            self.refuse(self.PARTS, f"{capital(self.thing)} must not be in the past")
        if day > today + self.within:
            self.refuse(["year"], f"{capital(self.thing)} must be within {self.within.days} days from now")
