"""A stranger's file is read apart, within bounds, and written anew: what shows stays, and nothing else does."""

import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from enquiry import quarantine
from enquiry.quarantine import Fault, NotInOrder, written_anew
from tests import strange_files
from tests.strange_files import SCRIPT

# Runs quarantine in a program of its own, so that what it cost can be asked for afterwards: in kilobytes.
COST = """
import resource, sys
from importlib import import_module
sys.path.insert(0, sys.argv[1])
quarantine = import_module("quarantine")
content = sys.stdin.buffer.read()
try:
    quarantine.written_anew(content, sys.argv[2])
except quarantine.NotInOrder as refused:
    print(refused.fault.name, end=" ")
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def faults(content: bytes, kind: str) -> Fault | None:
    """Return what is wrong with a file, or nothing."""
    try:
        written_anew(content, kind)
    except NotInOrder as refused:
        return refused.fault
    return None


def test_a_photograph_stands_upright_and_does_not_say_where_it_was_taken() -> None:
    clean = written_anew(strange_files.photograph(), "jpeg")

    picture = Image.open(BytesIO(clean))
    assert picture.size == (30, 40)
    assert not picture.getexif()
    assert b"ecretive" not in clean


def test_words_hidden_in_a_png_do_not_come_through() -> None:
    assert b"ecretive" in strange_files.told_picture()
    clean = written_anew(strange_files.told_picture(), "png")

    assert Image.open(BytesIO(clean)).info == {}
    assert b"ecretive" not in clean


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_png_of_any_kind_keeps_its_pixels(mode: str) -> None:
    picture = Image.new(mode, (9, 7), 1)
    content = BytesIO()
    picture.save(content, "PNG")

    clean = Image.open(BytesIO(written_anew(content.getvalue(), "png")))

    assert clean.mode == mode
    assert clean.tobytes() == picture.tobytes()


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_a_jpeg_of_any_kind_stays_as_large_as_it_was(mode: str) -> None:
    content = BytesIO()
    Image.effect_noise((400, 300), 60).convert(mode).save(content, "JPEG", quality=70)

    clean = written_anew(content.getvalue(), "jpeg")

    assert Image.open(BytesIO(clean)).mode == mode
    assert len(clean) == pytest.approx(len(content.getvalue()), rel=0.1)


def test_a_letter_with_a_link_is_taken_and_shows_what_it_showed() -> None:
    clean = written_anew(strange_files.pdf_with_a_link(), "pdf")

    with pikepdf.open(BytesIO(clean)) as document:
        assert len(document.pages) == 1
        assert str(document.pages[0].Annots[0].A.URI) == "https://clinic.example"  # type: ignore[index, attr-defined]


@pytest.mark.parametrize(
    "polyglot",
    [
        strange_files.pdf() + SCRIPT,
        strange_files.pdf().replace(b"\n", b"\n%" + SCRIPT + b"\n", 1),
        strange_files.letter(SCRIPT),
    ],
    ids=["after the end", "in a comment", "in a page"],
)
def test_what_is_a_pdf_and_a_page_of_html_is_only_a_pdf_afterwards(polyglot: bytes) -> None:
    assert b"<script>" in polyglot
    assert b"<script>" not in written_anew(polyglot, "pdf")


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_what_is_a_picture_and_a_page_of_html_is_only_a_picture_afterwards(kind: str) -> None:
    assert b"<script>" not in written_anew(strange_files.picture(kind) + SCRIPT, kind)


@pytest.mark.parametrize(
    "make, fault",
    [
        (strange_files.locked_pdf, Fault.LOCKED),
        (strange_files.pdf_with_script, Fault.ACTIVE),
        (strange_files.pdf_with_script_on_a_field, Fault.ACTIVE),
        (strange_files.pdf_with_program, Fault.ACTIVE),
        (strange_files.pdf_with_a_file_inside, Fault.ACTIVE),
        (strange_files.pdf_with_a_form, Fault.ACTIVE),
        (strange_files.pdf_bomb, Fault.UNREADABLE),
        (lambda: strange_files.pdf_bomb(1000, layers=2), Fault.UNREADABLE),
        (lambda: b"%PDF-1.7\n" + SCRIPT, Fault.UNREADABLE),
        (lambda: strange_files.pdf()[:150], Fault.UNREADABLE),
    ],
)  # fmt: skip
def test_a_pdf_that_is_more_than_pages_is_refused(make: Callable[[], bytes], fault: Fault) -> None:
    assert faults(make(), "pdf") is fault


@pytest.mark.parametrize(
    "make, fault",
    [
        (strange_files.pixel_bomb, Fault.TOO_MANY_PIXELS),
        (lambda: strange_files.picture("GIF"), Fault.UNREADABLE),
        (lambda: strange_files.picture("PNG")[:60], Fault.UNREADABLE),
        (lambda: b"\x89PNG\r\n\x1a\n" + SCRIPT, Fault.UNREADABLE),
    ],
)
def test_a_picture_that_is_none_is_refused(make: Callable[[], bytes], fault: Fault) -> None:
    assert faults(make(), "png") is fault


@pytest.mark.parametrize(
    "make, kind, most",
    [
        (strange_files.pixel_bomb, "png", 60),
        (strange_files.pdf_bomb, "pdf", 600),
        (lambda: strange_files.picture("PNG", (7070, 7070), "RGBA"), "png", 350),
        (lambda: strange_files.noise("JPEG", (7070, 7070), quality=20), "jpeg", 350),
    ],
    ids=["pixel bomb", "pdf bomb", "largest png", "largest jpeg"],
)
def test_no_file_costs_more_memory_than_its_bound(make: Callable[[], bytes], kind: str, most: int) -> None:
    folder = str(Path(quarantine.__file__).parent)
    said = subprocess.run([sys.executable, "-c", COST, folder, kind], input=make(), capture_output=True, check=True)

    megabytes = int(said.stdout.split()[-1]) // 1024
    print(f"{kind}: {said.stdout.decode().strip()}, {megabytes} MB at most")
    assert megabytes < most


def test_where_quarantine_cannot_start_no_file_is_blamed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(quarantine, "__file__", str(tmp_path / "nothing.py"))

    with pytest.raises(ValueError, match="Fault"):
        written_anew(strange_files.pdf(), "pdf")


def test_a_file_that_takes_too_long_is_one_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quarantine, "PATIENCE", 0.001)

    assert faults(strange_files.pdf(), "pdf") is Fault.UNREADABLE
