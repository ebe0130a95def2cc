"""Checks pages against the HTML standard.

Why html-validate and not the W3C's own checker: that one needs Java, which this product does not, and a check that is
left out where Java is missing is no check.
"""

import json
import subprocess
from pathlib import Path

from config import ROOT

VALIDATOR = ROOT / "node_modules" / ".bin" / "html-validate"


def faults(pages: dict[str, str], folder: Path) -> list[str]:
    """Return what is wrong in any of these pages, in words; one run of the validator for all of them.

    :param pages: HTML by address.
    :param folder: an empty one, to put them in.
    """
    addresses = {}
    for number, (address, html) in enumerate(pages.items()):
        file = folder / f"{number}.html"
        file.write_text(html)
        addresses[str(file)] = address
    command = [VALIDATOR, "--preset", "standard", "--formatter", "json", *addresses]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    return [
        f"{addresses[report['filePath']]}:{message['line']}: {message['message']}"
        for report in json.loads(run.stdout)
        for message in report["messages"]
    ]
