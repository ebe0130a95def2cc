"""The questions about people: who the patient is, who writes for them, and how to reach whoever waits for an answer."""

from wtforms import Field
from wtforms.validators import ValidationError

from enquiry.rules.answers import Agreement, Day, ForWhom, TimeOfDay, WhoToContact
from enquiry.rules.contact import OFFERED, Route
from enquiry.web.dates import BirthDateField
from enquiry.web.forms import PageForm, any_of, email_field, line_field, one_of, story_field, telephone_field

AVOID_AT_MOST = 300  # characters
YES_OR_NO = [("yes", "Yes"), ("no", "No")]


class WhoForm(PageForm):
    """Who the patient is."""

    for_whom = one_of("Who is it for?", "who it is for", ForWhom)
    name = line_field("Full name", "the patient’s full name")
    called = line_field("Preferred name", "the preferred name", optional=True)
    birth_date = BirthDateField("Date of birth", "the patient’s date of birth")


class ProxyForm(PageForm):
    """Who writes for the patient, and by what right."""

    name = line_field("Your full name", "your full name")
    relationship = line_field("Your relationship to the patient", "your relationship to the patient")
    agreement = one_of(
        "Does the patient know that you ask, and agree?", "whether the patient knows and agrees", Agreement
    )
    may_be_told = one_of("May we speak to you about the patient?", "whether we may speak to you", YES_OR_NO)
    contact = one_of("Who should we contact?", "who we should contact", WhoToContact)

    def validate_contact(self, field: Field) -> None:
        """Only somebody to whom the clinic may speak can be answered."""
        if field.data == WhoToContact.WRITER and self.may_be_told.data == "no":
            raise ValidationError("Select “The patient” if we may not speak to you about them")


class ContactForm(PageForm):
    """Where to answer."""

    email = email_field("Email address", "your email address", optional=True)
    telephone = telephone_field("Telephone number", "your telephone number", optional=True)
    preferred = one_of("How would you like us to answer?", "how you would like us to answer", OFFERED)
    voicemail_ok = one_of(
        "If nobody picks up, may we leave a message?", "whether we may leave a message", YES_OR_NO, optional=True
    )
    good_days = any_of(
        "Which days are good for us to ring?", "the days that are good for us to ring", Day, optional=True
    )
    good_times = any_of(
        "What time of day is good for us to ring?", "the times that are good for us to ring", TimeOfDay, optional=True
    )
    avoid = story_field(
        "Is there a number, an address or a time that we must not use?",
        "what we must not use",
        optional=True,
        longest=AVOID_AT_MOST,
    )

    def validate_preferred(self, field: Field) -> None:
        """The preferred way must be one that we can use."""
        if field.data == Route.EMAIL and not self.email.data:
            raise ValidationError("Enter your email address above if you would like us to answer by email")
        if field.data == Route.TELEPHONE and not self.telephone.data:
            raise ValidationError("Enter your telephone number above if you would like us to answer by telephone")

    def validate_voicemail_ok(self, field: Field) -> None:
        """Whoever gives a number says whether a message is safe; there is no answer beforehand."""
        if self.telephone.data and not field.data:
            raise ValidationError("Select whether we may leave a message if nobody picks up")
