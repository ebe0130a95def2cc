"""The forms of replies: the reply itself, and what becomes of a letter that is stuck."""

from typing import ClassVar, Self

from wtforms import HiddenField

from enquiry.outbox import NoSuchLetter
from enquiry.records.enquiry import Enquiry
from enquiry.replies.send import AddressChanged, NoAddress
from enquiry.web.cases import CaseForm, Refusals
from enquiry.web.forms import one_of, story_field

SEND_AGAIN = "send-again"
DEALT_WITH = "dealt-with"


class ReplyForm(CaseForm):
    """An answer by email; it carries the address that its writer saw."""

    deed = "reply"
    refusals: ClassVar[Refusals] = {
        AddressChanged: "The email address is another one now. Check to whom the reply goes before you send it.",
        NoAddress: "There is no email address to send this to",
    }

    shown_address = HiddenField()
    text = story_field("Your reply", "your reply")

    @classmethod
    def blank(cls, enquiry: Enquiry) -> Self:
        """Return an empty reply."""
        form = super().blank(enquiry)
        form.show_address(enquiry)
        return form

    def show_address(self, enquiry: Enquiry) -> None:
        """Carry the address that the page is about to show."""
        self.shown_address.data = enquiry.contact.email


class SettleForm(CaseForm):
    """A person's decision about a letter that failed or may have gone."""

    deed, pressed = "settle", "decision"
    refusals: ClassVar[Refusals] = {NoSuchLetter: "This letter no longer waits for a decision"}

    decision = one_of(
        "What is to become of this letter?",
        "what is to become of this letter",
        [(SEND_AGAIN, "Send again"), (DEALT_WITH, "It was dealt with")],
    )
