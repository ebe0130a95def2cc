"""The library, for operators: ``flask --app wsgi content check``."""

import click
from flask import current_app
from flask.cli import AppGroup

from enquiry import clock
from enquiry.conditions import checks, reading_age
from enquiry.conditions.catalogue import CONDITIONS

content_commands = AppGroup("content", help="The library of conditions.")


@content_commands.command("check")
def check() -> None:
    """Print each condition's median reading age in years, with its hardest passage, and check the whole library."""
    for condition in CONDITIONS.values():
        age = reading_age.of_condition(condition)
        signed = f"signed off by {condition.signed_off_by}" if condition.signed_off_by else "awaiting sign-off"
        click.echo(f"{condition.slug:28} {age.median:4.1f}  ({age.passage}: {age.hardest:.1f})  {signed}")
    today = clock.for_the_eye(clock.now()).date()
    faults = checks.faults(today, current_app.test_client())
    if faults:
        raise click.ClickException("The library is not in order:\n" + "\n".join(faults))
    click.echo(f"{len(CONDITIONS)} conditions are in order.")
