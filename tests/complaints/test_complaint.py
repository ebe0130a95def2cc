"""Somebody complains about their information: it is kept sealed, confirmed, read on record and closed."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from enquiry import audit, clock, outbox, trail
from enquiry.complaints import register
from enquiry.extensions import db
from enquiry.records.complaint import Complaint, Concern
from enquiry.records.ledger import AuditEntry
from enquiry.records.letter import Letter, LetterState
from enquiry.rules.references import OF_A_COMPLAINT, read_reference
from tests.mail_server import MailServer
from tests.people import LENA, MAX, NOOR, PAT, PATS_EMAIL, RAI, Colleague, at_the_desk, hire, pat_asks
from tests.visitor import Visitor

FORM = "/data-complaint"
WORDS = "Somebody rang my work and said who they were."
SAID: dict[str, Any] = {"name": PAT, "email": PATS_EMAIL, "concern": "use", "words": WORDS}
BY_TELEPHONE = {**SAID, "email": "", "telephone": "07700 900 982"}
OUTCOME = "We rang the wrong number. We have said sorry and corrected it."
TINA = replace(MAX, name="Tina Ford", email="tina@clinic.example")


def complain(visitor: Visitor, **otherwise: Any) -> TestResponse:
    """Fill in the form."""
    return visitor.fill_in(FORM, {**SAID, **otherwise})


def complained(app: Flask, **otherwise: Any) -> str:
    """Complain from a browser of one's own, and return the address at which a manager reads it."""
    visitor = app.test_client()
    assert isinstance(visitor, Visitor)
    received = complain(visitor, **otherwise)
    assert received.status_code == 303, received.text
    return f"/desk/complaints/{reference_in(visitor.get(received.location).text)}"


def reference_in(page: str) -> str:
    """Return the reference of a complaint that stands on a page."""
    found = re.search(r"DP-\w{4}-\w{4}", page)
    assert found is not None
    return found[0]


def kept(app: Flask) -> Complaint:
    """Return the one complaint as the database has it now."""
    with app.app_context():
        return db.session.scalars(select(Complaint)).one()


def letters_go_out(app: Flask) -> None:
    with app.app_context():
        outbox.sweep(clock.now())


def on_record(app: Flask) -> list[str]:
    """Return what the audit says, in order, but for what concerns colleagues themselves."""
    with app.app_context():
        return list(db.session.scalars(select(AuditEntry.event).order_by(AuditEntry.ordinal)))


def test_pat_complains_and_has_a_reference_and_a_letter_that_confirms_it(
    app: Flask, client: Visitor, smtp: MailServer
) -> None:
    answer = complain(client)
    page = client.get(answer.location)
    reference = reference_in(page.text)
    assert client.get(answer.location).text == page.text  # it survives being loaded again
    assert WORDS not in page.text

    letters_go_out(app)

    [arrived] = smtp.letters
    assert arrived.recipients == [PATS_EMAIL]
    assert arrived.message["Subject"] == f"We have received your complaint, {reference}"
    assert arrived.message["Auto-Submitted"] == "auto-generated"
    for kind in ("plain", "html"):
        words = arrived.message.get_body((kind,)).get_content()  # type: ignore[union-attr]
        assert PAT in words
        assert reference in words
        assert "ico.org.uk" in words
        assert "rang my work" not in words
    assert kept(app).is_confirmed


def test_its_reference_is_never_taken_for_an_enquirys(app: Flask, client: Visitor) -> None:
    reference = reference_in(client.get(complain(client).location).text)
    assert read_reference(reference, OF_A_COMPLAINT) == reference
    assert read_reference(reference) is None


def test_the_law_gives_thirty_days_of_which_the_first_is_today(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """DPA 2018 s 164A(4): acknowledged within the period of 30 days beginning when the complaint is received."""
    late_in_november = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: late_in_november)
    complained(app)
    assert kept(app).due_at == datetime(2026, 12, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"name": ""}, "Enter your full name"),
        ({"email": ""}, "Enter an email address or a telephone number"),
        ({"email": "pat@home"}, "in the correct format"),
        ({"telephone": "12"}, "Enter a telephone number"),
        ({"concern": ["anything"]}, "Select what it is about"),
        ({"words": "Bad"}, "must be 10 characters or more"),
        ({"words": "x" * 4001}, "must be 4,000 characters or fewer"),
    ],
)
def test_a_mistake_is_explained_and_what_was_typed_is_kept(
    app: Flask, client: Visitor, wrong: dict[str, Any], words: str
) -> None:
    page = complain(client, **wrong)
    assert page.status_code == 422
    assert words in page.text
    for typed in {**SAID, **wrong}.values():
        assert str(escape(typed)) in page.text or typed in ("use", ["anything"])
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Complaint)) == 0


