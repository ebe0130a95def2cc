"""The page of figures for managers, and each of its tables as a file."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from enquiry import clock, directory
from enquiry.insight import figures
from enquiry.insight.charts import chart_of
from enquiry.insight.figures import Words
from enquiry.rules.clinics import Clinic
from enquiry.rules.permissions import Action
from enquiry.tallies import Days
from enquiry.web.downloads import handed_out, written_as_csv
from enquiry.web.guard import may, me

insight = Blueprint("insight", __name__)

PERIODS = {7: "7 days", 30: "30 days", 90: "90 days", 365: "A year"}
USUAL = 30


@insight.get("/desk/insight")
@may(Action.SEE_INSIGHT)
def show() -> ResponseReturnValue:
    """Show what was counted in the last days in one's own clinics, or in one of them."""
    clinics, days, words = _clinics(), _days(), _words()
    counted = figures.counts(me(), clinics, days, words)
    return render_template(
        "insight/figures.html",
        figures=[(figure, chart_of(figure)) for figure in figures.figures(counted, words)],
        shares=figures.shares(counted),
        total=sum(counted.arrivals.values()),
        clinics_shown=clinics,
        own=me().clinics,
        days=days,
        periods=PERIODS,
        period=_period(),
        chosen=request.args.get("clinic"),
    )


@insight.get("/desk/insight/<name>/csv")
@may(Action.SEE_INSIGHT)
def download(name: str) -> ResponseReturnValue:
    """Hand out one of the tables, with the same choice of days and clinic."""
    days, words = _days(), _words()
    counted = figures.counts(me(), _clinics(), days, words)
    found = next((figure for figure in figures.figures(counted, words) if figure.name == name), None)
    if found is None:
        raise NotFound
    return handed_out(written_as_csv(found.lines), "text/csv", f"{found.name}-{days.first}-to-{days.last}.csv")


def _clinics() -> Sequence[Clinic]:
    """Return one's own clinics, or the one that was chosen among them."""
    chosen = request.args.get("clinic")
    clinics = [clinic for clinic in Clinic if clinic in me().clinics and chosen in (clinic, None)]
    if chosen and not clinics:
        raise NotFound
    return clinics


def _period() -> int:
    """Return how many days were chosen; a number that is not offered is as good as none."""
    return next((days for days in PERIODS if request.args.get("days") == str(days)), USUAL)


def _days() -> Days:
    today = clock.for_the_eye(clock.now()).date()
    return Days(today - timedelta(days=_period() - 1), today)


def _words() -> Words:
    titles: dict[str, str] = current_app.extensions["condition_titles"]
    practices = {str(own_id): name for own_id, name in directory.names_by_id().items()}
    return Words({**titles, "not-sure": "Not sure"}, current_app.extensions["pages_of_the_form"], practices)
