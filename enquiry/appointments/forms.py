"""The forms of appointments: what was agreed, a new time, a cancellation, whether somebody came, and fees."""

from collections.abc import Sequence
from typing import Any, ClassVar, Self
from uuid import UUID

from wtforms import BooleanField, Field, HiddenField, SelectChoice, SelectField
from wtforms.validators import ValidationError

from enquiry.appointments.arrange import (
    ClinicClosed,
    HasNone,
    HasOneAlready,
    NoAddress,
    NotAClinician,
    Plan,
    TimeTaken,
    TooLate,
)
from enquiry.appointments.attend import TooEarly
from enquiry.appointments.fees import HasGaps
from enquiry.clock import for_the_eye, time_in_words
from enquiry.records.appointment import Appointment, Arranged
from enquiry.records.enquiry import Enquiry, MoveNotAllowed
from enquiry.records.staff import Staff
from enquiry.rules.answers import Visit
from enquiry.rules.appointments import (
    FURTHEST,
    LENGTHS,
    USUAL_LENGTH,
    CancelledBy,
    FeesBy,
    NoSuchMoment,
    NotATime,
    Tell,
    begins,
    read_time,
)
from enquiry.web.cases import CaseForm, Refusals
from enquiry.web.dates import ComingDateField
from enquiry.web.forms import NonceField, Offered, PageForm, Required, line_field, one_of, story_field

YES, NO = "yes", "no"
LONGEST_FEES = 8000  # characters; a list of insurers is long

_WAYS_TO_BE_SEEN = [(visit.value, visit.label) for visit in (Visit.IN_PERSON, Visit.VIDEO)]

_GONE: Refusals = {HasNone: "There is no appointment any more with which this can be done"}
_ADDRESS: Refusals = {NoAddress: "There is no email address to write to"}
_ARRANGED: Refusals = {
    NotAClinician: "Choose a clinician of this clinic",
    TooLate: "The appointment would begin in the past",
    ClinicClosed: "The clinic is closed at that time. If it opens for this, tick the box below and send again.",
    **_ADDRESS,
}


class ArrangeForm(CaseForm):
    """What was agreed: when, with whom, how, and how the person hears of it."""

    day = ComingDateField("Day", "the day", within=FURTHEST)
    at = line_field("Start time", "a start time", longest=10)
    minutes = SelectField(
        "Length",
        [Offered("a length")],
        choices=[SelectChoice(str(length), f"{length} minutes") for length in LENGTHS],
        default=str(USUAL_LENGTH),
        validate_choice=False,
    )
    clinician_id = SelectField("Clinician", [Required("Select", "a clinician")], validate_choice=False)
    visit = one_of("How are they seen?", "how they are seen", _WAYS_TO_BE_SEEN)
    joining = line_field("How they join by video", "how they join by video", optional=True, longest=300)
    tell = one_of("How do they hear of it?", "how they hear of it", Tell)
    note = story_field("Note", "the note", optional=True)
    although_closed = BooleanField("The clinic opens for this")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks_whether_open = bool(self.although_closed.data)

    def validate_clinician_id(self, field: Field) -> None:
        """Somebody; whether they are a clinician of the clinic is for the verb to find out."""
        try:
            UUID(field.data)
        except ValueError:
            raise ValidationError("Select a clinician") from None

    def validate_at(self, field: Field) -> None:
        """A time on five minutes, which the clocks show that day, and once."""
        try:
            at = read_time(field.data)
            if self.day.data:
                begins(self.day.data, at)
        except NotATime:
            raise ValidationError("Enter a start time on five minutes, like 9:30, 14:00 or 2:15pm") from None
        except NoSuchMoment:
            raise ValidationError("The clocks change at that time: choose another") from None

    def validate_joining(self, field: Field) -> None:
        """For a call by video, how the person joins it."""
        if self.visit.data == Visit.VIDEO and not field.data:
            raise ValidationError("Enter how they join by video")

    def refuse(self, why: str) -> None:
        """Say why nothing was done; where the clinic is closed, ask whether it opens."""
        super().refuse(why)
        self.asks_whether_open = self.asks_whether_open or why == self.refusals[ClinicClosed]

    def refuse_time(self, taken: TimeTaken) -> None:
        """Say what is in the clinician's diary instead."""
        spans = " and ".join(f"{time_in_words(start)} to {time_in_words(end)}" for start, end in taken.taken)
        self.refuse(f"{taken.clinician} is already taken then{f': {spans}' if spans else ''}. Choose another time.")

    def offer(self, enquiry: Enquiry, clinicians: Sequence[Staff]) -> None:
        """Narrow the choices to the clinicians of the clinic, and to the telephone for whom nobody can write to."""
        names = [SelectChoice(str(person.id), person.name) for person in clinicians]
        self.clinician_id.choices = names if len(names) == 1 else [SelectChoice("", "Choose"), *names]
        if not enquiry.contact.email:
            self.tell.choices = [choice for choice in self.tell.choices if choice.value == Tell.TELEPHONE]

    @property
    def plan(self) -> Plan:
        """What was agreed; ask only once the form is filled in."""
        visit = Visit(self.visit.data)
        joining = self.joining.data if visit is Visit.VIDEO else ""
        arranged = Arranged(tell=Tell(self.tell.data), joining=joining, note=self.note.data)
        return Plan(
            clinician_id=UUID(self.clinician_id.data),
            starts_at=begins(self.day.data, read_time(self.at.data)),
            minutes=int(self.minutes.data),
            visit=visit,
            arranged=arranged,
            although_closed=self.although_closed.data,
        )


