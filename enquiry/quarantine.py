"""Quarantine: a stranger's file is read in a process of its own, with little memory and time, and written anew.

Why apart: what reads pictures and PDFs is large, and written in C. A bomb, or a fault in it, ends that process and
not the site. It has none of our settings, writes no file, and leaves no trace of what it read when it dies.

Why anew: what was hidden before, behind or between the parts of a file does not come through, nor does where and with
what a picture was taken.

Why by its path: the process runs this file alone, without the application, and so starts in a moment.
"""

import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from enum import IntEnum
from io import BytesIO
from typing import Any

MEGABYTE = 1024 * 1024
PIXELS = 50_000_000  # a page of A3 at 400 dots an inch has 31 million, and few cameras take more than 50
UNPACKED = 200 * MEGABYTE  # of any one part of a PDF
WRITTEN = 30 * MEGABYTE  # of the new file: about as large as the old one, unless somebody is playing tricks
MEMORY = 1024 * MEGABYTE  # of addresses, of which the programs themselves take a quarter
SECONDS = 20  # of processor time
PATIENCE = 60  # seconds until an answer, on a machine that is busy
AT_ONCE = 2  # processes, for each of ours

# What a document for reading has no need of: each of these runs, fetches, sends or carries something.
ACTIONS = {
    "/GoToE", "/GoToR", "/ImportData", "/JavaScript", "/Launch", "/Movie", "/Rendition", "/RichMediaExecute", "/Sound",
    "/SubmitForm",
}  # fmt: skip
ENTRIES = {"/EF", "/EmbeddedFiles", "/JS", "/JavaScript", "/RichMediaContent", "/XFA"}
SUBTYPES = {"/3D", "/FileAttachment", "/Movie", "/RichMedia", "/Screen", "/Sound"}

_places = threading.BoundedSemaphore(AT_ONCE)


class Fault(IntEnum):
    """What is wrong with a file; the number is how the process ends that found it."""

    UNREADABLE = 10
    TOO_MANY_PIXELS = 11
    LOCKED = 12
    ACTIVE = 13


class NotInOrder(Exception):
    """Raised for a file that is not taken."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.name)
        self.fault = fault


def written_anew(content: bytes, kind: str) -> bytes:
    """Return a file that shows the same, and holds nothing else.

    :param kind: ``pdf``, ``jpeg`` or ``png``: what the file must be.
    :raises NotInOrder: if it is not that, cannot be read within bounds, is locked, or would do something by itself.
    :raises ValueError: if the process cannot be started here, which is no fault of the file.
    """
    command = [sys.executable, "-IB", __file__, kind]
    try:
        with _places:
            run = subprocess.run(  # noqa: S603 - our own file
                command, input=content, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, timeout=PATIENCE
            )
    except subprocess.TimeoutExpired:
        raise NotInOrder(Fault.UNREADABLE) from None
    if run.returncode == 0:
        return run.stdout
    if run.returncode < 0:  # a bound, or a fault in a library, ended it
        raise NotInOrder(Fault.UNREADABLE)
    raise NotInOrder(Fault(run.returncode))


def _picture(content: bytes, kind: str) -> bytes:
    from PIL import Image, ImageOps, JpegImagePlugin

    Image.MAX_IMAGE_PIXELS = None  # the bound is ours, below
    image: Any = Image.open(BytesIO(content), formats=[kind])
    if image.width * image.height > PIXELS:
        raise NotInOrder(Fault.TOO_MANY_PIXELS)
    as_it_was = {}
    if kind == "jpeg":  # as fine as it was, so that it is as large as it was
        as_it_was = {"qtables": image.quantization, "subsampling": JpegImagePlugin.get_sampling(image)}
    ImageOps.exif_transpose(image, in_place=True)
    image.info = {name: value for name, value in image.info.items() if name == "transparency"}
    clean = BytesIO()
    image.save(clean, kind, **as_it_was)
    return clean.getvalue()


def _pdf(content: bytes, _: str) -> bytes:
    import pikepdf

    pikepdf.settings.set_qpdf_limits(flate_max_memory=UNPACKED, run_length_max_memory=UNPACKED, max_stream_filters=3)
    try:
        document = pikepdf.open(BytesIO(content), inherit_page_attributes=False)
    except pikepdf.PasswordError:
        raise NotInOrder(Fault.LOCKED) from None
    if document.is_encrypted:
        raise NotInOrder(Fault.LOCKED)
    for thing in document.objects:
        _refuse_what_acts(thing)
        if isinstance(thing, pikepdf.Stream):
            thing.get_stream_buffer()  # refused by the limits if it unpacks to far more
    if not len(document.pages):
        raise NotInOrder(Fault.UNREADABLE)
    clean = BytesIO()
    document.save(clean, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return clean.getvalue()


def _refuse_what_acts(thing: Any) -> None:
    for entries in _dictionaries(thing):
        names = set(entries.keys())
        if (
            names & ENTRIES
            or str(entries.get("/S")) in ACTIONS
            or str(entries.get("/Subtype")) in SUBTYPES
            or str(entries.get("/Type")) == "/EmbeddedFile"
        ):
            raise NotInOrder(Fault.ACTIVE)


def _dictionaries(thing: Any) -> Iterator[Any]:
    """Yield every dictionary that one object of a PDF is made of; what it refers to is an object of its own."""
    import pikepdf

    waiting = [thing]
    while waiting:
        part = waiting.pop()
        if isinstance(part, pikepdf.Stream):
            part = part.stream_dict
        if isinstance(part, pikepdf.Dictionary):
            yield part
            parts = list(part.values())
        else:
            parts = list(part) if isinstance(part, pikepdf.Array) else []
        waiting += [inner for inner in parts if isinstance(inner, pikepdf.Object) and not inner.is_indirect]


def _main(kind: str) -> int:
    """Read one file from the standard input, and write it anew to the standard output."""
    for what, most in (
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, MEMORY),
    ):
        resource.setrlimit(what, (most, most))
    try:
        clean = (_pdf if kind == "pdf" else _picture)(sys.stdin.buffer.read(), kind)
    except NotInOrder as refused:
        return refused.fault
    except Exception:  # whatever the libraries make of a broken file
        return Fault.UNREADABLE
    sys.stdout.buffer.write(clean)
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1]))
