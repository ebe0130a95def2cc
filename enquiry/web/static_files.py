"""Serves the style sheet, scripts, pictures and font, each under an address that changes when its content does.

Why every file is cached for good: ``asset`` puts the hash of the content in the address of what is ours, and
the files of others carry their version in the name, so an address never means two things.
"""

from functools import cache
from hashlib import sha256
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise

from enquiry.web.headers import security_headers

BUILD = Path(__file__).resolve().parents[2] / "static" / "build"


class AssetMissing(Exception):
    """Raised when a page asks for a file that ``npm run build`` has not made."""


def init_app(app: Flask) -> None:
    """Answer /static/… before the application sees it, and give templates ``asset``."""
    fixed = security_headers(app)

    def protect(headers: Headers, path: str, url: str) -> None:
        for name, value in fixed.items():
            headers[name] = value

    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=BUILD,
        prefix="static",
        allow_all_origins=False,
        add_headers_function=protect,
        immutable_file_test=lambda path, url: True,
    )
    app.jinja_env.globals["asset"] = asset


@cache
def asset(path: str) -> str:
    """Return the address of a built file, for example ``asset("site.css")``; read from disk once per process.

    :raises AssetMissing: when the front end has not been built, or the name is misspelt.
    """
    try:
        content = (BUILD / path).read_bytes()
    except FileNotFoundError:
        raise AssetMissing(f"static/build/{path} does not exist: run npm run build") from None
    return f"/static/{path}?v={sha256(content).hexdigest()[:12]}"
