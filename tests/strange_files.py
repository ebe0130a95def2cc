"""Files as patients send them, and as nobody should: each is made here, byte by byte, when a test asks for it."""

import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, PngImagePlugin

from tests.clamd_server import EICAR

MEGABYTE = 1024 * 1024
SCRIPT = b"<html><script>alert(document.domain)</script></html>"


def pdf(change: Callable[[pikepdf.Pdf], None] = lambda document: None, **saving: Any) -> bytes:
    """Return a PDF of one page, changed before it is saved."""
    document = pikepdf.new()
    document.add_blank_page()
    change(document)
    content = BytesIO()
    document.save(content, deterministic_id="encryption" not in saving, **saving)
    return content.getvalue()


def letter(words: bytes = b"Dear colleague, thank you for seeing her.") -> bytes:
    """Return a PDF whose page holds these words, as they are."""
    return pdf(lambda document: _write(document, words), compress_streams=False)


def titled_pdf(title: str) -> bytes:
    """Return a PDF that holds its title in clear."""
    return pdf(lambda document: document.docinfo.__setitem__("/Title", title))


def _write(document: pikepdf.Pdf, words: bytes) -> None:
    document.pages[0].Contents = document.make_stream(words)


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **saving: Any) -> bytes:
    """Return a picture of one colour."""
    content = BytesIO()
    Image.new(mode, size).save(content, kind, **saving)
    return content.getvalue()


def noise(kind: str, size: tuple[int, int], **saving: Any) -> bytes:
    """Return a picture that cannot be made smaller."""
    content = BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(content, kind, **saving)
    return content.getvalue()


def photograph() -> bytes:
    """Return a photograph that lies on its side, and says where and with what it was taken."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Secretive Camera"
    exif.get_ifd(0x8825)[1] = "N"
    return picture("JPEG", exif=exif.tobytes(), comment=b"A secretive remark")


def told_picture() -> bytes:
    """Return a PNG with words in it that no eye sees."""
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", "A secretive author")
    told.add_itxt("Comment", "A secretive remark", zip=True)
    return picture(pnginfo=told)


def locked_pdf() -> bytes:
    """Return a PDF that asks for a password."""
    return pdf(encryption=pikepdf.Encryption(owner="heron", user="heron"))


def pdf_that_runs(action: Dictionary) -> bytes:
    """Return a PDF that does something as soon as it is opened."""

    def change(document: pikepdf.Pdf) -> None:
        document.Root.OpenAction = document.make_indirect(action)

    return pdf(change)


def pdf_with_script() -> bytes:
    """Return a PDF with JavaScript."""
    return pdf_that_runs(Dictionary(S=Name.JavaScript, JS="app.alert(1)"))


def pdf_with_program() -> bytes:
    """Return a PDF that starts a program."""
    return pdf_that_runs(Dictionary(S=Name.Launch, F="calc.exe"))


def pdf_with_script_on_a_field() -> bytes:
    """Return a PDF with a script deep inside a field that is filled in."""

    def change(document: pikepdf.Pdf) -> None:
        pressed = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
        field = document.make_indirect(Dictionary(Subtype=Name.Widget, FT=Name.Tx, T="name", AA=Dictionary(K=pressed)))
        document.pages[0].obj.Annots = Array([field])
        document.Root.AcroForm = Dictionary(Fields=Array([field]))

    return pdf(change)


def pdf_with_a_file_inside() -> bytes:
    """Return a PDF that carries a program."""
    return pdf(lambda document: document.attachments.__setitem__("calc.exe", b"MZ"))  # type: ignore[arg-type]


def pdf_with_a_form() -> bytes:
    """Return a PDF with an XFA form, which is a language of its own."""
    return pdf(lambda document: document.Root.__setitem__("/AcroForm", Dictionary(XFA=document.make_stream(b"<xdp/>"))))


def pdf_with_a_link() -> bytes:
    """Return a PDF as letters are: with a link, opening at its first page."""

    def change(document: pikepdf.Pdf) -> None:
        link = Dictionary(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI="https://clinic.example"))
        document.pages[0].obj.Annots = Array([link])
        document.Root.OpenAction = Array([document.pages[0].obj, Name.Fit])

    return pdf(change)


def pdf_bomb(megabytes: int = 3000, layers: int = 1) -> bytes:
    """Return a small PDF with a page that unpacks to thousands of megabytes."""
    packer = zlib.compressobj(9)
    beginning, *more = (packer.compress(bytes(MEGABYTE)) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    packed = beginning + more[0] * (megabytes - 1) + packer.flush()
    for _ in range(layers - 1):
        packed = zlib.compress(packed, 9)
    page = b"<</Length %d/Filter[%s]>>stream\n" % (len(packed), b"/FlateDecode" * layers) + packed + b"\nendstream"
    things = [b"<</Pages 2 0 R>>", b"<</Kids[3 0 R]/Count 1>>", b"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>", page]
    numbered = (b"%d 0 obj" % number + thing + b"endobj\n" for number, thing in enumerate(things, start=1))
    return b"%PDF-1.4\n" + b"".join(numbered) + b"trailer<</Root 1 0 R/Size 5>>"


def pixel_bomb() -> bytes:
    """Return a small PNG of 900 million pixels."""
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(30_000 * (1 + 30_000 // 8)))
    chunks = [(b"IHDR", head), (b"IDAT", rows), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind + content) for kind, content in chunks)


def _chunk(content: bytes) -> bytes:
    return struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))


def zip_bomb() -> bytes:
    """Return a small archive with much in it."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("scan.pdf", bytes(100 * MEGABYTE))
    return content.getvalue()


def infected_pdf() -> bytes:
    """Return a PDF with a virus in it."""
    return letter(EICAR)
