"""The one place that makes PDFs: words are set by a layout, tagged to be read aloud, in a process of their own.

Why apart: the typesetter keeps whatever it has set, so that it is quick the next time: 0.3 MB a letter, with the
patient's name in it, for as long as the process lives. This one ends with its letter. It has none of our settings and
may write no file.

Why the words come as a value: a layout in ``templates/pdf`` shows what it is handed, and reads none of it as its own
language. A patient may be called “#read”.

Why PDF/UA-1 (ISO 14289): the typesetter then refuses a document without a title, a language or tags, and a sign that no
typeface of ours has, rather than showing an empty box to one reader and nothing to another.

Why by its path: the process runs this file alone, without the application, and so starts in a moment.
"""

import json
import re
import resource
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

LAYOUTS = Path(__file__).resolve().parents[1] / "templates" / "pdf"
FONTS = LAYOUTS / "fonts"  # the pages' typeface, in the format that print needs

MEMORY = 1024 * 1024 * 1024  # of addresses, of which the typesetter takes a third before it begins
SECONDS = 20  # of processor time
PATIENCE = 60  # seconds, on a machine that is busy
AT_ONCE = 2  # processes, for each of ours

NO_SUCH_SIGN = 10  # how the process ends that met one

_places = threading.BoundedSemaphore(AT_ONCE)


class NoSuchSign(ValueError):
    """Raised when the words hold a sign that no typeface of ours has, for example of Chinese; ``sign`` is it."""

    def __init__(self, sign: str) -> None:
        super().__init__(f"No typeface has “{sign}”")
        self.sign = sign


class NotSet(RuntimeError):
    """Raised when a PDF could not be made, which no words can be the reason for; it says nothing of them."""


def typeset(layout: str, words: Mapping[str, object]) -> bytes:
    """Return a PDF.

    :param layout: the name of a file in ``templates/pdf``, which says what it needs to be handed.
    :raises NoSuchSign: when it cannot be shown as it is written.
    :raises NotSet: when the process failed.
    """
    command = [sys.executable, "-IB", __file__, str(LAYOUTS), layout]
    try:
        with _places:
            run = subprocess.run(  # noqa: S603 - our own file
                command,
                input=json.dumps(words).encode(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
                timeout=PATIENCE,
            )
    except subprocess.TimeoutExpired:
        raise NotSet(f"{layout} took too long") from None
    if run.returncode == NO_SUCH_SIGN:
        raise NoSuchSign(run.stdout.decode())
    if run.returncode != 0:
        raise NotSet(f"{layout} was not set: {run.returncode}")
    return run.stdout


def _main(layouts: str, layout: str) -> int:
    """Read words from the standard input, and write the PDF, or the sign that cannot be shown, to the output."""
    import typst

    for what, most in (
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, MEMORY),
    ):
        resource.setrlimit(what, (most, most))
    try:
        sys.stdout.buffer.write(_set(layouts, layout, sys.stdin.read()))
    except typst.TypstError as refused:
        sign = re.search(r'the text `"(.+?)"` could not be displayed', refused.message)
        if sign is None:
            raise
        sys.stdout.buffer.write(sign[1].encode())
        return NO_SUCH_SIGN
    return 0


def _set(layouts: str, layout: str, words: str) -> bytes:
    import typst

    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])
    typesetter = typst.Compiler(
        f"{layouts}/{layout}.typ", root=layouts, font_paths=fonts, ignore_system_fonts=True, sys_inputs={"words": words}
    )
    pdf = typesetter.compile(format="pdf", pdf_standards="ua-1")
    assert isinstance(pdf, bytes)  # noqa: S101 - one document, and no file named to write it to
    return pdf


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
