"""What do the days, scripts and countries of a list mean, in whichever words?"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from babel import Locale

from data.model.listed_parties import BirthDays

_MONTHS = {
    name: number
    for number, names in enumerate(
        "jan january|feb february|mar march|apr april|may|jun june|jul july|aug august"
        "|sep sept september|oct october|nov november|dec december".split("|"),
        1,
    )
    for name in names.split()
}
_DAY = re.compile(r"(\d{1,2})[ -]([A-Za-z]+)[ -](\d{4})")
_MONTH = re.compile(r"([A-Za-z]+) (\d{4})")
_YEARS = re.compile(r"(\d{4})(?:-(\d{4}))?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T.*|Z|[+-]\d{2}:\d{2})?")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_CIRCA = re.compile(r"^(?:circa|approximately|c\.)\s+", re.IGNORECASE)
_CIRCA_YEARS = 1
_SCRIPTS = (
    ("CYRILLIC", "Cyrl"),
    ("ARABIC", "Arab"),
    ("HEBREW", "Hebr"),
    ("GREEK", "Grek"),
    ("HANGUL", "Hang"),
    ("HIRAGANA", "Jpan"),
    ("KATAKANA", "Jpan"),
    ("CJK", "Hani"),
    ("THAI", "Thai"),
    ("DEVANAGARI", "Deva"),
    ("GEORGIAN", "Geor"),
    ("ARMENIAN", "Armn"),
    ("LATIN", None),
)
# Names of countries that the lists use and CLDR does not.
_OTHER_NAMES = {
    "burma": "MM",
    "congo, democratic republic of the": "CD",
    "democratic republic of the congo": "CD",
    "congo, republic of the": "CG",
    "cote d ivoire": "CI",
    "czech republic": "CZ",
    "democratic people's republic of korea": "KP",
    "korea, north": "KP",
    "north korea": "KP",
    "korea, south": "KR",
    "republic of korea": "KR",
    "south korea": "KR",
    "iran (islamic republic of)": "IR",
    "russian federation": "RU",
    "syrian arab republic": "SY",
    "united republic of tanzania": "TZ",
    "viet nam": "VN",
    "palestinian": "PS",
    "west bank": "PS",
    "region: gaza": "PS",
    "gaza": "PS",
    "turkey": "TR",
    "macedonia, the former yugoslav republic of": "MK",
    "united kingdom of great britain and northern ireland": "GB",
    "united states of america": "US",
    "usa": "US",
    "uk": "GB",
    "hong kong": "HK",
    "macau": "MO",
    "the gambia": "GM",
    "gambia, the": "GM",
    "bahamas, the": "BS",
    "cabo verde": "CV",
    "man, isle of": "IM",
    "virgin islands, british": "VG",
    "saint vincent and the grenadines": "VC",
}


def read_births(text: str) -> BirthDays | None:
    """The days between which a birth lies; None for words that are no day.

    >>> read_births("circa Sep 1960").last
    datetime.date(1961, 9, 30)
    >>> read_births("1961 to 1963").first
    datetime.date(1961, 1, 1)
    """
    first, _, last = text.strip().partition(" to ")
    early = _span(first)
    late = _span(last) if last else early
    if early is None or late is None or late.last < early.first:
        return None
    return BirthDays(early.first, late.last)


def year_span(first: int, last: int) -> BirthDays | None:
    """All days of some years, None where there are no such years."""
    if not 1 <= first <= last <= 9998:
        return None
    return BirthDays(date(first, 1, 1), date(last, 12, 31))


def _span(text: str) -> BirthDays | None:
    exact = _CIRCA.sub("", text.strip())
    span = _plain_span(exact)
    if span is None or exact == text.strip():
        return span
    around = _CIRCA_YEARS
    return BirthDays(_moved(span.first, -around), _moved(span.last, around))


def _moved(day: date, years: int) -> date:
    return date(day.year + years, day.month, min(day.day, 28) if day.month == 2 else day.day)


def _plain_span(text: str) -> BirthDays | None:
    if match := _DAY.fullmatch(text):
        month = _MONTHS.get(match[2].lower(), 0)
        return _one_day(int(match[3]), month, int(match[1]))
    if match := _ISO.fullmatch(text):
        return _one_day(int(match[1]), int(match[2]), int(match[3]))
    if match := _SLASHED.fullmatch(text):
        return _one_day(int(match[3]), int(match[2]), int(match[1]))
    if match := _MONTH.fullmatch(text):
        return _one_month(int(match[2]), _MONTHS.get(match[1].lower(), 0))
    match = _YEARS.fullmatch(text)
    return year_span(int(match[1]), int(match[2] or match[1])) if match else None


def _one_day(year: int, month: int, day: int) -> BirthDays | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return BirthDays(found, found)


def _one_month(year: int, month: int) -> BirthDays | None:
    if not (1 <= month <= 12 and 1 <= year <= 9998):
        return None
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    return BirthDays(first, following - timedelta(days=1))


def read_day(text: str | None) -> date | None:
    """One day in any of the forms that lists use; None for everything else."""
    span = _plain_span(text.strip()) if text else None
    return span.first if span and span.first == span.last else None


def read_us_day(text: str) -> date | None:
    """A day written month first: ``06/19/2003``."""
    match = _SLASHED.fullmatch(text.strip())
    span = _one_day(int(match[3]), int(match[1]), int(match[2])) if match else None
    return span.first if span else None


def script_of(text: str) -> str | None:
    """The script that most letters of a name are written in; None for Latin."""
    counts: dict[str | None, int] = {}
    for letter in text:
        if letter.isalpha():
            name = unicodedata.name(letter, "")
            script = next((code for word, code in _SCRIPTS if word in name), "Zyyy")
            counts[script] = counts.get(script, 0) + 1
    return max(counts, key=lambda script: counts[script]) if counts else None


@lru_cache(maxsize=4096)
def country_code(text: str) -> str:
    """The ISO code of a country in English words; the words themselves where unknown."""
    words = " ".join(text.split())
    return words if words in _codes() else _by_name().get(_spelled(words), words)


def countries(texts: Iterable[str | None]) -> tuple[str, ...]:
    """The codes of some countries, each once, in the order they were named."""
    return tuple(dict.fromkeys(country_code(text) for text in texts if text and text.strip()))


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    return frozenset(_territories())


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    names = {_spelled(name): code for code, name in _territories().items()}
    return {**names, **_OTHER_NAMES}


def _territories() -> dict[str, str]:
    found = Locale("en").territories.items()
    return {str(code): str(name) for code, name in found if str(code).isalpha()}


def _spelled(name: str) -> str:
    return name.lower().replace("&", "and").replace("st. ", "saint ")
