"""The safety screen: what nobody may wait in a queue with, and where to go instead.

Source: clinical.md 2.1 (row numbers below) and 2.4. A fixed list with fixed advice: it works nothing out, scores
nothing and never says that somebody is safe. The wording awaits clinical sign-off.

Why so long: it is a clinician's table, and a table is checked in one piece.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from enquiry.rules.answers import NONE_OF_THESE


class Action(StrEnum):
    """What to do, the most urgent first."""

    CALL_999 = "call-999"
    GO_TO_A_AND_E = "go-to-a-and-e"
    SAME_DAY = "same-day"
    CLINICIAN_TODAY = "clinician-today"
    SEE_GP = "see-gp"

    @property
    def is_emergency(self) -> bool:
        """An emergency is never accepted as an enquiry; other advice may be followed by one."""
        return self in (Action.CALL_999, Action.GO_TO_A_AND_E)

    @property
    def is_for_a_clinician(self) -> bool:
        """Whether a clinician must look at the enquiry on the same working day."""
        return self is not Action.SEE_GP


class Cancer(StrEnum):
    """Whether somebody has ever had cancer; past counts as much as present (NICE NG234)."""

    YES = "yes"
    NO = "no"
    NOT_SURE = "not-sure"

    @property
    def label(self) -> str:
        return {Cancer.YES: "Yes", Cancer.NO: "No", Cancer.NOT_SURE: "I am not sure"}[self]

    @property
    def counts(self) -> bool:
        """Not being sure counts as yes."""
        return self is not Cancer.NO


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
    variant: str = ""  # a row of the table that asks twice, such as "slow"

    @property
    def code(self) -> str:
        """The word that stands for this row in a form; once given, never changed: stored enquiries use it."""
        return f"row-{self.row}-{self.variant}" if self.variant else f"row-{self.row}"

    @property
    def first_thing_to_do(self) -> str:
        """The advice's first sentence, without its full stop: a heading."""
        return self.advice.partition(".")[0]

    @property
    def then(self) -> str:
        """The rest of the advice; empty when there is no more to say."""
        return self.advice.partition(".")[2].strip()


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
        7,
        Group.LIMBS,
        "For months, and only slowly changing: clumsy hands, unsteady or stiff walking, or numb limbs",
        Action.CLINICIAN_TODAY,
        "You can carry on. If it becomes quickly worse, call 111 or go to A&E the same day and do not wait for us.",
        "“My spinal cord may be squeezed in my neck.”",
        "Manchester; NHS inform",
        variant="slow",
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
        "Pain in my spine, and I feel very ill, confused, weak or numb, with or without a fever",
        Action.CALL_999,
        "Call 999 now.",
        "“I may have an infection in my spine.”",
        "NHS back pain; Yusuf 2019",
    ),
    RedFlag(
        10,
        Group.ILLNESS,
        "Pain in my spine with a fever or shivering; or with weak immunity, diabetes, dialysis, injected drugs, "
        "or a recent infection, operation or injection in the spine",
        Action.SAME_DAY,
        "Call 111 or see your GP today. An infection of the spine can be there without a fever.",
        "“I may have an infection in my spine.”",
        "NHS back pain; Yusuf 2019; Borders",
        variant="mild",
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
    RedFlag(
        20,
        Group.ILLNESS,
        "Back pain that began before I was 45, has lasted over three months, eases when I move, and wakes me "
        "in the second half of the night",
        Action.SEE_GP,
        "Ask your GP about a referral to a rheumatologist. It may come from inflammation, which other doctors treat.",
        "“My back pain may be inflammatory.”",
        "NICE NG65",
    ),
)

# Not a box to tick: what having had cancer makes of a complaint that ticks no other row (clinical.md 2.2, rule 3).
CANCER_HISTORY = RedFlag(
    9,
    Group.ILLNESS,
    "I have had cancer, or am not sure whether I have",
    Action.CLINICIAN_TODAY,
    "You can carry on. If the pain becomes severe, grows, or is worse at night, ring your cancer team the same day.",
    "“I have had cancer and have pain in my spine.”",
    "NICE NG234",
    variant="history",
)

_NERVE_ROWS = frozenset({"row-7-slow"})  # the other nerve rows are emergencies by themselves
_PAIN_ROWS = frozenset({"row-12", "row-16"})
_ALWAYS_NOW = frozenset({13, 14, 15, 19})  # by number

BY_CODE = {flag.code: flag for flag in (*RED_FLAGS, CANCER_HISTORY)}


def declared(codes: Iterable[str]) -> tuple[RedFlag, ...]:
    """Return the rows that these codes stand for, the most urgent first.

    :raises KeyError: for a code that no row has.
    """
    urgency = list(Action)
    return tuple(sorted((BY_CODE[code] for code in codes), key=lambda flag: (urgency.index(flag.action), flag.row)))


def told(ticked: Iterable[str], cancer: Cancer) -> tuple[RedFlag, ...]:
    """Return what somebody's answers amount to, with what having had cancer makes of them, the most urgent first.

    Source: clinical.md 2.2, rule 3: cancer with any nerve row is an emergency (row 8); with a pain row, row 9; with any
    other complaint of the spine, a clinician looks the same working day.
    """
    codes = set(ticked) - {NONE_OF_THESE}
    if cancer.counts:
        codes.add(_made_by_cancer(codes))
    return declared(codes)


def _made_by_cancer(codes: set[str]) -> str:
    if codes & _NERVE_ROWS:
        return "row-8"
    return "row-9" if codes & _PAIN_ROWS else CANCER_HISTORY.code


def is_emergency(flags: Iterable[RedFlag]) -> bool:
    """Return whether any row forbids taking an enquiry."""
    return any(flag.action.is_emergency for flag in flags)


def may_be_declared(flags: Iterable[RedFlag]) -> bool:
    """Return whether somebody whom a hospital sent home with these rows may still ask (clinical.md 2.4).

    Why not all: chest pain, a burst vessel, a stroke and thoughts of suicide that are there now need help now, whatever
    a hospital said weeks ago, and nothing that a spine clinic does comes before it.
    """
    return not {flag.row for flag in flags} & _ALWAYS_NOW
