"""Which files a patient may add, what they are called, and when a colleague may open one.

The limits are those of security.md 4. What a file is, its first bytes say, and never its name.
"""

from enum import StrEnum

AT_MOST = 5  # files with one enquiry
LARGEST = 10 * 1024 * 1024  # bytes of one file
LONGEST_NAME = 100  # characters
NAMELESS = "File"


class FileKind(StrEnum):
    """What a file may be."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"

    @property
    def label(self) -> str:
        return {FileKind.PDF: "PDF", FileKind.JPEG: "JPG picture", FileKind.PNG: "PNG picture"}[self]

    @property
    def media_type(self) -> str:
        return {FileKind.PDF: "application/pdf", FileKind.JPEG: "image/jpeg", FileKind.PNG: "image/png"}[self]

    @property
    def ending(self) -> str:
        return {FileKind.PDF: ".pdf", FileKind.JPEG: ".jpg", FileKind.PNG: ".png"}[self]


_BEGINNINGS = {b"%PDF-": FileKind.PDF, b"\xff\xd8\xff": FileKind.JPEG, b"\x89PNG\r\n\x1a\n": FileKind.PNG}


class ScanState(StrEnum):
    """What the virus scanner has said of a file."""

    PENDING = "pending"  # nothing yet
    CLEAN = "clean"
    REFUSED = "refused"  # it found something

    def in_words(self, has_scanner: bool) -> str:
        """Return what a colleague reads beside the file; where there is no scanner, that is said."""
        if self is ScanState.PENDING and not has_scanner:
            return "Not scanned for viruses"
        return {
            ScanState.PENDING: "Waiting for the virus scan: it cannot be opened yet",
            ScanState.CLEAN: "No virus found",
            ScanState.REFUSED: "Contains a virus: it cannot be opened",
        }[self]

    def may_be_opened(self, has_scanner: bool) -> bool:
        """Return whether a colleague may open the file.

        Why an unscanned one may be opened where there is no scanner: it was read in quarantine and written anew, and
        a letter that nobody can open helps no patient. Where there is one, its word is waited for.
        """
        return self is ScanState.CLEAN or (self is ScanState.PENDING and not has_scanner)


def kind_of(content: bytes) -> FileKind | None:
    """Return what a file is by its very first bytes, or ``None`` if it is nothing that is taken.

    Why the very first: a PDF may begin a little later by its standard, and something else may then begin before it.
    """
    return next((kind for beginning, kind in _BEGINNINGS.items() if content.startswith(beginning)), None)


def readable_name(typed: str) -> str:
    """Return a file's name as it may be shown: no folders, and no character that hides or turns round others."""
    last = typed.replace("\\", "/").rpartition("/")[2]
    shown = "".join(letter for letter in last if letter.isprintable()).strip(" .")
    return shown if len(shown) <= LONGEST_NAME else f"{shown[: LONGEST_NAME - 1]}…"


def true_name(typed: str, kind: FileKind) -> str:
    """Return a file's name with an ending that says what it is, whatever it said before."""
    name = readable_name(typed) or NAMELESS
    endings = (".jpg", ".jpeg") if kind is FileKind.JPEG else (kind.ending,)
    return name if name.lower().endswith(endings) else f"{name}{kind.ending}"


def size_in_words(size: int) -> str:
    """Return a number of bytes as people say it, for example ``340 kB`` or ``1.2 MB``."""
    if size < 1_000_000:
        return f"{max(size // 1000, 1)} kB"
    return f"{size / 1_000_000:.1f} MB"
