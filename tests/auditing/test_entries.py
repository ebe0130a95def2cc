"""Ines reads the audit: who did and saw what, and never what it was about."""

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import select

from enquiry import audit, clock, trail
from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.records.ledger import AuditEntry
from enquiry.records.staff import Staff
from enquiry.rules.clinics import Clinic
from tests.counting import counting_queries
from tests.people import (
    DR_GREY,
    INES,
    LENA,
    MAX,
    NOOR,
    PAT,
    PATS_EMAIL,
    PATS_STORY,
    RAI,
    Colleague,
    at_the_desk,
    pat_asks,
)
from tests.visitor import Visitor


def rows(page: str) -> list[list[str]]:
    """Return the entries that a page shows, each as its cells."""
    _, _, body = page.partition("<tbody>")
    cells = [re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.DOTALL) for row in body.split("</tr>")[:-1]]
    return [[re.sub(r"<.*?>", "", cell) for cell in row] for row in cells]


def events(page: str) -> list[str]:
    """Return what happened, as a page shows it."""
    return [row[3] for row in rows(page)]


@pytest.fixture
def ines(app: Flask) -> Visitor:
    """The browser of the auditor."""
    return at_the_desk(app, INES)


def test_ines_sees_who_did_what_with_which_record_the_latest_first(app: Flask, ines: Visitor) -> None:
    lena = at_the_desk(app, LENA)
    with app.test_request_context():
        reference = pat_asks().reference
    lena.fill_in("/desk/queue", {"version": "1"}, f"/desk/enquiries/{reference}/claim")
    lena.get(f"/desk/enquiries/{reference}")

    page = ines.get("/desk/audit").text

    assert [row[2:] for row in rows(page)] == [
        [LENA.name, "Enquiry opened", reference],
        [LENA.name, "Enquiry claimed", reference],
        ["The public", "Enquiry sent", reference],
    ]


def test_what_pat_wrote_is_nowhere_in_it(app: Flask, ines: Visitor) -> None:
    lena = at_the_desk(app, LENA)
    with app.test_request_context():
        reference = pat_asks().reference
    lena.get(f"/desk/enquiries/{reference}")
    page = ines.get("/desk/audit", query_string={"reference": reference}).text
    assert reference in page
    for words in (PAT, str(escape(PAT)), PATS_EMAIL, PATS_STORY[:20], "900 982", DR_GREY):
        assert words not in page


@pytest.mark.parametrize("colleague", [LENA, NOOR, RAI, MAX])
def test_nobody_else_reads_it(app: Flask, colleague: Colleague) -> None:
    assert at_the_desk(app, colleague).get("/desk/audit").status_code == 403


def test_ines_reads_no_enquiry(app: Flask, ines: Visitor) -> None:
    with app.test_request_context():
        reference = pat_asks().reference
    for address in ("/desk/queue", "/desk/outbox", f"/desk/enquiries/{reference}"):
        assert ines.get(address).status_code == 403


def test_looking_is_itself_on_record(app: Flask, ines: Visitor) -> None:
    with app.test_request_context():
        enquiry = pat_asks()
    ines.get("/desk/audit")
    ines.get("/desk/audit", query_string={"reference": enquiry.reference})
    with app.app_context():
        looks = select(AuditEntry.subject).where(AuditEntry.event == AuditEvent.AUDIT_SEEN).order_by(AuditEntry.ordinal)
        assert db.session.scalars(looks).all() == [None, enquiry.id]
    assert [INES.name, "Audit seen", enquiry.reference] in [row[2:] for row in rows(ines.get("/desk/audit").text)]


def test_ines_narrows_it_down_to_a_person_an_event_a_record_or_all_of_these(app: Flask, ines: Visitor) -> None:
    lena, rai = at_the_desk(app, LENA), at_the_desk(app, RAI)
    with app.test_request_context():
        one, other = pat_asks().reference, pat_asks().reference
        lenas_id = db.session.scalars(select(Staff.id).where(Staff.email == LENA.email)).one()
    for visitor in (lena, rai):
        for reference in (one, other):
            visitor.get(f"/desk/enquiries/{reference}")

    def found(**filters: object) -> list[list[str]]:
        return [row[2:] for row in rows(ines.get("/desk/audit", query_string=filters).text)]

    assert found(actor=lenas_id) == [[LENA.name, "Enquiry opened", other], [LENA.name, "Enquiry opened", one]]
    assert found(actor="public") == [["The public", "Enquiry sent", other], ["The public", "Enquiry sent", one]]
    assert [row[2] for row in found(event="enquiry opened")] == [other, one, other, one]
    assert [row[:2] for row in found(reference=one)] == [
        [RAI.name, "Enquiry opened"],
        [LENA.name, "Enquiry opened"],
        ["The public", "Enquiry sent"],
    ]
    assert found(reference=other.lower(), actor=lenas_id, event="enquiry opened") == [
        [LENA.name, "Enquiry opened", other]
    ]


