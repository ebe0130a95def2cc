"""The forms with which managers look after people: an invitation, and what becomes of one colleague."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

from wtforms import Field, HiddenField, PasswordField, StringField
from wtforms.validators import ValidationError

from enquiry.records.staff import Staff
from enquiry.rules.clinics import Clinic
from enquiry.rules.permissions import Role
from enquiry.staff import enter, people, sign_in
from enquiry.staff.invite import AlreadyHere
from enquiry.staff.passwords import LONGEST
from enquiry.web.forms import FitsIn, PageForm, any_of, email_field, line_field
from enquiry.web.guard import me

T = TypeVar("T")

CONFLICT = 409
UNPROCESSABLE = 422

SAVE, DISABLE, RESET, INVITE = "save", "disable", "reset", "invite"  # what a button asks for
ROLES = [(role.value, role.value.capitalize()) for role in Role]


class ProvenForm(PageForm):
    """What a manager asks for; with their own password, unless they gave it a moment ago.

    Why once more: a desk may have been left open, and this is how somebody would let themselves in for good.
    """

    refusals: ClassVar[Mapping[type[Exception], str]] = {}

    own_password = PasswordField("Your own password", [FitsIn(LONGEST, "password")])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.http_status = 200
        self.asks = not sign_in.is_proved()

    def carry_out(self, verb: Callable[[], T]) -> T | None:
        """Do what the form asks, if it is filled in and it is they who ask; otherwise keep the reason to show."""
        if not self.validate() or not self._is_proved():
            self.http_status = UNPROCESSABLE
            return None
        try:
            return verb()
        except tuple(self.refusals) as refusal:
            self.form_errors.append(self.refusals[type(refusal)])
            self.http_status = CONFLICT
        return None

    def _is_proved(self) -> bool:
        if not self.asks:
            return True
        if not self.own_password.data:
            self.own_password.errors = ["Enter your own password"]
            return False
        try:
            enter.once_more(me(), self.own_password.data)
        except enter.NotLetIn:
            self.own_password.errors = ["This is not your password"]
            return False
        sign_in.prove()
        return True


class InviteForm(ProvenForm):
    """Whom to invite, as what and where."""

    refusals: ClassVar[Mapping[type[Exception], str]] = {
        AlreadyHere: "Somebody with this address works here already: change what they may do on their own page"
    }

    name = line_field("Name, as colleagues and patients read it", "their name")
    email = email_field("Email address", "their email address")
    roles = any_of("What they are", "what they are", ROLES)
    clinics = any_of("Where", "where they work", Clinic)


class PersonForm(ProvenForm):
    """What becomes of one colleague; it carries how they stood when the page was shown."""

    refusals: ClassVar[Mapping[type[Exception], str]] = {
        people.LastManager: "There would be no manager left who can come in: make somebody else a manager first",
        people.StandsOtherwise: "A colleague changed this while you were looking. Check what is ticked and try again.",
        AlreadyHere: "They can come in already",
    }

    seen = HiddenField()
    deed = StringField()  # which button was pressed
    roles = any_of("What they are", "what they are", ROLES, optional=True)
    clinics = any_of("Where", "where they work", Clinic, optional=True)

    @classmethod
    def showing(cls, person: Staff) -> "PersonForm":
        """Return the form filled in with how somebody stands."""
        words = {"roles": person.role_words, "clinics": person.clinic_words}
        return cls(formdata=None, seen=people.standing(person), **words)

    def validate_roles(self, field: Field) -> None:
        """Whoever has no role may do nothing: that is what shutting out is for."""
        self._must_choose(field, "Select what they are")

    def validate_clinics(self, field: Field) -> None:
        """Everybody belongs somewhere."""
        self._must_choose(field, "Select where they work")

    def _must_choose(self, field: Field, why: str) -> None:
        if self.deed.data == SAVE and not field.data:
            raise ValidationError(why)
