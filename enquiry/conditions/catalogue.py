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
from typing import Annotated, Any, Literal, TypeVar

import frontmatter
import msgspec
from markdown_it import MarkdownIt
from markupsafe import Markup
from yaml import YAMLError

LIBRARY = Path(__file__).parent / "library"

# HTML in a file is shown as text, never as a tag.
_markdown = MarkdownIt("commonmark", {"html": False})

Words = Annotated[str, msgspec.Meta(min_length=1)]
Section = Literal["definition", "causes", "symptoms", "non_surgical", "surgical"]

# The first stands under the page's title; the others are the headings of a file, word for word.
HEADINGS: dict[Section, str] = {
    "definition": "What it is",
    "causes": "Causes",
    "symptoms": "Symptoms",
    "non_surgical": "Treatment without an operation",
    "surgical": "Surgery",
}
_SECTIONS = {heading: section for section, heading in HEADINGS.items()}


class MalformedPage(Exception):
    """Raised at start for a file of the library that cannot be published; names the file and the field."""

    def __init__(self, file_name: str, fault: object) -> None:
        super().__init__(f"{file_name}: {fault}")


class Group(StrEnum):
    """How the list of conditions is divided, in the order in which it shows them."""

    EMERGENCY = "Needs a hospital now"
    NERVES = "Trapped nerves and narrowing"
    PAIN = "Pain in the back, neck or tailbone"
    SHAPE = "Curves, slips and cracks"
    DISEASE = "Tumours, infection and weak bones"


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
    """Where facts of a page come from, and which of its sections they stand in."""

    title: Words
    publisher: Words
    supports: tuple[Section, ...]
    date: Words | None = None
    url: Words | None = None


class SameDay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Signs that cannot wait until tomorrow, under a heading that says whom to ask."""

    heading: Words
    signs: tuple[Words, ...]


class Condition(Page, frozen=True, kw_only=True):
    """A condition. ``urgent`` holds the signs that need 999 or A&E beyond those on every page (``EMERGENCIES``).

    A page that ``leads_with_emergency`` shows them before anything else, and no way to an enquiry above them.
    """

    article: Literal["a", "an"] | None = None
    medical_name: Words
    other_names: tuple[Words, ...] = ()
    group: Group
    leads_with_emergency: bool = False
    urgent: tuple[Words, ...] = ()
    same_day: SameDay | None = None
    related: tuple[Words, ...]
    sources: Annotated[tuple[Source, ...], msgspec.Meta(min_length=1)]
    definition: Markup
    causes: Markup
    symptoms: Markup
    non_surgical: Markup
    surgical: Markup

    @property
    def in_a_sentence(self) -> str:
        """Its title as it stands within a sentence, for example ``a slipped vertebra``."""
        return f"{self.article} {self.title.lower()}" if self.article else self.title.lower()

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that people call it, the page's own title first."""
        return (self.title, self.medical_name, *self.other_names)

    @property
    def sections(self) -> dict[Section, Markup]:
        """The words of each section."""
        return {section: getattr(self, section) for section in HEADINGS}


class Picture(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A diagram of ours, with its size in pixels; ``alt`` says all of it in words."""

    file: Words
    width: int
    height: int
    alt: Words
    caption: Words


class CaseStudy(Page, frozen=True, kw_only=True):
    """What was done for one patient, told in the third person; ``condition`` is the slug of the page it belongs to.

    ``consent_reference`` says where the clinic keeps the patient's written consent, and is shown to nobody. A patient
    may take it back: ``withdrawn: true`` closes the page and every way to it, from the next start.
    """

    condition: Words
    consent_reference: Words | None
    withdrawn: bool = False
    patient: Words
    diagnosis: Words
    treatment: Words
    surgeon: Words
    pictures: tuple[Picture, ...]
    story: Markup


P = TypeVar("P", bound=Page)


def read_emergencies(library: Path) -> tuple[str, ...]:
    """Return the signs that every condition page names as needing 999 or A&E now."""
    return msgspec.yaml.decode((library / "emergencies.yaml").read_bytes(), type=tuple[Words, ...])


def read_conditions(library: Path) -> Mapping[str, Condition]:
    """Return every condition of a library by its slug, in the order of their titles.

    :raises MalformedPage: for the first file that cannot be published, or that is related to no other.
    """
    conditions = _by_slug(_read(file, Condition) for file in library.glob("*.md"))
    for condition in conditions.values():
        for slug in condition.related:
            if slug not in conditions or slug == condition.slug:
                raise MalformedPage(f"{condition.slug}.md", f"related: there is no other {slug}.md")
    return conditions


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
    except (YAMLError, ValueError, msgspec.ValidationError) as fault:
        raise MalformedPage(file.name, fault) from None


def _sections(text: str, kind: type[Page]) -> dict[str, str]:
    """Return the Markdown of each section by its field; an unknown heading stays, to be refused as an unknown field."""
    if kind is CaseStudy:
        return {"story": text}
    definition, *rest = re.split(r"^## ", text, flags=re.MULTILINE)
    sections: dict[str, str] = {"definition": definition}
    for section in rest:
        heading, _, words = section.partition("\n")
        field = _SECTIONS.get(heading.strip(), heading.strip())
        if field in sections:
            raise ValueError(f"there is more than one “{heading.strip()}”")
        sections[field] = words
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


def by_group() -> dict[Group, list[Condition]]:
    """Return the conditions of each group, in the order in which the list shows them."""
    return {group: [each for each in CONDITIONS.values() if each.group is group] for group in Group}


def case_studies_of(condition: Condition) -> tuple[CaseStudy, ...]:
    """Return the case studies that belong to a condition and may be shown."""
    return tuple(study for study in published_case_studies() if study.condition == condition.slug)


def published_case_studies() -> tuple[CaseStudy, ...]:
    """Return the case studies that no patient has withdrawn."""
    return tuple(study for study in CASE_STUDIES.values() if not study.withdrawn)
