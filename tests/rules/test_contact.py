"""A person is reached only where and how they said."""

import pytest

from enquiry.rules.contact import (
    CallOutcome,
    NotAnEmailAddress,
    NotATelephoneNumber,
    may_leave_message,
    read_email,
    read_telephone,
)


@pytest.mark.parametrize(
    "typed, e164",
    [
        ("07700 900 982", "+447700900982"),
        ("(01632) 960-001", "+441632960001"),
        ("+44 808 157 0192", "+448081570192"),
        ("0044 20 7946 0011", "+442079460011"),
        ("+353 1 555 0123", "+35315550123"),
    ],
)
def test_a_number_is_read_however_pat_writes_it_and_kept_as_she_did(typed: str, e164: str) -> None:
    telephone = read_telephone(f" {typed} ")

    assert (telephone.e164, telephone.as_typed) == (e164, typed)


@pytest.mark.parametrize("typed", ["", "12", "ring me", "07700 900 982 983 984", "\x00"])
def test_what_no_telephone_could_have_is_refused(typed: str) -> None:
    with pytest.raises(NotATelephoneNumber):
        read_telephone(typed)


@pytest.mark.parametrize(
    "typed, delivered_to",
    [
        ("pat@home.example", "pat@home.example"),
        (" Pat.O'Shea+clinic@Home.Example ", "Pat.O'Shea+clinic@home.example"),
        ("pat@straße.example", "pat@xn--strae-oqa.example"),
    ],
)
def test_an_email_address_is_read_as_it_is_delivered_to(typed: str, delivered_to: str) -> None:
    assert read_email(typed) == delivered_to


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "pat",
        "pat@",
        "@home.example",
        "pat@home",
        "jörg@home.example",
        "a b@home.example",
        "pat@home.example\nBcc: x@y.example",
        "a" * 250 + "@home.example",
    ],
)
def test_what_is_not_an_email_address_is_refused(typed: str) -> None:
    with pytest.raises(NotAnEmailAddress):
        read_email(typed)


@pytest.mark.parametrize("outcome", CallOutcome)
def test_a_message_is_left_only_where_pat_said_it_is_safe(outcome: CallOutcome) -> None:
    assert may_leave_message(outcome, voicemail_ok=True)
    assert may_leave_message(outcome, voicemail_ok=False) == (outcome is not CallOutcome.MESSAGE_LEFT)
