"""The operators' commands about people: ``flask --app wsgi staff …``."""

from collections.abc import Callable
from enum import StrEnum

import click
from flask import current_app
from flask.cli import AppGroup

from enquiry import audit
from enquiry.records.staff import Staff
from enquiry.rules.clinics import Clinic
from enquiry.rules.contact import NotAnEmailAddress
from enquiry.rules.permissions import Role
from enquiry.staff import invite, people

staff_commands = AppGroup("staff", help="The clinic's people: who may come in.")


def _words(vocabulary: type[StrEnum]) -> list[str]:
    return [word.value for word in vocabulary]


@staff_commands.command("invite")
@click.argument("address")
@click.option("--name", required=True, help="As colleagues and patients read it.")
@click.option("--role", "roles", required=True, multiple=True, type=click.Choice(_words(Role)))
@click.option("--clinic", "clinics", required=True, multiple=True, type=click.Choice(_words(Clinic)))
def invite_somebody(address: str, name: str, roles: tuple[str, ...], clinics: tuple[str, ...]) -> None:
    """Print a link with which ADDRESS joins: it works once, for 24 hours. Give it to nobody else."""
    try:
        token = invite.invite(audit.SYSTEM, address, name, map(Role, roles), map(Clinic, clinics))
    except NotAnEmailAddress:
        raise click.ClickException(f"{address} is not an email address") from None
    except invite.AlreadyHere:
        raise click.ClickException(f"{address} works here already; disable them first to invite them anew") from None
    click.echo(f"{current_app.config['PUBLIC_URL']}/desk/invitation/{token}")


@staff_commands.command("list")
def list_everybody() -> None:
    """Print everybody: address, name, roles, clinics and whether they can come in."""
    for colleague in people.everybody():
        person = colleague.person
        factor = "second factor" if colleague.has_second_factor else "no second factor"
        words = (person.email, person.name, ", ".join(person.role_words), ", ".join(person.clinic_words))
        click.echo("\t".join((*words, colleague.state, factor)))


@staff_commands.command("disable")
@click.argument("address")
def disable_somebody(address: str) -> None:
    """Shut ADDRESS out at once, wherever they are signed in."""
    click.echo(f"{_known(people.disable, address).name} is shut out")


@staff_commands.command("reset-second-factor")
@click.argument("address")
def reset_second_factor(address: str) -> None:
    """Let ADDRESS set up a new authenticator app at the next sign-in. Make sure first that it is they who ask."""
    click.echo(f"{_known(people.reset_second_factor, address).name} will be asked to set up an app")


def _known(verb: Callable[[str, str], Staff], address: str) -> Staff:
    try:
        return verb(audit.SYSTEM, address)
    except people.NobodyHere:
        raise click.ClickException(f"Nobody here has the address {address}") from None
