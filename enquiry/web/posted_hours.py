"""The opening hours as they stand on pages that ask no database; read aside, and read again for when others are set.

Why aside: a page that is the same for everybody costs no question, and must be there when the database is not. Whoever
asks for one only looks at a clock. Once in a while that starts a thread, which asks the one question. Nobody waits for
it, but for the first visitor after a quiet time, and that one for a second at most. Each process looks for itself, so
nothing has to be told to the others, on however many machines they are.

Why also when a day begins: a closure that is over is no longer posted.
"""

import time
from datetime import date
from threading import Lock, Thread

import structlog
from flask import Flask
from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from enquiry import clock
from enquiry.extensions import db
from enquiry.opening import AsSet, as_set, week_in_words
from enquiry.records.setting import Setting
from enquiry.rules.clinics import Clinic
from enquiry.rules.closures import Closure
from enquiry.web.kept_pages import KeptPages

EVERY = 20.0  # seconds
TOO_OLD = 60.0  # seconds: after a quiet night, the first visitor waits for the look
LONGEST_WAIT = 1.0  # seconds

log = structlog.get_logger()


class PostedHours:
    """What every page may say of the clinics' hours, and of how soon they answer, without asking."""

    def __init__(self, app: Flask, pages: KeptPages) -> None:
        self._app, self._pages = app, pages
        self._posted = AsSet()
        self._day = date.min
        self._looked_at = time.monotonic()
        self._looking = Lock()
        self._looker = Thread()

    def week(self, clinic: Clinic) -> str:
        """Return when a clinic is open, for example ``Monday to Friday, 9am to 5pm``."""
        return "; ".join(week_in_words(self._posted.openings[clinic].week))

    @property
    def weeks(self) -> str:
        """When the clinics are open, in a sentence for both, or in one for each where they differ."""
        each = {clinic: self.week(clinic) for clinic in Clinic}
        if len(set(each.values())) == 1:
            return f"Both clinics are open {each[Clinic.LONDON]}."
        return " ".join(f"{clinic.label} is open {week}." for clinic, week in each.items())

    def closures(self, clinic: Clinic) -> list[Closure]:
        """Return when a clinic will be shut, the next time first."""
        return [closure for closure in self._posted.openings[clinic].closures if closure.last >= self._day]

    def answers_within(self, *clinics: Clinic) -> str:
        """Return within how many working days everybody is answered, at these clinics or any: ``two working days``."""
        return self._posted.answers_within(*clinics)

    def glance(self) -> None:
        """Let somebody look whether other hours were set, if that was some time ago; wait only if it was long ago."""
        age = time.monotonic() - self._looked_at
        if age < EVERY:
            return
        looker = self._looker
        if not looker.is_alive():
            looker = self._looker = Thread(target=self.look, daemon=True)
            looker.start()
        if age >= TOO_OLD:
            looker.join(LONGEST_WAIT)

    def look(self) -> None:
        """Read what is set; if it is not what was posted, every kept page is made anew.

        Without the database, what was posted stays.
        """
        with self._looking, self._app.app_context():
            self._looked_at = time.monotonic()
            try:
                found, today = as_set(), clock.for_the_eye(clock.now()).date()
            except SQLAlchemyError as error:
                log.warning("opening hours not read", why=type(error).__name__)
                return
            if (found, today) != (self._posted, self._day):
                self._posted, self._day = found, today
                self._pages.forget()


def init_app(app: Flask) -> None:
    """Post the hours in every template, as ``posted``; a database that is still empty has none to read."""
    pages: KeptPages = app.extensions["kept pages"]
    posted = PostedHours(app, pages)
    app.extensions["posted hours"] = app.jinja_env.globals["posted"] = posted
    pages.glance = posted.glance
    with app.app_context():
        is_there = inspect(db.engine).has_table(Setting.__tablename__)
    if is_there:
        posted.look()
