"""What looks like spam, and what never waits apart however it looks."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enquiry.rules import spam
from enquiry.rules.spam import FASTEST, Sign
from enquiry.rules.urgency import Urgency

STORY = "My left leg has hurt since September."
LINKS = "Look: https://pills.example/buy www.pills.example/now http://pills.example"


@pytest.mark.parametrize("story", [LINKS, '<a href="http://x.example">here</a>', "[url=http://x.example]here[/url]"])
def test_a_story_of_links_is_mostly_links(story: str) -> None:
    assert spam.is_mostly_links(story)


@pytest.mark.parametrize(
    "story",
    [
        "",
        STORY,
        "I read https://clinic.example/sciatica and would like to know whether that is what I have.",
        "e.g. 5/10",
    ],
)
def test_a_story_with_a_link_in_it_is_not(story: str) -> None:
    assert not spam.is_mostly_links(story)


@pytest.mark.parametrize(
    "speaks",
    [
        {"fell_into_trap": True},
        {"took": FASTEST / 2},
        {"story": LINKS},
        {"is_repeated": True},
        {"took": FASTEST, "story": LINKS},  # exactly as fast as somebody can be
        {"took": None, "is_repeated": True},
    ],
)
def test_one_sign_alone_says_nothing(speaks: dict[str, object]) -> None:
    assert signs(**speaks) == ()


def test_two_signs_are_heard_and_named() -> None:
    found = signs(fell_into_trap=True, took=timedelta(seconds=3))
    assert found == (Sign.TRAP, Sign.HASTE)
    assert all(sign.label for sign in Sign)


@given(st.sets(st.sampled_from(Sign)), st.sampled_from(Urgency))
def test_whatever_may_need_a_clinician_never_waits_apart(found: set[Sign], urgency: Urgency) -> None:
    assert not spam.waits_apart(found, urgency, may_need_a_clinician=True)


@given(st.sets(st.sampled_from(Sign)), st.sampled_from([one for one in Urgency if one is not Urgency.ROUTINE]))
def test_whatever_is_more_than_routine_never_waits_apart(found: set[Sign], urgency: Urgency) -> None:
    assert not spam.waits_apart(found, urgency, may_need_a_clinician=False)


def test_what_has_no_sign_stands_in_the_queue_and_what_has_some_waits_apart() -> None:
    assert not spam.waits_apart((), Urgency.ROUTINE, may_need_a_clinician=False)
    assert spam.waits_apart((Sign.TRAP, Sign.HASTE), Urgency.ROUTINE, may_need_a_clinician=False)


def signs(**speaks: object) -> tuple[Sign, ...]:
    """Return the signs of an enquiry that has nothing else to be noticed."""
    usual = {"story": STORY, "took": timedelta(minutes=4), "fell_into_trap": False, "is_repeated": False}
    return spam.signs(**{**usual, **speaks})  # type: ignore[arg-type]
