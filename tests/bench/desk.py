"""What the queue and a case cost a colleague, among 1,000 enquiries, 100,000, and a million.

At each size a few hundred or a few thousand wait, as they would; the rest have ended. The pages are those of one
colleague of London: the queue with its counts, its second page, and cases with five entries in their timelines, each
look on record. Both pages must cost the same at every size.

Why the million only when asked for: to fill two databases with it takes minutes.
"""

import contextlib
import itertools
import os
import re
from collections.abc import Mapping
from typing import Any

import flask_migrate

from config import Config
from enquiry import create_app
from enquiry.demo import cast
from tests.bench import years
from tests.bench.server import Server, serve
from tests.bench.turns import in_turns
from tests.bench.visit import at_the_desk

WAITING = {1_000: 300, 100_000: 2_000, 1_000_000: 3_000}  # in each clinic, by how many have asked
MILLION = "BENCH_MILLION"  # in the environment, to measure the largest size too
TIMES = 200  # for each page
QUEUE = "/desk/queue/london"


class Desk:
    """Lena of London, where so many have asked."""

    def __init__(self, server: Server, references: list[str]) -> None:
        self.server = server
        self.lena = at_the_desk(server.port)
        second = re.search(rf'href="({QUEUE}\?after=[^"]+)"', self.look(QUEUE))
        assert second is not None, "the queue has one page only"
        self.second = second[1]
        self.cases = itertools.cycle(references)

    def look(self, address: str) -> str:
        """Open a page, and return it."""
        page = self.lena.get(address)
        assert "</html>" in page and "Cannot be opened safely" not in page, address  # noqa: PT018
        return page


PAGES = {
    "queue": lambda desk: desk.look(QUEUE),
    "queue_second_page": lambda desk: desk.look(desk.second),
    "case": lambda desk: desk.look(f"/desk/enquiries/{next(desk.cases)}"),
}


def sizes() -> list[int]:
    """Return at how many enquiries the desk is measured."""
    return [size for size in WAITING if size < 1_000_000 or os.environ.get(MILLION)]


def measure(settings: Mapping[int, Mapping[str, str]]) -> dict[str, Any]:
    """Return what each page costs at each size, and how many times longer it takes than at the smallest.

    :param settings: those of an application with an empty database, for each size, the smallest first.
    """
    examples = {size: _fill(environment, size) for size, environment in settings.items()}
    with contextlib.ExitStack() as stack:
        servers = {size: stack.enter_context(serve("wsgi:app", settings[size])) for size in settings}
        desks = [Desk(server, examples[size]) for size, server in servers.items()]
        paces = {page: in_turns(desks, look, TIMES) for page, look in PAGES.items()}
    return {page: _compared(dict(zip(settings, its, strict=True))) for page, its in paces.items()}


def _compared(paces: Mapping[int, Mapping[str, float]]) -> dict[str, Any]:
    smallest = next(iter(paces.values()))
    return {
        f"{size}": {**pace, "ratio": {figure: round(pace[figure] / smallest[figure], 2) for figure in smallest}}
        for size, pace in paces.items()
    }


def _fill(environment: Mapping[str, str], size: int) -> list[str]:
    app = create_app(Config.from_environment(environment))
    with app.test_request_context():
        flask_migrate.upgrade()
        cast.seed()
    return years.fill(app, size, WAITING[size])
