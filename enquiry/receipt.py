"""The receipt of an enquiry: the letter that acknowledges it, with the patient's private link.

Why apart: it goes when an enquiry arrives, or, for one that looked like spam, when a colleague lets it into the queue.
"""

from datetime import datetime

from enquiry import letters, opening, outbox
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.letter import Letter, LetterKind
from enquiry.records.private_link import PrivateLink


def queue(enquiry: Enquiry, at: datetime) -> Letter | None:
    """Add the receipt to the outbox, in the caller's transaction; ``None`` for somebody who gave no address."""
    if not enquiry.contact.email:
        return None
    hours = "; ".join(opening.week_in_words(opening.as_set([enquiry.clinic]).openings[enquiry.clinic].week))
    link, token = PrivateLink.made_for(enquiry)
    db.session.add(link)
    return outbox.queue(enquiry, LetterKind.ACKNOWLEDGEMENT, letters.acknowledgement(enquiry, token, hours), at)
