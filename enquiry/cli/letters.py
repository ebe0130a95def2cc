"""The worker, and one delivery by hand: ``flask --app wsgi worker`` and ``… deliver``."""

import socket

import click
from flask import current_app
from flask.cli import with_appcontext

from enquiry import clock, outbox

SILENCE = 30  # seconds: a mail server that says nothing for longer has failed; Flask-Mail would wait for ever


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
