"""Nobody with an emergency waits in a queue."""

import pytest

from enquiry.rules import red_flags, urgency
from enquiry.rules.red_flags import RED_FLAGS, Action, Cancer, RedFlag
from enquiry.rules.urgency import Urgency

# clinical.md 2.4: never accepted as an enquiry; rows 7 and 10 ask twice, and only the worse half is.
NEVER_ACCEPTED = {f"row-{row}" for row in (1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 13, 14, 15, 17, 19)}


@pytest.mark.parametrize("flag", RED_FLAGS, ids=lambda flag: flag.code)
def test_each_row_is_an_emergency_exactly_when_the_table_says_so(flag: RedFlag) -> None:
    assert red_flags.is_emergency([flag]) == (flag.code in NEVER_ACCEPTED)


@pytest.mark.parametrize("flag", RED_FLAGS, ids=lambda flag: flag.code)
def test_each_row_says_where_to_go_what_to_say_and_where_that_comes_from(flag: RedFlag) -> None:
    assert any(word in flag.advice for word in ("999", "A&E", "111", "GP", "cancer team"))
    assert flag.tell_them.startswith("“")
    assert flag.source


def test_the_most_urgent_row_comes_first_in_whatever_order_pat_ticks() -> None:
    flags = red_flags.declared(["row-16", "row-6", "row-2"])

    assert [flag.action for flag in flags] == [Action.CALL_999, Action.GO_TO_A_AND_E, Action.SAME_DAY]


def test_an_unknown_row_is_an_error_never_a_silent_none() -> None:
    with pytest.raises(KeyError):
        red_flags.declared(["row-99"])


def test_one_emergency_among_milder_rows_is_an_emergency() -> None:
    assert red_flags.is_emergency(red_flags.declared(["row-16", "row-9", "row-1"]))


def test_somebody_told_to_seek_help_today_does_not_arrive_as_routine() -> None:
    assert urgency.at_arrival(red_flags.declared(["row-16"])) is Urgency.URGENT
    assert urgency.at_arrival(()) is Urgency.ROUTINE


@pytest.mark.parametrize(
    "ticked, made",
    [
        (["none"], "row-9-history"),
        (["row-20"], "row-9-history"),
        (["row-12"], "row-9"),
        (["row-16"], "row-9"),
        (["row-7-slow"], "row-8"),
    ],
)
@pytest.mark.parametrize("cancer", [Cancer.YES, Cancer.NOT_SURE])
def test_having_had_cancer_makes_more_of_an_answer(ticked: list[str], made: str, cancer: Cancer) -> None:
    """clinical.md 2.2, rule 3; not being sure counts as yes."""
    assert made in {flag.code for flag in red_flags.told(ticked, cancer)}


def test_without_cancer_the_answers_stand_as_they_are() -> None:
    assert [flag.code for flag in red_flags.told(["row-16", "row-12"], Cancer.NO)] == ["row-12", "row-16"]
    assert red_flags.told(["none"], Cancer.NO) == ()


@pytest.mark.parametrize(
    "codes, arrives",
    [
        ((), Urgency.ROUTINE),
        (("row-20",), Urgency.ROUTINE),
        (("row-7-slow",), Urgency.URGENT),
        (("row-9-history",), Urgency.URGENT),
        (("row-16", "row-20"), Urgency.URGENT),
        (("row-1",), Urgency.RED_FLAG_DECLARED),
    ],
)
def test_what_was_told_decides_the_urgency_at_arrival(codes: tuple[str, ...], arrives: Urgency) -> None:
    assert urgency.at_arrival(red_flags.declared(codes)) is arrives


def test_every_code_stands_for_one_row() -> None:
    assert len(red_flags.BY_CODE) == len(RED_FLAGS) + 1


def test_no_words_of_the_screen_say_that_somebody_is_safe() -> None:
    words = " ".join(flag.says + flag.advice for flag in RED_FLAGS).lower()

    assert "you are safe" not in words
    assert "no emergency" not in words