class BookForm(ArrangeForm):
    """A new appointment: booked because it was agreed, or held because it is offered."""

    deed = "book"
    refusals: ClassVar[Refusals] = {
        HasOneAlready: "There is an appointment already: move or cancel it",
        MoveNotAllowed: "The enquiry must be claimed, and open, before it can have an appointment",
        **_ARRANGED,
    }

    agreed = one_of(
        "Have they agreed to it?",
        "whether they have agreed",
        [(YES, "Yes: book it"), (NO, "Not yet: hold it for them")],
    )


class MoveForm(ArrangeForm):
    """Another time for what stands."""

    deed = "move"
    refusals: ClassVar[Refusals] = {**_GONE, **_ARRANGED}

    @classmethod
    def of(cls, enquiry: Enquiry, appointment: Appointment) -> Self:
        """Return the form as the appointment stands: whoever changes one thing leaves the rest."""
        local, arranged = for_the_eye(appointment.starts_at), appointment.arranged
        return cls(
            formdata=None,
            version=enquiry.version,
            clinician_id=str(appointment.clinician_id),
            day=local.date().isoformat(),
            at=f"{local:%H:%M}",
            minutes=str(appointment.minutes),
            visit=appointment.visit.value,
            joining=arranged.joining,
            tell=arranged.tell.value,
            note=arranged.note,
        )


class AcceptForm(CaseForm):
    """They take what was offered."""

    deed = "accept"
    refusals: ClassVar[Refusals] = {
        **_GONE,
        TooLate: "The offered time is past",
        MoveNotAllowed: BookForm.refusals[MoveNotAllowed],
    }


class CancelForm(CaseForm):
    """It does not take place."""

    deed = "cancel"
    refusals: ClassVar[Refusals] = _GONE

    by = one_of("Who cancels it?", "who cancels it", CancelledBy)
    reason = story_field("Reason", "the reason", optional=True)


class AttendanceForm(CaseForm):
    """Whether they came to which appointment; the answer is the button that was pressed, on which list."""

    deed = "attendance"
    refusals: ClassVar[Refusals] = {**_GONE, TooEarly: "The appointment has not begun yet"}

    came = HiddenField(validators=[Required("Select", "whether they came")])
    appointment = NonceField()
    list_of = HiddenField()
    day = HiddenField()


class FeesForm(CaseForm):
    """How the fees were told, and the letter that tells them."""

    deed = "fees"
    refusals: ClassVar[Refusals] = {
        **_GONE,
        **_ADDRESS,
        HasGaps: "Fill in everything that stands in [square brackets], and take the brackets away",
    }

    by = one_of("How are they told?", "how they are told", FeesBy)
    text = story_field("The letter", "the letter", longest=LONGEST_FEES)

    def offer(self, enquiry: Enquiry) -> None:
        """No letter by email to whom nobody can write."""
        if not enquiry.contact.email:
            self.by.choices = [choice for choice in self.by.choices if choice.value != FeesBy.EMAIL]


class FeeWordsForm(PageForm):
    """The words about fees with which the letters of each clinic begin."""

    london = story_field("London", "the words for London", longest=LONGEST_FEES)
    norwich = story_field("Norwich", "the words for Norwich", longest=LONGEST_FEES)
