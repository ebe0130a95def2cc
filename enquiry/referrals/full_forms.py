"""The full way of a referral, page by page (clinical.md 7.2): referrer, patient, reason, findings, background."""

from wtforms import BooleanField, Field, TextAreaField
from wtforms.validators import ValidationError

from enquiry.referrals.fields import birth_date_field, identifier_field, nhs_number_field
from enquiry.rules import identifiers
from enquiry.rules.answers import NONE_OF_THESE, Need
from enquiry.rules.clinics import Clinic
from enquiry.rules.contact import Route
from enquiry.rules.identifiers import NotAnIdentifier
from enquiry.rules.referrals import (
    PAYING,
    SIGNS,
    Consent,
    Diabetes,
    Post,
    Priority,
    Sex,
    Smoking,
    WasAsked,
    Wish,
    is_blood_pressure,
    is_bmi,
)
from enquiry.web.forms import PageForm, any_of, email_field, line_field, one_of, story_field, telephone_field

SHORTEST_HISTORY = 20  # characters (clinical.md 7.2)
LONGEST_HISTORY = 6000
LONGEST_LIST = 2000  # of medicines, of what was tried, of whatever is pasted from a record
LONGEST_ADDRESS = 300
SIGN = "sign-"  # the name of a row of the red-flag table begins with this

_CLINICS = [(clinic.value, f"{clinic.label}: {clinic.facts.hospital}") for clinic in Clinic]
_YES_OR_NO = [("yes", "Yes"), ("no", "No")]


class ReferrerForm(PageForm):
    """Who refers, and how to reach them."""

    name = line_field("Your full name", "your full name")
    post = one_of("What are you?", "what you are", Post)
    registration = line_field("GMC or other registration number", "your registration number")
    practice = line_field("Practice or organisation", "your practice")
    ods_code = identifier_field("ODS code", "the ODS code", identifiers.ods, optional=True)
    email = email_field("Email address to reply to", "the email address to reply to")
    telephone = telephone_field("Bypass telephone number", "the bypass telephone number")
    keyed_in_by = line_field("Are you keying this in for the referrer? Your name", "your name", optional=True)

    def validate_registration(self, field: Field) -> None:
        """Doctors give their GMC number; others the number of their own regulator, in whatever shape it has."""
        try:
            if self.post.data and Post(self.post.data).is_doctor:
                field.data = f"GMC {identifiers.gmc(field.data).value}"
        except NotAnIdentifier as refused:
            raise ValidationError(str(refused)) from None
        except ValueError:  # no such post, which is said beside that question
            return


class PatientForm(PageForm):
    """Who is referred, and how they may safely be reached."""

    name = line_field("Full name", "the patient’s full name")
    birth_date = birth_date_field("Date of birth")
    sex = one_of("Sex", "the patient’s sex", Sex)
    nhs_number = nhs_number_field("NHS number")
    nhs_number_unknown = BooleanField("The NHS number is not known")
    consent = one_of("Does the patient agree?", "whether the patient agrees", Consent)
    may_have_copy = one_of(
        "May the patient have a copy of our letter to you?", "whether the patient may have a copy", _YES_OR_NO
    )
    address = story_field("Address", "the patient’s address", longest=LONGEST_ADDRESS)
    postcode = identifier_field("Postcode", "the patient’s postcode", identifiers.postcode)
    telephone = telephone_field("Telephone number", "the patient’s telephone number", optional=True)
    has_no_telephone = BooleanField("The patient has no telephone")
    email = email_field("Email address", "the patient’s email address", optional=True)
    preferred = one_of("How should we reach the patient?", "how we should reach the patient", Route)
    voicemail_ok = one_of("May we leave a message?", "whether we may leave a message", _YES_OR_NO, optional=True)
    avoid = story_field("What must we not use?", "what we must not use", optional=True, longest=LONGEST_ADDRESS)
    needs = any_of(
        "Does the patient need any support?",
        "the support that the patient needs, or “None of these”",
        [*((need.value, need.label) for need in Need), (NONE_OF_THESE, "None of these")],
    )
    language = line_field("Language of the interpreter", "the language of the interpreter", optional=True)

    def validate_nhs_number(self, field: Field) -> None:
        """Given, or said not to be known."""
        if not field.data and not self.nhs_number_unknown.data:
            raise ValidationError("Enter the NHS number, or tick that it is not known")

    def validate_telephone(self, field: Field) -> None:
        """Given, or said not to exist."""
        if not field.data and not self.has_no_telephone.data:
            raise ValidationError("Enter the patient’s telephone number, or tick that there is none")

    def validate_preferred(self, field: Field) -> None:
        """The way must be one that we can use."""
        if field.data == Route.EMAIL and not self.email.data:
            raise ValidationError("Enter the patient’s email address if we should reach them by email")
        if field.data == Route.TELEPHONE and not self.telephone.data:
            raise ValidationError("Enter the patient’s telephone number if we should reach them by telephone")

    def validate_voicemail_ok(self, field: Field) -> None:
        """There is no answer beforehand."""
        if self.telephone.data and not field.data:
            raise ValidationError("Select whether we may leave a message")

    def validate_language(self, field: Field) -> None:
        """An interpreter cannot be found without it."""
        if Need.INTERPRETER in (self.needs.data or ()) and not field.data:
            raise ValidationError("Enter the language of the interpreter")


