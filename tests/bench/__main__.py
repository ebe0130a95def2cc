"""``make bench``: prints what pages and submissions cost, beside a bare Flask page under the same server, as JSON."""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import flask_migrate

from config import Config
from enquiry import create_app
from enquiry.demo import cast
from tests.bench import desk, search
from tests.bench.server import Server, serve
from tests.bench.visit import Visit, at_the_desk, pace
from tests.people import pat_asks
from tests.ports import free_port
from tests.postgresql import postgresql

SECONDS = 4.0  # for each page
SUBMISSIONS = 60
WAITING = 200  # enquiries in the queue
CONDITION, QUEUE = "/conditions/spinal-tumours", "/desk/queue/london"


def main() -> None:
    """Measure on SQLite, then on PostgreSQL."""
    figures: dict[str, Any] = {}
    for name, database in (("sqlite", sqlite), ("postgresql", postgresql)):
        with settings_of(database) as environment:
            figures[name] = _measure(environment)
        with settings_of(database) as few, settings_of(database) as many:
            figures[name]["search"] = search.measure(few, many)
        with ExitStack() as stack:
            figures[name]["desk"] = desk.measure(
                {size: stack.enter_context(settings_of(database)) for size in desk.sizes()}
            )
    json.dump(figures, sys.stdout, indent=2)
    sys.stdout.write("\n")


@contextmanager
def sqlite() -> Iterator[str]:
    """Yield the URL of a new SQLite database."""
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/enquiry.db"


@contextmanager
def settings_of(database: Callable[[], AbstractContextManager[str]]) -> Iterator[dict[str, str]]:
    """Yield the settings of a demonstration on a new database."""
    with tempfile.TemporaryDirectory() as folder, database() as url:
        yield {
            "ENQUIRY_DATABASE_URL": url,
            "ENQUIRY_KEYRING": f"{folder}/keyring.json",
            "ENQUIRY_FILES_URL": f"{folder}/files",
            "ENQUIRY_SECRET_KEY_FILE": f"{folder}/secret-key",
            "ENQUIRY_SMTP_URL": f"smtp://127.0.0.1:{free_port()}",
        }


def _measure(environment: dict[str, str]) -> dict[str, Any]:
    _fill(environment)
    with tempfile.TemporaryDirectory() as folder:
        with serve("wsgi:app", environment) as ours:
            lena = at_the_desk(ours.port)
            _keep_pages(lena, Path(folder))
            submissions = _submissions(ours)
            asked = {"condition": pace(Visit(ours.port), CONDITION, SECONDS), "queue": pace(lena, QUEUE, SECONDS)}
        with serve("tests.bench.bare:app", {"BARE_PAGES": folder}) as bare:
            plain = {name: pace(Visit(bare.port), f"/{name}", SECONDS) for name in asked}
    return {
        name: {
            "ours": asked[name],
            "bare_flask": plain[name],
            "ratio": round(asked[name]["requests_per_second"] / plain[name]["requests_per_second"], 3),
        }
        for name in asked
    } | {"submissions": submissions}


def _fill(environment: dict[str, str]) -> None:
    app = create_app(Config.from_environment(environment))
    with app.test_request_context():
        flask_migrate.upgrade()
        cast.seed()
        for _ in range(WAITING):
            pat_asks()


def _keep_pages(lena: Visit, folder: Path) -> None:
    """Keep the pages that are measured, for the bare application to return."""
    for name, address in (("condition", CONDITION), ("queue", QUEUE)):
        (folder / name).write_text(lena.get(address))


def _submissions(server: Server) -> dict[str, float]:
    """Send complete enquiries, page by page, and return how many a second and what each costs the processor."""
    _submit(server)
    processor, clock = server.processor_seconds(), time.perf_counter()
    for number in range(SUBMISSIONS):
        _submit(server, number)
    took = time.perf_counter() - clock
    spent = server.processor_seconds() - processor
    return {
        "per_second": round(SUBMISSIONS / took, 2),
        "cpu_ms_each": round(spent / SUBMISSIONS * 1000, 1),
        "requests_each": 18,
    }


def _submit(server: Server, number: int = SUBMISSIONS) -> None:
    """Go the whole way of a patient in a new browser: nine pages opened and sent, with a story of their own."""
    visit = Visit(server.port)
    address = "/enquire/safety?about=sciatica"
    pages: list[dict[str, Any]] = [
        {"red_flags": ["none"], "cancer": "no"},
        {"for_whom": "me", "name": "Pat", "birth_date-day": "31", "birth_date-month": "3", "birth_date-year": "1980"},
        {"email": "pat@home.example", "telephone": "07700 900 982", "preferred": "email", "voicemail_ok": "no"},
        {"kind": "appointment", "story": f"My left leg has hurt for {number + 2} weeks."},
        {"since": "weeks", "worse": "no"},
        {"days": ["monday"], "times": ["morning"], "paying": "self", "letter": "no"},
        {"files": []},
        {"clinic": "london", "needs": ["none"]},
        {"emergency_ack": "y"},
    ]
    for answers in pages:
        address = visit.fill_in(address, answers)
    assert "LN-" in visit.get(address)


if __name__ == "__main__":
    main()
