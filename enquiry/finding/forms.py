"""The box in the bar of every page of the desk."""

from wtforms import BooleanField

from enquiry.rules.contact import LONGEST_EMAIL
from enquiry.web.forms import PageForm, line_field

TOO_LITTLE = (
    "Enter three letters of a name, a date of birth, six digits of a telephone number, "
    "or a whole email address, postcode, NHS number or reference"
)
TOO_LITTLE_INSIDE = "Enter a word of three letters or more"


class SearchForm(PageForm):
    """One box for everything, and a button that also looks inside messages."""

    looked_for = line_field("Search", "what to look for", longest=LONGEST_EMAIL)
    inside = BooleanField()

    def ask_for_more(self) -> None:
        """Say that what was typed is too little to find anybody by."""
        self.looked_for.errors = [TOO_LITTLE_INSIDE if self.inside.data else TOO_LITTLE]
