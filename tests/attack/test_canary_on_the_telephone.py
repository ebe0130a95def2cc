"""What is said on the telephone is sealed as well: an enquiry that was taken, and every word about ringing somebody."""

import logging
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask import Flask

from config import Config
from enquiry import clock, outbox
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.timeline import Entry
from tests.attack.test_canary import content_of, files_of, our_log, sightings
from tests.calls.ringing import an_open_hour, was_tried
from tests.mail_server import MailServer
from tests.people import LENA, at_the_desk
from tests.taking.calling import NEW, keyed

CALLER = {
    "name": "Wilhelmina Quagglesby",
    "email": "wilhelmina.quagglesby@lapis-post.example",
    "telephone": "07700 900 457",
    "avoid": "not while the lighthouse hums",
    "story": "A rhubarb-coloured ache follows me upstairs.",
    "writer": "Thaddeus Brambleforth",
    "relationship": "keeper of her parrots",
    "language": "Old Gondolic",
}
SAID = {
    "callback": "Ring when the trombone lesson ends",
    "no-callback": "She shouted from the gazebo herself",
    "call": "The answering parrot spoke of turnips",
}
OTHERS = ["23/7/1931", "1931-07-23", "+447700900457"]


def test_what_a_caller_says_is_found_nowhere_and_is_all_told_on_request(
    app: Flask,
    settings: Config,
    smtp: MailServer,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    caplog.set_level(logging.DEBUG)
    lena = at_the_desk(app, LENA)
    case = lena.fill_in(NEW, {
        **keyed(**CALLER, agreement="agrees", may_be_told="yes", needs=["interpreter"], is_of_age=""),
        "birth_date-day": "23", "birth_date-month": "7", "birth_date-year": "1931",
    }).location  # fmt: skip
    lena.fill_in(f"{case}/callback", {"why": SAID["callback"], **an_open_hour()})
    lena.fill_in(f"{case}/no-callback", {"why": SAID["no-callback"]})
    lena.fill_in(f"{case}/call", {"outcome": "no-answer", "note": SAID["call"]})
    with app.app_context():
        was_tried(db.session.query(Enquiry.id).scalar())
    assert lena.fill_in(f"{case}/closing-letter", action="").status_code == 303
    with app.app_context():
        outbox.sweep(clock.now())
    assert len(smtp.letters) == 2, "the letters did not go: the test looks at too little"

    said = capfd.readouterr()
    hidden_places = {
        "log": our_log(caplog).encode(),
        "output": (said.out + said.err).encode(),
        **{str(file): content_of(file) for file in files_of(app, settings)},
    }
    assert not sightings([*CALLER.values(), *SAID.values(), *OTHERS], hidden_places)
    reference = case.rpartition("/")[2]
    assert any(reference.encode() in content for content in hidden_places.values()), "the search finds nothing at all"

    told = all_that_is_told(app, reference, tmp_path / "hers.zip")
    assert not [words for words in [*CALLER.values(), *SAID.values(), "By telephone"] if words not in told]
    app.test_cli_runner().invoke(args=["erase", "enquiry", reference, "--reason", "asked", "--yes"])
    with app.app_context():
        assert not db.session.query(Enquiry).count()
        assert not db.session.query(Entry).count()


def all_that_is_told(app: Flask, reference: str, archive: Path) -> str:
    """Return the page that a person is given who asks what is held about them."""
    result = app.test_cli_runner().invoke(args=["export", "person", str(archive), "--reference", reference])
    assert result.exit_code == 0, result.output
    with ZipFile(archive) as opened:
        [page] = [name for name in opened.namelist() if name.endswith(".html")]
        return opened.read(page).decode()
