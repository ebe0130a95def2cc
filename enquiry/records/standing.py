"""Where an enquiry stands: all that a deed at the desk may change, and that undoing it puts back exactly.

Why in clear: each of these stands in clear on the enquiry itself (SECURITY.md), and nothing here is a person's word.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Self
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from enquiry.rules.clinics import Clinic
from enquiry.rules.status import Outcome, RejectReason, Status, Turn
from enquiry.rules.urgency import Urgency


@dataclass(frozen=True)
class Standing:
    """Every field has the name of the enquiry's own."""

    clinic: Clinic
    status: Status
    urgency: Urgency
    outcome: Outcome | None
    reject_reason: RejectReason | None
    assignee_id: UUID | None
    turn: Turn
    precedence: int
    due_at: datetime
    promised_at: datetime
    seconds_left: int | None
    snoozed_until: datetime | None
    first_contact_at: datetime | None
    ended_at: datetime | None
    set_aside_at: datetime | None
    ring_at: datetime | UnsetType | None = UNSET  # in what was written before this was, there is none to put back

    @classmethod
    def of(cls, enquiry: Any) -> Self:
        """Return where an enquiry stands now."""
        return cls(**{field.name: getattr(enquiry, field.name) for field in fields(cls)})

    def put_back(self, enquiry: Any) -> None:
        """Let an enquiry stand there again."""
        stood = {field.name: getattr(self, field.name) for field in fields(self)}
        for name, value in stood.items():
            if value is not UNSET:
                setattr(enquiry, name, value)

    @property
    def written(self) -> dict[str, Any]:
        """How it is stored."""
        return msgspec.to_builtins(self)

    @classmethod
    def read(cls, written: dict[str, Any]) -> Self:
        """Return what ``written`` wrote."""
        return msgspec.convert(written, cls)
