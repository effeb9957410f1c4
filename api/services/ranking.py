"""In which order are a quote's options shown?

Cheapest to the door first, unless the request asks for the quickest or for a blend of both. What a
merchant prefers comes before the rest, each part in that order.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal

from api.services.quotes import Option, Rank

_SLOWEST = Decimal(999)  # days, of a service that does not say how long it takes


def rank(options: list[Option], by: Rank | None) -> None:
    """Put options in their order. Those that are alike stay as they are."""
    if by == "speed":
        options.sort(key=lambda each: (_days(each), each.totals.landed_cost))
    elif by == "blend":
        blended = _blend(options)
        options.sort(key=lambda each: (blended(each), each.totals.landed_cost))
    else:
        options.sort(key=lambda each: each.totals.landed_cost)
    if any(each.offer and each.offer.preferred for each in options):
        options.sort(key=lambda each: not (each.offer and each.offer.preferred))


def _days(option: Option) -> Decimal:
    transit = option.offer.transit if option.offer else None
    return _SLOWEST if transit is None else Decimal(transit.max_days)


def _blend(options: list[Option]) -> Callable[[Option], Decimal]:
    """Half of where an option stands between the cheapest and the dearest, half of its speed.

    A service that does not say how long it takes stands with the slowest that does.
    """
    cost = _scale(each.totals.landed_cost for each in options)
    known = [days for each in options if (days := _days(each)) != _SLOWEST]
    slowest = max(known, default=Decimal(0))
    speed = _scale(known)
    return lambda each: cost(each.totals.landed_cost) + speed(min(_days(each), slowest))


def _scale(values: Iterable[Decimal]) -> Callable[[Decimal], Decimal]:
    """Where a value stands between the least (0) and the greatest (1) of several."""
    known = list(values)
    least = min(known, default=Decimal(0))
    width = max(known, default=Decimal(0)) - least
    return lambda value: (value - least) / width if width else Decimal(0)
