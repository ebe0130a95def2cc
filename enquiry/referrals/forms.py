"""The questions that stand apart from the full way: who must not wait, the quick way with a letter, the last look."""

from wtforms import BooleanField, StringField

from enquiry.referrals.fields import birth_date_field, gmc_or_other, identifier_field, nhs_number_field
from enquiry.rules.answers import NONE_OF_THESE
from enquiry.rules.clinics import Clinic
from enquiry.rules.referral_safety import EMERGENCIES
from enquiry.rules.referrals import Consent, Priority
from enquiry.web.forms import PageForm, Required, any_of, email_field, line_field, one_of, telephone_field
from enquiry.web.uploads import UploadField


class SafetyForm(PageForm):
    """Who must not wait for a clinic."""

    signs = any_of(
        "Does the patient have any of these?",
        "what the patient has, or “None of these”",
        [*((one.word, one.says) for one in EMERGENCIES), (NONE_OF_THESE, "None of these")],
    )


class QuickForm(PageForm):
    """The quick way: the practice's letter tells the story, and these few are typed, since no file is trusted."""

    files = UploadField("Your letter", "your letter")
    name = line_field("Patient’s full name", "the patient’s full name")
    birth_date = birth_date_field("Patient’s date of birth")
    nhs_number = nhs_number_field("NHS number")
    telephone = telephone_field("Patient’s telephone number", "the patient’s telephone number", optional=True)
    consent = one_of("Does the patient agree?", "whether the patient agrees", Consent)
    priority = one_of("How soon?", "how soon the patient should be seen", Priority)
    referrer = line_field("Your full name", "your full name")
    registration = identifier_field("Your GMC or other registration number", "your registration number", gmc_or_other)
    practice = line_field("Your practice", "your practice")
    email = email_field("Email address to reply to", "the email address to reply to")
    clinic = one_of("Which clinic?", "a clinic", Clinic)  # two buttons: to send is to choose


class FilesForm(PageForm):
    """Letters and reports beside the full way."""

    files = UploadField("Letters and reports", "a letter or a report")


class SendForm(PageForm):
    """The last look, with a trap: a box that nobody sees. On the quick way the words beside the button declare."""

    website = StringField("Leave this empty")


class SendInFullForm(SendForm):
    """The last look at everything that was typed."""

    declared = BooleanField(
        "These details are the patient’s, and I am entitled to refer them",
        [Required("Select", "that the details are the patient’s and you are entitled to refer them")],
    )
