"""Throttles for visitors whom nobody signs in: how often from one network address, and how often from one browser.

Why both: one browser can be stopped early; behind one address may sit a whole hospital. A program that throws its
cookies away is still counted by its address. Why keyed hashes: what is counted may lie in a storage of its own, and no
list of our visitors is to be found there. Why a storage that fails stops nobody: it guards against floods, and a
patient matters more.
"""

import ipaddress
import time
from dataclasses import dataclass
from math import ceil

import structlog
from flask import request
from limits import parse
from werkzeug.exceptions import TooManyRequests

from enquiry.extensions import keyring, limiter
from enquiry.rules.clinics import Clinic

NETWORK = 64  # bits of an IPv6 address: one household or one office has all that follow

log = structlog.get_logger()


@dataclass(frozen=True)
class Throttle:
    """How often one thing may be done, for example ``300 per hour``."""

    what: str
    of_address: str
    of_browser: str


class TooMany(TooManyRequests):
    """Raised when a visitor did something too often."""

    def __init__(self, wait: int) -> None:
        super().__init__("Too often", retry_after=wait)
        self.wait = wait  # seconds


def count(throttle: Throttle, browser: str) -> None:
    """Count one time for the visitor who asks.

    :param browser: a word that only this browser has; empty for one that has none yet.
    :raises TooMany: when it was one time too many; with how long they must wait.
    """
    counted = [("address", throttle.of_address, _network_of(request.remote_addr or ""))]
    if browser:
        counted.append(("browser", throttle.of_browser, browser))
    for kind, often, who in counted:
        wait = _hit(often, f"{throttle.what} by {kind}", who)
        if wait is not None:
            raise TooMany(wait)


def is_too_often(what: str, often: str, value: str) -> bool:
    """Count a value, from whomever it comes, and return whether it came oftener than this."""
    return _hit(often, what, value) is not None


def in_words(refused: TooMany, has_files: bool = False) -> str:
    """Return what somebody reads who used the form too often: that nothing is lost, when to go on, and whom to ring."""
    minutes = ceil(refused.wait / 60)
    wait = f"{minutes} minute{'' if minutes == 1 else 's'}"
    kept = "Your files were not added" if has_files else "What you typed is still on this page"
    numbers = " or ".join(f"{clinic.label} {clinic.facts.telephone}" for clinic in Clinic)
    return f"Too many forms came from your browser or your network. {kept}. Try again in {wait}, or ring {numbers}"


def _hit(often: str, scope: str, value: str) -> int | None:
    """Count one time, and return in how many seconds the count begins anew if that was too many."""
    limit, token = parse(often), keyring.token(f"throttle.{scope}", value).hex()
    try:
        if limiter.limiter.hit(limit, scope, token):
            return None
        begins_anew = limiter.limiter.get_window_stats(limit, scope, token).reset_time
        return max(ceil(begins_anew - time.time()), 1)
    except Exception as error:
        log.warning("throttle does not count", error=type(error).__name__)
        return None


def _network_of(address: str) -> str:
    """Return what of an address is one visitor's: an IPv4 address whole, an IPv6 address without its last half."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((found, NETWORK), strict=False))
    return str(getattr(found, "ipv4_mapped", None) or found)
