"""The audit, for operators: ``flask --app wsgi audit verify``."""

import click
from flask.cli import AppGroup

from enquiry import audit

audit_commands = AppGroup("audit", help="The record of who did and saw what.")


@audit_commands.command("verify")
def verify() -> None:
    """Check every link of the audit's chain."""
    fault = audit.first_fault()
    if fault is not None:
        raise click.ClickException(f"The audit was tampered with: entry {fault} is the first that is wrong")
    click.echo("The audit is whole.")
