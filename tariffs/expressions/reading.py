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
from tariffs.expressions.terms import (
    Amount,
    Bound,
    DegreeScale,
    NotNegative,
    Percent,
    Sum,
    Term,
)
from tariffs.expressions.tokens import Sign, Token, clean, tokens
from tariffs.expressions.wordings import read_basis, read_wording
from tariffs.units import read_unit

LONGEST = 1000
"""Characters of the longest text that is read; the longest known rate has 470."""

_END = "the end"
_SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP"}
_PHRASE_ENDS = frozenset(
    {Sign.PLUS, Sign.MINUS, Sign.BOUND, Sign.OPEN, Sign.CLOSE, Sign.END, Sign.SYMBOL, Sign.CENT}
)
_SHOWN = 80
_DIGITS = 20  # more would not fit the 28 digits that Decimal calculates with
_NUMBER = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?|[0-9]+(\.[0-9]+)?|\.[0-9]+")
_DASHES = frozenset("-−–")
_ISO_CODE = re.compile(r"[A-Z]{3}")
_CONDITION = re.compile(
    r"\s*([A-Z])\s+([0-9.,]+)\s+([A-Z]{3})\s*/\s*DTN\s*\(01\)\s*:(.+)", re.DOTALL
)


class UnreadableError(ValueError):
    """A text that is no duty expression by this grammar; the message says what stopped it."""


def read(text: str) -> Term:
    """The term that a text means. Raises `UnreadableError`."""
    if len(text) > LONGEST:
        raise UnreadableError(f"longer than {LONGEST} characters")
    cleaned = clean(text)
    if not cleaned:
        raise UnreadableError("there is nothing to read")
    if cleaned.startswith("Cond:"):
        return _read_bands(cleaned.removeprefix("Cond:"))
    reader = _Reader(cleaned)
    term = reader.seasonal()
    return NotNegative(term) if reader.subtracts else term


def _read_bands(text: str) -> Term:
    bands, kinds = [], set()
    for part in text.split(";"):
        match = _CONDITION.fullmatch(part)
        if match is None or match[1] not in "VL":
            raise UnreadableError(f"no rule for the condition {_short(part.strip())}")
        kinds.add(match[1])
        floor = Decimal(_number(match[2]))
        bands.append(PriceBand(floor, _iso(match[3]), read(match[4])))
    floors = [band.floor for band in bands]
    if len(kinds) > 1 or floors != sorted(set(floors), reverse=True):
        raise UnreadableError("conditions that are not bands of one price, the dearest first")
    return PriceBands(kinds.pop(), tuple(bands))


