"""Sealing: the keyring, a data key for each person's record, and blind tokens, all by Google Tink.

Why: a stolen database, backup or disk must tell nothing. The keyring is one file outside the database. It wraps a
data key per record; the data key seals that record's fields, each bound to its table, column and row, so a value
moved elsewhere does not open. Lengths are padded, because a length tells too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import TypeVar
from uuid import UUID

import tink
from google.protobuf.message import DecodeError
from tink import aead, json_proto_keyset_format, prf, proto_keyset_format, secret_key_access, streaming_aead
from tink.proto import tink_pb2

T = TypeVar("T")

aead.register()
prf.register()
streaming_aead.register()

BUCKET = 256  # bytes: plaintext is padded to a multiple of this
TOKEN_LENGTH = 16  # bytes of a blind token
CHAIN_LENGTH = 32  # bytes of a link in the audit chain
_LENGTH_PREFIX = 4  # bytes that say where the padding begins
_KEY_ID = slice(1, 5)  # of what Tink encrypts: one byte for its version, then the key's id


class SealingError(RuntimeError):
    """Base of what can go wrong with keys and seals; a RuntimeError, of which ``db upgrade`` prints the sentence alone.

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

    def __str__(self) -> str:
        return f"{self.table}.{self.column}:{self.row}"

    def __bytes__(self) -> bytes:
        return str(self).encode()


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
        return _unpad(_or_broken(lambda: self._aead.decrypt(sealed, bytes(place)), str(place)))


class FileKey:
    """The key of one file's content, sealed in chunks of a megabyte. It is itself kept sealed, as bytes.

    Whoever alters, moves, drops or adds a chunk, or puts another file in its place, makes the whole not open.
    """

    def __init__(self, kept: bytes) -> None:
        keyset = proto_keyset_format.parse(kept, secret_key_access.TOKEN)
        self._streaming = keyset.primitive(streaming_aead.StreamingAead)

    @staticmethod
    def generate() -> bytes:
        """Return a new key, as it is kept."""
        keyset = tink.new_keyset_handle(streaming_aead.streaming_aead_key_templates.AES256_GCM_HKDF_1MB)
        return proto_keyset_format.serialize(keyset, secret_key_access.TOKEN)

    def seal(self, content: bytes, place: Place) -> bytes:
        """Return a file's content sealed for one place."""
        sealed = _Unclosed()
        with self._streaming.new_encrypting_stream(sealed, bytes(place)) as stream:
            stream.write(content)
        return sealed.getvalue()

    def open(self, sealed: bytes, place: Place) -> bytes:
        """Return the whole content that was sealed for this place.

        :raises SealBroken: if any of it was altered, or sealed elsewhere or with another key.
        """
        return _or_broken(lambda: self._read(sealed, place), str(place))

    def _read(self, sealed: bytes, place: Place) -> bytes:
        with self._streaming.new_decrypting_stream(BytesIO(sealed), bytes(place)) as stream:
            return stream.read()


