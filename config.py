"""Every setting of the product, read from ENQUIRY_* variables and checked before anything starts."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent
INSTANCE = ROOT / "instance"


class BadSettings(Exception):
    """Raised at start, in words an operator can act on, when a setting is missing, malformed or unsafe."""


class Profile(StrEnum):
    """``demo`` forgives and explains itself; ``production`` refuses what is not safe for patients."""

    DEMO = "demo"
    PRODUCTION = "production"


@dataclass(frozen=True)
class Config:
    """The settings of one running application; immutable, and handed to everything that needs one.

    ``from_environment`` reads them; tests build one directly.
    """

    profile: Profile
    database_url: str
    keyring: Path
    erasure_ledger: Path
    secret_key_file: Path
    smtp_url: str
    mail_from: str
    queue_url: str
    limits_url: str
    files_url: str
    clamd: str
    public_url: str
    trusted_proxies: int
    port: int

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Config":
        """Read the settings, fill in the defaults of a demonstration, and refuse what production must not have.

        :raises BadSettings: naming the variable, what is wrong with it and what to do.
        """
        profile = _one_of(Profile, environ, "ENQUIRY_PROFILE", Profile.DEMO)
        port = _whole_number(environ, "PORT", 5000)
        database_url = environ.get("ENQUIRY_DATABASE_URL", f"sqlite:///{INSTANCE / 'enquiry.db'}")
        keyring = Path(environ.get("ENQUIRY_KEYRING", ROOT / "instance" / "keys" / "keyring.json"))
        config = cls(
            profile=profile,
            database_url=_with_psycopg(database_url),
            keyring=keyring,
            erasure_ledger=Path(environ.get("ENQUIRY_ERASURE_LEDGER", keyring.with_name("erasures"))),
            secret_key_file=Path(environ.get("ENQUIRY_SECRET_KEY_FILE", INSTANCE / "keys" / "secret-key")),
            smtp_url=environ.get("ENQUIRY_SMTP_URL", f"smtp://127.0.0.1:{port + 1}"),
            mail_from=environ.get("ENQUIRY_MAIL_FROM", "enquiries@london-norwich.example"),
            queue_url=environ.get("ENQUIRY_QUEUE_URL", _queue_beside(database_url)),
            limits_url=environ.get("ENQUIRY_LIMITS_URL", "memory://"),
            files_url=_folder_or_bucket(environ.get("ENQUIRY_FILES_URL", str(INSTANCE / "files"))),
            clamd=_path_or_port(environ.get("ENQUIRY_CLAMD", "")),
            public_url=environ.get("ENQUIRY_PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/"),
            trusted_proxies=_whole_number(environ, "ENQUIRY_TRUSTED_PROXIES", 0),
            port=port,
        )
        if profile is Profile.PRODUCTION:
            config._refuse_what_is_unsafe(environ)
        return config

    def _refuse_what_is_unsafe(self, environ: Mapping[str, str]) -> None:
        faults = [
            f"{name} must be set: production takes no default for it"
            for name in ("ENQUIRY_KEYRING", "ENQUIRY_SECRET_KEY_FILE", "ENQUIRY_SMTP_URL", "ENQUIRY_MAIL_FROM")
            if name not in environ
        ]
        if not self.public_url.startswith("https://"):
            faults.append("ENQUIRY_PUBLIC_URL must begin with https://: patients write in confidence")
        if urlsplit(self.smtp_url).scheme == "smtp" and not self._mail_server_is_local:
            faults.append("ENQUIRY_SMTP_URL must be smtp+tls:// or smtps://: letters must not cross a network in clear")
        if faults:
            raise BadSettings("Refusing to start in production:\n- " + "\n- ".join(faults))

    @property
    def _mail_server_is_local(self) -> bool:
        return urlsplit(self.smtp_url).hostname in {"localhost", "127.0.0.1", "::1"}

    @property
    def is_demo(self) -> bool:
        return self.profile is Profile.DEMO

    @property
    def serves_https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def smtp(self) -> dict[str, Any]:
        """Return Flask-Mail's settings for ``smtp://``, ``smtp+tls://`` (STARTTLS) or ``smtps://`` URLs.

        :raises BadSettings: when the URL is none of these.
        """
        url = urlsplit(self.smtp_url)
        if url.scheme not in {"smtp", "smtp+tls", "smtps"} or not url.hostname:
            raise BadSettings("ENQUIRY_SMTP_URL must look like smtp+tls://name:password@mail.example:587")
        return {
            "MAIL_SERVER": url.hostname,
            "MAIL_PORT": url.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[url.scheme],
            "MAIL_USE_TLS": url.scheme == "smtp+tls",
            "MAIL_USE_SSL": url.scheme == "smtps",
            "MAIL_USERNAME": unquote(url.username) if url.username else None,
            "MAIL_PASSWORD": unquote(url.password) if url.password else None,
        }


def _one_of(choices: type[Profile], environ: Mapping[str, str], name: str, default: Profile) -> Profile:
    value = environ.get(name, default)
    try:
        return choices(value)
    except ValueError:
        raise BadSettings(f"{name} is {value!r}; it must be one of: {', '.join(choices)}") from None


def _whole_number(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name, str(default))
    if not value.isdecimal():
        raise BadSettings(f"{name} is {value!r}; it must be a whole number")
    return int(value)


def _folder_or_bucket(url: str) -> str:
    if not url.startswith(("/", "s3://")):
        raise BadSettings(f"ENQUIRY_FILES_URL is {url!r}; it must be the full path of a folder, or s3://bucket/prefix")
    return url.rstrip("/")


def _path_or_port(address: str) -> str:
    if address and not address.startswith("/") and not address.rpartition(":")[2].isdecimal():
        raise BadSettings(f"ENQUIRY_CLAMD is {address!r}; it must be host:port, or the full path of clamd's socket")
    return address


def _with_psycopg(url: str) -> str:
    """Name the driver we ship in a plain PostgreSQL address, as operators paste them."""
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url


def _queue_beside(database_url: str) -> str:
    """Return where wake-ups travel when nobody says otherwise: a file beside SQLite, or the same PostgreSQL."""
    if database_url.startswith("sqlite:///"):
        return f"sqlite:///{Path(database_url.removeprefix('sqlite:///')).with_name('jobs.db')}"
    return database_url
