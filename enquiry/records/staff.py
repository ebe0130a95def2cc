"""The clinic's people: who signs in, their roles and clinics, their second factor and their saved views."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_security import UserMixin
from sqlalchemy import JSON, BigInteger, Boolean, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from enquiry.extensions import db
from enquiry.records.types import Bytes, Moment, Sealed, SealedRow, new_id
from enquiry.rules.clinics import Clinic
from enquiry.rules.permissions import Action, Role, may


def new_uniquifier() -> str:
    """Return a new name for somebody's sessions, of 256 random bits."""
    return secrets.token_hex(32)


class Staff(db.Model, UserMixin):  # type: ignore[name-defined]
    """One person at the clinic. Sign-in needs their work address in clear; nothing here is about a patient."""

    __tablename__ = "staff"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)  # type: ignore[assignment]
    email: Mapped[str] = mapped_column(String(254), unique=True)  # in lower case
    name: Mapped[str] = mapped_column(String(100))
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    role_words: Mapped[list[str]] = mapped_column("roles", JSON)
    clinic_words: Mapped[list[str]] = mapped_column("clinics", JSON)
    created_at: Mapped[datetime] = mapped_column(Moment)
    uses_keys: Mapped[bool] = mapped_column(Boolean, default=True)  # single letters in the queue

    # Flask-Security's columns, by the names it asks for. A cookie names its person by the uniquifier.
    password: Mapped[str | None] = mapped_column(String(255))
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True, default=new_uniquifier)

    saved_views: Mapped["SavedViews | None"] = relationship(viewonly=True)

    @property
    def roles(self) -> frozenset[Role]:  # type: ignore[override]
        return frozenset(Role(word) for word in self.role_words)

    @property
    def clinics(self) -> tuple[Clinic, ...]:
        return tuple(clinic for clinic in Clinic if clinic in self.clinic_words)

    def may(self, action: Action) -> bool:
        """Return whether this person may do something; a disabled person may do nothing."""
        return self.active and may(self.roles, action)

    def end_sessions(self) -> None:
        """Make every cookie that names this person worthless, wherever it is."""
        self.fs_uniquifier = new_uniquifier()


class SecondFactor(db.Model, SealedRow):  # type: ignore[name-defined]
    """A person's authenticator app: the secret it shares with us, and the recovery codes for when it is lost.

    The secret is sealed with a data key of its own, so it opens in no other row; recovery codes are kept as blind
    tokens. There is no row until the person has shown that their app has the secret.
    """

    __tablename__ = "second_factors"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), unique=True)
    secret_sealed: Mapped[bytes] = mapped_column(Bytes)
    last_counter: Mapped[int] = mapped_column(BigInteger)  # the step of time whose code was used last
    recovery_tokens: Mapped[list[str]] = mapped_column(JSON)  # of the codes that are left
    created_at: Mapped[datetime] = mapped_column(Moment)

    secret = Sealed(str, "secret_sealed")

    staff: Mapped[Staff] = relationship()


class Invitation(db.Model):  # type: ignore[name-defined]
    """The way in for a new colleague: one link, for one person, once. Only the hash of its token is kept."""

    __tablename__ = "invitations"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), unique=True)
    expires_at: Mapped[datetime] = mapped_column(Moment)

    staff: Mapped[Staff] = relationship(lazy="joined")


@dataclass(frozen=True)
class SavedView:
    """A list under a name."""

    id: UUID
    name: str
    list: str  # as ``lists.ListOf.written``


class SavedViews(db.Model, SealedRow):  # type: ignore[name-defined]
    """All the views of the queue that one person has saved, in the order in which they were saved.

    Why they are sealed: whoever names a view may well name a patient. Why all in one row: a page of the queue shows
    them all, and so opens one seal.
    """

    __tablename__ = "saved_views"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), unique=True)
    views_sealed: Mapped[bytes] = mapped_column(Bytes)
    views = Sealed(tuple[SavedView, ...], "views_sealed")
