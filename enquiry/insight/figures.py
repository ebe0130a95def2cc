"""What the counts say of some days, as tables: the page draws each as a chart and lists it, and hands it out.

Why none crosses more than two things, and a condition stands beside nothing but the clinic: among few people, one who
is seen in enough ways is somebody.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from enquiry import tallies
from enquiry.records.staff import Staff
from enquiry.records.tally import TAKEN_UP_AGAIN, What
from enquiry.rules.clinics import Clinic
from enquiry.rules.contact import CallOutcome
from enquiry.rules.red_flags import RED_FLAGS
from enquiry.rules.sources import Source
from enquiry.rules.status import Outcome, Status
from enquiry.rules.urgency import Urgency
from enquiry.rules.waits import Wait
from enquiry.tallies import Counted, Days

BY_THE_WEEK = timedelta(days=31)  # and longer: a column for each day would be too thin to see

Labels = Mapping[str, str]


@dataclass(frozen=True)
class Row:
    """One line of a table: what was counted, how often in each column, and what follows from that."""

    label: str
    numbers: tuple[int, ...]
    share: str = ""


@dataclass(frozen=True)
class Figure:
    """One table, and what is drawn of it."""

    name: str  # in the address of its download
    title: str
    says: str  # the chart in one sentence
    head: tuple[str, ...]  # above the labels, and above each column
    rows: Sequence[Row]
    is_by_day: bool = False
    share: str = ""  # of what the rows say how much it is, if they do, for example ``in time``

    @property
    def columns(self) -> tuple[str, ...]:
        """Everything that stands above the table."""
        return (*self.head, f"Share {self.share}") if self.share else self.head

    def share_of(self, row: Row) -> tuple[str, ...]:
        """Return what stands last in a row, where anything does."""
        return (row.share,) if self.share else ()

    @property
    def lines(self) -> Iterator[Sequence[str | int]]:
        """The table as a file holds it."""
        yield self.columns
        for row in self.rows:
            yield row.label, *row.numbers, *self.share_of(row)

    @property
    def is_empty(self) -> bool:
        return self.total == 0

    @property
    def most(self) -> int:
        """The largest sum of a row."""
        return max((sum(row.numbers) for row in self.rows), default=0)

    @property
    def total(self) -> int:
        return sum(sum(row.numbers) for row in self.rows)


@dataclass(frozen=True)
class Words:
    """What the pages of other rooms are called, by their words."""

    conditions: Labels
    pages: Labels
    practices: Labels  # by their ids


@dataclass(frozen=True)
class Counts:
    """Everything that was counted in some days in some clinics."""

    clinics: Sequence[Clinic]
    days: Days
    totals: Mapping[Counted, int]
    arrivals: Mapping[tuple[date, Clinic | None], int]
    conditions: Mapping[tuple[str, Clinic | None], int]
    practices: Mapping[tuple[str, Clinic | None], int]

    def of(self, what: What, word: str) -> tuple[int, ...]:
        """Return how often this was counted in each clinic."""
        return tuple(self.totals.get(Counted(what, word, clinic), 0) for clinic in self.clinics)

    def anywhere(self, what: What, word: str) -> int:
        """Return how often this was counted in all of the clinics, and where none was chosen yet."""
        return sum(self.of(what, word)) + self.totals.get(Counted(what, word, None), 0)

    def words(self, what: What) -> set[str]:
        """Return what was counted at all."""
        return {counted.word for counted in self.totals if counted.what is what}


@dataclass(frozen=True)
class Share:
    """How many of how many."""

    part: int
    whole: int
    words: str

    @property
    def percent(self) -> str:
        """Rounded down, so that not all is never said to be all; a dash of nothing."""
        return f"{self.part * 100 // self.whole}%" if self.whole else "–"


def counts(asker: Staff, clinics: Sequence[Clinic], days: Days, words: Words) -> Counts:
    """Return what was counted, in four questions to the database, however much it is."""
    return Counts(
        clinics,
        days,
        tallies.totals(asker, clinics, days),
        tallies.arrivals(asker, clinics, days),
        tallies.conditions(asker, clinics, days, words.conditions),
        tallies.practices(asker, clinics, days, words.practices),
    )


def shares(counted: Counts) -> list[Share]:
    """Return the four figures that matter most."""
    answered = {word: counted.anywhere(What.ANSWERED, word) for word in counted.words(What.ANSWERED)}
    in_time = sum(number for word, number in answered.items() if word.endswith("/in-time"))
    calls = {word: counted.anywhere(What.CALLED, word) for word in counted.words(What.CALLED)}
    arrived = sum(counted.arrivals.values())
    by_telephone = counted.anywhere(What.ARRIVED, Source.TELEPHONE)
    sent, begun = counted.anywhere(What.REACHED, "sent"), counted.anywhere(What.REACHED, "who")
    return [
        Share(in_time, sum(answered.values()), "of first answers came in time"),
        Share(calls.get(CallOutcome.SPOKE, 0), sum(calls.values()), "of calls reached the person"),
        Share(sent, begun, "of forms that were begun were sent"),
        Share(by_telephone, arrived, "of enquiries came by telephone"),
    ]


def figures(counted: Counts, words: Words) -> list[Figure]:
    """Return every table, in the order of the page."""
    return [
        _by_day(counted),
        _first_answers(counted),
        _by_clinic(counted, What.WAITED, "waits", "How long the first answer took", "Working time", _labels(Wait)),
        _by_clinic(counted, What.ARRIVED, "sources", "How they came", "Source", _labels(Source)),
        _conditions(counted, words.conditions),
        _practices(counted, words.practices),
        _by_clinic(counted, What.TRIAGED, "triage", "How soon a referral was seen", "Working time", _labels(Wait)),
        _by_clinic(
            counted, What.REFERRAL_ENDED, "referrals", "What came of referrals", "Ending", _ENDINGS, only_counted=True
        ),
        _by_clinic(counted, What.ENDED, "endings", "What came of them", "Ending", _ENDINGS, only_counted=True),
        _by_clinic(counted, What.CALLED, "calls", "Telephone calls", "Call", _labels(CallOutcome)),
        _form(counted, words.pages),
        _diversions(counted),
        _by_clinic(counted, What.SPAM, "spam", "Possible spam", "Decision", _SPAM),
    ]


def _labels(vocabulary: Iterable[Source | Wait | CallOutcome | Outcome]) -> Labels:
    return {word.value: word.label for word in vocabulary}


_ENDINGS = {
    **_labels(Outcome),
    Status.REJECTED.value: "Rejected",
    Status.WITHDRAWN.value: "Withdrawn",
    TAKEN_UP_AGAIN: "Taken up again after it had ended",
}
_SPAM = {"set-aside": "Set aside by the program", "let-in": "Let into the queue by a colleague"}


def _by_day(counted: Counts) -> Figure:
    first, last = counted.days
    is_by_week = last - first > BY_THE_WEEK
    rows: dict[date, list[int]] = {}
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        begins = day - timedelta(days=day.weekday()) if is_by_week else day
        numbers = rows.setdefault(begins, [0] * len(counted.clinics))
        for column, clinic in enumerate(counted.clinics):
            numbers[column] += counted.arrivals.get((day, clinic), 0)
    unit = "week" if is_by_week else "day"
    listed = [Row(_date(begins, is_by_week), tuple(numbers)) for begins, numbers in rows.items()]
    total, most = sum(counted.arrivals.values()), max(sum(row.numbers) for row in listed)
    says = f"{_number(total, 'enquiry', 'enquiries')}, at most {most:,} in a {unit}."
    head = ("Week of" if is_by_week else "Day", *_names(counted))
    return Figure("arrivals", f"Enquiries by {unit}", says, head, listed, is_by_day=True)


def _first_answers(counted: Counts) -> Figure:
    rows = []
    for urgency in Urgency:
        in_time, late = (counted.anywhere(What.ANSWERED, f"{urgency}/{word}") for word in ("in-time", "late"))
        rows.append(Row(urgency.label, (in_time, late), Share(in_time, in_time + late, "").percent))
    in_time, late = (sum(row.numbers[column] for row in rows) for column in (0, 1))
    says = f"{in_time:,} of {_number(in_time + late, 'first answer', 'first answers')} came before they were due."
    head = ("Urgency", "In time", "Late")
    return Figure("first-answers", "First answers by a person", says, head, rows, share="in time")


def _conditions(counted: Counts, labels: Labels) -> Figure:
    asked = {word for word, _ in counted.conditions}
    rows = [
        Row(
            labels.get(word, "Another"),
            tuple(counted.conditions.get((word, clinic), 0) for clinic in counted.clinics),
        )
        for word in asked
    ]
    return _listed(counted, "conditions", "What they ask about", "Condition", _most_first(rows))


def _practices(counted: Counts, labels: Labels) -> Figure:
    """Return who refers; spellings that were merged count as one."""
    sums = Counter[tuple[str, Clinic | None]]()
    for (word, clinic), number in counted.practices.items():
        sums[labels.get(word, "Another"), clinic] += number
    names = {name for name, _ in sums}
    rows = [Row(name, tuple(sums[name, clinic] for clinic in counted.clinics)) for name in names]
    return _listed(counted, "practices", "Who refers", "Practice", _most_first(rows))


def _by_clinic(
    counted: Counts, what: What, name: str, title: str, of: str, labels: Labels, only_counted: bool = False
) -> Figure:
    rows = [Row(label, counted.of(what, word)) for word, label in labels.items()]
    if only_counted:
        rows = _most_first(row for row in rows if any(row.numbers))
    return _listed(counted, name, title, of, rows)


def _listed(counted: Counts, name: str, title: str, of: str, rows: Sequence[Row]) -> Figure:
    total = sum(sum(row.numbers) for row in rows)
    largest = max(rows, key=lambda row: sum(row.numbers), default=None)
    says = f"{total:,} in all. Most: {largest.label} ({sum(largest.numbers):,})." if largest and total else ""
    return Figure(name, title, says, (of, *_names(counted)), rows)


def _form(counted: Counts, pages: Labels) -> Figure:
    """Return how far people come; some pages are put to few, or to nobody in these days."""
    steps = {**{word: f"Reached: {title}" for word, title in pages.items()}, "check": "Reached: Check your answers"}
    rows = [Row(label, (counted.anywhere(What.REACHED, word),)) for word, label in steps.items()]
    rows = [row for row in rows if row.numbers != (0,)]
    rows.append(Row("Sent", (counted.anywhere(What.REACHED, "sent"),)))
    rows.append(Row("Never sent: threw the answers away", (counted.anywhere(What.UNSENT, "cleared"),)))
    rows.append(Row("Never sent: nothing for 24 hours", (counted.anywhere(What.UNSENT, "expired"),)))
    begun, sent = (counted.anywhere(What.REACHED, word) for word in ("who", "sent"))
    says = f"{sent:,} sent, of {begun:,} that were begun; some pages are put only to some. For both clinics together."
    return Figure("form", "How far people come in the form", says, ("Step", "People"), rows)


def _diversions(counted: Counts) -> Figure:
    labels = {flag.code: flag.says for flag in RED_FLAGS}
    shown = counted.words(What.DIVERTED)
    rows = _most_first(Row(labels.get(code, code), (counted.anywhere(What.DIVERTED, code),)) for code in shown)
    total = sum(sum(row.numbers) for row in rows)
    says = f"The safety page showed urgent help for {_number(total, 'answer', 'answers')}. For both clinics together."
    return Figure("diversions", "Sent to urgent help", says, ("What they said", "Times"), rows)


def _most_first(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-sum(row.numbers), row.label))


def _names(counted: Counts) -> tuple[str, ...]:
    return tuple(clinic.label for clinic in counted.clinics)


def _number(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _date(day: date, is_week: bool) -> str:
    return f"{day.day} {day:%B %Y}" if is_week else f"{day:%a} {day.day} {day:%B}"
