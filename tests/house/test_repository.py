"""What must never be in the repository: where it was made, and where its packages came from."""

import re
import subprocess
from pathlib import Path

import pytest

from config import ROOT

# Each host is written apart, so that this file does not name it.
HOSTS = ["py" + "pi", "python" + "hosted", "npm" + "js", "deb" + "ian", "yarn" + "pkg"]
REGISTRY = re.compile(rf"https?://[\w.-]*({'|'.join(HOSTS)})\.", re.IGNORECASE)
SOMEBODYS_FOLDER = re.compile(r"(?<![\w.])/(?:root|work|home/\w+|Users/\w+|opt/\w+/simple)/")
INDEX_SETTING = re.compile(r"^\s*(--(extra-)?index-url|--find-links|-i |-f |.*registry\s*=)", re.MULTILINE)
INSTALL_SETTINGS = ["requirements/base.txt", "requirements/demo.txt", "requirements/dev.txt", ".npmrc"]


def tracked_texts() -> list[Path]:
    """Return every text file that is committed or about to be."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    files = [ROOT / path for path in listed.split("\0") if path]
    return [file for file in files if file.is_file() and b"\0" not in file.read_bytes()]


@pytest.mark.parametrize("forbidden", [REGISTRY, SOMEBODYS_FOLDER], ids=["registry host", "somebody's folder"])
def test_no_file_says_where_it_was_made(forbidden: re.Pattern[str]) -> None:
    found = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for file in tracked_texts()
        for number, line in enumerate(file.read_text(errors="replace").splitlines(), start=1)
        if forbidden.search(line)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", INSTALL_SETTINGS)
def test_packages_come_from_wherever_the_reader_gets_theirs(path: str) -> None:
    assert not INDEX_SETTING.search((ROOT / path).read_text())


@pytest.mark.parametrize("path", [path for path in INSTALL_SETTINGS if path.startswith("requirements")])
def test_every_python_package_is_pinned_and_hashed(path: str) -> None:
    requirements = re.split(r"\n(?=[a-z0-9])", "\n" + (ROOT / path).read_text())[1:]
    unsure = [entry.split()[0] for entry in requirements if not re.match(r"\S+==\S+ \\\n +--hash=sha256:", entry)]
    assert requirements
    assert not unsure


def test_the_front_ends_lock_names_no_place() -> None:
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


def test_the_style_carries_no_other_brand() -> None:
    """Frutiger is licensed to the NHS alone, and its blues say "NHS" to a patient."""
    styles = list((ROOT / "static" / "build").rglob("*.css"))
    assert styles
    for style in styles:
        assert not re.findall(r"frutiger|assets\.nhs\.uk|005eb8|003087", style.read_text(), re.IGNORECASE), style


def test_every_setting_is_in_the_readme() -> None:
    settings = set(re.findall(r'"(ENQUIRY_[A-Z_]+|PORT)"', (ROOT / "config.py").read_text()))
    readme = (ROOT / "README.md").read_text()
    assert settings
    assert not {setting for setting in settings if setting not in readme}
