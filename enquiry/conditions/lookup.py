"""Ways to a page of the library: by its letter, or by words, spelt right or nearly.

A word counts for more the fewer pages have it, and for more in a name than in the text: “pain” says little, “coccyx”
says it all. This compares words and nothing else. It knows no illness, and says nothing of what somebody may have.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from functools import cache
from itertools import groupby
from math import log
from typing import NamedTuple

from enquiry.conditions.catalogue import Condition

READ_AT_MOST = 100  # characters of what somebody types
SHOW_AT_MOST = 6  # pages
ALIKE = 0.7  # how much of a misspelt word must agree, from 0 to 1

_WORD = re.compile(r"[^\W\d_]{3,}")
_LONGEST_ENDING = 3  # letters: one disc, two discs, to slip, slipping
_IN_A_NAME, _IN_THE_TEXT, _A_WHOLE_NAME = 4, 1, 10


class Entry(NamedTuple):
    """A name in the list from A to Z, and the page that it leads to."""

    name: str
    condition: Condition


class _Vocabulary(NamedTuple):
    names: frozenset[str]
    text: frozenset[str]


def a_to_z(conditions: Iterable[Condition]) -> dict[str, list[Entry]]:
    """Return every name of every condition under its first letter, in order."""
    entries = [Entry(name, condition) for condition in conditions for name in condition.names]
    entries.sort(key=lambda entry: entry.name.casefold())
    return {letter: list(group) for letter, group in groupby(entries, key=lambda entry: entry.name[0].upper())}


def search(typed: str, conditions: Collection[Condition]) -> list[Condition]:
    """Return the conditions whose pages have somebody's words, the best fit first; a word on every page is none."""
    sought = typed[:READ_AT_MOST].strip().casefold()
    points: defaultdict[Condition, float] = defaultdict(float)
    for word in dict.fromkeys(_WORD.findall(sought)):
        found = _pages_with(word, conditions) or _pages_nearly_with(word, conditions)
        for condition, weight in found.items():
            points[condition] += weight * log(len(conditions) / len(found))
    for condition in conditions:
        if sought in (name.casefold() for name in condition.names):
            points[condition] += _A_WHOLE_NAME
    best_first = sorted(points, key=lambda condition: -points[condition])
    return [condition for condition in best_first if points[condition] > 0][:SHOW_AT_MOST]


def _pages_with(word: str, conditions: Iterable[Condition]) -> dict[Condition, int]:
    """Return the conditions with a word, and how much it counts on each."""
    found = {}
    for condition in conditions:
        vocabulary = _vocabulary(condition)
        if _stands_in(vocabulary.names, word):
            found[condition] = _IN_A_NAME
        elif _stands_in(vocabulary.text, word):
            found[condition] = _IN_THE_TEXT
    return found


def _pages_nearly_with(word: str, conditions: Collection[Condition]) -> dict[Condition, int]:
    """Return the conditions whose names have a word much like a misspelt one."""
    known = sorted({name for condition in conditions for name in _vocabulary(condition).names})
    alike = get_close_matches(word, known, n=1, cutoff=ALIKE)
    return _pages_with(alike[0], conditions) if alike else {}


def _stands_in(words: frozenset[str], word: str) -> bool:
    stem = word.removesuffix("s")
    return any(other.startswith(stem) and len(other) - len(stem) <= _LONGEST_ENDING for other in words)


@cache
def _vocabulary(condition: Condition) -> _Vocabulary:
    text = " ".join([condition.summary, *(section.striptags() for section in condition.sections.values())])
    return _Vocabulary(*(frozenset(_WORD.findall(words.casefold())) for words in (" ".join(condition.names), text)))
