"""A gunicorn for one measurement, the same for ours and for the bare one, and what it costs the processor."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from config import ROOT
from tests.ports import free_port

STARTS_WITHIN = 30  # seconds
THREADS = "4"


@dataclass(frozen=True)
class Server:
    """A running server, by its port and its process."""

    port: int
    pid: int

    def processor_seconds(self) -> float:
        """Return the processor time that the server and its workers have used, to the millionth."""
        return sum(_nanoseconds(pid) for pid in (self.pid, *_children(self.pid))) / 1e9


@contextmanager
def serve(app: str, environment: Mapping[str, str]) -> Iterator[Server]:
    """Serve an application with one worker of four threads, and stop it with the block."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", app, "--bind", f"127.0.0.1:{port}", "--workers", "1"]
    command += ["--threads", THREADS, "--log-level", "warning", "--keep-alive", "60"]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment})
    try:
        _wait_for(port)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            urlopen(f"http://127.0.0.1:{port}/healthz").close()
            return
        except URLError as error:
            if hasattr(error, "code"):  # it answers, if only with an error
                return
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _nanoseconds(pid: int) -> int:
    """Return how long the threads of a process have run; the kernel's documentation of sched-stats."""
    return sum(int(thread.read_text().split()[0]) for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"))


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
