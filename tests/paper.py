"""Reads a PDF as people do: with their eyes, or by having it read aloud."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2


def pages(pdf: bytes) -> list[str]:
    """Return what stands on each page, each word once and with single spaces."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


def size(pdf: bytes) -> tuple[int, int]:
    """Return how wide and high the first page is, in millimetres."""
    with pypdfium2.PdfDocument(pdf) as document:
        width, height = document[0].get_size()
    return round(width / 72 * 25.4), round(height / 72 * 25.4)


def is_accessible(pdf: bytes, title: str) -> bool:
    """Return whether a PDF says what it is called and in which language, and is tagged as PDF/UA-1 asks."""
    with pikepdf.open(BytesIO(pdf)) as document:
        said = document.open_metadata()
        return (
            (said["dc:title"], said["pdfuaid:part"]) == (title, "1")
            and document.Root.Lang == "en-GB"
            and bool(document.Root.MarkInfo.Marked)
            and bool(document.Root.ViewerPreferences.DisplayDocTitle)
            and "Document" in tags(pdf)
        )


def tags(pdf: bytes) -> list[str]:
    """Return what each part of a PDF is, in the order in which it is read aloud."""
    with pikepdf.open(BytesIO(pdf)) as document:
        return list(_tags(document.Root.StructTreeRoot))


def _tags(part: Any) -> Iterator[str]:
    if isinstance(part, pikepdf.Array):
        for each in part:
            yield from _tags(each)
    elif isinstance(part, pikepdf.Dictionary):
        if "/S" in part:
            yield str(part.S).removeprefix("/")
        yield from _tags(part.get("/K"))
