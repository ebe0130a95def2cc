"""What is refused, set aside, counted or never finished lies nowhere in clear either; and no box is forgotten."""

import logging
import tempfile
from pathlib import Path

import pytest
from flask import Flask
from limits.storage import MemoryStorage
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from wtforms import HiddenField, StringField
from wtforms.fields.core import UnboundField

from config import Config
from enquiry import clock
from enquiry.extensions import db, limiter
from enquiry.intake import throttles
from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.web.forms import PageForm
from enquiry.web.throttle import Throttle
from enquiry.web.uploads import UploadField
from tests.attack.test_canary import content_of, files_in, files_of, our_log, sightings
from tests.attack.test_spam import yesterday
from tests.clamd_server import ClamdServer
from tests.following.receipt import ANOTHER_DATE, browser, gives, pats_link
from tests.intake.test_enquiry import ABOUT, CLINIC, CONTACT, NO_FILES, PAIN, START, TIMES, WHO, answer, at_the_files
from tests.intake.test_files import choose
from tests.people import LENA, RAI, at_the_desk
from tests.strange_files import infected_pdf, letter, locked_pdf
from tests.visitor import Visitor

HOSPITAL = "Saint Eustace under Lyme"
NEVER_SENT = "The quagga-like ache began at Candlemas."
TOO_OFTEN = "The thylacine of my shoulder woke again."
LIKE_SPAM = "Behold https://tantalum-parasols.example/cheap-and-many"
TRAP = "https://bartholomew-parasols.example"
TRANSFERRED = "She winters near the vermilion lighthouse"
REFUSED_FILES = {"ptarmigan locked.pdf": locked_pdf, "ptarmigan ill.pdf": infected_pdf}
WORDS_OF_ONE = b"The capybara of her sacrum is larger."
CANARIES = [
    *(HOSPITAL, NEVER_SENT, TOO_OFTEN, LIKE_SPAM, TRAP, TRANSFERRED, *REFUSED_FILES),
    *(WORDS_OF_ONE.decode(), "1981-03-31", "31/3/1981"),
]

# Every box into which words can be typed about somebody, by where its canary is: a new box needs one.
IN_EVERY_FIELD = {
    *("WhoForm.name", "WhoForm.called", "ProxyForm.name", "ProxyForm.relationship", "ContactForm.email"),
    *("ContactForm.telephone", "ContactForm.avoid", "AboutForm.story", "TimesForm.dates_to_avoid", "TimesForm.insurer"),
    *("FilesForm.files", "ClinicForm.language", "PostcodeForm.postcode", "NoteForm.text", "ReplyForm.text"),
    *("CallForm.note", "MoveForm.reason", "UrgencyForm.reason", "CloseForm.remark", "SearchForm.looked_for"),
    *("AskForm.question", "AnswerForm.text", "NearMissForm.what", "ReviewForm.outcome", "RefuseForm.why"),
    *("RejectForm.remark", "UnmergeForm.reason", "ViewForm.name", "CloseSeveral.remark"),
    *("ArrangeForm.joining", "ArrangeForm.note", "CancelForm.reason", "FeesForm.text"),
    *("TemplateForm.name", "TemplateForm.text"),
}
ON_THE_TELEPHONE = {
    *("TakingForm.name", "TakingForm.telephone", "TakingForm.email", "TakingForm.avoid", "TakingForm.story"),
    *("TakingForm.writer", "TakingForm.relationship", "TakingForm.language", "CallbackForm.why", "CallOffForm.why"),
}
AFTERWARDS = {
    *("MessageForm.text", "ComplaintForm.name", "ComplaintForm.email", "ComplaintForm.telephone"),
    *("ComplaintForm.words", "OutcomeForm.outcome"),
}
TURNED_AWAY = {"SeenInHospitalForm.hospital", "CheckForm.website", "TransferForm.reason"}
# Colleagues' own names, addresses, passwords and codes, what an auditor asks for, and what managers set for everybody.
NOBODYS = {
    *("SignInForm", "CodeForm", "InvitationForm", "FilterForm", "InviteForm", "PersonForm", "ProvenForm"),
    *("HoursForm", "ClosureForm", "TargetsForm", "FeeWordsForm", "SecureMailForm"),
}
IN_A_REFERRAL = {
    *("ReferrerForm.name", "ReferrerForm.registration", "ReferrerForm.practice", "ReferrerForm.ods_code"),
    *("ReferrerForm.email", "ReferrerForm.telephone", "ReferrerForm.keyed_in_by", "PatientForm.name"),
    *("PatientForm.nhs_number", "PatientForm.address", "PatientForm.postcode", "PatientForm.telephone"),
    *("PatientForm.email", "PatientForm.avoid", "PatientForm.language", "ReasonForm.consultant"),
    *("ReasonForm.request", "ReasonForm.insurer", "ClinicalForm.diagnosis", "ClinicalForm.side_and_level"),
    *("ClinicalForm.onset", "ClinicalForm.history", "ClinicalForm.examination", "BackgroundForm.imaging"),
    *("BackgroundForm.tried", "BackgroundForm.past_history", "BackgroundForm.medicines", "BackgroundForm.allergies"),
    *("BackgroundForm.anticoagulants", "BackgroundForm.bmi", "BackgroundForm.blood_pressure", "BackgroundForm.alerts"),
    *("QuickForm.name", "QuickForm.nhs_number", "QuickForm.telephone", "QuickForm.files", "QuickForm.referrer"),
    *("QuickForm.registration", "QuickForm.practice", "QuickForm.email", "SendForm.website"),
}
IN_LETTERS = {"AnswerForm.advice"}
A_TIME_OF_DAY = {"ArrangeForm.at"}


