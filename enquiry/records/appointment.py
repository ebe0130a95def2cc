"""Appointments: what was agreed for an enquiry, and the steps of a clinician's time that it takes.

Why a row for every five minutes: that the same clinician is not in two places is the database's to promise, on both
engines. A unique constraint over clinician and step does so on SQLite and on PostgreSQL alike, however many try at
once. PostgreSQL's exclusion constraints would say it in one line, and SQLite has none; a question before the insert
("is it free?") says it nowhere, since two who ask at once are both told yes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from enquiry.extensions import db
from enquiry.records.staff import Staff
from enquiry.records.types import Bytes, Moment, Sealed, SealedRow, Word
from enquiry.rules.answers import Visit
from enquiry.rules.appointments import AppointmentState, Tell
from enquiry.rules.clinics import Clinic


@dataclass(frozen=True)
class Arranged:
    """What is sealed of an appointment: how the person hears of it, how they join by video, and a note."""

    tell: Tell
    joining: str = ""
    note: str = ""


class Appointment(SealedRow, db.Model):  # type: ignore[name-defined]
    """One appointment of an enquiry, offered or booked; an enquiry has one that stands, at most."""

    __tablename__ = "appointments"

    enquiry_id: Mapped[UUID] = mapped_column(ForeignKey("enquiries.id"))
    clinic: Mapped[Clinic] = mapped_column(Word(Clinic))  # where it is, wherever its enquiry goes
    clinician_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    starts_at: Mapped[datetime] = mapped_column(Moment)
    minutes: Mapped[int]
    visit: Mapped[Visit] = mapped_column(Word(Visit))
    state: Mapped[AppointmentState] = mapped_column(Word(AppointmentState))
    sequence: Mapped[int] = mapped_column(default=0)  # how often the person's calendar must change it
    held_until: Mapped[datetime | None] = mapped_column(Moment)  # of an offer; what was agreed has none
    remind_at: Mapped[datetime | None] = mapped_column(Moment)  # while a reminder is still to go
    fees_told_at: Mapped[datetime | None] = mapped_column(Moment)
    arranged_sealed: Mapped[bytes] = mapped_column(Bytes)
    arranged = Sealed(Arranged, "arranged_sealed")

    clinician: Mapped[Staff] = relationship(lazy="joined")

    __table_args__ = (
        Index("appointments_of_enquiry", "enquiry_id", "id"),
        Index("appointments_of_day", "clinic", "starts_at"),
        Index(
            "appointment_that_stands",
            "enquiry_id",
            unique=True,
            sqlite_where=db.text("state IN ('offered', 'booked')"),
            postgresql_where=db.text("state IN ('offered', 'booked')"),
        ),
        Index(
            "offers_that_stand",
            "held_until",
            sqlite_where=db.text("state = 'offered'"),
            postgresql_where=db.text("state = 'offered'"),
        ),
        Index(
            "reminders_to_go",
            "remind_at",
            sqlite_where=db.text("remind_at IS NOT NULL"),
            postgresql_where=db.text("remind_at IS NOT NULL"),
        ),
    )

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def is_by_video(self) -> bool:
        return self.visit is Visit.VIDEO

    def has_run_out(self, now: datetime) -> bool:
        """Return whether it is an offer whose time to be taken up is over, whether or not anybody has noticed."""
        return self.state is AppointmentState.OFFERED and self.held_until is not None and self.held_until <= now

    def has_begun(self, now: datetime) -> bool:
        """Return whether somebody can say if the person came."""
        return self.starts_at <= now


class TakenStep(db.Model):  # type: ignore[name-defined]
    """Five minutes of a clinician's time, given to one appointment and to no other."""

    __tablename__ = "taken_steps"

    clinician_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    step: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)  # of rules.appointments
    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointments.id", ondelete="CASCADE"), index=True)
