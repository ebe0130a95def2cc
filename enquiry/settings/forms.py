"""The forms of settings: hours as managers type them, days on which a clinic is shut, targets, and secure mail."""

import re
from collections.abc import Callable, Collection
from datetime import date, timedelta
from typing import Any

from wtforms import Field, HiddenField, StringField
from wtforms.validators import ValidationError

from enquiry.opening import WEEKDAYS, Opening, Targets
from enquiry.rules.closures import Closure
from enquiry.rules.hours_typed import NotHours, read_day, written_day
from enquiry.rules.secure_mail import NotADomain, read_domains
from enquiry.rules.urgency import SAME_DAY, Urgency
from enquiry.rules.working_time import Week
from enquiry.settings.change import SetAlready, SetMeanwhile, ShutTooLong
from enquiry.settings.in_words import hours, lines_of_domains
from enquiry.web.dates import DateField
from enquiry.web.filters import date_in_words
from enquiry.web.forms import PageForm, VersionField, line_field, story_field

CONFLICT = 409
UNPROCESSABLE = 422
FURTHEST = 2  # years ahead
REASON_AT_MOST = 60  # characters
MOST_HOURS = 200  # of working time

_NUMBER = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4})?")


class SettingForm(PageForm):
    """A form that sets something: it names the version that its manager saw, and loses nothing they typed."""

    version = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.http_status = 200
        self.is_stale = False

    def carry_out(self, verb: Callable[[], None]) -> bool:
        """Do what the form asks, if it is filled in and the verb agrees; otherwise keep the reason to show.

        :return: whether it was done.
        """
        if not self.validate():
            self.http_status = UNPROCESSABLE
            return False
        try:
            verb()
        except SetMeanwhile as newer:
            self.is_stale, self.version.data = True, newer.version
            self._refuse("A colleague changed this while you were working on it. Nothing was done yet.")
        except SetAlready:
            self._refuse("The clinic is shut on these days already")
        except ShutTooLong as shut:
            first, last = date_in_words(shut.first), date_in_words(shut.last)
            self._refuse(f"The clinic must open at least once in six weeks; from {first} to {last} it would not")
        else:
            return True
        return False

    def _refuse(self, why: str) -> None:
        self.form_errors.append(why)
        self.http_status = CONFLICT


class OfOneDay:
    """Hours that can be meant; says which day is wrong."""

    def __call__(self, form: PageForm, field: Field) -> None:
        try:
            read_day(field.data or "")
        except NotHours as wrong:
            raise ValidationError(f"{field.label.text}: {wrong}") from None


class HoursForm(SettingForm):
    """The hours of an ordinary week, a box for each day."""

    monday, tuesday, wednesday, thursday, friday, saturday, sunday = (
        StringField(name, [OfOneDay()]) for name in WEEKDAYS
    )

    @classmethod
    def showing(cls, opening: Opening) -> "HoursForm":
        """Return the form filled in with what is set."""
        typed = {name.lower(): written_day(opening.week.get(day, ())) for day, name in enumerate(WEEKDAYS)}
        return cls(formdata=None, version=opening.version, **typed)

    @property
    def days(self) -> list[Field]:
        """The boxes, Monday first."""
        return [self[name.lower()] for name in WEEKDAYS]

    @property
    def week(self) -> Week:
        """What a valid form says."""
        return {day: spans for day, box in enumerate(self.days) if (spans := read_day(box.data or ""))}


class ComingDayField(DateField):
    """A day from today on, or none where none need be given."""

    def __init__(self, label: str, thing: str, optional: bool = False, **kwargs: Any) -> None:
        super().__init__(label, thing, **kwargs)
        self.may_be_empty = optional

    def pre_validate(self, form: PageForm) -> None:
        if self.may_be_empty and not any(self.typed.values()):
            self.data = None
        else:
            super().pre_validate(form)

    def check(self, day: date, today: date) -> None:
        """Refuse what is over, or too far away to be meant."""
        if day < today:
            self.refuse(self.PARTS, "Enter a day from today on")
        if day.year > today.year + FURTHEST:
            self.refuse(["year"], f"Enter a day before {today.year + FURTHEST + 1}")


