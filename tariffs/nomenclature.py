"""How is a commodity code written, and what stands above it?

Codes of the Harmonized System grow from the left: chapter (2 digits), heading (4), subheading (6),
then the territory's own lines (8: HTS or combined nomenclature) and statistical or TARIC codes
(10). People write them with dots and blanks; here a code is its digits.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

Level = Literal["chapter", "heading", "subheading", "line", "declarable"]

FULL_LENGTH = 10
LENGTHS = (4, 6, 8, 10)

_LEVELS: dict[int, Level] = {2: "chapter", 4: "heading", 6: "subheading", 8: "line"}
_BLANKS = str.maketrans("", "", ". \t\u00a0\u2007\u2009\u202f")


class CommodityCodeError(ValueError):
    """Something that was given as a commodity code and is none."""


@dataclass(frozen=True, slots=True, order=True)
class CommodityCode:
    """A code as digits only, at any level from heading to declarable code.

    >>> code = CommodityCode.parse("6109.10.00 10")
    >>> code.digits, code.chapter, code.heading, code.subheading
    ('6109100010', '61', '6109', '610910')
    >>> code.ancestors
    ('61', '6109', '610910', '61091000')
    """

    digits: str

    @classmethod
    def parse(cls, text: str, lengths: Collection[int] = LENGTHS) -> "CommodityCode":
        """Read a code as people write it; dots and blanks are dropped.

        `lengths` are the numbers of digits that are accepted. Raises `CommodityCodeError`.

        >>> CommodityCode.parse("8517.13").digits
        '851713'
        >>> CommodityCode.parse("85171")
        Traceback (most recent call last):
        tariffs.nomenclature.CommodityCodeError: '85171' has 5 digits; a code has 4, 6, 8 or 10
        >>> CommodityCode.parse("85-17")
        Traceback (most recent call last):
        tariffs.nomenclature.CommodityCodeError: '85-17' has other signs than digits, dots, blanks
        """
        digits = text.translate(_BLANKS)
        if not digits:
            raise CommodityCodeError(f"{text!r} has no digits")
        if not (digits.isascii() and digits.isdigit()):
            raise CommodityCodeError(f"{text!r} has other signs than digits, dots, blanks")
        if len(digits) not in lengths:
            raise CommodityCodeError(
                f"{text!r} has {len(digits)} digits; a code has {_listed(lengths)}"
            )
        if digits.startswith("00"):
            raise CommodityCodeError(f"{text!r} is in chapter 00; chapters begin at 01")
        return cls(digits)

    @property
    def level(self) -> Level:
        """What a code of this length is called.

        >>> CommodityCode.parse("610910").level
        'subheading'
        """
        return _LEVELS.get(len(self.digits), "declarable")

    @property
    def chapter(self) -> str:
        """The first two digits."""
        return self.digits[:2]

    @property
    def heading(self) -> str:
        """The first four digits."""
        return self.digits[:4]

    @property
    def subheading(self) -> str | None:
        """The first six digits, the same all over the world; None for a heading.

        >>> CommodityCode.parse("6109").subheading is None
        True
        """
        return self.digits[:6] if len(self.digits) >= 6 else None

    @property
    def ancestors(self) -> tuple[str, ...]:
        """The codes above this one, broadest first."""
        return ancestors(self.digits)

    @property
    def padded(self) -> str:
        """The code at full length, filled with zeros.

        >>> CommodityCode.parse("61091000").padded
        '6109100000'
        """
        return padded(self.digits)

    def covers(self, other: "CommodityCode") -> bool:
        """Whether the other code is this one or stands beneath it.

        >>> CommodityCode.parse("6109").covers(CommodityCode.parse("6109.10"))
        True
        """
        return other.digits.startswith(self.digits)

    def formatted(self, separator: str = ".") -> str:
        """The code as it is printed: heading, then pairs.

        >>> CommodityCode.parse("6109100010").formatted()
        '6109.10.00.10'
        >>> CommodityCode.parse("61091000").formatted(" ")
        '6109 10 00'
        """
        rest = self.digits[4:]
        pairs = [rest[start : start + 2] for start in range(0, len(rest), 2)]
        return separator.join([self.digits[:4], *pairs])

    def __str__(self) -> str:
        return self.formatted()


def padded(digits: str) -> str:
    """Digits at full length, filled with zeros on the right.

    >>> padded("610910")
    '6109100000'
    """
    return digits.ljust(FULL_LENGTH, "0")


def ancestors(digits: str) -> tuple[str, ...]:
    """The codes above one, broadest first: chapter, heading, subheading, line.

    >>> ancestors("610910")
    ('61', '6109')
    """
    return tuple(digits[:length] for length in (2, 4, 6, 8) if length < len(digits))


def _listed(lengths: Collection[int]) -> str:
    *most, last = sorted(lengths)
    return f"{', '.join(map(str, most))} or {last}" if most else str(last)
