"""How often the form may be used by one visitor, and what somebody reads who used it too often.

The numbers are far above what people do and far below what a program does. An enquiry is about a dozen pages; whoever
corrects many of them sends thirty. From one network address a hospital may send, where many people ask in one hour.
Showing where to get help in an emergency is never throttled: only the counting of it is.
"""

from math import ceil

from enquiry.intake import draft
from enquiry.rules.clinics import Clinic
from enquiry.web import throttle
from enquiry.web.throttle import Throttle, TooMany

PAGES = Throttle("pages", of_address="3000 per hour", of_browser="300 per hour")
DRAFTS = Throttle("drafts", of_address="200 per hour", of_browser="20 per hour")  # each may become one letter, once
FILES = Throttle("files", of_address="300 per hour", of_browser="60 per hour")  # FreeScout GHSA-ph4f-2jhx-q76w
DIVERSIONS = Throttle("diversions", of_address="300 per hour", of_browser="30 per hour")  # counted; all are shown help


def count(what: Throttle) -> None:
    """Count one time for this visitor.

    :raises TooMany: when it was one time too many.
    """
    throttle.count(what, draft.browser())


def in_words(refused: TooMany, has_files: bool = False) -> str:
    """Return what somebody reads who used the form too often: that nothing is lost, when to go on, and whom to ring."""
    minutes = ceil(refused.wait / 60)
    wait = f"{minutes} minute{'' if minutes == 1 else 's'}"
    kept = "Your files were not added" if has_files else "What you typed is still on this page"
    numbers = " or ".join(f"{clinic.label} {clinic.facts.telephone}" for clinic in Clinic)
    return f"Too many forms came from your browser or your network. {kept}. Try again in {wait}, or ring {numbers}"
