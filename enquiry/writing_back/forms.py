"""The forms of writing back: the answer to whoever referred, and that a letter was posted."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar, Self

from wtforms import Field, HiddenField, SelectChoice
from wtforms.validators import ValidationError

from enquiry import clock, pdf, secure_mail
from enquiry.clock import LONDON_TIME, for_the_eye
from enquiry.outbox import NoSuchLetter
from enquiry.records.enquiry import Enquiry
from enquiry.records.referral import Referral
from enquiry.records.staff import Staff
from enquiry.rules.writing_back import Answered, may_write
from enquiry.web.cases import CaseForm, Refusals
from enquiry.web.dates import ClockField, DayField
from enquiry.web.forms import one_of, story_field
from enquiry.writing_back.paper import Answer
from enquiry.writing_back.send import AddressChanged, OnlyAClinician

SECURE, ORDINARY = "secure", "ordinary"


class AnswerForm(CaseForm):
    """What the clinic answers; it carries the address that its writer saw, and whether mail to it is secure."""

    deed = "letter-to-referrer"
    refusals: ClassVar[Refusals] = {
        AddressChanged: "The address, or whether it is secure, is not as it was. Check where the letter goes.",
        OnlyAClinician: "Only a clinician may write this answer",
        pdf.NoSuchSign: "The letter holds a sign that cannot be printed, such as an emoji or Chinese writing. "
        "Take it out of your words; if it is in a name, ring instead.",
    }

    shown_address = HiddenField()
    shown_mail = HiddenField()
    answered = one_of("What is the answer?", "what the answer is", Answered)
    day = DayField("Day of the appointment")
    time = ClockField("Time of the appointment")
    advice = story_field("In your own words", "what you advise", optional=True)

    @classmethod
    def blank(cls, enquiry: Enquiry) -> Self:
        """Return an empty form, but for the appointment that stands: nobody copies its time by hand."""
        form = super().blank(enquiry)
        form.advice.data = ""
        standing = next((one for one in enquiry.appointments if one.state.stands), None)
        if standing is not None:
            starts_at = for_the_eye(standing.starts_at)
            form.day.data, form.time.data = starts_at.date(), starts_at.time()
        return form

    def offer(self, referral: Referral, writer: Staff) -> None:
        """Carry the address that the page is about to show, and offer what this colleague may answer."""
        email = referral.referrer.email
        self.shown_address.data = email
        self.shown_mail.data = SECURE if secure_mail.may_carry(email) else ORDINARY
        answers = [one for one in Answered if may_write(one, writer.roles)]
        self.answered.choices = [SelectChoice(one.value, one.label) for one in answers]

    @property
    def shown(self) -> tuple[str, bool]:
        """The address that the page showed, and whether it said that mail to it is secure."""
        return self.shown_address.data or "", self.shown_mail.data == SECURE

    @property
    def answer(self) -> Answer:
        """What a valid form says."""
        answered = Answered(self.answered.data)
        return Answer(answered, self.advice.data or "", self._at if answered.needs_date else None)

    def validate_advice(self, field: Field) -> None:
        """Only an appointment speaks for itself."""
        if self._answered_is(lambda one: one.is_clinical) and not field.data:
            raise ValidationError("Enter what you advise, or what is needed")

    def validate_day(self, field: Field) -> None:
        """Must be there for an appointment, and lie ahead."""
        self._must_be_there(field)
        if self._answered_is(lambda one: one.needs_date) and self._at is not None and self._at <= clock.now():
            raise ValidationError("Enter a day and a time that lie ahead")

    def validate_time(self, field: Field) -> None:
        """As for the day."""
        self._must_be_there(field)

    def _must_be_there(self, field: Field) -> None:
        if self._answered_is(lambda one: one.needs_date) and field.data is None and not field.errors:
            raise ValidationError(f"Enter the {field.name} of the appointment")

    def _answered_is(self, so: Callable[[Answered], bool]) -> bool:
        return self.answered.data in list(Answered) and so(Answered(self.answered.data))

    @property
    def _at(self) -> datetime | None:
        if self.day.data is None or self.time.data is None:
            return None
        return datetime.combine(self.day.data, self.time.data, LONDON_TIME)


class PostForm(CaseForm):
    """A letter on paper was posted."""

    deed = "posted"
    refusals: ClassVar[Refusals] = {NoSuchLetter: "This letter does not wait to be posted any more"}
