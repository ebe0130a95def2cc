"""Telling a person everything that is held about them: ``flask --app wsgi export person``."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click
from flask.cli import AppGroup

from enquiry import audit
from enquiry.disclosure import archive, whose
from enquiry.disclosure.whose import Person
from enquiry.rules.clues import Clue, ClueKind
from enquiry.rules.contact import NotAnEmailAddress, NotATelephoneNumber, read_email, read_telephone
from enquiry.rules.references import OF_A_COMPLAINT, read_reference
from enquiry.sealing import SealBroken

Command = TypeVar("Command", bound=Callable[..., None])

export_commands = AppGroup("export", help="Everything that is held about one person.")


def _asked_for(name: str) -> Callable[[Command], Command]:
    """Return an option that is asked for if it has no value, and so is not left in the shell's history."""
    return click.option(name, prompt=True, prompt_required=False, default="", help="Asked for if no value is given.")


@export_commands.command("person")
@click.argument("file", type=click.Path(path_type=Path))
@_asked_for("--email")
@_asked_for("--telephone")
@click.option(
    "--reference", "references", multiple=True, help="Of an enquiry or a complaint; may be given more than once."
)
def person(file: Path, email: str, telephone: str, references: tuple[str, ...]) -> None:
    """Write everything about one person, from both clinics, into the new archive FILE.

    Whose it is, is said by one of an email address, a telephone number, or references.
    """
    if sum(map(bool, (email, telephone, references))) != 1:
        raise click.UsageError("Say whose it is by one of --email, --telephone and --reference")
    found = _found(email, telephone, references)
    try:
        archive.export(audit.SYSTEM, found, file)
    except FileExistsError:
        raise click.ClickException(f"{file} is there already: name a new file") from None
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}") from None
    except SealBroken as broken:
        raise click.ClickException(f"Nothing was written: {broken}") from None
    click.echo(f"Written to {file}: {', '.join(found.references)}")
    if found.perhaps:
        click.echo(f"Left out, for they share only an address or a number: {', '.join(found.perhaps)}")
        click.echo("Look at them. For those of the same person, give their references, too.")
    click.echo("Read it before you hand it over: what is written there may be about somebody else, too.")


def _found(email: str, telephone: str, references: tuple[str, ...]) -> Person:
    try:
        if references:
            return whose.of_references([_read(typed) for typed in references])
        if email:
            return whose.of_clue(Clue(ClueKind.EMAIL, read_email(email).casefold()))
        return whose.of_clue(Clue(ClueKind.TELEPHONE, read_telephone(telephone).e164))
    except (NotAnEmailAddress, NotATelephoneNumber):
        raise click.ClickException("This cannot be an address or a number") from None
    except whose.NobodyFound:
        raise click.ClickException("Nothing is held under this") from None
    except whose.NotCertain as several:
        raise click.ClickException(
            "It is not certain whose this is. Look at these, and say by --reference which are theirs: "
            + ", ".join(several.references)
        ) from None


def _read(reference: str) -> str:
    return read_reference(reference) or read_reference(reference, OF_A_COMPLAINT) or ""
