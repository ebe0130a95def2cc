"""Finds Chromium, and fetches it where the machine has none: ``python -m tests.browser.chromium`` says where it is."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SOURCES = (
    [[sys.executable, "-m", "playwright", "install", "chromium"]],
    [["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]],
)


class NoChromium(Exception):
    """Raised, in words, when this machine has no Chromium and none could be fetched."""


def find() -> str:
    """Return where Chromium is: the variable CHROMIUM, the path, or Playwright's own; fetched if need be.

    :raises NoChromium: if there is none to be had.
    """
    named = os.environ.get("CHROMIUM")
    if named is not None:
        if shutil.which(named) is None:
            raise NoChromium(f"CHROMIUM is set to {named}, and no program is there.")
        return named
    for commands in SOURCES:
        found = _installed()
        if found is not None:
            return found
        print(f"There is no Chromium here; trying: {' && '.join(map(' '.join, commands))}", file=sys.stderr)
        _try(commands)
    found = _installed()
    if found is None:
        raise NoChromium("The browser tests need Chromium. Install it, or set CHROMIUM to where it is.")
    return found


def _installed() -> str | None:
    on_path = next(filter(None, map(shutil.which, NAMES)), None)
    return on_path or _playwrights_own()


def _playwrights_own() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _try(commands: list[list[str]]) -> None:
    """Run commands until one fails; what matters is whether Chromium is there afterwards."""
    unasking = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in commands:
        if shutil.which(command[0]) is None:
            return
        run = subprocess.run(command, env=unasking, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if run.returncode != 0:
            return


if __name__ == "__main__":
    try:
        print(f"Browser: {find()}")
    except NoChromium as missing:
        sys.exit(str(missing))
