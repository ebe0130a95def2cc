"""Names, folded so that they meet however they are written: O’Brien, obrien and O Brien; Łukasz and lukasz.

Why folded on both sides by the same few lines: what is kept of a name is blind, so a difference of one accent between
what Pat wrote and what Lena types would find nobody.
"""

import re
import unicodedata
from collections.abc import Sequence

SHORTEST_BEGINNING = 3  # letters of a name that are enough to find it
_SHORTEST_WORD = 2  # letters: Li and Ng are whole names

_APOSTROPHES = re.compile("['’‘ʼʹ`´′]")
# Letters that Unicode does not take apart into a plain one and its accent.
_WHOLE_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_PIECE = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """Return the words of a text in order: small letters without accents, an apostrophe no break (``obrien``)."""
    return _PIECE.findall(_fold(_APOSTROPHES.sub("", text)))


def beginnings(name: str) -> frozenset[str]:
    """Return all by which a name is found: three or more letters from where any of its pieces begins.

    The pieces of one word run on: O’Shea-Łukasz is found by ``osh``, ``oshea``, ``luk``, ``lukasz`` and
    ``oshealukasz``. A piece of two letters is found whole.
    """
    found = set()
    for pieces in _chunks(name):
        for start, piece in enumerate(pieces):
            rest = "".join(pieces[start:])
            found |= {rest[:length] for length in range(SHORTEST_BEGINNING, len(rest) + 1)}
            found |= {piece} if len(piece) == _SHORTEST_WORD else set()
    return frozenset(found)


def wanted(typed: str) -> Sequence[frozenset[str]]:
    """Return the ways to understand what was typed as names, each as the beginnings that all must be found.

    Why two: in “Mc Donald” the short word belongs to the next, in “Wei Li” it stands for itself. A single letter that
    stands for itself is an initial, and is passed over.
    """
    run_on = ["".join(pieces) for pieces in _chunks(typed)]
    ways = {frozenset(word for word in way if len(word) >= _SHORTEST_WORD) for way in (run_on, words(typed))}
    return sorted(filter(None, ways), key=sorted)


def identities(name: str) -> frozenset[str]:
    """Return what stays the same of a name when the same person writes it again.

    All of its letters without a gap, and its first and last words alone: a middle name comes and goes.
    """
    whole = ["".join(words(word)) for word in name.split()]
    return frozenset({"".join(whole), "".join([*whole[:1], *whole[1:][-1:]])} - {""})


def _chunks(name: str) -> list[list[str]]:
    """Return a name's words, each as its pieces between apostrophes and hyphens; a very short one joins the next."""
    chunks: list[list[str]] = [[]]
    for word in name.split():
        pieces = _PIECE.findall(_fold(_APOSTROPHES.sub("-", word)))
        if len("".join(chunks[-1][-1:])) > _SHORTEST_WORD:
            chunks.append([])
        chunks[-1] += pieces
    return chunks


def _fold(text: str) -> str:
    """Return a text in small letters, without accents or other marks."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    if apart.isascii():  # most messages are, and the rest takes ten times as long
        return apart
    return "".join(sign for sign in apart if unicodedata.category(sign)[0] != "M").translate(_WHOLE_LETTERS)
