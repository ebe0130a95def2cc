"""Health, for machines: whether this process lives, and whether it can do its work."""

from datetime import timedelta

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from enquiry import clock, custody
from enquiry.extensions import db
from enquiry.records.letter import Letter

LATE = timedelta(minutes=10)  # a letter due for longer means that no worker is running

health = Blueprint("health", __name__)


@health.get("/healthz")
def process() -> ResponseReturnValue:
    """Say that this process answers."""
    return {"process": "ok"}


@health.get("/readyz")
def ready() -> ResponseReturnValue:
    """Say whether the database answers, whether our keyring opens it, and whether letters are going out."""
    canary = custody.find_canary()
    late = db.session.scalar(select(Letter.id).where(Letter.due_at < clock.now() - LATE).limit(1)) is not None
    checks = {
        "canary missing": canary is None,
        "another keyring": canary is not None and not custody.opens(canary),
        "letters late": late,
    }
    faults = [name for name, faulty in checks.items() if faulty]
    return {"ready": not faults, "faults": faults}, 503 if faults else 200
