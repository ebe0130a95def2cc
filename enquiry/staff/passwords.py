"""What a password must be, and whether one is right.

Source: NIST SP 800-63B, revision 4, 3.1.1. Length is what counts: no rule asks for capitals or signs, nothing expires,
and what is refused is refused with its reason.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path

from flask_security import hash_password, verify_password

from enquiry.records.staff import Staff

SHORTEST = 12  # characters
LONGEST = 256
FEWEST_DIFFERENT = 5  # characters
LONG_ENOUGH_TO_GIVE_AWAY = 4  # letters of a name that a password must not contain

_RUNS = ("0123456789" * 3, "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "1qaz2wsx3edc4rfv5tgb")


class PasswordRefused(ValueError):
    """Raised with the reason, in words for the person who chose the password."""


def check(password: str, name: str, email: str) -> None:
    """Refuse a new password that somebody would guess.

    :param name: of the person who chose it; so is ``email``.
    :raises PasswordRefused: with the reason.
    """
    chosen = _normal(password)
    letters = re.sub(r"[\W_]", "", chosen.casefold())
    if len(chosen) < SHORTEST:
        raise PasswordRefused(f"Password must be {SHORTEST} characters or more")
    if len(password) > LONGEST:
        raise PasswordRefused(f"Password must be {LONGEST} characters or fewer")
    if any(part in letters for part in _given_away(name, email)):
        raise PasswordRefused("Password must not contain your name or email address")
    if len(set(chosen)) < FEWEST_DIFFERENT or _is_run(letters) or _is_common(letters):
        raise PasswordRefused("Password is too easy to guess: try three or four words that do not belong together")


def hashed(password: str) -> str:
    """Return what is kept of a password (Argon2id)."""
    return hash_password(_normal(password))


def is_right(password: str, person: Staff | None) -> bool:
    """Return whether a password is a person's; for nobody, or nobody's yet, the answer takes as long."""
    if person is None or person.password is None:
        hashed(password)
        return False
    return verify_password(_normal(password), person.password)


def _normal(password: str) -> str:
    """Return the same characters however a keyboard composes them."""
    return unicodedata.normalize("NFKC", password)


def _given_away(name: str, email: str) -> set[str]:
    words = re.split(r"[\W_]+", f"{name} {email.partition('@')[0]}".casefold())
    return {word for word in words if len(word) >= LONG_ENOUGH_TO_GIVE_AWAY}


def _is_run(letters: str) -> bool:
    return len(letters) >= SHORTEST / 2 and any(letters in run or letters in run[::-1] for run in _RUNS)


def _is_common(letters: str) -> bool:
    return not {letters, letters.strip("0123456789")}.isdisjoint(_common())


@cache
def _common() -> frozenset[str]:
    return frozenset(Path(__file__).with_name("common_passwords.txt").read_text().split())
