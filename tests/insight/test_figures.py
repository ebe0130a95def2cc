"""Max sees how the clinics are doing: figures of his own clinics, as charts, tables and files, and nobody in them."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from enquiry import clock
from enquiry.extensions import db
from enquiry.insight.charts import chart_of
from enquiry.insight.figures import Figure, Row
from enquiry.records.tally import Tally, What, blind, count
from enquiry.rules.clinics import Clinic
from enquiry.rules.contact import CallOutcome
from enquiry.web.downloads import written_as_csv
from tests.counting import counting_queries
from tests.intake.suspects import a_suspect_asks
from tests.people import INES, LENA, MAX, RAI, Colleague, at_the_desk, pat_asks
from tests.visitor import Visitor

PAGE = "/desk/insight"
QUESTIONS_AT_MOST = 10
NINA = replace(MAX, name="Nina Broad", email="nina@clinic.example", clinics=(Clinic.NORWICH,))
TABLES = (
    "arrivals", "first-answers", "waits", "sources", "conditions", "practices", "triage", "referrals", "endings",
    "calls", "form", "diversions", "spam",
)  # fmt: skip


@pytest.fixture
def busy(app: Flask) -> Flask:
    """Let something of everything have been counted: 3 of each in London, 5 of each in Norwich, 7 in neither."""
    with app.app_context():
        now = clock.now()
        for clinic, number in ((Clinic.LONDON, 3), (Clinic.NORWICH, 5)):
            for what, word in (
                (What.ARRIVED, "web"), (What.ANSWERED, "urgent/in-time"), (What.ANSWERED, "urgent/late"),
                (What.WAITED, "one-hour"), (What.CALLED, "spoke"), (What.ENDED, "no-reply"), (What.SPAM, "let-in"),
                (What.ASKED_ABOUT, blind("sciatica", clock.for_the_eye(now).date())),
                (What.REFERRED, blind("a practice", clock.for_the_eye(now).date())),
                (What.TRIAGED, "one-hour"), (What.REFERRAL_ENDED, "no-reply"),
            ):  # fmt: skip
                count(what, word, now, clinic, number)
        for what, word in ((What.DIVERTED, "row-1"), (What.REACHED, "who"), (What.REACHED, "sent")):
            count(what, word, now, number=7)
        db.session.commit()
    return app


def table(who: Visitor, name: str, choice: str = "") -> list[list[str]]:
    """Return the rows of a table as they are handed out, the heading first."""
    answer = who.get(f"{PAGE}/{name}/csv{choice}")
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def line(rows: list[list[str]], label: str) -> list[str]:
    """Return the numbers of one line."""
    return next(row[1:] for row in rows if row[0] == label)


def test_max_sees_every_figure_with_its_numbers_and_a_file(busy: Flask) -> None:
    max_ = at_the_desk(busy, MAX)
    page = max_.get(PAGE).text
    for name in TABLES:
        assert f'id="{name}"' in page
        assert f"{PAGE}/{name}/csv?days=30" in page
    assert len(re.findall(r'<svg [^>]*role="img" aria-label="[^"]{20,}"', page)) == len(TABLES)
    assert page.count("<table") == len(TABLES)
    assert "8</strong> enquiries arrived" in page
    assert " style=" not in page


def test_the_numbers_are_those_that_were_counted(busy: Flask) -> None:
    max_ = at_the_desk(busy, MAX)
    assert table(max_, "sources")[:2] == [["Source", "London", "Norwich"], ["By the form on this site", "3", "5"]]
    assert line(table(max_, "conditions"), "Sciatica") == ["3", "5"]
    assert line(table(max_, "first-answers"), "Urgent") == ["8", "8", "50%"]
    assert line(table(max_, "first-answers"), "Routine") == ["0", "0", "–"]
    assert line(table(max_, "waits"), "Up to 1 hour") == ["3", "5"]
    assert line(table(max_, "endings"), "No reply after three tries") == ["3", "5"]
    assert line(table(max_, "calls"), CallOutcome.SPOKE.label) == ["3", "5"]
    assert line(table(max_, "form"), "Sent") == ["7"]
    assert line(table(max_, "spam"), "Let into the queue by a colleague") == ["3", "5"]
    assert table(max_, "arrivals")[-1][1:] == ["3", "5"]
    assert table(max_, "diversions")[1][1] == "7"


def test_one_clinic_can_be_looked_at_alone(busy: Flask) -> None:
    max_ = at_the_desk(busy, MAX)
    assert table(max_, "sources", "?clinic=norwich")[:2] == [["Source", "Norwich"], ["By the form on this site", "5"]]
    assert line(table(max_, "first-answers", "?clinic=norwich"), "Urgent") == ["5", "5", "50%"]


def test_nina_of_norwich_sees_nothing_of_london(busy: Flask) -> None:
    nina = at_the_desk(busy, NINA)
    for choice in ("", "?clinic=norwich"):
        page = nina.get(f"{PAGE}{choice}").text
        assert "5</strong> enquiries arrived" in page
        assert "London" not in page.partition("<main")[2].replace("London Norwich", "")
        for name in TABLES:
            cells = [cell for row in table(nina, name, choice) for cell in row]
            assert "London" not in cells
            assert not {"3", "8"} & set(cells), f"{name} counts London"


@pytest.mark.parametrize("address", [PAGE, f"{PAGE}/sources/csv"])
def test_another_clinic_and_one_that_is_not_there_are_the_same_answer(busy: Flask, address: str) -> None:
    nina = at_the_desk(busy, NINA)
    answers = [nina.get(f"{address}?clinic={clinic}") for clinic in ("london", "paris")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text == answers[1].text


@pytest.mark.parametrize("who", [LENA, RAI, INES])
@pytest.mark.parametrize("address", [PAGE, f"{PAGE}/sources/csv"])
def test_nobody_but_a_manager_sees_figures(app: Flask, who: Colleague, address: str) -> None:
    assert at_the_desk(app, who).get(address).status_code == 403


def test_what_was_counted_before_the_period_is_left_out(app: Flask) -> None:
    with app.app_context():
        for days in (0, 6, 7, 29, 30, 89, 90, 364, 365):
            count(What.ARRIVED, "web", clock.now() - timedelta(days=days), Clinic.LONDON)
        db.session.commit()
    max_ = at_the_desk(app, MAX)
    for choice, number in (("?days=7", 2), ("", 4), ("?days=90", 6), ("?days=365", 8), ("?days=x", 4), ("?days=8", 4)):
        assert line(table(max_, "sources", choice), "By the form on this site") == [str(number), "0"], choice
        assert sum(int(row[1]) for row in table(max_, "arrivals", choice)[1:]) == number, choice
    assert len(table(max_, "arrivals", "?days=7")) == 8
    assert len(table(max_, "arrivals", "?days=365")) in (54, 55), "a year goes by the week"


def test_a_clinic_that_has_counted_nothing_has_an_empty_page_and_empty_files(app: Flask) -> None:
    max_ = at_the_desk(app, MAX)
    for choice in ("", "?days=365", "?clinic=london"):
        page = max_.get(f"{PAGE}{choice}").text
        assert page.count("Nothing like this was counted") == len(TABLES)
    for name in TABLES:
        assert all(set(row[1:]) <= {"0", "–"} for row in table(max_, name)[1:])


def test_a_table_that_is_not_there(app: Flask) -> None:
    assert at_the_desk(app, MAX).get(f"{PAGE}/salaries/csv").status_code == 404


def test_a_file_is_saved_and_never_shown(busy: Flask) -> None:
    answer: TestResponse = at_the_desk(busy, MAX).get(f"{PAGE}/sources/csv?days=7")
    today = clock.for_the_eye(clock.now()).date()
    assert answer.headers["Content-Disposition"] == (
        f"attachment; filename=sources-{today - timedelta(days=6)}-to-{today}.csv"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "text/csv"


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1"])
def test_no_cell_of_a_file_is_a_formula(cell: str) -> None:
    """osTicket 99818486c: a cell that a spreadsheet carries out when it is opened."""
    [[written, number]] = csv.reader(io.StringIO(written_as_csv([[cell, -1]]).decode("utf-8-sig"), newline=""))
    assert written == f"'{cell}"
    assert number == "-1"


def test_the_page_costs_as_many_questions_for_a_thousand_counts_as_for_none(app: Flask) -> None:
    max_ = at_the_desk(app, MAX)
    costs = []
    for _ in range(2):
        with counting_queries(app) as queries:
            assert max_.get(f"{PAGE}?days=365").status_code == 200
        costs.append(len(queries))
        with app.app_context():
            db.session.add_all(everything_for_a_season())
            db.session.commit()
    assert costs[0] == costs[1] <= QUESTIONS_AT_MOST


def everything_for_a_season() -> Iterator[Tally]:
    """Yield a count of everything on each of ninety days."""
    for days in range(90):
        at = clock.now() - timedelta(days=days)
        for what in What:
            yield Tally.of(what, "web", at, Clinic.LONDON)


def test_nobody_can_be_found_in_the_figures(app: Flask) -> None:
    with app.test_request_context():
        told = [pat_asks(), a_suspect_asks(), pat_asks(Clinic.NORWICH)]
    max_ = at_the_desk(app, MAX)
    pages = [max_.get(PAGE).text, *(max_.get(f"{PAGE}/{name}/csv").text for name in TABLES)]
    for enquiry in told:
        its_own = (enquiry.reference, str(enquiry.id), enquiry.id.hex)
        for canary in (*its_own, "O’Shea", "pat@home", "September", "900 982"):
            assert not [page for page in pages if canary in page], canary


def drawn(**changes: Any) -> Figure:
    """Return a table of two rows and two columns."""
    rows = [Row("A", (30, 10)), Row("B", (0, 20))]
    return replace(Figure("x", "X", "", ("", "One", "Two"), rows), **changes)


def test_a_bar_is_as_long_as_what_it_counts() -> None:
    longest, shorter = chart_of(drawn()).bars
    assert [part.series for part in longest.parts] == [0, 1]
    assert longest.parts[0].width == pytest.approx(3 * longest.parts[1].width)
    assert longest.parts[1].x == pytest.approx(longest.parts[0].width), "the second part begins where the first ends"
    assert shorter.end == pytest.approx(longest.end / 2)
    assert shorter.top > longest.top


def test_columns_stand_on_one_line_and_none_is_taller_than_the_chart() -> None:
    chart = chart_of(drawn(is_by_day=True))
    tallest, other = chart.bars
    assert tallest.parts[0].y + tallest.parts[0].height == pytest.approx(chart.baseline)
    assert tallest.parts[1].y == pytest.approx(chart.top)
    assert other.parts[0].height == pytest.approx((chart.baseline - chart.top) / 2)
    assert all(part.x >= 0 and part.x + part.width <= 100 for bar in chart.bars for part in bar.parts)


def test_a_chart_of_nothing_has_no_shapes() -> None:
    empty = drawn(rows=[Row(str(date(2026, 11, 24)), (0, 0))])
    for is_by_day in (True, False):
        assert not [bar.parts for bar in chart_of(replace(empty, is_by_day=is_by_day)).bars if bar.parts]
