"""Asks several servers in turns, so that whatever else the machine does disturbs them alike.

Why the processor's time of each answer, too: on a machine that does other things the clock also measures how long the
server waited for its turn. The database's own processes, of PostgreSQL, are in the clock's time alone.

Why some looks before the first that counts: PostgreSQL plans a statement anew the first ten times that a connection
asks for it, and a server of a clinic is started once a night at most.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from tests.bench.server import Server
from tests.bench.visit import spread

BEFOREHAND = 20  # looks that do not count


class Served(Protocol):
    """Somebody in front of a server of their own."""

    server: Server


D = TypeVar("D", bound=Served)


def in_turns(desks: Sequence[D], look: Callable[[D], Any], times: int) -> list[dict[str, float]]:
    """Return for each desk how long a look takes by the clock, and how long the server's processor works for it."""
    took: list[list[float]] = [[] for _ in desks]
    worked: list[list[float]] = [[] for _ in desks]
    for _ in range(BEFOREHAND):
        for desk in desks:
            look(desk)
    for _ in range(times):
        for desk, its_time, its_work in zip(desks, took, worked, strict=True):
            before, begins = desk.server.processor_seconds(), time.perf_counter()
            look(desk)
            its_time.append(time.perf_counter() - begins)
            its_work.append(desk.server.processor_seconds() - before)
    return [
        {**spread(its_time), **{f"cpu_{name}": number for name, number in spread(its_work).items()}}
        for its_time, its_work in zip(took, worked, strict=True)
    ]
