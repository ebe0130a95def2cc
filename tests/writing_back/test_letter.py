"""Mr Rai answers Dr Grey: on paper that can be read aloud, by email only where mail is secure, with a copy for Pat."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from enquiry import clock, outbox
from enquiry.caseload import ChangedMeanwhile, NoSuchEnquiry
from enquiry.extensions import db
from enquiry.outbox import NoSuchLetter
from enquiry.pdf import NoSuchSign
from enquiry.records.enquiry import Enquiry
from enquiry.records.ledger import AuditEntry
from enquiry.records.letter import Letter, LetterKind, LetterState
from enquiry.records.setting import Setting
from enquiry.records.staff import Staff
from enquiry.records.timeline import Entry, Event
from enquiry.replies.settle import settle
from enquiry.rules.status import Status
from enquiry.rules.writing_back import Answered
from enquiry.triage import decide, merge
from enquiry.writing_back import paper
from enquiry.writing_back.paper import Answer
from enquiry.writing_back.send import AddressChanged, OnlyAClinician, post, write_back
from tests.mail_server import MailServer
from tests.paper import is_accessible, pages, tags
from tests.people import DR_GREY, LENA, NOOR, PAT, RAI, hire, pat_asks
from tests.referring import DR_GREYS_EMAIL, dr_grey_refers

ADVICE = "Six weeks of physiotherapy, then an MRI.\n\nNo operation for now: #read(“x”) *is* not ours."
AT_HOME = "grey@home.example"
ACCEPTED = Answer(Answered.ACCEPTED, at=datetime(2027, 1, 12, 14, 30, tzinfo=UTC))
RETURNED = Answer(Answered.RETURNED, ADVICE)
OF_PAT = (PAT, "O’Shea", "31 March", "947 671 9931", "9476719931", "Wherry Lane", "07700 900", "physiotherapy")


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    """The application's context, for tests that speak to verbs."""
    with app.test_request_context():
        yield


@pytest.fixture
def rai() -> Staff:
    """Mr Rai, newly hired."""
    return hire(RAI)


def answers(rai: Staff, referral: Enquiry, answer: Answer = RETURNED, **seen: Any) -> Enquiry:
    """Answer a referral as its page showed it."""
    told = referral.referral
    assert told is not None
    email = told.referrer.email
    shown = seen.get("shown", (email, email == DR_GREYS_EMAIL))
    return write_back(rai, referral.reference, seen.get("version", referral.version), shown, answer)


def letters(kind: LetterKind) -> list[Letter]:
    """Return the letters of a kind, as the database has them."""
    wanted = select(Letter).where(Letter.kind == kind).order_by(Letter.id)
    return list(db.session.scalars(wanted.execution_options(populate_existing=True)))


def everything_that_left(smtp: MailServer) -> str:
    """Send all that is due, and return the headers, words and attachments of every letter, in one."""
    outbox.sweep(clock.now() + timedelta(hours=1))
    parts = [part for letter in smtp.letters for part in letter.message.walk() if not part.is_multipart()]
    headers = [str(letter.message.items()) for letter in smtp.letters]
    texts = [part.get_content() for part in parts if part.get_content_maintype() == "text"]
    papers = ["\n".join(pages(part.get_content())) for part in parts if part.get_content_type() == "application/pdf"]
    return "\n".join([*headers, *texts, *papers])


@pytest.mark.parametrize("answered", Answered)
def test_every_answer_says_what_it_is_and_when_not_to_wait(rai: Staff, answered: Answered) -> None:
    referral = dr_grey_refers()
    assert referral.referral is not None
    written = paper.for_referrer(referral, referral.referral, Answer(answered, ADVICE, ACCEPTED.at), rai)

    [page] = pages(written.pdf)
    for words in (DR_GREY, "Holt Surgery", "Confidential", answered.label, referral.reference, PAT, "31 March 1980"):
        assert words in page
    assert "947 671 9931" in page
    assert "2 Wherry Lane, Holt, NR25 6AB" in page
    assert "send the patient to an emergency department at once" in page
    assert "#read(“x”) *is* not ours." in page
    assert RAI.name in page
    assert ("Tuesday 12 January 2027, 2:30pm" in page) is (answered is Answered.ACCEPTED)
    assert all(" ".join(line.split()) in page for line in written.words.splitlines())


