"""How is one value of a request read: money, a weight, a country, a commodity code?

Each kind is one plain function ``read_x(raw) -> value`` that raises `Unreadable`. Nothing numeric
passes through a float: a JSON number where a decimal string belongs is refused with advice. Those
that run for every line begin with what is plainly right; what is not goes on to be told why.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from babel import Locale

from data.model.money import Money, UnknownCurrencyError, currency

Raw = Any
MISSING = "Missing data for required field."
UNKNOWN = "Unknown field."

# CLDR lists regions that ISO 3166-1 has not assigned: reserved, grouping and test codes. XK is not
# assigned either, but it is what carriers and customs write for Kosovo.
_NOT_ASSIGNED = frozenset("AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ".split())
COUNTRIES = frozenset(
    code
    for code in map(str, Locale("en").territories)
    if len(code) == 2 and code.isalpha() and code not in _NOT_ASSIGNED
)

_DECIMAL = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,12})?").fullmatch
_UNSIGNED = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,12})?").fullmatch
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch
_HS_NOISE = str.maketrans("", "", ". \u00a0")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]").search

KILOGRAMS: Mapping[str, Decimal] = MappingProxyType(
    {
        "kg": Decimal(1),
        "g": Decimal("0.001"),
        "lb": Decimal("0.45359237"),
        "oz": Decimal("0.028349523125"),
    }
)
CENTIMETRES: Mapping[str, Decimal] = MappingProxyType(
    {"cm": Decimal(1), "mm": Decimal("0.1"), "in": Decimal("2.54")}
)
_IN_KILOGRAMS, _IN_CENTIMETRES = dict(KILOGRAMS), dict(CENTIMETRES)  # quicker than the proxies
_NOTHING = Decimal(0)
_MONEY_KEYS = {"amount", "currency"}
_WEIGHT_KEYS = {"value", "unit"}
SIDES = ("length", "width", "height")
_DIMENSION_KEYS = {*SIDES, "unit"}


class Unreadable(ValueError):  # noqa: N818 - said of a value
    """A value that cannot be read; `messages` has marshmallow's shape, by member if it has any."""

    def __init__(self, messages: str | dict[Any, Any]) -> None:
        super().__init__(messages)
        self.messages: list[str] | dict[Any, Any] = (
            [messages] if isinstance(messages, str) else messages
        )


def read_decimal(raw: Raw) -> Decimal:
    """An exact decimal from a string: at most 18 digits before the point and 12 after.

    >>> read_decimal("12.50")
    Decimal('12.50')
    """
    if type(raw) is not str:
        if type(raw) in (int, float):
            raise Unreadable(f'Write it as a string, "{raw}": a JSON number may lose digits.')
        raise Unreadable('Not a decimal string such as "12.50".')
    if _DECIMAL(raw) is None:
        raise Unreadable(
            'Not a decimal string such as "12.50": digits and one point, no exponent, '
            "at most 18 digits before the point and 12 after."
        )
    return Decimal(raw)


def read_quantity(raw: Raw) -> Decimal:
    """A decimal string that is not negative."""
    number = read_decimal(raw)
    if number < 0:
        raise Unreadable("Must not be negative.")
    return number


def read_positive(raw: Raw) -> Decimal:
    """A decimal string of more than 0."""
    number = read_decimal(raw)
    if number <= 0:
        raise Unreadable("Must be more than 0.")
    return number


def read_currency(raw: Raw) -> str:
    """An ISO 4217 code, in capitals."""
    if type(raw) is not str:
        raise Unreadable('Not an ISO 4217 currency such as "EUR".')
    try:
        return str(currency(raw).code)
    except UnknownCurrencyError:
        raise Unreadable('Not an ISO 4217 currency such as "EUR".') from None


def read_money(raw: Raw) -> Money:
    """Money from ``{"amount": "12.50", "currency": "EUR"}``, exactly as given."""
    if type(raw) is not dict or raw.keys() != _MONEY_KEYS:
        raise _members(raw, _MONEY_KEYS, 'money: {"amount": "12.50", "currency": "EUR"}')
    amount, code = raw["amount"], raw["currency"]
    try:
        if type(amount) is str and _DECIMAL(amount) is not None and type(code) is str:
            return Money(Decimal(amount), currency(code))
    except UnknownCurrencyError:
        pass  # said below, together with what else may be wrong
    raise _by_member({"amount": (read_decimal, amount), "currency": (read_currency, code)})


