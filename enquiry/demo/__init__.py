"""The demonstration: people, sample enquiries, a local mail catcher, and one command that runs it all."""

from flask import Flask

from enquiry.demo.letters import demo
from enquiry.demo.run import run


def init_app(app: Flask) -> None:
    """Add what only a demonstration has."""
    app.register_blueprint(demo)
    app.cli.add_command(run)
