"""One deed on several enquiries: each by the same verb as on its case and in a transaction of its own, each answered.

Why not all or none: one row that somebody else was quicker with must not undo twenty others, and whoever ticked them
reads which it was and why.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from enquiry import caseload
from enquiry.caseload import ChangedMeanwhile, NoSuchEnquiry
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.sealing import SealBroken
from enquiry.triage.refusals import NotNow

Refusals = Mapping[type[Exception], str]
Said = Callable[[Enquiry], str]

ALWAYS: Refusals = {
    NoSuchEnquiry: "There is no such enquiry here now",
    ChangedMeanwhile: "Somebody changed it after you looked: open it and see",
    SealBroken: "It cannot be opened safely",
}


class Ticked(NamedTuple):
    """A row that somebody ticked, and the version of the enquiry that it showed."""

    reference: str
    version: int


@dataclass(frozen=True)
class Result:
    """What came of one row."""

    reference: str
    name: str  # empty for an enquiry that is not there
    is_done: bool
    words: str


def names(actor: Staff, ticked: Sequence[Ticked]) -> dict[str, str]:
    """Return who asks in each of these enquiries that there are for this person, by reference."""
    found = caseload.these(actor, [row.reference for row in ticked])
    return {one.reference: one.patient.name if one.opens else "Cannot be opened safely" for one in found}


def each(
    actor: Staff, ticked: Sequence[Ticked], verb: Callable[[str, int], Enquiry], said: Said, refusals: Refusals
) -> list[Result]:
    """Do the same with every row, one after the other.

    :param verb: takes a reference and a version.
    :param said: what is said of an enquiry with which it was done.
    :param refusals: the named errors of the verb, each in words.
    """
    words = {**ALWAYS, **refusals}
    may_be_refused: tuple[type[Exception], ...] = (NotNow, *words)
    known, results = names(actor, ticked), []
    for row in ticked:
        try:
            done = verb(row.reference, row.version)
        except may_be_refused as refusal:
            db.session.rollback()  # whatever was begun with this row must not be kept with the next
            results.append(Result(row.reference, known.get(row.reference, ""), False, _why(refusal, words)))
        else:
            results.append(Result(row.reference, known.get(row.reference, ""), True, said(done)))
    return results


def _why(refusal: Exception, words: Refusals) -> str:
    if isinstance(refusal, NotNow):
        return str(refusal)
    return next(words[kind] for kind in type(refusal).__mro__ if kind in words)
