"""What Lena may choose as a password: length counts, and nothing that somebody would guess."""

import pytest

from enquiry.staff.passwords import PasswordRefused, check
from tests.people import LENA


@pytest.mark.parametrize(
    "password",
    [
        "the heron stands very still",
        "correct mitten lighthouse",
        "éàü çñ øæå ßþð ŵŷ",
        "𝔥𝔢𝔯𝔬𝔫 𝔰𝔱𝔞𝔫𝔡𝔰",
        "        spaces count too",
        "a" + "bcdefghijkz" * 23,
        "!£$%^&*()_+-qv7",
    ],
)
def test_lena_may_choose(password: str) -> None:
    check(password, LENA.name, LENA.email)


@pytest.mark.parametrize(
    "password, reason",
    [
        ("short", "12 characters or more"),
        ("elevenchars", "12 characters or more"),
        ("long " * 60, "256 characters or fewer"),
        ("lena likes herons", "your name"),
        ("on the MARSH at dawn", "your name"),
        ("password1234", "easy to guess"),
        ("Password!!!!!!", "easy to guess"),
        ("123456789012", "easy to guess"),
        ("098765432109", "easy to guess"),
        ("qwertyuiopas", "easy to guess"),
        ("abcdefghijkl", "easy to guess"),
        ("aaaaaaaaaaaa", "easy to guess"),
        ("abcabcabcabc", "easy to guess"),
        ("November 2026!", "easy to guess"),
        ("Spine-Clinic-2026", "easy to guess"),
        ("correct horse battery staple", "easy to guess"),
        ("- - - - - - - - -", "easy to guess"),
    ],
)
def test_lena_may_not_choose(password: str, reason: str) -> None:
    with pytest.raises(PasswordRefused, match=reason):
        check(password, LENA.name, LENA.email)
