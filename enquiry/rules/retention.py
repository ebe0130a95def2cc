"""How long what has ended is kept: an enquiry is reviewed on its day, and then erased or kept a while longer.

Source: clinical.md 6; docs/retention.md shows the same table with what awaits the clinic's adviser. The years count
from the last contact: the last thing that happened to the enquiry. An open enquiry is never due.

Why a review and not a day of erasure: that day would stand in clear beside the record, and tell what is sealed. Thirty
years mean cancer, and a 25th birthday is a date of birth. The day of the first review follows from the outcome alone,
which is in clear anyway; the rest is opened on that day.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from enquiry.rules.red_flags import BY_CODE
from enquiry.rules.scope import OF_AGE
from enquiry.rules.status import Outcome

UNSENT = timedelta(hours=24)  # answers that were never sent; ours, and WCAG 2.2.6
SPAM = timedelta(days=30)  # ours
NOT_ACCEPTED = 2  # years; general practice
ADULT = 8  # years; NHS Records Management Code, which the GMC tells private doctors to follow
CHILD = 25  # th birthday, if the last contact was before the 17th; the same code
CHILD_OF_17 = 26  # th birthday, if it was at 17; the same code
CANCER = 30  # years; the same code
COMPLAINT = 10  # years after it was closed; general practice

LOOK_AGAIN = timedelta(days=30)  # what is kept longer is looked at so often, so it goes at most this much late

# With these the person became, or was, a patient of the clinic: what they wrote is part of a patient's record.
ACCEPTED = frozenset({Outcome.APPOINTMENT_BOOKED, Outcome.EXISTING_PATIENT})

_CANCER_ROWS = frozenset(code for code, flag in BY_CODE.items() if flag.row in (8, 9))  # "I have ever had cancer"
_CANCER_CONDITIONS = frozenset({"spinal-tumours"})


def concerns_cancer(about: str, red_flags: Iterable[str]) -> bool:
    """Return whether an enquiry belongs to the record of somebody with cancer, past or feared.

    :param about: the condition's slug.
    :param red_flags: the codes that the person declared on the safety page.
    """
    return about in _CANCER_CONDITIONS or not _CANCER_ROWS.isdisjoint(red_flags)


def first_review(outcome: Outcome | None, last_contact: date) -> date:
    """Return the first day on which an ended enquiry can be due, as far as its outcome alone tells.

    :param outcome: ``None`` for one that was rejected or withdrawn.
    """
    if outcome is Outcome.SPAM:
        return last_contact + SPAM
    return _years_after(last_contact, ADULT if outcome in ACCEPTED else NOT_ACCEPTED)


def kept_until(outcome: Outcome | None, last_contact: date, birth_date: date | None, cancer: bool) -> date:
    """Return the day on which an ended enquiry is to be erased; never before its first review.

    :param birth_date: ``None`` for somebody of whom no more is known than that they are of age.
    """
    if outcome not in ACCEPTED:
        return first_review(outcome, last_contact)
    if cancer:
        return _years_after(last_contact, CANCER)
    if birth_date and last_contact < _years_after(birth_date, OF_AGE):
        is_17 = last_contact >= _years_after(birth_date, OF_AGE - 1)
        return _years_after(birth_date, CHILD_OF_17 if is_17 else CHILD)
    return _years_after(last_contact, ADULT)


def complaint_kept_until(closed_on: date) -> date:
    """Return the day on which a complaint is to be erased."""
    return _years_after(closed_on, COMPLAINT)


def _years_after(day: date, years: int) -> date:
    """Return the same day some years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
