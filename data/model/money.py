"""What is an amount of money, and how is it cut without losing a cent?

`Money` is py-moneyed's: a `Decimal` and a currency. What that library leaves open is written
here: the ISO 4217 minor digits (CLDR's differ for IQD, RSD, ALL…), rounding half up (the library
rounds half to even), and an allocation that always adds up.
"""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import cache

from moneyed import Currency, Money, get_currency
from moneyed.classes import CurrencyDoesNotExist

__all__ = [
    "Currency",
    "Money",
    "UnknownCurrencyError",
    "allocate",
    "currency",
    "minor_digits",
    "money",
    "quantum",
    "round_half_up",
    "spell_amount",
]

# ISO 4217 minor units that are not 2. Codes without a minor unit ("N.A.") are not tradeable here.
_MINOR_DIGITS = {
    **dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0
    ),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}
_NEWER_THAN_THE_LIBRARY = {"XCG": "Caribbean guilder", "ZWG": "Zimbabwe gold"}


class UnknownCurrencyError(ValueError):
    """A currency code that ISO 4217 does not list."""


@cache
def currency(code: str) -> Currency:
    """The currency of an ISO 4217 code.

    >>> currency("EUR").code
    'EUR'
    """
    if code in _NEWER_THAN_THE_LIBRARY:
        return Currency(code=code, name=_NEWER_THAN_THE_LIBRARY[code])
    try:
        found = get_currency(code)
    except CurrencyDoesNotExist:
        raise UnknownCurrencyError(code) from None
    if found.code != code or found.code.startswith("XX") or found.code == "XTS":
        raise UnknownCurrencyError(code)
    return found


@cache
def minor_digits(code: str) -> int:
    """How many decimals a final amount in this currency has.

    >>> minor_digits("JPY"), minor_digits("EUR"), minor_digits("KWD")
    (0, 2, 3)
    """
    return _MINOR_DIGITS.get(code, 2)


@cache
def quantum(code: str) -> Decimal:
    """The smallest amount of this currency that can be paid.

    >>> quantum("KWD")
    Decimal('0.001')
    """
    return Decimal(1).scaleb(-minor_digits(code))


def round_half_up(amount: Decimal, code: str) -> Decimal:
    """An amount to the currency's minor unit, halves away from zero.

    >>> round_half_up(Decimal("2.665"), "EUR")
    Decimal('2.67')
    """
    return amount.quantize(quantum(code), ROUND_HALF_UP)


def spell_amount(amount: Money) -> str:
    """An amount as a sentence names it, the currency beyond doubt.

    >>> spell_amount(money("1000.00", "AUD"))
    '1000 AUD'
    """
    return f"{amount.amount.normalize():f} {amount.currency.code}"


def money(amount: Decimal | str, code: str) -> Money:
    """An amount in a currency, exactly as given (not rounded)."""
    return Money(Decimal(amount), currency(code))


def allocate(total: Decimal, weights: Sequence[Decimal], step: Decimal) -> list[Decimal]:
    """Spread an amount by weight in whole steps; the parts always add up to the total.

    Largest remainder first; equal remainders in the order given. With no weight at all the parts
    are equal. `total` must be a whole number of steps, or the odd bit goes to the largest share.

    >>> allocate(Decimal("10.00"), [Decimal(1), Decimal(1), Decimal(1)], Decimal("0.01"))
    [Decimal('3.34'), Decimal('3.33'), Decimal('3.33')]
    """
    if not weights:
        return []
    if len(weights) == 1:
        return [total]
    whole = sum(weights, Decimal(0))
    shares = [w / whole for w in weights] if whole else [Decimal(1) / len(weights)] * len(weights)
    due = [total * share for share in shares]
    parts = [(share / step).to_integral_value(ROUND_FLOOR) * step for share in due]
    left = total - sum(parts, Decimal(0))
    short = [part - share for part, share in zip(parts, due, strict=True)]
    order = sorted(range(len(parts)), key=short.__getitem__)
    for index in order:
        if left < step:
            break
        parts[index] += step
        left -= step
    parts[order[0]] += left
    return parts
