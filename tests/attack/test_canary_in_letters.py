"""A letter to a referrer is sealed as well, in words and on paper: what sets it leaves no file and no trace."""

import logging
import tempfile
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from flask import Flask
from sqlalchemy import select

from config import Config
from enquiry import clock, outbox
from enquiry.extensions import db
from enquiry.records.letter import Letter
from enquiry.rules.writing_back import Answered
from enquiry.writing_back import paper
from enquiry.writing_back.paper import Answer
from tests.attack.test_canary import content_of, files_in, files_of, our_log, shapes
from tests.attack.test_canary_on_the_telephone import all_that_is_told
from tests.mail_server import MailServer
from tests.people import RAI, at_the_desk, hire
from tests.referring import dr_grey_refers

PATIENT = "Clementina Fothergale"
ADVICE = "Let the xylophone rest beside the samovar."
REFERRER = {"name": "Dr Araminta Plumtree", "practice": "Quince Lane Surgery", "email": "araminta@quince.example"}
ADDRESS = "7 Marmalade Steps"
CANARIES = [PATIENT, ADVICE, ADDRESS, *REFERRER.values()]


def test_what_mr_rai_writes_to_a_referrer_is_found_nowhere_and_is_told_on_request(
    app: Flask,
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
    rai = at_the_desk(app, RAI)
    with app.test_request_context():
        referral = dr_grey_refers(name=PATIENT, about_referrer=REFERRER, address=ADDRESS, may_have_copy=True)
        reference = referral.reference
    page = f"/desk/enquiries/{reference}/letter-to-referrer"
    typed = {"answered": "returned", "advice": ADVICE}
    shown = rai.send(page, rai.get(page).text, {**typed, "show": "yes"})
    rai.send(page, shown.text, {"print": "yes"})
    assert rai.send(page, shown.text, {"send": "yes"}).status_code == 303
    with app.app_context():
        outbox.sweep(clock.now())
        papers = [letter.contents.paper for letter in db.session.scalars(select(Letter)) if letter.contents.paper]
    assert (len(smtp.letters), len(papers)) == (2, 2), "the letters did not go: the test looks at too little"

    said = capfd.readouterr()
    hidden_places = {
        "log": our_log(caplog).encode(),
        "output": (said.out + said.err).encode(),
        **{str(file): content_of(file) for file in [*files_of(app, settings), *files_in(tmp_path)]},
    }
    found = [
        f"{canary!r} {how} in {place}"
        for place, content in hidden_places.items()
        for canary in CANARIES
        for how, shape in shapes(canary)
        if shape in content
    ]
    assert not found
    assert not [place for place, content in hidden_places.items() if b"%PDF-" in content]
    assert any(reference.encode() in content for content in hidden_places.values()), "the search finds nothing at all"

    told = all_that_is_told(app, reference, tmp_path_factory.mktemp("hers") / "hers.zip")
    assert told.count(ADVICE) >= 3  # in the timeline, in the letter and in its copy


def test_a_letter_carries_nothing_but_its_words(app: Flask) -> None:
    """No name of a person, a machine or a file stands where a reader of PDFs shows who made it."""
    with app.test_request_context():
        referral = dr_grey_refers(name=PATIENT)
        assert referral.referral is not None
        written = paper.for_referrer(referral, referral.referral, Answer(Answered.RETURNED, ADVICE), hire(RAI))
    with pikepdf.open(BytesIO(written.pdf)) as document:
        about = f"{dict(document.docinfo)} {document.Root.Metadata.read_bytes().decode()}"
    assert PATIENT not in about
    assert RAI.name not in about
    assert "The London Norwich Spine Clinic" in about
