"""The fixed answers among which somebody chooses, each with the words that stand on the page.

Source: clinical.md 7.1. What is stored is the word; once given, never changed: stored enquiries use it.
"""

from enum import StrEnum
from typing import Self

NONE_OF_THESE = "none"  # among boxes to tick; it stands alone


class Answer(StrEnum):
    """A question's answers; a member is its word and its label."""

    label: str

    def __new__(cls, word: str, label: str = "") -> Self:
        answer = str.__new__(cls, word)
        answer._value_, answer.label = word, label
        return answer


class ForWhom(Answer):
    """For whom an enquiry is."""

    ME = "me", "Me"
    SOMEONE_ELSE = "someone-else", "Someone else"


class Agreement(Answer):
    """By what right somebody asks for another person."""

    AGREES = "agrees", "Yes, they know and agree"
    AUTHORITY = "authority", "I am their parent or have legal authority to decide for them"
    CANNOT_AGREE = "cannot-agree", "They cannot agree"


class WhoToContact(Answer):
    """Whom the clinic answers when somebody asks for another person."""

    PATIENT = "patient", "The patient"
    WRITER = "writer", "Me"


class Need(Answer):
    """Support that somebody needs to be answered and seen (DAPB1605, Accessible Information)."""

    INTERPRETER = "interpreter", "An interpreter"
    BSL = "bsl", "British Sign Language"
    LARGE_PRINT = "large-print", "Large print"
    EASY_READ = "easy-read", "Easy Read"
    WHEELCHAIR = "wheelchair", "Wheelchair access"
    CARER = "carer", "A carer who comes along"
    TEXT_RELAY = "text-relay", "Text relay"


class Place(Answer):
    """Where it hurts."""

    NECK = "neck", "Neck"
    MIDDLE = "middle", "Middle of the back"
    LOWER = "lower", "Lower back"
    LEFT_ARM = "left-arm", "Left arm"
    RIGHT_ARM = "right-arm", "Right arm"
    LEFT_LEG = "left-leg", "Left leg"
    RIGHT_LEG = "right-leg", "Right leg"


class Since(Answer):
    """When it began: two weeks and six weeks are where clinicians draw lines (clinical.md 7.1)."""

    DAYS = "days", "Less than 2 weeks ago"
    WEEKS = "weeks", "2 to 6 weeks ago"
    MONTHS = "months", "More than 6 weeks ago"
    YEARS = "years", "More than a year ago"
    NOTHING = "nothing", "I have no pain or other trouble"


class Operated(Answer):
    """Whether somebody had an operation on the spine before."""

    HERE = "here", "Yes, at this clinic"
    ELSEWHERE = "elsewhere", "Yes, somewhere else"
    NEVER = "never", "No"


class Visit(Answer):
    """How somebody would like to be seen."""

    IN_PERSON = "in-person", "In person"
    VIDEO = "video", "By video"
    EITHER = "either", "Either"


class Paying(Answer):
    """Who pays."""

    SELF = "self", "I pay myself"
    INSURER = "insurer", "My insurer pays"
    NHS = "nhs", "The NHS pays"
    LEGAL = "legal", "It is for a legal case"
    NOT_SURE = "not-sure", "I am not sure"


class Letter(Answer):
    """Whether there is a letter of referral; most insurers ask for one."""

    YES = "yes", "Yes"
    NO = "no", "No"
    ASKED = "asked", "I have asked for one"


class Day(Answer):
    """A working day that suits somebody."""

    MONDAY = "monday", "Monday"
    TUESDAY = "tuesday", "Tuesday"
    WEDNESDAY = "wednesday", "Wednesday"
    THURSDAY = "thursday", "Thursday"
    FRIDAY = "friday", "Friday"


class TimeOfDay(Answer):
    """A part of the day that suits somebody; midday parts them."""

    MORNING = "morning", "Morning"
    AFTERNOON = "afternoon", "Afternoon"
