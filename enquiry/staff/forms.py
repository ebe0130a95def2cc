"""The forms at the door: address and password, a code, and a first password."""

from wtforms import Field, PasswordField, StringField
from wtforms.validators import ValidationError

from enquiry.staff.passwords import LONGEST
from enquiry.web.forms import FitsIn, PageForm, Required, email_field


class SignInForm(PageForm):
    """Who is at the door."""

    email = email_field("Email address", "your email address")
    password = PasswordField("Password", [Required("Enter", "your password"), FitsIn(LONGEST, "password")])


class CodeForm(PageForm):
    """What the authenticator app shows."""

    code = StringField("Code", [Required("Enter", "the code"), FitsIn(20, "code")])


class InvitationForm(PageForm):
    """A first password, twice, because nobody can see it."""

    new_password = PasswordField("Password", [Required("Enter", "a password")])
    new_password_confirm = PasswordField("The same password again", [Required("Enter", "the same password again")])

    def validate_new_password_confirm(self, field: Field) -> None:
        if field.data != self.new_password.data:
            raise ValidationError("Enter the same password twice")
