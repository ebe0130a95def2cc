"""The patient's reference: short, spoken aloud without mistakes, and opening nothing.

``LN-7K4Q-9ZTM``: Crockford's base 32, seven random characters and a check character.
Source: Douglas Crockford, "Base 32": an alphabet without I, L, O and U; what is misread is read as it was meant.
"""

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PREFIX = "LN"
OF_A_COMPLAINT = "DP"  # a complaint about data protection is no enquiry, and is never taken for one
LENGTH = 8
_MISREAD = str.maketrans("ILO", "110")


def new_reference(prefix: str = PREFIX) -> str:
    """Return a random reference; whoever stores it makes sure that it is not taken."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return _spaced(body + ALPHABET[_times_x(_remainder(body))], prefix)


def read_reference(typed: str, prefix: str = PREFIX) -> str | None:
    """Return a reference as stored from what somebody typed or heard, or ``None`` if it cannot be one.

    Spaces, dashes and case do not matter; O is read as 0, and I or L as 1. A wrong check character means ``None``.
    """
    letters = re.sub(r"[\s\-\u2010-\u2015]", "", typed).upper().removeprefix(prefix).translate(_MISREAD)
    if len(letters) != LENGTH or not set(letters) <= set(ALPHABET) or _remainder(letters):
        return None
    return _spaced(letters, prefix)


def is_reference(word: str, prefix: str = PREFIX) -> bool:
    """Return whether this is a reference exactly as it is stored, so that a database can be asked for it."""
    return read_reference(word, prefix) == word


def _remainder(letters: str) -> int:
    """Return 0 for a whole reference as issued.

    A polynomial over the field of 32 elements: it catches any one wrong character and any two swapped neighbours,
    which a sum modulo 31 or 32 does not.
    """
    remainder = 0
    for letter in letters:
        remainder = _times_x(remainder) ^ ALPHABET.index(letter)
    return remainder


def _times_x(element: int) -> int:
    """Multiply by x modulo x⁵ + x² + 1."""
    doubled = element << 1
    return doubled ^ 0b100101 if doubled & 0b100000 else doubled


def _spaced(letters: str, prefix: str) -> str:
    return f"{prefix}-{letters[:4]}-{letters[4:]}"
