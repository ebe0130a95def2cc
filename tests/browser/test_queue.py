"""The queue in a real browser: it fits, letters press its buttons, it says what is new, and shows who is where."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from enquiry import caseload, clock, presence
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.presence import Doing
from enquiry.records.staff import Staff
from enquiry.rules.status import Status
from enquiry.triage import decide
from tests.browser.conftest import Checker
from tests.people import LENA, RAI, Colleague, hire, pat_asks

LONDON = "/desk/queue/london"
SitDown = Callable[[Colleague], None]


@pytest.fixture
def three(app: Flask, sit_down: SitDown) -> list[str]:
    """Three enquiries, and Lena at the desk; the second is Mr Rai's already."""
    with app.test_request_context():
        references = [pat_asks(contact={"email": f"{one}@home.example"}).reference for one in ("a", "b", "c")]
        taken = {"status": Status.ASSIGNED, "assignee_id": hire(RAI).id}
        db.session.execute(update(Enquiry).where(Enquiry.reference == references[1]).values(**taken))
        db.session.commit()
    sit_down(LENA)
    return references


@pytest.fixture
def quick(page: Page) -> None:
    """Let the clock of the page be turned by the test: it asks for what is new each 20 seconds."""
    page.clock.install()


def holding(words: str) -> re.Pattern[str]:
    return re.compile(re.escape(words))


def row(page: Page, reference: str) -> str:
    return f'tr[data-seen^="{reference}"]'


def has_focus(page: Page, reference: str) -> None:
    expect(page.locator(f"{row(page, reference)} .queue__open")).to_be_focused()


def into_the_list(page: Page) -> None:
    """Go there as the page says: by the link that skips to it."""
    page.get_by_role("link", name="Skip to queue").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#queue")).to_be_focused()


def as_colleague(app: Flask, colleague: Colleague) -> Staff:
    """Return a colleague's account; call it in an application context."""
    return db.session.scalars(select(Staff).where(Staff.email == colleague.email)).one()


def rai_notes(app: Flask, reference: str) -> None:
    with app.test_request_context():
        enquiry = caseload.find(as_colleague(app, RAI), reference)
        decide.write_note(as_colleague(app, RAI), reference, enquiry.version, "She rang.")


def test_twenty_four_rows_fit_a_laptops_screen(app: Flask, page: Page, sit_down: SitDown) -> None:
    with app.test_request_context():
        for _ in range(caseload.PAGE + 1):
            pat_asks()
    sit_down(RAI)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(LONDON)
    boxes = [one.bounding_box() for one in page.locator("tbody tr").all()]
    assert len(boxes) == caseload.PAGE
    assert all(box and box["height"] <= 28 for box in boxes)
    assert boxes[-1]
    assert boxes[-1]["y"] + boxes[-1]["height"] <= 800
    small = "[...document.querySelectorAll('.queue a, .queue button')].filter(one => one.offsetHeight < 24).length"
    assert page.evaluate(small) == 0, "what is pressed is 24 pixels high at least (WCAG 2.5.8)"


def test_lena_goes_through_the_list_by_letters(page: Page, three: list[str], axe: Checker) -> None:
    first, second, third = three
    page.goto(LONDON)
    into_the_list(page)
    for key, reference in (("j", first), ("j", second), ("j", third), ("j", third), ("k", second), ("k", first)):
        page.keyboard.press(key)
        has_focus(page, reference)
    expect(page.locator("#said")).to_be_empty()
    page.keyboard.press("x")
    expect(page.locator(f"{row(page, first)} [name=row]")).to_be_checked()
    page.keyboard.press("n")
    has_focus(page, third)
    page.keyboard.press("n")
    expect(page.locator("#said")).to_have_text("Somebody has each of the next on this page")
    page.keyboard.press("k")
    page.keyboard.press("c")
    expect(page.locator("#said")).to_have_text("Somebody has this one already")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_have_attribute("open", "")
    expect(page.locator("#keys summary")).to_be_focused()
    axe(page)
    page.keyboard.press("?")
    has_focus(page, first)
    page.keyboard.press("Enter")
    expect(page).to_have_url(holding(f"/desk/enquiries/{first}?list="))
    expect(page.get_by_text("1 of 3")).to_be_visible()


@pytest.mark.parametrize("key, leads_to", [("r", "/reply?list="), ("p", "/call?list="), ("c", "?list=")])
def test_a_letter_leads_where_the_button_of_the_same_name_does(
    page: Page, three: list[str], key: str, leads_to: str
) -> None:
    page.goto(LONDON)
    into_the_list(page)
    page.keyboard.press("j")
    page.keyboard.press(key)
    expect(page).to_have_url(holding(f"/desk/enquiries/{three[0]}{leads_to}"))


def test_lena_closes_one_goes_on_to_the_next_and_back_to_undo(page: Page, three: list[str]) -> None:
    first, second, _ = three
    page.goto(LONDON)
    into_the_list(page)
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.get_by_label("What came of it?").select_option("Information sent")
    page.get_by_role("button", name="Save and open next").click()
    expect(page).to_have_url(holding(f"/desk/enquiries/{second}?list="))
    page.goto(LONDON)
    into_the_list(page)
    page.keyboard.press("z")
    expect(page).to_have_url(holding(f"/desk/enquiries/{first}"))


