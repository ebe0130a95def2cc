"""Backup and restore, for operators: ``flask --app wsgi backup DEST`` and ``… restore SRC``."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from enquiry import audit
from enquiry import backup as backups
from enquiry.backup import BackupRefused, Restored
from enquiry.cli.erase import REMAINS
from enquiry.clock import moment_in_words
from enquiry.database_copy import CopyFailed
from enquiry.sealing import SealingError


@click.command("backup")
@click.argument("folder", type=click.Path(path_type=Path))
@with_appcontext
def backup(folder: Path) -> None:
    """Copy database and files into the new FOLDER, while the site serves. The keyring is never in it."""
    try:
        manifest = backups.make(audit.SYSTEM, folder)
    except (BackupRefused, CopyFailed) as refused:
        raise click.ClickException(str(refused)) from None
    except OSError as error:
        raise click.ClickException(f"{folder} cannot be written: {error.strerror}") from None
    size = sum(part.size for part in manifest.parts.values())
    click.echo(f"Backed up to {folder}: {len(manifest.parts):,} files, {size:,} bytes.")
    click.echo(f"The audit's newest entry then: {manifest.mark}")


@click.command("restore")
@click.argument("folder", type=click.Path(path_type=Path))
@with_appcontext
def restore(folder: Path) -> None:
    """Bring the backup in FOLDER back into an empty database, and say whether it opens."""
    try:
        restored = backups.restore(audit.SYSTEM, folder)
    except (BackupRefused, CopyFailed, SealingError) as refused:
        raise click.ClickException(str(refused)) from None
    _tell(restored)
    if restored.fault is not None or restored.broken:
        raise click.ClickException("Do not go on with it before you know why")


def _tell(restored: Restored) -> None:
    click.echo(f"The backup of {moment_in_words(restored.manifest.made_at)} is back. What came after it is not.")
    click.echo("The keyring opens it: the canary was tried.")
    if restored.fault is None:
        click.echo("The audit is whole.")
    else:
        click.echo(f"The audit was tampered with: entry {restored.fault} is the first that is wrong.")
    click.echo(f"Enquiries drawn at random and opened: {restored.drawn}.")
    for reference in restored.broken:
        click.echo(f"{reference} does not open, or one of its files does not.")
    click.echo(f"Erased since, and now again: {restored.erased:,}.")
    if restored.has_remains:
        click.echo(REMAINS)
    click.echo(f"Replies that may have gone since and wait for a person, at /desk/outbox: {restored.doubtful:,}.")
    click.echo("Everybody is signed out. Whoever was disabled since can come in again: look at staff list.")
