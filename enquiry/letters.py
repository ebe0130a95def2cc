"""The letters that the clinic can send: one function each, and nothing else writes to a patient.

Why so discreet: others may read a patient's mail. A receipt and every subject line hold no clinical word, and the
sender's name leaves out the specialty (clinical.md 1, safe contact).
"""

import css_inline
from flask import render_template

from enquiry.records.enquiry import Enquiry
from enquiry.records.letter import Contents
from enquiry.records.staff import Staff

SENDER = "The London Norwich Clinic"

_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def acknowledgement(enquiry: Enquiry) -> Contents:
    """Return the receipt for an enquiry: its reference, and what happens next and by when."""
    return _letter("acknowledgement", enquiry, f"We have received your enquiry, {enquiry.reference}")


def reply(enquiry: Enquiry, text: str, signed_by: Staff) -> Contents:
    """Return a reply in a colleague's own words, signed with their name."""
    return _letter(
        "reply", enquiry, f"A reply to your enquiry, {enquiry.reference}", text=text, signed_by=signed_by.name
    )


def _letter(template: str, enquiry: Enquiry, subject: str, **words: str) -> Contents:
    context = {"enquiry": enquiry, "sender": SENDER, "subject": subject, **words}
    return Contents(
        to=enquiry.contact.email,
        subject=subject,
        text=render_template(f"letters/{template}.txt", **context),
        html=_inliner.inline(render_template(f"letters/{template}.html", **context)),
    )
