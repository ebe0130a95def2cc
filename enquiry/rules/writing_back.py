"""What the clinic writes back to whoever referred a patient, and who may write it.

Source: clinical.md 7.3 (outcomes; reception gives no clinical advice). What is stored is the word; once given, never
changed.
"""

from enquiry.rules.answers import Answer
from enquiry.rules.permissions import Role


class Answered(Answer):
    """The clinic's answer to a referral."""

    ACCEPTED = "accepted", "Accepted, with a date"
    IMAGING_FIRST = "imaging-first", "Imaging is needed first"
    RETURNED = "returned", "Returned with advice"
    EMERGENCY = "emergency", "Sent to emergency care"

    @property
    def is_clinical(self) -> bool:
        """Whether it says anything that only a clinician may say."""
        return self is not Answered.ACCEPTED

    @property
    def needs_date(self) -> bool:
        return self is Answered.ACCEPTED

    @property
    def waits_for_referrer(self) -> bool:
        """Whether it is the referrer's turn after it."""
        return self is Answered.IMAGING_FIRST


def may_write(answered: Answered, roles: frozenset[Role]) -> bool:
    """Return whether a person with these roles may write this answer."""
    return Role.CLINICIAN in roles or not answered.is_clinical
