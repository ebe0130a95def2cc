"""The forms of the queue: the name of a saved view."""

from wtforms import HiddenField

from enquiry.queue.saved import LONGEST_NAME
from enquiry.web.forms import PageForm, line_field


class ViewForm(PageForm):
    """A list, and the name under which it is saved."""

    list = HiddenField()
    name = line_field("Name of the view", "a name", longest=LONGEST_NAME)
