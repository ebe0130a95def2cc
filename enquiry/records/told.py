"""What a person told us, as it is sealed: who the patient is, how to reach them, and what they ask."""

from dataclasses import dataclass
from datetime import date

from enquiry.rules import retention
from enquiry.rules.answers import Agreement, Day, Letter, Need, Operated, Paying, Place, Since, TimeOfDay, Visit
from enquiry.rules.callbacks import GoodTimes
from enquiry.rules.contact import Route
from enquiry.rules.red_flags import Cancer, RedFlag, declared
from enquiry.rules.spam import Sign


@dataclass(frozen=True)
class Patient:
    """Who the patient is."""

    name: str
    birth_date: date | None  # only a caller may not know it; who writes to us gives it
    called: str = ""  # the name that they like
    nhs_number: str = ""  # ten digits, where a referral brought it


@dataclass(frozen=True)
class Proxy:
    """Somebody who writes for the patient, and by what right."""

    name: str
    relationship: str
    agreement: Agreement
    may_be_told: bool  # whether the clinic may speak to them about the patient
    is_contact: bool  # whether the answer goes to them


@dataclass(frozen=True)
class Contact:
    """How the person may safely be reached; a question that was not asked yet when they wrote has a default."""

    preferred: Route
    email: str = ""
    telephone: str = ""  # E.164
    telephone_as_typed: str = ""
    voicemail_ok: bool = False
    avoid: str = ""
    needs: tuple[Need, ...] = ()
    language: str = ""  # of the interpreter
    proxy: Proxy | None = None
    good_days: tuple[Day, ...] = ()  # to ring
    good_times: tuple[TimeOfDay, ...] = ()

    @property
    def good_to_ring(self) -> GoodTimes:
        return GoodTimes(self.good_days, self.good_times)


@dataclass(frozen=True)
class SeenInHospital:
    """Where and when somebody with a red flag was seen and sent home."""

    hospital: str
    on: date


@dataclass(frozen=True)
class Request:
    """What the person asks, in their own words, with what they told the safety screen.

    What has a default was not always asked: an enquiry that is older than the question still opens.
    """

    about: str  # a condition's slug, or "not-sure"
    story: str
    days: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    red_flags: tuple[str, ...] = ()  # codes of rules.red_flags
    cancer: Cancer | None = None
    seen_in_hospital: SeenInHospital | None = None
    changed_answer: bool = False  # an emergency was shown to the same browser, and this is milder
    written: tuple[str, ...] = ()  # codes of the red flags whose words stand in the story or a message
    places: tuple[Place, ...] = ()
    since: Since | None = None
    is_worsening: bool | None = None
    operated: Operated | None = None
    visit: Visit | None = None
    dates_to_avoid: str = ""
    paying: Paying | None = None
    insurer: str = ""
    letter: Letter | None = None
    is_for_either_clinic: bool = False
    postcode: str = ""
    spam_signs: tuple[Sign, ...] = ()  # why it looks like spam, if it does

    @property
    def flags(self) -> tuple[RedFlag, ...]:
        """What the safety screen was told, the most urgent first."""
        return declared(self.red_flags)

    @property
    def flags_in_words(self) -> tuple[RedFlag, ...]:
        """What the words of the story may mean, the most urgent first."""
        return declared(self.written)

    @property
    def has_flags_told(self) -> bool:
        """Whether the safety screen was told something that a clinician must look at."""
        return any(flag.action.is_for_a_clinician for flag in self.flags)

    @property
    def has_flags_written(self) -> bool:
        """Whether words in the story or a message may mean something that a clinician must look at."""
        return any(flag.action.is_for_a_clinician for flag in self.flags_in_words)

    @property
    def is_flagged(self) -> bool:
        return self.has_flags_told or self.has_flags_written

    @property
    def has_cancer(self) -> bool:
        """Whether cancer was told of, or is what the person asks about."""
        is_told = self.cancer is not None and self.cancer.counts
        return is_told or retention.concerns_cancer(self.about, self.red_flags)
