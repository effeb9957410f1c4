"""What is a description made of? Its words, pairs of words, and the letters inside its words.

Each such piece (a gram) is a 64-bit number, so that an index needs no dictionary and two processes
always agree. Letters are counted in runs of two to five that do not reach beyond a word; parcels
write ``wmn t-shrt blk``, and runs of letters still meet there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Grams = NDArray[np.uint64]
Places = NDArray[np.int64]

_RUNS = (2, 3, 4, 5)
_PRIME = np.uint64(1_099_511_628_211)
_SPREAD = np.uint64(0x9E37_79B9_7F4A_7C15)
_BLANK = 32


@dataclass(frozen=True, slots=True)
class Counted:
    """How often each gram stands in each text: sorted by text, then by gram."""

    texts: Places
    grams: Grams
    counts: Places


def words_of(texts: Sequence[str]) -> Counted:
    """Words and pairs of neighbouring words of texts that are spelled plainly."""
    rows: list[int] = []
    grams: list[int] = []
    for row, text in enumerate(texts):
        hashed = [_word(word) for word in text.split()]
        pairs = [_pair(left, right) for left, right in pairwise(hashed)]
        grams += hashed
        grams += pairs
        rows += [row] * (len(hashed) + len(pairs))
    return _counted(np.array(rows, np.int64), np.array(grams, np.uint64))


def letters_of(texts: Sequence[str]) -> Counted:
    """Runs of letters inside the words of texts that are spelled plainly."""
    padded = [f" {text} " for text in texts]
    letters = np.frombuffer("".join(padded).encode("ascii"), np.uint8).astype(np.uint64)
    owner = np.repeat(np.arange(len(texts)), [len(text) for text in padded])
    blank = letters == _BLANK
    found_rows, found_grams = [], []
    for run in _RUNS:
        starts = len(letters) - run + 1
        if starts <= 0:
            continue
        whole = owner[:starts] == owner[run - 1 :]
        hashed = np.full(starts, run, np.uint64)
        for place in range(run):
            hashed = (hashed ^ letters[place : place + starts]) * _PRIME
            if 0 < place < run - 1:
                whole &= ~blank[place : place + starts]
        found_rows.append(owner[:starts][whole])
        found_grams.append(_mixed(hashed[whole]))
    if not found_rows:
        return _counted(np.array([], np.int64), np.array([], np.uint64))
    return _counted(np.concatenate(found_rows), np.concatenate(found_grams))


def _counted(rows: Places, grams: Grams) -> Counted:
    """Equal grams of one text, counted."""
    order = np.lexsort((grams, rows))
    rows, grams = rows[order], grams[order]
    first = np.ones(len(rows), bool)
    first[1:] = (rows[1:] != rows[:-1]) | (grams[1:] != grams[:-1])
    starts = np.flatnonzero(first)
    counts = np.diff(np.append(starts, len(rows)))
    return Counted(rows[starts], grams[starts], counts)


def _word(word: str) -> int:
    value = 0xCBF2_9CE4_8422_2325
    for letter in word.encode("ascii"):
        value = ((value ^ letter) * 1_099_511_628_211) & 0xFFFF_FFFF_FFFF_FFFF
    return value


def _pair(left: int, right: int) -> int:
    return (left * 31 + right * 0x9E37_79B9_7F4A_7C15) & 0xFFFF_FFFF_FFFF_FFFF


def _mixed(hashed: Grams) -> Grams:
    """Runs hashed apart from words, and their bits spread."""
    hashed = hashed ^ (hashed >> np.uint64(31))
    return hashed * _SPREAD
