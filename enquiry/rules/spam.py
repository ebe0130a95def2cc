"""What makes an enquiry look like spam, and when it waits apart from the queue until a colleague has looked.

There is no puzzle: it would keep out people, above all those who see or hear badly, and let programs in. Nothing is
refused either: whatever looks like spam is accepted and read by a person.

Why no one sign is enough: each of them alone can be a patient's. Some type fast, some have a browser that fills in
every box, some send nothing but links to their scans, and some ask again in the same words.
"""

import re
from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum

from enquiry.rules.urgency import Urgency

ENOUGH = 2  # signs
FASTEST = timedelta(seconds=15)  # from the first page to the last: eight pages at least, and a story
MOSTLY = 0.5  # of the characters of a story
SAME_TEXT = "3 per day"  # the same story, from whomever: one more is a sign


class Sign(StrEnum):
    """Something that programs do more often than people."""

    TRAP = "trap"
    HASTE = "haste"
    LINKS = "links"
    REPEATED = "repeated"

    @property
    def label(self) -> str:
        return {
            Sign.TRAP: "A box was filled in that nobody sees",
            Sign.HASTE: f"All pages were answered within {FASTEST.seconds} seconds",
            Sign.LINKS: "The message is mostly links",
            Sign.REPEATED: "The same message came many times within a day",
        }[self]


_LINK = re.compile(r"(?:\w+://|\bwww\.)\S+|<a\s[^>]*>|\[url\b[^\]]*\]", re.IGNORECASE)


def signs(story: str, took: timedelta | None, fell_into_trap: bool, is_repeated: bool) -> tuple[Sign, ...]:
    """Return what speaks for spam, if it is enough to be heard; otherwise nothing.

    :param took: from the first page to the last, by our own clock; ``None`` where nobody knows.
    :param is_repeated: whether the same story came oftener than ``SAME_TEXT``.
    """
    speaks = {
        Sign.TRAP: fell_into_trap,
        Sign.HASTE: took is not None and took < FASTEST,
        Sign.LINKS: is_mostly_links(story),
        Sign.REPEATED: is_repeated,
    }
    found = tuple(sign for sign, is_there in speaks.items() if is_there)
    return found if len(found) >= ENOUGH else ()


def is_mostly_links(story: str) -> bool:
    """Return whether more of a story is links than words, spaces aside."""
    return _size("".join(_LINK.findall(story))) > MOSTLY * _size(story)


def waits_apart(found: Collection[Sign], urgency: Urgency, may_need_a_clinician: bool) -> bool:
    """Return whether an enquiry waits in the list of possible spam instead of the queue.

    Never when anything in it may be urgent, whoever or whatever wrote it: a queue with spam in it harms less than one
    real emergency out of sight (clinical.md 2.4).

    :param may_need_a_clinician: whether a red flag was told or stands in the words, cancer was told, an answer on the
        safety page was changed, or a hospital has seen the person.
    """
    return bool(found) and urgency is Urgency.ROUTINE and not may_need_a_clinician


def _size(text: str) -> int:
    return len("".join(text.split()))
