"""What do the carriers offer, as the merchant makes it?

Carriers that price in the process are asked directly; for those over the wire there is the ladder,
down to the merchant's own backups. Then the merchant's rules.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from api.services.quotes import QuoteRequest
from carriers.offers import Offer, RateRequest, Silence
from carriers.rates import Prices
from carriers.rating import rate_all
from carriers.registry import Accounts, Registry, no_accounts
from carriers.resilience.ladder import Cards, Ladder
from carriers.rules import NO_RULES, Rules
from customs.exchange import Exchange, ExchangeRateNeededError
from data.model.money import Money, money


def rate(
    registry: Registry,
    ladder: Ladder,
    parcels: RateRequest,
    request: QuoteRequest,
    accounts: Accounts = no_accounts,
    rules: Rules = NO_RULES,
    exchange: Callable[[], Exchange] | None = None,
) -> tuple[Sequence[Offer], Sequence[Silence]]:
    """Ask the carriers, all or those named: their offers, and who gave none and why.

    `exchange` makes the quote's rates; it is called when a rule is in another currency.
    """
    lane = (parcels.ship_from.country, parcels.ship_to.country)
    carriers, unusable = registry.rates(request.carriers, accounts, lane)
    if rules.backups:
        ladder = replace(ladder, backups=rules.instead)
    offers, silent = rate_all(carriers, parcels, request.max_wait_ms, ladder=ladder)
    if not rules.rules:
        return offers, (*unusable, *silent)
    kept, left_out = rules.apply(offers, parcels, _converter(exchange))
    return kept, (*unusable, *silent, *left_out)


def installed_cards(*folders: Path) -> Cards:
    """The price lists in these folders, each in a folder of its carrier's code; read once."""

    @lru_cache(maxsize=256)
    def card(code: str) -> Prices | None:
        from carriers.rate_cards import CardCarrier, load_card  # whoever asks no carrier needs none

        for folder in folders:
            if (folder / code / "card.toml").is_file():
                return CardCarrier(load_card(folder / code))
        return None

    return card


def _converter(exchange: Callable[[], Exchange] | None) -> Callable[[Money, str], Money]:
    def convert(amount: Money, unit: str) -> Money:
        source = amount.currency.code
        if source == unit:
            return amount
        if exchange is None:
            raise LookupError(f"no exchange rate from {source} to {unit} is known")
        try:
            return money(exchange().presentment(amount.amount, source, unit), unit)
        except ExchangeRateNeededError as error:
            raise LookupError(str(error)) from None

    return convert
