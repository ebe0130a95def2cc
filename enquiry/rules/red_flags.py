"""The safety screen: what nobody may wait in a queue with, and where to go instead.

Source: clinical.md 2.1 (row numbers below) and 2.4. A fixed list with fixed advice: it works nothing out, scores
nothing and never says that somebody is safe. The wording awaits clinical sign-off.

Why so long: it is a clinician's table, and a table is checked in one piece.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What to do, the most urgent first."""

    CALL_999 = "call-999"
    GO_TO_A_AND_E = "go-to-a-and-e"
    SAME_DAY = "same-day"

    @property
    def is_emergency(self) -> bool:
        """An emergency is never accepted as an enquiry; same-day advice may be followed by one."""
        return self is not Action.SAME_DAY


class Group(StrEnum):
    """The four short blocks in which the screen asks."""

    BLADDER = "Bladder, bowel and numbness"
    LIMBS = "Legs, arms and walking"
    ILLNESS = "Cancer and illness"
    INJURY = "Injury and anything else"


@dataclass(frozen=True)
class RedFlag:
    """One row of the screen: what the patient says, what to do, and what to tell whoever answers."""

    row: int
    group: Group
    says: str
    action: Action
    advice: str
    tell_them: str
    source: str

    @property
    def code(self) -> str:
        """The word that stands for this row in a form."""
        return f"row-{self.row}"

    @property
    def first_thing_to_do(self) -> str:
        """The advice's first sentence, without its full stop: a heading."""
        return self.advice.partition(".")[0]

    @property
    def then(self) -> str:
        """The rest of the advice; empty when there is no more to say."""
        return self.advice.partition(".")[2].strip()


NONE_OF_THESE = "none"

_A_AND_E_NOW = "Call 999 or go to A&E now. Do not drive yourself. You may need an urgent MRI scan."
_TELL_CES = "“I may have cauda equina syndrome.”"

