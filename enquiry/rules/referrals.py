"""The words of a referral: who refers, with whose consent, how soon, and what was asked about red flags.

Source: clinical.md 2.3, 4.1 and 7.2. What is stored is the word; once given, never changed: stored referrals use it.
"""

import re
from dataclasses import dataclass

from enquiry.rules import red_flags
from enquiry.rules.answers import Answer, Paying
from enquiry.rules.red_flags import Cancer, RedFlag
from enquiry.rules.urgency import Urgency


class Post(Answer):
    """As what somebody refers."""

    GP = "gp", "GP"
    DOCTOR = "doctor", "Another doctor"
    PHYSIOTHERAPIST = "physiotherapist", "Physiotherapist"
    NURSE = "nurse", "Nurse or advanced practitioner"
    OTHER = "other", "Another clinician"

    @property
    def is_doctor(self) -> bool:
        """Doctors give their GMC number; others that of their own regulator."""
        return self in (Post.GP, Post.DOCTOR)


class Consent(Answer):
    """By what right the patient is referred."""

    AGREES = "agrees", "The patient agrees to the referral and to sharing this information"
    BEST_INTERESTS = "best-interests", "The patient cannot decide: it is in their best interests"


class Priority(Answer):
    """How soon the referrer would like the patient seen (e-RS: ROUTINE, URGENT, TWO_WEEK_WAIT)."""

    ROUTINE = "routine", "Routine"
    URGENT = "urgent", "Urgent: within 2 weeks"
    SUSPECTED_CANCER = "suspected-cancer", "Suspected cancer"

    @property
    def urgency(self) -> Urgency:
        """The least urgency with which it arrives."""
        return Urgency.ROUTINE if self is Priority.ROUTINE else Urgency.URGENT


class Wish(Answer):
    """What the referrer asks for."""

    OPINION = "opinion", "An opinion and a plan"
    SURGERY = "surgery", "To consider an operation"
    INJECTION = "injection", "To consider an injection"
    SECOND_OPINION = "second-opinion", "A second opinion"
    ADVICE = "advice", "Advice to us, without an appointment"


class Sex(Answer):
    """The sex that stands in the practice's record."""

    FEMALE = "female", "Female"
    MALE = "male", "Male"
    OTHER = "other", "Other, or not recorded"


class Smoking(Answer):
    """Whether somebody smokes."""

    NEVER = "never", "Never"
    STOPPED = "stopped", "Stopped"
    SMOKES = "smokes", "Smokes"


class Diabetes(Answer):
    """Whether somebody has diabetes."""

    NONE = "none", "No"
    TYPE_1 = "type-1", "Type 1"
    TYPE_2 = "type-2", "Type 2"


# Who pays, as a referrer says it.
PAYING = {
    Paying.SELF: "The patient",
    Paying.INSURER: "An insurer",
    Paying.NHS: "The NHS",
    Paying.LEGAL: "It is for a legal case",
    Paying.NOT_SURE: "Not known",
}


def is_bmi(typed: str) -> bool:
    """Return whether what was typed can be somebody's body mass index."""
    return bool(re.fullmatch(r"[0-9]{2}(\.[0-9]+)?", typed)) and 10 <= float(typed) <= 80


def is_blood_pressure(typed: str) -> bool:
    """Return whether what was typed can be somebody's blood pressure, the higher number first."""
    found = re.fullmatch(r"([0-9]{2,3}) ?/ ?([0-9]{2,3})", typed)
    return found is not None and 50 <= int(found[1]) <= 300 and 20 <= int(found[2]) < int(found[1])


class WasAsked(Answer):
    """What came of asking about a red flag; "not asked" is allowed, and the case says so."""

    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_ASKED = "not-asked", "Not asked"


@dataclass(frozen=True)
class Sign:
    """A row of the red-flag table: its word, what is asked, and the row of the patients' screen that it stands for."""

    word: str
    says: str
    flag: str = ""  # a code of rules.red_flags; the history of cancer has none of its own


CANCER_EVER = "cancer-ever"

SIGNS = (
    Sign("saddle", "Changed sensation in the saddle area", "row-1"),
    Sign("bladder", "New bladder dysfunction", "row-2"),
    Sign("bowel", "New bowel dysfunction", "row-3"),
    Sign("sexual", "New loss of sexual function", "row-4"),
    Sign("both-legs", "Pain, numbness or weakness in both legs", "row-5"),
    Sign("weakness", "Power of 3/5 or less, or falling", "row-6"),
    Sign("myelopathy", "Signs of cord compression in the neck, slowly changing", "row-7-slow"),
    Sign(CANCER_EVER, "Cancer, now or ever"),
    Sign("cancer-pain", "Cancer with spinal pain that grows, is severe, or is worse at night", "row-9"),
    Sign("infection", "Fever, or a risk of spinal infection", "row-10-mild"),
    Sign("fracture", "Osteoporosis or steroids, and sudden pain after little force", "row-12"),
    Sign("unwell", "Weight loss, or pain at night or at rest that does not ease", "row-16"),
)
SIGN_BY_WORD = {sign.word: sign for sign in SIGNS}


@dataclass(frozen=True)
class SignAsked:
    """One row of the table as it was answered."""

    word: str
    answer: WasAsked

    @property
    def says(self) -> str:
        return SIGN_BY_WORD[self.word].says


def told(signs: tuple[SignAsked, ...], priority: Priority) -> tuple[tuple[RedFlag, ...], Cancer | None]:
    """Return what the table amounts to by the rules of the patients' screen, and what it says of cancer.

    What is an emergency by it never comes as far as this (rules.referral_safety). Suspected cancer counts as not being
    sure of it. A referral without the table tells nothing of cancer otherwise.
    """
    found = {asked.word for asked in signs if asked.answer is WasAsked.YES}
    answers = {asked.word: asked.answer for asked in signs}
    cancer = {WasAsked.YES: Cancer.YES, WasAsked.NO: Cancer.NO}.get(answers.get(CANCER_EVER, WasAsked.NOT_ASKED))
    if "cancer-pain" in found:
        cancer = Cancer.YES
    if priority is Priority.SUSPECTED_CANCER and cancer is not Cancer.YES:
        cancer = Cancer.NOT_SURE
    codes = {SIGN_BY_WORD[word].flag for word in found} - {""}
    return red_flags.told(codes, cancer or Cancer.NO), cancer
