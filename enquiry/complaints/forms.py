"""The form with which anybody complains about how their information was looked after, and the manager's answer."""

from wtforms import Field
from wtforms.validators import ValidationError

from enquiry.records.complaint import Concern, Said
from enquiry.web.forms import NonceField, PageForm, email_field, line_field, one_of, story_field, telephone_field

SHORTEST = 10  # characters


class ComplaintForm(PageForm):
    """Who complains, how to answer, and what about."""

    name = line_field("Full name", "your full name")
    email = email_field("Email address", "your email address", optional=True)
    telephone = telephone_field("Telephone number", "your telephone number", optional=True)
    concern = one_of("What is it about?", "what it is about", Concern)
    words = story_field("What happened, and what would put it right?", "what happened", shortest=SHORTEST)
    nonce = NonceField()

    def validate_email(self, field: Field) -> None:
        """There must be a way to answer."""
        if not field.data and not self.telephone.data:
            raise ValidationError("Enter an email address or a telephone number, so that we can answer you")

    @property
    def said(self) -> Said:
        """What a valid form says."""
        return Said(
            name=self.name.data or "",
            email=self.email.data or "",
            telephone=self.telephone.data or "",
            concern=Concern(self.concern.data),
            words=self.words.data or "",
        )


class OutcomeForm(PageForm):
    """What came of a complaint."""

    outcome = story_field("Outcome", "the outcome", shortest=SHORTEST)
