"""A patient's private link: how long it works, when it rests, and how long it stays open once somebody opened it.

Why it ends: a letter lies in a mailbox for years, and whoever reads it there holds the link (FreeScout CVE-2026-41902,
an invitation that never expired). Why it rests: beside the link only a date of birth is asked, and there are not many
of those. A person who mistypes theirs has it right within a few tries.
"""

from datetime import datetime, timedelta

WORKS_FOR = timedelta(days=365)  # from the day on which the enquiry was sent; ours
WORKS_AFTER_THE_END = timedelta(days=30)  # once the enquiry has ended; ours
OPEN_FOR = timedelta(minutes=30)  # once opened; a shared device is soon in other hands
WRONG_DATES = 5  # in a row; after each so many the link rests
RESTS_FOR = timedelta(hours=1)
WRONG_DATES_AT_ALL = 20  # in a row; of some 20,000 dates that somebody alive may have, nobody tries more


def is_over(sent_at: datetime, ended_at: datetime | None, wrong_dates: int, now: datetime) -> bool:
    """Return whether a link opens nothing any more.

    :param sent_at: when the enquiry was sent, and the link with its receipt.
    :param ended_at: when the enquiry ended, or ``None`` while it is open.
    :param wrong_dates: how many were tried in a row.
    """
    is_long_ended = ended_at is not None and now >= ended_at + WORKS_AFTER_THE_END
    return is_long_ended or now >= sent_at + WORKS_FOR or wrong_dates >= WRONG_DATES_AT_ALL


def rests_until(wrong_dates: int, now: datetime) -> datetime:
    """Return until when a link rests after a wrong date: now, unless it was one too many."""
    return now if wrong_dates % WRONG_DATES else now + RESTS_FOR
