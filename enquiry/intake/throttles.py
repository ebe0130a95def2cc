"""How often the form may be used by one visitor.

The numbers are far above what people do and far below what a program does. An enquiry is about a dozen pages; whoever
corrects many of them sends thirty. From one network address a hospital may send, where many people ask in one hour.
Showing where to get help in an emergency is never throttled: only the counting of it is.
"""

from enquiry.web import drafts, throttle
from enquiry.web.throttle import Throttle

PAGES = Throttle("pages", of_address="3000 per hour", of_browser="300 per hour")
DRAFTS = Throttle("drafts", of_address="200 per hour", of_browser="20 per hour")  # each may become one letter, once
FILES = Throttle("files", of_address="300 per hour", of_browser="60 per hour")  # FreeScout GHSA-ph4f-2jhx-q76w


def count(what: Throttle) -> None:
    """Count one time for this visitor.

    :raises TooMany: when it was one time too many.
    """
    throttle.count(what, drafts.browser())
