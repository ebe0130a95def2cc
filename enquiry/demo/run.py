"""``flask demo``: brings up the web, the worker and the mail catcher, and takes all of them down again."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from urllib.error import URLError
from urllib.request import urlopen

import click
from aiosmtpd.controller import Controller
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from config import ROOT
from enquiry.demo.cast import introduce, seed
from enquiry.demo.letters import catch_letters

WEB = ("gunicorn", "wsgi:app", "--workers", "2", "--threads", "8", "--log-level", "warning")
WORKER = ("flask", "--app", "wsgi", "worker")
STARTS_WITHIN = 60  # seconds
STOPS_WITHIN = 15  # seconds


class Stopped(Exception):
    """Raised by the signals that end the demonstration."""


@click.command("demo")
@with_appcontext
def run() -> None:
    """Migrate, seed once, and serve until Ctrl-C."""
    port = current_app.config["PORT"]
    address = f"http://127.0.0.1:{port}"
    upgrade()
    seed()
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _stop)
    catcher = _mail_catcher()
    try:
        with _process(*WEB, "--bind", f"127.0.0.1:{port}") as web, _process(*WORKER) as worker:
            _wait_until_it_answers(f"{address}/readyz", web)
            introduce(address)
            _watch(web, worker)
    except Stopped:
        click.echo("\nStopped.")
    finally:
        catcher.stop()


@contextmanager
def _process(module: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run one part in a session of its own, so that Ctrl-C reaches it only through us, and end it with the block."""
    part = subprocess.Popen([sys.executable, "-m", module, *arguments], cwd=ROOT, start_new_session=True)  # noqa: S603
    try:
        yield part
    finally:
        part.terminate()
        try:
            part.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            part.kill()
            part.wait()


def _mail_catcher() -> Controller:
    host, port = current_app.config["MAIL_SERVER"], current_app.config["MAIL_PORT"]
    try:
        return catch_letters(host, port)
    except OSError:
        raise click.ClickException(f"Port {port} is taken: choose others with PORT=…") from None


def _wait_until_it_answers(address: str, web: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and web.poll() is None:
        try:
            with urlopen(address, timeout=1):  # noqa: S310 - our own address
                return
        except (URLError, TimeoutError):
            time.sleep(0.1)
    raise click.ClickException("The web server did not start; what it said stands above")


def _watch(*parts: "subprocess.Popen[bytes]") -> None:
    """Wait until a signal stops us, or a part ends by itself."""
    while all(part.poll() is None for part in parts):
        time.sleep(0.5)
    raise click.ClickException("A part of the demonstration ended by itself; what it said stands above")


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise Stopped
