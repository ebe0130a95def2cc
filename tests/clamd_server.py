"""A virus scanner for tests: it speaks clamd's INSTREAM on a real socket, knows one virus, and can be away."""

import socketserver
import threading
import zlib
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

# The test virus of the antivirus industry, written so that no scanner takes this file for it.
EICAR = b64decode("WDVPIVAlQEFQWzRcUFpYNTQoUF4pN0NDKTd9JEVJQ0FSLVNUQU5EQVJELUFOVElWSVJVUy1URVNULUZJTEUhJEgrSCo=")


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while length := int.from_bytes(self.rfile.read(4)):
            content += self.rfile.read(length)
        server: Any = self.server
        server.asked.append(content)
        found = any(EICAR in part for part in _parts(content))
        self.wfile.write(server.answer or (b"stream: Eicar FOUND\0" if found else b"stream: OK\0"))


def _parts(content: bytes) -> Iterator[bytes]:
    """Yield what a scanner looks at: the file, and what is packed in it if it is a PDF."""
    yield content
    for packed in content.split(b"stream\n")[1:]:
        with suppress(zlib.error):
            yield zlib.decompressobj().decompress(packed)


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


class ClamdServer:
    """Listens on a socket of this machine while it is started; ``asked`` holds what it was asked about."""

    def __init__(self, path: Path) -> None:
        self.address = str(path)
        self._server: Any = None

    def start(self, answer: bytes = b"") -> None:
        """Begin to listen.

        :param answer: what to say of every file, in place of the truth.
        """
        Path(self.address).unlink(missing_ok=True)
        self._server = _Server(self.address, _Conversation)
        self._server.asked, self._server.answer = [], answer
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def stop(self) -> None:
        """Go away."""
        if self._server is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server = None

    @property
    def asked(self) -> list[bytes]:
        asked: list[bytes] = self._server.asked
        return asked
