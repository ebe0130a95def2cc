"""What GPs are told, read from one file for the page and for the guide on paper: they cannot say different things."""

from typing import Annotated, Literal

import msgspec

from enquiry import pdf
from enquiry.conditions.catalogue import LIBRARY, MalformedPage, Page, Words
from enquiry.rules.clinics import PRACTICE, Clinic
from enquiry.web.filters import date_in_words

FILE = LIBRARY / "for-gps.yaml"


class Point(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to know; ``lead`` is what catches the eye.

    ``stands_for`` names the rows at which the form for referrals stops somebody (``rules.referral_safety``).
    """

    lead: Words | None = None
    words: Words | None = None
    stands_for: tuple[Words, ...] = ()


class Onwards(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A page of this site where one can do it."""

    address: Words
    words: Words


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A few points under a heading; what cannot wait looks like it."""

    kind: Literal["emergency", "urgent", "plain"]
    heading: Words
    points: Annotated[tuple[Point, ...], msgspec.Meta(min_length=1)]
    after: Words | None = None
    link: Onwards | None = None


class Reference(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the facts come from."""

    title: Words
    publisher: Words
    date: Words
    url: Words


class Guide(Page, frozen=True, kw_only=True):
    """All that GPs are told; what must go to a hospital comes first."""

    parts: tuple[Part, ...]
    sources: Annotated[tuple[Reference, ...], msgspec.Meta(min_length=1)]

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.parts or self.parts[0].kind != "emergency":
            raise ValueError("`parts` must begin with the emergency")


def guide(answers_within: str) -> Guide:
    """Return what GPs are told.

    :param answers_within: how soon the clinics answer, as their managers have set it.
    :raises MalformedPage: when the file has anything missing, unknown or empty.
    """
    try:
        facts = msgspec.yaml.decode(FILE.read_text(encoding="utf-8").format(answers_within=answers_within))
        return msgspec.convert({**facts, "slug": "gps"}, Guide)
    except (KeyError, ValueError) as fault:
        raise MalformedPage(FILE.name, fault) from None


def on_paper(told: Guide, site: str) -> bytes:
    """Return the guide as a PDF of one page.

    :param site: the address of this site.
    """
    return pdf.typeset(
        "guide",
        {
            **msgspec.to_builtins(told),
            "dated": [told.reviewed_on.year, told.reviewed_on.month, told.reviewed_on.day],
            "practice": PRACTICE,
            "telephones": [{"clinic": each.label, "number": each.facts.telephone} for each in Clinic],
            "addresses": [
                ", ".join((each.facts.hospital, *each.facts.address, each.facts.postcode)) for each in Clinic
            ],
            "site": site,
            "reviewed_on": date_in_words(told.reviewed_on),
            "next_review_on": date_in_words(told.next_review_on),
            "signed_off_on": date_in_words(told.signed_off_on),
        },
    )


# For its dates; and read at start, so that a file with anything amiss is refused then.
GUIDE = guide(answers_within="…")
