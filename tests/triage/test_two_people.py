"""What has a red flag or cancer in it ends when two agree; whatever happens in between voids what one proposed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry, TwoMustAgree
from enquiry.rules.status import RejectReason, Status
from enquiry.triage import decide, end
from enquiry.triage.refusals import MayNotAgree, NothingProposed
from tests.agreeing import TOM
from tests.following.receipt import opened, pats_link, says
from tests.people import LENA, RAI, Colleague, at_the_desk, hire, pat_asks
from tests.triage.deciding import FLAGGED, asked, decided, on_record, the
from tests.visitor import Visitor

CANCER = {"safety": {"cancer": "not-sure"}}
TUMOUR = {"about": {"about": "spinal-tumours"}}


@pytest.mark.parametrize("pages", [FLAGGED, CANCER, TUMOUR], ids=["a red flag", "perhaps cancer", "a tumour"])
@pytest.mark.parametrize(
    "deed, answers, stands",
    [
        ("close", {"outcome": "advice-sent", "remark": "She was told"}, Status.CLOSED),
        ("reject", {"why": "wrong-service", "remark": "She was told"}, Status.REJECTED),
        ("move", {"status": "withdrawn", "reason": "She was told"}, Status.WITHDRAWN),
    ],
)
def test_lena_proposes_mr_rai_agrees_and_it_ends_by_whatever_name(
    app: Flask, pages: dict[str, dict[str, str]], deed: str, answers: dict[str, str], stands: Status
) -> None:
    """clinical.md 7.3: a two-person rule, and reception does not close a flagged item."""
    lena, rai = at_the_desk(app, LENA), at_the_desk(app, RAI)
    case = asked(app, **pages)

    assert decided(lena, case, deed, **answers).status_code == 303

    assert the(app, case).is_open
    page = rai.get(case).text
    assert "Lena Marsh proposes to" in page
    assert page.index("She was told") < page.index("What happened")
    assert decided(rai, case, "agree").status_code == 303
    assert the(app, case).status is stands
    assert on_record(app, case)[1:3] == [
        "end proposed",
        {"close": "enquiry closed", "reject": "enquiry rejected"}.get(deed, "enquiry moved"),
    ]
    assert "Mr Sanjay Rai" in rai.get(case).text.partition("What happened")[2].partition("Proposed")[0]


def test_mr_rai_proposes_and_lena_agrees(app: Flask) -> None:
    lena, rai = at_the_desk(app, LENA), at_the_desk(app, RAI)
    case = asked(app, **FLAGGED)
    decided(rai, case, "close", outcome="sent-to-emergency-care")
    assert "A colleague must agree." in rai.get(case).text
    assert f'action="{case}/agree"' not in rai.get(case).text
    assert "Mr Sanjay Rai proposes to end it" in lena.get("/desk/queue").text
    assert decided(lena, case, "agree").status_code == 303
    assert the(app, case).status is Status.CLOSED


def test_what_has_neither_ends_at_once(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app)
    decided(lena, case, "reject", why="no-capacity", remark="Until spring")
    enquiry = the(app, case)
    assert (enquiry.status, enquiry.reject_reason, enquiry.outcome) == (Status.REJECTED, RejectReason.NO_CAPACITY, None)
    page = lena.get(case).text
    assert "Rejected: No capacity in time" in page
    assert "Until spring" in page
    decided(lena, case, "move", status="assigned", reason="A place is free")
    assert the(app, case).reject_reason is None


def test_another_reason_must_be_said(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app)
    refused = decided(lena, case, "reject", why="other")
    assert refused.status_code == 422
    assert "Enter a remark that says the reason" in refused.text


@pytest.mark.parametrize(
    "first, second", [(LENA, TOM), (LENA, LENA), (RAI, RAI)], ids=["no clinician", "Lena", "Mr Rai"]
)
def test_neither_two_receptionists_nor_one_person_alone(app: Flask, first: Colleague, second: Colleague) -> None:
    with app.test_request_context():
        enquiry, one = pat_asks(**FLAGGED), hire(first)
        other = hire(second) if second is not first else one
        decide.close(one, enquiry.reference, enquiry.version, decide.Outcome.ADVICE_SENT, "")
        with pytest.raises(MayNotAgree):
            end.agree(other, enquiry.reference, enquiry.version)
        assert enquiry.is_open


def test_tom_is_told_why_he_cannot_be_the_second(app: Flask) -> None:
    lena, tom = at_the_desk(app, LENA), at_the_desk(app, TOM)
    case = asked(app, **FLAGGED)
    decided(lena, case, "close", outcome="advice-sent")
    assert "Neither of you is a clinician: one of the two must be." in tom.get(case).text
    assert "A colleague must agree who is a clinician." in lena.get(case).text


def test_who_proposed_and_has_left_since_counts_no_more(app: Flask) -> None:
    with app.test_request_context():
        enquiry, rai, lena = pat_asks(**FLAGGED), hire(RAI), hire(LENA)
        decide.close(rai, enquiry.reference, enquiry.version, decide.Outcome.ADVICE_SENT, "")
        rai.active = False
        db.session.commit()
        with pytest.raises(MayNotAgree):
            end.agree(lena, enquiry.reference, enquiry.version)


def test_mr_rai_does_not_agree_and_says_why(app: Flask) -> None:
    lena, rai = at_the_desk(app, LENA), at_the_desk(app, RAI)
    case = asked(app, **FLAGGED)
    decided(lena, case, "close", outcome="advice-sent")
    assert decided(rai, case, "refuse", why="I want to see her first").status_code == 303
    page = lena.get(case).text
    assert "proposes to" not in page.partition("What happened")[0]
    assert "I want to see her first" in page
    assert the(app, case).is_open
    assert the(app, case).proposed_by_id is None


def lena_notes(app: Flask, lena: Visitor, case: str, link: str) -> None:
    decided(lena, case, "note", text="She rang again")


def pat_writes(app: Flask, lena: Visitor, case: str, link: str) -> None:
    says(opened(app, link), link, "It is much better since this morning.")


def lena_proposes_something_else(app: Flask, lena: Visitor, case: str, link: str) -> None:
    decided(lena, case, "reject", why="duplicate")
    decided(lena, case, "refuse")


@pytest.mark.parametrize("something", [lena_notes, pat_writes, lena_proposes_something_else])
def test_whatever_happens_meanwhile_voids_it(app: Flask, something: Callable[..., None]) -> None:
    lena, rai = at_the_desk(app, LENA), at_the_desk(app, RAI)
    link = pats_link(app, **FLAGGED)
    with app.app_context():
        reference = db.session.scalars(db.select(Enquiry.reference)).one()
    case = f"/desk/enquiries/{reference}"
    decided(lena, case, "close", outcome="advice-sent")
    page = rai.get(case).text
    something(app, lena, case, link)
    assert rai.send(case, page, {}, f"{case}/agree").status_code == 409
    assert f'action="{case}/agree"' not in rai.get(case).text
    with app.test_request_context():
        enquiry = the(app, case)
        with pytest.raises(NothingProposed):
            end.agree(hire(TOM), enquiry.reference, enquiry.version)
    assert the(app, case).is_open


def test_no_other_way_leads_to_an_end(app: Flask) -> None:
    """Whoever writes another verb that ends an enquiry is refused by the enquiry itself."""
    with app.test_request_context():
        enquiry = pat_asks(**FLAGGED)
        from enquiry import clock, opening

        with pytest.raises(TwoMustAgree):
            enquiry.move_to(Status.CLOSED, clock.now(), opening.clock_of(enquiry.clinic))
        assert enquiry.status is Status.NEW


def test_of_two_who_agree_and_refuse_at_once_one_decides(app: Flask) -> None:
    lena, rai, tom = (at_the_desk(app, one) for one in (LENA, RAI, TOM))
    case = asked(app, **FLAGGED)
    decided(lena, case, "close", outcome="advice-sent")
    pages = {"agree": (rai, rai.get(case).text), "refuse": (tom, tom.get(case).text)}
    together = Barrier(2)

    def answer(deed: str) -> int:
        who, page = pages[deed]
        together.wait()
        return who.send(case, page, {}, f"{case}/{deed}").status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(answer, pages)) == [303, 409]
