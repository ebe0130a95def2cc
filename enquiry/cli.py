"""The operators' commands: ``flask --app wsgi …``."""

import socket

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from enquiry import audit, clock, outbox
from enquiry.staff.commands import staff_commands

SILENCE = 30  # seconds: a mail server that says nothing for longer has failed; Flask-Mail would wait for ever

audit_commands = AppGroup("audit", help="The record of who did and saw what.")


def init_app(app: Flask) -> None:
    """Add the operators' commands."""
    for command in (audit_commands, staff_commands, worker, deliver):
        app.cli.add_command(command)


@audit_commands.command("verify")
def verify() -> None:
    """Check every link of the audit's chain."""
    fault = audit.first_fault()
    if fault is not None:
        raise click.ClickException(f"The audit was tampered with: entry {fault} is the first that is wrong")
    click.echo("The audit is whole.")


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Deliver letters as they come, sweep each minute, and discard expired drafts."""
    socket.setdefaulttimeout(SILENCE)
    current_app.extensions["huey"].create_consumer(workers=2, periodic=True, check_worker_health=True).run()


@click.command("deliver")
@with_appcontext
def deliver() -> None:
    """Deliver every letter that is due, once."""
    socket.setdefaulttimeout(SILENCE)
    click.echo(f"Letters tried: {outbox.sweep(clock.now())}")