def test_pressing_send_many_times_at_once_sends_one(app: Flask, client: Visitor) -> None:
    page = client.get(FORM).text
    cookie = client.get_cookie("clinic")
    assert cookie

    def press(number: int) -> int:
        same_browser = app.test_client()
        assert isinstance(same_browser, Visitor)
        same_browser.set_cookie("clinic", cookie.value)
        same_browser.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"  # the throttle is another test's matter
        return same_browser.send(FORM, page, SAID).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(press, range(8))) == {303}
    kept(app)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Letter)) == 1


def test_who_goes_back_and_writes_something_else_complains_once_more(app: Flask, client: Visitor) -> None:
    page = client.get(FORM).text
    for words in (WORDS, WORDS, f"{WORDS} And now again."):
        assert client.send(FORM, page, {**SAID, "words": words}).status_code == 303
    with app.app_context():
        assert {one.said.words for one in register.open_ones()} == {WORDS, f"{WORDS} And now again."}
        assert len(register.open_ones()) == 2


def test_one_visitor_sends_few_letters_to_strangers_and_loses_no_word(app: Flask, client: Visitor) -> None:
    for _ in range(5):
        assert complain(client).status_code == 303
    sixth = complain(client)
    assert sixth.status_code == 429
    assert WORDS in sixth.text
    assert "Wait an hour, or ring us" in sixth.text


def test_who_has_not_complained_has_no_receipt(client: Visitor) -> None:
    assert client.get("/data-complaint/received").location == FORM


def test_every_page_leads_to_the_form(client: Visitor) -> None:
    for page in ("/", "/privacy", "/enquire/safety"):
        assert f'href="{FORM}"' in client.get(page).text


def test_max_reads_it_on_record_and_closes_it_with_its_outcome(app: Flask) -> None:
    max_, entry = at_the_desk(app, MAX), complained(app)
    assert entry in max_.get("/desk/complaints").text
    page = max_.get(entry).text
    for words in (escape(PAT), PATS_EMAIL, Concern.USE.label, WORDS):
        assert str(words) in page

    closed = max_.fill_in(entry, {"outcome": OUTCOME})

    assert (closed.status_code, closed.location) == (303, entry)
    assert OUTCOME in max_.get(entry).text
    assert "No complaint waits for an outcome" in max_.get("/desk/complaints").text
    assert on_record(app) == [
        "complaint received",
        "complaint opened",
        "complaint opened",
        "complaint closed",
        "complaint opened",
    ]
    with app.app_context():
        assert audit.first_fault() is None


def test_the_list_tells_nobody_who_complained(app: Flask) -> None:
    max_ = at_the_desk(app, MAX)
    complained(app)
    page = max_.get("/desk/complaints").text
    assert str(escape(PAT)) not in page
    assert on_record(app) == ["complaint received"]


@pytest.mark.parametrize("colleague", [LENA, NOOR, RAI])
def test_nobody_but_a_manager_sees_or_answers_complaints(app: Flask, colleague: Colleague) -> None:
    entry, visitor = complained(app), at_the_desk(app, colleague)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', visitor.get("/desk/queue").text)
    assert token
    for address in ("/desk/complaints", entry):
        assert visitor.get(address).status_code == 403
    for deed in ("send-again", "confirm", "close"):
        answer = visitor.post(f"{entry}/{deed}", data={"csrf_token": token[1], "outcome": OUTCOME})
        assert answer.status_code == 403
    assert kept(app).is_open
    assert "/desk/complaints" not in visitor.get("/desk/queue").text


def test_whoever_is_not_signed_in_is_led_to_the_door(app: Flask, client: Visitor) -> None:
    entry = complained(app)
    for address in ("/desk/complaints", entry):
        assert "/desk/sign-in" in client.get(address).location


@pytest.mark.parametrize("typed", ["DP-0000-0000", "LN-7K4Q-9ZTM", "x", "%00"])
def test_what_is_no_complaint_is_a_page_not_found(app: Flask, typed: str) -> None:
    assert at_the_desk(app, MAX).get(f"/desk/complaints/{typed}").status_code == 404


def test_without_an_address_a_colleague_confirms_it(app: Flask) -> None:
    max_, entry = at_the_desk(app, MAX), complained(app, **BY_TELEPHONE)
    assert "To be confirmed" in max_.get("/desk/complaints").text
    assert "ring them" in max_.get(entry).text

    assert max_.fill_in(entry, action=f"{entry}/confirm").status_code == 303

    assert kept(app).is_confirmed
    assert "To be confirmed" not in max_.get("/desk/complaints").text
    assert "complaint confirmed" in on_record(app)


