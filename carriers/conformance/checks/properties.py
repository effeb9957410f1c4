"""Checks 37 and 38: a hundred requests that nobody thought of, and one true day."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from time import time
from typing import Any

from carriers.conformance import samples
from carriers.conformance.checks import check
from carriers.conformance.operations import ask_rates
from carriers.conformance.subject import BrokenPromiseError, Subject, must, not_applicable
from carriers.errors import CarrierError
from carriers.offers import RateRequest
from carriers.rating import Prices
from data.model.consignment import Parcel
from data.model.places import Place

_REQUESTS = 100
_COUNTRIES = "AE AU BR CA CH CN DE FR GB HK IE IN JP KR MX NO NZ PA SG TR US ZA".split()
_CITIES = ("Ørsta", "São Paulo", "東京都", "Saint-Étienne", "Al Ain", "Łódź", "Reykjavík", "")
_SANDBOX = re.compile(r"sandbox session of (\d{4}-\d{2}-\d{2})")
_FRESH = timedelta(days=180)


@check(37, "gold", "No request breaks it, and the order of parcels makes no difference")
def _hundred(subject: Subject) -> None:
    if not {"rates", "books"} & set(subject.manifest.factories):
        not_applicable("it is told of no parcel")
    for request in _drawn():
        try:
            _ask(subject, request)
        except CarrierError:
            continue
        except Exception as error:
            raise BrokenPromiseError(f"{type(error).__name__}: {error} for {request}") from error


def _ask(subject: Subject, request: RateRequest) -> None:
    if "rates" not in subject.manifest.factories:
        booking = subject.booking("two_tees_us_to_de_dap")
        consignee = replace(booking.shipment.consignee, place=request.ship_to)
        parcels = request.parcels or booking.shipment.parcels
        shipment = replace(booking.shipment, consignee=consignee, parcels=parcels)
        subject.adapter("books").ask_booking(replace(booking, shipment=shipment))
        return
    adapter: Any = subject.adapter("rates")
    if not isinstance(adapter, Prices):
        must(ask_rates(adapter, request), "no requests and no refusal")
        return
    turned = replace(request, parcels=request.parcels[::-1])
    prices = {offer.service: offer.price for offer in adapter.offers(request)}
    other = {offer.service: offer.price for offer in adapter.offers(turned)}
    must(prices == other, f"{prices} and {other} for the same parcels")


def _drawn() -> Iterator[RateRequest]:
    """Requests by chance, the same at every run."""
    draw = Random(38)  # noqa: S311 (no secret)
    for number in range(_REQUESTS):
        parcels = tuple(
            Parcel(
                Decimal(draw.randint(1, 69_999)) / 1000,
                _sides(draw) if draw.random() < 0.7 else None,
            )
            for _ in range(draw.randint(0, 4))
        )
        request = samples.RATES["two_tees_us_to_de"]
        yield replace(
            request,
            ship_from=_place(draw),
            ship_to=_place(draw),
            parcels=parcels,
            on=samples.ON + timedelta(days=number),
            residential=draw.random() < 0.5,
        )


def _sides(draw: Random) -> tuple[Decimal, Decimal, Decimal]:
    one, two, three = (Decimal(draw.randint(1, 1200)) / 10 for _ in range(3))
    return one, two, three


def _place(draw: Random) -> Place:
    code = f"{draw.randint(0, 99999):05}" if draw.random() < 0.8 else None
    return Place(draw.choice(_COUNTRIES), None, code, draw.choice(_CITIES) or None)


@check(38, "gold", "A session with the carrier's sandbox was recorded within 180 days")
def _sandbox(subject: Subject) -> None:
    subject.needs_the_wire()
    days = [
        date.fromisoformat(found[1])
        for recording in subject.recordings
        if (found := _SANDBOX.search(recording.source))
    ]
    must(days, 'no recording has the source "sandbox session of YYYY-MM-DD"')
    age = datetime.fromtimestamp(time(), UTC).date() - max(days)
    must(age <= _FRESH, f"the last was {age.days} days ago")
