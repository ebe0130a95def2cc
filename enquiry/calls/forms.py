"""The forms of a call and of a callback: what came of ringing somebody, and from when they are rung next."""

from datetime import datetime
from typing import ClassVar, Self

from wtforms import Field
from wtforms.validators import ValidationError

from enquiry.calls.callback import ClinicClosed, HasEnded, NoCallback, NoNumber, NotAhead
from enquiry.calls.closing import IsExpected, MayNotEnd, NoAddress, NotTriedEnough, WasReferred
from enquiry.calls.record import MessageNotAllowed
from enquiry.clock import LONDON_TIME, for_the_eye
from enquiry.records.enquiry import Enquiry, MoveNotAllowed
from enquiry.rules.callbacks import FURTHEST, Again
from enquiry.rules.contact import CallOutcome
from enquiry.web.cases import CaseForm, Refusals
from enquiry.web.dates import ClockField, DayField
from enquiry.web.forms import one_of, story_field

_CANNOT_BE_RUNG: Refusals = {
    NotAhead: f"Choose a time from now on, and within {FURTHEST.days} days",
    ClinicClosed: "The clinic is closed then: choose a time at which somebody is there to ring",
    NoNumber: "There is no telephone number to ring",
    HasEnded: "The enquiry has ended: open it again first",
}


class TimedForm(CaseForm):
    """A form in which somebody may choose from when a person is rung, by the clocks of England."""

    day = DayField("Day")
    time = ClockField("Time")

    @property
    def ring_at(self) -> datetime | None:
        if self.day.data is None or self.time.data is None:
            return None
        return datetime.combine(self.day.data, self.time.data, LONDON_TIME)

    def suggest(self, moment: datetime) -> None:
        """Fill in a time for the person to change."""
        local = for_the_eye(moment).replace(second=0, microsecond=0)
        self.day.data, self.time.data = local.date(), local.time()

    def _must_be_chosen(self, field: Field) -> None:
        if field.data is None and not field.errors:
            raise ValidationError(f"Enter the {field.name} at which to ring")


class CallForm(TimedForm):
    """One attempt to ring somebody."""

    deed = "call"
    refusals: ClassVar[Refusals] = {
        MessageNotAllowed: "This person has not said that a message is safe. If one was left, record “No answer” "
        "and say in the note what was left, so that a colleague can put it right.",
        **_CANNOT_BE_RUNG,
    }

    outcome = one_of("What came of the call?", "what came of the call", CallOutcome)
    note = story_field("What was said", "what was said", optional=True)
    again = one_of("Ring them again?", "whether to ring them again", Again, optional=True)

    @classmethod
    def blank(cls, enquiry: Enquiry) -> Self:
        """Return an empty form; whoever chooses nothing leaves it to the rule."""
        form = super().blank(enquiry)
        form.again.data = Again.BY_RULE.value
        return form

    @property
    def chosen_again(self) -> Again:
        return Again(self.again.data or Again.BY_RULE)

    def validate_day(self, field: Field) -> None:
        """Only who chooses another time must name it."""
        if self.again.data == Again.AT:
            self._must_be_chosen(field)

    def validate_time(self, field: Field) -> None:
        """As for the day."""
        self.validate_day(field)


class CallbackForm(TimedForm):
    """Somebody is to be rung."""

    deed = "callback"
    refusals = _CANNOT_BE_RUNG

    why = story_field("What is it about?", "what it is about", optional=True)

    def validate_day(self, field: Field) -> None:
        """Must be there."""
        self._must_be_chosen(field)

    def validate_time(self, field: Field) -> None:
        """Must be there."""
        self._must_be_chosen(field)


class CallOffForm(CaseForm):
    """Somebody need not be rung any more."""

    deed = "no-callback"
    refusals: ClassVar[Refusals] = {NoCallback: "Nobody is to be rung about this enquiry any more"}

    why = story_field("Reason", "a reason", optional=True)


class LetGoForm(CaseForm):
    """Somebody was tried often enough."""

    deed = "closing-letter"
    refusals: ClassVar[Refusals] = {
        NotTriedEnough: "They were not yet rung three times on two days since they were last heard from",
        WasReferred: "Somebody referred them, and must hear of it: write to the referrer, and close it on the case",
        NoAddress: "There is no email address to write to",
        IsExpected: "They are still to come to an appointment: cancel it first",
        MayNotEnd: "It has a red flag or cancer in it: propose its end on the case, and a colleague agrees",
        MoveNotAllowed: "The enquiry has ended already",
    }
