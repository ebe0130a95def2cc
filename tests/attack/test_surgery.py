"""Somebody operates on the database itself: whatever is altered, cut or moved opens nowhere, and nobody acts on it.

The answer to ciphertexts that can be moved or changed unseen (sqlalchemy-utils' StringEncryptedType and its kind).
"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask, url_for
from markupsafe import escape
from sqlalchemy import Table, select, text, update

from enquiry import attachments, clock
from enquiry.extensions import db
from enquiry.records.appointment import Appointment, Arranged
from enquiry.records.attachment import Attachment
from enquiry.records.draft import Draft
from enquiry.records.enquiry import Enquiry
from enquiry.records.letter import Letter, LetterState
from enquiry.records.staff import Staff
from enquiry.records.types import Sealed, SealedRow, WrappedKey, new_id
from enquiry.replies.send import send_reply
from enquiry.rules.answers import Visit
from enquiry.rules.appointments import AppointmentState, Tell
from enquiry.triage.decide import write_note
from tests.attack.test_canary import answer_pages
from tests.attack.test_walls import DEEDS
from tests.people import LENA, at_the_desk, pat_adds, pat_asks
from tests.visitor import Visitor

SURGERIES = 1000  # on each of the two databases
REFUSED = 409
WORDS = "This record cannot be opened safely"
IN_A_LIST = "Cannot be opened safely"

PEOPLE = [  # name, born, email, telephone, story
    ("Ada Ashdown", "1951-01-02", "ada@home.example", "07700 900 101", "My ankle is numb since the fair."),
    ("Ben Birch", "1962-03-04", "ben@home.example", "07700 900 202", "My neck has been stiff since the harvest."),
    ("Cleo Crane", "1973-05-06", "cleo@home.example", "07700 900 303", "My lower back aches after the night shift."),
    ("Dov Drake", "1984-07-08", "dov@home.example", "07700 900 404", "My hands tingle when I ride my bicycle."),
]


@dataclass(frozen=True)
class Cell:
    """One value of one row: whose it is, and the pages that must open it to be shown."""

    owner: str
    table: Table
    column: str
    row: UUID
    pages: tuple[str, ...]
    names_the_owner: bool = False

    def read(self) -> Any:
        return db.session.execute(select(self.table.c[self.column]).where(self.table.c.id == self.row)).scalar_one()

    def write(self, value: Any) -> None:
        """Change the value, behind the application's back."""
        db.session.commit()
        db.session.execute(update(self.table).where(self.table.c.id == self.row).values({self.column: value}))
        db.session.commit()


class StoredFile(Cell):
    """The content of a file, which lies in the file store under the name that its row gives."""

    def read(self) -> Any:
        return attachments.store.get(super().read())

    def write(self, value: Any) -> None:
        name = super().read()
        attachments.store.remove(name)
        attachments.store.put(name, value)


@dataclass(frozen=True)
class Scene:
    """Four people's records, everything sealed in them, and the colleague who looks at them."""

    lena: Visitor
    references: dict[str, str]  # by name
    stuck_letters: dict[str, UUID]
    cells: list[Cell]


Surgeon = Callable[[Scene, Cell, random.Random], Any]


def flip_a_bit(scene: Scene, cell: Cell, dice: random.Random) -> bytes:
    value = bytearray(cell.read())
    value[dice.randrange(len(value))] ^= 1 << dice.randrange(8)
    return bytes(value)


def cut_short(scene: Scene, cell: Cell, dice: random.Random) -> bytes:
    value = cell.read()
    return value[: dice.randrange(len(value))]


def empty(scene: Scene, cell: Cell, dice: random.Random) -> bytes:
    return b""


def lengthen(scene: Scene, cell: Cell, dice: random.Random) -> bytes:
    return cell.read() + dice.randbytes(dice.randint(1, 64))


