"""Which clinic's queue an enquiry joins: the one that was chosen, or the nearer one.

Source: the two clinics' addresses. Postcode areas around Norwich go to Norwich and all others to London, whence
reception can transfer; where somebody lives further off, neither is near.
"""

import re

from enquiry.rules.clinics import Clinic

# Norwich, Ipswich, Peterborough, Cambridge, Colchester, Lincoln and Doncaster's neighbour Hull: the east of England.
NEARER_TO_NORWICH = frozenset({"NR", "IP", "PE", "CB", "CO", "LN", "DN", "HU"})


def queue_for(chosen: Clinic | None, postcode: str) -> Clinic:
    """Return the clinic for an enquiry.

    :param chosen: the clinic that the person named, or ``None`` for either.
    :param postcode: as typed; may be empty, and is looked at only for either.
    """
    return chosen or (Clinic.NORWICH if area_of(postcode) in NEARER_TO_NORWICH else Clinic.LONDON)


def area_of(postcode: str) -> str:
    """Return the letters with which a postcode begins, for example ``NR`` for ``nr4 7td``; empty if it has none."""
    letters = re.match(r"\s*([A-Za-z]{1,2})\s*\d", postcode)
    return letters[1].upper() if letters else ""
