"""The forms of a private link: the date of birth, one thing more to say, and a withdrawal."""

from wtforms import HiddenField

from enquiry.web.dates import BirthDateField
from enquiry.web.forms import NonceField, PageForm, story_field

SHORTEST_MESSAGE = 10  # characters: fewer tell a clinician nothing (clinical.md 7.1)


class DateForm(PageForm):
    """What opens the link. It carries a message that was typed while the link fell shut."""

    birth_date = BirthDateField("What is the patient’s date of birth?", "the patient’s date of birth")
    text = HiddenField()
    nonce = NonceField()


class MessageForm(PageForm):
    """One thing more, in the person's own words."""

    text = story_field("Your message", "your message", shortest=SHORTEST_MESSAGE)
    nonce = NonceField()


class WithdrawForm(PageForm):
    """That no answer is wanted any more."""

    nonce = NonceField()
