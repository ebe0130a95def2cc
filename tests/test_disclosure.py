"""Pat asks what the clinic holds about her, and gets all of it, in one archive, and nothing of anybody else's."""

import json
import tempfile
from pathlib import Path
from uuid import uuid4
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import select, update

from enquiry import attachments, audit, clock, erasure
from enquiry.complaints.receive import receive
from enquiry.extensions import db
from enquiry.records.appointment import Appointment, Arranged
from enquiry.records.complaint import Concern, Said
from enquiry.records.enquiry import Enquiry
from enquiry.records.ledger import AuditEntry
from enquiry.records.staff import Staff
from enquiry.records.types import new_id
from enquiry.replies.send import send_reply
from enquiry.rules.answers import Visit
from enquiry.rules.appointments import AppointmentState, Tell
from enquiry.rules.clinics import Clinic
from enquiry.rules.files import FileKind, ScanState
from enquiry.triage.decide import write_note
from enquiry.triage.near_miss import report
from tests.markup import faults
from tests.people import LENA, PAT, PATS_EMAIL, hire, pat_asks

JOINING, ABOUT_IT = "Mr Rai rings her.", "She came with her daughter."
NOTE, REPLY, WHY_HELD = "She sounded worried.", "Please come on Monday.", "Her solicitor wrote."
NEARLY = "Her letter lay in another folder."
WHY_SHE_COMPLAINS = "Somebody rang my work and said who they were."
SCAN = b"%PDF-1.7 a picture of a spine"
HUSBAND = {"name": "Jan O’Shea", "birth_date": "1979-01-02"}


@pytest.fixture
def pats(app: Flask) -> list[str]:
    """The references of Pat's two enquiries, one to each clinic; with the first came a file, a reply and a note."""
    with app.test_request_context():
        lena = hire(LENA)
        first, second = pat_asks(safety={"red_flags": ["row-16"]}), pat_asks(Clinic.NORWICH)
        for name, state in (("my scan <1>.pdf", ScanState.CLEAN), ("game.pdf", ScanState.REFUSED)):
            file = attachments.kept(name, FileKind.PDF, SCAN, state, clock.now())
            file.enquiry_id = first.id
            db.session.add(file)
        db.session.commit()
        replied = send_reply(lena, first.reference, first.version, PATS_EMAIL, REPLY)
        noted = write_note(lena, first.reference, replied.version, NOTE)
        pat_is_expected(noted, lena)
        report(lena, first.reference, first.version, NEARLY)
        erasure.hold(audit.SYSTEM, first.reference, WHY_HELD)
        return [first.reference, second.reference]


def pat_is_expected(enquiry: Enquiry, lena: Staff) -> None:
    """Let Pat have an appointment, with a note that only colleagues have seen so far."""
    appointment = Appointment(
        id=new_id(), key=enquiry.key, enquiry_id=enquiry.id, clinic=enquiry.clinic, clinician=lena, minutes=30,
        starts_at=clock.now(), visit=Visit.VIDEO, state=AppointmentState.ATTENDED,
    )  # fmt: skip
    appointment.arranged = Arranged(Tell.LETTER, JOINING, ABOUT_IT)
    db.session.add(appointment)
    db.session.commit()


def export(app: Flask, archive: Path, *words: str, typed: str = "", status: int = 0) -> str:
    """Give the operator's command, and return what it says."""
    result = app.test_cli_runner().invoke(args=["export", "person", str(archive), *words], input=typed)
    assert result.exit_code == status, result.output
    return result.output


def on_record(app: Flask) -> list[str]:
    """Return the references of those whose export is on record."""
    with app.app_context():
        chosen = select(Enquiry.reference).join(AuditEntry, AuditEntry.subject == Enquiry.id)
        return list(db.session.scalars(chosen.where(AuditEntry.event == "person exported").order_by(Enquiry.id)))


@pytest.mark.parametrize(
    "whose, typed",
    [
        (["--email", PATS_EMAIL.upper()], ""),
        (["--email"], f"{PATS_EMAIL}\n"),
        (["--telephone", "+44 7700 900982"], ""),
        (["--reference", "{0}"], ""),
    ],
    ids=["email", "email, asked for", "telephone", "reference"],
)
def test_pat_gets_everything_that_both_clinics_hold_however_she_is_found(
    app: Flask, pats: list[str], tmp_path: Path, whose: list[str], typed: str
) -> None:
    archive = tmp_path / "pat.zip"

    said = export(app, archive, *(word.format(pats[0]) for word in whose), typed=typed)

    assert ", ".join(pats) in said
    assert "Left out" not in said
    assert on_record(app) == pats
    assert archive.stat().st_mode & 0o777 == 0o600
    with ZipFile(archive) as zipped:
        page, told = zipped.read("everything.html").decode(), json.loads(zipped.read("everything.json"))["enquiries"]
        [file] = [name for name in zipped.namelist() if name.startswith("files/")]
        assert zipped.read(file) == SCAN
    assert file in page
    for words in (
        "Pat O’Shea-Łukasz",
        PATS_EMAIL,
        NOTE,
        REPLY,
        WHY_HELD,
        NEARLY,
        JOINING,
        ABOUT_IT,
        LENA.name,
        "Weight loss",
        "31 March 1980",
    ):
        assert words in page, words
    assert "my scan &lt;1&gt;.pdf" in page
    assert "game.pdf (left out: it contains a virus)" in page
    assert [one["reference"] for one in told] == pats
    assert [one["clinic"] for one in told] == ["London", "Norwich"]
    assert [entry["text"] for entry in told[0]["timeline"] if entry["text"]] == [REPLY, NOTE, WHY_HELD]
    assert [look["what"] for look in told[1]["looks"]] == ["Enquiry sent", "Person exported"]