def add_what_a_parser_skips(scene: Scene, cell: Cell, dice: random.Random) -> bytes:
    """A whole empty field of a number that nobody knows, as protocol buffers write it."""
    return cell.read() + b"\x1a\x00"


def put_noise(scene: Scene, cell: Cell, dice: random.Random) -> bytes:
    return dice.randbytes(len(cell.read()))


def put_another_row(scene: Scene, cell: Cell, dice: random.Random) -> bytes:
    """Somebody else's value of the same column, or another of the same person's."""
    return dice.choice([one for one in scene.cells if same_column(one, cell) and one.row != cell.row]).read()


def put_another_column(scene: Scene, cell: Cell, dice: random.Random) -> bytes:
    """A value of another column or table, of the same person if there is one."""
    others = [one for one in scene.cells if one.column not in ("key_id", cell.column)]
    return dice.choice([one for one in others if one.owner == cell.owner] or others).read()


def put_words(scene: Scene, cell: Cell, dice: random.Random) -> Any:
    """Text, which SQLite keeps as such even where bytes belong; now and then such as is no text at all."""
    strange = {"sqlite": ["'words'", "7", "CAST(X'FF' AS TEXT)"], "postgresql": ["'words'"]}
    return text(dice.choice(strange[db.engine.dialect.name]))


def point_to_another_key(scene: Scene, cell: Cell, dice: random.Random) -> UUID:
    return dice.choice([one for one in scene.cells if same_column(one, cell) and one.owner != cell.owner]).read()


ON_VALUES: list[Surgeon] = [
    flip_a_bit,
    cut_short,
    empty,
    lengthen,
    add_what_a_parser_skips,
    put_noise,
    put_another_row,
    put_another_column,
]


def surgeons_for(cell: Cell) -> list[Surgeon]:
    in_a_row = [] if isinstance(cell, StoredFile) else [put_words]
    return [point_to_another_key] if cell.column == "key_id" else ON_VALUES + in_a_row


def same_column(one: Cell, other: Cell) -> bool:
    return (one.table, one.column) == (other.table, other.column)


# Which pages below the case show a row of a table.
OWN_PAGES: dict[str, Callable[[UUID], list[str]]] = {
    "enquiries": lambda _: ["reply", "call"],
    "timeline": lambda _: [],
    "letters": lambda letter: [f"letters/{letter}"],
    "appointments": lambda _: ["appointment"],
    "attachments": lambda file: [f"files/{file}"],
}


@pytest.fixture
def scene(app: Flask) -> Scene:
    """Each of four people has asked, with a file; has a letter that is stuck, an answer, a note and an appointment."""
    lena = at_the_desk(app, LENA)
    references, stuck_letters, cells = {}, {}, []
    with app.test_request_context():
        colleague = db.session.scalars(select(Staff)).one()
        for name, born, email, telephone, story in PEOPLE:
            enquiry = pat_asks(
                who={"name": name, "birth_date": born},
                contact={"email": email, "telephone": telephone},
                about={"story": story},
            )
            reference = references[name] = enquiry.reference
            stuck_letters[name] = a_stuck_letter(enquiry)
            send_reply(colleague, reference, enquiry.version, email, "Please ring us.")
            write_note(colleague, reference, enquiry.version, "She rang.")
            pat_adds(enquiry)
            has_appointment(enquiry, colleague)
            cells += sealed_cells(name, enquiry)
    return Scene(lena, references, stuck_letters, cells)


def has_appointment(enquiry: Enquiry, colleague: Staff) -> None:
    """Let an appointment of an enquiry be booked, with a note."""
    appointment = Appointment(
        id=new_id(), key=enquiry.key, enquiry_id=enquiry.id, clinic=enquiry.clinic, clinician=colleague, minutes=30,
        starts_at=clock.now(), visit=Visit.IN_PERSON, state=AppointmentState.BOOKED,
    )  # fmt: skip
    appointment.arranged = Arranged(Tell.LETTER, note="She rang about her appointment.")
    db.session.add(appointment)
    db.session.commit()


