"""What managers see beside their settings: the latest changes, and how much is due while a clinic is shut."""

from collections.abc import Sequence

from sqlalchemy import select

from enquiry import caseload
from enquiry.clock import beginning_of
from enquiry.extensions import db
from enquiry.records.change import Change
from enquiry.rules.clinics import Clinic
from enquiry.rules.closures import Closure

LATEST = 10


def latest_changes() -> Sequence[Change]:
    """Return what managers changed last, the latest first."""
    return db.session.scalars(select(Change).order_by(Change.id.desc()).limit(LATEST)).all()


def due_while_shut(clinic: Clinic, closures: Sequence[Closure]) -> list[int]:
    """Return for each closure how many enquiries are due in it, up to a hundred: a number, and nobody's name."""
    spans = [(beginning_of(closure.first), beginning_of(closure.last, days_later=1)) for closure in closures]
    return caseload.due_within(clinic, spans)
