"""An operator who forgot something is told what, in words; production refuses what is not safe for patients."""

from pathlib import Path

import pytest

from config import BadSettings, Config
from enquiry.flask_settings import flask_settings

PRODUCTION = {
    "ENQUIRY_PROFILE": "production",
    "ENQUIRY_KEYRING": "/keys/keyring",
    "ENQUIRY_SECRET_KEY_FILE": "/keys/secret-key",
    "ENQUIRY_SMTP_URL": "smtps://name:pass%2Fword@mail.example",
    "ENQUIRY_MAIL_FROM": "enquiries@clinic.example",
    "ENQUIRY_PUBLIC_URL": "https://clinic.example",
}


def test_a_safe_production_is_accepted() -> None:
    config = Config.from_environment(PRODUCTION)

    assert config.serves_https
    assert not config.is_demo
    assert config.smtp["MAIL_PORT"] == 465
    assert config.smtp["MAIL_PASSWORD"] == "pass/word"


@pytest.mark.parametrize(
    "name",
    ["ENQUIRY_KEYRING", "ENQUIRY_SECRET_KEY_FILE", "ENQUIRY_SMTP_URL", "ENQUIRY_MAIL_FROM", "ENQUIRY_PUBLIC_URL"],
)
def test_production_takes_no_default_for_what_matters(name: str) -> None:
    with pytest.raises(BadSettings, match=name):
        Config.from_environment({key: value for key, value in PRODUCTION.items() if key != name})


@pytest.mark.parametrize(
    "name, value",
    [
        ("ENQUIRY_PUBLIC_URL", "http://clinic.example"),
        ("ENQUIRY_SMTP_URL", "smtp://mail.example"),
        ("ENQUIRY_PROFILE", "staging"),
        ("ENQUIRY_TRUSTED_PROXIES", "two"),
        ("PORT", "http"),
        ("ENQUIRY_FILES_URL", "files"),
        ("ENQUIRY_FILES_URL", "ftp://files.example"),
        ("ENQUIRY_CLAMD", "scanner.example"),
    ],
)
def test_what_is_unsafe_or_unreadable_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(BadSettings, match=name):
        Config.from_environment({**PRODUCTION, name: value})


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(BadSettings) as refused:
        Config.from_environment({"ENQUIRY_PROFILE": "production"})

    assert str(refused.value).count("\n- ") == 5


def test_a_mail_address_that_is_none_of_ours_is_refused() -> None:
    with pytest.raises(BadSettings, match="ENQUIRY_SMTP_URL"):
        _ = Config.from_environment({"ENQUIRY_SMTP_URL": "mail.example"}).smtp


def test_a_plain_postgresql_address_is_read_with_the_driver_we_ship() -> None:
    config = Config.from_environment({"ENQUIRY_DATABASE_URL": "postgresql://name@host/clinic"})

    assert config.database_url == "postgresql+psycopg://name@host/clinic"


@pytest.mark.parametrize("content, what", [(None, "cannot read"), ("short", "32 characters")])
def test_a_secret_key_that_is_missing_or_weak_stops_production(tmp_path: Path, content: str | None, what: str) -> None:
    file = tmp_path / "secret-key"
    if content is not None:
        file.write_text(content)
    config = Config.from_environment({**PRODUCTION, "ENQUIRY_SECRET_KEY_FILE": str(file)})

    with pytest.raises(BadSettings, match=what):
        flask_settings(config)


def test_a_demonstration_makes_its_own_secret_key_and_keeps_it(tmp_path: Path) -> None:
    config = Config.from_environment({"ENQUIRY_SECRET_KEY_FILE": str(tmp_path / "keys" / "secret-key")})

    first, second = (flask_settings(config)["SECRET_KEY"] for _ in range(2))

    assert first == second
    assert (tmp_path / "keys" / "secret-key").stat().st_mode & 0o777 == 0o400
