"""The form that is keyed in while somebody speaks: few questions must be answered, and a caller may give little.

Why the date of birth may be missing: it ties an enquiry to earlier ones of the same person, and proves who picks up
when we ring. But somebody who asks for another person may not know it, and whoever must fill in a box makes something
up: an invented date would tie two strangers together. Without it the colleague ticks that the patient is of age, the
telephone number and the address still tie, and every page says that the date is not known.
"""

from collections.abc import Sequence

from wtforms import BooleanField, Field, HiddenField
from wtforms.validators import ValidationError

from enquiry import clock
from enquiry.records.enquiry import WISHES
from enquiry.records.told import Contact, Patient, Proxy, Request, SeenInHospital
from enquiry.rules.answers import Agreement, Day, Need, Since, TimeOfDay
from enquiry.rules.clinics import Clinic
from enquiry.rules.contact import OFFERED, Route, read_telephone
from enquiry.rules.red_flags import Cancer, RedFlag, is_emergency
from enquiry.rules.scope import is_adult
from enquiry.rules.story_scan import scan
from enquiry.web.dates import BirthDateField
from enquiry.web.forms import NonceField, any_of, email_field, line_field, one_of, story_field, telephone_field
from enquiry.web.safety_forms import SafetyForm, SeenInHospitalForm
from enquiry.web.subject_form import NOT_SURE, SubjectForm

AVOID_AT_MOST = 300  # characters
_YES_OR_NO = [("yes", "Yes"), ("no", "No")]


