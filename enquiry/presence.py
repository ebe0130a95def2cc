"""Who else is at an enquiry just now, looking or writing: signs of life that expire, for the eye alone.

Why no lock: one that is left behind keeps everybody out (osTicket #2504). What two people do at once is sorted out
when they save. Here nothing is refused, and when nobody says anything nobody is shown.

Why the audit, too: whoever opens an enquiry is on record already, so without scripts the opening counts as looking,
for a few minutes, at the cost of no further write.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import String, delete, literal, select, type_coerce, union_all
from sqlalchemy.dialects import postgresql, sqlite

from enquiry import caseload, trail
from enquiry.audit import AuditEvent
from enquiry.database import begin_writing
from enquiry.extensions import db
from enquiry.records.ledger import AuditEntry
from enquiry.records.presence import Doing, Presence
from enquiry.records.staff import Staff

ALIVE = timedelta(seconds=75)  # a page speaks each 30 seconds; two of its words may be lost
OPENED = timedelta(minutes=3)  # as long as an opening counts as looking, without a further word

_OPENED = "opened"


@dataclass(frozen=True)
class Here:
    """Somebody else who is at an enquiry."""

    name: str
    is_writing: bool

    @property
    def words(self) -> str:
        return f"{self.name} is {'writing a reply' if self.is_writing else 'looking'}"

    @property
    def in_short(self) -> str:
        return f"{self.name} {'writing' if self.is_writing else 'looking'}"


def say(actor: Staff, reference: str, doing: Doing, now: datetime) -> None:
    """Keep what a page of somebody's says that they do.

    :raises NoSuchEnquiry: when there is none for this person.
    """
    enquiry_id = caseload.find_id(actor, reference)
    begin_writing()
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    kept = insert(Presence).values(enquiry_id=enquiry_id, staff_id=actor.id, doing=doing, at=now)
    db.session.execute(kept.on_conflict_do_update(index_elements=["enquiry_id", "staff_id", "doing"], set_={"at": now}))
    db.session.commit()


def others(asker: Staff, ids: Collection[UUID], now: datetime) -> dict[UUID, list[Here]]:
    """Return who else is at these enquiries, which were found for the asker; whoever writes comes first."""
    since = now - OPENED
    said = (
        select(Presence.enquiry_id, Staff.id, Staff.name, type_coerce(Presence.doing, String), Presence.at)
        .join(Staff, Staff.id == Presence.staff_id)
        .where(Presence.enquiry_id.in_(ids), Presence.at > since, Staff.id != asker.id)
    )
    opened = (
        select(AuditEntry.subject, Staff.id, Staff.name, literal(_OPENED), AuditEntry.at)
        .join(Staff, trail.is_by_staff())
        .where(AuditEntry.subject.in_(ids), AuditEntry.event == AuditEvent.ENQUIRY_OPENED.value)
        .where(AuditEntry.at > since, Staff.id != asker.id)
    )
    signs: dict[tuple[UUID, UUID, str], dict[str, datetime]] = defaultdict(dict)
    sign: Any
    for sign in db.session.execute(union_all(said, opened)):
        latest = signs[sign.enquiry_id, sign.id, sign.name]
        latest[sign.doing] = max(sign.at, latest.get(sign.doing, sign.at))
    here: dict[UUID, list[Here]] = defaultdict(list)
    for (enquiry_id, _, name), latest in signs.items():
        if one := _read(name, latest, now):
            here[enquiry_id].append(one)
    return {enquiry_id: sorted(people, key=lambda one: not one.is_writing) for enquiry_id, people in here.items()}


def in_words(here: Sequence[Here]) -> str:
    """Return in a line who is there, and what they do; nothing when nobody is."""
    return ", ".join(one.words for one in here)


def in_short(here: Sequence[Here]) -> str:
    """Return the same as briefly as a row of a list has room for."""
    return ", ".join(one.in_short for one in here)


def _read(name: str, latest: Mapping[str, datetime], now: datetime) -> Here | None:
    """Return what somebody does, by the latest of each of their signs; whatever is older than their leaving is void."""

    def is_alive(sign: str, lasts: timedelta) -> bool:
        at = latest.get(sign)
        return at is not None and now - at < lasts and at > latest.get(Doing.LEFT, at - lasts)

    if is_alive(Doing.WRITING, ALIVE):
        return Here(name, is_writing=True)
    if is_alive(Doing.LOOKING, ALIVE) or is_alive(_OPENED, OPENED):
        return Here(name, is_writing=False)
    return None


def sweep(now: datetime) -> None:
    """Forget what is worth nothing any more."""
    begin_writing()
    db.session.execute(delete(Presence).where(Presence.at <= now - OPENED))
    db.session.commit()
