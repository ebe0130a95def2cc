"""What an enquiry costs on a poor connection: how many pages, and how many bytes each."""

from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page

from tests.browser.asking import is_safe, says_of_the_rest, says_what, says_where_to_answer, says_who, sends
from tests.browser.conftest import Checker

FIRST_PAGE, LATER_PAGE = 120_000, 40_000  # bytes over the line
MOST_PAGES = 9  # of questions and the check


def test_an_enquiry_is_nine_light_pages(
    page: Page, context: BrowserContext, on_the_way: Callable[[Checker], None]
) -> None:
    weigh, weights = scales(page, context), {}

    def note(page: Page) -> None:
        weights[urlsplit(page.url).path] = weigh()

    page.goto("/conditions/spinal-tumours")
    first = weigh()
    page.get_by_role("link", name="Ask us about spinal tumours in confidence").click()
    note(page)
    page.get_by_role("link", name="Start now").click()
    on_the_way(note)
    for step in (is_safe, says_who, says_where_to_answer, says_what, says_of_the_rest):
        step(page)
    note(page)
    sends(page)
    note(page)

    assert first < FIRST_PAGE
    assert all(0 < weight < LATER_PAGE for weight in weights.values()), weights
    questions = [path for path in weights if path not in ("/enquire", "/enquire/sent")]
    assert len(questions) == MOST_PAGES, questions


def scales(page: Page, context: BrowserContext) -> Callable[[], int]:
    """Return what says how many bytes came over the line since it was last asked."""
    session, weighed = context.new_cdp_session(page), [0]

    def add(event: dict[str, float]) -> None:
        weighed[0] += int(event["encodedDataLength"])

    def weigh() -> int:
        page.wait_for_load_state("networkidle")
        weight, weighed[0] = weighed[0], 0
        return weight

    session.send("Network.enable")
    session.on("Network.loadingFinished", add)
    return weigh
