"""The ledger of erasures: a file, apart from the database, that names everything that was erased.

Why a file: a restored backup brings back what was erased after it was made, and has forgotten that it was. The ledger
is not in the database, so it is never restored to an older state. It holds ids, times and words of our own.

Why it is written before the erasure is committed: an erasure that nobody wrote down could be undone by a restore. One
that is written down and then fails is carried out by the next review, which reads the ledger first.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from uuid import UUID

from flask import current_app

from enquiry.records.ledger import Erased, Reason


class LedgerNotWritten(Exception):
    """Raised when the ledger cannot be written: then nothing is erased."""


def write_down(erasures: Iterable[Erased]) -> None:
    """Add erasures to the ledger; they are on the disk when this returns.

    :raises LedgerNotWritten: naming the file.
    """
    lines = [f"{one.id} {one.at.isoformat()} {one.actor} {one.reason.value}" for one in erasures]
    try:
        descriptor = os.open(_file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w") as file:
            # A line that broke off, for example on a full disk, ends here at the latest.
            file.write("\n".join(["", *lines, ""] if lines else []))
            file.flush()
            os.fsync(descriptor)
    except OSError:
        raise LedgerNotWritten(f"The ledger of erasures at {_file()} cannot be written: nothing was erased") from None


def erasures() -> Iterator[Erased]:
    """Yield every erasure that was ever written down; a line that broke off was never carried out, and is left out."""
    if _file().exists():
        with _file().open() as file:
            for line in file:
                with suppress(ValueError):
                    yield _read(line)


def _read(line: str) -> Erased:
    own_id, at, actor, reason = line.split()
    return Erased(id=UUID(own_id), at=datetime.fromisoformat(at), actor=actor, reason=Reason(reason))


def _file() -> Path:
    return Path(current_app.config["ERASURE_LEDGER"])