def test_what_was_not_confirmed_in_time_stands_out(app: Flask, time_passes: Callable[[timedelta], None]) -> None:
    complained(app, **BY_TELEPHONE)
    time_passes(timedelta(days=31))
    assert 'tag--red">To be confirmed' in at_the_desk(app, MAX).get("/desk/complaints").text


def letter_failed(app: Flask) -> None:
    """Let the receipt be refused."""
    with app.app_context():
        letter = db.session.scalars(select(Letter)).one()
        letter.state, letter.due_at = LetterState.FAILED, None
        db.session.commit()


def test_a_receipt_that_failed_stands_out_and_goes_again(app: Flask, smtp: MailServer) -> None:
    max_, entry = at_the_desk(app, MAX), complained(app)
    letter_failed(app)
    assert "Receipt not delivered" in max_.get("/desk/complaints").text

    assert max_.fill_in(entry, action=f"{entry}/send-again").status_code == 303
    letters_go_out(app)

    assert [letter.recipients for letter in smtp.letters] == [[PATS_EMAIL]]
    assert "Receipt not delivered" not in max_.get("/desk/complaints").text


def test_or_max_rings_them_and_the_letter_is_dealt_with(app: Flask) -> None:
    max_, entry = at_the_desk(app, MAX), complained(app)
    letter_failed(app)
    max_.fill_in(entry, action=f"{entry}/confirm")
    assert kept(app).is_confirmed
    with app.app_context():
        assert db.session.scalars(select(Letter.state)).one() is LetterState.DEALT_WITH


def test_a_receipt_that_is_not_stuck_does_not_go_twice(app: Flask) -> None:
    with app.app_context():
        max_ = hire(MAX)
    for otherwise in (SAID, BY_TELEPHONE):
        reference = complained(app, **otherwise).rpartition("/")[2]
        with app.app_context(), pytest.raises(register.NotStuck):
            register.send_receipt_again(max_, reference)


def test_the_receipts_of_complaints_are_not_in_receptions_outbox(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    complained(app)
    letter_failed(app)
    assert "No letter waits for a person" in lena.get("/desk/outbox").text


def test_who_closes_second_is_told_and_loses_nothing(app: Flask) -> None:
    max_, tina, entry = at_the_desk(app, MAX), at_the_desk(app, TINA), complained(app)
    page = tina.get(entry).text
    max_.fill_in(entry, {"outcome": OUTCOME})
    second = tina.send(entry, page, {"outcome": "Nothing went wrong here."}, f"{entry}/close")
    assert second.status_code == 409
    assert "A colleague closed this complaint" in second.text
    assert "Nothing went wrong here." in second.text
    with app.app_context():
        assert db.session.scalars(select(Complaint)).one().outcome == OUTCOME


def test_a_complaint_is_closed_only_with_an_outcome(app: Flask) -> None:
    max_, entry = at_the_desk(app, MAX), complained(app)
    answer = max_.fill_in(entry, {"outcome": ""})
    assert answer.status_code == 422
    assert "Enter the outcome" in answer.text
    assert kept(app).is_open


def test_what_somebody_wrote_is_text_and_never_part_of_the_page(app: Flask) -> None:
    max_, entry = at_the_desk(app, MAX), complained(app, name="<b>Pat</b>", words="<script>alert(1)</script>")
    page = max_.get(entry).text
    assert "<b>Pat" not in page
    assert "<script>alert" not in page


def test_the_auditor_sees_which_complaint_and_not_whose(app: Flask) -> None:
    reference = complained(app).rpartition("/")[2]
    with app.app_context():
        [line] = trail.look(hire(RAI), trail.Wanted()).lines
    assert (line.who, line.what, line.record) == ("The public", "Complaint received", reference)


def test_letters_that_were_there_before_there_were_complaints_stay(app: Flask) -> None:
    """The migration makes SQLite's table of letters anew, while the timeline refers to it."""
    with app.test_request_context():
        pat_asks()
        before = db.session.scalars(select(Letter.message_id)).all()
        db.session.remove()
        try:
            flask_migrate.downgrade(revision="0006")
        finally:
            flask_migrate.upgrade()
        assert db.session.scalars(select(Letter.message_id)).all() == before
        broken = {"sqlite": "PRAGMA foreign_key_check"}.get(db.engine.dialect.name)
        assert broken is None or db.session.execute(db.text(broken)).all() == []
        with pytest.raises(Exception, match="letter_about_one"):
            db.session.execute(db.text("UPDATE letters SET enquiry_id = NULL"))
        db.session.rollback()
