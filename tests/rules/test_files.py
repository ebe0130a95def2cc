"""A file's name says nothing that its first bytes do not, and who may open it follows from what the scanner said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enquiry.rules.files import FileKind, ScanState, kind_of, readable_name, size_in_words, true_name


@pytest.mark.parametrize(
    "content, kind",
    [
        (b"%PDF-1.7\n", FileKind.PDF),
        (b"\xff\xd8\xff\xe0", FileKind.JPEG),
        (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
        (b"GIF89a", None),
        (b"<html>%PDF-1.7", None),
        (b"\n%PDF-1.7", None),
        (b"PK\3\4", None),
        (b"", None),
    ],
)
def test_a_file_is_what_it_begins_with(content: bytes, kind: FileKind | None) -> None:
    assert kind_of(content) is kind


@pytest.mark.parametrize(
    "typed, shown",
    [
        ("GP letter.pdf", "GP letter.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\pat\\letter.pdf", "letter.pdf"),
        ("letter\u202efdp.exe", "letterfdp.exe.pdf"),
        ("letter.pdf\r\nX-Evil: 1", "letter.pdfX-Evil: 1.pdf"),
        ("letter.pdf\0.exe", "letter.pdf.exe.pdf"),
        ("letter.pdf.exe", "letter.pdf.exe.pdf"),
        ("LETTER.PDF", "LETTER.PDF"),
        ("רופא.pdf", "רופא.pdf"),
        ("", "File.pdf"),
        ("...", "File.pdf"),
        ("/", "File.pdf"),
    ],
)
def test_a_name_tells_the_truth_in_the_end(typed: str, shown: str) -> None:
    assert true_name(typed, FileKind.PDF) == shown


def test_a_jpeg_may_be_called_either_way() -> None:
    assert true_name("scan.jpeg", FileKind.JPEG) == "scan.jpeg"
    assert true_name("scan.jpg", FileKind.JPEG) == "scan.jpg"
    assert true_name("scan.png", FileKind.JPEG) == "scan.png.jpg"


@given(st.text(max_size=300))
def test_whatever_a_file_is_called_can_be_shown_on_a_line(typed: str) -> None:
    name = readable_name(typed)

    assert name.isprintable()
    assert len(name) <= 100
    assert "/" not in name
    assert "\\" not in name


@pytest.mark.parametrize(
    "state, has_scanner, may",
    [
        (ScanState.CLEAN, True, True),
        (ScanState.CLEAN, False, True),
        (ScanState.PENDING, True, False),
        (ScanState.PENDING, False, True),
        (ScanState.REFUSED, True, False),
        (ScanState.REFUSED, False, False),
    ],
)
def test_a_file_is_opened_when_it_is_clean_or_nobody_can_tell(state: ScanState, has_scanner: bool, may: bool) -> None:
    assert state.may_be_opened(has_scanner) is may
    assert ("cannot be opened" in state.in_words(has_scanner)) is not may


def test_where_there_is_no_scanner_that_is_said() -> None:
    assert ScanState.PENDING.in_words(has_scanner=False) == "Not scanned for viruses"


@pytest.mark.parametrize("size, words", [(1, "1 kB"), (340_400, "340 kB"), (1_240_000, "1.2 MB")])
def test_a_size_is_said_as_people_say_it(size: int, words: str) -> None:
    assert size_in_words(size) == words
