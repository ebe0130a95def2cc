"""The two clinics: who they are, where they are and the telephone that is always in sight."""

from dataclasses import dataclass
from enum import StrEnum

PRACTICE = "The London Norwich Spine Clinic"


class Clinic(StrEnum):
    """A clinic, by the word that stands in URLs and in the database."""

    LONDON = "london"
    NORWICH = "norwich"

    @property
    def facts(self) -> "ClinicFacts":
        return FACTS[self]

    @property
    def label(self) -> str:
        return self.facts.name


@dataclass(frozen=True)
class ClinicFacts:
    """What a visitor needs of one clinic. Source: the clinic's own web page."""

    name: str
    hospital: str
    address: tuple[str, ...]
    postcode: str
    telephone: str
    telephone_e164: str


FACTS = {
    Clinic.LONDON: ClinicFacts(
        name="London",
        hospital="Hospital of St John & St Elizabeth",
        address=("60 Grove End Road", "St John’s Wood", "London"),
        postcode="NW8 9NH",
        telephone="07776 511824",
        telephone_e164="+447776511824",
    ),
    Clinic.NORWICH: ClinicFacts(
        name="Norwich",
        hospital="Spire Norwich Hospital",
        address=("Old Watton Road", "Colney", "Norwich"),
        postcode="NR4 7TD",
        telephone="01603 505063",
        telephone_e164="+441603505063",
    ),
}
