"""What somebody typed to find an enquiry: a reference, an address, a number (telephone or NHS), a postcode, a date, a
name, or a name and a date together.

Why several readings at once: 310380 may be a day or the end of a telephone number, and “Thompson” can be read as a
reference. Whatever fits is looked for, and what was meant is found.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import product

from enquiry.rules import names
from enquiry.rules.clues import END_OF_A_NUMBER, Clue, ClueKind, postcode
from enquiry.rules.contact import NotAnEmailAddress, NotATelephoneNumber, read_email, read_telephone
from enquiry.rules.nhs_number import NotAnNhsNumber, read_nhs_number
from enquiry.rules.references import read_reference

A_WHOLE_NUMBER = 9  # digits: with fewer, it is only the end of one
MOST_WORDS = 5  # of a name, the longest: a pasted letter must not become a question without end

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CENTURIES = (1900, 2000)
_GAP, _YEAR = "(?: ?[/.-] ?| )", r"(?P<year>\d{4}|\d{2})"
_DATES = [
    re.compile(rf"(?P<before>\D*){pattern}(?P<after>\D*)", re.IGNORECASE | re.ASCII)
    for pattern in (
        rf"(?P<day>\d{{1,2}}){_GAP}(?P<month>\d{{1,2}}){_GAP}{_YEAR}",
        rf"(?P<day>\d{{2}})(?P<month>\d{{2}}){_YEAR}",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ -](?:of )?(?P<month>(?:{'|'.join(_MONTHS)})[a-z]*)[,.]?[ -]{_YEAR}",
        r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})",
    )
]
_NUMBER = re.compile(r"[0-9 +().-]+")
_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}", re.IGNORECASE)
_WITH_A_DIGIT = re.compile(r"\S*\d\S*")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))


@dataclass(frozen=True)
class Wanted:
    """Everything that was typed can mean: a reference, or ways to find somebody, each by all of its clues."""

    reference: str  # empty if it cannot be one
    ways: tuple[tuple[Clue, ...], ...]

    @property
    def means_something(self) -> bool:
        return bool(self.reference or self.ways)


def read(typed: str, today: date) -> Wanted:
    """Return what was typed as what to look for.

    :param today: no date of birth lies after it.
    """
    tidy = " ".join(typed.translate(_DASHES).split())
    ways = (
        _email(tidy)
        if "@" in tidy
        else [*_nhs_number(tidy), *_telephone(tidy), *_postcode(tidy), *_people(tidy, today)]
    )
    return Wanted(read_reference(tidy) or "", tuple(ways))


def _email(typed: str) -> Iterator[tuple[Clue, ...]]:
    with suppress(NotAnEmailAddress):
        yield (Clue(ClueKind.EMAIL, read_email(typed).casefold()),)


def _telephone(typed: str) -> Iterator[tuple[Clue, ...]]:
    digits = re.sub(r"\D", "", typed)
    if not _NUMBER.fullmatch(typed) or len(digits) < END_OF_A_NUMBER:
        return
    with suppress(NotATelephoneNumber):
        yield (Clue(ClueKind.TELEPHONE, read_telephone(typed).e164),)
    if len(digits) < A_WHOLE_NUMBER:
        yield (Clue(ClueKind.TELEPHONE_END, digits[-END_OF_A_NUMBER:]),)


def _nhs_number(typed: str) -> Iterator[tuple[Clue, ...]]:
    with suppress(NotAnNhsNumber):
        yield (Clue(ClueKind.NHS_NUMBER, read_nhs_number(typed)),)


def _postcode(typed: str) -> Iterator[tuple[Clue, ...]]:
    if _POSTCODE.fullmatch(typed):
        yield (Clue(ClueKind.POSTCODE, postcode(typed)),)


def _people(typed: str, today: date) -> Iterator[tuple[Clue, ...]]:
    """Yield names, dates of birth, or both together; what is rarest comes first."""
    found = next(filter(None, (pattern.fullmatch(typed) for pattern in _DATES)), None)
    days = list(_days(found, today)) if found else []
    called = f"{found['before']} {found['after']}" if found and days else typed
    born = [_clues(ClueKind.BIRTH_DATE, [day.isoformat()]) for day in days]
    named = [
        _clues(ClueKind.NAME, sorted(way, key=len, reverse=True)[:MOST_WORDS])
        for way in names.wanted(_WITH_A_DIGIT.sub(" ", called))
    ]
    if born or named:
        yield from (day + name for day, name in product(born or [()], named or [()]))


def _clues(kind: ClueKind, values: Iterable[str]) -> tuple[Clue, ...]:
    return tuple(Clue(kind, value) for value in values)


def _days(found: re.Match[str], today: date) -> Iterable[date]:
    """Yield the days that a date means: a year of two digits lies in either century, but not in the future."""
    month = found["month"][:3].lower()
    number = _MONTHS.index(month) + 1 if month in _MONTHS else int(month)
    years = [int(found["year"])] if len(found["year"]) > 2 else [first + int(found["year"]) for first in _CENTURIES]
    for year in years:
        with suppress(ValueError):
            if (day := date(year, number, int(found["day"]))) <= today:
                yield day