def test_a_day_is_a_day_in_london(app: Flask, ines: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    today = clock.for_the_eye(clock.now()).date()
    midnight = clock.beginning_of(today)
    with app.app_context():
        for minutes in (-1, 0, 24 * 60 - 1, 24 * 60):
            monkeypatch.setattr(clock, "now", lambda at=midnight + timedelta(minutes=minutes): at)
            audit.record(audit.SYSTEM, AuditEvent.SIGNED_OUT)
        db.session.commit()
    monkeypatch.undo()
    page = ines.get("/desk/audit", query_string={"day": today.isoformat(), "event": "signed out"}).text
    assert [row[0] for row in rows(page)] == ["3", "2"]


@pytest.mark.parametrize(
    "filters, words",
    [
        ({"reference": "Pat"}, "Enter a reference like LN-7K4Q-9ZTM"),
        ({"reference": "LN-0000-0000"}, "There is no such enquiry in your clinics"),
        ({"day": "yesterday"}, "Enter a day like 2026-11-22"),
        ({"actor": "somebody"}, "Select a person from the list"),
        ({"event": "something"}, "Select an event from the list"),
    ],
)
def test_what_cannot_be_looked_for_is_said_beside_the_question(
    ines: Visitor, filters: dict[str, str], words: str
) -> None:
    answer = ines.get("/desk/audit", query_string=filters)
    assert answer.status_code == 422
    assert answer.text.count(words) == 2
    assert "<tbody>" not in answer.text


def test_every_entry_is_on_one_page_and_a_page_costs_a_fixed_number_of_questions(app: Flask, ines: Visitor) -> None:
    with app.app_context():
        for _ in range(2 * trail.PAGE + 3):
            audit.record(audit.SYSTEM, AuditEvent.SIGNED_OUT)
        db.session.commit()
    numbers, address, costs = [], "/desk/audit?event=signed+out", set()
    while address:
        with counting_queries(app) as questions:
            page = ines.get(address).text
        costs.add(len(questions))
        numbers += [int(row[0]) for row in rows(page)]
        onward = re.search(r'href="(/desk/audit\?[^"]+)">Earlier entries', page)
        address = onward[1].replace("&amp;", "&") if onward else ""
    assert numbers == list(range(2 * trail.PAGE + 3, 0, -1))
    assert max(costs) <= 9


@pytest.mark.parametrize("before", ["", "-1", "x", "9" * 30, "1e3", "0"])
def test_an_address_that_was_meddled_with_is_no_error(app: Flask, ines: Visitor, before: str) -> None:
    assert ines.get("/desk/audit", query_string={"before": before}).status_code == 200


def test_nothing_is_on_record_yet(ines: Visitor) -> None:
    assert "Nothing like this is on record." in ines.get("/desk/audit?event=enquiry+closed").text


def test_an_auditor_of_one_clinic_learns_nothing_of_the_other(app: Flask) -> None:
    """FreeScout 2026: conversations counted and named across mailboxes."""
    ines = at_the_desk(app, replace(INES, clinics=(Clinic.LONDON,)))
    rai = at_the_desk(app, RAI)
    with app.test_request_context():
        london, norwich = pat_asks(Clinic.LONDON).reference, pat_asks(Clinic.NORWICH).reference
    for reference in (london, norwich):
        rai.get(f"/desk/enquiries/{reference}")

    page = ines.get("/desk/audit").text
    theirs = ines.get("/desk/audit", query_string={"reference": norwich})
    nobodys = ines.get("/desk/audit", query_string={"reference": "LN-0000-0000"})

    assert [row[4] for row in rows(page)] == [london, london]
    assert norwich not in page
    assert theirs.status_code == nobodys.status_code == 422
    assert theirs.text.replace(norwich, "") == nobodys.text.replace("LN-0000-0000", "")


def test_lena_sees_from_the_case_who_looked_at_it(app: Flask) -> None:
    lena, rai = at_the_desk(app, LENA), at_the_desk(app, RAI)
    with app.test_request_context():
        case = f"/desk/enquiries/{pat_asks().reference}"
        pat_asks()
    rai.get(case)
    assert f'href="{case}/looks"' in lena.get(case).text

    page = lena.get(f"{case}/looks").text

    said = re.findall(r"<li>(.*?), <time", page)
    assert said == [f"{LENA.name}: enquiry opened", f"{RAI.name}: enquiry opened", "The public: enquiry sent"]


def test_of_those_who_looked_the_latest_twenty_are_shown(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.test_request_context():
        case = f"/desk/enquiries/{pat_asks().reference}"
    for _ in range(trail.LATEST + 2):
        lena.get(case)
    looked = lena.get(f"{case}/looks").text
    assert looked.count(f"{LENA.name}: enquiry opened") == trail.LATEST
    assert "The public" not in looked


@pytest.mark.parametrize(
    "colleague, home, own",
    [
        (LENA, "/desk/queue", {"/desk/queue", "/desk/outbox"}),
        (INES, "/desk/account", {"/desk/audit"}),
        (MAX, "/desk/account", set()),
    ],
)
def test_the_way_round_the_desk_leads_only_where_one_may_go(
    app: Flask, colleague: Colleague, home: str, own: set[str]
) -> None:
    visitor = at_the_desk(app, colleague)
    _, _, header = visitor.get("/desk/account").text.partition("<header")
    header, _, _ = header.partition("</header>")
    links = [urlsplit(address).path for address in re.findall(r'<a[^>]* href="([^"]+)"', header)]
    assert links[0] == home
    assert {"/desk/queue", "/desk/outbox", "/desk/audit"} & set(links[1:]) == own
    for address in links:
        assert visitor.get(address).status_code == 200
