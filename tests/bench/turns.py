"""Asks several servers in turns, so that whatever else the machine does disturbs them alike."""

import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from tests.bench.server import Server
from tests.bench.visit import spread


class Served(Protocol):
    """Somebody in front of a server of their own."""

    server: Server


D = TypeVar("D", bound=Served)


def in_turns(desks: Sequence[D], look: Callable[[D], Any], times: int) -> list[dict[str, float]]:
    """Return for each desk how long a look takes, and what of that is the web server's own work."""
    took: list[list[float]] = [[] for _ in desks]
    processor = [desk.server.processor_seconds() for desk in desks]
    for _ in range(times):
        for desk, its in zip(desks, took, strict=True):
            begins = time.perf_counter()
            look(desk)
            its.append(time.perf_counter() - begins)
    spent = [desk.server.processor_seconds() - before for desk, before in zip(desks, processor, strict=True)]
    return [
        {**spread(its), "cpu_ms": round(seconds / times * 1000, 2)} for its, seconds in zip(took, spent, strict=True)
    ]
