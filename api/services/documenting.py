"""How is a shipment's paper made for who asks for it?

Exchange rates that the caller does not give are the service's own: the ECB's of the day before,
where a snapshot is held. Everything else is the shipment's.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from customs.documents import registry
from customs.documents.faults import Fault
from customs.documents.kinds import MEDIA, Format, Kind
from customs.exchange import ExchangeRateNeededError
from customs.rulebook import Rulebook
from data.model.shipment import Shipment
from tariffs.snapshot import NoSnapshotError

_LIMITS_ARE_IN = ("EUR", "GBP", "CHF", "USD", "NOK", "AUD", "NZD", "SGD")
"""Currencies in which schemes and operators state their limits."""


@dataclass(frozen=True, slots=True)
class Made:
    """A paper: its bytes, what they are, and how the file may be called."""

    content: bytes
    media: str
    name: str


@dataclass(frozen=True, slots=True)
class Possible:
    """A kind of paper, and what keeps a shipment from having it."""

    kind: Kind
    faults: tuple[Fault, ...]


def make_document(
    rulebook: Callable[[], Rulebook],
    kind: str,
    shipment: Shipment,
    form: Format,
    language: str,
    options: Mapping[str, Any],
) -> Made:
    """A paper, whole or not at all. Raises `RefusedError`."""
    given = _with_rates(rulebook, kind, shipment, options)
    content = registry.make(kind, shipment, form, language, given)
    plain = "".join(letter if letter.isalnum() else "-" for letter in shipment.reference)
    name = f"{kind}-{plain.encode('ascii', 'ignore').decode().strip('-') or 'shipment'}.{form}"
    return Made(content, MEDIA[form], name)


def possible_documents(rulebook: Callable[[], Rulebook], shipment: Shipment) -> Iterator[Possible]:
    """Each kind with what keeps this shipment from having it, without any option."""
    for kind in registry.kinds():
        options = _with_rates(rulebook, kind.name, shipment, {})
        yield Possible(kind, registry.faults_of(kind.name, shipment, options))


def _with_rates(
    rulebook: Callable[[], Rulebook], kind: str, shipment: Shipment, options: Mapping[str, Any]
) -> dict[str, Any]:
    """The options, with the rates that this kind may need and nobody gave."""
    if "rates" in options or "rates" not in registry.kind(kind).options or not shipment.items:
        return dict(options)
    source = shipment.currency
    try:
        exchange = rulebook().exchange(shipment.on, (), None)
    except NoSnapshotError:
        return dict(options)
    rates = {}
    for target in _LIMITS_ARE_IN:
        if target != source:
            try:
                rate = exchange.rate(source, target, "presentment")
            except ExchangeRateNeededError:
                continue
            rates[f"{source}/{target}"] = f"{rate:f}"
    return {**options, "rates": rates}
