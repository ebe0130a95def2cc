"""Pages that are the same for everybody: rendered once, then answered from memory before the application is asked.

Why before: finding the route, opening the session and asking the hooks of every library cost more than the page, and
nothing that they find can change a page that knows nobody. Such a page has only a path, a body and the headers that
every answer carries.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from flask import Flask, current_app, request
from werkzeug.wrappers import Response

from enquiry.web.headers import security_headers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MAX_AGE = 300  # seconds: how long others may show the page without asking again


@dataclass(frozen=True)
class KeptPage:
    """A page as it goes out, with the tag by which a browser asks whether it has changed."""

    body: bytes
    tag: str
    headers: list[tuple[str, str]]
    headers_of_body: list[tuple[str, str]]


class KeptPages:
    """What stands before the application: it answers for a page that is kept, and passes everything else on."""

    def __init__(self, application: "WSGIApplication", headers: dict[str, str]) -> None:
        self._application = application
        self._headers = headers
        self._pages: dict[str, KeptPage] = {}

    def keep(self, path: str, body: bytes, mimetype: str) -> None:
        """Answer for this path from now on, as long as the process lives."""
        tag = f'"{sha256(body).hexdigest()[:32]}"'
        headers = {**self._headers, "Cache-Control": f"public, max-age={MAX_AGE}", "ETag": tag}
        of_body = {"Content-Type": f"{mimetype}; charset=utf-8", "Content-Length": str(len(body))}
        self._pages[path] = KeptPage(body, tag, list(headers.items()), list(of_body.items()))

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        page = self._pages.get(environ["PATH_INFO"])
        if page is None or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._application(environ, start_response)
        asked = environ.get("HTTP_IF_NONE_MATCH", "")
        if page.tag in asked or asked == "*":
            start_response("304 Not Modified", page.headers)
            return []
        start_response("200 OK", page.headers + page.headers_of_body)
        return [page.body] if environ["REQUEST_METHOD"] == "GET" else []


def init_app(app: Flask) -> None:
    """Stand before the application, and everything that stands before it already."""
    pages = KeptPages(app.wsgi_app, security_headers(app))
    app.wsgi_app = pages  # type: ignore[method-assign]
    app.extensions["kept pages"] = pages


def keep(html: str, mimetype: str) -> Response:
    """Keep the page at the address that is being asked for, and return the answer that it gets from now on."""
    pages: KeptPages = current_app.extensions["kept pages"]
    pages.keep(request.path, html.encode(), mimetype)
    return Response.from_app(pages, request.environ)
