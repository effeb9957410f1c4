"""How is one cell read: a number with its separators, a weight, a day, a country?

Nothing is guessed about money. A number that two countries read differently is refused until
somebody says which country wrote it.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import get_date_format
from babel.numbers import get_decimal_symbol

from api.services.batching.sheets import Cell, as_text

_BLANKS = "\u0020\u00a0\u202f\u2009'\u2019"
_NUMBER = re.compile(rf"([+-]?)([0-9][0-9.,{_BLANKS}]*|[.,][0-9]+)")
_AMOUNT = re.compile(r"([A-Z]{3}|[€£$¥])?\s*(.*?)\s*([A-Z]{3}|[€£$¥])?", re.DOTALL)
_WEIGHT = re.compile(r"(.*?)\s*([^\W\d_]+)?\.?", re.DOTALL)
_SYMBOLS = {"€": "EUR", "£": "GBP"}
_UNITS = {
    "kg": "kg", "kgs": "kg", "kilogram": "kg", "kilograms": "kg", "kilogramm": "kg",
    "kilogramme": "kg", "kilogrammes": "kg", "kilo": "kg", "kilogramo": "kg", "kilogramos": "kg",
    "g": "g", "gr": "g", "gram": "g", "grams": "g", "gramm": "g", "gramme": "g", "grammes": "g",
    "gramo": "g", "gramos": "g", "lb": "lb", "lbs": "lb", "pound": "lb", "pounds": "lb",
    "oz": "oz", "ounce": "oz", "ounces": "oz",
}  # fmt: skip
_LENGTHS = {"cm": "cm", "mm": "mm", "in": "in", "inch": "in", "inches": "in", "zoll": "in"}
_DAY = re.compile(r"([0-9]{1,4})[./-]([0-9]{1,2})[./-]([0-9]{1,4})\.?(?:[T\s].*)?", re.DOTALL)
_PHONE = re.compile(r"\+[0-9()\s./-]+(?:(?:x|ext\.?)\s*[0-9]+)?", re.IGNORECASE)
_FORMULA = "=+-@\t\r"
_SPACE = re.compile(r"[ \t\r\n]+")


class CellError(ValueError):
    """A cell cannot be read: a name for programs, what is wrong, and what to do about it."""

    def __init__(self, code: str, detail: str, remedy: str) -> None:
        super().__init__(detail)
        self.code, self.detail, self.remedy = code, detail, remedy


@dataclass(frozen=True, slots=True)
class Style:
    """How a file writes numbers and days; `said` is whether somebody said so.

    `day_first` is None where nobody knows whether days or months come first.
    """

    decimal: str = "."
    said: bool = False
    day_first: bool | None = None


def style_of(locale: str | None, decimal: str | None) -> Style | None:
    """How a language tag writes numbers; None when nothing was said. Raises `CellError`."""
    if locale is None:
        return None if decimal is None else Style(decimal, said=True)
    try:
        known = Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        raise CellError(
            "unknown-locale", f"{locale!r} is no language tag.", 'Write one as "de-DE".'
        ) from None
    pattern = get_date_format("short", known).pattern.lower()
    days_known = known.territory is not None or known.language != "en"
    day_first = pattern.find("d") < pattern.find("m") if days_known else None
    return Style(decimal or str(get_decimal_symbol(known)), said=True, day_first=day_first)


def guessed(texts: Iterable[str]) -> Style:
    """What the numbers of a file themselves say of how they are written."""
    votes = {mark for text in texts if (mark := _vote(text.strip())) is not None}
    return Style("," if votes == {","} else ".")


def _vote(text: str) -> str | None:
    """The decimal mark of a number that leaves no doubt."""
    match = _NUMBER.fullmatch(_bare(text))
    if match is None:
        return None
    number = match[2]
    points, commas = number.count("."), number.count(",")
    if points and commas:
        return "." if number.rfind(".") > number.rfind(",") else ","
    if points + commas != 1:
        return {(True, False): ",", (False, True): "."}.get((points > 1, commas > 1))
    mark = "." if points else ","
    head, _, tail = number.partition(mark)
    digits = "".join(each for each in head if each.isdigit())
    doubtful = len(tail) == 3 and digits and len(digits) <= 3 and not digits.startswith("0")
    return None if doubtful else mark


def _bare(text: str) -> str:
    match = _AMOUNT.fullmatch(text)
    return match[2] if match else text


def read_number(cell: Cell, style: Style) -> Decimal:
    """A number, exactly.

    >>> str(read_number("1.234,50", Style(",", said=True)))
    '1234.50'
    """
    if isinstance(cell, Decimal):
        return cell
    text = as_text(cell).strip().replace("\u2212", "-")
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise CellError("not-a-number", f"{_quoted(text)} is no number.", "Write digits only.")
    sign, number = match[1], match[2].strip()
    whole, mark, fraction = number.partition(style.decimal)
    group = "," if style.decimal == "." else "."
    if mark and (not fraction.isdigit() or not fraction.isascii()):
        raise _other_way(text, style)
    pieces = re.split(f"[{re.escape(group)}{_BLANKS}]", whole)
    if len(pieces) > 1:
        well = 1 <= len(pieces[0]) <= 3 and not pieces[0].startswith("0")
        if not well or any(len(piece) != 3 for piece in pieces[1:]):
            raise _other_way(text, style)
        if group in whole and not style.said and _vote(number) is None:
            raise CellError(
                "ambiguous-number",
                f"{_quoted(text)} is one number in Germany and another in the United Kingdom.",
                'Say how the file writes numbers: "decimal", or "locale" such as "de-DE".',
            )
    digits = "".join(pieces) or "0"
    if len(digits) > 18 or len(fraction) > 12:
        raise CellError("number-too-long", f"{_quoted(text)} is too long.", "Write fewer digits.")
    return Decimal(f"{sign}{digits}.{fraction or 0}") if fraction else Decimal(sign + digits)


def _other_way(text: str, style: Style) -> CellError:
    name = "point" if style.decimal == "." else "comma"
    return CellError(
        "number-format",
        f"{_quoted(text)} is not written with a decimal {name}, as the file is read.",
        'Write it so, or say "decimal" or "locale" for the whole file.',
    )


def read_amount(cell: Cell, style: Style) -> tuple[Decimal, str | None]:
    """An amount, and its currency where the cell says it too."""
    if isinstance(cell, Decimal):
        return cell, None
    match = _AMOUNT.fullmatch(as_text(cell).strip())
    if match is None:
        raise CellError("not-a-number", f"{_quoted(as_text(cell))} is no amount.", "Write digits.")
    sign = match[1] or match[3]
    code = None if sign is None else _SYMBOLS.get(sign, sign if sign.isalpha() else None)
    return read_number(match[2], style), code


def read_measure(
    cell: Cell, unit: Cell | None, style: Style, *, weight: bool
) -> tuple[Decimal, str]:
    """A weight or length with its unit: in the cell itself, or told beside it."""
    known = _UNITS if weight else _LENGTHS
    written: str | None = None
    if not isinstance(cell, Decimal):
        match = _WEIGHT.fullmatch(as_text(cell).strip())
        if match is not None and match[1] and match[2]:
            cell, written = match[1], match[2]
    said = written or (as_text(unit).strip() if unit else "")
    if not said:
        raise CellError(
            "unit-missing",
            "Nothing says in which unit this is.",
            "Add a column for the unit, write it in the header, or give a default.",
        )
    found = known.get(said.lower())
    if found is None:
        units = ", ".join(dict.fromkeys(known.values()))
        raise CellError("unknown-unit", f"{_quoted(said)} is no unit.", f"Use one of: {units}.")
    return read_number(cell, style), found


def read_pieces(cell: Cell, style: Style) -> int:
    """A number of pieces."""
    number = read_number(cell, style)
    if number != number.to_integral_value():
        raise CellError("not-whole", f"{number} is no whole number.", "Write whole pieces.")
    return int(number)


def read_day(cell: Cell, style: Style) -> date:
    """A day, as ISO 8601 writes it or as the file's country does."""
    if isinstance(cell, date):
        return cell
    text = as_text(cell).strip()
    wrong = CellError("not-a-day", f"{_quoted(text)} is no day.", "Write YYYY-MM-DD.")
    match = _DAY.fullmatch(text)
    if match is None:
        raise wrong
    parts = [int(part) for part in match.groups()]
    if len(match[1]) == 4:
        year, month, day = parts
    elif len(match[3]) == 4:
        day_first = style.day_first
        if day_first is None and "." in text:
            day_first = True
        if day_first is None and max(parts[0], parts[1]) > 12:
            day_first = parts[0] > 12
        if day_first is None:
            raise CellError(
                "ambiguous-day",
                f"{_quoted(text)} may be two different days.",
                'Write YYYY-MM-DD, or say "locale" such as "en-GB".',
            )
        day, month = parts[:2] if day_first else (parts[1], parts[0])
        year = parts[2]
    else:
        raise wrong
    try:
        return date(year, month, day)
    except ValueError:
        raise wrong from None