class TakingForm(SafetyForm, SubjectForm):
    """All that a caller says, on one page."""

    nonce = NonceField()
    was_diverted = HiddenField()  # whether an emergency was read out from this page before
    advised = HiddenField()  # the codes of the rows whose advice was read out

    name = line_field("Full name of the patient", "the patient’s full name")
    birth_date = BirthDateField("Date of birth", "the patient’s date of birth", optional=True)
    is_of_age = BooleanField("They do not know it or will not say; the patient is 18 or over")

    telephone = telephone_field("Telephone number", "a telephone number")
    voicemail_ok = one_of(
        "If nobody picks up, may we leave a message?", "whether we may leave a message", _YES_OR_NO, optional=True
    )
    good_days = any_of("Which days are good for us to ring?", "the days that are good to ring", Day, optional=True)
    good_times = any_of(
        "What time of day is good for us to ring?", "the times that are good to ring", TimeOfDay, optional=True
    )
    avoid = story_field(
        "Is there a number, an address or a time that we must not use?",
        "what we must not use",
        optional=True,
        longest=AVOID_AT_MOST,
    )
    email = email_field("Email address", "an email address", optional=True)
    preferred = one_of("How would you like us to answer?", "how they would like us to answer", OFFERED)

    writer = line_field("Full name of the caller", "the caller’s full name", optional=True)
    relationship = line_field("Relationship to the patient", "the caller’s relationship to the patient", optional=True)
    agreement = one_of(
        "Does the patient know that you ask, and agree?",
        "whether the patient knows and agrees",
        Agreement,
        optional=True,
    )
    may_be_told = one_of(
        "May we speak to you about the patient?", "whether we may speak to the caller", _YES_OR_NO, optional=True
    )
    is_contact = BooleanField("The number and address are the caller’s: answer the caller")

    kind = one_of("What would you like?", "what they would like", WISHES)
    story = story_field("What they ask, in their own words", "what they ask", optional=True)
    since = one_of("When did it start?", "when it started", Since, optional=True)
    worse = one_of("Is it getting worse quickly?", "whether it is getting worse quickly", _YES_OR_NO, optional=True)
    needs = any_of("Do you need any support?", "the support that they need", Need, optional=True)
    language = line_field("Language of the interpreter", "the language of the interpreter", optional=True)
    clinic = one_of("Which clinic?", "a clinic", Clinic)

    @classmethod
    def blank(cls, own: Sequence[Clinic]) -> "TakingForm":
        """Return an empty form, with what most callers want chosen already.

        :param own: the clinics of whoever takes the call; with one, that one is chosen.
        """
        usual = {"about": NOT_SURE, "preferred": Route.TELEPHONE.value}
        return cls(formdata=None, data=usual | ({"clinic": own[0].value} if len(own) == 1 else {}))

    def validate_birth_date(self, field: Field) -> None:
        """Known, or said to be that of somebody of age; the clinic sees nobody younger."""
        if field.data is None and not field.errors and not self.is_of_age.data:
            raise ValidationError("Enter the date of birth, or tick that it is not known and the patient is 18 or over")
        if field.data is not None and not is_adult(field.data, clock.for_the_eye(clock.now()).date()):
            raise ValidationError(
                "The clinic sees people aged 18 and over. Say: ask their GP, who knows the right clinic. See the GP or "
                "call 111 today if they are ill, have pain at night, or any weakness or numbness"
            )

    def validate_preferred(self, field: Field) -> None:
        """The preferred way must be one that we can use."""
        if field.data == Route.EMAIL and not self.email.data:
            raise ValidationError("Enter the email address if they would like us to answer by email")

    def validate_writer(self, field: Field) -> None:
        """Whoever asks for another person says by what right."""
        if not field.data and any((self.relationship.data, self.agreement.data, self.may_be_told.data)):
            raise ValidationError("Enter the caller’s full name, if they ask for somebody else")
        if field.data and not (self.relationship.data and self.agreement.data and self.may_be_told.data):
            raise ValidationError(
                "Say how the caller is related, whether the patient agrees, and whether we may speak to the caller"
            )

    def validate_is_contact(self, field: Field) -> None:
        """Only somebody to whom the clinic may speak can be answered."""
        if field.data and self.may_be_told.data != "yes":
            raise ValidationError("Answer the patient if we may not speak to the caller about them")

    def validate_language(self, field: Field) -> None:
        """An interpreter cannot be found without it."""
        if Need.INTERPRETER in (self.needs.data or ()) and not field.data:
            raise ValidationError("Enter the language for which they need an interpreter")

    @property
    def asks_first(self) -> bool:
        """Whether the screen itself was not answered: then nothing else matters yet."""
        return bool(self.red_flags.errors or self.cancer.errors)

    def only_safety(self) -> None:
        """Forget what is wrong with the rest, which may not have been asked yet."""
        for field in self:
            if field not in (self.red_flags, self.cancer):
                field.errors = []

    def advice(self) -> tuple[RedFlag, ...]:
        """Return the rows that were told or stand in the words, and whose advice was not read out yet."""
        known = set((self.advised.data or "").split())
        flags = {flag.code: flag for flag in (*self.told(), *scan(self.story.data or ""))}
        return tuple(flag for code, flag in flags.items() if code not in known)

    def was_advised(self, flags: Sequence[RedFlag]) -> None:
        """Note that the advice of these rows is on the page that is shown now."""
        self.advised.data = " ".join(dict.fromkeys([*(self.advised.data or "").split(), *(f.code for f in flags)]))

    def patient(self) -> Patient:
        """Return who the patient is."""
        return Patient(self.name.data, self.birth_date.data)

    def contact(self) -> Contact:
        """Return how they may safely be reached. What was not asked is not allowed."""
        telephone = read_telephone(self.telephone.data)
        return Contact(
            preferred=Route(self.preferred.data),
            email=self.email.data,
            telephone=telephone.e164,
            telephone_as_typed=telephone.as_typed,
            voicemail_ok=self.voicemail_ok.data == "yes",
            avoid=self.avoid.data,
            needs=tuple(Need(word) for word in self.needs.data or ()),
            language=self.language.data,
            proxy=self._proxy() if self.writer.data else None,
            good_days=tuple(Day(word) for word in self.good_days.data or ()),
            good_times=tuple(TimeOfDay(word) for word in self.good_times.data or ()),
        )

    def request(self, seen: SeenInHospitalForm | None) -> Request:
        """Return what they ask.

        :param seen: where a hospital saw them, for an emergency that was declared.
        """
        flags = self.told()
        return Request(
            about=self.about.data,
            story=self.story.data,
            red_flags=tuple(flag.code for flag in flags),
            cancer=Cancer(self.cancer.data) if self.cancer.data else None,
            seen_in_hospital=SeenInHospital(seen.hospital.data, seen.seen_on.data) if seen else None,
            changed_answer=bool(self.was_diverted.data) and not is_emergency(flags),
            written=tuple(flag.code for flag in scan(self.story.data)),
            since=Since(self.since.data) if self.since.data else None,
            is_worsening=self.worse.data == "yes" if self.worse.data else None,
        )

    def _proxy(self) -> Proxy:
        return Proxy(
            name=self.writer.data,
            relationship=self.relationship.data,
            agreement=Agreement(self.agreement.data),
            may_be_told=self.may_be_told.data == "yes",
            is_contact=bool(self.is_contact.data),
        )
