"""The only SELECTs on enquiries. Each is asked by a named person and answers with their own clinics' only.

Why one room: list, count, search and open must share one rule (``wall.py``), or one of them forgets it (FreeScout
CVE-2026-40591; django-helpdesk #1423). An enquiry of another clinic and one that does not exist are the same answer.
What is asked by the system or an operator, who act for nobody at the desk, says so.
"""

from enquiry.caseload.cases import (
    day_of,
    find,
    find_id,
    find_with_files,
    letters_that_need_a_person,
    near_miss,
    near_misses,
    timeline,
    whole_timeline,
)
from enquiry.caseload.changes import ChangedMeanwhile, take_merged, take_to_change, take_to_undo, take_two_to_change
from enquiry.caseload.for_nobody import (
    drawn_at_random,
    due_within,
    for_disclosure,
    is_taken,
    merged_into,
    take_for_diary,
    take_for_operator,
    take_for_review,
    take_to_erase,
    take_to_wake,
)
from enquiry.caseload.links import by_link, by_referrers_link, sent_with, take_by_link
from enquiry.caseload.lists import (
    Counts,
    Page,
    counts,
    news,
    next_due,
    next_in,
    queue,
    set_aside,
    standing,
    these,
)
from enquiry.caseload.matches import everywhere, matching, take_open, urgencies
from enquiry.caseload.ringing import RingPlace, ToRing, callback_counts, callbacks
from enquiry.caseload.wall import PAGE, NoSuchEnquiry, is_not_elsewhere, references

__all__ = [
    "PAGE",
    "ChangedMeanwhile",
    "Counts",
    "NoSuchEnquiry",
    "Page",
    "RingPlace",
    "ToRing",
    "by_link",
    "by_referrers_link",
    "callback_counts",
    "callbacks",
    "counts",
    "day_of",
    "drawn_at_random",
    "due_within",
    "everywhere",
    "find",
    "find_id",
    "find_with_files",
    "for_disclosure",
    "is_not_elsewhere",
    "is_taken",
    "letters_that_need_a_person",
    "matching",
    "merged_into",
    "near_miss",
    "near_misses",
    "news",
    "next_due",
    "next_in",
    "queue",
    "references",
    "sent_with",
    "set_aside",
    "standing",
    "take_by_link",
    "take_for_diary",
    "take_for_operator",
    "take_for_review",
    "take_merged",
    "take_open",
    "take_to_change",
    "take_to_erase",
    "take_to_undo",
    "take_to_wake",
    "take_two_to_change",
    "these",
    "timeline",
    "urgencies",
    "whole_timeline",
]
