"""Fields that only a referral has: identifiers that are read into their normal form, or refused in words."""

from collections.abc import Callable

from wtforms import Field, StringField
from wtforms.validators import StopValidation, ValidationError

from enquiry import clock
from enquiry.rules import identifiers
from enquiry.rules.identifiers import Identifier, NotAnIdentifier
from enquiry.rules.nhs_number import NotAnNhsNumber, read_nhs_number
from enquiry.rules.scope import is_adult
from enquiry.web.dates import BirthDateField
from enquiry.web.forms import LINE, FitsIn, OneLine, PageForm, Required

_REGULATORS = ("NMC", "HCPC", "GPHC", "GDC", "GOSC", "GCC", "GOC")
_SHORTEST_NUMBER = 4  # characters of a registration, without its regulator


def trimmed(value: str | None) -> str:
    """Return what was typed without what surrounds it."""
    return (value or "").strip()


class NormalForm:
    """The answer is an identifier; it becomes what the rule reads in it."""

    def __init__(self, read: Callable[[str], Identifier]) -> None:
        self.read = read

    def __call__(self, form: PageForm, field: Field) -> None:
        if not field.data:
            return
        try:
            field.data = self.read(field.data).value
        except NotAnIdentifier as refused:
            raise ValidationError(str(refused)) from None


class NhsNumber:
    """The answer is an NHS number, whose last digit checks the others."""

    def __call__(self, form: PageForm, field: Field) -> None:
        if not field.data:
            return
        try:
            field.data = read_nhs_number(field.data)
        except NotAnNhsNumber:
            raise ValidationError(
                "Enter an NHS number of 10 digits: the last one checks the others, and these do not go together"
            ) from None


class PatientsBirthDateField(BirthDateField):
    """A date of birth that is not of whoever types it: no browser may fill in theirs."""

    autocomplete = ""


class Adult:
    """The clinic sees nobody younger."""

    def __call__(self, form: PageForm, field: Field) -> None:
        if field.data is not None and not is_adult(field.data, clock.for_the_eye(clock.now()).date()):
            raise StopValidation("The clinic sees people aged 18 and over: refer to a paediatric spinal service")


def identifier_field(label: str, thing: str, read: Callable[[str], Identifier], optional: bool = False) -> StringField:
    """Return a field for an identifier; ``data`` becomes its normal form."""
    fits = [OneLine(thing), FitsIn(LINE, thing), NormalForm(read)]
    return StringField(label, fits if optional else [Required("Enter", thing), *fits], filters=[trimmed])


def nhs_number_field(label: str) -> StringField:
    """Return a field for an NHS number; ``data`` becomes its ten digits."""
    return StringField(label, [NhsNumber()], filters=[trimmed])


def birth_date_field(label: str) -> PatientsBirthDateField:
    """Return a field for the date of birth of somebody whom the clinic sees."""
    return PatientsBirthDateField(label, "the patient’s date of birth", validators=[Adult()])


def gmc_or_other(typed: str) -> Identifier:
    """Return a registration: a doctor's with the GMC, or that of another regulator with its name.

    :raises NotAnIdentifier: when it is neither.
    """
    words = typed.upper().split()
    regulator, number = (words[0], " ".join(words[1:])) if words and words[0] in _REGULATORS else ("", "")
    if regulator and len(number) >= _SHORTEST_NUMBER:
        return Identifier(f"{regulator} {number}")
    try:
        known = identifiers.gmc(typed)
    except NotAnIdentifier:
        raise NotAnIdentifier(
            "Enter a GMC number of seven digits, or your regulator and number, for example HCPC PH123456"
        ) from None
    return Identifier(f"GMC {known.value}", known.warning)
