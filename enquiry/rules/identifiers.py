"""What a referral is known by: a doctor's GMC number, a practice's ODS code, a patient's postcode.

Each is read into the form in which it always meets itself. What cannot be one is refused in words; what is only unusual
is taken with a word of warning, since practice varies and a referral must not founder on a code (clinical.md 4.2). The
NHS number, which checks itself, has a module of its own.
"""

import re
from dataclasses import dataclass

# Letters and digits of the English alphabet only: "ß" and "٣" are letters and digits too, and in no code.
_GAPS = re.compile(r"[\s.‐‑–-]")
_GMC = re.compile(r"(?:GMC)?C?([0-9]{7})", re.ASCII | re.IGNORECASE)
_GMC_OF_THE_LIMITED = re.compile(r"(?:GMC)?(L[0-9]{6})", re.ASCII | re.IGNORECASE)
_ODS = re.compile(r"[A-Z0-9]{3,10}", re.ASCII | re.IGNORECASE)
_ODS_OF_A_PRACTICE = re.compile(r"[A-Z][0-9]{5}|[A-Z][0-9][A-Z][0-9][A-Z]")
_POSTCODE = re.compile(r"([A-Z0-9]{2,4})([0-9][A-Z]{2})", re.ASCII | re.IGNORECASE)
# The shapes that Royal Mail gives out, and letters it never uses in a place.
_POSTCODE_GIVEN_OUT = re.compile(
    r"(?:[A-PR-UWYZ][0-9][0-9A-HJKPSTUW]?|[A-PR-UWYZ][A-HK-Y][0-9][0-9ABEHMNPRVWXY]?) ?[0-9][ABD-HJLNP-UW-Z]{2}"
)
_LONGEST_POSTCODE = 10  # of any country


class NotAnIdentifier(ValueError):
    """Raised with a sentence for whoever typed it, when it cannot be what was asked for."""


@dataclass(frozen=True)
class Identifier:
    """A code in its normal form, and what to look at again, for the person who typed it; empty when it is usual."""

    value: str
    warning: str = ""


def gmc(typed: str) -> Identifier:
    """Return a doctor's number with the General Medical Council: seven digits, or L and six.

    A leading C belongs to the consultant code that is made from the number, and is dropped.

    :raises NotAnIdentifier: when it has another shape.
    """
    tidy = _without_gaps(typed)
    if usual := _GMC.fullmatch(tidy):
        return Identifier(usual[1])
    if of_the_limited := _GMC_OF_THE_LIMITED.fullmatch(tidy):
        return Identifier(
            of_the_limited[1].upper(), "Most GMC numbers are seven digits. Check that this one begins with L"
        )
    raise NotAnIdentifier("Enter a GMC number: seven digits, for example 1234567")


def ods(typed: str) -> Identifier:
    """Return a practice's code with the Organisation Data Service: three to ten letters and digits.

    :raises NotAnIdentifier: when it has another shape.
    """
    tidy = _without_gaps(typed)
    if not _ODS.fullmatch(tidy):
        raise NotAnIdentifier("Enter an ODS code: letters and digits only, for example A12345")
    code = tidy.upper()
    if _ODS_OF_A_PRACTICE.fullmatch(code):
        return Identifier(code)
    return Identifier(code, "Most practices have a letter and five digits, for example A12345. Check this code")


def postcode(typed: str) -> Identifier:
    """Return a postcode in capitals, with its space; one from abroad is taken as it stands, with a warning.

    :raises NotAnIdentifier: when no postcode could be so long or so short, or it holds other signs.
    """
    tidy = _without_gaps(typed)
    if not re.fullmatch(rf"[A-Za-z0-9]{{3,{_LONGEST_POSTCODE}}}", tidy):
        raise NotAnIdentifier("Enter a postcode, for example NR4 7TD")
    parts = _POSTCODE.fullmatch(tidy)
    code = f"{parts[1]} {parts[2]}".upper() if parts else " ".join(typed.split()).upper()
    if _POSTCODE_GIVEN_OUT.fullmatch(code):
        return Identifier(code)
    return Identifier(code, "This is not a UK postcode as we know them. Check it, unless the patient lives abroad")


def _without_gaps(typed: str) -> str:
    return _GAPS.sub("", typed)
