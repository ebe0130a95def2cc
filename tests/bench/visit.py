"""A visitor over real HTTP: asks as fast as it is answered, or fills in forms as a browser would."""

import http.client
import statistics
import time
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from enquiry.demo import cast
from tests.visitor import forms_of


class Visit:
    """One connection that is kept open, with its cookies."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self._cookies = SimpleCookie[str]()

    def get(self, path: str) -> str:
        """Return the page at a path."""
        return self._ask("GET", path)[1]

    def fill_in(self, path: str, answers: dict[str, Any]) -> str:
        """Open a page, fill in its first form that has these fields, and return where that leads."""
        page = self.get(path)
        form = next(form for form in forms_of(page) if answers.keys() <= form.names)
        body = urlencode({**form.filled, **answers}, doseq=True)
        status, text, location = self._ask("POST", form.action or path, body)
        assert status in (302, 303), f"{path} answered {status}: {text[:300]}"
        target = urlsplit(location)
        return f"{target.path}?{target.query}" if target.query else target.path

    def post(self, path: str, answers: dict[str, str]) -> str:
        """Send a form, and return the page that answers, or the address to which it leads."""
        status, text, location = self._ask("POST", path, urlencode(answers))
        assert status in (200, 303), f"{path} answered {status}: {text[:300]}"
        return location or text

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str, str]:
        headers = {"Cookie": "; ".join(f"{name}={crumb.value}" for name, crumb in self._cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            self._cookies.load(cookie)
        return response.status, response.read().decode(), response.headers.get("Location", "")


def at_the_desk(port: int) -> Visit:
    """Return the browser of the demonstration's Lena, signed in."""
    visit = Visit(port)
    visit.fill_in("/desk/sign-in", {"email": cast.PEOPLE[0][0], "password": cast.PASSWORD})
    return visit


def pace(visit: Visit, path: str, seconds: float) -> dict[str, float]:
    """Ask for one page for a while, and return how often it was answered and how long half of the answers took."""
    visit.get(path)
    took, ends = [], time.perf_counter() + seconds
    while (begins := time.perf_counter()) < ends:
        visit.get(path)
        took.append(time.perf_counter() - begins)
    return {"requests_per_second": round(len(took) / sum(took), 1), **spread(took)}


def spread(took: list[float]) -> dict[str, float]:
    """Return how many milliseconds half of these took at most, and 95 of a hundred."""
    return {
        "p50_ms": round(statistics.median(took) * 1000, 2),
        "p95_ms": round(statistics.quantiles(took, n=20)[-1] * 1000, 2),
    }
