"""Appointments of enquiries, and the steps of a clinician's time that they take."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "appointments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("enquiry_id", sa.Uuid(), nullable=False),
        sa.Column("clinic", sa.String(length=32), nullable=False),
        sa.Column("clinician_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("visit", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fees_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arranged_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["clinician_id"], ["staff.id"]),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiries.id"]),
        sa.ForeignKeyConstraint(["key_id"], ["data_keys.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_appointments_key_id", "appointments", ["key_id"])
    op.create_index("appointments_of_enquiry", "appointments", ["enquiry_id", "id"])
    op.create_index("appointments_of_day", "appointments", ["clinic", "starts_at"])
    some_of("appointment_that_stands", "enquiry_id", "state IN ('offered', 'booked')", unique=True)
    some_of("offers_that_stand", "held_until", "state = 'offered'")
    some_of("reminders_to_go", "remind_at", "remind_at IS NOT NULL")
    op.create_table(
        "taken_steps",
        sa.Column("clinician_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointments.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["clinician_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("clinician_id", "step"),
    )
    op.create_index("ix_taken_steps_appointment_id", "taken_steps", ["appointment_id"])


def downgrade() -> None:
    op.drop_table("taken_steps")
    op.drop_table("appointments")


def some_of(name: str, column: str, rows: str, unique: bool = False) -> None:
    """Index some of the rows by a column."""
    op.create_index(
        name, "appointments", [column], unique=unique, sqlite_where=sa.text(rows), postgresql_where=sa.text(rows)
    )
