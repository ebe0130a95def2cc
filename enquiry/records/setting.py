"""What managers set: hours, closures and targets of the clinics, and where mail is secure; nothing about a patient."""

from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from enquiry.extensions import db


class Setting(db.Model):  # type: ignore[name-defined]
    """One thing that was set, by its name; what has no row is as the product comes."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=1)  # a page that saw another one changes nothing