RED_FLAGS = (
    RedFlag(
        1,
        Group.BLADDER,
        "Numbness, tingling or a changed feeling around my genitals, back passage, buttocks or inner thighs",
        Action.CALL_999,
        _A_AND_E_NOW,
        _TELL_CES,
        "NHS back pain; MACP cauda equina card; GIRFT",
    ),
    RedFlag(
        2,
        Group.BLADDER,
        "New trouble starting, feeling, stopping or holding my urine, or I cannot tell whether my bladder is full",
        Action.CALL_999,
        _A_AND_E_NOW,
        _TELL_CES,
        "NHS back pain; MACP cauda equina card; GIRFT",
    ),
    RedFlag(
        3,
        Group.BLADDER,
        "I have lost control of my bowels, leak, or cannot feel when I pass a stool",
        Action.CALL_999,
        _A_AND_E_NOW,
        "“I may have cauda equina syndrome or pressure on my spinal cord.”",
        "NHS back pain; MACP cauda equina card; GIRFT",
    ),
    RedFlag(
        4,
        Group.BLADDER,
        "New loss of erection, ejaculation or genital feeling, with back or leg pain",
        Action.GO_TO_A_AND_E,
        "Go to A&E now.",
        _TELL_CES,
        "MACP cauda equina card; GIRFT",
    ),
    RedFlag(
        5,
        Group.LIMBS,
        "Pain, tingling, weakness or numbness in both legs",
        Action.CALL_999,
        _A_AND_E_NOW,
        _TELL_CES,
        "NHS back pain",
    ),
    RedFlag(
        6,
        Group.LIMBS,
        "New or fast-worsening weakness in a leg or an arm, or a foot that drops",
        Action.GO_TO_A_AND_E,
        "Go to A&E today. Ask for the on-call spinal team.",
        "“I have new weakness; a nerve or my spinal cord may be squeezed.”",
        "NHS Lothian; Manchester",
    ),
    RedFlag(
        7,
        Group.LIMBS,
        "New or quickly worse: clumsy hands, dropping things, unsteady or stiff walking, falls or numb limbs",
        Action.GO_TO_A_AND_E,
        "Call 111 or go to A&E today.",
        "“My spinal cord may be squeezed in my neck.”",
        "NHS inform; Royal Free",
    ),
    RedFlag(
        8,
        Group.ILLNESS,
        "I have ever had cancer, and now have weakness, numbness, trouble walking, a bladder or bowel change, "
        "or a band-like or shooting pain",
        Action.CALL_999,
        "Ring your cancer helpline at once. If you have none, or nobody answers, call 999 or go to A&E now.",
        "“I have had cancer; my spinal cord may be squeezed.”",
        "NICE NG234 1.3.2, 1.5.2",
    ),
    RedFlag(
        9,
        Group.ILLNESS,
        "I have ever had cancer, and now have pain in my neck or upper or middle back, or pain that is severe, "
        "growing, or worse at night, lying down or straining",
        Action.SAME_DAY,
        "Ring your cancer team or its helpline today. A weekend is no reason to wait.",
        "“I have had cancer and have new pain in my spine.”",
        "NICE NG234; GPnotebook",
    ),
    RedFlag(
        10,
        Group.ILLNESS,
        "Pain in my spine with fever, shivering, confusion or feeling very ill",
        Action.CALL_999,
        "If you feel very ill, confused, weak or numb, call 999. Otherwise call 111 or your GP now; "
        "do not wait until tomorrow.",
        "“I may have an infection in my spine.”",
        "NHS back pain; Yusuf 2019",
    ),
    RedFlag(
        11,
        Group.INJURY,
        "It began after a road crash, a fall from a height or a serious blow",
        Action.CALL_999,
        "Call 999. Keep still until help comes.",
        "“I may have broken my spine.”",
        "NHS back pain",
    ),
    RedFlag(
        12,
        Group.INJURY,
        "I am over 50, or have weak bones or take steroids, and the pain came suddenly after a small fall, "
        "bend or lift, or I have a new stoop",
        Action.SAME_DAY,
        "See your GP, call 111 or go to an urgent treatment centre today. With any weakness or numbness, go to A&E.",
        "“I may have broken a bone in my spine.”",
        "G-care",
    ),
    RedFlag(
        13,
        Group.INJURY,
        "Back pain with chest pain or trouble breathing",
        Action.CALL_999,
        "Call 999 now.",
        "“I have back pain with chest pain or breathlessness.”",
        "NHS back pain",
    ),
    RedFlag(
        14,
        Group.INJURY,
        "Sudden severe tummy and back pain, a collapse, or an aneurysm that I have been told about",
        Action.CALL_999,
        "Call 999 now.",
        "“A blood vessel in my tummy may have burst.”",
        "NHS abdominal aortic aneurysm",
    ),
    RedFlag(
        15,
        Group.INJURY,
        "Sudden severe new neck pain or headache with dizziness, a drooping face, or trouble speaking or seeing",
        Action.CALL_999,
        "Call 999 now.",
        "“I may be having a stroke.”",
        "Borders; NHS stroke",
    ),
    RedFlag(
        16,
        Group.ILLNESS,
        "Weight loss without trying, a lump or a changed shape, or pain at night or at rest that does not ease",
        Action.SAME_DAY,
        "See your GP urgently or call 111.",
        "“I have back pain with weight loss, a lump, or pain that does not ease.”",
        "NHS back pain",
    ),
    RedFlag(
        17,
        Group.INJURY,
        "A recent spine operation, and now a leaking wound, fever, new weakness or numbness, a bladder change, "
        "a swollen calf or chest pain",
        Action.CALL_999,
        "With chest pain call 999. Otherwise ring the 24-hour line of the hospital that operated, or go to A&E now.",
        "“I have had a spine operation and am getting worse.”",
        "Spire 24-hour line; general guidance",
    ),
    RedFlag(
        19,
        Group.INJURY,
        "Thoughts of ending my life or of harming myself",
        Action.CALL_999,
        "Call 999 if you are in danger now. Call 111 and choose option 2 to speak to a mental health nurse, "
        "or ring Samaritans on 116 123, day or night.",
        "“I am having thoughts of ending my life.”",
        "NHS 111; Samaritans",
    ),
)

BY_CODE = {flag.code: flag for flag in RED_FLAGS}


def declared(codes: Iterable[str]) -> tuple[RedFlag, ...]:
    """Return the rows that somebody ticked, the most urgent first.

    :raises KeyError: for a code that no row has.
    """
    urgency = list(Action)
    return tuple(sorted((BY_CODE[code] for code in codes), key=lambda flag: (urgency.index(flag.action), flag.row)))


def is_emergency(flags: Iterable[RedFlag]) -> bool:
    """Return whether any row forbids taking an enquiry."""
    return any(flag.action.is_emergency for flag in flags)
