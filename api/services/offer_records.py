"""How are offers kept, so that a quote can be computed again from them?"""

from datetime import date
from decimal import Decimal
from typing import Any

from carriers.offers import DutyFee, Offer, OfferPart, Silence, Transit
from data.model.money import Money, money

Record = dict[str, Any]


def write_offer(offer: Offer) -> Record:
    """An offer as plain JSON; nothing that `read_offer` could not bring back is in it."""
    transit = offer.transit
    return {
        "carrier": offer.carrier,
        "service": offer.service,
        "mode": offer.mode,
        "price": _write(offer.price),
        "parts": [[p.code, p.name, _write(p.amount), p.working] for p in offer.parts],
        "source": offer.source,
        "transit": transit
        and [
            transit.min_days,
            transit.max_days,
            transit.earliest.isoformat(),
            transit.latest.isoformat(),
        ],
        "ddp_fee": offer.ddp_fee and _write_fee(offer.ddp_fee),
        "disbursement_fee": offer.disbursement_fee and _write_fee(offer.disbursement_fee),
        "low": offer.low and _write(offer.low),
        "high": offer.high and _write(offer.high),
        "weight_assumed": offer.weight_assumed,
        "source_note": offer.source_note,
        **({"preferred": True} if offer.preferred else {}),
    }


def read_offer(record: Record) -> Offer:
    """The offer that `write_offer` wrote."""
    parts = [
        OfferPart(code, name, _read(amount), working)
        for code, name, amount, working in record["parts"]
    ]
    return Offer(
        carrier=record["carrier"],
        service=record["service"],
        mode=record["mode"],
        price=_read(record["price"]),
        parts=tuple(parts),
        source=record["source"],
        transit=record["transit"] and _read_transit(*record["transit"]),
        ddp_fee=record["ddp_fee"] and _read_fee(*record["ddp_fee"]),
        disbursement_fee=record["disbursement_fee"] and _read_fee(*record["disbursement_fee"]),
        low=record["low"] and _read(record["low"]),
        high=record["high"] and _read(record["high"]),
        weight_assumed=record["weight_assumed"],
        source_note=record["source_note"],
        preferred=record.get("preferred", False),
    )


def write_silence(silence: Silence) -> Record:
    """A carrier's silence as plain JSON."""
    return {"carrier": silence.carrier, "reason": silence.reason}


def read_silence(record: Record) -> Silence:
    """The silence that `write_silence` wrote."""
    return Silence(**record)


def _write(amount: Money) -> list[str]:
    return [str(amount.amount), amount.currency.code]


def _read(pair: list[str]) -> Money:
    return money(*pair)


def _write_fee(fee: DutyFee) -> list[Any]:
    return [fee.code, fee.name, str(fee.percent), _write(fee.minimum), fee.working]


def _read_fee(code: str, name: str, percent: str, minimum: list[str], working: str) -> DutyFee:
    return DutyFee(code, name, Decimal(percent), _read(minimum), working)


def _read_transit(min_days: int, max_days: int, earliest: str, latest: str) -> Transit:
    return Transit(min_days, max_days, date.fromisoformat(earliest), date.fromisoformat(latest))
