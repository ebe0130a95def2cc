"""The receipt of an enquiry: the letter that acknowledges it, with the patient's private link.

Why apart: it goes when an enquiry arrives, or, for one that looked like spam, when a colleague lets it into the queue.
"""

from datetime import datetime

from enquiry import letters, opening, outbox, tallies
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.letter import Letter, LetterKind
from enquiry.records.private_link import PrivateLink, ReferrerLink
from enquiry.records.staff import Staff
from enquiry.records.tally import What, count
from enquiry.records.timeline import Event, happened
from enquiry.rules.sources import Source


def queue(enquiry: Enquiry, at: datetime) -> Letter | None:
    """Add the receipt to the outbox, in the caller's transaction; ``None`` for somebody who gave no address.

    That of a referral goes to whoever referred, and nothing goes to the patient, who may not know of it yet.

    There is no link for somebody whose date of birth is not known: it would open to nobody.
    """
    if (referral := enquiry.referral) is not None:
        referrers, token = ReferrerLink.made_for(enquiry)
        db.session.add(referrers)
        received = letters.referral_received(enquiry, referral, token, look_by(enquiry))
        return outbox.queue(enquiry, LetterKind.ACKNOWLEDGEMENT, received, at)
    if not enquiry.contact.email:
        return None
    hours = "; ".join(opening.week_in_words(opening.as_set([enquiry.clinic]).openings[enquiry.clinic].week))
    token = ""
    if enquiry.patient.birth_date is not None:
        link, token = PrivateLink.made_for(enquiry)
        db.session.add(link)
    return outbox.queue(enquiry, LetterKind.ACKNOWLEDGEMENT, letters.acknowledgement(enquiry, token, hours), at)


def look_by(enquiry: Enquiry) -> datetime:
    """Return by when whoever referred a patient is told that somebody looks: by its due time, but for what it keeps.

    Why not sooner: a referral is as urgent as anything else that its patient asked. Anybody can send one, and whoever
    knows a name and a date of birth would learn from the time that this person asked for help here, and how urgently.
    """
    return max(enquiry.due_at, opening.clock_of(enquiry.clinic).due(enquiry.own_urgency, enquiry.received_at))


def let_in(enquiry: Enquiry, at: datetime) -> Letter | None:
    """Let an enquiry into the queue that was set aside, and return its receipt; whoever takes it up takes it as real.

    Why every deed does so that takes one up: nothing that a colleague works on may lie out of the queue's sight.
    """
    if enquiry.set_aside_at is None:
        return None
    enquiry.set_aside_at = None
    count(What.SPAM, "let-in", at, enquiry.clinic)
    tallies.arrived(enquiry, Source.REFERRAL if enquiry.is_referral else Source.WEB)  # a call is never set aside
    return queue(enquiry, at)


def take_as_real(actor: Staff, enquiry: Enquiry, at: datetime) -> None:
    """Let an enquiry into the queue that is answered while it is set aside, with a line of its own in the timeline.

    Nobody sees in the list of possible spam that somebody is to be rung, or was promised anything.
    """
    if enquiry.set_aside_at is not None and enquiry.is_open:
        happened(enquiry, Event.RESCUED, at, actor, letter=let_in(enquiry, at))
