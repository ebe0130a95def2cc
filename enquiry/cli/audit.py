"""The audit, for operators: ``flask --app wsgi audit verify``."""

import click
from flask.cli import AppGroup

from enquiry import audit
from enquiry.audit import Mark

audit_commands = AppGroup("audit", help="The record of who did and saw what.")


def _read_mark(_context: click.Context, _parameter: click.Parameter, typed: str | None) -> Mark | None:
    if typed is None:
        return None
    number, _, fingerprint = typed.partition("-")
    if not number.isdecimal() or not fingerprint:
        raise click.BadParameter("it looks like 12345-0123456789abcdef")
    return Mark(int(number), fingerprint)


@audit_commands.command("verify")
@click.argument("mark", required=False, callback=_read_mark)
def verify(mark: Mark | None) -> None:
    """Check every link of the audit's chain.

    MARK is what an earlier check printed, and a copy outside kept: that entry must still be there. Without one, an
    end that was cut off together with its head is not seen.
    """
    fault = audit.first_fault(mark)
    if fault is not None:
        raise click.ClickException(f"The audit was tampered with: entry {fault} is the first that is wrong")
    click.echo(f"The audit is whole. Newest entry: {audit.newest()}")
