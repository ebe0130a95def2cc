"""The operators' commands: ``flask --app wsgi …``, one module for each group."""

from flask import Flask

from enquiry.cli.audit import audit_commands
from enquiry.cli.letters import deliver, worker
from enquiry.staff.commands import staff_commands


def init_app(app: Flask) -> None:
    """Add the operators' commands."""
    for command in (audit_commands, staff_commands, worker, deliver):
        app.cli.add_command(command)
