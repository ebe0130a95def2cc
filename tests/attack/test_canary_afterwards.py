"""What somebody says after their enquiry is sealed as well: a message, a complaint, and the secret of their link."""

import logging

import pytest
from flask import Flask

from config import Config
from enquiry import clock, outbox
from tests.attack.test_canary import content_of, files_of, our_log, sightings
from tests.complaints.test_complaint import OUTCOME, complained
from tests.following.receipt import browser, opened, pats_link, says, withdraws
from tests.mail_server import MailServer
from tests.people import MAX, at_the_desk

MESSAGE = "The marmalade-shaped ache is back, and I am afraid of Tuesdays."
COMPLAINT = {
    "name": "Ottoline Quaverley",
    "email": "ottoline.quaverley@lapis-post.example",
    "telephone": "07700 900 741",
    "words": "Somebody read my turquoise letter aloud in the corridor.",
}


def test_what_is_said_afterwards_is_found_nowhere(
    app: Flask,
    settings: Config,
    smtp: MailServer,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    link = pats_link(app)
    pat = opened(app, link)
    says(pat, link, MESSAGE)
    withdraws(pat, link)
    browser(app).get(link)
    entry = complained(app, **COMPLAINT)
    at_the_desk(app, MAX).fill_in(entry, {"outcome": OUTCOME})
    with app.app_context():
        outbox.sweep(clock.now())
    assert len(smtp.letters) == 2, "the letters did not go: the test looks at too little"

    said = capfd.readouterr()
    hidden_places = {
        "log": our_log(caplog).encode(),
        "output": (said.out + said.err).encode(),
        **{str(file): content_of(file) for file in files_of(app, settings)},
    }
    canaries = [MESSAGE, OUTCOME, *COMPLAINT.values(), link.rpartition("/")[2]]
    assert not sightings(canaries, hidden_places)
    reference = entry.rpartition("/")[2].encode()
    assert any(reference in content for content in hidden_places.values()), "the search finds nothing at all"
