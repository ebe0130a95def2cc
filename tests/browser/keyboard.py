"""Pat's keyboard: the questions of ``asking.py``, answered without a mouse, with an eye on where the focus is."""

from collections.abc import Callable
from typing import Any, Self, cast

from playwright.sync_api import Locator, Page

MOST_STOPS = 90  # from the top of a page to its end

# Something shows the focus: on the control itself, or, for a box that is drawn by its label, on that drawing.
SHOWS_THE_FOCUS = """hasShadows => {
    const control = document.activeElement;
    const label = control.labels && control.labels[0];
    const drawn = [getComputedStyle(control), ...(label ? [getComputedStyle(label, '::before')] : [])];
    return drawn.some(style => (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0)
        || (hasShadows && style.boxShadow !== 'none'));
}"""


class Keyboard:
    """A page on which only keys are pressed; what is merely looked at is the page's own."""

    def __init__(self, page: Page, has_shadows: bool = True) -> None:
        self.page = page
        self.has_shadows = has_shadows  # forced colours take shadows away: only an outline is left to see

    def __getattr__(self, name: str) -> Any:
        return getattr(self.page, name)

    def get_by_label(self, *words: Any, **how: Any) -> "Control":
        return Control(self, self.page.get_by_label(*words, **how))

    def get_by_role(self, role: Any, **how: Any) -> Any:
        found = self.page.get_by_role(role, **how)
        return Control(self, found) if role in ("button", "link", "group") else found

    def reach(self, is_there: Callable[[], bool]) -> None:
        """Press Tab until it is there; at every stop the focus can be seen."""
        for _ in range(MOST_STOPS):
            if is_there():
                return
            self.page.keyboard.press("Tab")
            if self.page.evaluate("document.activeElement !== document.body"):
                stop = self.page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
                assert self.page.evaluate(SHOWS_THE_FOCUS, self.has_shadows), f"nothing shows the focus on {stop}"
        raise AssertionError(f"{self.page.url}: Tab does not lead there")


class Control:
    """Something on the page that is reached and used by its keys."""

    def __init__(self, keyboard: Keyboard, found: Locator) -> None:
        self.keyboard, self.found = keyboard, found

    @property
    def first(self) -> Self:
        return type(self)(self.keyboard, self.found.first)

    def get_by_label(self, *words: Any, **how: Any) -> Self:
        return type(self)(self.keyboard, self.found.get_by_label(*words, **how))

    def click(self) -> None:
        self._reach()
        self.found.press("Enter")  # unlike the keyboard's own, it waits for the page to which that leads
        self.keyboard.page.wait_for_load_state()

    def check(self) -> None:
        if self.found.get_attribute("type") == "radio":
            self._reach_its_group()
            for _ in range(MOST_STOPS):
                if self._has_focus():
                    break
                self.keyboard.page.keyboard.press("ArrowDown")
        else:
            self._reach()
        if not self.found.is_checked():
            self.keyboard.page.keyboard.press("Space")
        assert self.found.is_checked()

    def fill(self, text: str) -> None:
        self._reach()
        self.keyboard.page.keyboard.press("Control+a")
        self.keyboard.page.keyboard.insert_text(text)

    def select_option(self, value: str) -> None:
        self._reach()
        self.keyboard.page.keyboard.type(self.found.locator(f"option[value='{value}']").inner_text())
        assert self.found.input_value() == value

    def _reach(self) -> None:
        self.keyboard.reach(self._has_focus)

    def _reach_its_group(self) -> None:
        name = self.found.get_attribute("name")
        self.keyboard.reach(lambda: bool(self.keyboard.page.evaluate("document.activeElement.name") == name))

    def _has_focus(self) -> bool:
        return bool(self.found.evaluate("control => control === document.activeElement"))


def by_keyboard(page: Page, has_shadows: bool = True) -> Page:
    """Return the page in the hands of somebody without a mouse, for the questions of ``asking.py``."""
    return cast(Page, Keyboard(page, has_shadows))
