"""How do the schedules of Canada and Australia write money, chapters and programmes?

Both write their own dollar as ``$`` and its cents as ``¢``, which elsewhere are those of the United
States. Rates are read again by their text wherever they are charged, so the currency is written out
in the text that is kept, and connecting words become the signs of the grammar for expressions.
"""

import re
from collections.abc import Collection
from decimal import Decimal

# Chapter 77 is reserved by the Harmonized System and empty in every schedule.
_CHAPTERS = frozenset(f"{n:02}" for n in range(1, 98)) - {"77"}
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff]")
_SPACE = re.compile(r"\s+")
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_DOLLARS = re.compile(rf"\$\s*({_NUMBER})(?![\d,.]*\d)")
_CENTS = re.compile(rf"(?<![\d.,])({_NUMBER})\s*(?:¢|cents?\b)")
_LEFT = re.compile(r"[$¢]|\bcents?\b")
_SIGNS = (
    (re.compile(r",? but not less than "), " MIN "),
    (re.compile(r",? but not more than |, or, if lower, "), " MAX "),
    (re.compile(r",? and (?=[\d.])"), " + "),
)


def cleaned(text: str) -> str:
    r"""A cell without invisible characters and with single blanks.

    >>> cleaned("\u200b 5%  Free\n")
    '5% Free'
    """
    return _SPACE.sub(" ", _INVISIBLE.sub("", text)).strip()


def written_out(rate: str, currency: str) -> str:
    """A rate with the currency of its dollars and cents written out.

    Raises `ValueError` when a sign of money stands beside no number: no rate may be kept that
    would be read as United States dollars.

    >>> written_out("5%, and $2,445.26/kg", "AUD")
    '5% + 2445.26 AUD/kg'
    >>> written_out("2.82¢/kg but not less than 8.5%", "CAD")
    '0.0282 CAD/kg MIN 8.5%'
    """
    text = _DOLLARS.sub(lambda found: f"{_plain(found[1])} {currency}", rate)
    text = _CENTS.sub(lambda found: f"{_plain(found[1], cents=True)} {currency}", text)
    if _LEFT.search(text):
        raise ValueError(f"{rate!r} has money without an amount")
    for words, sign in _SIGNS:
        text = words.sub(sign, text)
    return text


def programme_code(territory: str, code: str, countries: Collection[str] = ()) -> str:
    """A programme's code in the schedule as an origin that is never taken for a country.

    Codes of two letters look like ISO countries: ``IT`` is Canada's Iceland Tariff, not Italy.
    `countries` are those that do mean the country.

    >>> programme_code("CA", "IT"), programme_code("CA", "UST"), programme_code("AU", "NZ", ["NZ"])
    ('CA-IT', 'UST', 'NZ')
    """
    return f"{territory}-{code}" if len(code) == 2 and code not in countries else code


def missing_chapters(found: Collection[str]) -> list[str]:
    """The chapters 01 to 97 of the Harmonized System that a whole schedule has and this lacks."""
    return sorted(_CHAPTERS.difference(found))


def _plain(number: str, *, cents: bool = False) -> str:
    value = Decimal(number.replace(",", ""))
    return f"{value.scaleb(-2) if cents else value:f}"
