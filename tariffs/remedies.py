"""Which trade remedies does a producer's goods owe?

Anti-dumping and countervailing duties differ by producer, who is named by an additional code. A row
without one is for everybody. While the producer is not known the residual rate ("all others") is
charged, or the dearest where the feed marks none; a safeguard is for goods beyond the quota.
"""

from tariffs.base_duty import Option, Rates, pick
from tariffs.ledger import Ledger
from tariffs.schedule import Programme

ADDITIONAL_CODE = "additional_code"


def charge_remedies(
    ledger: Ledger, rates: Rates, *, quota: bool, remedy: Option | None = None
) -> tuple[Option, ...]:
    """Charge the additive rates. The answer lists the producers' rates among which one is open.

    `quota` says that a quota was charged; `remedy` chooses one of the producers' rates.
    """
    undecided: tuple[Option, ...] = ()
    for programme, options in rates.added.items():
        if programme is Programme.SAFEGUARD and quota:
            continue
        everyone = [o for o in options if o.rate.additional_code is None]
        producers = tuple(o for o in options if o.rate.additional_code is not None)
        stated = ledger.line.additional_code
        charged = everyone + [o for o in producers if o.rate.additional_code == stated]
        if producers and len(charged) == len(everyone):
            undecided += producers
            charged.append(_assumed(ledger, producers, remedy))
        for option in charged:
            ledger.charge_expression(option.entry, ledger.line.value)
    return undecided


def _assumed(ledger: Ledger, producers: tuple[Option, ...], remedy: Option | None) -> Option:
    if remedy is not None and remedy in producers:
        return remedy
    residual = [o for o in producers if (o.rate.additional_code or "").endswith("999")]
    return pick(ledger, residual or producers, dearest=True)[0]
