"""How is an address written on the lines that a carrier has, so that nothing is cut off?"""

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
    given = [" ".join(line.split()) for line in street if line.strip()]
    if not given:
        refuse([Fault(pointer, f"{carrier} needs a street")])
    wrapped = [piece for line in given for piece in _wrap(line, characters)]
    if len(wrapped) > lines:
        wrapped = list(_wrap(", ".join(given), characters))
    if len(wrapped) > lines or any(len(piece) > characters for piece in wrapped):
        place = max(range(len(street)), key=lambda number: len(street[number]))
        limit = f"{carrier} takes {lines} lines of {characters} characters"
        refuse([Fault(f"{pointer}/{place}", limit)])
    return wrapped


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
