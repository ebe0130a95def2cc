"""Files that nobody should send: each is refused in plain words beside the field, and nothing else is lost or run.

FreeScout GHSA-27vp-fpg8-j8wv, osTicket 33ed106b1, RT CVE-2014-9472, Werkzeug CVE-2023-25577 and their kind.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from io import BytesIO
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from enquiry import attachments
from enquiry.extensions import db
from enquiry.records.attachment import Attachment
from enquiry.rules.files import ScanState
from enquiry.web import uploads
from tests import strange_files as strange
from tests.bench.server import Server, serve
from tests.bench.visit import Visit
from tests.clamd_server import EICAR, ClamdServer
from tests.intake.test_enquiry import ABOUT, CLINIC, CONTACT, NO_FILES, PAIN, SAFE, TIMES, WHO, answer, at_the_files
from tests.intake.test_files import LETTER, choose
from tests.strange_files import MEGABYTE, SCRIPT
from tests.visitor import Visitor, forms_of

BOTH_TELEPHONES = ("07776 511824", "01603 505063")

WRONG_KIND = "must be a PDF, JPG or PNG"
NOT_READ = "cannot be read"
ACTS = "does more than show pages"

# How a file is called, how it is made, and what is said of it.
REFUSED: list[tuple[str, Callable[[], bytes], str]] = [
    ("virus.txt", lambda: EICAR, WRONG_KIND),
    ("drawing.svg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", WRONG_KIND),
    ("page.pdf", lambda: SCRIPT, WRONG_KIND),
    ("page.html.pdf", lambda: SCRIPT + strange.pdf(), WRONG_KIND),
    ("late.pdf", lambda: b"\n" * 500 + strange.pdf(), WRONG_KIND),
    ("program.exe", lambda: b"MZ\x90\0", WRONG_KIND),
    ("moving.png", lambda: strange.picture("GIF"), WRONG_KIND),
    ("scans.zip", strange.zip_bomb, WRONG_KIND),
    ("scans.pdf", strange.zip_bomb, WRONG_KIND),
    ("half.pdf", lambda: b"%PDF-1.7\n" + SCRIPT, NOT_READ),
    ("half.png", lambda: strange.picture()[:60], NOT_READ),
    ("pages.pdf", strange.pdf_bomb, NOT_READ),
    ("sky.png", strange.pixel_bomb, "must have fewer than 50 million pixels"),
    ("locked.pdf", strange.locked_pdf, "is password protected"),
    ("script.pdf", strange.pdf_with_script, ACTS),
    ("field.pdf", strange.pdf_with_script_on_a_field, ACTS),
    ("launch.pdf", strange.pdf_with_program, ACTS),
    ("parcel.pdf", strange.pdf_with_a_file_inside, ACTS),
    ("form.pdf", strange.pdf_with_a_form, ACTS),
    ("nothing.pdf", lambda: b"", "is empty"),
    ("large.pdf", lambda: b"%PDF-1.7\n" + bytes(11 * MEGABYTE), "must be smaller than 10MB"),
]  # fmt: skip
# How a file is called that is harmless but for its name, and how it is shown.
RENAMED = [
    ("report.pdf.exe", "report.pdf.exe.pdf"),
    ("report.php.pdf", "report.php.pdf"),
    ("report.pht", "report.pht.pdf"),
    ("report\u202efdp.scr", "reportfdp.scr.pdf"),
    ("../../instance/keys/keyring.json", "keyring.json.pdf"),
]


def stored(app: Flask) -> list[str]:
    """Return the names of all files that were taken."""
    with app.app_context():
        return [one.description.name for one in db.session.scalars(select(Attachment).order_by(Attachment.id))]


@pytest.mark.parametrize("name, make, words", REFUSED, ids=[f"{words} {name}" for name, _, words in REFUSED])
def test_a_strange_file_is_refused_in_plain_words_and_nothing_else_is_lost(
    app: Flask, client: Visitor, name: str, make: Callable[[], bytes], words: str
) -> None:
    address = at_the_files(client)

    page = choose(client, address, (name, make()), LETTER)

    assert page.status_code == 422
    assert page.mimetype == "text/html"
    field = page.text.partition('<div id="files-error">')[2].partition("<input")[0]
    assert f"“{name}” {words}" in field
    assert f'<a href="#files">“{name}” {words}' in page.text
    assert all(number in page.text for number in BOTH_TELEPHONES)
    assert stored(app) == ["GP letter.pdf"]
    check = answer(client, address, NO_FILES, CLINIC)
    assert WHO["name"] in client.get(check).text
    assert "GP letter.pdf" in client.get(check).text


@pytest.mark.parametrize("name, shown", RENAMED)
def test_a_name_that_misleads_is_made_to_tell_the_truth(client: Visitor, name: str, shown: str) -> None:
    """FreeScout GHSA-27vp-fpg8-j8wv and GHSA-9ph7-f3hc-95gg: names that made a file run, or lie elsewhere."""
    address = at_the_files(client)

    choose(client, address, (name, strange.letter()))

    assert f"<bdi>{shown}</bdi>" in client.get(address).text


def test_what_is_two_kinds_of_file_at_once_is_only_one_of_them_once_it_is_taken(app: Flask, client: Visitor) -> None:
    """A page of HTML in a PDF or a picture is in none of the bytes that are kept (osTicket 33ed106b1)."""
    polyglots = [strange.pdf() + SCRIPT, strange.picture() + SCRIPT, strange.picture("JPEG", comment=SCRIPT)]

    choose(client, at_the_files(client), *[(f"{number}.pdf", one) for number, one in enumerate(polyglots)])

    with app.app_context():
        kept = [attachments.read(one) for one in db.session.scalars(select(Attachment))]
    assert len(kept) == 3
    assert not any(b"<script>" in content for content in kept)


def test_a_virus_is_caught_in_whatever_it_is_wrapped(
    app: Flask, client: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanner = ClamdServer(tmp_path / "clamd")
    monkeypatch.setitem(app.extensions, "scanner_address", scanner.address)
    scanner.start()

    page = choose(client, at_the_files(client), ("letter.pdf", strange.infected_pdf()), LETTER)
    scanner.stop()

    assert "“letter.pdf” contains a virus" in page.text
    with app.app_context():
        assert db.session.scalars(select(Attachment.scan)).all() == [ScanState.CLEAN]


def test_werkzeug_cve_2023_25577_ten_thousand_parts_are_refused_and_the_answers_kept(
    app: Flask, client: Visitor
) -> None:
    address = at_the_files(client)

    parts = {f"files-{number}": FileStorage(BytesIO(b"x"), "x.pdf") for number in range(10_000)}

    too_large(as_sent(client, address, parts))
    assert client.get(address).status_code == 200


def test_werkzeug_cve_2023_46136_a_part_of_nothing_but_line_breaks_is_read_in_no_time(client: Visitor) -> None:
    address = at_the_files(client)
    breaks = b"%PDF-" + b"\r" * (9 * MEGABYTE)

    begun = time.perf_counter()
    page = choose(client, address, ("breaks.pdf", breaks))

    assert NOT_READ in page.text
    assert time.perf_counter() - begun < 10


def test_werkzeug_cve_2024_49767_words_beyond_a_megabyte_are_refused_beside_files_too(client: Visitor) -> None:
    address = at_the_files(client)

    too_large(as_sent(client, address, {"files": FileStorage(BytesIO(b"x"), "x.pdf"), "more": "x" * 2 * MEGABYTE}))
    assert client.get(address).status_code == 200


def test_only_the_page_for_files_lets_much_in(client: Visitor) -> None:
    address = at_the_files(client)

    def announce(address: str, size: int) -> TestResponse:
        length = {"CONTENT_LENGTH": str(size)}
        return client.post(address, content_type="multipart/form-data; boundary=x", environ_overrides=length)

    too_large(announce(address.replace("files", "who"), 2 * MEGABYTE))
    too_large(announce(address, uploads.LET_IN + 1))


def test_freescout_ghsa_ph4f_a_visitor_who_sends_files_without_end_is_told_to_wait(app: Flask, client: Visitor) -> None:
    address = at_the_files(client)
    html = client.get(address).text
    empty = {"files": [FileStorage(BytesIO(b""), "x.pdf")]}

    answers = [client.send(address, html, empty).status_code for _ in range(62)]

    assert answers[:60] == [422] * 60
    assert answers[60:] == [429] * 2


def as_sent(client: Visitor, address: str, parts: dict[str, Any]) -> TestResponse:
    """Send parts that no form of ours has."""
    boundary, body = encode_multipart(parts)
    return client.post(address, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def too_large(page: TestResponse) -> None:
    """Check the page for what is refused as a whole: it says so, keeps both telephones and runs nothing."""
    assert page.status_code == 413
    assert "That was too large to send" in page.text
    assert all(number in page.text for number in BOTH_TELEPHONES)


class Sender(Visit):
    """A visitor over real HTTP who sends as much as they like, piece by piece."""

    def leave(self) -> None:
        """Hang up."""
        self._connection.close()

    def at_the_files(self) -> str:
        """Answer every page up to the one that takes files, and return its address."""
        address = "/enquire/safety?about=sciatica"
        for answers in (SAFE, WHO, CONTACT, ABOUT, PAIN, TIMES):
            address = self.fill_in(address, answers)
        return address

    def send(self, address: str, files: Iterable[tuple[str, int]], meanwhile: Callable[[], None] = lambda: None) -> int:
        """Send files of so many bytes each, and return the status of the answer.

        :param meanwhile: what to do half-way.
        """
        [form] = [form for form in forms_of(self.get(address)) if form.takes_files]
        pieces = list(self._pieces(form.filled["csrf_token"][0], files))
        self._connection.putrequest("POST", address)
        self._connection.putheader("Cookie", "; ".join(f"{name}={one.value}" for name, one in self._cookies.items()))
        self._connection.putheader("Content-Type", "multipart/form-data; boundary=heron")
        self._connection.putheader("Content-Length", str(sum(len(piece) * times for piece, times in pieces)))
        self._connection.endheaders()
        for number, (piece, times) in enumerate(pieces):
            for _ in repeat(None, times):
                self._connection.send(piece)
            if number == len(pieces) // 2:
                meanwhile()
        response = self._connection.getresponse()
        response.read()
        return response.status

    @staticmethod
    def _pieces(token: str, files: Iterable[tuple[str, int]]) -> Iterator[tuple[bytes, int]]:
        """Yield the pieces of the body, each with how often it comes."""
        for name, value in (("csrf_token", token), ("add", "yes")):
            yield f'--heron\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode(), 1
        for name, size in files:
            head = f'--heron\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
            yield f"{head}Content-Type: application/pdf\r\n\r\n%PDF-1.7\n".encode(), 1
            yield b"p" * 64 * 1024, size // (64 * 1024)
            yield b"\r\n", 1
        yield b"--heron--\r\n", 1


@pytest.fixture
def server(app: Flask, environment: dict[str, str]) -> Iterator[Server]:
    """The application as it is served, in a process of its own."""
    with serve("wsgi:app", environment) as served:
        yield served


@pytest.fixture
def sender(server: Server) -> Iterator[Sender]:
    """Somebody who visits the server."""
    visitor = Sender(server.port)
    yield visitor
    visitor.leave()


def test_however_much_is_sent_the_server_keeps_no_more_than_it_takes(server: Server, sender: Sender) -> None:
    """RT CVE-2014-9472 and ASVS 5.2: what a visitor sends is bounded in memory, whatever it says it is."""
    address = sender.at_the_files()
    sender.send(address, [("warm.pdf", MEGABYTE)])
    before = peak(server)

    most_that_is_taken = sender.send(address, [(f"{number}.pdf", 9 * MEGABYTE) for number in range(5)])
    grown = peak(server) - before
    more = sender.send(address, [(f"{number}.pdf", 9 * MEGABYTE) for number in range(10)])
    one = sender.send(address, [("endless.pdf", 95 * MEGABYTE)])
    many = sender.send(address, [(f"{number}.pdf", 64 * 1024) for number in range(190)])
    with suppress(ConnectionError):  # the server need not wait for them all
        assert sender.send(address, [(f"{number}.pdf", 0) for number in range(10_000)]) == 413

    assert (most_that_is_taken, more, one, many) == (422, 422, 422, 422)
    print(f"Grown by {grown} MB for five files of 9 MB, and by {peak(server) - before} MB at most")
    assert grown < 110
    assert peak(server) - before < 120


def test_while_a_file_arrives_no_part_of_it_is_in_a_file_on_a_disk(server: Server, sender: Sender) -> None:
    before, meanwhile = set(open_files(server)), set[str]()
    address = sender.at_the_files()

    sender.send(address, [("one.pdf", 5 * MEGABYTE)] * 3, lambda: meanwhile.update(open_files(server)))

    assert any(name.startswith("socket:") for name in meanwhile - before), "nothing was looked at"
    assert not [name for name in meanwhile - before if "deleted" in name]


def workers(server: Server) -> list[int]:
    """Return the processes that serve."""
    return [int(child) for child in Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()]


def peak(server: Server) -> int:
    """Return the most memory that a serving process has had, in megabytes (proc(5), VmHWM)."""
    said = [Path(f"/proc/{pid}/status").read_text() for pid in workers(server)]
    return max(int(status.partition("VmHWM:")[2].split()[0]) for status in said) // 1024


def open_files(server: Server) -> Iterator[str]:
    """Yield what the serving processes have open; a temporary file shows as deleted."""
    for pid in workers(server):
        for descriptor in os.listdir(f"/proc/{pid}/fd"):
            yield os.readlink(f"/proc/{pid}/fd/{descriptor}")
