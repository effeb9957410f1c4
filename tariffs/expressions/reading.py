"""What does the text of a duty expression say?

The grammar, which US, UK and EU spellings share:

    expression  = seasonal | "Cond:" bands
    seasonal    = bounded ["(" windows ")"] {"," bounded ["(" windows ")"]}
    bounded     = sum {("MIN" | "MAX") sum}      MIN and MAX bind last, from left to right, which
    sum         = term {("+" | "−") term}        is to split on the last of them
    term        = number "%" [part of the value] | money [per unit] | a wording
"""

import re
from decimal import Decimal
from typing import Literal, cast

from data.model.money import UnknownCurrencyError, currency
from tariffs.expressions.choices import MONTHS, PriceBand, PriceBands, Season, Seasonal, Window
from tariffs.expressions.terms import Amount, Bound, NotNegative, Percent, Sum, Term
from tariffs.expressions.tokens import END, Cursor, Sign, Token, UnreadableError, clean, short
from tariffs.expressions.worded import DegreeScale
from tariffs.expressions.wordings import read_basis, read_wording
from tariffs.units import read_unit

LONGEST = 1000
"""Characters of the longest text that is read; the longest known rate has 470."""

_SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP"}
_PHRASEENDS = frozenset(
    {Sign.PLUS, Sign.MINUS, Sign.BOUND, Sign.OPEN, Sign.CLOSE, Sign.END, Sign.SYMBOL, Sign.CENT}
)
_DIGITS = 20  # more would not fit the 28 digits that Decimal calculates with
_NUMBER = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?|[0-9]+(\.[0-9]+)?|\.[0-9]+")
_DASHES = frozenset("-−–")
_ISO_CODE = re.compile(r"[A-Z]{3}")
_CONDITION = re.compile(
    r"\s*([A-Z])\s+([0-9.,]+)\s+([A-Z]{3})\s*/\s*DTN\s*\(01\)\s*:(.+)", re.DOTALL
)


def read(text: str) -> Term:
    """The term that a text means. Raises `UnreadableError`."""
    if len(text) > LONGEST:
        raise UnreadableError(f"longer than {LONGEST} characters")
    cleaned = clean(text)
    if not cleaned:
        raise UnreadableError("there is nothing to read")
    if cleaned.startswith("Cond:"):
        return _read_bands(cleaned.removeprefix("Cond:"))
    return _read_rate(cleaned)


def _read_rate(cleaned: str) -> Term:
    reader = _Reader(cleaned)
    term = reader.seasonal()
    return NotNegative(term) if reader.subtracts else term


def _read_bands(text: str) -> Term:
    bands, kinds = [], set()
    for part in text.split(";"):
        match = _CONDITION.fullmatch(part)
        if match is None or match[1] not in "VL":
            raise UnreadableError(f"no rule for the condition {short(part.strip())}")
        kinds.add(match[1])
        floor = Decimal(_number(match[2]))
        bands.append(PriceBand(floor, _iso(match[3]), _read_rate(clean(match[4]))))
    floors = [band.floor for band in bands]
    if len(kinds) > 1 or floors != sorted(set(floors), reverse=True):
        raise UnreadableError("conditions that are not bands of one price, the dearest first")
    return PriceBands(kinds.pop(), tuple(bands))


def _number(text: str) -> str:
    if len(text) > _DIGITS or not _NUMBER.fullmatch(text):
        raise UnreadableError(f"{short(text)} is no number of a duty")
    return text.replace(",", "")


def _iso(text: str) -> str:
    try:
        return currency(text).code
    except UnknownCurrencyError:
        raise UnreadableError(f"{text!r} is no currency") from None


