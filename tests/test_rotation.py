"""The key that wraps all others is changed while patients write and colleagues read, and nobody notices."""

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, text

from config import ROOT, Config
from enquiry import create_app, rotation
from enquiry.audit import AuditEvent
from enquiry.custody import KeyringFile, WrongKeyring
from enquiry.extensions import db, keyring
from enquiry.records.enquiry import Enquiry
from enquiry.records.ledger import AuditEntry
from enquiry.records.types import WrappedKey, new_id
from enquiry.rules.references import new_reference
from enquiry.sealing import Keyring, SealBroken
from tests.people import LENA, PAT, at_the_desk, pat_asks
from tests.place import Place


@pytest.fixture
def keyring_file(app: Flask, settings: Config) -> Iterator[KeyringFile]:
    """The keyring of the application, which may be changed: afterwards it is as it was."""
    file = KeyringFile(settings.keyring)
    before = file.current
    yield file
    file.replace(before)
    app.extensions["keyring"] = KeyringFile(settings.keyring)


def keys(app: Flask, *arguments: str) -> tuple[int, str]:
    """Give an operator's command, and return its status and what it says."""
    said = app.test_cli_runner().invoke(args=["keys", *arguments])
    return said.exit_code, said.output


def time_passes(file: KeyringFile) -> None:
    """Let the last change of the keyring be long enough ago."""
    then = (file.changed_at - rotation.SETTLED - timedelta(seconds=1)).timestamp()
    os.utime(file.path, (then, then))


def wrapped_by(app: Flask) -> dict[int, int]:
    """Return how many data keys each key wraps."""
    with app.app_context():
        return dict(rotation.wrapped_by_key())


def test_a_key_opens_before_it_wraps_and_wraps_before_the_old_one_goes(app: Flask, keyring_file: KeyringFile) -> None:
    old = keyring_file.current.primary
    with app.test_request_context():
        pat_asks()
    keys(app, "add")
    new = keyring_file.current.newest
    with app.test_request_context():
        pat_asks()
    assert wrapped_by(app) == {old: 3}

    keys(app, "promote")
    with app.test_request_context():
        pat_asks()
    assert wrapped_by(app) == {old: 3, new: 1}

    keys(app, "rewrap")
    assert wrapped_by(app) == {new: 4}
    assert keyring_file.current.key_ids == [old, new]

    time_passes(keyring_file)
    keys(app, "retire")
    assert keyring_file.current.key_ids == [new]
    with app.app_context():
        assert {enquiry.patient.name for enquiry in db.session.scalars(select(Enquiry))} == {PAT}


def test_each_step_is_refused_in_words_before_its_time(app: Flask, keyring_file: KeyringFile) -> None:
    with app.test_request_context():
        pat_asks()
    assert keys(app, "promote") == (1, "Error: The newest key wraps already: add another first\n")
    assert keys(app, "retire") == (1, "Error: There is no old key to retire\n")
    assert keys(app, "add")[0] == 0
    assert keys(app, "add") == (1, "Error: A key that was added before waits to be promoted\n")
    assert keys(app, "promote")[0] == 0
    time_passes(keyring_file)
    assert keys(app, "retire") == (1, "Error: Data keys that an old key still wraps: 2\n")
    assert keys(app, "rewrap")[0] == 0
    os.utime(keyring_file.path)
    refused = "Error: The keyring changed less than 5 minutes ago: somebody may be writing\n"
    assert keys(app, "retire") == (1, refused)


def test_every_change_of_the_keyring_is_on_record(app: Flask, keyring_file: KeyringFile) -> None:
    for step in ("add", "promote", "rewrap"):
        keys(app, step)
    time_passes(keyring_file)
    keys(app, "retire")

    with app.app_context():
        events = db.session.scalars(select(AuditEntry.event).order_by(AuditEntry.ordinal)).all()
    assert events == [AuditEvent.KEY_ADDED, AuditEvent.KEY_PROMOTED, AuditEvent.KEY_RETIRED]


