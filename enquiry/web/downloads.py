"""Downloads: a file of somebody's is handed out to be saved, and never becomes a page of this site.

Why the name is ours: a name that a stranger chose could mislead, and the patient's own would stay in the list of
downloads of whatever machine this is.
"""

import csv
import io
from collections.abc import Iterable

from flask import Response

BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

_APART = {
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def handed_out(content: bytes, media_type: str, name: str) -> Response:
    """Return a file as something to save.

    :param name: under which it is saved: plain letters, chosen by us.
    """
    response = Response(content, mimetype=media_type, headers=_APART)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def written_as_csv(rows: Iterable[Iterable[str | int]]) -> bytes:
    """Return a table for a spreadsheet, which would carry out whatever begins like a formula (osTicket 99818486c).

    What does so is given an apostrophe, which spreadsheets hide. The mark at the beginning says that it is UTF-8.
    """
    written = io.StringIO()
    csv.writer(written).writerows([_harmless(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def _harmless(cell: str | int) -> str | int:
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(BEGINS_A_FORMULA) else cell
