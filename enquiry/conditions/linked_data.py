"""What a page tells search engines about itself, in schema.org's words: plain facts, no reviews and no promises."""

from typing import Any

from enquiry.conditions.catalogue import Condition
from enquiry.rules.clinics import PRACTICE, Clinic

_SCHEMA = "https://schema.org"


def of_condition(condition: Condition, url: str) -> dict[str, Any]:
    """Return the description of a condition's page; it names a review only once a clinician has signed."""
    described = {
        "@context": _SCHEMA,
        "@type": "MedicalWebPage",
        "name": condition.title,
        "description": condition.summary,
        "url": url,
        "inLanguage": "en-GB",
        "about": {
            "@type": "MedicalCondition",
            "name": condition.title,
            "alternateName": [condition.medical_name, *condition.other_names],
        },
        "publisher": {"@type": "MedicalOrganization", "name": PRACTICE},
    }
    if condition.signed_off_by and condition.signed_off_on:
        described["lastReviewed"] = condition.signed_off_on.isoformat()
        described["reviewedBy"] = {"@type": "Person", "name": condition.signed_off_by}
    return described


def of_clinics(url: str) -> dict[str, Any]:
    """Return the description of the two clinics, for the home page."""
    return {"@context": _SCHEMA, "@graph": [_of_clinic(clinic, url) for clinic in Clinic]}


def _of_clinic(clinic: Clinic, url: str) -> dict[str, Any]:
    facts = clinic.facts
    street, *area = facts.address
    return {
        "@type": "MedicalClinic",
        "name": f"{PRACTICE}, {facts.name}",
        "url": f"{url}/clinics/{clinic}",
        "telephone": facts.telephone_e164,
        "address": {
            "@type": "PostalAddress",
            "name": facts.hospital,
            "streetAddress": street,
            "addressLocality": ", ".join(area),
            "postalCode": facts.postcode,
            "addressCountry": "GB",
        },
    }