class _Unclosed(BytesIO):
    """Bytes that can still be had when Tink, at the end of its work, closes what it wrote to."""

    def close(self) -> None:
        """Stay open."""


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
    def from_text(cls, text: str) -> "Keyring":
        """Return the keyring that a file holds: two keysets as JSON, a line each.

        :raises KeyringUnusable: if this is no keyring.
        """
        try:
            wrapping, index = text.splitlines()
            return cls(*(json_proto_keyset_format.parse(line, secret_key_access.TOKEN) for line in (wrapping, index)))
        except (ValueError, tink.TinkError):
            raise KeyringUnusable("This is no keyring") from None

    def to_text(self) -> str:
        """Return the keyring as its file holds it: every key in clear."""
        keysets = (self._wrapping_keyset, self._index_keyset)
        return "\n".join(
            " ".join(json_proto_keyset_format.serialize(keyset, secret_key_access.TOKEN).split()) for keyset in keysets
        )

    @property
    def key_ids(self) -> list[int]:
        """The ids of the keys that open data keys, in the order in which they were added."""
        return [key.key_id for key in self._wrapping_keyset.keyset_info().key_info]

    @property
    def primary(self) -> int:
        """The id of the key that wraps data keys now."""
        return self._wrapping_keyset.keyset_info().primary_key_id

    @property
    def old_keys(self) -> list[int]:
        """The ids of the keys that wrapped data keys before this one was promoted."""
        return self.key_ids[: self.key_ids.index(self.primary)]

    @property
    def newest(self) -> int:
        """The id of the key that was added last: the primary, or one that waits to be promoted."""
        return self.key_ids[-1]

    def with_new_key(self) -> "Keyring":
        """Return this keyring with one key more, which opens data keys and does not yet wrap any.

        Ids count upwards: whoever slept through some steps still tells a later keyring from an older copy.
        """
        keyset = _parts(self._wrapping_keyset)
        [key] = _parts(tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)).key
        key.key_id = self.newest + 1
        keyset.key.append(key)
        return Keyring(_handle(keyset), self._index_keyset)

    def with_newest_promoted(self) -> "Keyring":
        """Return this keyring with the key that was added last as the one that wraps."""
        keyset = _parts(self._wrapping_keyset)
        keyset.primary_key_id = self.newest
        return Keyring(_handle(keyset), self._index_keyset)

    def without_old_keys(self) -> "Keyring":
        """Return this keyring without the keys that wrapped before the primary did."""
        keyset = _parts(self._wrapping_keyset)
        del keyset.key[: len(self.old_keys)]
        return Keyring(_handle(keyset), self._index_keyset)

    def continues(self, earlier: "Keyring") -> bool:
        """Return whether this is another keyring some steps later, and neither a strange one nor an older copy."""
        is_kin = self.link(b"") == earlier.link(b"")
        return is_kin and self.primary >= earlier.primary and self.newest >= earlier.newest

    def new_data_key(self, owner: UUID) -> bytes:
        """Return a fresh data key for one record, wrapped and bound to that record's id."""
        keyset = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
        return proto_keyset_format.serialize_encrypted(keyset, self._wrapping, owner.bytes)

    def unwrap(self, wrapped: bytes, owner: UUID) -> DataKey:
        """Return the data key of one record.

        :raises SealBroken: if it was wrapped by another keyring or for another record.
        """
        return DataKey(self._open(wrapped, owner))

    def rewrap(self, wrapped: bytes, owner: UUID) -> bytes:
        """Return the same data key wrapped by the primary.

        :raises SealBroken: if it was wrapped by another keyring or for another record.
        """
        return proto_keyset_format.serialize_encrypted(self._open(wrapped, owner), self._wrapping, owner.bytes)

    def _open(self, wrapped: bytes, owner: UUID) -> tink.KeysetHandle:
        _encrypted_in(wrapped)
        return _or_broken(
            lambda: proto_keyset_format.parse_encrypted(wrapped, self._wrapping, owner.bytes), f"data_keys:{owner}"
        )

    def token(self, column: str, value: str) -> bytes:
        """Return the blind token by which a value is found again without being kept in clear."""
        return self._index.primary().compute(f"{column}:{value}".encode(), TOKEN_LENGTH)

    def link(self, entry: bytes) -> bytes:
        """Return the keyed hash that chains one audit entry to the next; not to be forged without the keyring."""
        return self._index.primary().compute(b"audit:" + entry, CHAIN_LENGTH)


def wrapping_key_of(wrapped: bytes) -> int:
    """Return the id of the key that wrapped a data key, which stands in clear before it.

    :raises SealBroken: if this is no wrapped data key.
    """
    return int.from_bytes(_encrypted_in(wrapped)[_KEY_ID])


def _encrypted_in(wrapped: bytes) -> bytes:
    """Return what is encrypted in a wrapped data key, of which that is all: Tink would pass over whatever is added.

    :raises SealBroken: if this is no wrapped data key, or more than that.
    """
    try:
        encrypted = tink_pb2.EncryptedKeyset.FromString(wrapped).encrypted_keyset
    except DecodeError:
        raise SealBroken("This is no wrapped data key") from None
    if tink_pb2.EncryptedKeyset(encrypted_keyset=encrypted).SerializeToString() != wrapped:
        raise SealBroken("Something was added to a wrapped data key")
    return encrypted


def _pad(plaintext: bytes) -> bytes:
    framed = len(plaintext).to_bytes(_LENGTH_PREFIX) + plaintext
    return framed + bytes(-len(framed) % BUCKET)


def _unpad(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:_LENGTH_PREFIX])
    return padded[_LENGTH_PREFIX : _LENGTH_PREFIX + length]


def _or_broken(attempt: Callable[[], T], what: str) -> T:
    """Run one Tink call; its errors say too much or too little, so ours takes their place."""
    try:
        return attempt()
    except tink.TinkError:
        raise SealBroken(f"{what} does not open here") from None


def _parts(keyset: tink.KeysetHandle) -> tink_pb2.Keyset:
    """Return a keyset as what it is made of; Tink for Python has no other way to add or remove a key."""
    return tink_pb2.Keyset.FromString(proto_keyset_format.serialize(keyset, secret_key_access.TOKEN))


def _handle(parts: tink_pb2.Keyset) -> tink.KeysetHandle:
    return proto_keyset_format.parse(parts.SerializeToString(), secret_key_access.TOKEN)