def test_the_letter_can_be_read_aloud_and_its_title_names_nobody(rai: Staff) -> None:
    referral = dr_grey_refers()
    assert referral.referral is not None
    written = paper.for_referrer(referral, referral.referral, RETURNED, rai)

    assert is_accessible(written.pdf, "Our answer to your referral")
    assert {"Title", "P", "L"} <= set(tags(written.pdf))


def test_a_long_letter_says_on_each_page_what_it_belongs_to(rai: Staff) -> None:
    referral = dr_grey_refers()
    assert referral.referral is not None
    long = Answer(Answered.RETURNED, "Advice of many words. " * 250)

    first, second = pages(paper.for_referrer(referral, referral.referral, long, rai).pdf)
    assert f"{referral.reference} Page 1 of 2" in first
    assert f"{referral.reference} Page 2 of 2" in second


def test_to_a_secure_address_the_letter_goes_as_a_pdf_and_the_email_says_nothing(smtp: MailServer, rai: Staff) -> None:
    referral = dr_grey_refers()
    answers(rai, referral)
    outbox.sweep(clock.now())

    [email] = [one.message for one in smtp.letters if "About your referral" in str(one.message["Subject"])]
    assert email["To"] == DR_GREYS_EMAIL
    [attached] = email.iter_attachments()
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_filename() == "letter.pdf"
    assert "Six weeks of physiotherapy" in pages(attached.get_content())[0]
    said = str(email["Subject"]) + "".join(
        part.get_content() for part in email.walk() if part.get_content_maintype() == "text"
    )
    assert referral.reference in said
    assert not [words for words in OF_PAT if words in said]
    assert not letters(LetterKind.PAPER)


@pytest.mark.parametrize(
    "email", [AT_HOME, "grey@mail.nhs.net", "grey@nhs.net.example", "grey@gmail.com", "grey@nhs.uk"]
)
@pytest.mark.parametrize("answered", Answered)
def test_to_any_other_address_nothing_of_the_patient_ever_leaves(
    smtp: MailServer, rai: Staff, email: str, answered: Answered
) -> None:
    referral = dr_grey_refers(about_referrer={"email": email}, may_have_copy=True)
    answers(rai, referral, Answer(answered, ADVICE, ACCEPTED.at))

    left = everything_that_left(smtp)
    assert referral.reference in left
    assert "comes to you by post" in left
    assert not [words for words in (*OF_PAT, answered.label) if words in left]
    assert not [one for one in smtp.letters if list(one.message.iter_attachments())]
    [by_post] = letters(LetterKind.PAPER)
    assert (by_post.state, by_post.contents.to) == (LetterState.TO_POST, f"{DR_GREY}, Holt Surgery")
    assert by_post.contents.paper is not None
    assert PAT in pages(by_post.contents.paper.pdf)[0]


def test_the_domains_that_managers_list_count_and_nothing_leaves_once_one_is_struck_off(
    smtp: MailServer, rai: Staff
) -> None:
    db.session.add(Setting(name="secure-mail", value={"domains": ["home.example"]}))
    db.session.commit()
    referral = dr_grey_refers(about_referrer={"email": AT_HOME})
    answers(rai, referral, shown=(AT_HOME, True))
    db.session.get_one(Setting, "secure-mail").value = {"domains": []}
    db.session.commit()

    assert not [words for words in OF_PAT if words in everything_that_left(smtp)]
    [answer] = letters(LetterKind.ANSWER)
    assert answer.state is LetterState.FAILED


def test_a_letter_goes_nowhere_that_its_writer_did_not_see(rai: Staff) -> None:
    referral = dr_grey_refers()
    for shown in ((AT_HOME, True), (DR_GREYS_EMAIL, False), ("", True)):
        with pytest.raises(AddressChanged):
            answers(rai, referral, shown=shown)
    assert not letters(LetterKind.ANSWER)


@pytest.mark.parametrize("agreed", [True, False])
def test_pat_has_a_copy_by_post_if_she_agreed_and_never_by_email(smtp: MailServer, rai: Staff, agreed: bool) -> None:
    answers(rai, dr_grey_refers(may_have_copy=agreed))

    everything_that_left(smtp)
    assert {to for one in smtp.letters for to in one.recipients} == {DR_GREYS_EMAIL}
    copies = letters(LetterKind.COPY)
    assert len(copies) == agreed
    for copy in copies:
        assert copy.state is LetterState.TO_POST
        assert copy.contents.to == f"{PAT}, 2 Wherry Lane, Holt, NR25 6AB"
        assert copy.contents.paper is not None
        assert f"Copy for {PAT} 2 Wherry Lane" in pages(copy.contents.paper.pdf)[0]


