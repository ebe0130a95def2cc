"""The file store: where sealed files lie under random names, in a folder or an S3 bucket, outside every web root.

Why names say nothing: whoever lists the store learns how many files there are and how long, and nothing else.
"""

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime

import fsspec
from fsspec.implementations.local import LocalFileSystem

SHELVES = "0123456789abcdef"  # files lie in folders by how their names begin: a sweep looks at one after the other


class NotStored(Exception):
    """Raised when the store did not take a file: it is full, or away."""


class FileStore:
    """The files of one application; their bytes are sealed before they come here.

    :param url: a folder, or ``s3://bucket/prefix``. S3 takes its keys and its address from the AWS_… variables.
    """

    def __init__(self, url: str) -> None:
        self._files, self._root = fsspec.url_to_fs(url, use_listings_cache=False)
        self._is_folder = isinstance(self._files, LocalFileSystem)

    def put(self, name: str, sealed: bytes) -> None:
        """Keep a file's bytes; when this returns, they survive a power cut.

        :raises NotStored: if they could not be kept.
        """
        path = self._path(name)
        try:
            if self._is_folder:
                self._put_into_folder(path, sealed)
            else:
                self._files.pipe_file(path, sealed)
        except Exception as error:  # each kind of store has errors of its own
            raise NotStored(type(error).__name__) from None

    def get(self, name: str) -> bytes:
        """Return a file's bytes, as they are kept: sealed.

        :raises FileNotFoundError: if there is no such file.
        """
        content: bytes = self._files.cat_file(self._path(name))
        return content

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        with suppress(FileNotFoundError):
            self._files.rm_file(self._path(name))

    def names(self, shelf: str) -> Iterator[str]:
        """Yield the names of the files on one of the ``SHELVES``."""
        for path in self._files.find(f"{self._root}/{shelf}"):
            yield path.rpartition("/")[2]

    def kept_before(self, moment: datetime, names: Iterable[str]) -> Iterator[str]:
        """Yield those of these files that have been here since before a moment, and are still."""
        for name in names:
            with suppress(FileNotFoundError):
                if self._files.modified(self._path(name)) < moment:
                    yield name

    def _path(self, name: str) -> str:
        return f"{self._root}/{name[0]}/{name}"

    def _put_into_folder(self, path: str, sealed: bytes) -> None:
        shelf = os.path.dirname(path)
        for folder in (self._root, shelf):
            os.makedirs(folder, mode=0o700, exist_ok=True)
        try:
            with open(path, "xb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
        except OSError:  # the disk is full: half a file helps nobody and takes up what room there is
            os.unlink(path)
            raise
        _keep_names_in(shelf)


def _keep_names_in(folder: str) -> None:
    """Let the names in a folder survive a power cut too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def new_name() -> str:
    """Return a name that nobody can guess."""
    return secrets.token_hex(16)