def read_price(raw: Raw) -> Money:
    """Money that is not negative."""
    if type(raw) is dict and len(raw) == 2:
        amount, code = raw.get("amount"), raw.get("currency")
        if type(amount) is str and type(code) is str and _UNSIGNED(amount) is not None:
            try:
                return Money(Decimal(amount), currency(code))
            except UnknownCurrencyError:
                pass  # said below
    price = read_money(raw)
    if price.amount < 0:
        raise Unreadable({"amount": ["Must not be negative."]})
    return price


def read_weight(raw: Raw) -> Decimal:
    """Kilograms, exactly, from ``{"value": "0.2", "unit": "kg"}`` in kg, g, lb or oz.

    >>> read_weight({"value": "8", "unit": "oz"})
    Decimal('0.226796185000')
    """
    if type(raw) is dict and len(raw) == 2:
        value, unit = raw.get("value"), raw.get("unit")
        if type(value) is str and type(unit) is str and _UNSIGNED(value) is not None:
            weight = Decimal(value) * _IN_KILOGRAMS.get(unit, _NOTHING)
            if weight:
                return weight
    if type(raw) is not dict or raw.keys() != _WEIGHT_KEYS:
        raise _members(raw, _WEIGHT_KEYS, 'a weight: {"value": "0.2", "unit": "kg"}')
    value, unit = raw["value"], raw["unit"]
    factor = KILOGRAMS.get(unit) if type(unit) is str else None
    if factor is None or type(value) is not str or _DECIMAL(value) is None:
        raise _by_member({"value": (read_decimal, value), "unit": (_unit(KILOGRAMS), unit)})
    weight = Decimal(value) * factor
    if weight <= 0:
        raise Unreadable({"value": ["Must be more than 0."]})
    return weight


def read_dimensions(raw: Raw) -> tuple[Decimal, Decimal, Decimal]:
    """Length, width and height in centimetres, exactly, from cm, mm or in."""
    found = _plain_dimensions(raw)
    if found is not None:
        return found
    if type(raw) is not dict or raw.keys() != _DIMENSION_KEYS:
        form = 'dimensions: {"length": "30", "width": "20", "height": "2", "unit": "cm"}'
        raise _members(raw, _DIMENSION_KEYS, form)
    unit = raw["unit"]
    factor = CENTIMETRES.get(unit) if type(unit) is str else None
    if factor is None:
        sides = {side: (read_decimal, raw[side]) for side in SIDES}
        raise _by_member({**sides, "unit": (_unit(CENTIMETRES), unit)})
    try:
        length, width, height = (read_decimal(raw[side]) * factor for side in SIDES)
    except Unreadable:
        raise _by_member({side: (read_decimal, raw[side]) for side in SIDES}) from None
    if length <= 0 or width <= 0 or height <= 0:
        empty = [side for side in SIDES if read_decimal(raw[side]) <= 0]
        raise Unreadable({side: ["Must be more than 0."] for side in empty})
    return length, width, height


def _plain_dimensions(raw: Raw) -> tuple[Decimal, Decimal, Decimal] | None:
    if type(raw) is not dict or len(raw) != 4:
        return None
    length, width, height = raw.get("length"), raw.get("width"), raw.get("height")
    if not (type(length) is type(width) is type(height) is type(raw.get("unit")) is str):
        return None
    factor = _IN_CENTIMETRES.get(raw["unit"])
    if factor is None or not (_UNSIGNED(length) and _UNSIGNED(width) and _UNSIGNED(height)):
        return None
    sides = Decimal(length) * factor, Decimal(width) * factor, Decimal(height) * factor
    return sides if sides[0] and sides[1] and sides[2] else None


