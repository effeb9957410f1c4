"""Which names of the lists come near a name? Found by shared pieces, the rare ones counting most.

The index is a handful of arrays that lie in a file and are read where they lie: opening it costs
nothing, and all processes share the memory. It only proposes; the score decides.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from customs.screening.grams import MOST_PIECES, asked_pieces, pieces
from customs.screening.normalise import NormalName, Word, normal_number

Array = NDArray[Any]
Arrays = Mapping[str, Array]

NEAREST, CONTAINED = 40, 12
"""How many names are proposed: most alike, and wholly contained in the one asked for."""
_LEAST, _MOSTLY = 0.15, 0.6
_MOST_POSTINGS = 250_000
_FORM, _VOWELLESS = "|", "~"


def hash_of(text: str) -> int:
    """A number of 63 bits for a word or an identifier."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def build(
    names: Sequence[tuple[int, int, NormalName]], numbers: Iterable[tuple[int, str]]
) -> Arrays:
    """The arrays of an index.

    `names` are the number of an entry, which of its names it is, and the name; `numbers` are the
    number of an entry and an identifier.
    """
    postings: dict[int, list[int]] = {}
    counts: dict[str, int] = {}
    for at, (_, _, name) in enumerate(names):
        for piece in pieces(name.words):
            postings.setdefault(piece, []).append(at)
        for text in {word.text for word in name.words}:
            counts[text] = counts.get(text, 0) + 1
    total = max(len(names), 1)
    norms = np.zeros(len(names), dtype=np.float32)
    lengths = np.zeros(MOST_PIECES, dtype=np.int64)
    for piece, held in postings.items():
        lengths[piece] = len(held)
        norms[held] += math.log(1 + total / len(held))
    ordered = sorted(postings)
    texts = [_written(name).encode() for _, _, name in names]
    words = sorted((hash_of(word), count) for word, count in counts.items())
    known = sorted((hash_of(normal_number(number)), entry) for entry, number in numbers)
    flat = [posting for piece in ordered for posting in postings[piece]]
    return {
        "postings": np.array(flat, dtype=np.int32),
        "starts": np.concatenate(([0], np.cumsum(lengths))).astype(np.int32),
        "norms": norms,
        "entries": np.array([entry for entry, _, _ in names], dtype=np.int32),
        "ordinals": np.array([ordinal for _, ordinal, _ in names], dtype=np.int32),
        "texts": np.frombuffer(b"".join(texts), dtype=np.uint8),
        "text_ends": np.cumsum([len(text) for text in texts], dtype=np.int64),
        "words": np.array([word for word, _ in words], dtype=np.int64),
        "word_counts": np.array([count for _, count in words], dtype=np.int32),
        "numbers": np.array([number for number, _ in known], dtype=np.int64),
        "number_entries": np.array([entry for _, entry in known], dtype=np.int32),
    }


class NameIndex:
    """The arrays of `build`, asked."""

    def __init__(self, arrays: Arrays) -> None:
        self._postings, self._starts = arrays["postings"], arrays["starts"]
        self._norms = arrays["norms"]
        self._entries, self._ordinals = arrays["entries"], arrays["ordinals"]
        self._texts, self._text_ends = arrays["texts"], arrays["text_ends"]
        self._words, self._word_counts = arrays["words"], arrays["word_counts"]
        self._numbers, self._number_entries = arrays["numbers"], arrays["number_entries"]
        self.size = len(self._norms)
        self._rarest = math.log(1 + max(self.size, 1))
        self.weight = lru_cache(maxsize=1 << 16)(self._weight)
        self.name = lru_cache(maxsize=1 << 13)(self._name)

    def near(self, name: NormalName) -> list[int]:
        """The positions of the names that come nearest, in no order that means anything."""
        found = asked_pieces(name.words)
        if not found or not self.size:
            return []
        codes = np.fromiter(found, dtype=np.int64, count=len(found))
        starts, ends = self._starts[codes], self._starts[codes + 1]
        lengths = ends - starts
        order = np.argsort(lengths)
        order = order[lengths[order] > 0]
        if not order.size:
            return []
        # The commonest pieces tell least and cost most.
        kept = order[: max(8, int(np.searchsorted(np.cumsum(lengths[order]), _MOST_POSTINGS)))]
        weights = np.log(1 + self.size / lengths[kept])
        parts = [self._postings[starts[each] : ends[each]] for each in kept]
        shared = np.bincount(
            np.concatenate(parts), np.repeat(weights, lengths[kept]), minlength=self.size
        )
        whole = float(weights.sum()) + (len(found) - order.size) * self._rarest
        some = np.flatnonzero(shared > _LEAST * whole)
        nearest = some[_largest(shared[some] / np.sqrt(self._norms[some] * whole), NEAREST)]
        whole_in = np.flatnonzero(shared > _MOSTLY * self._norms)
        contained = whole_in[_largest(shared[whole_in] / self._norms[whole_in], CONTAINED)]
        return [int(each) for each in np.union1d(nearest, contained)]

    def owner(self, at: int) -> tuple[int, int]:
        """The number of the entry that a name belongs to, and which of its names it is."""
        return int(self._entries[at]), int(self._ordinals[at])

    def _name(self, at: int) -> tuple[Word, ...]:
        """The words of a name by its position."""
        first = int(self._text_ends[at - 1]) if at else 0
        text = bytes(self._texts[first : int(self._text_ends[at])]).decode()
        return tuple(_read_word(each) for each in text.split(" ") if each)

    def _weight(self, word: str) -> float:
        """How much a word tells, from nearly nothing to 1: the rarer in the lists the more."""
        code = hash_of(word)
        at = int(np.searchsorted(self._words, code))
        known = at < len(self._words) and int(self._words[at]) == code
        count = int(self._word_counts[at]) if known else 1
        return max(0.0, math.log(1 + self.size / count) / self._rarest) if self.size else 1.0

    def numbered(self, number: str) -> list[int]:
        """The entries that may have an identifier, whose number must still be compared."""
        code = hash_of(normal_number(number))
        first = int(np.searchsorted(self._numbers, code))
        last = int(np.searchsorted(self._numbers, code, side="right"))
        return [int(each) for each in self._number_entries[first:last]]


def _largest(values: Array, count: int) -> Array:
    if len(values) > count:
        found: Array = np.argpartition(values, -count)[-count:]
        return found
    return np.arange(len(values))


def _written(name: NormalName) -> str:
    return " ".join(
        f"{word.text}{_FORM * word.form}{_VOWELLESS * word.vowelless}" for word in name.words
    )


def _read_word(text: str) -> Word:
    plain = text.rstrip(_FORM + _VOWELLESS)
    return Word(plain, _FORM in text, _VOWELLESS in text)