def test_a_step_that_cannot_be_written_is_not_on_record(
    app: Flask, keyring_file: KeyringFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = keyring_file.path.read_text()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        assert keys(app, "add") == (1, "Error: The keyring cannot be replaced: No space left on device\n")

    assert keyring_file.path.read_text() == before
    assert [file for file in keyring_file.path.parent.iterdir() if file.name.startswith(".keyring")] == []
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 0


def test_the_check_counts_what_each_key_wraps(app: Flask, keyring_file: KeyringFile) -> None:
    with app.test_request_context():
        pat_asks()
    keys(app, "add")
    old, new = keyring_file.current.key_ids
    assert keys(app, "check") == (
        0,
        "The keyring opens this database.\n"
        f"Key {old}, which wraps. Data keys: 2\n"
        f"Key {new}, waiting to be promoted. Data keys: 0\n",
    )
    keys(app, "promote")
    assert f"Key {old}, old. Data keys: 2\n" in keys(app, "check")[1]


def test_the_check_tells_of_data_keys_that_no_key_opens(app: Flask, keyring_file: KeyringFile) -> None:
    with app.test_request_context():
        enquiry = pat_asks()
        wrapped = db.session.get_one(WrappedKey, enquiry.key_id)
        wrapped.wrapped = Keyring.generate().new_data_key(wrapped.id)
        db.session.commit()
        stranger = wrapped.wrapped_by

    status, said = keys(app, "check")

    assert status == 1
    assert f"Key {stranger}, not in the keyring. Data keys that do not open: 1\n" in said


def test_a_data_key_that_was_tampered_with_holds_up_no_other_and_keeps_the_old_key(
    app: Flask, keyring_file: KeyringFile
) -> None:
    with app.test_request_context():
        harmed, _, _ = (pat_asks().key_id for _ in range(3))
        wrapped = db.session.get_one(WrappedKey, harmed)
        wrapped.wrapped = wrapped.wrapped[:-1] + bytes([wrapped.wrapped[-1] ^ 1])
        db.session.commit()
    old = keyring_file.current.primary
    for step in ("add", "promote", "rewrap"):
        keys(app, step)

    assert wrapped_by(app) == {old: 1, keyring_file.current.primary: 3}
    time_passes(keyring_file)
    assert keys(app, "retire") == (1, "Error: Data keys that an old key still wraps: 1\n")


def test_the_worker_rewraps_by_itself(app: Flask, keyring_file: KeyringFile) -> None:
    with app.test_request_context():
        pat_asks()
    keys(app, "add")
    keys(app, "promote")
    huey = app.extensions["huey"]
    [job] = [task for task in huey._registry.periodic_tasks if task.name == "rewrap_data_keys"]

    huey.execute(job)

    assert wrapped_by(app) == {keyring_file.current.primary: 2}


def test_a_database_from_before_learns_which_key_wraps_what(database: str, tmp_path: Path) -> None:
    place = Place(database, tmp_path)
    place.build()
    place.run("db", "upgrade", "0004")
    with place.app():
        ids = [uuid4() for _ in range(1500)]
        rows = [{"id": one.hex, "wrapped": keyring.new_data_key(one)} for one in ids]
        db.session.execute(text("INSERT INTO data_keys (id, wrapped) VALUES (:id, :wrapped)"), rows)
        db.session.commit()

    place.run("db", "upgrade")

    assert ", which wraps. Data keys: 1,501\n" in place.run("keys", "check")
    assert "The audit is whole." in place.run("audit", "verify")
    place.destroy()


def references_for(number: int, taken: str) -> set[str]:
    """Draw so many references; among a hundred thousand two may well be alike, and arrival would draw again."""
    drawn: set[str] = set()
    while len(drawn) < number:
        drawn.add(new_reference())
        drawn.discard(taken)
    return drawn


def many_enquiries(app: Flask, number: int) -> list[str]:
    """Write enquiries straight into the database, each with a data key of its own; return their references."""
    with app.test_request_context():
        pattern = pat_asks()
        columns = {column.key: getattr(pattern, column.key) for column in Enquiry.__table__.columns}
        ours = (pattern.patient, pattern.contact, pattern.request)
        references: list[str] = []
        unused = iter(references_for(number, pattern.reference))
        for _ in range(number // 1000):
            made = []
            for _ in range(1000):
                one = Enquiry(**{**columns, "id": new_id(), "reference": next(unused), "nonce": uuid4()})
                one.key = WrappedKey.made_for(one.id)
                one.patient, one.contact, one.request = ours
                made.append(one)
            wrapped = [{"id": one.id, "wrapped": one.key.wrapped, "wrapped_by": one.key.wrapped_by} for one in made]
            rows = [{name: getattr(one, name) for name in columns} | {"key_id": one.id} for one in made]
            db.session.execute(insert(WrappedKey.__table__), wrapped)  # type: ignore[arg-type]
            db.session.execute(insert(Enquiry.__table__), rows)  # type: ignore[arg-type]
            db.session.commit()
            references += [one.reference for one in made]
    return references


PAUSE = 0.02  # seconds: leaves the processor to whoever rotates


class Traffic:
    """Patients who write and a colleague who reads, for as long as it is not stopped."""

    def __init__(self, app: Flask, references: list[str]) -> None:
        self.app, self.references, self.lena = app, references, at_the_desk(app, LENA)
        self.written, self.read = 0, 0
        self._over = threading.Event()

    def write(self) -> None:
        while not self._over.is_set():
            with self.app.test_request_context():
                pat_asks()
            self.written += 1
            time.sleep(PAUSE)

    def look(self) -> None:
        dice = random.Random(20261122)  # noqa: S311 - chance, not secrecy
        while not self._over.is_set():
            answer = self.lena.get(f"/desk/enquiries/{dice.choice(self.references)}")
            assert answer.status_code == 200, answer.text
            self.read += 1
            time.sleep(PAUSE)

    def goes_on_while(self, deed: Callable[[], None]) -> None:
        with ThreadPoolExecutor() as pool:
            busy = [pool.submit(self.write), pool.submit(self.look)]
            try:
                deed()
            finally:
                self._over.set()
            for one in busy:
                one.result()


@pytest.mark.parametrize("number", [2_000, pytest.param(100_000, marks=pytest.mark.soak)])
def test_the_key_is_changed_while_patients_write_and_lena_reads(
    app: Flask, settings: Config, environment: dict[str, str], keyring_file: KeyringFile, tmp_path: Path, number: int
) -> None:
    stolen = keyring_file.current
    references = many_enquiries(app, number)
    traffic = Traffic(app, references)

    def in_another_process(step: str) -> None:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "keys", step]
        subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=True, capture_output=True)

    def rotate() -> None:
        assert keys(app, "add")[0] == 0
        in_another_process("promote")
        in_another_process("rewrap")
        time.sleep(1)  # what began with the old key is over
        time_passes(keyring_file)
        assert keys(app, "retire")[0] == 0
        time.sleep(1)

    traffic.goes_on_while(rotate)

    print(f"{traffic.written} written and {traffic.read} read meanwhile")
    assert min(traffic.written, traffic.read) > 5, "hardly anything happened: the test proves nothing"
    assert stolen.primary not in keyring_file.current.key_ids
    assert set(wrapped_by(app)) == {keyring_file.current.primary}
    a_stolen_keyring_opens_nothing(app, settings, stolen, tmp_path / "stolen.json")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Enquiry)) == number + 1 + traffic.written
        latest = db.session.scalars(select(Enquiry).order_by(func.random()).limit(500))
        assert {enquiry.patient.name for enquiry in latest} == {PAT}


def a_stolen_keyring_opens_nothing(app: Flask, settings: Config, stolen: Keyring, path: Path) -> None:
    """Try the keyring from before on every data key, and at the door."""
    with app.app_context():
        opened = 0
        for row in db.session.execute(select(WrappedKey.id, WrappedKey.wrapped).execution_options(yield_per=1000)):
            try:
                stolen.unwrap(row.wrapped, row.id)
                opened += 1
            except SealBroken:
                pass
    assert opened == 0
    KeyringFile(path).keep(stolen)
    with pytest.raises(WrongKeyring):
        create_app(replace(settings, keyring=path))
