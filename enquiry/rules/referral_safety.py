"""What a clinician is stopped for: emergencies that no outpatient referral may delay, each with its route.

Source: clinical.md 2.3 and 7.2 (GIRFT's national cauda equina pathway; NICE NG234; Manchester). A fixed list with fixed
routes, as the patients' screen is. The wording awaits clinical sign-off.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from enquiry.rules.answers import NONE_OF_THESE


@dataclass(frozen=True)
class Emergency:
    """One row: what the clinician found, where the patient goes, what to say there, and what need not be done first."""

    word: str
    says: str
    route: str
    tell_them: str
    besides: str
    source: str
    row: str  # of the patients' screen (rules.red_flags), under which it is counted


_CES = "Suspected cauda equina syndrome, for an emergency MRI."
_CES_ROUTE = "Send to an emergency department with MRI now, on suspicion."
_CES_BESIDES = (
    "No single symptom makes the diagnosis, and a normal examination does not exclude it. A rectal examination is not "
    "needed in the community. After a telephone assessment do not wait to examine first. Give the patient a cauda "
    "equina card."
)
_CES_SOURCE = "National cauda equina pathway (GIRFT)"

EMERGENCIES = (
    Emergency("saddle", "Changed sensation in the saddle area", _CES_ROUTE, _CES, _CES_BESIDES, _CES_SOURCE, "row-1"),
    Emergency(
        "bladder", "New bladder, bowel or sexual dysfunction", _CES_ROUTE, _CES, _CES_BESIDES, _CES_SOURCE, "row-2"
    ),
    Emergency(
        "both-legs",
        "Neurological deficit or nerve pain in both legs",
        _CES_ROUTE,
        _CES,
        _CES_BESIDES,
        _CES_SOURCE,
        "row-5",
    ),
    Emergency(
        "weakness",
        "Power of 3/5 or less in any limb, or falling; hands, walking or balance quickly worse",
        "Ring the on-call spinal team, or send to an emergency department, today.",
        "Progressive neurological deficit, for an emergency MRI.",
        "Say since when, and the power that you found.",
        "Manchester; NHS Lothian; Royal Free",
        "row-6",
    ),
    Emergency(
        "cancer",
        "Cancer, now or ever, with any neurological symptom or sign",
        "Ring the metastatic spinal cord compression coordinator at once; if nobody answers, send to an emergency "
        "department.",
        "Suspected metastatic spinal cord compression.",
        "Ask the coordinator about dexamethasone 16 mg. MRI as soon as possible, and always within 24 hours.",
        "NICE NG234, 1.5.2 and 1.8.1",
        "row-8",
    ),
    Emergency(
        "sepsis",
        "Sepsis, or fever with spinal pain and any neurological sign",
        "Call 999.",
        "Suspected spinal infection.",
        "The absence of fever does not exclude it.",
        "NHS back pain; Yusuf 2019",
        "row-10",
    ),
)
BY_WORD = {emergency.word: emergency for emergency in EMERGENCIES}

# Which emergency a "yes" in the red-flag table is: there it is asked once more, row by row.
OF_SIGNS = {
    "saddle": "saddle",
    "bladder": "bladder",
    "bowel": "bladder",
    "sexual": "bladder",
    "both-legs": "both-legs",
    "weakness": "weakness",
}


def ticked(words: Iterable[str]) -> tuple[Emergency, ...]:
    """Return the emergencies that were ticked, in the order of the list.

    :raises KeyError: for a word that stands for none.
    """
    chosen = {BY_WORD[word].word for word in words if word != NONE_OF_THESE}
    return tuple(emergency for emergency in EMERGENCIES if emergency.word in chosen)


def among_signs(found: Iterable[str]) -> tuple[Emergency, ...]:
    """Return the emergencies in a red-flag table.

    Cancer with signs of cord compression is one by the rule of the patients' screen (clinical.md 2.2, rule 3).

    :param found: the words of the rows that were answered with yes.
    """
    words = set(found)
    amount = {OF_SIGNS[word] for word in words if word in OF_SIGNS}
    if "myelopathy" in words and words & {"cancer-ever", "cancer-pain"}:
        amount.add("cancer")
    return ticked(amount)
