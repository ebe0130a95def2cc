"""osTicket #1976 and FreeScout #4596: a form sent many times at once is one enquiry, one receipt, one letter."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from sqlalchemy import func, select

from enquiry import clock, outbox
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.ledger import AuditEntry
from tests.intake.test_enquiry import SEND, fill_all
from tests.mail_server import MailServer
from tests.visitor import Visitor

CROWD = 50


def test_pat_presses_send_fifty_times_at_once(app: Flask, client: Visitor, smtp: MailServer) -> None:
    check = fill_all(client)
    page = client.get(check).text
    [cookie] = [client.get_cookie("clinic")]
    assert cookie is not None
    together = Barrier(CROWD)

    def press(_: int) -> tuple[int, str]:
        finger = app.test_client()
        assert isinstance(finger, Visitor)
        finger.set_cookie("clinic", cookie.value)
        together.wait()
        response = finger.send(check, page, SEND)
        return response.status_code, finger.get(response.location).text

    with ThreadPoolExecutor(CROWD) as fingers:
        answers = list(fingers.map(press, range(CROWD)))

    with app.app_context():
        outbox.sweep(clock.now())
        assert db.session.scalar(select(func.count()).select_from(Enquiry)) == 1
        assert db.session.scalars(select(AuditEntry.event)).all() == ["enquiry sent"]
    assert {status for status, _ in answers} == {303}
    assert len({receipt for _, receipt in answers}) == 1
    assert len(smtp.letters) == 1
