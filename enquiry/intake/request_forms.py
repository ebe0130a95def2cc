"""The questions about what somebody asks: the subject, the pain, the appointment, files, the clinic; a last tick."""

from wtforms import BooleanField, Field, StringField
from wtforms.validators import ValidationError

from enquiry.intake.person_forms import YES_OR_NO
from enquiry.records.enquiry import WISHES
from enquiry.rules.answers import (
    NONE_OF_THESE,
    Day,
    Letter,
    Need,
    Operated,
    Paying,
    Place,
    Since,
    TimeOfDay,
    Visit,
)
from enquiry.rules.clinics import Clinic
from enquiry.web.forms import PageForm, Required, any_of, line_field, one_of, story_field
from enquiry.web.subject_form import SubjectForm
from enquiry.web.uploads import UploadField

EITHER = "either"
SHORTEST_STORY = 10  # characters: fewer tell a clinician nothing (clinical.md 7.1)
DATES_AT_MOST = 300  # characters
POSTCODE_AT_MOST = 12  # characters


class AboutForm(SubjectForm):
    """What it is about, in the person's own words."""

    kind = one_of("What would you like?", "what you would like", WISHES)
    story = story_field("Tell us in your own words", "what you would like to tell us", shortest=SHORTEST_STORY)


class PainForm(PageForm):
    """What a clinician wants to know of any pain."""

    since = one_of("When did it start?", "when it started", Since)
    worse = one_of("Is it getting worse quickly?", "whether it is getting worse quickly", YES_OR_NO)
    places = any_of("Where is the pain?", "where the pain is", Place, optional=True)
    operated = one_of(
        "Have you had an operation on your spine before?", "whether you had an operation", Operated, optional=True
    )


class TimesForm(PageForm):
    """When and how an appointment would suit, and who pays."""

    visit = one_of("How would you like to be seen?", "how you would like to be seen", Visit, optional=True)
    days = any_of("Which days suit you?", "the days that suit you", Day, optional=True)
    times = any_of("What time of day suits you?", "the times that suit you", TimeOfDay, optional=True)
    dates_to_avoid = story_field(
        "Are there dates on which you cannot come?",
        "the dates on which you cannot come",
        optional=True,
        longest=DATES_AT_MOST,
    )
    paying = one_of("How are you paying?", "how you are paying", Paying)
    insurer = line_field("Name of your insurer", "the name of your insurer", optional=True)
    letter = one_of("Do you have a referral letter?", "whether you have a referral letter", Letter)


class FilesForm(PageForm):
    """What others have written or seen already."""

    files = UploadField("Letters and reports", "a letter or a report")


class ClinicForm(PageForm):
    """Which clinic, and what it must have ready."""

    clinic = one_of(
        "Which clinic would you like to contact?",
        "which clinic you would like to contact",
        [*((clinic.value, f"{clinic.label}: {clinic.facts.hospital}") for clinic in Clinic), (EITHER, "Either clinic")],
    )
    needs = any_of(
        "Do you need any support?",
        "the support that you need, or “None of these”",
        [*((need.value, need.label) for need in Need), (NONE_OF_THESE, "None of these")],
    )
    language = line_field("Language of the interpreter", "the language of the interpreter", optional=True)

    def validate_language(self, field: Field) -> None:
        """An interpreter cannot be found without it."""
        if Need.INTERPRETER in (self.needs.data or ()) and not field.data:
            raise ValidationError("Enter the language for which you need an interpreter")


class PostcodeForm(PageForm):
    """Where somebody lives, for whom either clinic will do."""

    postcode = line_field("Your postcode", "your postcode", optional=True, longest=POSTCODE_AT_MOST)


class CheckForm(PageForm):
    """The last tick, and a trap: a box that nobody sees, on a page where no browser finds anything to fill in."""

    website = StringField("Leave this empty")

    emergency_ack = BooleanField(
        "I understand that this is not for emergencies and is read only while the clinic is open",
        [Required("Select", "that you understand that this is not for emergencies")],
    )