def _short(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


def _number(text: str) -> str:
    if len(text) > _DIGITS or not _NUMBER.fullmatch(text):
        raise UnreadableError(f"{_short(text)} is no number of a duty")
    return text.replace(",", "")


def _iso(text: str) -> str:
    try:
        return currency(text).code
    except UnknownCurrencyError:
        raise UnreadableError(f"{text!r} is no currency") from None


class _Reader:
    """Reads one text from left to right, one token ahead."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.subtracts = False
        self._tokens = tokens(text)
        self._at = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._tokens[self._at]
        self._at += token.sign is not Sign.END
        return token

    def _accept(self, sign: Sign) -> Token | None:
        return self._take() if self._next.sign is sign else None

    def _expect(self, sign: Sign, what: str) -> Token:
        return self._accept(sign) or self._fail(what)

    def _fail(self, expected: str) -> Token:
        rest = self.text[self._next.start :]
        if not rest:
            raise UnreadableError(f"{expected} expected, but the text ends")
        if expected == _END:
            raise UnreadableError(f"no rule here for {_short(rest)}")
        raise UnreadableError(f"{expected} expected, not {_short(rest)}")

    def _slice(self, first: int) -> str:
        """The text from a token to the one before the next, as it is written."""
        if first == self._at:
            return ""
        return self.text[self._tokens[first].start : self._tokens[self._at - 1].end]

    def seasonal(self) -> Term:
        seasons = [self._season()]
        while self._accept(Sign.COMMA):
            seasons.append(self._season())
        self._expect(Sign.END, _END)
        if len(seasons) == 1 and not seasons[0].windows:
            return seasons[0].term
        if any(not season.windows for season in seasons[:-1]):
            raise UnreadableError("several rates, and only the last may be without a season")
        return Seasonal(tuple(seasons))

    def _season(self) -> Season:
        term = self._bounded()
        windows = []
        if self._accept(Sign.OPEN):
            windows.append(self._window())
            while self._accept(Sign.COMMA):
                windows.append(self._window())
            self._expect(Sign.CLOSE, "a closing bracket")
        return Season(term, tuple(windows))

    def _window(self) -> Window:
        first_day = self._day()
        first_month = self._month() if self._next.sign is Sign.WORD else None
        self._expect(Sign.MINUS, "a dash between two days")
        last_day = self._day()
        last_month = self._month()
        return Window((first_month or last_month, first_day), (last_month, last_day))

    def _day(self) -> int:
        token = self._expect(Sign.NUMBER, "a day of the month")
        if not re.fullmatch(r"0?[1-9]|[12][0-9]|3[01]", token.text):
            raise UnreadableError(f"{token.text!r} is no day of a month")
        return int(token.text)

    def _month(self) -> int:
        name = self._expect(Sign.WORD, "a month").text.upper()
        if name[:3] not in MONTHS or name not in _MONTH_NAMES:
            raise UnreadableError(f"{name!r} is no month")
        return MONTHS.index(name[:3]) + 1

    def _bounded(self) -> Term:
        term = self._sum()
        while bound := self._accept(Sign.BOUND):
            kind = cast(Literal["MIN", "MAX"], bound.text)
            term = Bound(kind, term, self._sum())
        return term

    def _sum(self) -> Term:
        first = self._term()
        rest: list[tuple[Literal["+", "-"], Term]] = []
        while self._next.sign in (Sign.PLUS, Sign.MINUS):
            if self._next.text in _DASHES and not self._between_blanks():
                self._fail("blanks around a minus sign")  # "10%-15%" is no subtraction
            added = self._take().sign is Sign.PLUS
            self.subtracts = self.subtracts or not added
            rest.append(("+" if added else "-", self._term()))
        return Sum(first, tuple(rest)) if rest else first

    def _between_blanks(self) -> bool:
        before, after = self.text[self._next.start - 1], self.text[self._next.end :]
        return before == " " and after.startswith(" ")

    def _term(self) -> Term:
        if self._next.sign in (Sign.NUMBER, Sign.FRACTION, Sign.SYMBOL):
            return self._rate()
        if self._next.sign is not Sign.WORD:
            self._fail("a rate")
        if self._is_code(self._next) and self._tokens[self._at + 1].sign is Sign.NUMBER:
            return self._rate()
        if self.text[self._next.start :].casefold().startswith("a duty of "):
            self._at += 3
            return self._rate()
        return self._wording()

    def _rate(self) -> Term:
        if fraction := self._accept(Sign.FRACTION):
            return self._percent(*_fraction(fraction.text))
        code = self._currency_before()
        number = Decimal(_number(self._expect(Sign.NUMBER, "a number").text))
        if code is None and self._next.sign is Sign.PERCENT:
            return self._percent(number, Decimal(1))
        if code is None:
            code, number = self._currency_after(number)
        if code is None:
            return self._bare(number)
        return self._specific(number, code)

    def _is_code(self, token: Token) -> bool:
        return token.sign is Sign.WORD and bool(_ISO_CODE.fullmatch(token.text))

    def _currency_before(self) -> str | None:
        if symbol := self._accept(Sign.SYMBOL):
            return _SYMBOLS[symbol.text]
        return _iso(self._take().text) if self._is_code(self._next) else None

    def _currency_after(self, number: Decimal) -> tuple[str | None, Decimal]:
        if symbol := self._accept(Sign.SYMBOL):
            return _SYMBOLS[symbol.text], number
        if self._accept(Sign.CENT):
            return "USD", number.scaleb(-2)
        if not self._is_code(self._next):
            return None, number
        code = _iso(self._take().text)
        if self._accept(Sign.CENT):
            if code != "USD":
                raise UnreadableError(f"cents of {code} are not read")
            return code, number.scaleb(-2)
        return code, number

    def _bare(self, number: Decimal) -> Term:
        # In TARIC a component without a monetary unit is a percentage; some lists drop the sign.
        # Only in front of an amount of money can nothing else be meant.
        following = self._tokens[self._at :]
        compound = following[0].sign in (Sign.PLUS, Sign.BOUND)
        money = any(t.sign is Sign.SYMBOL or self._is_code(t) for t in following)
        if self._at != 1 or not compound or not money:
            self._fail("a percent sign or a currency")
        return Percent(number)

    def _percent(self, numerator: Decimal, denominator: Decimal) -> Term:
        self._expect(Sign.PERCENT, "a percent sign")
        wording = self._phrase()
        if not wording:
            return Percent(numerator, denominator)
        basis = read_basis(wording)
        if basis is None:
            raise UnreadableError(f"a percentage of what: {_short(wording)}")
        name, facts = basis
        return Percent(numerator, denominator, name or None, facts)

    def _specific(self, amount: Decimal, code: str) -> Term:
        phrase = self._phrase()
        if not phrase:
            return Amount(amount, code)
        unit = read_unit(phrase.removeprefix("/"))
        if unit is None:
            raise UnreadableError(f"the unit {_short(phrase)} is not known")
        if self._word_is("less"):
            if unit.measure.factors != ("kg",) or unit.divisor != 1:
                raise UnreadableError("a scale of degrees that is not by the kilogram")
            return self._degree_scale(amount, code)
        return Amount(amount, code, unit)

    def _phrase(self) -> str:
        """A unit or part of a value: all up to the next operator, "less" or "for"."""
        first = self._at
        while self._next.sign not in _PHRASE_ENDS:
            if self._next.text in ("less", "for", "but"):
                break
            if self._next.sign is Sign.COMMA and self._tokens[self._at + 1].sign is not Sign.WORD:
                break
            self._take()
        return self._slice(first)

    def _word_is(self, *words: str) -> bool:
        """Take the words if they come next."""
        coming = self._tokens[self._at : self._at + len(words)]
        if tuple(token.text for token in coming) != words:
            return False
        self._at += len(words)
        return True

    def _degree_scale(self, full: Decimal, code: str) -> Term:
        step = self._per_kg(code)
        if not self._word_is("for", "each", "degree", "under"):
            self._fail("the degrees of a scale")
        degrees = Decimal(_number(self._expect(Sign.NUMBER, "a number of degrees").text))
        self._word_is("degrees")
        if self._accept(Sign.OPEN):
            while self._next.sign is Sign.WORD:
                self._take()
            self._expect(Sign.CLOSE, "a closing bracket")
        if not self._word_is("but", "not", "less"):
            self._fail("the least rate of a scale")
        self._word_is("than")
        return DegreeScale(full, step, degrees, self._per_kg(code), code)

    def _per_kg(self, code: str) -> Decimal:
        number = Decimal(_number(self._expect(Sign.NUMBER, "a number").text))
        found, number = self._currency_after(number)
        unit = read_unit(self._phrase().removeprefix("/"))
        if found != code or unit is None or unit.name != "kg":
            raise UnreadableError(f"an amount of {code} per kg expected")
        return number

    def _wording(self) -> Term:
        """A rate in words: up to the next plus or "minus" or bound, brackets included."""
        first = self._at
        while not self._ends_wording():
            self._take()
        wording = self._slice(first)
        term = read_wording(wording)
        if term is None:
            raise UnreadableError(f"no rule here for {_short(wording)}")
        return term

    def _ends_wording(self) -> bool:
        token = self._next
        dash = token.sign is Sign.MINUS and not self._between_codes()
        return dash or token.sign in (Sign.PLUS, Sign.BOUND, Sign.END)

    def _between_codes(self) -> bool:
        """Whether the dash that comes next stands between two codes: 9823.09.01-9823.09.09."""
        before, after = self._tokens[self._at - 1], self._tokens[self._at + 1]
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