def read_country(raw: Raw) -> str:
    """An ISO 3166-1 alpha-2 code in capitals (and XK); Northern Ireland is GB."""
    if type(raw) is str and raw in COUNTRIES:
        return raw
    raise Unreadable('Not an ISO 3166-1 alpha-2 country such as "DE".')


def read_day(raw: Raw) -> date:
    """A day, ``YYYY-MM-DD`` and nothing else.

    >>> read_day("2026-11-20")
    datetime.date(2026, 11, 20)
    """
    if type(raw) is str and _DAY(raw) is not None:
        try:
            return date.fromisoformat(raw)
        except ValueError:
            raise Unreadable("There is no such day.") from None
    raise Unreadable("Not a day: YYYY-MM-DD.")


def hs_reader(lengths: frozenset[int]) -> Callable[[Raw], str]:
    """A reader of commodity codes of these lengths; dots and blanks are dropped.

    >>> hs_reader(frozenset({6}))("6109.10")
    '610910'
    """
    told = ", ".join(map(str, sorted(lengths)[:-1])) + f" or {max(lengths)}"

    def read_hs_code(raw: Raw) -> str:
        if type(raw) is str:
            code = raw.replace(".", "")
            if len(code) in lengths and code.isdigit() and code.isascii():
                return code
            code = raw.translate(_HS_NOISE)
            if len(code) in lengths and code.isascii() and code.isdigit():
                return code
        raise Unreadable(f'Not a commodity code such as "6109.10": {told} digits.')

    return read_hs_code


def text_reader(longest: int, shortest: int = 1) -> Callable[[Raw], str]:
    """A reader of text of so many characters, without control characters."""

    def read_text(raw: Raw) -> str:
        if type(raw) is str and shortest <= len(raw) <= longest and raw.isprintable():
            return raw
        if type(raw) is not str:
            raise Unreadable("Not a string.")
        if not shortest <= len(raw) <= longest:
            raise Unreadable(f"Must have {shortest} to {longest} characters.")
        if _CONTROL(raw):
            raise Unreadable("Control characters are not allowed.")
        return raw

    return read_text


def map_reader(
    read_member: Callable[[Raw], Any], most: int = 100
) -> Callable[[Raw], dict[str, Any]]:
    """A reader of an object with free keys and members of one kind."""
    read_key = text_reader(80)

    def read_map(raw: Raw) -> dict[str, Any]:
        if type(raw) is not dict:
            raise Unreadable("Not an object.")
        if len(raw) > most:
            raise Unreadable(f"At most {most} members.")
        try:
            return {read_key(key): read_member(member) for key, member in raw.items()}
        except Unreadable:
            raise _by_member({key: (read_member, member) for key, member in raw.items()}) from None

    return read_map


def read_fact(raw: Raw) -> str:
    """A fact's answer: a string; true and false are taken as the strings they look like."""
    if raw is True or raw is False:
        return "true" if raw else "false"
    if type(raw) in (int, float):
        raise Unreadable(f'Write it as a string, "{raw}": a JSON number may lose digits.')
    return _read_fact_text(raw)


_read_fact_text = text_reader(200, 0)


def _unit(factors: Mapping[str, Decimal]) -> Callable[[Raw], str]:
    def read_unit(raw: Raw) -> str:
        if type(raw) is str and raw in factors:
            return raw
        raise Unreadable(f"Must be one of: {', '.join(factors)}.")

    return read_unit


def _members(raw: Raw, keys: set[str], form: str) -> Unreadable:
    if type(raw) is not dict:
        if type(raw) in (int, float, str):
            return Unreadable(f"Must be an object, {form}.")
        return Unreadable(f"Not {form}.")
    missing = {key: [MISSING] for key in sorted(keys - raw.keys())}
    return Unreadable(missing | {key: [UNKNOWN] for key in raw.keys() - keys})


def _by_member(parts: Mapping[Any, tuple[Callable[[Raw], Any], Raw]]) -> Unreadable:
    """What is wrong with each member, said all at once."""
    messages: dict[Any, Any] = {}
    for key, (read, raw) in parts.items():
        try:
            read(raw)
        except Unreadable as error:
            messages[key] = error.messages
    return Unreadable(messages or "Cannot be read: a key is too long or has control characters.")