class ClosureForm(SettingForm):
    """Days on which a clinic is shut, and why."""

    first = ComingDayField("First day", "the first day")
    last = ComingDayField("Last day", "the last day", optional=True)
    words = line_field("Reason, for colleagues", "a reason", longest=REASON_AT_MOST)

    def validate_last(self, field: DateField) -> None:
        """A closure ends when it has begun."""
        if field.data and self.first.data and field.data < self.first.data:
            field.refuse(field.PARTS, "The last day must not be before the first")

    @property
    def closure(self) -> Closure:
        """What a valid form says."""
        return Closure(self.first.data, self.last.data or self.first.data, self.words.data or "")


class OpenAgainForm(SettingForm):
    """Which closure is taken back, by its place in the list that its manager saw."""

    place = HiddenField()

    def chosen(self, closures: tuple[Closure, ...]) -> Closure | None:
        """Return the closure at that place, if there is one."""
        place = self.place.data or ""
        return closures[int(place)] if place.isdecimal() and len(place) < 4 and int(place) < len(closures) else None


class HoursField(StringField):
    """Working time in hours, as people type it: ``2``, ``1.5``, ``8 hours``."""

    @property
    def working(self) -> timedelta:
        """What a valid field says."""
        return timedelta(minutes=round(float(self._bare) * 60))

    def pre_validate(self, form: PageForm) -> None:
        if not _NUMBER.fullmatch(self._bare):
            raise ValidationError(f"{self.label.text}: enter hours like 2 or 1.5")
        if not timedelta() < self.working <= timedelta(hours=MOST_HOURS):
            raise ValidationError(f"{self.label.text}: enter more than 0 and at most {MOST_HOURS} hours")

    @property
    def _bare(self) -> str:
        return str(self.data or "").strip().removesuffix("hours").removesuffix("hour").strip()


class TargetsForm(SettingForm):
    """Within how many working hours somebody answers."""

    red_flag_declared, urgent, soon, routine = (HoursField(urgency.label) for urgency in Urgency)
    promise = HoursField("What patients are promised")

    @classmethod
    def showing(cls, targets: Targets) -> "TargetsForm":
        """Return the form filled in with what is set."""
        typed = {_box(urgency): hours(target) for urgency, target in targets.first_contact.items()}
        return cls(formdata=None, version=targets.version, promise=hours(targets.promise), **typed)

    @property
    def first_contact(self) -> dict[Urgency, timedelta]:
        """What a valid form says."""
        return {urgency: self[_box(urgency)].working for urgency in Urgency}

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse targets that contradict each other, each beside its box."""
        if not super().validate(extra_validators):
            return False
        target, boxes = self.first_contact, [self[_box(urgency)] for urgency in Urgency]
        for urgency in (Urgency.RED_FLAG_DECLARED, Urgency.URGENT):
            if target[urgency] > SAME_DAY:
                self[_box(urgency)].errors = [
                    f"{urgency.label}: enter {hours(SAME_DAY)} hours at most; a clinician looks the same working day"
                ]
        for sooner, later in zip(boxes, [*boxes[1:], self.promise], strict=True):
            if sooner.working > later.working and not later.errors:
                later.errors = [f"{later.label.text}: enter {hours(sooner.working)} hours or more, like the one above"]
        return not self.errors


class SecureMailForm(SettingForm):
    """The domains to which email may carry what is said of a patient, one a line."""

    domains = story_field("Domains, one on each line", "domains", optional=True)

    @classmethod
    def showing(cls, domains: Collection[str], version: int) -> "SecureMailForm":
        """Return the form filled in with what is set."""
        return cls(formdata=None, version=version, domains="\n".join(lines_of_domains(domains)))

    @property
    def listed(self) -> frozenset[str]:
        """What a valid form says."""
        return read_domains(self.domains.data or "")

    def validate_domains(self, field: Field) -> None:
        """Only domains, and none where anybody can have an address."""
        try:
            read_domains(field.data or "")
        except NotADomain as wrong:
            raise ValidationError(str(wrong)) from None


def _box(urgency: Urgency) -> str:
    return urgency.value.replace("-", "_")