class _Reader(Cursor):
    """Reads one text; a method for each rule of the grammar."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.subtracts = False

    def seasonal(self) -> Term:
        seasons = [self._season()]
        while self.accept(Sign.COMMA):
            seasons.append(self._season())
        self.expect(Sign.END, END)
        if len(seasons) == 1 and not seasons[0].windows:
            return seasons[0].term
        if any(not season.windows for season in seasons[:-1]):
            raise UnreadableError("several rates, and only the last may be without a season")
        return Seasonal(tuple(seasons))

    def _season(self) -> Season:
        term = self._bounded()
        windows = []
        if self.accept(Sign.OPEN):
            windows.append(self._window())
            while self.accept(Sign.COMMA):
                windows.append(self._window())
            self.expect(Sign.CLOSE, "a closing bracket")
        return Season(term, tuple(windows))

    def _window(self) -> Window:
        first_day = self._day()
        first_month = self._month() if self.next.sign is Sign.WORD else None
        self.expect(Sign.MINUS, "a dash between two days")
        last_day = self._day()
        last_month = self._month()
        return Window((first_month or last_month, first_day), (last_month, last_day))

    def _day(self) -> int:
        token = self.expect(Sign.NUMBER, "a day of the month")
        if not re.fullmatch(r"0?[1-9]|[12][0-9]|3[01]", token.text):
            raise UnreadableError(f"{token.text!r} is no day of a month")
        return int(token.text)

    def _month(self) -> int:
        name = self.expect(Sign.WORD, "a month").text.upper()
        if name[:3] not in MONTHS or name not in _MONTH_NAMES:
            raise UnreadableError(f"{name!r} is no month")
        return MONTHS.index(name[:3]) + 1

    def _bounded(self) -> Term:
        term = self._sum()
        while bound := self.accept(Sign.BOUND):
            kind = cast(Literal["MIN", "MAX"], bound.text)
            term = Bound(kind, term, self._sum())
        return term

    def _sum(self) -> Term:
        first = self._term()
        rest: list[tuple[Literal["+", "-"], Term]] = []
        while self.next.sign in (Sign.PLUS, Sign.MINUS):
            if self.next.text in _DASHES and not self._between_blanks():
                self.fail("blanks around a minus sign")  # "10%-15%" is no subtraction
            added = self.take().sign is Sign.PLUS
            self.subtracts = self.subtracts or not added
            rest.append(("+" if added else "-", self._term()))
        return Sum(first, tuple(rest)) if rest else first

    def _between_blanks(self) -> bool:
        before, after = self.text[self.next.start - 1], self.text[self.next.end :]
        return before == " " and after.startswith(" ")

    def _term(self) -> Term:
        if self.next.sign in (Sign.NUMBER, Sign.FRACTION, Sign.SYMBOL):
            return self._rate()
        if self.next.sign is not Sign.WORD:
            self.fail("a rate")
        if self._is_code(self.next) and self.tokens[self.at + 1].sign is Sign.NUMBER:
            return self._rate()
        if self.text[self.next.start :].casefold().startswith("a duty of "):
            self.at += 3
            return self._rate()
        return self._wording()

    def _rate(self) -> Term:
        if fraction := self.accept(Sign.FRACTION):
            return self._percent(*_fraction(fraction.text))
        code = self._currency_before()
        number = Decimal(_number(self.expect(Sign.NUMBER, "a number").text))
        if code is None and self.next.sign is Sign.PERCENT:
            return self._percent(number, Decimal(1))
        if code is None:
            code, number = self._currency_after(number)
        if code is None:
            return self._bare(number)
        return self._specific(number, code)

    def _is_code(self, token: Token) -> bool:
        return token.sign is Sign.WORD and bool(_ISO_CODE.fullmatch(token.text))

    def _currency_before(self) -> str | None:
        if symbol := self.accept(Sign.SYMBOL):
            return _SYMBOLS[symbol.text]
        return _iso(self.take().text) if self._is_code(self.next) else None

    def _currency_after(self, number: Decimal) -> tuple[str | None, Decimal]:
        if symbol := self.accept(Sign.SYMBOL):
            return _SYMBOLS[symbol.text], number
        if self.accept(Sign.CENT):
            return "USD", number.scaleb(-2)
        if not self._is_code(self.next):
            return None, number
        code = _iso(self.take().text)
        if self.accept(Sign.CENT):
            if code != "USD":
                raise UnreadableError(f"cents of {code} are not read")
            return code, number.scaleb(-2)
        return code, number

    def _bare(self, number: Decimal) -> Term:
        # In TARIC a component without a monetary unit is a percentage; some lists drop the sign.
        # Only in front of an amount of money can nothing else be meant.
        following = self.tokens[self.at :]
        compound = following[0].sign in (Sign.PLUS, Sign.BOUND)
        money = any(t.sign is Sign.SYMBOL or self._is_code(t) for t in following)
        if self.at != 1 or not compound or not money:
            self.fail("a percent sign or a currency")
        return Percent(number)

    def _percent(self, numerator: Decimal, denominator: Decimal) -> Term:
        self.expect(Sign.PERCENT, "a percent sign")
        wording = self._phrase()
        if not wording:
            return Percent(numerator, denominator)
        basis = read_basis(wording)
        if basis is None:
            raise UnreadableError(f"a percentage of what: {short(wording)}")
        name, facts = basis
        return Percent(numerator, denominator, name or None, facts)

    def _specific(self, amount: Decimal, code: str) -> Term:
        phrase = self._phrase()
        if not phrase:
            return Amount(amount, code)
        unit = read_unit(phrase.removeprefix("/"))
        if unit is None:
            raise UnreadableError(f"the unit {short(phrase)} is not known")
        if self.words("less"):
            if unit.measure.factors != ("kg",) or unit.divisor != 1:
                raise UnreadableError("a scale of degrees that is not by the kilogram")
            return self._degree_scale(amount, code)
        return Amount(amount, code, unit)

    def _phrase(self) -> str:
        """A unit or part of a value: all up to the next operator, "less" or "for"."""
        first = self.at
        while self.next.sign not in _PHRASEENDS:
            if self.next.text in ("less", "for", "but"):
                break
            if self.next.sign is Sign.COMMA and self.tokens[self.at + 1].sign is not Sign.WORD:
                break
            self.take()
        return self.slice(first)

    def _degree_scale(self, full: Decimal, code: str) -> Term:
        step = self._per_kg(code)
        if not self.words("for", "each", "degree", "under"):
            self.fail("the degrees of a scale")
        degrees = Decimal(_number(self.expect(Sign.NUMBER, "a number of degrees").text))
        self.words("degrees")
        if self.accept(Sign.OPEN):
            while self.next.sign is Sign.WORD:
                self.take()
            self.expect(Sign.CLOSE, "a closing bracket")
        if not self.words("but", "not", "less"):
            self.fail("the least rate of a scale")
        self.words("than")
        return DegreeScale(full, step, degrees, self._per_kg(code), code)

    def _per_kg(self, code: str) -> Decimal:
        number = Decimal(_number(self.expect(Sign.NUMBER, "a number").text))
        found, number = self._currency_after(number)
        unit = read_unit(self._phrase().removeprefix("/"))
        if found != code or unit is None or unit.name != "kg":
            raise UnreadableError(f"an amount of {code} per kg expected")
        return number

    def _wording(self) -> Term:
        """A rate in words: up to the next plus or "minus" or bound, brackets included."""
        first = self.at
        while not self._ends_wording():
            self.take()
        wording = self.slice(first)
        term = read_wording(wording)
        if term is None:
            raise UnreadableError(f"no rule here for {short(wording)}")
        return term

    def _ends_wording(self) -> bool:
        token = self.next
        dash = token.sign is Sign.MINUS and not self._between_codes()
        return dash or token.sign in (Sign.PLUS, Sign.BOUND, Sign.END)

    def _between_codes(self) -> bool:
        """Whether the dash that comes next stands between two codes: 9823.09.01-9823.09.09."""
        before, after = self.tokens[self.at - 1], self.tokens[self.at + 1]
        return before.sign is Sign.CODE and after.sign is Sign.CODE


def _fraction(text: str) -> tuple[Decimal, Decimal]:
    whole, _, fraction = text.rpartition(" ")
    numerator, denominator = (Decimal(part) for part in fraction.split("/"))
    return (Decimal(whole.strip()) if whole else Decimal(0)) * denominator + numerator, denominator


_MONTH_NAMES = frozenset(
    (
        "JAN FEB MAR APR MAY JUN JUNE JUL JULY AUG SEP SEPT OCT NOV DEC JANUARY FEBRUARY MARCH "
        "APRIL AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER"
    ).split()
)
