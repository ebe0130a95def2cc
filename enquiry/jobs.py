"""The background runner: rings for letters, sweeps each minute, keeps the diary, throws away, erases. Carries ids only.

Why Huey, and why so little in it: it runs on SQLite, PostgreSQL and Redis alike. It may lose a job when a worker is
killed; the tables stay the truth, and the sweep asks them.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey, crontab
from huey.registry import Message
from huey.serializer import Serializer

from enquiry import attachments, audit, clock, erasure, outbox, presence, rotation, tallies, virus_scan, waking
from enquiry.appointments import clockwork
from enquiry.intake import draft


class PlainSerializer(Serializer):
    """Jobs as JSON: nobody who can write to the queue can make a worker run code of theirs, as pickle would."""

    def _serialize(self, message: Any) -> bytes:
        return json.dumps(message).encode()

    def _deserialize(self, document: bytes) -> Any:
        content = json.loads(document)
        return Message(*content) if isinstance(content, list) else content


def init_app(app: Flask, queue_url: str) -> None:
    """Bind a runner to the application: its jobs, its schedule, and the bell that verbs ring after their commit."""
    huey = _runner(queue_url)
    in_context = _within(app)

    @huey.task()
    @in_context
    def deliver(letter_id: str) -> None:
        outbox.deliver(UUID(letter_id), clock.now())

    _each_minute(huey, in_context)
    _each_hour_and_night(huey, in_context)
    app.extensions["huey"] = huey
    app.extensions["bell"] = lambda letter_id: deliver(str(letter_id))


def _each_minute(huey: Huey, in_context: Callable[[Callable[..., None]], Callable[..., None]]) -> None:
    """Tell the runner what people wait for."""

    @huey.periodic_task(crontab())
    @in_context
    def sweep() -> None:
        outbox.sweep(clock.now())

    @huey.periodic_task(crontab())
    @in_context
    def wake_what_is_snoozed() -> None:
        waking.wake(clock.now())

    @huey.periodic_task(crontab())
    @in_context
    def keep_the_diary() -> None:
        clockwork.sweep(clock.now())

    @huey.periodic_task(crontab())
    @in_context
    def scan_files() -> None:
        virus_scan.sweep()

    @huey.periodic_task(crontab())
    @in_context
    def rewrap_data_keys() -> None:
        rotation.rewrap()


def _each_hour_and_night(huey: Huey, in_context: Callable[[Callable[..., None]], Callable[..., None]]) -> None:
    """Tell the runner how it keeps house."""

    @huey.periodic_task(crontab(hour="4", minute="7"))
    @in_context
    def verify_the_audit() -> None:
        audit.tell_the_log()

    @huey.periodic_task(crontab(minute="17"))
    @in_context
    def discard_what_expired() -> None:
        draft.discard_expired(clock.now())
        presence.sweep(clock.now())

    @huey.periodic_task(crontab(minute="47"))
    @in_context
    def remove_stray_files() -> None:
        attachments.sweep(clock.now())

    @huey.periodic_task(crontab(hour="2", minute="37"))
    @in_context
    def add_up_tallies() -> None:
        tallies.add_up(clock.now())

    @huey.periodic_task(crontab(hour="3", minute="7"), retries=6, retry_delay=600)  # a backup may be in its way
    @in_context
    def erase_what_is_due() -> None:
        erasure.erase_due(clock.now())


def _runner(queue_url: str) -> Huey:
    settings: dict[str, Any] = {"name": "enquiry", "results": False, "serializer": PlainSerializer()}
    if queue_url.startswith("sqlite:///"):
        filename = Path(queue_url.removeprefix("sqlite:///"))
        filename.parent.mkdir(parents=True, exist_ok=True)
        return SqliteHuey(filename=str(filename), **settings)
    if queue_url.startswith("redis"):
        return RedisHuey(url=queue_url, **settings)
    return PostgresHuey(dsn=queue_url.replace("postgresql+psycopg://", "postgresql://"), **settings)


def _within(app: Flask) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator that gives a job the application and a session of its own."""

    def decorate(job: Callable[..., None]) -> Callable[..., None]:
        def run(*arguments: str) -> None:
            with app.app_context():
                job(*arguments)

        run.__name__ = job.__name__
        return run

    return decorate
