"""The templates that the product comes with: one file each, read at start and refused with anything amiss.

They hold no clinical advice. The file's name is the slug; a manager's own words take the place of a file's.
"""

from pathlib import Path

import frontmatter
import msgspec

from enquiry.rules.reply_templates import AFTER_A_REPLY, somebodys, unknown
from enquiry.rules.status import Status


class Shipped(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One template as its file has it."""

    slug: str
    name: str
    text: str
    then: Status | None = None

    def __post_init__(self) -> None:
        if amiss := [*unknown(self.text), *somebodys(self.text)]:
            raise ValueError(f"{self.slug}: {', '.join(amiss)} cannot stand in a template")
        if self.then is not None and self.then not in AFTER_A_REPLY:
            raise ValueError(f"{self.slug}: an enquiry cannot be {self.then} after a reply")


def read(folder: Path) -> dict[str, Shipped]:
    """Return the templates of a folder by their slugs.

    :raises ValueError: for a file that cannot be used; it names the file.
    """
    read_ones = {}
    for file in sorted(folder.glob("*.md")):
        facts, text = frontmatter.parse(file.read_text(encoding="utf-8"))
        read_ones[file.stem] = msgspec.convert({**facts, "text": text, "slug": file.stem}, Shipped)
    return read_ones


SHIPPED = read(Path(__file__).parent)
