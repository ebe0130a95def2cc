"""Whether the library may stand as it is: a source for every section, review dates, reading age, links and pictures.

A section, a source or a date that is missing altogether never comes this far: the catalogue refuses the file at start.
Links to other sites are not followed.
"""

from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from urllib.parse import urldefrag

from flask.testing import FlaskClient

from enquiry.conditions import reading_age
from enquiry.conditions.catalogue import CASE_STUDIES, CONDITIONS, HEADINGS, CaseStudy, Condition, Page
from enquiry.conditions.guide import GUIDE

# The NHS's content style asks for 9 to 11, and for 11 to 14 at worst.
MEDIAN_AT_MOST, HARDEST_AT_MOST = 11, 14


def faults(today: date, client: FlaskClient) -> list[str]:
    """Return all that is amiss in the library and on the pages that lead to it, in words."""
    of_conditions = (fault for condition in CONDITIONS.values() for fault in faults_of_condition(condition, today))
    of_case_studies = (fault for study in CASE_STUDIES.values() for fault in faults_of_case_study(study, today))
    return [*of_conditions, *of_case_studies, *_overdue(GUIDE, today), *faults_of_pages(client)]


def faults_of_condition(condition: Condition, today: date) -> Iterator[str]:
    """Yield what is amiss in the file of a condition."""
    yield from _overdue(condition, today)
    supported = {section for source in condition.sources for section in source.supports}
    for section, heading in HEADINGS.items():
        if section not in supported:
            yield f"{condition.slug}: no source supports “{heading}”"
    age = reading_age.of_condition(condition)
    if age.median > MEDIAN_AT_MOST:
        yield f"{condition.slug}: its reading age is {age.median:.1f}, above {MEDIAN_AT_MOST}"
    if age.hardest > HARDEST_AT_MOST:
        yield f"{condition.slug}: the reading age of “{age.passage}” is {age.hardest:.1f}, above {HARDEST_AT_MOST}"


def faults_of_case_study(study: CaseStudy, today: date) -> Iterator[str]:
    """Yield what is amiss in the file of a case study."""
    yield from _overdue(study, today)
    age = reading_age.reading_age(study.story)
    if age > HARDEST_AT_MOST:
        yield f"{study.slug}: its reading age is {age:.1f}, above {HARDEST_AT_MOST}"


def faults_of_pages(client: FlaskClient) -> Iterator[str]:
    """Walk from the home page along every link of ours, and yield those that lead nowhere and pictures without words.

    Only pages that have an address of their own to be listed under are walked from; a form is knocked at and left.
    """
    pages: dict[str, _PageReader] = {}
    waiting = ["/"]
    while waiting:
        path = waiting.pop()
        if path not in pages:
            pages[path] = _read(client, path)
            waiting += [urldefrag(link).url for link in pages[path].links]
    for path, page in pages.items():
        for link in page.links:
            address, anchor = urldefrag(link)
            if not pages[address].is_there or (anchor and anchor not in pages[address].anchors):
                yield f"{path}: the link to {link} leads nowhere"
        for picture in page.silent_pictures:
            yield f"{path}: the picture {picture} has no text"


class _PageReader(HTMLParser):
    """Collects the links, anchors and pictures of a page."""

    def __init__(self, path: str, is_there: bool) -> None:
        super().__init__()
        self._path = path
        self._is_listed = False
        self._found: list[str] = []
        self.is_there = is_there
        self.anchors: set[str] = set()
        self.silent_pictures: list[str] = []

    @property
    def links(self) -> list[str]:
        """The links to pages of ours, if this is one that is walked from."""
        return self._found if self._is_listed else []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors.add(given.get("id", ""))
        self._is_listed |= given.get("rel") == "canonical"
        link = given.get("href", "") if tag == "a" else ""
        if link.startswith("#"):
            self._found.append(self._path + link)
        elif link.startswith("/"):
            self._found.append(link)
        # A picture that only decorates says so; every other one needs words.
        if tag == "img" and not given.get("alt") and given.get("role") != "presentation":
            self.silent_pictures.append(given.get("src", ""))


def _read(client: FlaskClient, path: str) -> _PageReader:
    answer = client.get(path)
    reader = _PageReader(path, is_there=answer.status_code < 400)
    if answer.mimetype == "text/html":
        reader.feed(answer.text)
    return reader


def _overdue(page: Page, today: date) -> Iterator[str]:
    if page.next_review_on < today:
        yield f"{page.slug}: its review was due on {page.next_review_on}"
