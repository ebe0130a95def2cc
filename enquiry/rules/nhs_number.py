"""NHS numbers: ten digits of which the last checks the others.

Source: NHS Data Dictionary, NHS NUMBER: the check digit by Modulus 11. Nobody is asked for theirs (clinical.md 7.1); a
GP's referral brings it.
"""

import re

DIGITS = 10


class NotAnNhsNumber(ValueError):
    """Raised when what was typed cannot be an NHS number."""


def read_nhs_number(typed: str) -> str:
    """Return an NHS number as its ten digits; spaces and dashes do not matter.

    :raises NotAnNhsNumber: when there are not ten digits, or the last does not check the others.
    """
    digits = re.sub(r"[\s‐‑–-]", "", typed)
    if not re.fullmatch(rf"[0-9]{{{DIGITS}}}", digits) or _check_digit(digits[:-1]) != int(digits[-1]):
        raise NotAnNhsNumber
    return digits


def _check_digit(nine: str) -> int:
    """Return what the last digit must be; 10, which no digit is, where no such number was ever given out."""
    weighted = sum(int(digit) * weight for digit, weight in zip(nine, range(DIGITS, 1, -1), strict=True))
    return -weighted % 11
