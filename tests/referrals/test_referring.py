"""Dr Grey refers Pat by the form: in two minutes with a letter, in full without, and never what must not wait."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from enquiry import clock
from enquiry.extensions import db
from enquiry.intake import draft as draft_of_enquiry
from enquiry.records.attachment import Attachment
from enquiry.records.draft import Draft
from enquiry.records.enquiry import PINNED, Enquiry, Kind
from enquiry.records.letter import Letter
from enquiry.records.tally import Tally, What
from enquiry.records.timeline import Entry, Event
from enquiry.referrals import throttles
from enquiry.rules.answers import Need
from enquiry.rules.clinics import Clinic
from enquiry.rules.contact import Route
from enquiry.rules.referral_safety import EMERGENCIES
from enquiry.rules.urgency import Urgency
from enquiry.web.throttle import Throttle
from tests.people import DR_GREY, PAT
from tests.referrals.filling import (
    BORN,
    FULLY,
    NO_EMERGENCY,
    QUICKLY,
    REFER,
    begin,
    refer_fully,
    refer_quickly,
    send,
    the_letter,
)
from tests.referring import DR_GREYS_EMAIL, PATS_NHS_NUMBER
from tests.visitor import Visitor, forms_of


def the_enquiry(app: Flask) -> Enquiry:
    """Return the only enquiry there is."""
    return db.session.scalars(select(Enquiry)).one()


def nothing_is_kept(app: Flask) -> None:
    """Check that there is neither a draft nor an enquiry."""
    with app.app_context():
        assert not db.session.scalars(select(Enquiry)).all()
        assert not db.session.scalars(select(Draft)).all()


def test_dr_grey_refers_in_three_pages_and_twelve_fields(app: Flask, client: Visitor) -> None:
    receipt = send(client, refer_quickly(client))

    with app.test_request_context():
        enquiry = the_enquiry(app)
        referral = enquiry.referral
        assert enquiry.reference in receipt
        assert PAT not in receipt
        assert (enquiry.kind, enquiry.clinic, enquiry.precedence) == (Kind.REFERRAL, Clinic.NORWICH, PINNED)
        assert (enquiry.patient.name, enquiry.patient.nhs_number) == (PAT, PATS_NHS_NUMBER)
        assert (enquiry.contact.telephone, enquiry.contact.email) == ("+447700900982", "")
        assert not enquiry.contact.voicemail_ok, "nobody said that it is safe"
        assert referral is not None
        assert (referral.referrer.name, referral.referrer.registration) == (DR_GREY, "GMC 7012345")
        assert [file.description.name for file in db.session.scalars(select(Attachment))] == ["Referral.pdf"]
        assert not db.session.scalars(select(Draft)).all()
        arrived = db.session.scalars(select(Entry).where(Entry.event == Event.RECEIVED)).one()
        assert arrived.detail == "referral"


def test_dr_grey_refers_in_full_and_every_answer_is_kept(app: Flask, client: Visitor) -> None:
    send(client, refer_fully(client))

    with app.test_request_context():
        enquiry = the_enquiry(app)
        referral = enquiry.referral
        assert referral is not None
        assert referral.referrer.ods_code == "D82001"
        assert referral.postcode == "NR25 6AB"
        assert referral.may_have_copy
        for page in ("reason", "clinical", "background"):
            told = {name: said for name, said in FULLY[page].items() if hasattr(referral, name)}
            assert {name: str(getattr(referral, name)) for name in told} == told
        assert len(referral.signs_denied) == len(referral.signs) == 12
        assert "Would an injection help her?" in enquiry.request.story
        assert not enquiry.is_flagged


@pytest.mark.parametrize("emergency", EMERGENCIES, ids=lambda emergency: emergency.word)
def test_an_emergency_is_shown_its_route_and_nothing_is_kept(app: Flask, client: Visitor, emergency: Any) -> None:
    page = client.fill_in(REFER, {"signs": [emergency.word]})

    assert page.status_code == 200
    assert emergency.route.rstrip(".") in page.text
    assert "07776 511824" in page.text
    assert "01603 505063" in page.text
    nothing_is_kept(app)
    with app.app_context():
        [counted] = db.session.scalars(select(Tally).where(Tally.what == What.DIVERTED))
        assert counted.word == emergency.row


@pytest.mark.parametrize("sign", ["saddle", "bladder", "bowel", "sexual", "both-legs", "weakness"])
def test_an_emergency_in_the_red_flag_table_stops_the_referral_and_throws_it_away(
    app: Flask, client: Visitor, sign: str
) -> None:
    address = begin(client, "full")
    for page in ("referrer", "patient", "reason"):
        address = client.fill_in(address, FULLY[page]).location

    stopped = client.fill_in(address, FULLY["clinical"] | {f"sign-{sign}": "yes"})

    assert "This patient must not wait for a clinic" in stopped.text
    nothing_is_kept(app)


def test_cancer_with_signs_of_cord_compression_is_an_emergency(app: Flask, client: Visitor) -> None:
    address = begin(client, "full")
    for page in ("referrer", "patient", "reason"):
        address = client.fill_in(address, FULLY[page]).location

    both = {"sign-myelopathy": "yes", "sign-cancer-ever": "yes"}
    assert "spinal cord compression coordinator" in client.fill_in(address, FULLY["clinical"] | both).text
    nothing_is_kept(app)


def test_none_of_these_stands_alone_and_nothing_is_ticked_beforehand(client: Visitor) -> None:
    assert "checked" not in client.get(REFER).text
    assert client.fill_in(REFER).status_code == 422
    assert client.fill_in(REFER, {"signs": ["none", "cancer"]}).status_code == 422


def test_an_urgent_referral_is_due_sooner(app: Flask, client: Visitor) -> None:
    send(client, refer_quickly(client, priority="urgent"))

    with app.test_request_context():
        assert the_enquiry(app).urgency is Urgency.URGENT


def test_suspected_cancer_shows_the_nhs_pathway_first_and_then_goes_on(app: Flask, client: Visitor) -> None:
    advice = refer_quickly(client, priority="suspected-cancer")
    page = client.get(advice).text
    assert "/refer/suspected-cancer" in advice
    assert "NHS urgent suspected cancer pathway" in page

    check = advice.replace("suspected-cancer", "check")
    assert check.partition("?")[0] in page
    send(client, check)
    with app.test_request_context():
        enquiry = the_enquiry(app)
        assert enquiry.urgency is Urgency.URGENT
        assert enquiry.needs_two_to_end


def test_a_patient_without_a_telephone_is_reached_by_letter(app: Flask, client: Visitor) -> None:
    without = {"telephone": "", "has_no_telephone": "y", "preferred": "post"}
    send(client, refer_fully(client, patient=without))

    with app.test_request_context():
        enquiry = the_enquiry(app)
        assert enquiry.contact.preferred is Route.POST
        assert not enquiry.contact.telephone
        assert enquiry.ring_at is None


@pytest.mark.parametrize(
    "wrong, says",
    [
        ({"nhs_number": "9476719932"}, "Enter an NHS number of 10 digits"),
        ({"nhs_number": ""}, "tick that it is not known"),
        ({"telephone": ""}, "tick that there is none"),
        ({"preferred": "email"}, "Enter the patient’s email address"),
        ({"voicemail_ok": ""}, "Select whether we may leave a message"),
        ({"birth_date-year": "2015"}, "aged 18 and over"),
        ({"postcode": "!"}, "Enter a postcode"),
        ({"needs": ["interpreter"]}, "Enter the language"),
        ({"consent": ""}, "Select whether the patient agrees"),
    ],
)
def test_what_is_wrong_about_the_patient_is_said_beside_it(client: Visitor, wrong: dict[str, Any], says: str) -> None:
    address = begin(client, "full")
    address = client.fill_in(address, FULLY["referrer"]).location

    refused = client.fill_in(address, FULLY["patient"] | wrong)

    assert refused.status_code == 422
    assert says in refused.text


def test_an_nhs_number_that_is_not_known_is_no_obstacle(app: Flask, client: Visitor) -> None:
    unknown = {"nhs_number": "", "nhs_number_unknown": "y"}
    send(client, refer_fully(client, patient=unknown))

    with app.test_request_context():
        assert the_enquiry(app).patient.nhs_number == ""


def test_doctors_give_a_gmc_number_and_others_that_of_their_regulator(client: Visitor) -> None:
    address = begin(client, "full")
    wrong = client.fill_in(address, FULLY["referrer"] | {"registration": "PH123456"})
    assert "Enter a GMC number" in wrong.text

    other = FULLY["referrer"] | {"registration": "HCPC PH123456", "post": "physiotherapist"}
    assert client.fill_in(address, other).status_code == 303


def test_what_is_unusual_is_pointed_out_and_can_be_sent_as_it_is(app: Flask, client: Visitor) -> None:
    unusual = {"ods_code": "XYZ", "email": "reception@holt-surgery.example"}
    check = refer_fully(client, referrer=unusual)
    page = client.get(check).text

    assert "Check this code: XYZ" in page
    assert "not at nhs.net" in page
    assert "LN-" in send(client, check)


def test_a_secretary_keys_it_in_and_is_named(app: Flask, client: Visitor) -> None:
    send(client, refer_fully(client, referrer={"keyed_in_by": "Olive Tern"}))

    with app.test_request_context():
        referral = the_enquiry(app).referral
        assert referral is not None
        assert referral.referrer.keyed_in_by == "Olive Tern"


def test_support_needs_come_along(app: Flask, client: Visitor) -> None:
    send(client, refer_fully(client, patient={"needs": ["interpreter"], "language": "Polish"}))

    with app.test_request_context():
        contact = the_enquiry(app).contact
        assert (contact.needs, contact.language) == ((Need.INTERPRETER,), "Polish")


def test_the_quick_way_needs_the_letter_and_what_was_typed_stays(client: Visitor) -> None:
    refused = client.fill_in(begin(client), QUICKLY)

    assert refused.status_code == 422
    assert "Select your letter" in refused.text
    assert PAT in refused.text


def test_a_letter_that_arrived_stays_whatever_else_is_wrong(client: Visitor) -> None:
    address = begin(client)
    refused = client.fill_in(address, {"files": the_letter(), **QUICKLY, "registration": "12"})
    assert refused.status_code == 422
    assert "Referral.pdf" in refused.text

    again = client.send(address, refused.text, QUICKLY)
    assert again.status_code == 303


def test_what_the_letter_says_is_never_taken_for_what_was_typed(app: Flask, client: Visitor) -> None:
    send(client, refer_quickly(client, nhs_number="", telephone=""))

    with app.test_request_context():
        enquiry = the_enquiry(app)
        assert (enquiry.patient.nhs_number, enquiry.contact.telephone) == ("", "")
        assert enquiry.request.story == ""


def test_pressing_send_again_sends_nothing_again(app: Flask, client: Visitor) -> None:
    check = refer_quickly(client)
    page = client.get(check).text
    first, second = client.send(check, page), client.send(check, page)

    assert first.location == second.location
    with app.test_request_context():
        the_enquiry(app)
        assert len(db.session.scalars(select(Letter)).all()) == 1


def test_an_enquirys_form_does_not_open_a_referrals_draft(client: Visitor) -> None:
    tab = begin(client).partition("draft=")[2]

    assert client.get(f"/enquire/who?draft={tab}").status_code == 410
    assert client.get(f"/enquire/check?draft={tab}").status_code == 410


def test_another_browser_finds_no_draft_and_no_receipt(app: Flask, client: Visitor) -> None:
    check = refer_quickly(client)
    stranger = app.test_client()
    assert stranger.get(check).status_code == 410

    send(client, check)
    assert stranger.get(check.replace("check", "sent")).status_code == 410


def test_a_milder_answer_after_an_emergency_is_kept_on_the_referral(app: Flask, client: Visitor) -> None:
    client.fill_in(REFER, {"signs": ["weakness"]})
    send(client, refer_quickly(client))

    with app.test_request_context():
        assert the_enquiry(app).request.changed_answer


def test_an_unsent_referral_is_gone_after_a_day_and_counted_as_no_unsent_enquiry(app: Flask, client: Visitor) -> None:
    begin(client)
    with app.app_context():
        draft_of_enquiry.discard_expired(clock.now() + timedelta(hours=25))
        assert not db.session.scalars(select(Draft)).all()
        assert not db.session.scalars(select(Tally).where(Tally.what == What.UNSENT)).all()


def test_clearing_throws_the_referral_away_at_once(app: Flask, client: Visitor) -> None:
    check = refer_quickly(client)
    page = client.get(check).text
    tab = check.partition("draft=")[2]

    assert client.send(check, page, action=f"/refer/clear?draft={tab}").status_code == 200
    nothing_is_kept(app)


def test_one_form_too_many_keeps_what_was_typed(client: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    address = begin(client, "full")
    monkeypatch.setattr(throttles, "PAGES", Throttle("referral pages", "1000 per hour", "0 per hour"))

    refused = client.fill_in(address, FULLY["referrer"])

    assert refused.status_code == 429
    assert DR_GREY in refused.text
    assert int(refused.headers["Retry-After"]) > 0


def test_an_emergency_is_shown_its_route_however_often_somebody_asks(
    client: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PAGES", "DRAFTS"):
        monkeypatch.setattr(throttles, name, Throttle(f"referral {name}", "0 per hour", "0 per hour"))

    assert "must not wait" in client.fill_in(REFER, {"signs": ["sepsis"]}).text
    assert client.fill_in(REFER, NO_EMERGENCY).status_code == 429


def test_this_device_remembers_dr_grey_only_when_asked_and_nothing_of_pat(app: Flask, client: Visitor) -> None:
    receipt = send(client, refer_quickly(client))
    assert client.get_cookie("referrer", path="/refer") is None
    assert DR_GREY not in client.get(begin(client)).text

    [remember] = [form for form in forms_of(receipt) if form.action.startswith("/refer/remember")]
    client.post(remember.action, data=remember.filled)
    cookie = client.get_cookie("referrer", path="/refer")
    assert cookie is not None
    assert cookie.http_only
    assert not [word for word in (PATS_NHS_NUMBER, "Shea", "900982", "1980") if word in cookie.value]

    page = client.get(begin(client)).text
    assert DR_GREY in page
    assert "7012345" in page
    assert PAT not in page
    assert not [value for name, value in BORN.items() if f'name="{name}" value' in page]


def test_a_device_forgets_dr_grey_and_a_forged_cookie_is_nobodys(client: Visitor) -> None:
    receipt = send(client, refer_quickly(client))
    [remember] = [form for form in forms_of(receipt) if form.action.startswith("/refer/remember")]
    sent = client.post(remember.action, data=remember.filled).location
    assert client.send(sent, client.get(sent).text, action="/refer/forget").status_code == 303
    assert client.get_cookie("referrer", path="/refer") is None

    client.set_cookie("referrer", '{"name":"Dr Forger"}.x', path="/refer")
    assert "Forger" not in client.get(begin(client, "full")).text


def test_the_pages_of_a_referral_are_never_kept_by_a_browser(client: Visitor) -> None:
    for address in (REFER, "/refer/check", begin(client)):
        assert client.get(address).headers["Cache-Control"] == "no-store"


def test_the_receipt_goes_to_dr_greys_address_alone(app: Flask, client: Visitor) -> None:
    send(client, refer_fully(client, patient={"email": "pat@home.example", "preferred": "email"}))

    with app.test_request_context():
        [letter] = db.session.scalars(select(Letter))
        assert letter.contents.to == DR_GREYS_EMAIL
