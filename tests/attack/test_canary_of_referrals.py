"""What a GP tells of a patient is sealed as well: a canary in every field of a referral is found nowhere in clear."""

import logging
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage

from config import Config
from enquiry import clock, outbox
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.referral import SealedReferral
from tests.attack.test_canary import content_of, files_of, our_log, sightings
from tests.attack.test_canary_on_the_telephone import all_that_is_told
from tests.mail_server import MailServer
from tests.people import NOOR, at_the_desk
from tests.referrals.filling import FULLY, begin, refer_fully, refer_quickly, send
from tests.strange_files import titled_pdf
from tests.visitor import Visitor

REFERRER = {
    "name": "Dr Aurelia Fennimore",
    "registration": "7654321",
    "practice": "Peregrine Lighthouse Surgery",
    "ods_code": "Q98765",
    "email": "aurelia.fennimore@sextant-post.example",
    "telephone": "01632 960 777",
    "keyed_in_by": "Barnaby Threnody",
}
PATIENT = {
    "name": "Philippa Wintergreen",
    "nhs_number": "9912003888",
    "address": "17 Bassoon Parade",
    "postcode": "PE31 8QX",
    "telephone": "07700 900 341",
    "email": "philippa.wintergreen@cobalt-post.example",
    "avoid": "never the houseboat bell",
    "language": "Middle Volapük",
}
REASON = {
    "consultant": "Mr Quillfeather",
    "request": "Would a marmalade injection calm the dorsal zither?",
    "insurer": "Gryphon Assurance 4471",
}
CLINICAL = {
    "diagnosis": "Suspected tangerine radiculopathy",
    "side_and_level": "Sinister L9 of the harpsichord",
    "onset": "Since the solstice regatta",
    "history": "An indigo pain travels by ferry to the ankle.",
    "examination": "Reflexes like a metronome on Thursdays.",
}
BACKGROUND = {
    "imaging": "A magic lantern in Cromer showed a newt.",
    "tried": "Seven weeks of upside-down gardening.",
    "past_history": "A gallant appendix left in 1977.",
    "medicines": "Tincture of periwinkle nightly",
    "allergies": "Bakelite and saffron",
    "anticoagulants": "Warfarin of the old vintage",
    "bmi": "31.4159",
    "blood_pressure": "173/91",
    "alerts": "The ventriloquist cousin must not be told.",
}
DRAFT = "Half-typed Hyacinth Bucketful"
TRAP = "https://leopold-sundials.example"  # typed where nobody sees a box
FILE = {"name": "Wyvern referral.pdf", "title": "A letter about an amethyst vertebra"}
OTHERS = ["23/7/1931", "1931-07-23", "+447700900341"]
CANARIES = [
    *(words for page in (REFERRER, PATIENT, REASON, CLINICAL, BACKGROUND) for words in page.values()),
    DRAFT,
    TRAP,
    *FILE.values(),
    *OTHERS,
]


def test_what_a_gp_tells_is_found_nowhere_and_the_patient_is_told_all_of_it(
    app: Flask,
    client: Visitor,
    settings: Config,
    smtp: MailServer,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    caplog.set_level(logging.DEBUG)
    half_way = begin(client, "full")
    client.fill_in(half_way, FULLY["referrer"] | {"name": DRAFT})
    in_full = send(client, refer_fully(client, **everything()), website=TRAP)
    quickly = send(client, refer_quickly(client, files=the_letter(), **quick()))
    references = [page[page.index("LN-") :][:12] for page in (in_full, quickly)]
    noor = at_the_desk(app, NOOR)
    for reference in references:
        case = f"/desk/enquiries/{reference}"
        assert PATIENT["name"] in noor.get(case).text
        assert noor.fill_in(case, action=f"{case}/acknowledge").status_code == 303
    noor.fill_in("/desk/queue", {"looked_for": PATIENT["nhs_number"]}, action="/desk/search")
    with app.app_context():
        outbox.sweep(clock.now())
    assert len(smtp.letters) == 2, "the receipts did not go: the test looks at too little"
    assert {recipient for letter in smtp.letters for recipient in letter.recipients} == {REFERRER["email"]}
    written = " ".join(str(part) for letter in smtp.letters for part in letter.message.walk())
    assert not [words for words in (*PATIENT.values(), *CLINICAL.values()) if words in written]

    said = capfd.readouterr()
    hidden_places = {
        "log": our_log(caplog).encode(),
        "output": (said.out + said.err).encode(),
        **{str(file): content_of(file) for file in files_of(app, settings)},
    }
    assert not sightings(CANARIES, hidden_places)
    assert any(references[0].encode() in content for content in hidden_places.values()), "the search finds nothing"

    told = all_that_is_told(app, references[0], tmp_path / "hers.zip")
    hers = [words for page in (PATIENT, REASON, CLINICAL, BACKGROUND) for words in page.values()]
    assert not [words for words in hers if words not in told]
    for reference in references:
        app.test_cli_runner().invoke(args=["erase", "enquiry", reference, "--reason", "asked", "--yes"])
    with app.app_context():
        assert not db.session.query(Enquiry).count()
        assert not db.session.query(SealedReferral).count()


def everything() -> dict[str, dict[str, Any]]:
    """Return a canary for every field of the full way."""
    born = {"birth_date-day": "23", "birth_date-month": "7", "birth_date-year": "1931"}
    return {
        "referrer": REFERRER,
        "patient": {**PATIENT, **born, "needs": ["interpreter"]},
        "reason": {**REASON, "priority": "urgent"},  # so that it stands in the queue, with its receipt
        "clinical": CLINICAL,
        "background": BACKGROUND,
        "files": {"files": the_letter()},
    }


def quick() -> dict[str, Any]:
    """Return a canary for every field of the quick way."""
    born = {"birth_date-day": "23", "birth_date-month": "7", "birth_date-year": "1931"}
    typed = {name: PATIENT[name] for name in ("name", "nhs_number", "telephone")}
    own = {name: REFERRER[name] for name in ("registration", "practice", "email")}
    return {**typed, **born, **own, "referrer": REFERRER["name"]}


def the_letter() -> FileStorage:
    """Return a letter that holds a canary in its name and its title."""
    return FileStorage(BytesIO(titled_pdf(FILE["title"])), FILE["name"])
