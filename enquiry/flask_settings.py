"""What Flask and its libraries are told, worked out from our own few settings."""

import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

from config import BadSettings, Config

MEGABYTE = 1024 * 1024


def flask_settings(config: Config) -> dict[str, Any]:
    """Return the configuration of Flask and of every extension but Flask-Security.

    :raises BadSettings: when the secret key cannot be read.
    """
    return {
        "SECRET_KEY": _secret_key(config.secret_key_file, may_make=config.is_demo),
        "SQLALCHEMY_DATABASE_URI": config.database_url,
        "ERASURE_LEDGER": config.erasure_ledger,
        "PUBLIC_URL": config.public_url,
        "PORT": config.port,
        "HSTS": config.serves_https,
        "SESSION_COOKIE_NAME": "__Host-clinic" if config.serves_https else "clinic",
        "SESSION_COOKIE_SECURE": config.serves_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=24),
        "MAX_CONTENT_LENGTH": MEGABYTE,
        "MAX_FORM_MEMORY_SIZE": MEGABYTE,
        "MAX_FORM_PARTS": 200,
        "WTF_CSRF_TIME_LIMIT": None,  # a token lives as long as its session
        "WTF_CSRF_SSL_STRICT": False,  # Referrer-Policy: no-referrer leaves no referrer to compare
        "MAIL_DEFAULT_SENDER": config.mail_from,
        **config.smtp,
        "RATELIMIT_STORAGE_URI": config.limits_url,
        "RATELIMIT_HEADERS_ENABLED": False,
    }


def _secret_key(path: Path, may_make: bool) -> str:
    """Return the key that signs cookies; a demonstration makes its own, a clinic's operator provides it."""
    if may_make and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
    try:
        key = path.read_text().strip()
    except OSError:
        raise BadSettings(f"ENQUIRY_SECRET_KEY_FILE: cannot read {path}") from None
    if len(key) < 32:
        raise BadSettings("ENQUIRY_SECRET_KEY_FILE must hold 32 characters or more, for example 64 hex digits")
    return key
