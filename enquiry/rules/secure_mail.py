"""To which addresses email may carry what is said of a patient: those whose mail is secure on its whole way.

Source: clinical.md 4.2, NHSmail. A clinic's managers may list further domains of which they have made sure. A domain
counts only as it stands: one below it or above it may belong to somebody else's mail.
"""

import re
from collections.abc import Collection

ALWAYS_SECURE = frozenset({"nhs.net"})
DOMAINS_AT_MOST = 50

# Anybody can have an address there, so the domain says nothing of whose it is.
OPEN_TO_ANYBODY = frozenset(
    {
        "aol.com", "btinternet.com", "gmail.com", "gmx.com", "googlemail.com", "hotmail.co.uk", "hotmail.com",
        "icloud.com", "live.co.uk", "live.com", "mail.com", "me.com", "msn.com", "outlook.com", "proton.me",
        "protonmail.com", "sky.com", "talktalk.net", "virginmedia.com", "yahoo.co.uk", "yahoo.com", "ymail.com",
    }
)  # fmt: skip

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
_LONGEST_DOMAIN = 253
# Nothing that a mail program could take for two addresses, a name or a comment.
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@([A-Za-z0-9.-]+)")


class NotADomain(ValueError):
    """Raised with a sentence for whoever typed it, when it may not be listed."""


def is_secure(address: str, domains: Collection[str]) -> bool:
    """Return whether this is one address, plainly written, at one of these domains."""
    plain = _PLAIN_ADDRESS.fullmatch(address)
    return plain is not None and plain[1].lower() in domains


def read_domains(typed: str) -> frozenset[str]:
    """Return the domains that somebody listed, one a line, with those that are always secure.

    :raises NotADomain: for the first that is none, that is open to anybody, or is one too many.
    """
    lines = (line.strip().lower().removeprefix("@").removesuffix(".") for line in typed.splitlines())
    listed = frozenset(_checked(line) for line in lines if line) | ALWAYS_SECURE
    if len(listed) > DOMAINS_AT_MOST:
        raise NotADomain(f"List {DOMAINS_AT_MOST} domains at most")
    return listed


def _checked(domain: str) -> str:
    if len(domain) > _LONGEST_DOMAIN or not _DOMAIN.fullmatch(domain):
        raise NotADomain(f"“{domain[:60]}” is not a domain. Enter what stands after the @, for example nhs.net")
    if domain in OPEN_TO_ANYBODY:
        raise NotADomain(f"Anybody can have an address at {domain}, so it cannot be listed")
    return domain
