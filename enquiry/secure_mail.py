"""Which domains may carry what is said of a patient, as the managers have listed them."""

from sqlalchemy import select

from enquiry.extensions import db
from enquiry.records.setting import Setting
from enquiry.rules.secure_mail import ALWAYS_SECURE, is_secure

NAME = "secure-mail"  # of the setting


def listed() -> tuple[frozenset[str], int]:
    """Return the domains that are secure, and the version of the list; 0 is as the product comes."""
    stored = db.session.scalar(select(Setting).where(Setting.name == NAME))
    return read(stored), stored.version if stored else 0


def read(stored: Setting | None) -> frozenset[str]:
    """Return the domains from the row that holds them, or from none."""
    return ALWAYS_SECURE | frozenset(stored.value["domains"] if stored else ())


def may_carry(address: str) -> bool:
    """Return whether email to this address may carry what is said of a patient, as the list stands now."""
    return is_secure(address, listed()[0])
