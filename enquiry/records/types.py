"""What the tables are made of: ids, times in UTC, and columns that exist in clear only in memory."""

from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, Generic, TypeVar, overload
from uuid import UUID

import msgspec
import uuid6
from sqlalchemy import (
    ColumnElement,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    TypeDecorator,
    case,
    func,
    literal,
    type_coerce,
)
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship, validates

from enquiry.extensions import db, keyring
from enquiry.sealing import DataKey, Place, SealBroken, wrapping_key_of

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


def new_id() -> UUID:
    """Return a new id of 128 bits that sorts by time (RFC 9562, version 7)."""
    return UUID(bytes=uuid6.uuid7().bytes)


class Moment(TypeDecorator[datetime]):
    """A time in UTC: stored as such, and returned as such even by SQLite, which forgets zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)


class _OnlyBytes(TypeDecorator[bytes]):
    """A column of SQLite's, which keeps anything anywhere, read as nothing where no bytes stand."""

    impl = LargeBinary
    cache_ok = True

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return type_coerce(case((func.typeof(column) == "blob", column), else_=literal(b"")), self)


# Nothing opens with what is no bytes, and no chain goes on with it.
Bytes = LargeBinary().with_variant(_OnlyBytes(), "sqlite")


class Word(TypeDecorator[E], Generic[E]):
    """One word of a fixed vocabulary, stored as itself; an unknown word in the database is an error."""

    impl = String(32)
    cache_ok = True

    def __init__(self, vocabulary: type[E]) -> None:
        super().__init__()
        self.vocabulary = vocabulary

    def process_bind_param(self, value: E | None, dialect: Dialect) -> str | None:
        return None if value is None else self.vocabulary(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:
        return None if value is None else self.vocabulary(value)


class WrappedKey(db.Model):  # type: ignore[name-defined]
    """The wrapped data key of one record. Deleting the row erases the record: nothing else can open it."""

    __tablename__ = "data_keys"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(Bytes)
    # The id of the keyring's key that wrapped it; it stands in clear at the head of ``wrapped``, too.
    wrapped_by: Mapped[int] = mapped_column()

    # A rotation asks which keys still wrap how many, and takes those in order.
    __table_args__ = (Index("data_keys_by_wrapping_key", "wrapped_by", "id"),)

    @validates("wrapped")
    def _note_by_which_key(self, _column: str, wrapped: bytes) -> bytes:
        self.wrapped_by = wrapping_key_of(wrapped)
        return wrapped

    @classmethod
    def made_for(cls, owner: UUID) -> "WrappedKey":
        """Return a new data key for the record with this id."""
        return cls(id=owner, wrapped=keyring.new_data_key(owner))

    @cached_property
    def data_key(self) -> DataKey:
        """The key in clear; kept with the object, so a case unwraps it once."""
        return keyring.unwrap(self.wrapped, self.id)


class SealedRow:
    """A row with private columns; they open with the data key it names and nowhere else."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key_id: Mapped[UUID] = mapped_column(ForeignKey("data_keys.id"), index=True)

    @declared_attr
    def key(cls) -> Mapped[WrappedKey]:
        return relationship(WrappedKey, lazy="joined")

    @property
    def opens(self) -> bool:
        """Whether everything sealed in this row opens; a list shows its other rows when one does not."""
        try:
            for name, attribute in vars(type(self)).items():
                if isinstance(attribute, Sealed):
                    getattr(self, name)
        except SealBroken:
            return False
        return True


class Sealed(Generic[T]):
    """An attribute that is sealed on its way into a column and opened on its way out.

    ``patient = Sealed(Patient, "patient_sealed")``: any type that msgspec can write as JSON, or plain ``str``.
    The row's ``id`` and ``key`` must be set before the attribute is. What was opened once is kept in clear with the
    object, as its key is, for as long as the column holds the very same bytes: a list asks for a name several times.
    """

    def __init__(self, kind: type[T], column: str) -> None:
        self.kind, self.column = kind, column
        self._kept = f"{column} opened"

    @overload
    def __get__(self, row: None, owner: type) -> "Sealed[T]": ...
    @overload
    def __get__(self, row: Any, owner: type) -> T: ...

    def __get__(self, row: Any, owner: type) -> "Sealed[T] | T":
        """Open the column.

        :raises SealBroken: if the value was altered, moved, or is not of its kind.
        """
        if row is None:
            return self
        sealed, kept = getattr(row, self.column), vars(row).get(self._kept)
        if kept is None or kept[0] is not sealed:
            kept = vars(row)[self._kept] = sealed, self._open(row, sealed)
        try:
            return msgspec.json.decode(kept[1], type=self.kind)
        except msgspec.DecodeError:
            raise SealBroken(f"{self._place(row)} opened, but is not what belongs there") from None

    def _open(self, row: Any, sealed: bytes) -> bytes:
        if row.key is None:
            raise SealBroken(f"{self._place(row)} has no key")
        return row.key.data_key.open(sealed, self._place(row))

    def __set__(self, row: Any, value: T) -> None:
        setattr(row, self.column, row.key.data_key.seal(msgspec.json.encode(value), self._place(row)))

    def _place(self, row: Any) -> Place:
        return Place(row.__tablename__, self.column, row.id)
