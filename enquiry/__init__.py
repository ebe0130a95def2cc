"""The house, put together: ``create_app`` is its table of contents and the only file that knows every part."""

from flask import Flask
from jinja2 import StrictUndefined

from config import Config
from enquiry.conditions.views import conditions
from enquiry.web import errors, filters, headers, static_files


class ClinicFlask(Flask):
    """Flask with templates in which a misspelt name is an error, never an empty space in a patient's page."""

    jinja_options = {"undefined": StrictUndefined, "autoescape": True, "trim_blocks": True, "lstrip_blocks": True}


def create_app(config: Config) -> Flask:
    """Return the application for one set of settings."""
    app = ClinicFlask(__name__, template_folder="../templates", static_folder=None)
    app.config["SECRET_KEY"] = "for now"
    headers.init_app(app)
    filters.init_app(app)
    static_files.init_app(app)
    errors.init_app(app)
    app.register_blueprint(conditions)
    return app