def test_every_box_into_which_words_can_be_typed_has_its_canary(app: Flask) -> None:
    everywhere = IN_EVERY_FIELD | AFTERWARDS | TURNED_AWAY | ON_THE_TELEPHONE | IN_A_REFERRAL | IN_LETTERS
    assert set(boxes(PageForm)) - A_TIME_OF_DAY == everywhere


def boxes(form: type[PageForm]) -> list[str]:
    """Return the boxes of a kind of form, and of those made of it, as ``WhoForm.name``."""
    own = [name for name, field in vars(form).items() if isinstance(field, UnboundField) and takes_words(field)]
    names = [f"{form.__name__}.{name}" for name in own] if form.__name__ not in NOBODYS else []
    return names + [name for kind in form.__subclasses__() for name in boxes(kind)]


def takes_words(field: UnboundField) -> bool:
    kind = field.field_class
    return issubclass(kind, UploadField) or (issubclass(kind, StringField) and not issubclass(kind, HiddenField))


def test_what_is_turned_away_or_set_aside_or_never_finished_is_found_nowhere(
    app: Flask,
    settings: Config,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    pat_was_seen_in_hospital_and_stops_half_way(app)
    pat_types_one_page_too_many(app)
    pats_files_are_refused(app, tmp_path / "clamd", monkeypatch)
    gives(browser(app), pats_link(app), ANOTHER_DATE)
    lena_rescues_and_transfers_what_looked_like_spam(app)

    said = capfd.readouterr()
    storage = limiter.storage
    assert isinstance(storage, MemoryStorage)
    places = {
        "log": our_log(caplog).encode(),
        "output": (said.out + said.err).encode(),
        "counts": repr(storage.storage).encode(),
        **{str(file): content_of(file) for file in [*files_of(app, settings), *files_in(tmp_path)]},
    }
    assert not sightings(CANARIES, places)
    assert b"stories" in places["counts"], "nothing was counted: the test looks at too little"


def pat_was_seen_in_hospital_and_stops_half_way(app: Flask) -> None:
    pat = browser(app)
    page = pat.fill_in(START, {"red_flags": ["row-1"], "cancer": "no"}).text
    onward = pat.send(START, page, {"hospital": HOSPITAL, **yesterday(), "declare": "yes"})
    assert onward.status_code == 303
    answer(pat, onward.location, WHO, CONTACT, {**ABOUT, "story": NEVER_SENT})


def pat_types_one_page_too_many(app: Flask) -> None:
    pat = browser(app)
    address = answer(pat, pat.fill_in(START, {"red_flags": ["none"], "cancer": "no"}).location, WHO, CONTACT)
    html = pat.get(address).text
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(throttles, "PAGES", Throttle("pages", "1000 per hour", "0 per hour"))
        refused = pat.send(address, html, {**ABOUT, "story": TOO_OFTEN})
    assert (refused.status_code, TOO_OFTEN in refused.text) == (429, True)


def pats_files_are_refused(app: Flask, socket: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one be locked, one have a virus, and one lie in a draft that she clears."""
    pat, scanner = browser(app), ClamdServer(socket)
    monkeypatch.setitem(app.extensions, "scanner_address", scanner.address)
    scanner.start()
    address = at_the_files(pat)
    page = choose(pat, address, *[(name, make()) for name, make in REFUSED_FILES.items()]).text
    choose(pat, address, ("ptarmigan.pdf", letter(WORDS_OF_ONE)), add="yes")
    assert all(f"“{name}”" in page for name in REFUSED_FILES)
    assert "ptarmigan.pdf" in pat.get(address).text
    check = answer(pat, address, NO_FILES, CLINIC)
    pat.fill_in(check, action=check.replace("check", "clear"))
    scanner.stop()


def lena_rescues_and_transfers_what_looked_like_spam(app: Flask) -> None:
    """Let a program fill in the box that nobody sees, with a story that is mostly a link."""
    program = browser(app)
    check = answer(program, at_the_about(program), {**ABOUT, "story": LIKE_SPAM}, PAIN, TIMES, NO_FILES, CLINIC)
    assert program.fill_in(check, {"emergency_ack": "y", "website": TRAP}).status_code == 303
    with app.app_context():
        enquiry = db.session.scalars(select(Enquiry).where(Enquiry.set_aside_at.is_not(None))).one()
    case, rai = f"/desk/enquiries/{enquiry.reference}", at_the_desk(app, RAI)
    assert LIKE_SPAM in at_the_desk(app, LENA).get(case).text
    for form, answers in (("rescue", {}), ("transfer", {"clinic": "norwich", "reason": TRANSFERRED})):
        assert rai.fill_in(case, answers, action=f"{case}/{form}").status_code == 303
    assert TRANSFERRED in rai.get(case).text


def at_the_about(visitor: Visitor) -> str:
    """Answer every page before the one that asks what it is about, and return its address."""
    return answer(visitor, visitor.fill_in(START, {"red_flags": ["none"], "cancer": "no"}).location, WHO, CONTACT)


def test_a_database_that_refuses_something_tells_the_log_nothing_of_it(app: Flask) -> None:
    with app.app_context():
        no_rights = {"role_words": [], "clinic_words": [], "created_at": clock.now()}
        db.session.add_all([Staff(email="twin@clinic.example", name=name, **no_rights) for name in ("Una", "Duo")])
        with pytest.raises(IntegrityError) as refused:
            db.session.flush()
    assert "Una" not in str(refused.value)
