"""The clinic's keyring: made once, by hand; a database opens with its own, and nobody starts with another."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from config import ROOT
from enquiry.custody import KeyringFile
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.sealing import Keyring, KeyringUnusable, SealBroken
from tests.people import PAT, pat_asks
from tests.ports import free_port
from tests.visitor import Visitor

REFUSED = 3

Damage = Callable[[Path], None]


def lost(keyring: Path) -> None:
    keyring.unlink()


def strange(keyring: Path) -> None:
    KeyringFile(keyring).replace(Keyring.generate())


def torn(keyring: Path) -> None:
    keyring.chmod(0o600)
    keyring.write_text(keyring.read_text()[:100])


REFUSALS = [
    (lost, "There is no keyring at {}\n"),
    (strange, "This keyring is not the one that sealed this database: refusing to start\n"),
    (torn, "The file at {} cannot be read as a keyring\n"),
]


@pytest.fixture
def copy(app: Flask, environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """The variables of the application, with a copy of its keyring that may be harmed."""
    keyring = tmp_path / "keyring.json"
    keyring.write_text(Path(environment["ENQUIRY_KEYRING"]).read_text())
    return {**environment, "ENQUIRY_KEYRING": str(keyring)}


def run(environment: dict[str, str], module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program as an operator would, and wait for what it says."""
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("harm, words", [refusal for refusal in REFUSALS if refusal[0] is not strange])
def test_nothing_starts_with_a_keyring_that_is_not_the_databases_own(
    copy: dict[str, str], harm: Damage, words: str
) -> None:
    keyring = Path(copy["ENQUIRY_KEYRING"])
    harm(keyring)

    said = run(copy, "flask", "--app", "wsgi", "keys", "check")

    assert (said.returncode, said.stdout, said.stderr) == (REFUSED, "", words.format(keyring))


def test_the_web_server_says_why_and_does_not_try_for_ever(copy: dict[str, str]) -> None:
    strange(Path(copy["ENQUIRY_KEYRING"]))

    said = run(copy, "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{free_port()}")

    assert said.returncode == REFUSED
    assert "This keyring is not the one that sealed this database: refusing to start\n" in said.stderr
    assert "Traceback" not in said.stderr


def test_a_clinic_makes_its_keyring_by_hand_and_it_is_never_written_over(tmp_path: Path) -> None:
    secret_key, keyring = tmp_path / "secret-key", tmp_path / "keys" / "keyring.json"
    secret_key.write_text("k" * 64)
    clinic = {
        "ENQUIRY_PROFILE": "production",
        "ENQUIRY_DATABASE_URL": f"sqlite:///{tmp_path}/enquiry.db",
        "ENQUIRY_FILES_URL": str(tmp_path / "files"),
        "ENQUIRY_KEYRING": str(keyring),
        "ENQUIRY_SECRET_KEY_FILE": str(secret_key),
        "ENQUIRY_SMTP_URL": "smtp://127.0.0.1",
        "ENQUIRY_MAIL_FROM": "enquiries@clinic.example",
        "ENQUIRY_PUBLIC_URL": "https://clinic.example",
    }

    too_early = run(clinic, "flask", "--app", "wsgi", "db", "upgrade")
    assert too_early.returncode == 1
    assert too_early.stderr.endswith(f"Error: There is no keyring at {keyring}\n")
    assert "Traceback" not in too_early.stderr
    assert not keyring.exists()

    assert run(clinic, "flask", "--app", "wsgi", "keys", "init").returncode == 0
    made = keyring.read_text()
    assert stat.S_IMODE(keyring.stat().st_mode) == 0o400
    assert [file.name for file in keyring.parent.iterdir()] == ["keyring.json"]

    again = run(clinic, "flask", "--app", "wsgi", "keys", "init")
    assert (again.returncode, again.stderr) == (1, "Error: There is a keyring already: it was left as it is\n")
    assert keyring.read_text() == made
    assert run(clinic, "flask", "--app", "wsgi", "db", "upgrade").returncode == 0


@pytest.mark.parametrize("harm, _", REFUSALS)
def test_whoever_is_at_work_goes_on_with_the_keyring_they_have_when_the_file_is_harmed(
    app: Flask, copy: dict[str, str], monkeypatch: pytest.MonkeyPatch, harm: Damage, _: str
) -> None:
    file = KeyringFile(Path(copy["ENQUIRY_KEYRING"]))
    monkeypatch.setitem(app.extensions, "keyring", file)
    with app.test_request_context():
        enquiry_id = pat_asks().id
        db.session.remove()
        harm(file.path)
        assert db.session.get_one(Enquiry, enquiry_id).patient.name == PAT
        pat_asks()


def test_whoever_slept_through_a_whole_rotation_takes_the_new_keyring(tmp_path: Path) -> None:
    file = KeyringFile(tmp_path / "keyring.json")
    file.keep(Keyring.generate())
    before = file.current

    rotated = before.with_new_key().with_newest_promoted().without_old_keys()
    KeyringFile(file.path).replace(rotated)

    assert file.current.key_ids == rotated.key_ids != before.key_ids


def test_an_older_copy_does_not_take_the_place_of_a_newer_keyring(tmp_path: Path) -> None:
    file, older = KeyringFile(tmp_path / "keyring.json"), Keyring.generate()
    file.keep(older)
    newer = file.current.with_new_key().with_newest_promoted()
    file.replace(newer)
    assert file.current.primary == newer.primary

    file.replace(older)

    assert file.current.primary == newer.primary


def test_a_machine_whose_keyring_does_not_open_the_database_says_that_it_is_not_ready(
    app: Flask, client: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/readyz").status_code == 200
    another = KeyringFile(tmp_path / "keyring.json")
    another.keep(Keyring.generate())
    monkeypatch.setitem(app.extensions, "keyring", another)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json) == (503, {"ready": False, "faults": ["another keyring"]})


@pytest.mark.parametrize("text", ["", "{}", "{}\n{}", "\0", "one\ntwo\nthree"])
def test_what_is_no_keyring_is_not_taken_for_one(text: str) -> None:
    with pytest.raises(KeyringUnusable):
        Keyring.from_text(text)


def test_a_data_key_opens_for_no_other_keyring() -> None:
    owner = UUID(int=7)
    wrapped = Keyring.generate().new_data_key(owner)
    with pytest.raises(SealBroken):
        Keyring.generate().unwrap(wrapped, owner)
