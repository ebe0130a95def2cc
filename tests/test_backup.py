"""A backup is made while Pat writes, everything is lost, and what she was told is stored is there again."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from enquiry import attachments, audit, clock, database_copy, erasure
from enquiry.audit import AuditEvent
from enquiry.backup import DATABASE, FILES, MANIFEST
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.ledger import AuditEntry, Erased, Reason
from enquiry.records.letter import Letter, LetterState
from enquiry.records.staff import Staff
from enquiry.records.timeline import Entry
from enquiry.replies.send import send_reply
from enquiry.rules.files import FileKind, ScanState
from tests.attack.arriving import WITH_A_LETTER
from tests.attack.test_remains import found, secrets_of
from tests.people import LENA, PAT, PATS_EMAIL, hire, pat_asks
from tests.place import Place
from tests.postgresql import client_programs

A_SCAN = b"%PDF-1.7 the picture of a spine " * 100


@pytest.fixture
def place(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A clinic of its own, migrated, with nobody in it. PostgreSQL's own programs are on its PATH."""
    monkeypatch.setenv("PATH", f"{client_programs()}:{os.environ['PATH']}")
    place = Place(database, tmp_path)
    place.build()
    place.run("db", "upgrade")
    yield place
    place.destroy()


@pytest.fixture
def backup(place: Place, tmp_path: Path) -> Path:
    """A backup with one enquiry of Pat's, her scan, and a reply of Lena's that has not gone yet."""
    with place.app():
        enquiry = pat_asks()
        scan = attachments.kept("scan.pdf", FileKind.PDF, A_SCAN, ScanState.CLEAN, clock.now())
        scan.enquiry_id = enquiry.id
        db.session.add(scan)
        db.session.commit()
        send_reply(hire(LENA), enquiry.reference, enquiry.version, PATS_EMAIL, "Please come on Monday.")
    folder = tmp_path / "backup"
    place.run("backup", str(folder))
    return folder


def lose_everything(place: Place) -> None:
    """Destroy the place, and make an empty one at the same address."""
    place.destroy()
    place.build()


def back_up_while_somebody_writes(place: Place, folder: Path) -> Path:
    """Make backups until an enquiry was stored between one's beginning and its end, and return that one."""
    for number in range(5):
        said = place.run("backup", str(folder / f"backup-{number}"))
        began = int(said.rsplit(": ", 1)[1].partition("-")[0])
        with place.app():
            chosen = select(func.max(AuditEntry.ordinal)).where(AuditEntry.event == AuditEvent.BACKUP_MADE.value)
            if db.session.scalars(chosen).one() > began + 1:
                return folder / f"backup-{number}"
    raise AssertionError("nobody wrote while a backup was made: the test proves nothing")


def test_every_enquiry_that_was_acknowledged_before_a_backup_under_load_opens_after_a_restore(
    place: Place, tmp_path: Path
) -> None:
    patients = place.start("tests.attack.arriving")
    assert patients.stdout is not None
    acknowledged = [patients.stdout.readline().strip() for _ in range(60)]
    backup = back_up_while_somebody_writes(place, tmp_path)
    patients.kill()
    patients.communicate()

    lose_everything(place)
    words = place.run("restore", str(backup))

    assert "The audit is whole." in words
    assert "opened: 10." in words
    with place.app():
        restored = {enquiry.reference: enquiry for enquiry in db.session.scalars(select(Enquiry))}
        assert set(acknowledged) <= set(restored)
        assert {enquiry.patient.name for enquiry in restored.values()} == {PAT}
        assert all(enquiry.opens for enquiry in restored.values())
        assert all(row.opens for kind in (Entry, Letter) for row in db.session.scalars(select(kind)))
        files = [one for reference in acknowledged for one in attachments.of(restored[reference])]
        assert len(files) >= len(acknowledged) // WITH_A_LETTER
        assert all(attachments.read(one).startswith(b"%PDF") for one in files)


def test_a_restored_clinic_goes_on_where_it_stood_and_nothing_is_sent_twice_unknowingly(
    place: Place, backup: Path
) -> None:
    lose_everything(place)
    words = place.run("restore", str(backup))

    assert "at /desk/outbox: 1." in words
    with place.app():
        enquiry = db.session.scalars(select(Enquiry)).one()
        assert enquiry.patient.name == PAT
        assert [attachments.read(scan) for scan in attachments.of(enquiry)] == [A_SCAN]
        states = dict(db.session.execute(select(Letter.kind, Letter.state)).all())
        assert states == {"acknowledgement": LetterState.QUEUED, "reply": LetterState.UNKNOWN}
        events = db.session.scalars(select(AuditEntry.event).order_by(AuditEntry.ordinal)).all()
        assert events[-1] == "backup restored"
        assert audit.first_fault() is None
        pat_asks()


def test_everybody_is_signed_out_by_a_restore(place: Place, backup: Path) -> None:
    with place.app():
        before = db.session.scalars(select(Staff.fs_uniquifier)).one()
    lose_everything(place)
    place.run("restore", str(backup))
    with place.app():
        assert db.session.scalars(select(Staff.fs_uniquifier)).one() != before


