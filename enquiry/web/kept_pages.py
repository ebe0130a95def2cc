"""Pages that are the same for everybody: rendered once, then answered from memory before the application is asked.

Why before: finding the route, opening the session and asking the hooks of every library cost more than the page, and
nothing that they find can change a page that knows nobody. Such a page has only a path, a body and the headers that
every answer carries.

Why a page is put on the shelf that stood there when its rendering began: when something changes that pages show, they
are forgotten by putting up an empty shelf, and a page that was half made of what was before never gets onto it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from flask import Flask, current_app, request
from werkzeug.utils import get_content_type
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

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request for it (PEP 3333)."""
        asked = environ.get("HTTP_IF_NONE_MATCH", "")
        if self.tag in asked or asked == "*":
            start_response("304 Not Modified", self.headers)
            return []
        start_response("200 OK", self.headers + self.headers_of_body)
        return [self.body] if environ["REQUEST_METHOD"] == "GET" else []


class KeptPages:
    """What stands before the application: it answers for a page that is kept, and passes everything else on."""

    def __init__(self, application: "WSGIApplication", headers: dict[str, str]) -> None:
        self._application = application
        self._headers = headers
        self.shelf: dict[str, KeptPage] = {}
        self.glance: Callable[[], None] = lambda: None  # with every request, and so quick

    def made(self, body: bytes, mimetype: str) -> KeptPage:
        """Return a page with its tag and headers."""
        tag = f'"{sha256(body).hexdigest()[:32]}"'
        headers = {**self._headers, "Cache-Control": f"public, max-age={MAX_AGE}", "ETag": tag}
        of_body = {"Content-Type": get_content_type(mimetype, "utf-8"), "Content-Length": str(len(body))}
        return KeptPage(body, tag, list(headers.items()), list(of_body.items()))

    def forget(self) -> None:
        """Let every page be made anew when it is asked for."""
        self.shelf = {}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        self.glance()
        page = self.shelf.get(environ["PATH_INFO"])
        if page is None or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._application(environ, start_response)
        return page(environ, start_response)


def init_app(app: Flask) -> None:
    """Stand before the application, and everything that stands before it already."""
    pages = KeptPages(app.wsgi_app, security_headers(app))
    app.wsgi_app = pages  # type: ignore[method-assign]
    app.extensions["kept pages"] = pages


def keep(render: Callable[[], str | bytes], mimetype: str) -> Response:
    """Make the page at the address that is being asked for, and answer with it until pages are forgotten."""
    pages: KeptPages = current_app.extensions["kept pages"]
    shelf = pages.shelf
    body = render()
    page = shelf[request.path] = pages.made(body if isinstance(body, bytes) else body.encode(), mimetype)
    return Response.from_app(page, request.environ)
