"""A real browser on the real application: pages that complain, send requests elsewhere or fail make the test fail."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response
from werkzeug.serving import make_server

from config import ROOT, Config
from tests.browser import asking, chromium
from tests.people import Colleague, at_the_desk

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
NARROWEST = 320  # CSS pixels: WCAG 2.2, 1.4.10 Reflow

# Chromium as root needs no sandbox for our own pages; the rest keeps it from asking the network for anything.
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

Checker = Callable[[Page], None]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark every test of this folder, so that ``-m 'not browser'`` leaves them out; and run most of them once.

    Why once: what a browser sees does not depend on the database. The main job is played on both all the same.
    """
    ours = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in ours:
        item.add_marker(pytest.mark.browser)
    again = [item for item in ours if item.path.name != "test_journey.py" and _is_on_postgresql(item)]
    config.hook.pytest_deselected(items=again)
    items[:] = [item for item in items if item not in again]


def _is_on_postgresql(item: pytest.Item) -> bool:
    return isinstance(item, pytest.Function) and "postgresql" in item.callspec.params.values()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """How Playwright starts the browser."""
    return {**browser_type_launch_args, "executable_path": chromium.find(), "args": SWITCHES}


@pytest.fixture(scope="session")
def base_url(settings: Config) -> str:
    """Where the site is, so that addresses in tests are short: ``page.goto("/conditions")``."""
    return settings.public_url


@pytest.fixture
def site(app: Flask, base_url: str, settings: Config) -> Iterator[str]:
    """The application, served on its port for the length of a test; the value is its address."""
    server = make_server("127.0.0.1", settings.port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield base_url
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(site: str, page: Page) -> Iterator[Page]:
    """A page in a new browser; at the end nothing may have gone wrong in it, and no request have left the site."""
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # What could not be loaded is told below, with its address; a page that is meant to be a 404 is no fault.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            complaints.append(f"console {message.type}: {message.text}")

    def watch(request: Request) -> None:
        if not request.url.startswith((f"{site}/", "data:", "blob:")):
            complaints.append(f"request to elsewhere: {request.url}")

    def receive(response: Response) -> None:
        is_page = response.request.is_navigation_request()
        if response.status >= (500 if is_page else 400):
            complaints.append(f"{response.status} for {response.url}")

    def miss(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the page was left before this arrived
            complaints.append(f"{request.failure} for {request.url}")

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
    page.on("request", watch)
    page.on("response", receive)
    page.on("requestfailed", miss)
    yield page
    assert not complaints, "The browser complained:\n" + "\n".join(complaints)


@pytest.fixture
def sit_down(app: Flask, site: str, context: BrowserContext) -> Callable[[Colleague], None]:
    """Sign a new colleague in with this browser, without the steps of signing in: ``sit_down(LENA)``."""

    def sign_in(colleague: Colleague) -> None:
        name = app.config["SESSION_COOKIE_NAME"]
        cookie = at_the_desk(app, colleague).get_cookie(name)
        assert cookie is not None
        context.add_cookies([{"name": name, "value": cookie.value, "url": site}])

    return sign_in


@pytest.fixture
def on_the_way(monkeypatch: pytest.MonkeyPatch) -> Callable[[Checker], None]:
    """Check each page of an enquiry before Continue is pressed on it: ``on_the_way(axe)``."""

    def check_each(check: Checker) -> None:
        def check_and_go_on(page: Page) -> None:
            check(page)
            go_on(page)

        go_on = asking.go_on
        monkeypatch.setattr(asking, "go_on", check_and_go_on)

    return check_each


@pytest.fixture(scope="session")
def axe() -> Checker:
    """Check the open page for barriers: ``axe(page)`` passes only if axe-core finds none."""
    source = AXE.read_text()

    def check(page: Page) -> None:
        page.wait_for_load_state()  # a page that has only begun has no document yet
        page.evaluate(source)
        found = page.evaluate(
            "standards => axe.run(document, {runOnly: standards, resultTypes: ['violations']})", STANDARDS
        )
        barriers = [
            f"{rule['id']} ({rule['impact']}): {rule['help']}\n"
            + "\n".join(f"    {' '.join(map(str, node['target']))}\n    {node['html']}" for node in rule["nodes"])
            for rule in found["violations"]
        ]
        assert not barriers, f"{page.url} has barriers:\n" + "\n".join(barriers)

    return check


@pytest.fixture(scope="session")
def fits_narrow() -> Checker:
    """Check that the open page is read without scrolling sideways on the narrowest screen: ``fits_narrow(page)``."""

    def check(page: Page) -> None:
        page.wait_for_load_state()
        usual = page.viewport_size
        page.set_viewport_size({"width": NARROWEST, "height": 640})
        too_wide = page.evaluate(
            """width => document.documentElement.scrollWidth <= width ? [] :
                [...document.querySelectorAll("body *")]
                    .filter(element => element.getBoundingClientRect().right > width)
                    .map(element => element.outerHTML.slice(0, 120))""",
            NARROWEST,
        )
        if usual is not None:
            page.set_viewport_size(usual)
        assert not too_wide, f"{page.url} is wider than {NARROWEST} pixels:\n" + "\n".join(too_wide)

    return check
