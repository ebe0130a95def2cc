"""The documents speak of what is there: every test, link, picture and file that they name exists."""

import ast
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from config import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
WITH_TESTS = ["SECURITY.md", "docs/hazards.md"]
HEAVIEST_PICTURE = 150_000  # bytes

TEST_NAME = re.compile(r"\btest_\w+\b(?!\.py)")
LINK = re.compile(r"\]\(([^)\s]+)\)")
ELSEWHERE = re.compile(r"[a-z]+:")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
# A file of ours, named anywhere in a document; what follows a "<" differs from case to case.
OUR_FILE = re.compile(r"(?<![\w./-])((?:enquiry|tests|templates|static|migrations|requirements|docs|\.ci)/[\w./-]*)")


def named(document: Path) -> str:
    """Return a document as the repository calls it."""
    return str(document.relative_to(ROOT))


def every_test() -> set[str]:
    """Return the name of every test function."""
    trees = (ast.parse(file.read_text()) for file in (ROOT / "tests").rglob("test_*.py"))
    functions = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return {function.name for function in functions if function.name.startswith("test_")}


def anchors(document: Path) -> set[str]:
    """Return the addresses of a document's headings, as code hosts make them."""
    headings = HEADING.findall(document.read_text())
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def tree_of_the_house() -> list[str]:
    """Return what the README's tree names: the first word of each line of the block under its heading."""
    _, _, rest = (ROOT / "README.md").read_text().partition("\n## The house\n")
    lines = rest.split("```")[1].splitlines()
    return [line.split()[0] for line in lines if line.strip()]


@pytest.mark.parametrize("document", WITH_TESTS)
def test_every_test_that_a_document_names_exists(document: str) -> None:
    mentioned = set(TEST_NAME.findall((ROOT / document).read_text()))
    missing = mentioned - every_test()
    assert mentioned
    assert not missing


def test_every_hazard_has_a_number_of_its_own_and_a_test_of_its_control() -> None:
    rows = re.findall(r"^\| (\d+\w?) \|(.*)\|$", (ROOT / "docs" / "hazards.md").read_text(), re.MULTILINE)
    controls = {number: cells.split("|")[2] for number, cells in rows}
    assert len(rows) > 25
    assert len(controls) == len(rows)
    assert not [number for number, tests in controls.items() if not TEST_NAME.search(tests)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_link_and_picture_leads_somewhere(document: Path) -> None:
    broken = []
    for link in LINK.findall(document.read_text()):
        if ELSEWHERE.match(link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = document.parent / path if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert not broken


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_file_that_a_document_names_exists(document: Path) -> None:
    mentioned = {path.rstrip(".") for path in OUR_FILE.findall(document.read_text())}
    assert not {path for path in mentioned if not (ROOT / path).exists()}


def test_every_file_of_the_readmes_tree_exists() -> None:
    tree = tree_of_the_house()
    assert len(tree) > 20
    assert not [path for path in tree if not (ROOT / path).exists()]


def test_pictures_are_light_and_each_is_shown() -> None:
    pictures = sorted((ROOT / "docs" / "screenshots").iterdir())
    readme = (ROOT / "README.md").read_text()
    assert pictures
    assert not [named(picture) for picture in pictures if picture.stat().st_size > HEAVIEST_PICTURE]
    assert not [named(picture) for picture in pictures if named(picture) not in readme]