def test_the_page_keeps_to_the_standard_and_needs_no_network(app: Flask, pats: list[str], tmp_path: Path) -> None:
    export(app, tmp_path / "pat.zip", "--reference", pats[0])
    with ZipFile(tmp_path / "pat.zip") as zipped:
        page = zipped.read("everything.html").decode()
    (tmp_path / "checked").mkdir()
    assert not faults({"everything": page}, tmp_path / "checked")
    assert "src=" not in page
    assert 'href="http' not in page


def test_what_her_husband_asked_from_the_same_address_is_not_pats(app: Flask, pats: list[str], tmp_path: Path) -> None:
    with app.test_request_context():
        his = pat_asks(who=HUSBAND).reference

    refused = export(app, tmp_path / "pat.zip", "--email", PATS_EMAIL, status=1)
    assert "It is not certain whose this is" in refused
    assert {*pats, his} == set(refused.strip().rsplit(": ", 1)[1].split(", "))
    assert not (tmp_path / "pat.zip").exists()
    assert on_record(app) == []

    said = export(app, tmp_path / "pat.zip", "--reference", pats[0])
    assert f"share only an address or a number: {his}\n" in said
    with ZipFile(tmp_path / "pat.zip") as zipped:
        assert his not in zipped.read("everything.json").decode()


def test_an_operator_may_say_that_two_names_are_one_person(app: Flask, pats: list[str], tmp_path: Path) -> None:
    with app.test_request_context():
        before_her_wedding = pat_asks(who={"name": "Patricia Lukes"}, contact={"email": "", "preferred": "telephone"})
    said = export(
        app, tmp_path / "pat.zip", "--reference", pats[0], "--reference", before_her_wedding.reference.lower()
    )
    assert ", ".join([*pats, before_her_wedding.reference]) in said


def test_a_complaint_from_her_address_is_named_and_told_when_an_operator_knows_that_it_is_hers(
    app: Flask, pats: list[str], tmp_path: Path
) -> None:
    with app.test_request_context():
        complaint = receive(uuid4(), Said(PAT, PATS_EMAIL, "", Concern.USE, WHY_SHE_COMPLAINS))
    said = export(app, tmp_path / "without.zip", "--email", PATS_EMAIL)
    assert f"share only an address or a number: {complaint.reference}\n" in said

    said = export(app, tmp_path / "with.zip", "--reference", pats[0], "--reference", complaint.reference)

    assert ", ".join([*pats, complaint.reference]) in said
    with ZipFile(tmp_path / "with.zip") as zipped:
        page, told = zipped.read("everything.html").decode(), json.loads(zipped.read("everything.json"))
    assert page.count(WHY_SHE_COMPLAINS) == 1
    [one] = told["complaints"]
    assert one["said"]["words"] == WHY_SHE_COMPLAINS
    assert [letter["to"] for letter in one["letters"]] == [PATS_EMAIL]
    assert [look["what"] for look in one["looks"]] == ["Complaint received", "Person exported"]


def test_whoever_only_complained_is_found_by_the_reference_of_that(app: Flask, tmp_path: Path) -> None:
    with app.test_request_context():
        complaint = receive(uuid4(), Said(PAT, "", "07700 900 982", Concern.USE, WHY_SHE_COMPLAINS))
    refused = export(app, tmp_path / "pat.zip", "--telephone", "07700 900 982", status=1)
    assert refused.strip().endswith(f"which are theirs: {complaint.reference}")
    assert complaint.reference in export(app, tmp_path / "pat.zip", "--reference", complaint.reference)


def test_nothing_is_left_anywhere_but_in_the_archive(
    app: Flask, pats: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    export(app, folder / "pat.zip", "--reference", pats[0])
    assert [file.name for file in folder.iterdir()] == ["pat.zip"]


def test_what_does_not_open_leaves_no_half_archive(app: Flask, pats: list[str], tmp_path: Path) -> None:
    with app.app_context():
        db.session.execute(update(Enquiry).where(Enquiry.reference == pats[1]).values(request_sealed=b"dust"))
        db.session.commit()
    assert "Nothing was written" in export(app, tmp_path / "pat.zip", "--reference", pats[0], status=1)
    assert not (tmp_path / "pat.zip").exists()


def test_an_archive_is_never_written_over(app: Flask, pats: list[str], tmp_path: Path) -> None:
    (tmp_path / "pat.zip").write_text("something")
    assert "is there already" in export(app, tmp_path / "pat.zip", "--reference", pats[0], status=1)
    assert (tmp_path / "pat.zip").read_text() == "something"


@pytest.mark.parametrize(
    "whose, words",
    [
        (["--email", "nobody@home.example"], "Nothing is held under this"),
        (["--telephone", "07700 900 111"], "Nothing is held under this"),
        (["--reference", "LN-0000-0000"], "Nothing is held under this"),
        (["--reference", "Pat"], "Nothing is held under this"),
        (["--email", "Pat"], "cannot be an address or a number"),
    ],
)
def test_nobody_is_found_in_words(app: Flask, pats: list[str], tmp_path: Path, whose: list[str], words: str) -> None:
    assert words in export(app, tmp_path / "pat.zip", *whose, status=1)


@pytest.mark.parametrize("whose", [[], ["--email", PATS_EMAIL, "--reference", "LN-0000-0000"]])
def test_whose_it_is_must_be_said_in_one_way(app: Flask, tmp_path: Path, whose: list[str]) -> None:
    assert "one of --email" in export(app, tmp_path / "pat.zip", *whose, status=2)
