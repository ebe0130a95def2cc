"""What a consultation costs, told before it takes place, and the clinic's own words for it.

Source: Private Healthcare Market Investigation Order 2014, article 22: in writing before an outpatient consultation
(its cost, the consultant's interests in the place, insurers, and where to compare), and by word of mouth where it is at
short notice. The clinic's approved text is its own to give; until a manager has, the letter has gaps, and one with a
gap is not sent.
"""

import re
from collections.abc import Mapping

from sqlalchemy import select

from enquiry import audit, caseload, clock, diary, letters, outbox
from enquiry.appointments.arrange import HasNone, NoAddress, NotArranged, all_or_nothing
from enquiry.audit import AuditEvent
from enquiry.database import begin_writing
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.letter import LetterKind
from enquiry.records.setting import Setting
from enquiry.records.staff import Staff
from enquiry.records.timeline import Event, happened
from enquiry.rules.appointments import FeesBy
from enquiry.rules.clinics import Clinic

GAP = re.compile(r"\[[^\]]*\]")

WITH_GAPS = """\
The first consultation: [its fee, or from … to …, and what makes it more or less]

A further consultation: [its fee]

[The consultant’s financial interests in this hospital and its equipment, or that there are none]

[The insurers that recognise the consultant]

If you are insured, please ask your insurer before you come what your policy covers, above all for outpatient care.

You can compare hospitals and consultants at www.phin.org.uk, an independent source of information.
"""


class HasGaps(NotArranged):
    """Raised when a letter is to go in which something is still to be filled in."""


def words_for(clinic: Clinic) -> str:
    """Return a clinic's own words about fees, or what it has to fill in."""
    setting = db.session.get(Setting, _name(clinic))
    return setting.value if setting else WITH_GAPS


def all_words() -> dict[Clinic, str]:
    """Return every clinic's words about fees."""
    names = {_name(clinic): clinic for clinic in Clinic}
    found = db.session.scalars(select(Setting).where(Setting.name.in_(names)))
    return dict.fromkeys(Clinic, WITH_GAPS) | {names[one.name]: one.value for one in found}


def set_words(actor: Staff, words: Mapping[Clinic, str]) -> None:
    """Set the words about fees with which letters of each clinic begin; those that went stay as they were."""
    begin_writing()
    for clinic, text in words.items():
        db.session.merge(Setting(name=_name(clinic), value=text))
    audit.record(actor, AuditEvent.FEE_WORDS_SET)
    db.session.commit()


@all_or_nothing()
def tell_fees(actor: Staff, reference: str, version: int, by: FeesBy, text: str) -> Enquiry:
    """Write down that the fees of the appointment that stands were told, and send the letter if it goes by email.

    :param text: of the letter.
    :raises HasNone: when no appointment stands.
    :raises HasGaps, NoAddress: when a letter cannot go.
    :raises NoSuchEnquiry, ChangedMeanwhile: as for every verb on an enquiry.
    """
    enquiry = caseload.take_to_change(actor, reference, version)
    at, appointment, is_letter = clock.now(), diary.standing(enquiry), by is FeesBy.EMAIL
    if appointment is None:
        raise HasNone
    if is_letter and not enquiry.contact.email:
        raise NoAddress
    if is_letter and GAP.search(text):
        raise HasGaps
    appointment.fees_told_at = at
    words = letters.fees(enquiry, appointment, text, actor) if is_letter else None
    letter = outbox.queue(enquiry, LetterKind.FEES, words, at) if words else None
    happened(enquiry, Event.FEES_TOLD, at, actor, detail=by.value, text=text if is_letter else "", letter=letter)
    audit.record(actor, AuditEvent.FEES_TOLD, enquiry.id)
    db.session.commit()
    return enquiry


def _name(clinic: Clinic) -> str:
    return f"fees.{clinic}"
