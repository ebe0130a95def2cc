"""How often one visitor may use the referral form; the numbers are those of the patients' form.

Showing the emergency route is never throttled: only the counting of it is.
"""

from enquiry.web import drafts, throttle
from enquiry.web.throttle import Throttle

PAGES = Throttle("referral pages", of_address="3000 per hour", of_browser="300 per hour")
DRAFTS = Throttle("referral drafts", of_address="200 per hour", of_browser="20 per hour")  # each becomes one letter
FILES = Throttle("referral files", of_address="300 per hour", of_browser="60 per hour")


def count(what: Throttle) -> None:
    """Count one time for this visitor.

    :raises TooMany: when it was one time too many.
    """
    throttle.count(what, drafts.browser())
