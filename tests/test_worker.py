"""The worker as operators start it: it hears the bell, and sweeps up what nobody rang for."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from config import ROOT
from tests.mail_server import MailServer
from tests.people import pat_asks

SOON = 20  # seconds, on a busy machine


@pytest.fixture
def worker(app: Flask, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A worker at work, in a process of its own."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment})
    yield process
    process.terminate()
    process.wait()


def happens(what: Callable[[], bool]) -> bool:
    """Wait until something is so, but not for ever."""
    deadline = time.monotonic() + SOON
    while not what() and time.monotonic() < deadline:
        time.sleep(0.05)
    return what()


@pytest.mark.usefixtures("worker")
def test_the_receipt_goes_out_by_itself_when_pat_has_sent_her_enquiry(app: Flask, smtp: MailServer) -> None:
    with app.test_request_context():
        pat_asks()

    assert happens(lambda: len(smtp.letters) == 1)


def test_a_worker_that_is_told_to_stop_stops_at_once(worker: subprocess.Popen[bytes]) -> None:
    time.sleep(2)
    worker.terminate()

    assert worker.wait(timeout=10) is not None
