"""Erasing, and keeping from being erased: ``flask --app wsgi erase …``."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click
from flask.cli import AppGroup

from enquiry import audit, clock, erasure
from enquiry.caseload import NoSuchEnquiry
from enquiry.database import DatabaseBusy
from enquiry.ledger import LedgerNotWritten
from enquiry.records.ledger import Reason
from enquiry.rules.references import read_reference

P = ParamSpec("P")
T = TypeVar("T")

erase_commands = AppGroup("erase", help="What is erased for good, and what is held.")

REMAINS = (
    "It is erased, but the database was in use, and old pages of it may still hold a key. "
    "Run erase due at a quieter moment; the worker does so each night"
)
_ON_REQUEST = [reason.value for reason in Reason if reason is not Reason.DUE]


@erase_commands.command("due")
def due() -> None:
    """Erase what was kept long enough, as the worker does each night."""
    click.echo(f"Enquiries and complaints erased: {_carried_out(erasure.erase_due, clock.now()):,}")


@erase_commands.command("enquiry")
@click.argument("reference")
@click.option("--reason", required=True, type=click.Choice(_ON_REQUEST), help="The person asked, or it was a mistake.")
@click.confirmation_option(prompt="Nobody can undo this. Erase it?")
def enquiry(reference: str, reason: str) -> None:
    """Erase one enquiry for good, wherever it stands, and print a receipt."""
    receipt = _carried_out(erasure.erase, audit.SYSTEM, _read(reference), Reason(reason))
    gone = receipt.gone
    click.echo(f"Erased on {clock.moment_in_words(receipt.at)}.")
    click.echo(f"Receipt: {receipt.number}")
    click.echo(f"With it went {gone.entries} timeline entries, {gone.letters} letters and {gone.files} files.")
    if receipt.has_remains:
        click.echo(REMAINS)
    click.echo("The ledger keeps this number, the time and the reason, and nothing about the person.")
    click.echo("Backups made before hold it, sealed, until they expire; a restore erases it again.")


@erase_commands.command("hold")
@click.argument("reference")
@click.option("--reason", prompt="Why must it be kept", help="Asked for if it is not given here.")
def hold(reference: str, reason: str) -> None:
    """Keep one enquiry from being erased until it is released; the case shows why."""
    held = _carried_out(erasure.hold, audit.SYSTEM, _read(reference), reason)
    click.echo(f"{held.reference} is held.")


@erase_commands.command("release")
@click.argument("reference")
@click.option("--reason", prompt="Why need it not be kept any more", help="Asked for if it is not given here.")
def release(reference: str, reason: str) -> None:
    """End a hold. What was kept long enough meanwhile goes in the next night."""
    released = _carried_out(erasure.release, audit.SYSTEM, _read(reference), reason)
    click.echo(f"{released.reference} is no longer held.")


def _read(reference: str) -> str:
    return read_reference(reference) or ""


def _carried_out(verb: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do it, or say in words why not."""
    try:
        return verb(*args, **kwargs)
    except NoSuchEnquiry:
        raise click.ClickException("There is no enquiry with this reference") from None
    except erasure.Held:
        raise click.ClickException("It is held. The case says why; to end that: erase release") from None
    except erasure.NotHeld:
        raise click.ClickException("It is not held") from None
    except LedgerNotWritten as refused:
        raise click.ClickException(str(refused)) from None
    except DatabaseBusy:
        raise click.ClickException(REMAINS) from None
