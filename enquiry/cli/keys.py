"""The keyring, for operators: ``flask --app wsgi keys …``; when to do what stands in docs/keys.md."""

from collections.abc import Callable
from typing import TypeVar

import click
from flask.cli import AppGroup

from enquiry import audit, custody, rotation
from enquiry.extensions import keyring
from enquiry.records.staff import Staff

T = TypeVar("T")

keys_commands = AppGroup("keys", help="The keyring: the keys that wrap every record's own key.")


@keys_commands.command("init")
def init() -> None:
    """Make the keyring of a new clinic; an existing file is never written over."""
    try:
        path = custody.make_keyring()
    except FileExistsError:
        raise click.ClickException("There is a keyring already: it was left as it is") from None
    click.echo(f"The keyring is at {path}. Give two copies into custody before the first enquiry arrives.")


@keys_commands.command("add")
def add() -> None:
    """Add a key that opens and does not wrap yet."""
    click.echo(f"Key {_taken(rotation.add)} was added. It wraps nothing yet.")
    click.echo("Now renew both copies in custody, and the file on every other machine. Then: keys promote")


@keys_commands.command("promote")
def promote() -> None:
    """Let the newest key wrap from now on."""
    click.echo(f"Key {_taken(rotation.promote)} wraps every new data key from now on.")
    click.echo("Now renew the file on every other machine. The worker rewraps the rest; at once: keys rewrap")


@keys_commands.command("rewrap")
def rewrap() -> None:
    """Wrap anew whatever an old key wraps; the worker does the same, and both may."""
    while done := rotation.rewrap():
        click.echo(f"Data keys rewrapped: {done:,}")
    click.echo(f"Data keys left with an old key: {rotation.left_to_rewrap():,}")


@keys_commands.command("retire")
def retire() -> None:
    """Take the old keys out of the keyring, once they wrap nothing any more."""
    for key_id in _taken(rotation.retire):
        click.echo(f"Key {key_id} is no longer in the keyring.")
    click.echo("Backups from before the rewrapping open only with the copies in custody from before.")


@keys_commands.command("check")
def check() -> None:
    """Say whether the keyring opens this database, and which key wraps how many data keys."""
    if custody.find_canary() is None:
        click.echo("This database is new: nothing is sealed in it yet.")
        return
    click.echo("The keyring opens this database.")
    counts = rotation.wrapped_by_key()
    for key_id in keyring.key_ids:
        click.echo(f"Key {key_id}, {_standing(key_id)}. Data keys: {counts.pop(key_id, 0):,}")
    for key_id, count in counts.items():
        click.echo(f"Key {key_id}, not in the keyring. Data keys that do not open: {count:,}")
    if counts:
        raise SystemExit(1)


def _standing(key_id: int) -> str:
    if key_id == keyring.primary:
        return "which wraps"
    return "old" if key_id in keyring.old_keys else "waiting to be promoted"


def _taken(step: Callable[[Staff | str], T]) -> T:
    """Take one step of a rotation, or say in words why not."""
    try:
        return step(audit.SYSTEM)
    except rotation.RotationRefused as refused:
        raise click.ClickException(str(refused)) from None
    except OSError as error:
        raise click.ClickException(f"The keyring cannot be replaced: {error.strerror}") from None
