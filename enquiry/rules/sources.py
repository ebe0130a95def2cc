"""The ways by which an enquiry comes to the clinic."""

from enum import StrEnum


class Source(StrEnum):
    """How an enquiry came."""

    WEB = "web"
    TELEPHONE = "telephone"
    REFERRAL = "referral"

    @property
    def label(self) -> str:
        return {
            Source.WEB: "By the form on this site",
            Source.TELEPHONE: "By telephone",
            Source.REFERRAL: "By a referral",
        }[self]
