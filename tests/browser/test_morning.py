"""A morning at the desk, by keyboard alone: twelve enquiries arrive, and Lena finds an end or a next step for each."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from enquiry import clock
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.rules.status import Outcome, Status, Turn
from enquiry.rules.working_time import OpeningHours
from tests.browser.conftest import Checker
from tests.browser.keyboard import Control, Keyboard
from tests.people import LENA, RAI, Colleague, hire, pat_asks

LONDON = "/desk/queue/london"

# Who asks, in the order in which they do, and what is not as usual about them.
FLAGGED, CANCER, WORSE, RINGS, WRITES, LATER, NORWICH, TWICE, AGAIN, MEETS, ENDS, SURGEONS = NAMES = (
    *("Ada Stern", "Bea Lunt", "Cyd Hale", "Dot Fry", "Eli Moss", "Fay Nunn"),
    *("Gus Orr", "Hal Pike", "Hal Pike", "Ivy Rowe", "Jan Shaw", "Kit Thorn"),
)
UNUSUAL: dict[str, dict[str, Any]] = {
    FLAGGED: {"safety": {"red_flags": ["row-9"]}},
    CANCER: {"safety": {"cancer": "yes"}},
    WORSE: {"pain": {"worse": "yes"}},
    RINGS: {"contact": {"preferred": "telephone", "voicemail_ok": "no"}},
}


@pytest.fixture
def twelve(app: Flask, sit_down: Callable[[Colleague], None]) -> None:
    """Let twelve enquiries arrive in London, two of one person, and Lena sit down."""
    with app.test_request_context():
        hire(RAI)
        for number, name in enumerate(NAMES):
            their_own = {
                "email": f"{name.split()[0].lower()}@home.example",
                "telephone": f"07700 900 {100 + NAMES.index(name)}",
            }
            otherwise = UNUSUAL.get(name, {})
            contact = {**their_own, **otherwise.get("contact", {})}
            born = {"name": name, "birth_date": f"19{50 + NAMES.index(name)}-03-31"}
            story = {"story": f"Number {number} has a pain in the back."}
            pat_asks(**{**otherwise, "who": born, "contact": contact, "about": story})
    sit_down(LENA)


class Morning:
    """Lena's morning: she goes to somebody in the list, does something, and every page on the way is checked."""

    def __init__(self, page: Page, axe: Checker) -> None:
        self.page, self.keys, self.axe = page, Keyboard(page), axe

    def look(self) -> list[str]:
        """Open the queue, go into its list, and return whom it names, from the top."""
        self.page.goto(LONDON)
        self.axe(self.page)
        self.keys.get_by_role("link", name="Skip to queue").click()
        expect(self.page.locator("#queue")).to_be_focused()
        return self.page.locator(".queue__name").all_inner_texts()

    def go_to(self, name: str) -> None:
        """Go down the list to somebody's row, the topmost of that name."""
        for _ in range(self.look().index(name) + 1):
            self.page.keyboard.press("j")
        expect(self.page.locator(".queue__open:focus")).to_contain_text(name)

    def open(self, name: str) -> None:
        """Open somebody's case."""
        self.go_to(name)
        self.page.keyboard.press("Enter")
        self.arrived("Reaching")

    def press_at(self, name: str, key: str, heading: str) -> None:
        """Press a letter at somebody's row, and arrive where it leads."""
        self.go_to(name)
        self.page.keyboard.press(key)
        self.arrived(heading)

    def follow(self, link: str, heading: str) -> None:
        """Follow a link of the page."""
        self.keys.get_by_role("link", name=link).first.click()
        self.arrived(heading)

    def choose(self, question: str, answer: str) -> None:
        """Choose from a list by typing what it says."""
        box = self.page.get_by_label(question)
        value = box.locator("option", has_text=answer).first.get_attribute("value")
        self.keys.get_by_label(question).select_option(value)

    def unfold(self, decision: str) -> None:
        """Unfold one of the decisions on a case."""
        self.at(f"#{decision} summary").click()

    def at(self, selector: str) -> Control:
        """Return a control of the page that shares its name with another."""
        return Control(self.keys, self.page.locator(selector))

    def save(self, button: str, heading: str, said: str) -> None:
        """Press a button, and read what is said then."""
        self.keys.get_by_role("button", name=button, exact=True).click()
        self.arrived(heading)
        expect(self.page.get_by_role("status").first).to_contain_text(said)

    def arrived(self, heading: str) -> None:
        """Wait for a page, and check it."""
        expect(self.page.get_by_role("heading", name=re.compile(heading)).first).to_be_visible()
        self.axe(self.page)


