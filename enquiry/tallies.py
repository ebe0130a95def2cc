"""The counts, written where an enquiry arrives, read for somebody who manages its clinic, and added up at night.

What else is counted is counted where every verb passes: calls and endings in ``records.timeline``, a first answer in
``Enquiry.contacted``, so that none can forget it.

Why no question here may cross a condition with a day, an urgency or a source: a count of one, seen in enough ways,
says whose it is.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, delete, func, or_, select

from enquiry.clock import for_the_eye
from enquiry.database import begin_writing
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.records.tally import BLIND, Tally, What, blind, count
from enquiry.rules.clinics import Clinic
from enquiry.rules.red_flags import RedFlag
from enquiry.rules.sources import Source
from enquiry.rules.waits import step

_SAME = (Tally.day, Tally.clinic, Tally.what, Tally.word)  # what one row says together


class Counted(NamedTuple):
    """One thing that was counted, by its word; without a clinic where none was chosen yet."""

    what: What
    word: str
    clinic: Clinic | None


class Days(NamedTuple):
    """The first and the last day that are looked at."""

    first: date
    last: date


def arrived(enquiry: Enquiry, source: Source) -> None:
    """Count an enquiry that now stands in a queue, on the day on which it was received."""
    at = enquiry.received_at
    count(What.ARRIVED, source.value, at, enquiry.clinic)
    count(What.ASKED_ABOUT, blind(enquiry.request.about, for_the_eye(at).date()), at, enquiry.clinic)


def diverted(flags: Iterable[RedFlag], at: datetime) -> None:
    """Count that the emergencies among these rows were shown or read out; of whom, nothing is kept."""
    for flag in flags:
        if flag.action.is_emergency:
            count(What.DIVERTED, flag.code, at)


def totals(asker: Staff, clinics: Collection[Clinic], days: Days) -> Mapping[Counted, int]:
    """Return how much of what is not counted blind was counted in these days, in those of the clinics that are theirs.

    What belongs to no clinic is among it.
    """
    columns = (Tally.what, Tally.word, Tally.clinic)
    in_sight = or_(_visible_to(asker, clinics), Tally.clinic.is_(None))
    counted = select(*columns, func.sum(Tally.number)).where(Tally.what.in_(set(What) - BLIND), _in(days), in_sight)
    rows = db.session.execute(counted.group_by(*columns))
    return Counter({Counted(what, word, clinic): number for what, word, clinic, number in rows})


def arrivals(asker: Staff, clinics: Collection[Clinic], days: Days) -> Mapping[tuple[date, Clinic | None], int]:
    """Return how many enquiries arrived on each day in each clinic; the same as ``totals`` otherwise."""
    counted = select(Tally.day, Tally.clinic, func.sum(Tally.number)).where(
        Tally.what == What.ARRIVED, _in(days), _visible_to(asker, clinics)
    )
    rows = db.session.execute(counted.group_by(Tally.day, Tally.clinic))
    return Counter({(day, clinic): number for day, clinic, number in rows})


def conditions(
    asker: Staff, clinics: Collection[Clinic], days: Days, known: Collection[str]
) -> Mapping[tuple[str, Clinic | None], int]:
    """Return how many asked about each condition in each clinic; the same as ``totals`` otherwise.

    :param known: the conditions that there are; what was asked about any other is counted under an empty word.
    """
    return _seen(asker, clinics, days, What.ASKED_ABOUT, known)


def practices(
    asker: Staff, clinics: Collection[Clinic], days: Days, known: Collection[str]
) -> Mapping[tuple[str, Clinic | None], int]:
    """Return how many referrals of each practice were acknowledged, by its id; as ``conditions`` otherwise."""
    return _seen(asker, clinics, days, What.REFERRED, known)


def referred(practice_id: UUID, enquiry: Enquiry, at: datetime, waited: timedelta) -> None:
    """Count a referral of a practice that a colleague acknowledges for the first time, and how long that took.

    :param waited: in working time.
    """
    count(What.REFERRED, blind(str(practice_id), for_the_eye(at).date()), at, enquiry.clinic)
    count(What.TRIAGED, step(waited), at, enquiry.clinic)


def _seen(
    asker: Staff, clinics: Collection[Clinic], days: Days, what: What, known: Collection[str]
) -> Mapping[tuple[str, Clinic | None], int]:
    columns = (Tally.day, Tally.clinic, Tally.word)
    counted = select(*columns, func.sum(Tally.number)).where(Tally.what == what, _in(days), _visible_to(asker, clinics))
    rows = db.session.execute(counted.group_by(*columns)).all()
    seen = {blind(word, day): word for day in {row.day for row in rows} for word in known}
    found: Counter[tuple[str, Clinic | None]] = Counter()
    for _, clinic, word, number in rows:
        found[seen.get(word, ""), clinic] += number
    return found


def add_up(now: datetime) -> None:
    """Put one row in the place of all that say the same of a day that is over, for the worker at night."""
    today = for_the_eye(now).date()
    begin_writing()
    several = select(Tally.day).where(Tally.day < today).group_by(*_SAME).having(func.count() > 1).distinct()
    days = db.session.scalars(several).all()
    taken = delete(Tally).where(Tally.day.in_(days)).returning(*_SAME, Tally.number)
    db.session.add_all(_added_up(db.session.execute(taken)))
    db.session.commit()


def _added_up(rows: Iterable[Row[date, Clinic | None, What, str, int]]) -> Iterable[Tally]:
    sums: Counter[tuple[date, Clinic | None, What, str]] = Counter()
    for day, clinic, what, word, number in rows:
        sums[day, clinic, what, word] += number
    return [
        Tally(day=day, clinic=clinic, what=what, word=word, number=number)
        for (day, clinic, what, word), number in sums.items()
    ]


def _visible_to(asker: Staff, clinics: Collection[Clinic]) -> ColumnElement[bool]:
    """The wall between the clinics, as in ``caseload``: whatever was asked for, nobody sees another clinic's."""
    return Tally.clinic.in_(set(clinics) & set(asker.clinics))


def _in(days: Days) -> ColumnElement[bool]:
    return Tally.day.between(days.first, days.last)
