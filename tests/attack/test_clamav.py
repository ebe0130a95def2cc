"""The real ClamAV, with one signature of our own as its database, catches the test virus in a patient's file."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from enquiry import virus_scan
from enquiry.extensions import db
from enquiry.records.attachment import Attachment
from enquiry.rules.files import ScanState
from tests.clamd_server import EICAR
from tests.intake.test_enquiry import at_the_files
from tests.intake.test_files import LETTER, choose
from tests.people import pat_adds, pat_asks
from tests.strange_files import infected_pdf, letter
from tests.visitor import Visitor

pytestmark = pytest.mark.soak

STARTS_WITHIN = 60  # seconds
SETTINGS = """
Foreground yes
DatabaseDirectory {folder}
LocalSocket {folder}/socket
User {user}
"""


@pytest.fixture(scope="module")
def clamd() -> Iterator[str]:
    """ClamAV's daemon, started; the value is its socket."""
    if shutil.which("clamd") is None:
        subprocess.run(["apt-get", "install", "-y", "-qq", "clamav-daemon"], check=True, capture_output=True)
    folder = Path(tempfile.mkdtemp(prefix="enquiry-clamav-"))
    user = "nobody" if os.geteuid() == 0 else os.environ["USER"]
    (folder / "own.ndb").write_text(f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n")
    (folder / "settings").write_text(SETTINGS.format(folder=folder, user=user))
    folder.chmod(0o777)
    daemon = subprocess.Popen(["clamd", "-c", folder / "settings"], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + STARTS_WITHIN
    while not (folder / "socket").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    yield str(folder / "socket")
    daemon.terminate()
    daemon.wait()
    shutil.rmtree(folder)


def test_clamav_catches_the_test_virus_where_a_patient_adds_it(
    app: Flask, client: Visitor, clamd: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "scanner_address", clamd)

    page = choose(client, at_the_files(client), ("letter.pdf", infected_pdf()), LETTER)

    assert "“letter.pdf” contains a virus" in page.text
    with app.app_context():
        assert db.session.scalars(select(Attachment.scan)).all() == [ScanState.CLEAN]


def test_clamav_catches_it_in_a_file_that_waited(app: Flask, clamd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "scanner_address", clamd)
    with app.test_request_context():
        enquiry = pat_asks()
        for content in (infected_pdf(), letter()):
            pat_adds(enquiry, content, scan=ScanState.PENDING)

        virus_scan.sweep()

        states = db.session.scalars(select(Attachment.scan).order_by(Attachment.id)).all()
    assert states == [ScanState.REFUSED, ScanState.CLEAN]
