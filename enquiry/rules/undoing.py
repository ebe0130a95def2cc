"""Who may undo a move, and for how long: whoever made it, for ten minutes, while nothing else has happened.

Source: desk.md 13. Ours: the ten minutes. Somebody who notices later decides anew, and says why.
"""

from datetime import datetime, timedelta

WITHIN = timedelta(minutes=10)


def may_undo(done_at: datetime, now: datetime, is_ones_own: bool) -> bool:
    """Return whether the last thing that happened to an enquiry may be undone by somebody."""
    return is_ones_own and now - done_at <= WITHIN