class ReasonForm(PageForm):
    """What is asked for, how soon, where, and who pays."""

    clinic = one_of("Which clinic?", "a clinic", _CLINICS)
    consultant = line_field("Named consultant", "the consultant", optional=True)
    priority = one_of("How soon?", "how soon the patient should be seen", Priority)
    wish = one_of("What would you like from us?", "what you would like from us", Wish)
    request = story_field("What is your question to us?", "your question", longest=LONGEST_LIST)
    paying = one_of("Who pays?", "who pays", [(one.value, label) for one, label in PAYING.items()])
    insurer = line_field("Insurer, and its authorisation number", "the insurer", optional=True)


class ClinicalForm(PageForm):
    """What was found. The red-flag table has a field for each of its rows."""

    diagnosis = line_field("Provisional diagnosis", "the provisional diagnosis")
    side_and_level = line_field("Side and level", "the side and level")
    onset = line_field("When did it begin?", "when it began")
    history = story_field("History", "the history", shortest=SHORTEST_HISTORY, longest=LONGEST_HISTORY)
    examination = story_field("Examination", "the examination", longest=LONGEST_LIST)

    @property
    def rows(self) -> list[Field]:
        """The rows of the red-flag table."""
        return [self[SIGN + sign.word] for sign in SIGNS]

    @property
    def found(self) -> list[str]:
        """The words of the rows that were answered with yes."""
        return [sign.word for sign in SIGNS if self[SIGN + sign.word].data == WasAsked.YES]


for _sign in SIGNS:
    setattr(ClinicalForm, SIGN + _sign.word, one_of(_sign.says, f"an answer for: {_sign.says.lower()}", WasAsked))


def _list(label: str, thing: str, optional: bool = True) -> TextAreaField:
    return story_field(label, thing, optional=optional, longest=LONGEST_LIST)


class BackgroundForm(PageForm):
    """What else a surgeon must know before an operation is thought of."""

    imaging = _list("Imaging: what, when, where, and the report", "the imaging")
    tried = _list("Treatment so far", "the treatment so far")
    past_history = _list("Other conditions and operations", "other conditions")
    medicines = _list("Medicines", "the medicines, or “none”", optional=False)
    allergies = _list("Allergies", "the allergies, or “none”", optional=False)
    anticoagulants = line_field("Blood thinners", "the blood thinners, or “none”")
    bmi = line_field("BMI", "the BMI", optional=True)
    blood_pressure = line_field("Blood pressure", "the blood pressure", optional=True)
    smoking = one_of("Does the patient smoke?", "whether the patient smokes", Smoking, optional=True)
    diabetes = one_of("Does the patient have diabetes?", "whether the patient has diabetes", Diabetes, optional=True)
    alerts = _list("Safeguarding, capacity, infection: anything we must know first", "what we must know first")

    def validate_bmi(self, field: Field) -> None:
        """A number that can be one."""
        if field.data and not is_bmi(field.data):
            raise ValidationError("Enter the BMI as a number between 10 and 80, for example 27.5")

    def validate_blood_pressure(self, field: Field) -> None:
        """Two numbers that can be one."""
        if field.data and not is_blood_pressure(field.data):
            raise ValidationError("Enter the blood pressure as two numbers, for example 128/76")
