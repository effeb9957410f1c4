"""In which letters can UPS print a label?

A label has one character set; the request names it. Other scripts cannot be printed: whoever sends
must write the address in Latin, Greek or Cyrillic letters.
"""

from collections.abc import Iterable, Mapping

from carriers import Fault

_SETS = (
    (None, "latin-1"),  # UPS's own when none is named
    ("pol", "iso8859_2"),
    ("tur", "iso8859_9"),
    ("ell", "iso8859_7"),
    ("rus", "iso8859_5"),
)
_PLAIN = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " "}
)


def plain(text: str) -> str:
    """A text with the typewriter's quotes, dashes and spaces, which are in every set.

    >>> plain("Rue de l’Église – 3")
    "Rue de l'Église - 3"
    """
    return " ".join(text.translate(_PLAIN).split())


def character_set(texts: Iterable[str]) -> str | None:
    """UPS's name of the first set that has every letter; None for its own. Raises `ValueError`.

    >>> character_set(["Łódź"]), character_set(["Müller"])
    ('pol', None)
    """
    whole = "".join(texts)
    for name, encoding in _SETS:
        if _fits(whole, encoding):
            return name
    raise ValueError("no one set has all letters")


def unprintable(texts: Mapping[str, str]) -> tuple[Fault, ...]:
    """The texts, by their pointers, that no set of UPS can print."""
    return tuple(
        Fault(pointer, "UPS prints Latin, Greek and Cyrillic letters; write it in one of them")
        for pointer, text in texts.items()
        if not any(_fits(plain(text), encoding) for _, encoding in _SETS)
    )


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
