"""Templates of replies: which there are, what a colleague is offered, and how managers write them.

Why only managers write them: they see no patient, so no patient's words come to be in what everybody sends.
"""

from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from enquiry import audit, clock
from enquiry.audit import AuditEvent
from enquiry.database import begin_writing
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.reply_template import ReplyTemplate, TemplateWords
from enquiry.records.staff import Staff
from enquiry.records.types import WrappedKey, new_id
from enquiry.replies.shipped import SHIPPED
from enquiry.rules.clinics import Clinic
from enquiry.rules.reply_templates import filled
from enquiry.rules.status import Status


class NoSuchTemplate(Exception):
    """Raised when there is no template with this slug."""


class WrittenMeanwhile(Exception):
    """Raised when a colleague wrote the same template after the page was loaded; it says which version there is now."""

    def __init__(self, version: int) -> None:
        super().__init__("This template was written after the page was loaded")
        self.version = version


@dataclass(frozen=True)
class Template:
    """One template, shipped or written here; version 0 is as the product comes."""

    slug: str
    name: str
    text: str
    clinic: Clinic | None = None  # or both
    then: Status | None = None
    version: int = 0
    is_removed: bool = False

    def filled_for(self, enquiry: Enquiry, writer: Staff) -> str:
        """Return its text with what we know of an enquiry filled in."""
        return filled(
            self.text,
            {
                "name": enquiry.addressee,
                "reference": enquiry.reference,
                "clinic": enquiry.clinic.label,
                "telephone": enquiry.clinic.facts.telephone,
                "signed": writer.name,
            },
        )


def every() -> list[Template]:
    """Return all templates by name, in one question; those that were removed as well."""
    own = {row.slug: _written(row) for row in db.session.scalars(select(ReplyTemplate)) if row.opens}
    shipped = {one.slug: Template(one.slug, one.name, one.text, then=one.then) for one in SHIPPED.values()}
    return sorted({**shipped, **own}.values(), key=lambda template: template.name.casefold())


def offered(clinic: Clinic) -> list[Template]:
    """Return the templates for a clinic's replies."""
    return [one for one in every() if not one.is_removed and one.clinic in (None, clinic)]


def find(slug: str) -> Template:
    """Return one template.

    :raises NoSuchTemplate: when there is none with this slug.
    """
    found = next((one for one in every() if one.slug == slug), None)
    if found is None:
        raise NoSuchTemplate
    return found


def write(
    actor: Staff, slug: str | None, version: int, words: TemplateWords, clinic: Clinic | None, then: Status | None
) -> Template:
    """Write a template, or write it anew.

    :param slug: of the one that is written anew.
    :raises NoSuchTemplate: when there is none with this slug.
    :raises WrittenMeanwhile: when it has another version by now.
    """
    begin_writing()
    row = _new(uuid4().hex) if slug is None else _take(slug, version)
    row.words, row.clinic, row.then = words, clinic, then
    return _commit(actor, AuditEvent.TEMPLATE_WRITTEN, row)


def remove(actor: Staff, slug: str, version: int) -> Template:
    """Offer a template no more; it can be put back.

    :raises NoSuchTemplate, WrittenMeanwhile: as for ``write``.
    """
    begin_writing()
    row = _take(slug, version)
    row.removed_at = clock.now()
    return _commit(actor, AuditEvent.TEMPLATE_REMOVED, row)


def put_back(actor: Staff, slug: str, version: int) -> Template:
    """Offer a template again that was removed.

    :raises NoSuchTemplate, WrittenMeanwhile: as for ``write``.
    """
    begin_writing()
    row = _take(slug, version)
    row.removed_at = None
    return _commit(actor, AuditEvent.TEMPLATE_WRITTEN, row)


def _written(row: ReplyTemplate) -> Template:
    words = row.words
    return Template(row.slug, words.name, words.text, row.clinic, row.then, row.version, row.removed_at is not None)


def _new(slug: str) -> ReplyTemplate:
    own_id = new_id()
    row = ReplyTemplate(id=own_id, key=WrappedKey.made_for(own_id), slug=slug, version=0)
    db.session.add(row)
    return row


def _take(slug: str, version: int) -> ReplyTemplate:
    """Return the row of a template as the page showed it; a shipped one gets its row when it is first changed."""
    wanted = select(ReplyTemplate).where(ReplyTemplate.slug == slug).with_for_update(of=ReplyTemplate)
    row = db.session.scalar(wanted.execution_options(populate_existing=True))
    if row is None and slug not in SHIPPED:
        db.session.rollback()
        raise NoSuchTemplate
    if version != (row.version if row else 0):
        db.session.rollback()
        raise WrittenMeanwhile(row.version if row else 0)
    if row is None:
        row, shipped = _new(slug), SHIPPED[slug]
        row.words, row.then = TemplateWords(shipped.name, shipped.text), shipped.then
    return row


def _commit(actor: Staff, event: AuditEvent, row: ReplyTemplate) -> Template:
    row.version += 1
    try:
        audit.record(actor, event, row.id)
    except IntegrityError:  # two changed a shipped one at once
        db.session.rollback()
        raise WrittenMeanwhile(1) from None
    db.session.commit()
    return _written(row)
