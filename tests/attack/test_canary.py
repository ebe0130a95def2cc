"""A stolen database, log, queue or folder tells nothing: a canary typed into every field is found nowhere.

The answer to Hush Line V-001 and OTOBO CVE-2024-43444 and their kind: what was said in confidence, left in clear.
"""

import base64
import logging
import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text
from werkzeug.datastructures import FileStorage

from config import Config
from enquiry import clock, outbox
from enquiry.backup import DATABASE
from enquiry.extensions import db
from enquiry.records.staff import Staff
from enquiry.rules.working_time import OpeningHours
from tests.mail_server import MailServer
from tests.people import LENA, MAX, RAI, at_the_desk, pat_asks
from tests.postgresql import client_programs
from tests.strange_files import titled_pdf
from tests.triage.test_arranging import several, ticked
from tests.visitor import Visitor

PATIENT = {
    "name": "Quillonia Vexworthy",
    "email": "quillonia.vexworthy@zanzibar-post.example",
    "telephone": "07700 900 613",
    "avoid": "never before the heron-coloured dusk",
    "story": "My kumquat-shaped pain has troubled me since Michaelmas.",
    "called": "Quilly of the marshes",
    "proxy": "Barnabas Thistlewick",
    "relationship": "godfather once removed",
    "dates_to_avoid": "not on the feast of umbrellas",
    "insurer": "Pomegranate Mutual",
    "language": "High Valyrian",
    "postcode": "QX97 3ZJ",
}
DESK = {
    "note": "The colleague's xylograph of a note",
    "reply": "We answer with a periwinkle reply",
    "call": "She spoke of marzipan on the telephone",
    "move": "Waiting for the obsidian letter",
    "urgency": "Sooner because of the gossamer scan",
    "transfer": "Handed over with an amaranth reason",
    "close": "Ended with a tangerine remark",
    "snooze": "Until the saxophone has come",
    "view": "Cordelia Blunderbuss",
    "hold": "Kept because of the marmalade lawsuit",
    "release": "The marmalade was returned",
    "search": "Saffronia Obeliskova",
    "ask": "May the zeppelin-shaped pain wait?",
    "answer": "It may not, said the archipelago",
    "refuse": "Not before the clavichord is tuned",
    "reject": "Rejected because of the tamarisk",
    "near-miss": "The pangolin folder was nearly lost",
    "review": "We now keep pangolins apart",
    "several": "All closed when the spinnaker came down",
    "unmerge": "The ocarina is not the bassoon",
    "template": "Kindly bring the cerulean parasol",
    "appointment": "Bring the tortoiseshell letter",
    "joining": "Through the verdigris door of the video",
    "fees": "The pistachio consultation is free",
    "cancel": "The theatre smells of cardamom",
}
FILE = {"name": "Vexworthy ziggurat scan.pdf", "title": "A quokka-shaped shadow beside L4"}
# Health data too: the condition, and the date of birth in any shape that we write.
OTHERS = ["spinal-tumours", "1931-07-23", "23/7/1931", "+447700900613", "07700900613"]
CANARIES = [*PATIENT.values(), *DESK.values(), *FILE.values(), *OTHERS]


