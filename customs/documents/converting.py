"""What is an amount in the currency of a limit?

Papers know no exchange rates of their own: a request gives them (``rates``: ``"USD/EUR": "0.92"``,
what one of the first is in the second).
"""

from decimal import Decimal, InvalidOperation

from customs.documents.faults import Fault
from customs.documents.kinds import Options
from data.model.money import Money


def converted(amount: Money, code: str, options: Options) -> Decimal | None:
    """An amount in another currency; None when nobody gave the rate."""
    if amount.currency.code == code:
        return Decimal(amount.amount)
    there = _rate(options, f"{amount.currency.code}/{code}")
    if there is not None:
        return Decimal(amount.amount) * there
    back = _rate(options, f"{code}/{amount.currency.code}")
    return None if back is None else Decimal(amount.amount) / back


def _rate(options: Options, pair: str) -> Decimal | None:
    rates = options.get("rates")
    try:
        rate = Decimal(str(rates[pair])) if isinstance(rates, dict) and pair in rates else None
    except InvalidOperation:
        return None
    return rate if rate is not None and rate.is_finite() and rate > 0 else None


def rate_needed(amount: Money, code: str) -> Fault:
    """What is said when an amount cannot be held against a limit."""
    pair = f"{amount.currency.code}/{code}"
    return Fault("/options/rates", f"The limit is in {code}: give the rate {pair}.")