def test_lena_clears_a_morning_of_twelve_by_keyboard(app: Flask, page: Page, twelve: None, axe: Checker) -> None:
    lena = Morning(page, axe)
    assert lena.look() == [FLAGGED, CANCER, WORSE, RINGS, WRITES, LATER, NORWICH, TWICE, AGAIN, MEETS, ENDS, SURGEONS]
    she_gives_it_to_mr_rai(lena, FLAGGED)
    she_asks_mr_rai(lena, CANCER)
    she_claims_and_hurries(lena, WORSE)
    she_rings_and_speaks(lena, RINGS)
    she_replies(lena, WRITES)
    she_rings_and_speaks(lena, LATER)
    she_snoozes(lena, LATER)
    she_transfers(lena, NORWICH)
    she_merges_the_two_of(lena, TWICE)
    she_books(lena, MEETS)
    she_closes(lena, ENDS)
    she_gives_it_to_mr_rai(lena, SURGEONS)

    assert {name: how(app, name) for name in (WORSE, WRITES, LATER, NORWICH, MEETS, ENDS)} == {
        WORSE: (Status.ASSIGNED, Turn.US, LENA.name),
        WRITES: (Status.WAITING_FOR_PATIENT, Turn.PATIENT, LENA.name),
        LATER: (Status.ASSIGNED, Turn.NOBODY, LENA.name),
        NORWICH: (Status.NEW, Turn.US, ""),
        MEETS: (Status.BOOKED, Turn.NOBODY, LENA.name),
        ENDS: (Status.CLOSED, Turn.NOBODY, ""),
    }
    assert how(app, CANCER)[0] is Status.WITH_CLINICIAN
    assert how(app, FLAGGED) == how(app, SURGEONS) == (Status.ASSIGNED, Turn.US, RAI.name)
    with app.app_context():
        assert {one.outcome for one in those_of(TWICE)} == {Outcome.DUPLICATE, None}
    assert lena.look()[:2] == [FLAGGED, CANCER], "what is pinned stands at the top until a clinician has seen it"


def she_gives_it_to_mr_rai(lena: Morning, name: str) -> None:
    lena.open(name)
    lena.follow("Assign", "Assign")
    lena.choose("To whom?", RAI.name)
    lena.save("Assign", name, f"{RAI.name} has it now")


def she_asks_mr_rai(lena: Morning, name: str) -> None:
    lena.open(name)
    lena.save("Claim", name, "It is yours now")
    lena.follow("Ask a clinician", "Ask a clinician")
    lena.choose("Which clinician?", RAI.name)
    lena.keys.get_by_label("Your question").fill("She had cancer. How soon should she be seen?")
    lena.save("Hand over and ask", name, f"{RAI.name} has it now")


def she_claims_and_hurries(lena: Morning, name: str) -> None:
    lena.press_at(name, "c", name)
    lena.unfold("urgency")
    lena.at("#urgency input[value=urgent]").check()
    lena.at("#urgency-reason").fill("It gets worse each day.")
    lena.save("Change urgency", name, "Urgency changed to “Urgent”")


def she_rings_and_speaks(lena: Morning, name: str) -> None:
    lena.press_at(name, "p", "Ring")
    lena.keys.get_by_label("Spoke to the person").check()
    lena.keys.get_by_label("What was said").fill("We talked it over.")
    lena.save("Record call", name, "Call recorded")


def she_replies(lena: Morning, name: str) -> None:
    lena.press_at(name, "c", name)
    lena.press_at(name, "r", "Reply")
    lena.keys.get_by_label("Your reply").fill("Thank you. When did it begin?")
    lena.choose("After sending", Status.WAITING_FOR_PATIENT.label)
    lena.save("Send reply", name, "is on its way")


def she_snoozes(lena: Morning, name: str) -> None:
    lena.open(name)
    lena.save("Claim", name, "It is yours now")
    lena.follow("Snooze", "Snooze")
    lena.keys.get_by_role("button", name=re.compile("^Until")).first.click()
    lena.arrived(name)


def she_transfers(lena: Morning, name: str) -> None:
    lena.open(name)
    lena.unfold("transfer")
    lena.at("#transfer-reason").fill("She lives in Norwich.")
    lena.save("Transfer to Norwich", "London queue", "Norwich")


def she_merges_the_two_of(lena: Morning, name: str) -> None:
    lena.open(name)
    lena.follow("Compare and merge", "Merge")
    lena.keys.get_by_role("button", name=re.compile("^Merge")).click()
    lena.arrived(name)


def she_books(lena: Morning, name: str) -> None:
    lena.open(name)
    lena.save("Claim", name, "It is yours now")
    lena.follow("Book or offer an appointment", "An appointment for")
    day = a_working_day()
    lena.keys.get_by_label("Yes: book it").check()
    for part, number in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        lena.keys.get_by_label(part, exact=True).fill(str(number))
    lena.keys.get_by_label("Start time").fill("10:30")
    lena.keys.get_by_label("In person").check()
    lena.keys.get_by_label("By email, and a reminder").check()
    lena.save("Keep appointment", name, "ooked")


def she_closes(lena: Morning, name: str) -> None:
    lena.press_at(name, "e", "Close this enquiry")
    lena.choose("What came of it?", Outcome.ADVICE_SENT.label)
    lena.save("Save and open next", SURGEONS, "Closed: Information sent")


def a_working_day() -> date:
    """Return a day in a week or so on which London is open."""
    return clock.for_the_eye(OpeningHours().next_opening(clock.now() + timedelta(days=7))).date()


def those_of(name: str) -> list[Enquiry]:
    """Return somebody's enquiries; call it in an application context."""
    every = db.session.scalars(select(Enquiry).order_by(Enquiry.id))
    return [one for one in every if one.patient.name == name]


def how(app: Flask, name: str) -> tuple[Status, Turn, str]:
    """Return how somebody's enquiry stands, who must act next, and who has it."""
    with app.app_context():
        one = those_of(name)[0]
        return one.status, one.turn, one.assignee.name if one.assignee else ""