def a_stuck_letter(enquiry: Enquiry) -> UUID:
    """Let the receipt of an enquiry be refused, so that it stands in the outbox."""
    letter = db.session.scalars(select(Letter).where(Letter.enquiry_id == enquiry.id)).one()
    letter.state, letter.due_at = LetterState.FAILED, None
    db.session.commit()
    return letter.id


def sealed_cells(owner: str, enquiry: Enquiry) -> Iterator[Cell]:
    """Yield everything that is sealed in an enquiry and its files, what points to a key, and the keys themselves.

    From the tables themselves: whatever is sealed tomorrow is operated on tomorrow.
    """
    case = f"/desk/enquiries/{enquiry.reference}"
    files = attachments.of(enquiry)
    for file in files:
        file_page = f"{case}/files/{file.id}"
        yield Cell(owner, WrappedKey.__table__, "wrapped", file.key_id, (case, file_page))
        yield StoredFile(owner, Attachment.__table__, "stored_as", file.id, (file_page,))
    yield Cell(owner, WrappedKey.__table__, "wrapped", enquiry.key_id, (case, f"{case}/reply", f"{case}/call"), True)
    keys = [enquiry.key_id, *(file.key_id for file in files)]
    for mapper in db.Model.registry.mappers:
        kind = mapper.class_
        if issubclass(kind, SealedRow):
            for row in db.session.scalars(select(kind.id).where(kind.key_id.in_(keys))):
                pages = (case, *(f"{case}/{page}" for page in OWN_PAGES[kind.__tablename__](row)))
                for column in sealed_columns(kind):
                    yield Cell(owner, kind.__table__, column, row, pages, names_the_owner=kind is Enquiry)


def sealed_columns(kind: type[SealedRow]) -> list[str]:
    """Return the columns of a table that are sealed, and the one that points to their key."""
    return [*(attribute.column for attribute in vars(kind).values() if isinstance(attribute, Sealed)), "key_id"]


def refuses(scene: Scene, cell: Cell, address: str) -> bool:
    """Return whether a page says that the record cannot be opened, and nothing of what is in it."""
    answer = scene.lena.get(address)
    [(_, _, email, telephone, story)] = [person for person in PEOPLE if person[0] == cell.owner]
    spoken = [word for word in (cell.owner, email, telephone, story, "She rang") if str(escape(word)) in answer.text]
    return answer.status_code == REFUSED and WORDS in answer.text and not spoken


def still_lists_the_others(scene: Scene, cell: Cell, address: str) -> bool:
    """Return whether a list stands as it was, but for the name of somebody whose record does not open."""
    answer = scene.lena.get(address)
    missing = {name for name, *_ in PEOPLE if name not in answer.text}
    harmed = {cell.owner} if cell.names_the_owner else set()
    return answer.status_code == 200 and missing == harmed and (IN_A_LIST in answer.text) == bool(harmed)


def test_every_page_refuses_every_kind_of_surgery_on_every_column_and_every_list_goes_on(
    app: Flask, scene: Scene
) -> None:
    dice = random.Random(20261122)  # noqa: S311 - chance, not secrecy
    adas = [cell for cell in scene.cells if cell.owner == "Ada Ashdown"]
    kinds = {(cell.table.name, cell.column, cell.pages[-1]): cell for cell in adas}
    assert OWN_PAGES.keys() <= {table for table, *_ in kinds}
    for cell in kinds.values():
        for surgeon in surgeons_for(cell):
            with app.app_context():
                before = cell.read()
                cell.write(surgeon(scene, cell, dice))
            for address in cell.pages:
                assert refuses(scene, cell, address), (surgeon.__name__, cell.table.name, cell.column, address)
            for address in ("/desk/queue", "/desk/outbox"):
                assert still_lists_the_others(scene, cell, address), (surgeon.__name__, cell.table.name, cell.column)
            with app.app_context():
                cell.write(before)
    for reference in scene.references.values():
        assert scene.lena.get(f"/desk/enquiries/{reference}").status_code == 200


