"""What stands in a template of a reply for what only the reply knows, and whether any of it is still to be filled in.

What we know ourselves stands in curly brackets, ``{reference}``, and is filled in when a template is chosen. What only
the writer knows stands in square ones, ``[date]``. Nothing in either is ever sent.
"""

import re
from collections.abc import Mapping

from enquiry.rules.status import Status

KNOWN = {
    "name": "the name of whoever the reply goes to",
    "reference": "the reference of the enquiry",
    "clinic": "the clinic: London or Norwich",
    "telephone": "the clinic’s telephone number",
    "signed": "the name of the colleague who writes",
}

# Where an enquiry may stand once a reply has gone: what else can become of it is decided on its own page.
AFTER_A_REPLY = (Status.WAITING_FOR_PATIENT, Status.WAITING_FOR_REFERRER)

_IN_CURLY = re.compile(r"\{\s*+(\w*)\s*\}")
_TO_FILL_IN = re.compile(r"\{[^{}\n]{0,60}\}|\[[^\[\]\n]{0,60}\]")

# What belongs to one person or one day. The emergency numbers have three digits.
_SOMEBODYS = re.compile(
    r"[^\s@]{1,64}@[^\s@]{1,255}\.\w+"  # an address, of which no part is longer
    r"|\b(?:LN|DP)-?\w{4}-?\w{4}\b"  # a reference
    r"|(?:\d[\s()./-]*){6,}",  # a telephone number, a date in figures
    re.IGNORECASE,
)


def unknown(text: str) -> list[str]:
    """Return what stands in curly brackets and is nothing that we know, each once."""
    found = (match[0] for match in _IN_CURLY.finditer(text) if match[1] not in KNOWN)
    return list(dict.fromkeys(found))


def somebodys(text: str) -> list[str]:
    """Return what looks like somebody's address, number, reference or date: it cannot belong in a template."""
    return [match[0].strip() for match in _SOMEBODYS.finditer(text)]


def filled(text: str, facts: Mapping[str, str]) -> str:
    """Return a template with what we know filled in, by the words of ``KNOWN``; brackets in a fact are left alone."""
    return _IN_CURLY.sub(lambda match: facts.get(match[1], match[0]), text)


def unfilled(text: str) -> list[str]:
    """Return what in a reply is still to be filled in, each once."""
    return list(dict.fromkeys(match[0] for match in _TO_FILL_IN.finditer(text)))
