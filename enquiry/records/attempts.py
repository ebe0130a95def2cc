"""How often somebody was rung and not reached, read from what happened: an attempt is written down nowhere else."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from enquiry.records.timeline import Event
from enquiry.rules.callbacks import Attempt, is_missed
from enquiry.rules.contact import CallOutcome

# With these the count begins anew: the person was heard from, or the clinic had let go.
_BEGINS_ANEW = frozenset({Event.WROTE, Event.ASKED_TO_WITHDRAW, Event.CLOSED})
TELLING = _BEGINS_ANEW | {Event.CALLED}


class Happening(Protocol):
    """What is needed of an entry of the timeline."""

    @property
    def event(self) -> Event: ...
    @property
    def at(self) -> datetime: ...
    @property
    def detail(self) -> str: ...


def attempts_in(latest_first: Iterable[Happening]) -> list[Attempt]:
    """Return the attempts to ring somebody since they were last heard from, the latest last."""
    attempts: list[Attempt] = []
    for entry in latest_first:
        outcome = CallOutcome(entry.detail) if entry.event is Event.CALLED else None
        if entry.event in _BEGINS_ANEW or outcome is CallOutcome.SPOKE:
            break
        if outcome is not None and is_missed(outcome):
            attempts.append(Attempt(entry.at, outcome))
    return attempts[::-1]
