"""Counts of a season that never was, so that the demonstration has figures to show; always the same."""

import random
from datetime import datetime, timedelta

from enquiry.extensions import db
from enquiry.records.tally import Tally, What, blind
from enquiry.rules.clinics import Clinic

DAYS = 90
FRIDAY = 4

# For each thing its words, each with about how many of them a working day sees in one clinic.
OF_A_CLINIC: dict[What, dict[str, float]] = {
    What.ARRIVED: {"web": 9, "telephone": 3},
    What.ASKED_ABOUT: {
        "sciatica": 4, "slipped-vertebra": 1, "spinal-stenosis": 3, "spinal-tumours": 0.4, "not-sure": 3.6,
    },
    What.ANSWERED: {
        "red-flag-declared/in-time": 0.2, "urgent/in-time": 1, "urgent/late": 0.1, "soon/in-time": 2, "soon/late": 0.2,
        "routine/in-time": 7, "routine/late": 0.6,
    },
    What.WAITED: {"half-an-hour": 1, "one-hour": 1.6, "two-hours": 2.5, "four-hours": 3, "one-day": 2, "two-days": 0.8},
    What.CALLED: {"spoke": 4, "no-answer": 2.5, "message-left": 1, "wrong-number": 0.1},
    What.ENDED: {
        "appointment-booked": 5, "advice-sent": 2.5, "imaging-or-referral-needed": 1.2, "not-in-scope": 0.5,
        "no-reply": 0.6, "declined-by-patient": 0.4, "spam": 0.5, "withdrawn": 0.2, "taken-up-again": 0.2,
    },
    What.SPAM: {"set-aside": 0.6, "let-in": 0.1},
}  # fmt: skip
OF_BOTH: dict[What, dict[str, float]] = {
    What.REACHED: {
        "who": 30, "proxy": 3, "contact": 28, "about": 26, "pain": 23, "times": 15, "files": 22, "clinic": 21,
        "postcode": 6, "check": 20, "sent": 18,
    },
    What.UNSENT: {"cleared": 1, "expired": 11},
    What.DIVERTED: {"row-1": 0.8, "row-2": 0.6, "row-3": 0.3, "row-8": 0.2},
}  # fmt: skip


def count(now: datetime) -> None:
    """Count a season that ends the day before."""
    dice = random.Random(7)  # noqa: S311 - chance, not secrecy
    for days in range(DAYS, 0, -1):
        at = now - timedelta(days=days)
        for clinic, size in ((Clinic.LONDON, 1.2), (Clinic.NORWICH, 0.7)):
            _count(dice, OF_A_CLINIC, at, size, clinic)
        _count(dice, OF_BOTH, at, 1, None)
    db.session.commit()


def _count(
    dice: random.Random, words: dict[What, dict[str, float]], at: datetime, size: float, clinic: Clinic | None
) -> None:
    quiet = 0.25 if at.weekday() > FRIDAY else 1
    for what, means in words.items():
        for word, mean in means.items():
            number = _about(dice, mean * size * quiet)
            counted = Tally.of(what, word, at, clinic, number)
            if what is What.ASKED_ABOUT:
                counted.word = blind(word, counted.day)
            if number:
                db.session.add(counted)


def _about(dice: random.Random, mean: float) -> int:
    """Return a number that is this on average."""
    exact = mean * dice.uniform(0.5, 1.5)
    return int(exact) + (dice.random() < exact % 1)
