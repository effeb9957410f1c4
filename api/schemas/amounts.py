"""How do people of a place write an amount of money?

Babel knows how each locale writes money; asking it costs more than the whole calculation of an
amount. What it would write is turned into a template once per locale and currency; locales whose
digits group irregularly (Indian lakhs) go to Babel each time.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency

from data.model.money import minor_digits, quantum

Format = Callable[[Decimal], str]


def formatted_amount(amount: Decimal, unit: str, locale: str) -> str:
    r"""An amount as people of a locale write it.

    >>> formatted_amount(Decimal("1234.50"), "EUR", "de-DE")
    '1.234,50\xa0€'
    """
    return amount_format(unit, locale)(amount)


def is_locale(tag: str) -> bool:
    """Whether a language tag (``de-DE``) is one that amounts can be written for."""
    return _locale(tag) is not None


@lru_cache(maxsize=512)
def _locale(tag: str) -> Locale | None:
    try:
        return Locale.parse(tag.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError):
        return None


@lru_cache(maxsize=2048)
def amount_format(unit: str, tag: str) -> Format:
    """What writes amounts of a currency as people of a locale do."""
    locale = _locale(tag) or Locale("en")

    def by_babel(amount: Decimal) -> str:
        return str(format_currency(amount, unit, locale=locale, currency_digits=False,
                                   format=_pattern(locale, unit)))  # fmt: skip

    sample = by_babel(Decimal("1234567") + quantum(unit))
    whole, point = _marks(sample, unit)
    if whole is None:
        return by_babel
    before, group, after = whole
    digits = minor_digits(unit)

    marks = str.maketrans({",": group, ".": point})
    short = 3 + digits + (digits > 0)  # as long as a number without a group

    def by_template(amount: Decimal) -> str:
        if amount < 0:
            return by_babel(amount)
        number = str(amount)
        if digits and len(number) <= short and number[-digits - 1 : -digits] == ".":
            number = number.replace(".", point)  # as most are: nothing to round or to group
        else:
            number = f"{amount:,.{digits}f}".translate(marks)
        return f"{before}{number}{after}"

    return by_template if by_template(Decimal("1234567") + quantum(unit)) == sample else by_babel


def _pattern(locale: Locale, unit: str) -> str:
    """The locale's own pattern, with ISO 4217 decimals in place of CLDR's."""
    pattern: str = locale.currency_formats["standard"].pattern
    decimals = "." + "0" * minor_digits(unit) if minor_digits(unit) else ""
    return pattern.replace(".00", decimals)


def _marks(sample: str, unit: str) -> tuple[tuple[str, str, str] | None, str]:
    """What stands before, between and after the digits of a sample, and the decimal mark."""
    start, end = sample.find("1"), 0
    for index, char in enumerate(sample):
        if char.isascii() and char.isdigit():
            end = index
    if start < 0:
        return None, ""
    digits = minor_digits(unit)
    number = sample[start : end + 1]
    point = number[-digits - 1] if digits else ""
    group = number[1 : number.find("2")]
    return (sample[:start], group, sample[end + 1 :]), point