def test_of_a_thousand_random_surgeries_a_thousand_are_refused(app: Flask, scene: Scene) -> None:
    dice = random.Random(4)  # noqa: S311 - chance, not secrecy
    unseen = []
    for _ in range(SURGERIES):
        cell = dice.choice(scene.cells)
        surgeon, page = dice.choice(surgeons_for(cell)), dice.choice(cell.pages)
        with app.app_context():
            before = cell.read()
            harmed = surgeon(scene, cell, dice)
            assert harmed != before
            cell.write(harmed)
        if not refuses(scene, cell, page):
            unseen.append((surgeon.__name__, cell.table.name, cell.column, page))
        with app.app_context():
            cell.write(before)
    assert not unseen


@pytest.mark.parametrize("column", ["patient_sealed", "contact_sealed", "request_sealed", "wrapped"])
def test_no_deed_on_such_a_record_is_an_error_at_our_end(
    app: Flask, scene: Scene, column: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    [cell] = [one for one in scene.cells if one.column == column and one.owner == "Ada Ashdown" and one.names_the_owner]
    with app.app_context():
        cell.write(cell.read()[:-1])
        version = db.session.scalars(
            select(Enquiry.version).where(Enquiry.reference == scene.references[cell.owner])
        ).one()
    case = f"/desk/enquiries/{scene.references[cell.owner]}"
    for endpoint, answers in DEEDS.items():
        with app.test_request_context():
            values = {"reference": scene.references[cell.owner], "letter_id": scene.stuck_letters[cell.owner]}
            address = url_for(endpoint, **values)
        answer = scene.lena.post(address, data={"version": version, "clinic": "norwich", **answers})
        assert answer.status_code < 500, endpoint
        assert scene.lena.get(case).status_code == REFUSED


def test_a_record_whose_key_is_gone_is_refused_like_any_other(app: Flask, scene: Scene) -> None:
    cell = next(cell for cell in scene.cells if cell.column == "wrapped" and cell.names_the_owner)
    with app.app_context():
        is_postgresql = db.engine.dialect.name == "postgresql"
        connection = db.engine.raw_connection()
        cursor = connection.cursor()
        cursor.execute("SET session_replication_role = replica" if is_postgresql else "PRAGMA foreign_keys = OFF")
        cursor.execute(f"DELETE FROM data_keys WHERE id = '{cell.row.hex}'")  # noqa: S608
        cursor.execute("RESET session_replication_role" if is_postgresql else "PRAGMA foreign_keys = ON")
        connection.commit()
        connection.close()
    for address in cell.pages:
        assert refuses(scene, cell, address)
    assert still_lists_the_others(scene, cell, "/desk/queue")


def test_the_log_says_where_and_nothing_of_what(app: Flask, scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    [cell] = [one for one in scene.cells if one.column == "patient_sealed" and one.owner == "Ada Ashdown"]
    with app.app_context():
        cell.write(cell.read()[:-1])
    scene.lena.get(cell.pages[0])
    said = capsys.readouterr().out
    assert f"enquiries.patient_sealed:{cell.row} does not open here" in said
    assert "Ada" not in said


def test_a_patient_whose_answers_were_tampered_with_is_told_to_begin_again_or_ring(app: Flask, client: Visitor) -> None:
    address = answer_pages(client, 1)
    with app.app_context():
        db.session.execute(update(Draft).values(answers_sealed=b"harmed"))
        db.session.commit()
    for step in (address, re.sub(r"/enquire/[a-z-]+", "/enquire/check", address)):
        answer = client.get(step)
        assert answer.status_code == REFUSED
        assert "Please begin again, or ring us" in answer.text
