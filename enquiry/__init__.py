"""The house, put together: ``create_app`` is its table of contents and the only file that knows every part."""

from typing import Any

from flask import Flask, request
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from config import ROOT, Config
from enquiry import attachments, cli, custody, database, jobs, virus_scan
from enquiry.appointments.views import appointments
from enquiry.auditing.views import auditing
from enquiry.calls.views import calls
from enquiry.complaints.views import complaints
from enquiry.conditions import catalogue
from enquiry.conditions.views import conditions
from enquiry.extensions import csrf, db, limiter, mail, migrate
from enquiry.finding.views import finding
from enquiry.flask_settings import flask_settings
from enquiry.following.views import following
from enquiry.health import health
from enquiry.insight.views import insight
from enquiry.intake import pages
from enquiry.intake.views import intake
from enquiry.near_misses.views import near_misses
from enquiry.practices.views import practices
from enquiry.queue.presence_views import presences
from enquiry.queue.views import queue
from enquiry.referrals.views import referrals
from enquiry.replies.views import replies
from enquiry.settings.views import settings
from enquiry.staff import sign_in
from enquiry.staff.views import staff
from enquiry.taking.views import taking
from enquiry.triage.arrange_views import arranging
from enquiry.triage.views import triage
from enquiry.web import errors, filters, guard, headers, kept_pages, posted_hours, static_files, uploads
from enquiry.writing_back.views import writing_back


class ClinicFlask(Flask):
    """Flask with templates in which a misspelt name is an error, and with a log that holds no address."""

    jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}  # noqa: RUF012

    def log_exception(self, exc_info: Any) -> None:
        """Say in which view something failed; its address, which may hold a patient's token, stays out of the log."""
        self.logger.error("Exception in %s", request.endpoint, exc_info=exc_info)


def create_app(config: Config) -> Flask:
    """Return the application for one set of settings."""
    app = ClinicFlask(__name__, template_folder=ROOT / "templates", static_folder=None)
    app.config.from_mapping(flask_settings(config))
    proxies = config.trusted_proxies
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]

    database.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    custody.init_app(app, config.keyring, may_make=config.is_demo)
    attachments.init_app(app, config.files_url)
    virus_scan.init_app(app, config.clamd, is_expected=not config.is_demo)
    csrf.init_app(app)
    mail.init_app(app)
    limiter.init_app(app)
    sign_in.init_app(app, config)
    jobs.init_app(app, config.queue_url)

    for part in (static_files, kept_pages, posted_hours, headers, filters, uploads, errors, guard, cli):
        part.init_app(app)
    for room in (
        conditions,
        intake,
        following,
        complaints,
        referrals,
        practices,
        queue,
        presences,
        triage,
        arranging,
        finding,
        replies,
        calls,
        taking,
        appointments,
        writing_back,
        staff,
        settings,
        auditing,
        near_misses,
        insight,
        health,
    ):
        app.register_blueprint(room)
    # Rooms never import each other: what others need of the library and of the form is their titles.
    app.extensions["condition_titles"] = {slug: condition.title for slug, condition in catalogue.CONDITIONS.items()}
    app.extensions["pages_of_the_form"] = {page.name: page.title for page in pages.PAGES[1:]}
    if config.is_demo:
        # Only here: a clinic does not install what the demonstration needs.
        from enquiry import demo

        demo.init_app(app)
    return app
