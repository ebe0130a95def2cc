"""Sealing: the keyring, a data key for each person's record, and blind tokens, all by Google Tink.

Why: a stolen database, backup or disk must tell nothing. The keyring is one file outside the database. It wraps a
data key per record; the data key seals that record's fields, each bound to its table, column and row, so a value
moved elsewhere does not open. Lengths are padded, because a length tells too.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import tink
from tink import aead, json_proto_keyset_format, prf, proto_keyset_format, secret_key_access

T = TypeVar("T")

aead.register()
prf.register()

BUCKET = 256  # bytes: plaintext is padded to a multiple of this
TOKEN_LENGTH = 16  # bytes of a blind token
CHAIN_LENGTH = 32  # bytes of a link in the audit chain
_LENGTH_PREFIX = 4  # bytes that say where the padding begins


class SealingError(Exception):
    """Base of what can go wrong with keys and seals.

    SealingError
    ├── KeyringMissing   there is no keyring file where the settings say
    ├── KeyringUnusable  the file is there, but is not a keyring
    └── SealBroken       a value, or a data key, does not open: wrong key, moved, or altered
    """


class KeyringMissing(SealingError):
    """Raised when the keyring file does not exist."""


class KeyringUnusable(SealingError):
    """Raised when the keyring file cannot be read as a keyring."""


class SealBroken(SealingError):
    """Raised when something sealed does not open here: it was altered, moved, or sealed with another key."""


@dataclass(frozen=True)
class Place:
    """Where a sealed value belongs: it opens nowhere else."""

    table: str
    column: str
    row: UUID

    def __bytes__(self) -> bytes:
        return f"{self.table}.{self.column}:{self.row}".encode()


class DataKey:
    """The key of one record; it exists in clear only in memory."""

    def __init__(self, keyset: tink.KeysetHandle) -> None:
        self._aead = keyset.primitive(aead.Aead)

    def seal(self, plaintext: bytes, place: Place) -> bytes:
        """Return the plaintext sealed for one place, its length hidden in buckets of 256 bytes."""
        return self._aead.encrypt(_pad(plaintext), bytes(place))

    def open(self, sealed: bytes, place: Place) -> bytes:
        """Return what was sealed for this place.

        :raises SealBroken: if it was altered, or sealed elsewhere or with another key.
        """
        return _unpad(_or_broken(lambda: self._aead.decrypt(sealed, bytes(place))))


class Keyring:
    """The keys that wrap data keys and make blind tokens; kept in one file, apart from what they protect."""

    def __init__(self, wrapping: tink.KeysetHandle, index: tink.KeysetHandle) -> None:
        self._wrapping_keyset, self._index_keyset = wrapping, index
        self._wrapping = wrapping.primitive(aead.Aead)
        self._index = index.primitive(prf.PrfSet)

    @classmethod
    def generate(cls) -> "Keyring":
        """Return a new keyring, not yet kept anywhere."""
        return cls(
            tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM),
            tink.new_keyset_handle(prf.prf_key_templates.HMAC_SHA256),
        )

    @classmethod
    def read(cls, path: Path) -> "Keyring":
        """Return the keyring kept in a file.

        :raises KeyringMissing: if there is no such file.
        :raises KeyringUnusable: if the file is not a keyring.
        """
        try:
            wrapping, index = path.read_text().splitlines()
            return cls(*(json_proto_keyset_format.parse(line, secret_key_access.TOKEN) for line in (wrapping, index)))
        except FileNotFoundError:
            raise KeyringMissing(f"There is no keyring at {path}") from None
        except (OSError, ValueError, tink.TinkError):
            raise KeyringUnusable(f"The file at {path} cannot be read as a keyring") from None

    def keep(self, path: Path) -> None:
        """Write the keyring to a new file that only its owner may read; never over an existing one."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lines = (
            " ".join(json_proto_keyset_format.serialize(keyset, secret_key_access.TOKEN).split())
            for keyset in (self._wrapping_keyset, self._index_keyset)
        )
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        with os.fdopen(descriptor, "w") as file:
            file.write("\n".join(lines))

    def new_data_key(self, owner: UUID) -> bytes:
        """Return a fresh data key for one record, wrapped and bound to that record's id."""
        keyset = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
        return proto_keyset_format.serialize_encrypted(keyset, self._wrapping, owner.bytes)

    def unwrap(self, wrapped: bytes, owner: UUID) -> DataKey:
        """Return the data key of one record.

        :raises SealBroken: if it was wrapped by another keyring or for another record.
        """
        return DataKey(_or_broken(lambda: proto_keyset_format.parse_encrypted(wrapped, self._wrapping, owner.bytes)))

    def token(self, column: str, value: str) -> bytes:
        """Return the blind token by which a value is found again without being kept in clear."""
        return self._index.primary().compute(f"{column}:{value}".encode(), TOKEN_LENGTH)

    def link(self, entry: bytes) -> bytes:
        """Return the keyed hash that chains one audit entry to the next; not to be forged without the keyring."""
        return self._index.primary().compute(b"audit:" + entry, CHAIN_LENGTH)


def _pad(plaintext: bytes) -> bytes:
    framed = len(plaintext).to_bytes(_LENGTH_PREFIX) + plaintext
    return framed + bytes(-len(framed) % BUCKET)


def _unpad(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:_LENGTH_PREFIX])
    return padded[_LENGTH_PREFIX : _LENGTH_PREFIX + length]


def _or_broken(attempt: Callable[[], T]) -> T:
    """Run one Tink call; its errors say too much or too little, so ours takes their place."""
    try:
        return attempt()
    except tink.TinkError:
        raise SealBroken("A sealed value does not open here") from None
