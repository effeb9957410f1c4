"""Which known phrases does a description resemble, and which codes do its words speak for?

Two scores over the same grams. Complement naive Bayes: a gram speaks for a code when it is rare
among the phrases of all others. And likeness: the cosine between a description and each known
phrase, which also gives the evidence that is shown. Both are sparse: a description touches only
the postings of its own grams.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.loading.classification import Term, spelled
from tariffs.classification.grams import Counted, Places, letters_of, words_of

Weights = NDArray[np.float64]
_SMOOTHING = 0.2
_LIGHT = np.float32


@dataclass(frozen=True, slots=True)
class Scores:
    """What an index says of a description.

    `codes` are weights of naive Bayes, one for each code (higher is better); `likeness` is 0 to 1,
    one for each known phrase; `known` says how much of the description (0 to 1) was ever seen.
    """

    codes: Weights
    likeness: Weights
    known: float


class _Block:
    """Grams of one kind: their numbers, how telling each is, and their weights in the phrases."""

    def __init__(self, counted: Counted, texts: int) -> None:
        self.vocabulary, self.columns = np.unique(counted.grams, return_inverse=True)
        seen = np.bincount(self.columns, minlength=len(self.vocabulary))
        self.telling = np.log((1 + texts) / (1 + seen)) + 1
        self.unseen = float(np.log(1.0 + texts) + 1)
        self.rows = counted.texts
        raw = (1 + np.log(counted.counts)) * self.telling[self.columns]
        length = np.sqrt(np.bincount(self.rows, raw * raw, minlength=texts))
        self.weights: Weights = raw / length[self.rows]

    def forget_phrases(self) -> None:
        """Keep what a text is weighed by; the phrases' own weights are in the postings."""
        self.rows = self.columns = np.array([], np.int64)
        self.weights = np.array([])

    def weigh(self, counted: Counted) -> tuple[Places, Weights, float]:
        """Columns and weights of a text's grams, and how much of the text they are."""
        if not len(counted.grams):
            return np.array([], np.int64), np.array([]), 0.0
        places = np.minimum(
            np.searchsorted(self.vocabulary, counted.grams), len(self.vocabulary) - 1
        )
        found = self.vocabulary[places] == counted.grams
        columns = places[found]
        raw = (1 + np.log(counted.counts[found])) * self.telling[columns]
        missing = ((1 + np.log(counted.counts[~found])) * self.unseen) ** 2
        square = float((raw * raw).sum())
        share = square / (square + float(missing.sum())) if square else 0.0
        return columns, raw / np.sqrt(square) if square else raw, share


@dataclass(frozen=True, slots=True)
class _Postings:
    """For each gram, whom it concerns and how much."""

    starts: Places
    owners: NDArray[np.int32]
    values: NDArray[np.float32]

    def gather(self, columns: Places, weights: Weights, size: int) -> Weights:
        starts = self.starts[columns]
        lengths = self.starts[columns + 1] - starts
        total = int(lengths.sum())
        shift = np.concatenate(([0], np.cumsum(lengths)[:-1])) if len(columns) else lengths
        places = np.repeat(starts - shift, lengths) + np.arange(total)
        values = self.values[places] * np.repeat(weights, lengths)
        gathered: Weights = np.bincount(self.owners[places], values, minlength=size).astype(float)
        return gathered


class Index:
    """Known phrases with their codes, made ready to be asked. The same phrases, the same index."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self.terms = tuple(terms)
        texts = [spelled(term.phrase) for term in self.terms]
        self.codes: tuple[str, ...] = tuple(sorted({term.code for term in self.terms}))
        place = {code: number for number, code in enumerate(self.codes)}
        self.code_of = np.array([place[term.code] for term in self.terms], np.int64)
        self._known: dict[str, set[str]] = {}
        for text, term in zip(texts, self.terms, strict=True):
            self._known.setdefault(_in_any_order(text), set()).add(term.code)
        headings = sorted({code[:4] for code in self.codes})
        number = {heading: at for at, heading in enumerate(headings)}
        self.heading_of = np.array([number[code[:4]] for code in self.codes], np.int64)
        self._blocks = (_Block(words_of(texts), len(texts)), _Block(letters_of(texts), len(texts)))
        self._build()

    def _build(self) -> None:
        words, letters = self._blocks
        width = len(words.vocabulary) + len(letters.vocabulary)
        rows = np.concatenate((words.rows, letters.rows))
        columns = np.concatenate((words.columns, letters.columns + len(words.vocabulary)))
        weights = np.concatenate((words.weights, letters.weights))
        order = np.argsort(columns, kind="stable")
        self._phrases = _Postings(
            np.searchsorted(columns[order], np.arange(width + 1)),
            rows[order].astype(np.int32),
            weights[order].astype(_LIGHT),
        )
        # What a gram weighs in the phrases of a code, and in those of all others.
        size = len(self.codes)
        pairs, inverse = np.unique(columns * size + self.code_of[rows], return_inverse=True)
        within = np.bincount(inverse, weights)
        gram, code = pairs // size, pairs % size
        overall = np.bincount(gram, within, minlength=width)
        others = np.maximum(overall[gram] - within, 0)
        speaks = np.log(overall[gram] + _SMOOTHING) - np.log(others + _SMOOTHING)
        self._speaks = _Postings(
            np.searchsorted(gram, np.arange(width + 1)),
            code.astype(np.int32),
            speaks.astype(_LIGHT),
        )
        own = np.bincount(code, within, minlength=size)
        self._rest: Weights = np.log(overall.sum() - own + _SMOOTHING * width)
        for block in self._blocks:
            block.forget_phrases()

    def known(self, text: str) -> frozenset[str]:
        """The codes of the known phrases that have the very words of a text, in any order."""
        return frozenset(self._known.get(_in_any_order(text), ()))

    def scores(self, text: str) -> Scores:
        """What is said of a text that is spelled plainly."""
        words, letters = self._blocks
        first, first_weights, first_share = words.weigh(words_of([text]))
        second, second_weights, second_share = letters.weigh(letters_of([text]))
        columns = np.concatenate((first, second + len(words.vocabulary)))
        weights = np.concatenate((first_weights, second_weights))
        codes = self._speaks.gather(columns, weights, len(self.codes))
        return Scores(
            codes + weights.sum() * self._rest,
            self._phrases.gather(columns, weights, len(self.terms)) / 2,
            (first_share + second_share) / 2,
        )


def _in_any_order(text: str) -> str:
    return " ".join(sorted(text.split()))
