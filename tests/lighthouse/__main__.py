"""``make lighthouse``: prints Lighthouse's marks for three public pages as JSON, and fails where one is below 100."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.server import serve
from tests.browser import chromium
from tests.browser.conftest import SWITCHES
from tests.place import Place

PROGRAM = Path(__file__).parent / "node_modules" / ".bin" / "lighthouse"
PAGES = ["/", "/conditions/spinal-tumours", "/enquire/safety"]
CATEGORIES = ["accessibility", "best-practices", "seo"]


def main() -> int:
    """Serve a new installation and have its pages marked; return how many marks are below 100."""
    with tempfile.TemporaryDirectory() as folder:
        place = Place("sqlite://", Path(folder))
        place.build()
        place.run("db", "upgrade")
        with serve("wsgi:app", place.environment) as server:
            marks = {page: _marks(f"http://127.0.0.1:{server.port}{page}") for page in PAGES}
    json.dump(marks, sys.stdout, indent=2)
    sys.stdout.write("\n")
    return sum(mark < 100 for of_page in marks.values() for mark in of_page.values() if isinstance(mark, int))


def _marks(url: str) -> dict[str, Any]:
    """Return a page's mark in each category, and what took marks away."""
    command = [PROGRAM, url, "--quiet", "--output=json", f"--only-categories={','.join(CATEGORIES)}"]
    command.append(f"--chrome-flags=--headless {' '.join(SWITCHES)}")
    environment = {**os.environ, "CHROME_PATH": chromium.find()}
    report = json.loads(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)
    categories = {name: report["categories"][name] for name in CATEGORIES}
    lost = {
        audit["id"]
        for category in categories.values()
        for audit in category["auditRefs"]
        if audit["weight"] and report["audits"][audit["id"]]["score"] not in (1, None)
    }
    marks: dict[str, Any] = {name: round(category["score"] * 100) for name, category in categories.items()}
    return marks | ({"lost": sorted(lost)} if lost else {})


if __name__ == "__main__":
    sys.exit(main())
