"""The words templates share: the two clinics, the name of the practice, and dates and text as people write them."""

import re
from datetime import date

from flask import Flask
from markupsafe import Markup, escape

from enquiry.clock import day_in_words, moment_in_words, time_in_words
from enquiry.rules.clinics import PRACTICE, Clinic
from enquiry.rules.files import size_in_words

_BLANK_LINES = re.compile(r"\n\s*\n")


def init_app(app: Flask) -> None:
    """Give every template the globals ``clinics`` and ``practice`` and the filters below."""
    app.jinja_env.globals.update(clinics=list(Clinic), practice=PRACTICE)
    app.jinja_env.filters.update(
        date=date_in_words,
        day=day_in_words,
        time=time_in_words,
        moment=moment_in_words,
        paragraphs=paragraphs,
        size=size_in_words,
        in_sentence=in_sentence,
    )


def date_in_words(day: date | None) -> str:
    """Return a date that stands for itself and not for a moment, for example ``22 November 2026``."""
    return f"{day.day} {day:%B %Y}" if day else "not known"


def in_sentence(label: str) -> str:
    """Return a label as it stands within a sentence: it begins small, unless with “I”, a name or letters that are one.

    The words after the first are left as they are: “Sent back to the GP” names a GP.
    """
    first = label.partition(" ")[0]
    return label if first == "I" or first[1:2].isupper() else label[:1].lower() + label[1:]


def paragraphs(text: str) -> Markup:
    """Return what a person typed as paragraphs: escaped, with their blank lines and line breaks kept."""
    blocks = _BLANK_LINES.split(text.replace("\r\n", "\n").strip())
    return Markup("\n").join(Markup("<p>{}</p>").format(_with_breaks(block)) for block in blocks if block)


def _with_breaks(block: str) -> Markup:
    return Markup("<br>\n").join(escape(line) for line in block.split("\n"))
