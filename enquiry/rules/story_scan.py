"""Words in somebody's own story that may mean a red flag which the screen did not tell.

Source: clinical.md 2.4: a scan may raise, never lower. It is a fixed list of words that shows the matching row's
advice and asks a clinician to look; it reads nothing between the lines, and finding nothing means nothing.
"""

import re
import unicodedata

from enquiry.rules.red_flags import RedFlag, declared

_ROWS = {
    "row-1": r"numb(ness)?\s+(down\s+(below|there)|between\s+(my|the)\s+legs|bottom|groin|genital\w*)|saddle",
    "row-2": r"can(no|'| no)?t\s+(pee|wee|pass\s+(water|urine))|trouble\s+(peeing|weeing)|retention\s+of\s+urine",
    "row-3": r"incontinen\w+|soil(ed|ing)\s+myself|lost\s+control\s+of\s+my\s+bowels?|wet(ting)?\s+myself",
    "row-5": r"both\s+(my\s+)?legs",
    "row-6": r"foot\s+drop|drop(ped)?\s+foot|leg\s+(has\s+)?(given|giving)\s+way",
    "row-9": r"cancer|tumou?r|metasta\w+|chemotherapy|radiotherapy|myeloma",
    "row-10-mild": r"fever|shiver\w+|night\s+sweats",
    "row-13": r"chest\s+pain|can(no|'| no)?t\s+breathe",
    "row-19": r"suicid\w*|kill(ing)?\s+myself|end(ing)?\s+(it\s+all|my\s+life)|self[- ]harm\w*|harm(ing)?\s+myself",
}
_PATTERNS = {code: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for code, words in _ROWS.items()}


def scan(story: str) -> tuple[RedFlag, ...]:
    """Return the rows whose words stand in a story, the most urgent first; often wrongly, and that is meant."""
    plain = unicodedata.normalize("NFKC", story).replace("’", "'")
    return declared(code for code, pattern in _PATTERNS.items() if pattern.search(plain))
