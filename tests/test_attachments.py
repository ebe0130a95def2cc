"""Files lie sealed, in a folder or in a bucket alike: they open whole and in their own place, or not at all."""

import resource
import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import fsspec
import pytest
from flask import Flask
from moto.server import ThreadedMotoServer
from sqlalchemy import select

from enquiry import attachments, clock
from enquiry.attachments import store
from enquiry.extensions import db
from enquiry.file_store import FileStore, NotStored, new_name
from enquiry.records.attachment import Attachment
from enquiry.records.types import WrappedKey
from enquiry.rules.files import FileKind, ScanState
from enquiry.sealing import SealBroken
from tests.people import pat_adds, pat_asks
from tests.ports import free_port

CONTENT = b"%PDF-1.7 Dear colleague, thank you for seeing Quillonia Vexworthy." * 40_000  # 2.6 MB: three chunks


@pytest.fixture(scope="session")
def bucket() -> Iterator[str]:
    """An S3-compatible server on this machine, with a bucket; its address is in the variables that S3 programs read."""
    server = ThreadedMotoServer("127.0.0.1", free_port(), verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as variables:
        variables.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        variables.setenv("AWS_ACCESS_KEY_ID", "heron")
        variables.setenv("AWS_SECRET_ACCESS_KEY", "heron")
        variables.setenv("AWS_DEFAULT_REGION", "us-east-1")
        fsspec.filesystem("s3").mkdir("clinic-files")
        yield "s3://clinic-files"
    server.stop()


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where files lie: a folder, or a bucket."""
    if request.param == "folder":
        return str(tmp_path / "files")
    bucket: str = request.getfixturevalue("bucket")
    return f"{bucket}/{secrets.token_hex(4)}"


@pytest.fixture
def stored(app: Flask, place: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[FileStore]:
    """The application with its files in a place of their own, and an application context."""
    files = FileStore(place)
    monkeypatch.setitem(app.extensions, "file_store", files)
    with app.test_request_context():
        yield files


def pat_sends(content: bytes = CONTENT) -> Attachment:
    """Return a file that belongs to an enquiry of Pat's."""
    return pat_adds(pat_asks(), content)


def everything_in(files: FileStore) -> list[str]:
    """Return the names of all that lies in a store."""
    return [name for shelf in attachments.SHELVES for name in files.names(shelf)]


def test_a_file_is_kept_under_a_name_that_says_nothing_and_opens_whole(stored: FileStore) -> None:
    attachment = pat_sends()

    assert everything_in(stored) == [attachment.stored_as]
    sealed = stored.get(attachment.stored_as)
    assert len(sealed) > len(CONTENT)
    assert b"colleague" not in sealed
    assert attachments.read(attachment) == CONTENT
    assert attachment.description.name == "GP letter.pdf"
    assert b"letter" not in attachment.description_sealed


@pytest.mark.parametrize("size", [0, 1, 1024 * 1024 - 57, 1024 * 1024, 10 * 1024 * 1024])
def test_a_file_of_any_size_comes_back_as_it_was(stored: FileStore, size: int) -> None:
    content = secrets.token_bytes(size)

    assert attachments.read(pat_sends(content)) == content


def test_a_file_that_was_altered_anywhere_does_not_open(stored: FileStore) -> None:
    attachment = pat_sends()
    sealed = stored.get(attachment.stored_as)
    for at in [*range(0, 60, 7), *range(60, len(sealed), len(sealed) // 20), len(sealed) - 1]:
        altered = bytearray(sealed)
        altered[at] ^= 1
        replace(stored, attachment.stored_as, bytes(altered))

        with pytest.raises(SealBroken):
            attachments.read(attachment)


def test_a_file_that_was_cut_off_or_added_to_does_not_open(stored: FileStore) -> None:
    attachment = pat_sends()
    sealed = stored.get(attachment.stored_as)
    for length in [0, 1, 40, 1024 * 1024, 2 * 1024 * 1024, len(sealed) - 1]:
        replace(stored, attachment.stored_as, sealed[:length])
        with pytest.raises(SealBroken):
            attachments.read(attachment)
    replace(stored, attachment.stored_as, sealed + b"\0")
    with pytest.raises(SealBroken):
        attachments.read(attachment)


def test_a_file_in_the_place_of_another_does_not_open(stored: FileStore) -> None:
    one, other = pat_sends(), pat_sends()
    replace(stored, one.stored_as, stored.get(other.stored_as))
    with pytest.raises(SealBroken):
        attachments.read(one)

    other.stored_as, one.stored_as = one.stored_as, new_name()
    with pytest.raises(SealBroken):
        attachments.read(one)


def test_a_description_in_the_place_of_another_does_not_open(stored: FileStore) -> None:
    one, other = pat_sends(), pat_sends()
    one.description_sealed = other.description_sealed

    with pytest.raises(SealBroken):
        _ = one.description


def test_a_file_that_is_gone_does_not_open_and_says_so_without_a_name(stored: FileStore) -> None:
    attachment = pat_sends()
    stored.remove(attachment.stored_as)
    stored.remove(attachment.stored_as)

    with pytest.raises(SealBroken) as said:
        attachments.read(attachment)
    assert "letter" not in str(said.value)


def test_what_is_thrown_away_is_gone_with_its_key_and_its_bytes(stored: FileStore) -> None:
    attachment, other = pat_sends(), pat_sends()
    attachments.discard([attachment])
    assert len(everything_in(stored)) == 2, "the bytes went before the row did"
    db.session.commit()

    assert everything_in(stored) == [other.stored_as]
    assert db.session.get(WrappedKey, attachment.key_id) is None
    assert attachments.read(other) == CONTENT


def test_what_was_not_thrown_away_after_all_stays(stored: FileStore) -> None:
    attachment = pat_sends()
    attachments.discard([attachment])
    db.session.rollback()
    db.session.commit()

    assert attachments.read(db.session.scalars(select(Attachment)).one()) == CONTENT


def test_a_crash_between_file_and_row_leaves_a_stray_that_is_swept_away(stored: FileStore) -> None:
    attachment = pat_sends()
    attachments.kept("scan.pdf", FileKind.PDF, CONTENT, ScanState.PENDING, clock.now())

    assert attachments.sweep(clock.now()) == 0, "it may be on its way into the database"
    assert attachments.sweep(clock.now() + timedelta(hours=2)) == 1
    assert everything_in(stored) == [attachment.stored_as]


def test_a_crash_between_row_and_file_leaves_a_stray_that_is_swept_away(
    stored: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    attachment = pat_sends()
    attachments.discard([attachment])
    with monkeypatch.context() as died:
        died.setattr(FileStore, "remove", dies)
        db.session.commit()
    assert len(everything_in(stored)) == 1

    assert attachments.sweep(clock.now() + timedelta(hours=2)) == 1
    assert everything_in(stored) == []


def dies(self: FileStore, name: str) -> None:
    """Stand for a store that is away."""
    raise ConnectionError


def test_a_folder_is_closed_to_everybody_else(stored: FileStore, place: str) -> None:
    pat_sends()

    folders = [Path(place), *Path(place).glob("*/")] if not place.startswith("s3:") else []
    assert {oct(folder.stat().st_mode & 0o777) for folder in folders} <= {"0o700"}


def test_a_disk_that_fills_up_half_way_says_so_and_is_left_with_no_half_file(tmp_path: Path) -> None:
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024 * 1024, usual[1]))
    try:
        with pytest.raises(NotStored):
            FileStore(str(tmp_path)).put(new_name(), CONTENT)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)

    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


def test_a_bucket_that_is_not_there_takes_nothing(bucket: str) -> None:
    with pytest.raises(NotStored):
        FileStore("s3://another-bucket/files").put(new_name(), CONTENT)


def replace(files: FileStore, name: str, sealed: bytes) -> None:
    """Put other bytes in the place of a file."""
    files.remove(name)
    files.put(name, sealed)


def test_the_application_uses_the_place_it_is_told(app: Flask, stored: FileStore) -> None:
    assert store._get_current_object() is stored  # type: ignore[attr-defined]