def test_paper_is_never_sent_by_any_worker_and_is_posted_once(smtp: MailServer, rai: Staff) -> None:
    referral = answers(rai, dr_grey_refers(about_referrer={"email": AT_HOME}))
    [by_post] = letters(LetterKind.PAPER)
    outbox.deliver(by_post.id, clock.now() + timedelta(days=9))
    with pytest.raises(NoSuchLetter):
        settle(rai, referral.reference, referral.version, by_post.id, send_again=True)
    assert letters(LetterKind.PAPER)[0].state is LetterState.TO_POST

    referral = post(rai, referral.reference, referral.version, by_post.id)
    assert letters(LetterKind.PAPER)[0].state is LetterState.POSTED
    with pytest.raises(NoSuchLetter):
        post(rai, referral.reference, referral.version, by_post.id)
    assert not smtp.letters


def test_what_happened_stands_in_the_timeline_and_in_the_audit(rai: Staff) -> None:
    referral = answers(rai, dr_grey_refers(about_referrer={"email": AT_HOME}, may_have_copy=True))

    entries = db.session.scalars(select(Entry).where(Entry.enquiry_id == referral.id).order_by(Entry.id)).all()
    assert [entry.event for entry in entries][-3:] == [Event.WROTE_BACK, Event.ON_PAPER, Event.ON_PAPER]
    assert (entries[-3].detail, entries[-3].text, entries[-3].actor) == ("returned", ADVICE, rai)
    on_record = db.session.scalars(select(AuditEntry.event).where(AuditEntry.subject == referral.id)).all()
    assert on_record.count("referrer written to") == 1
    assert referral.first_contact_at is not None


def test_a_referral_that_needs_imaging_waits_for_dr_grey(rai: Staff) -> None:
    referral = dr_grey_refers()
    decide.claim(rai, referral.reference, referral.version)
    answered = answers(rai, referral, Answer(Answered.IMAGING_FIRST, "MRI of the neck."))

    assert answered.status is Status.WAITING_FOR_REFERRER


@pytest.mark.parametrize("answered", [one for one in Answered if one.is_clinical])
def test_lena_gives_no_clinical_advice(answered: Answered) -> None:
    with pytest.raises(OnlyAClinician):
        answers(hire(LENA), dr_grey_refers(), Answer(answered, ADVICE))
    assert not letters(LetterKind.ANSWER)


def test_lena_may_say_that_a_referral_is_accepted() -> None:
    answers(hire(LENA), dr_grey_refers(), ACCEPTED)
    assert letters(LetterKind.ANSWER)


def test_nobody_writes_over_what_they_have_not_read_or_about_who_is_not_theirs(rai: Staff) -> None:
    referral = dr_grey_refers()
    with pytest.raises(ChangedMeanwhile):
        answers(rai, referral, version=referral.version + 1)
    with pytest.raises(NoSuchEnquiry):
        answers(hire(NOOR), referral, ACCEPTED)
    own = pat_asks()
    with pytest.raises(NoSuchEnquiry):
        write_back(rai, own.reference, own.version, (DR_GREYS_EMAIL, True), RETURNED)
    assert not letters(LetterKind.ANSWER)


def test_a_referral_that_was_merged_into_pats_own_enquiry_is_answered_there(smtp: MailServer, rai: Staff) -> None:
    referral, own = dr_grey_refers(), pat_asks()
    merge.merge(rai, own.reference, own.version, referral.reference, referral.version)
    db.session.expire_all()  # as another request finds it
    version = db.session.get_one(Enquiry, own.id).version
    write_back(rai, own.reference, version, (DR_GREYS_EMAIL, True), RETURNED)

    assert f"About your referral, {referral.reference}" in everything_that_left(smtp)


def test_a_name_that_cannot_be_printed_stops_the_letter_in_words(rai: Staff) -> None:
    with pytest.raises(NoSuchSign):
        answers(rai, dr_grey_refers(name="王小明"))
    assert not letters(LetterKind.ANSWER)