def test_what_was_erased_after_the_backup_stays_erased(place: Place, backup: Path, tmp_path: Path) -> None:
    with place.app():
        enquiry = db.session.scalars(select(Enquiry)).one()
        doomed = secrets_of({enquiry.id})
        erasure.erase(audit.SYSTEM, enquiry.reference, Reason.ASKED)

    lose_everything(place)
    words = place.run("restore", str(backup))

    assert "Erased since, and now again: 1." in words
    with place.app() as app:
        assert not db.session.scalars(select(Enquiry)).all()
        assert [(erased.id, erased.reason) for erased in db.session.scalars(select(Erased))] == [
            (enquiry.id, Reason.ASKED)
        ]
        db.session.commit()
        assert found(doomed, app, place.settings, tmp_path) == set()
    assert not [file for file in (place.folder / "files").rglob("*") if file.is_file()]


def test_a_backup_is_for_its_owner_alone_and_holds_no_keyring(place: Place, backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o700
    names = {str(path.relative_to(backup)) for path in backup.rglob("*") if path.is_file()}
    assert {MANIFEST, DATABASE} < names
    assert all(name.startswith(f"{FILES}/") for name in names - {MANIFEST, DATABASE})
    keys = [
        line.encode() for line in Path(place.environment["ENQUIRY_KEYRING"]).read_text().split('"') if len(line) > 20
    ]
    assert keys
    assert not [name for name in names for key in keys if key in (backup / name).read_bytes()]


def test_a_backup_does_not_go_over_anything(place: Place, backup: Path) -> None:
    assert "is there already" in place.refused("backup", str(backup))
    assert "This database is not empty" in place.refused("restore", str(backup))


def test_a_folder_that_is_no_backup_is_refused(place: Place, backup: Path) -> None:
    lose_everything(place)
    (backup / MANIFEST).unlink()
    assert "is not a backup, or was not finished" in place.refused("restore", str(backup))


def test_a_damaged_backup_is_refused_before_anything_is_written(place: Place, backup: Path) -> None:
    lose_everything(place)
    content = bytearray((backup / DATABASE).read_bytes())
    content[len(content) // 2] ^= 1
    (backup / DATABASE).write_bytes(content)
    assert f"This backup is damaged: {DATABASE}" in place.refused("restore", str(backup))
    place.run("db", "upgrade")


def test_a_backup_with_a_file_missing_is_refused(place: Place, backup: Path) -> None:
    lose_everything(place)
    [file] = (path for path in (backup / FILES).rglob("*") if path.is_file())
    file.unlink()
    assert file.name in place.refused("restore", str(backup))


def test_a_backup_is_refused_with_another_keyring(place: Place, backup: Path) -> None:
    lose_everything(place)
    os.unlink(place.environment["ENQUIRY_KEYRING"])
    assert "The keyring is not the one that opens this backup" in place.refused("restore", str(backup))


def test_a_backup_of_a_newer_version_is_refused(place: Place, backup: Path) -> None:
    lose_everything(place)
    manifest = json.loads((backup / MANIFEST).read_text())
    (backup / MANIFEST).write_text(json.dumps({**manifest, "revision": "9999"}))
    assert "made by a newer version" in place.refused("restore", str(backup))


def test_an_older_backup_is_brought_up_to_date(place: Place, backup: Path) -> None:
    place.run("db", "downgrade", "--", "-1")
    with place.app():
        (backup / DATABASE).unlink()
        database_copy.copy_out(backup / DATABASE)
        older = str(db.session.scalar(text("SELECT version_num FROM alembic_version")))
    manifest = json.loads((backup / MANIFEST).read_text())
    content = (backup / DATABASE).read_bytes()
    manifest["parts"][DATABASE] = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    assert manifest["revision"] > older
    (backup / MANIFEST).write_text(json.dumps({**manifest, "revision": older}))

    lose_everything(place)
    assert "The audit is whole." in place.run("restore", str(backup))
    with place.app():
        assert db.session.scalars(select(Enquiry)).one().patient.name == PAT
        assert db.session.scalar(text("SELECT version_num FROM alembic_version")) == manifest["revision"]


def test_a_backup_of_the_other_database_is_refused(place: Place, backup: Path) -> None:
    lose_everything(place)
    manifest = json.loads((backup / MANIFEST).read_text())
    other = "postgresql" if place.is_sqlite else "sqlite"
    (backup / MANIFEST).write_text(json.dumps({**manifest, "database": other}))
    assert f"This is a backup of {other}" in place.refused("restore", str(backup))


def test_a_new_database_has_nothing_to_back_up(place: Place, tmp_path: Path) -> None:
    lose_everything(place)
    assert "there is nothing to copy" in place.refused("backup", str(tmp_path / "backup"))


def test_a_backup_that_cannot_be_written_says_so_and_leaves_nothing(place: Place, tmp_path: Path) -> None:
    assert "cannot be written" in place.refused("backup", str(tmp_path / "no-such-folder" / "backup"))
