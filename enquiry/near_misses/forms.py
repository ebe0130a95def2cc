"""The form of a review."""

from enquiry.web.forms import PageForm, story_field


class ReviewForm(PageForm):
    """What came of looking into it."""

    outcome = story_field("What did the review come to?", "what the review came to")
