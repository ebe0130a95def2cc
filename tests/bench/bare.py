"""A bare Flask application that returns given pages, and does nothing else: what ours is measured against.

``BARE_PAGES`` names a folder; ``/condition`` and ``/queue`` answer with the files of those names.
"""

import os
from pathlib import Path

from flask import Flask, abort

PAGES = {file.name: file.read_bytes() for file in Path(os.environ["BARE_PAGES"]).iterdir()}

app = Flask(__name__)


@app.get("/<name>")
def page(name: str) -> bytes:
    """Return one of the pages."""
    return PAGES.get(name) or abort(404)