def test_what_pat_and_lena_typed_is_found_nowhere(
    app: Flask,
    client: Visitor,
    settings: Config,
    smtp: MailServer,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("PATH", f"{client_programs()}:{os.environ['PATH']}")
    half_way = pat_types_half(app)
    reference = pat_sends(client)
    manager = at_the_desk(app, MAX)
    manager_writes_a_template(manager)
    lena_works_on_it(app, reference)
    manager_reviews_it(manager)
    operators_work_on_it(
        app, reference, backup=tmp_path / "backup", archive=tmp_path_factory.mktemp("hers") / "pat.zip"
    )
    with app.app_context():
        outbox.sweep(clock.now())
    assert len(smtp.letters) == 5, "the letters did not go: the test looks at too little"
    assert half_way.startswith("/enquire/")

    said = capfd.readouterr()
    hidden_places = {
        "log": our_log(caplog).encode(),
        "output": (said.out + said.err).encode(),
        "backup, unpacked": unpacked(tmp_path / "backup" / DATABASE),
        **{str(file): content_of(file) for file in [*files_of(app, settings), *files_in(tmp_path)]},
    }

    assert not sightings(CANARIES, hidden_places)
    assert any(reference.encode() in content for content in hidden_places.values()), "the search finds nothing at all"


def sightings(canaries: Iterable[str], places: Mapping[str, bytes]) -> list[str]:
    """Return where canaries can be read, in whichever shape."""
    return [
        f"{canary!r} {how} in {place}"
        for place, content in places.items()
        for canary in canaries
        for how, shape in shapes(canary)
        if shape in content
    ]


def our_log(caplog: pytest.LogCaptureFixture) -> str:
    """Return all that was logged, but for what the test's own mail server says of the letters that it takes."""
    formatter = logging.Formatter("%(name)s %(message)s")
    return "\n".join(formatter.format(record) for record in caplog.records if record.name != "mail.log")


def pat_types_half(app: Flask) -> str:
    """Leave a draft with a file lying about."""
    other = app.test_client()
    assert isinstance(other, Visitor)
    return answer_pages(other, 8)


def pat_sends(client: Visitor) -> str:
    """Send an enquiry with a canary in every field, and return its reference."""
    check = answer_pages(client, 10)
    receipt = client.get(client.fill_in(check, {"emergency_ack": "y"}).location).text
    start = receipt.index("LN-")
    return receipt[start : start + 12]


def answer_pages(client: Visitor, pages: int) -> str:
    """Answer this many pages, and return the address of the next."""
    address = "/enquire/safety?about=spinal-tumours"
    everything = [
        {"red_flags": ["row-9"], "cancer": "yes"},
        {
            "for_whom": "someone-else", "name": PATIENT["name"], "called": PATIENT["called"],
            "birth_date-day": "23", "birth_date-month": "7", "birth_date-year": "1931",
        },
        {
            "name": PATIENT["proxy"], "relationship": PATIENT["relationship"],
            "agreement": "agrees", "may_be_told": "yes", "contact": "writer",
        },
        {key: PATIENT[key] for key in ("email", "telephone", "avoid")} | {"preferred": "email", "voicemail_ok": "yes"},
        {"about": "spinal-tumours", "kind": "appointment", "story": PATIENT["story"]},
        {"since": "weeks", "worse": "yes", "places": ["neck"], "operated": "elsewhere"},
        {
            "visit": "video", "days": ["monday"], "times": ["morning"], "dates_to_avoid": PATIENT["dates_to_avoid"],
            "paying": "insurer", "insurer": PATIENT["insurer"], "letter": "asked",
        },
        {"files": FileStorage(BytesIO(titled_pdf(FILE["title"])), FILE["name"])},
        {"clinic": "either", "needs": ["interpreter"], "language": PATIENT["language"]},
        {"postcode": PATIENT["postcode"]},
    ]  # fmt: skip
    for answers in everything[:pages]:
        response = client.fill_in(address, answers)
        if response.status_code == 200:  # the advice for today; she carries on
            response = client.send(address, response.text, {"carry-on": "yes"})
        assert response.status_code == 303, response.text
        address = response.location
    return address


def lena_works_on_it(app: Flask, reference: str) -> None:
    """Type a canary into every field of the desk."""
    lena, rai = at_the_desk(app, LENA), at_the_desk(app, RAI)
    case = f"/desk/enquiries/{reference}"
    day = clock.now().date() + timedelta(days=3)
    for form, answers in (
        ("claim", {}),
        ("note", {"text": DESK["note"]}),
        ("reply", {"text": DESK["reply"]}),
        ("call", {"outcome": "spoke", "note": DESK["call"]}),
        ("move", {"status": "waiting-for-patient", "reason": DESK["move"]}),
        ("urgency", {"urgency": "red-flag-declared", "reason": DESK["urgency"]}),
        ("appointment/book", in_a_week(rai_of(app))),
        ("appointment/fees", {"by": "email", "text": DESK["fees"]}),
        ("appointment/cancel", {"by": "clinic", "reason": DESK["cancel"]}),
        ("ask", {"clinician": str(the_clinician(app)), "question": DESK["ask"]}),
        ("answer", {"text": DESK["answer"]}),
        ("near-miss", {"what": DESK["near-miss"]}),
        ("reject", {"why": "other", "remark": DESK["reject"]}),
        ("refuse", {"why": DESK["refuse"]}),
        ("acknowledge", {}),
        ("snooze", {"until": day.isoformat(), "reason": DESK["snooze"]}),
        ("close", {"outcome": "advice-sent", "remark": DESK["close"]}),
        ("transfer", {"clinic": "norwich", "reason": DESK["transfer"]}),
    ):
        own_page = form in ("reply", "call", "ask", "snooze")
        page = f"{case}/appointment" if form.startswith("appointment") else case
        who = rai if form in ("answer", "refuse", "acknowledge", "snooze", "transfer") else lena
        response = (
            who.fill_in(f"{case}/{form}", answers) if own_page else who.fill_in(page, answers, action=f"{case}/{form}")
        )
        assert response.status_code == 303, f"{form}: {response.text}"
        with app.app_context():
            outbox.sweep(clock.now())  # a letter that waits may be overtaken by the next
    assert lena.fill_in("/desk/queue", {"name": DESK["view"]}).status_code == 303
    lena_merges_and_unmerges(app, lena)
    lena_searches(lena)
    [file] = re.findall(rf'href="({case}/files/[^"]+)"', rai.get(case).text)
    assert FILE["title"].encode() in rai.get(file).data, "the file does not hold what is searched for"


def the_clinician(app: Flask) -> UUID:
    """Return who can be asked."""
    with app.app_context():
        return db.session.scalars(select(Staff.id).where(Staff.email == RAI.email)).one()


def manager_reviews_it(manager: Visitor) -> None:
    """Review what nearly went wrong."""
    [address] = re.findall(r'href="(/desk/near-misses/[^"]+)"', manager.get("/desk/near-misses").text)
    assert DESK["near-miss"] in manager.get(address).text
    assert manager.fill_in(address, {"outcome": DESK["review"]}).status_code == 303


def lena_merges_and_unmerges(app: Flask, lena: Visitor) -> None:
    """Make one of two other enquiries, and two of one."""
    with app.test_request_context():
        kept, other = (pat_asks(contact={"email": ""}).reference for _ in range(2))
    case = f"/desk/enquiries/{other}"
    compare = f"/desk/enquiries/{kept}/merge?with={other}"
    assert lena.fill_in(compare, action=f"/desk/enquiries/{kept}/merge").status_code == 303
    assert lena.fill_in(case, {"reason": DESK["unmerge"]}, action=f"{case}/unmerge").status_code == 303
    assert several(lena, ticked(app, kept), "close", outcome="advice-sent", remark=DESK["several"])[kept].startswith(
        "Closed"
    )


def manager_writes_a_template(manager: Visitor) -> None:
    """Write a template of a reply: nothing of a patient belongs there, and somebody may write it there all the same."""
    written = {"name": DESK["template"], "text": f"{DESK['template']}."}
    assert manager.fill_in("/desk/templates/new", written).status_code == 303


def rai_of(app: Flask) -> str:
    """Return the id of Mr Rai, who is hired."""
    with app.app_context():
        return str(db.session.scalars(select(Staff.id).where(Staff.email == RAI.email)).one())


def in_a_week(clinician: str) -> dict[str, str]:
    """Return what is typed of an appointment by video, on a day on which the clinic is open."""
    year, month, day = str(OpeningHours().next_opening(clock.now() + timedelta(days=7)).date()).split("-")
    return {
        "agreed": "yes", "day-day": day, "day-month": month, "day-year": year, "at": "10:00", "minutes": "30",
        "clinician_id": clinician, "visit": "video", "joining": DESK["joining"], "tell": "letter",
        "note": DESK["appointment"],
    }  # fmt: skip


def lena_searches(lena: Visitor) -> None:
    """Look for everything by which somebody is found, for somebody who is not there, and inside messages."""
    hers = [PATIENT[clue] for clue in ("name", "postcode", "email", "telephone", "proxy")]
    for words in (*hers, "23/7/1931", DESK["search"]):
        answer = lena.fill_in("/desk/queue", {"looked_for": words}, action="/desk/search")
        assert answer.status_code in (200, 303), words
    inside = lena.fill_in("/desk/queue", {"looked_for": "marzipan Michaelmas"}, action="/desk/search")
    assert lena.send("/desk/search", inside.text, {"inside": "y"}).status_code == 200


def operators_work_on_it(app: Flask, reference: str, backup: Path, archive: Path) -> None:
    """Hold it and release it, give Pat everything that is held about her, and make a backup."""
    for words in (
        ["erase", "hold", reference, "--reason", DESK["hold"]],
        ["erase", "release", reference, "--reason", DESK["release"]],
        ["export", "person", str(archive), "--reference", reference],
        ["backup", str(backup)],
    ):
        result = app.test_cli_runner().invoke(args=words)
        assert result.exit_code == 0, result.output
    assert archive.exists()
    assert list(files_in(backup))


def unpacked(database: Path) -> bytes:
    """Return the database of a backup as it is before PostgreSQL packs it; SQLite's is not packed."""
    packed = content_of(database)
    if packed.startswith(b"SQLite"):
        return packed
    return subprocess.run(["pg_restore", "--file=-", str(database)], check=True, capture_output=True).stdout


def files_in(folder: Path) -> Iterator[Path]:
    """Yield every file below a folder."""
    yield from (file for file in folder.rglob("*") if file.is_file())


def files_of(app: Flask, settings: Config) -> Iterator[Path]:
    """Yield every file in which the product keeps anything: database, write-ahead log, jobs, keys' neighbours."""
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            folder = Path(settings.database_url.removeprefix("sqlite:///")).parent
        else:
            db.session.execute(text("CHECKPOINT"))
            folder = Path(db.session.scalar(text("SHOW data_directory")))
    yield from (file for file in folder.rglob("*") if file.is_file())
    yield from (file for file in settings.keyring.parent.rglob("*") if file.is_file())


def content_of(file: Path) -> bytes:
    """Return what a file holds, read by another process: to close SQLite's file in this one drops SQLite's locks."""
    return subprocess.run(["cat", str(file)], check=True, capture_output=True).stdout


def shapes(canary: str) -> Iterator[tuple[str, bytes]]:
    """Yield a canary in the shapes in which it might lie about."""
    plain = canary.encode()
    yield "in clear", plain
    yield "in clear, in small letters", plain.lower()
    yield "in hexadecimal", plain.hex().encode()
    yield "in UTF-16", canary.encode("utf-16-le")
    yield "in UTF-16, the other way", canary.encode("utf-16-be")
    # Base64 looks different by where in a triplet the canary begins, and at its ends by what adjoins.
    for offset in range(3):
        first, last = -(-offset * 8 // 6), (offset + len(plain)) * 8 // 6
        yield "in base64", base64.b64encode(b"\0" * offset + plain)[first:last]