def read_country(cell: Cell) -> str:
    """A country's code, from the code or from its name in four languages."""
    text = as_text(cell).strip()
    if len(text) == 2 and text.isalpha() and text.isascii():
        code = text.upper()
        return "GB" if code == "UK" else code
    found = _countries().get(_folded(text))
    if found is None:
        raise CellError(
            "unknown-country", f"{_quoted(text)} is no country.", "Write its code of two letters."
        )
    return found


@cache
def _countries() -> Mapping[str, str]:
    names: dict[str, str] = {}
    for language in ("en", "de", "fr", "es"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                names.setdefault(_folded(name), str(code))
    others = {"usa": "US", "united states of america": "US", "great britain": "GB"}
    others |= {"grossbritannien": "GB", "holland": "NL", "czech republic": "CZ"}
    return {**names, **others}


def _folded(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.replace("ß", "ss").casefold())
    return "".join(each for each in letters if each.isalnum())


def read_text(cell: Cell, *, computed: bool, phone: bool = False) -> str:
    """A text in one line. One that a spreadsheet would compute is refused."""
    text = as_text(cell)
    rest = text.strip(" ")
    if computed or (rest and rest[0] in _FORMULA and not _harmless(rest, phone=phone)):
        raise CellError(
            "formula",
            f"{_quoted(text)} is or looks like a formula, where a text belongs.",
            "Write the text itself, beginning with a letter or digit.",
        )
    return _SPACE.sub(" ", text).strip(" ")


def _harmless(text: str, *, phone: bool) -> bool:
    if phone and _PHONE.fullmatch(text):
        return True
    return text[0] in "+-" and _NUMBER.fullmatch(text) is not None


def _quoted(text: str) -> str:
    shown = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
    return f"“{shown[:40]}…”" if len(shown) > 40 else f"“{shown}”"


def defused(text: str) -> str:
    """A text that no spreadsheet computes.

    >>> defused("=1+1"), defused("Müller")
    ("'=1+1", 'Müller')
    """
    return f"'{text}" if text[:1] and text[0] in _FORMULA else text
