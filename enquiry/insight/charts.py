"""Charts as shapes: where each bar of a table lies, for a template to draw.

Why across in percent and down in pixels: a chart then fits any screen, and its words keep their size on a telephone.
"""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from enquiry.insight.figures import Figure, Row

LINE, GAP = 20, 14  # pixels: a line of words, and the room after a bar
THICKNESS = 16
LONGEST_LINE = 38  # characters that fit a telephone's width
WIDEST = 86.0  # percent: the number stands after the bar
TALLEST, ABOVE, BELOW = 150, 24, 26  # pixels: the tallest column, and the words above and below
SLACK = 0.2  # of a column's share, left empty


@dataclass(frozen=True)
class Part:
    """A rectangle: one series' part of a bar."""

    series: int
    x: float  # percent
    y: float
    width: float  # percent
    height: float


@dataclass(frozen=True)
class Bar:
    """One row of a table: its words, its parts, and its number after them."""

    lines: Sequence[str]
    top: int
    parts: Sequence[Part]
    number: int

    @property
    def end(self) -> float:
        """Where the number stands, in percent across."""
        return max((part.x + part.width for part in self.parts), default=0.0)

    @property
    def middle(self) -> float:
        """The line on which the number stands."""
        return self.top + len(self.lines) * LINE + THICKNESS - 3


@dataclass(frozen=True)
class Chart:
    """Everything that is drawn of a table."""

    height: int
    bars: Sequence[Bar]
    baseline: int = 0  # of columns: what they stand on
    top: int = 0  # of columns: where the tallest ends
    most: int = 0


def chart_of(figure: Figure) -> Chart:
    """Return a chart of a table: columns for days, otherwise bars."""
    return _columns(figure) if figure.is_by_day else _bars(figure)


def _bars(figure: Figure) -> Chart:
    most = figure.most or 1
    bars, top = [], 0
    for row in figure.rows:
        lines = textwrap.wrap(_told(figure, row), LONGEST_LINE)
        y = top + len(lines) * LINE
        parts = [Part(n, x, y, width, THICKNESS) for n, x, width in _stacked(row.numbers, WIDEST / most)]
        bars.append(Bar(lines, top, parts, sum(row.numbers)))
        top = y + THICKNESS + GAP
    return Chart(top, bars)


def _columns(figure: Figure) -> Chart:
    most = figure.most or 1
    share, baseline = 100 / len(figure.rows), ABOVE + TALLEST
    bars = []
    for place, row in enumerate(figure.rows):
        x = (place + SLACK / 2) * share
        parts = [
            Part(n, x, baseline - below - height, share * (1 - SLACK), height)
            for n, below, height in _stacked(row.numbers, TALLEST / most)
        ]
        bars.append(Bar([row.label], 0, parts, sum(row.numbers)))
    return Chart(baseline + BELOW, bars, baseline, ABOVE, most)


def _stacked(numbers: Sequence[int], scale: float) -> Iterator[tuple[int, float, float]]:
    """Yield of each number that is not nothing which it is, where its part begins, and how long it is."""
    begins = 0.0
    for series, number in enumerate(numbers):
        if number:
            yield series, begins, number * scale
        begins += number * scale


def _told(figure: Figure, row: Row) -> str:
    """Return the words of a bar, for example ``Routine: 94% in time``."""
    return f"{row.label}: {row.share} {figure.share}" if row.share else row.label
