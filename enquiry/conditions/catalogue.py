"""The library's catalogue: reads every condition and case study at start, and refuses a file with anything amiss.

A condition is one Markdown file in ``library``: facts in its front matter, then the definition and four sections
under fixed headings. The file's name is its slug. Review dates and sign-off are part of the content, so that a page
which no clinician has signed says so.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, TypeVar

import frontmatter
import msgspec
from markdown_it import MarkdownIt
from markupsafe import Markup
from yaml import YAMLError

LIBRARY = Path(__file__).parent / "library"

# HTML in a file is shown as text, never as a tag.
_markdown = MarkdownIt("commonmark", {"html": False})

Words = Annotated[str, msgspec.Meta(min_length=1)]


class MalformedPage(Exception):
    """Raised at start for a file of the library that cannot be published; names the file and the field."""

    def __init__(self, file_name: str, fault: object) -> None:
        super().__init__(f"{file_name}: {fault}")


class Group(StrEnum):
    """How the list of conditions is divided, in the order in which it shows them."""

    NERVES = "Trapped nerves and narrowing"
    DISEASE = "Tumours, infection and fractures"


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every page of the library must have: a name, a sentence for lists, and who answers for it until when."""

    slug: Words
    title: Words
    summary: Words
    reviewed_on: date
    next_review_on: date
    signed_off_by: Words | None
    signed_off_on: date | None = None

    def __post_init__(self) -> None:
        if (self.signed_off_by is None) != (self.signed_off_on is None):
            raise ValueError("`signed_off_by` and `signed_off_on` must be given together, or neither")
        if self.next_review_on <= self.reviewed_on:
            raise ValueError("`next_review_on` must be after `reviewed_on`")


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the facts of a page come from."""

    title: Words
    publisher: Words
    date: Words | None = None
    url: Words | None = None


class SameDay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Signs that cannot wait until tomorrow, under a heading that says whom to ask."""

    heading: Words
    signs: tuple[Words, ...]


class Condition(Page, frozen=True, kw_only=True):
    """A condition. ``urgent`` holds the signs that need 999 or A&E beyond those on every page (``EMERGENCIES``)."""

    medical_name: Words
    other_names: tuple[Words, ...] = ()
    group: Group
    urgent: tuple[Words, ...] = ()
    same_day: SameDay | None = None
    sources: tuple[Source, ...]
    definition: Markup
    causes: Markup
    symptoms: Markup
    non_surgical: Markup
    surgical: Markup


class Picture(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A diagram of ours, with its size in pixels; ``alt`` says all of it in words."""

    file: Words
    width: int
    height: int
    alt: Words
    caption: Words


class CaseStudy(Page, frozen=True, kw_only=True):
    """What was done for one patient, told in the third person; ``condition`` is the slug of the page it belongs to."""

    condition: Words
    patient: Words
    diagnosis: Words
    treatment: Words
    surgeon: Words
    pictures: tuple[Picture, ...]
    story: Markup


_SECTIONS = {
    "Causes": "causes",
    "Symptoms": "symptoms",
    "Treatment without an operation": "non_surgical",
    "Surgery": "surgical",
}

P = TypeVar("P", bound=Page)


def read_emergencies(library: Path) -> tuple[str, ...]:
    """Return the signs that every condition page names as needing 999 or A&E now."""
    return msgspec.yaml.decode((library / "emergencies.yaml").read_bytes(), type=tuple[Words, ...])


def read_conditions(library: Path) -> Mapping[str, Condition]:
    """Return every condition of a library by its slug, in the order of their titles.

    :raises MalformedPage: for the first file that cannot be published.
    """
    return _by_slug(_read(file, Condition) for file in library.glob("*.md"))


def read_case_studies(library: Path, conditions: Mapping[str, Condition]) -> Mapping[str, CaseStudy]:
    """Return every case study of a library by its slug, in the order of their titles.

    :raises MalformedPage: for the first file that cannot be published, or that belongs to no condition.
    """
    studies = _by_slug(_read(file, CaseStudy) for file in (library / "case-studies").glob("*.md"))
    for study in studies.values():
        if study.condition not in conditions:
            raise MalformedPage(f"{study.slug}.md", f"condition: there is no {study.condition}.md")
    return studies


def _read(file: Path, kind: type[P]) -> P:
    try:
        facts, text = frontmatter.parse(file.read_text(encoding="utf-8"))
        return msgspec.convert({**facts, **_sections(text, kind), "slug": file.stem}, kind, dec_hook=_rendered)
    except (YAMLError, msgspec.ValidationError) as fault:
        raise MalformedPage(file.name, fault) from None


def _sections(text: str, kind: type[Page]) -> dict[str, str]:
    """Return the Markdown of each section by its field; an unknown heading stays, to be refused as an unknown field."""
    if kind is CaseStudy:
        return {"story": text}
    definition, *rest = re.split(r"^## ", text, flags=re.MULTILINE)
    sections = {"definition": definition}
    for section in rest:
        heading, _, words = section.partition("\n")
        sections[_SECTIONS.get(heading.strip(), heading.strip())] = words
    return sections


def _rendered(kind: type[Any], text: str) -> Markup:
    """Turn the Markdown of a section into HTML."""
    if not text.strip():
        raise ValueError("a section is empty")
    return Markup(_markdown.render(text))  # noqa: S704  the renderer escapes every tag


def _by_slug(pages: Iterable[P]) -> Mapping[str, P]:
    return MappingProxyType({page.slug: page for page in sorted(pages, key=lambda page: page.title)})


EMERGENCIES = read_emergencies(LIBRARY)
CONDITIONS = read_conditions(LIBRARY)
CASE_STUDIES = read_case_studies(LIBRARY, CONDITIONS)


def title_of(slug: str) -> str | None:
    """Return the title of a condition, or ``None`` when the library has no such page."""
    condition = CONDITIONS.get(slug)
    return condition.title if condition else None


def case_studies_of(condition: Condition) -> tuple[CaseStudy, ...]:
    """Return the case studies that belong to a condition."""
    return tuple(study for study in CASE_STUDIES.values() if study.condition == condition.slug)
