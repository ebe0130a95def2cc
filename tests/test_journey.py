"""The main job: Pat reads and asks in confidence; Lena claims, replies, rings and closes; Noor sees nothing."""

import re

from flask import Flask
from sqlalchemy import select

from enquiry import clock, outbox
from enquiry.extensions import db
from enquiry.records.ledger import AuditEntry
from tests.mail_server import MailServer
from tests.people import LENA, NOOR, PAT, PATS_EMAIL, RAI, at_the_desk
from tests.visitor import Visitor

ANSWER = "Dear Pat,\n\nthank you for writing. We can see you on Tuesday at 10.\n\nIt costs £250."


def test_pat_reads_asks_and_is_answered_by_email_and_by_telephone(
    app: Flask, client: Visitor, smtp: MailServer
) -> None:
    reference = pat_reads_and_asks(client)
    letters_go_out(app)
    the_receipt_arrives(smtp, reference)

    lena, noor = at_the_desk(app, LENA), at_the_desk(app, NOOR)
    noor_sees_nothing(noor, reference)
    lena_finds_and_claims_it(lena, reference)
    lena_replies(lena, reference)
    the_case_says_that_the_reply_is(lena, reference, "Waiting to be sent")
    letters_go_out(app)
    the_reply_arrives(smtp, reference)
    the_case_says_that_the_reply_is(lena, reference, "Sent")
    lena_rings_and_closes(lena, reference)
    mr_rai_agrees(lena, at_the_desk(app, RAI), reference)
    everything_is_on_record(app)


def pat_reads_and_asks(pat: Visitor) -> str:
    page = pat.get("/conditions/spinal-tumours").text
    way_in = re.search(r'href="(/enquire\?about=[^"]+)"', page)
    assert way_in is not None
    start = re.search(r'href="(/enquire/safety[^"]+)"', pat.get(way_in[1]).text)
    assert start is not None
    address = start[1]
    for answers in (
        {"red_flags": ["none"], "cancer": "no"},
        {"for_whom": "me", "name": PAT, "birth_date-day": "31", "birth_date-month": "3", "birth_date-year": "1980"},
        {"email": PATS_EMAIL, "telephone": "07700 900 982", "preferred": "email", "voicemail_ok": "no"},
        {"kind": "appointment", "story": "A scan has shown something beside my spine."},
        {"since": "weeks", "worse": "no"},
        {"days": ["monday"], "times": ["morning"], "paying": "self", "letter": "no"},
        {"files": []},
        {"clinic": "london", "needs": ["none"]},
    ):
        response = pat.fill_in(address, answers)
        assert response.status_code == 303, response.text
        address = response.location
    assert "Spinal tumours" in pat.get(address).text
    receipt = pat.get(pat.fill_in(address, {"emergency_ack": "y"}).location).text
    reference = re.search(r"LN-\w{4}-\w{4}", receipt)
    assert reference is not None
    return reference[0]


def letters_go_out(app: Flask) -> None:
    with app.app_context():
        outbox.sweep(clock.now())


def the_receipt_arrives(smtp: MailServer, reference: str) -> None:
    [receipt] = smtp.letters
    assert receipt.recipients == [PATS_EMAIL]
    assert reference in receipt.message["Subject"]


def noor_sees_nothing(noor: Visitor, reference: str) -> None:
    assert PAT not in noor.get("/desk/queue").text
    assert noor.get("/desk/queue/london").status_code == 404
    assert noor.get(f"/desk/enquiries/{reference}").status_code == 404


def lena_finds_and_claims_it(lena: Visitor, reference: str) -> None:
    queue = lena.get("/desk/queue").text
    assert PAT in queue
    assert reference in queue
    claimed = lena.fill_in("/desk/queue/london", action=f"/desk/enquiries/{reference}/claim")
    assert claimed.status_code == 303
    assert "Lena Marsh" in lena.get(f"/desk/enquiries/{reference}").text


def lena_replies(lena: Visitor, reference: str) -> None:
    page = lena.get(f"/desk/enquiries/{reference}/reply").text
    assert PATS_EMAIL in page
    assert PAT in page
    assert lena.fill_in(f"/desk/enquiries/{reference}/reply", {"text": ANSWER}).status_code == 303


def the_case_says_that_the_reply_is(lena: Visitor, reference: str, state: str) -> None:
    assert state in lena.get(f"/desk/enquiries/{reference}").text


def the_reply_arrives(smtp: MailServer, reference: str) -> None:
    arrived = smtp.letters[-1]
    message = arrived.message
    assert arrived.recipients == [PATS_EMAIL]
    assert message["To"] == PATS_EMAIL
    assert message["Subject"] == f"A reply to your enquiry, {reference}"
    assert message.get_content_type() == "multipart/alternative"
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert ANSWER in plain.get_content().replace("\r\n", "\n")
    assert "It costs £250." in html.get_content()
    assert "Lena Marsh" in plain.get_content()


def lena_rings_and_closes(lena: Visitor, reference: str) -> None:
    case = f"/desk/enquiries/{reference}"
    assert lena.fill_in(f"{case}/call", {"outcome": "spoke", "note": "Tuesday suits her."}).status_code == 303
    assert "Tuesday suits her." in lena.get(case).text
    closing = {"outcome": "appointment-booked", "remark": "Tuesday at 10"}
    assert lena.fill_in(case, closing, action=f"{case}/close").status_code == 303


def mr_rai_agrees(lena: Visitor, rai: Visitor, reference: str) -> None:
    """What concerns a tumour ends when two agree, and one of them is a clinician."""
    case = f"/desk/enquiries/{reference}"
    assert PAT in lena.get("/desk/queue/london").text
    assert rai.fill_in(case, action=f"{case}/agree").status_code == 303
    assert PAT not in lena.get("/desk/queue/london").text


def everything_is_on_record(app: Flask) -> None:
    with app.app_context():
        events = set(db.session.scalars(select(AuditEntry.event)))
    assert {
        "enquiry sent", "enquiry opened", "enquiry claimed", "reply queued", "call recorded", "enquiry closed",
    } <= events  # fmt: skip
