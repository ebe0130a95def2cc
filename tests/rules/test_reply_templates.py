"""A template holds what is the same for everybody; what is one person's is filled in, and nothing unfilled is sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enquiry.replies.shipped import SHIPPED
from enquiry.rules.reply_templates import KNOWN, filled, somebodys, unfilled, unknown

FACTS = dict.fromkeys(KNOWN, "x")


def test_what_we_know_is_filled_in_and_the_rest_is_left_to_the_writer() -> None:
    text = "Dear {name}, ring { telephone } by [date]. {nickname}"
    done = filled(text, {**FACTS, "name": "Pat", "telephone": "01603 505063"})
    assert done == "Dear Pat, ring 01603 505063 by [date]. {nickname}"
    assert unfilled(done) == ["[date]", "{nickname}"]
    assert unknown(text) == ["{nickname}"]


def test_a_name_that_holds_brackets_is_not_filled_in_again() -> None:
    assert filled("{name}: {reference}", {**FACTS, "name": "{reference}"}) == "{reference}: x"


@pytest.mark.parametrize("text", ["[]", "{}", "[ ]", "{ name }", "[day and time]", "a [b] c"])
def test_whatever_stands_in_brackets_is_still_to_be_filled_in(text: str) -> None:
    assert unfilled(text)


@pytest.mark.parametrize("text", ["", "(see below)", "a ] b [ c", "}{", "[one\ntwo]", "Thursday at 10:30"])
def test_other_words_may_be_sent(text: str) -> None:
    assert not unfilled(text)


@given(st.text())
def test_a_reply_in_which_all_was_filled_in_has_nothing_to_fill_in(typed: str) -> None:
    for left in (found := unfilled(typed)):
        typed = typed.replace(left, "Thursday")
    assert not set(found) & set(unfilled(typed))


@pytest.mark.parametrize(
    "text",
    [
        "Write to pat@home.example",
        "Ring 07700 900 982",
        "Ring (01603) 505063",
        "About LN-7K4Q-9ZTM",
        "about ln7k4q9ztm",
        "Born 31/03/1980",
        "Born 31.3.1980",
    ],
)
def test_what_is_one_persons_is_noticed(text: str) -> None:
    assert somebodys(text)


@pytest.mark.parametrize("text", ["Call 999 or 111", "Within 2 working days, 9am to 5pm", "In 2027", "Room 12"])
def test_what_is_everybodys_may_stand_in_a_template(text: str) -> None:
    assert not somebodys(text)


@pytest.mark.parametrize("slug", SHIPPED)
def test_a_shipped_template_is_complete_once_its_square_brackets_are_filled_in(slug: str) -> None:
    template = SHIPPED[slug]
    assert not unknown(template.text)
    assert not somebodys(template.text)
    assert all(left.startswith("[") for left in unfilled(filled(template.text, FACTS)))
    assert template.text.endswith((".", "!"))
    assert not template.text.startswith("Dear")


CLINICAL = ["pain", "exercise", "medicine", "tablet", "surgery is", "operation", "numb", "weak", "should take", "rest"]


@pytest.mark.parametrize("slug", SHIPPED)
def test_no_shipped_template_gives_clinical_advice(slug: str) -> None:
    words = SHIPPED[slug].text.casefold().split()
    assert not [word for word in CLINICAL if word in words]


@pytest.mark.timeout(5)
@pytest.mark.parametrize("pasted", ["a" * 500_000, ("a" * 64 + "@") * 5000, "{" + " " * 500_000, "1" + " " * 500_000])
def test_what_is_pasted_without_end_keeps_nobody_waiting(pasted: str) -> None:
    assert unknown(pasted) == []
    assert somebodys(pasted) == []
    assert unfilled(pasted) == []
