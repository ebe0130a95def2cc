"""How an enquiry ends, and how many it takes: one with a red flag or cancer in it ends only when two agree.

Source: clinical.md 7.3: a two-person rule for closing a red-flag or cancer item, which reception does not close. One of
the two is therefore a clinician. Closing, rejecting and withdrawing are all ends.
"""

from dataclasses import dataclass
from typing import Self

from enquiry.rules.permissions import Action, Role, may
from enquiry.rules.status import ENDED, Outcome, RejectReason, Status

_VERBS = {Status.CLOSED: "close", Status.REJECTED: "reject", Status.WITHDRAWN: "record as withdrawn"}


@dataclass(frozen=True)
class Ending:
    """One way to end: the status, and the word that goes with it. What the patient withdrew has none."""

    status: Status
    word: Outcome | RejectReason | None = None

    @property
    def verb(self) -> str:
        """What somebody does who ends an enquiry so."""
        return _VERBS[self.status]

    @property
    def label(self) -> str:
        """The end in words, for example ``close: Information sent``."""
        return f"{self.verb}: {self.word.label}" if self.word else self.verb

    @property
    def written(self) -> str:
        """How it is stored, in our own words."""
        return f"{self.status} {self.word}" if self.word else self.status.value

    @classmethod
    def read(cls, written: str) -> Self:
        """Return what ``written`` wrote.

        :raises ValueError: for anything else.
        """
        word, _, second = written.partition(" ")
        status = Status(word)
        if status not in ENDED or bool(second) == (status is Status.WITHDRAWN):
            raise ValueError(written)
        if not second:
            return cls(status)
        return cls(status, Outcome(second) if status is Status.CLOSED else RejectReason(second))


def needs_two(is_flagged: bool, has_cancer: bool) -> bool:
    """Return whether two people must agree before an enquiry ends."""
    return is_flagged or has_cancer


def may_agree(first: frozenset[Role], second: frozenset[Role], are_two_people: bool) -> bool:
    """Return whether the second may end what the first proposed to end.

    :param first: the roles of whoever proposed it, as they are now; none for somebody who has left.
    """
    both_at_the_desk = may(first, Action.CLOSE) and may(second, Action.AGREE)
    return are_two_people and both_at_the_desk and Role.CLINICIAN in first | second