def test_letters_do_nothing_while_the_list_has_no_focus_or_somebody_types(page: Page, three: list[str]) -> None:
    page.goto(LONDON)
    for key in "jcrpez?":
        page.keyboard.press(key)
    search = page.get_by_role("searchbox")
    search.focus()
    page.keyboard.type("jcrpez?")
    expect(search).to_have_value("jcrpez?")
    into_the_list(page)
    page.keyboard.press("j")
    page.keyboard.press("Control+x")
    expect(page.locator("[name=row]:checked")).to_have_count(0)
    assert page.url.partition("#")[0].endswith(LONDON)


def test_lena_turns_the_letters_off(page: Page, three: list[str]) -> None:
    page.goto(LONDON)
    page.locator("#keys summary").click()
    page.get_by_role("button", name="Turn keys off").click()
    expect(page.get_by_text("Keys are off")).to_be_visible()
    page.locator("#queue").focus()
    page.keyboard.press("j")
    expect(page.locator("#queue")).to_be_focused()


def test_everything_that_a_letter_does_can_be_seen(page: Page, three: list[str]) -> None:
    page.goto(f"{LONDON}?whose=nobodys")
    page.get_by_role("button", name="Claim").first.click()
    page.goto(LONDON)
    for name in ("Assign", "Give back", "Snooze", "Close", "Reply", "Call"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Claim").first).to_be_visible()
    expect(page.get_by_role("link", name="Next that nobody has")).to_be_visible()
    expect(page.get_by_role("link", name="Last: ")).to_be_visible()
    expect(page.locator("#keys summary")).to_be_visible()


@pytest.mark.usefixtures("quick")
def test_what_is_new_is_said_in_one_line_and_no_row_moves_until_it_is_pressed(
    app: Flask, page: Page, three: list[str], axe: Checker
) -> None:
    page.goto(LONDON)
    into_the_list(page)
    before = page.locator("tbody tr").first.bounding_box()
    page.clock.run_for(20_000)
    expect(page.locator("#news")).to_be_empty()
    with app.test_request_context():
        pat_asks()
    rai_notes(app, three[0])
    page.clock.run_for(20_000)
    expect(page.get_by_role("status").filter(has_text="2 new or changed since you looked.")).to_be_visible()
    axe(page)
    assert page.locator("tbody tr").first.bounding_box() == before
    expect(page.locator("tbody tr")).to_have_count(3)
    page.get_by_role("link", name="Update the list").click()
    expect(page.locator("tbody tr")).to_have_count(4)
    expect(page.locator("#news")).to_be_empty()


@pytest.mark.usefixtures("quick")
def test_a_page_that_nobody_sees_asks_for_nothing(page: Page, three: list[str]) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/news" in request.url else None)
    page.goto(LONDON)
    page.evaluate("Object.defineProperty(document, 'hidden', {get: () => window.away ?? true, configurable: true})")
    page.clock.run_for(90_000)
    assert not asked
    with page.expect_response("**/news?*"):
        page.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
    page.clock.run_for(20_000)
    page.wait_for_timeout(200)
    assert len(asked) >= 1


@pytest.mark.usefixtures("quick")
def test_the_list_shows_who_is_where_and_the_case_who_writes(app: Flask, page: Page, three: list[str]) -> None:
    page.goto(LONDON)
    rai_does(app, three[0], Doing.LOOKING)
    page.clock.run_for(20_000)
    expect(page.locator(row(page, three[0]))).to_contain_text(f"{RAI.name} looking")
    page.goto(f"/desk/enquiries/{three[0]}")
    expect(page.locator("#presence")).to_have_text(f"{RAI.name} is looking")
    rai_does(app, three[0], Doing.WRITING)
    page.clock.run_for(10_000)
    expect(page.locator("#presence")).to_have_text(f"{RAI.name} is writing a reply")
    rai_does(app, three[0], Doing.LEFT)
    page.clock.run_for(10_000)
    expect(page.locator("#presence")).to_be_empty()


def rai_does(app: Flask, reference: str, doing: Doing) -> None:
    with app.test_request_context():
        presence.say(as_colleague(app, RAI), reference, doing, clock.now())


def test_lenas_own_page_says_that_she_looks_writes_and_has_left(app: Flask, page: Page, three: list[str]) -> None:
    with page.expect_request(lambda request: "/presence" in request.url and request.method == "PUT") as looks:
        page.goto(f"/desk/enquiries/{three[0]}/reply")
    assert looks.value.post_data == "doing=looking"
    with page.expect_response(lambda answer: answer.request.post_data == "doing=writing") as written:
        page.get_by_label("Your reply").press_sequentially("Thank you")
    assert written.value.status == 204
    assert seen_by_rai(app, three[0]) == [f"{LENA.name} is writing a reply"]
    page.goto("/desk/account")
    page.wait_for_timeout(300)
    assert seen_by_rai(app, three[0]) == []


def seen_by_rai(app: Flask, reference: str) -> list[str]:
    with app.test_request_context():
        rai = as_colleague(app, RAI)
        own_id = caseload.find_id(rai, reference)
        return [one.words for one in presence.others(rai, [own_id], clock.now()).get(own_id, [])]
