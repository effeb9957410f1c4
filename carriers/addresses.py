"""How is an address written on the lines that a carrier has, so that nothing is cut off?"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from carriers.errors import Fault, RequestRejected


def refuse(faults: Iterable[Fault]) -> None:
    """Raise `RequestRejected` when there are faults: nothing was sent, and each says its field."""
    found = tuple(faults)
    if found:
        reason = "; ".join(f"{fault.pointer}: {fault.detail}" for fault in found)
        raise RequestRejected(reason, "validation", faults=found, sent=False)


def street_lines(
    street: Sequence[str], pointer: str, carrier: str, lines: int, characters: int
) -> list[str]:
    """A street on at most so many lines, wrapped at words and joined only where it must be.

    Raises `RequestRejected` when it does not fit, or when there is none.

    >>> street_lines(("House of the Tall Oaks, staircase on the left",), "/street", "Acme", 2, 30)
    ['House of the Tall Oaks,', 'staircase on the left']
    """
    refuse(street_faults(street, pointer, carrier, lines, characters))
    return wrapped_street(street, lines, characters)


def wrapped_street(street: Sequence[str], lines: int, characters: int) -> list[str]:
    """A street wrapped at words, joined only where there are too few lines. It may not fit."""
    given = [" ".join(line.split()) for line in street if line.strip()]
    wrapped = [piece for line in given for piece in _wrap(line, characters)]
    return wrapped if len(wrapped) <= lines else list(_wrap(", ".join(given), characters))


def street_faults(
    street: Sequence[str], pointer: str, carrier: str, lines: int, characters: int
) -> Iterator[Fault]:
    """A fault when there is no street, or when it does not fit on so many lines."""
    wrapped = wrapped_street(street, lines, characters)
    if not wrapped:
        yield Fault(pointer, f"{carrier} needs a street")
    elif len(wrapped) > lines or any(len(piece) > characters for piece in wrapped):
        place = max(range(len(street)), key=lambda number: len(street[number]))
        limit = f"{carrier} takes {lines} lines of {characters} characters for a street"
        yield Fault(f"{pointer}/{place}", f"{limit}; this one needs more")


def in_latin(text: str) -> bool:
    """Whether every letter of a text is a Latin one, with or without an accent.

    >>> in_latin("99 Łódź Road"), in_latin("千代田")
    (True, False)
    """
    return all(
        not char.isalpha() or char in "ªº" or unicodedata.name(char, "").startswith("LATIN")
        for char in text
    )


def too_long(values: Iterable[tuple[str, str | None, int]], carrier: str) -> Iterator[Fault]:
    """A fault for each (pointer, text, limit) whose text is longer than the carrier takes."""
    for pointer, text, limit in values:
        if text and len(text) > limit:
            yield Fault(pointer, f"{carrier} takes {limit} characters")


def missing(values: Iterable[tuple[str, str | None]], carrier: str) -> Iterator[Fault]:
    """A fault for each (pointer, text) that the carrier needs and nobody gave."""
    for pointer, text in values:
        if not (text or "").strip():
            yield Fault(
                pointer, f"{carrier} needs the {pointer.rpartition('/')[2].replace('_', ' ')}"
            )


def _wrap(line: str, characters: int) -> Iterator[str]:
    """A line in pieces at word borders; a script without spaces may break anywhere."""
    piece = ""
    for word in _words(line, characters):
        joined = f"{piece} {word}".strip() if " " in line else piece + word
        if piece and len(joined) > characters:
            yield piece
            piece = word
        else:
            piece = joined
    if piece:
        yield piece


def _words(line: str, characters: int) -> list[str]:
    if " " in line or len(line) <= characters or line.isascii():
        return line.split()
    return list(line) if any(ord(each) > 0x2E7F for each in line) else [line]
