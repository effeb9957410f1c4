"""Does a description say what the goods are, in words that a customs office takes?

A description that is nothing but a stop word, or one of those found too vague to classify, is
refused everywhere it is asked for; one that contains such a word among others gets a warning, and
both a better example. Signs that no declaration takes are refused. Lists and limits are facts.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import Any, Literal

from data.loading.classification import load_vague, spelled
from data.loading.descriptions import load_descriptions
from data.model.charges import Citation, Finding
from data.model.consignment import Consignment
from data.model.dated import Law

Severity = Literal["refuse", "warn"]
About = Literal["words", "signs", "letters", "length"]

REFUSED = "description-refused"
VAGUE = "description-vague"
_EXAMPLE = "Men's T-shirt, knitted, of cotton"
_LONGEST = 1000
_EMOJI = ((0x2600, 0x27BF), (0x1F000, 0x1FAFF), (0xFE00, 0xFE0F), (0x200D, 0x200D))
_LONG_STOP = 6
"""Words of the longest stop phrase, and one more."""


@dataclass(frozen=True, slots=True)
class DescriptionFault:
    """What is wrong with a description, and what a better one looks like."""

    about: About
    severity: Severity
    message: str
    example: str | None = None
    law: Law | None = None

    def __str__(self) -> str:
        return self.message if self.example is None else f"{self.message}, such as: {self.example}."


@dataclass(frozen=True, slots=True)
class _Words:
    """The lists and limits, read once."""

    stop: frozenset[str]
    vague: frozenset[str]
    examples: Mapping[str, str]
    limits: Mapping[str, tuple[int, Law]]
    stop_law: Law
    vague_law: Law


def check_description(text: str | None, channel: str | None = None) -> tuple[DescriptionFault, ...]:
    """Everything that is wrong with a description; empty where nothing is.

    A `channel` with a limit of its own (``woocommerce``, ``dhl_cn23``…) cuts longer ones.

    >>> [fault.severity for fault in check_description("Gift")]
    ['refuse']
    """
    return tuple(_faults(text or "", channel))


def refused_because(text: str | None) -> str | None:
    """Why a description says too little for a paper; None where it says enough.

    What cannot be printed is for the typesetting to refuse, and data messages carry every sign.
    """
    for fault in check_description(text):
        if fault.severity == "refuse" and fault.about == "words":
            return str(fault)
    return None


def description_findings(consignment: Consignment) -> Iterator[Finding]:
    """What is to be said of each line's description."""
    for item in consignment.items:
        if not item.description:
            continue
        for fault in check_description(item.description):
            code = REFUSED if fault.severity == "refuse" else VAGUE
            citation = Citation(fault.law) if fault.law else None
            yield Finding(code, "warning", str(fault), item.id, citation=citation)


def _faults(text: str, channel: str | None) -> Iterator[DescriptionFault]:
    words = _words()
    limit = words.limits.get(channel or "")
    if limit is not None and len(text) > limit[0]:
        message = f"{len(text)} characters, of which {limit[0]} are taken or printed"
        yield DescriptionFault("length", "warn", message, law=limit[1])
    text = text[:_LONGEST].strip()
    yield from _signs(text)
    plain = spelled(text)
    if not any(mark.isalpha() for mark in text):
        message = "The description has no words: say what it is"
        yield DescriptionFault("words", "refuse", message, _EXAMPLE)
    elif plain in words.stop or plain in words.vague:
        law = words.stop_law if plain in words.stop else words.vague_law
        message = f"{text[:60]!r} alone says too little: say what it is and of what"
        yield DescriptionFault("words", "refuse", message, _better(plain, words), law)
    elif found := _contained(plain, words):
        message = f"{found!r} says little: say what it is and of what, unless the rest does"
        yield DescriptionFault("words", "warn", message, _better(found, words), words.stop_law)


def _signs(text: str) -> Iterator[DescriptionFault]:
    """Signs that cannot be printed or seen, pictures, and letters that few offices read."""
    kinds = {unicodedata.category(mark) for mark in text if not " " <= mark <= "~"}
    if any(map(_is_picture, text)):
        message = "Pictures and emoji are not taken in a description"
        yield DescriptionFault("signs", "refuse", message)
    elif kinds & {"Cc", "Cf", "Cs", "Co", "Cn"}:
        message = "Control characters and invisible marks are not taken in a description"
        yield DescriptionFault("signs", "refuse", message)
    if any(mark.isalpha() and not _is_latin(mark) for mark in text):
        message = "Customs offices elsewhere read Latin letters: add the description in them"
        yield DescriptionFault("letters", "warn", message)


def _is_picture(mark: str) -> bool:
    return any(first <= ord(mark) <= last for first, last in _EMOJI)


def _is_latin(mark: str) -> bool:
    return mark.isascii() or unicodedata.name(mark, "").startswith(
        ("LATIN", "MICRO", "FEMININE", "MASCULINE")
    )


def _contained(plain: str, words: _Words) -> str | None:
    """The longest stop phrase among the words of a description."""
    said = plain.split()
    for length in range(min(_LONG_STOP, len(said)), 0, -1):
        for at in range(len(said) - length + 1):
            phrase = " ".join(said[at : at + length])
            if phrase in words.stop:
                return phrase
    return None


def _better(plain: str, words: _Words) -> str:
    return words.examples.get(plain, _EXAMPLE)


@cache
def _words() -> _Words:
    with as_file(files("data") / "facts") as folder:
        document = load_descriptions(folder / "descriptions.toml")
        vague = load_vague(folder / "classification")

    def law(version: Mapping[str, Any]) -> Law:
        cited = document["laws"][version["law"]]
        return Law(version["law"], cited["title"], cited.get("url"))

    return _Words(
        stop=frozenset(map(spelled, document["stop_words"]["words"])),
        vague=vague,
        examples=document["examples"],
        limits={
            name: (int(channel["characters"][-1]["value"]), law(channel["characters"][-1]))
            for name, channel in document["channels"].items()
        },
        stop_law=law(document["stop_words"]["versions"][-1]),
        vague_law=law(document["vague_terms"]["versions"][-1]),
    )
