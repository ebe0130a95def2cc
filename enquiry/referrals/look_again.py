"""What to look at again before a referral is sent: unusual, and no reason to refuse it (clinical.md 4.2)."""

from collections.abc import Callable, Iterator
from contextlib import suppress

from enquiry.referrals.fields import gmc_or_other
from enquiry.referrals.pages import Answers
from enquiry.rules import identifiers
from enquiry.rules.identifiers import Identifier, NotAnIdentifier

NHS_MAIL = "@nhs.net"

_READ: dict[str, Callable[[str], Identifier]] = {
    "registration": gmc_or_other,
    "ods_code": identifiers.ods,
    "postcode": identifiers.postcode,
}


def warnings_in(answers: Answers) -> Iterator[str]:
    """Yield a sentence for each thing that is unusual."""
    for said in answers.values():
        for question, read in _READ.items():
            with suppress(NotAnIdentifier):
                warning = read(said[question]).warning if said.get(question) else ""
                if warning:
                    yield f"{warning}: {said[question]}"
    replies_to = next((answers[page]["email"] for page in ("letter", "referrer") if page in answers), NHS_MAIL)
    if not replies_to.endswith(NHS_MAIL):
        yield "The address to reply to is not at nhs.net: we may ring, and write nothing about the patient to it"
