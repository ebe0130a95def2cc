"""The operators' commands: ``flask --app wsgi …``, one module for each group."""

from flask import Flask

from enquiry.cli.audit import audit_commands
from enquiry.cli.backup import backup, restore
from enquiry.cli.content import content_commands
from enquiry.cli.erase import erase_commands
from enquiry.cli.export import export_commands
from enquiry.cli.keys import keys_commands
from enquiry.cli.letters import deliver, worker
from enquiry.staff.commands import staff_commands


def init_app(app: Flask) -> None:
    """Add the operators' commands."""
    for command in (
        audit_commands,
        content_commands,
        erase_commands,
        export_commands,
        keys_commands,
        staff_commands,
        worker,
        deliver,
        backup,
        restore,
    ):
        app.cli.add_command(command)
