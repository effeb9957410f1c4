"""Are a carrier's offers sound, the same every time, in time, and honest when there are none?"""

# ruff: noqa: D102 (the name of a check is its sentence)

import os
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from time import monotonic
from typing import ClassVar

from carriers.errors import CarrierError
from carriers.offers import Offer, RateRequest, Silence, faults_of
from carriers.rating import Bulkheads, Carrier, OverTheWire, rate_all
from data.model.consignment import Parcel
from data.model.money import money
from data.model.places import Place

_ON = date(2026, 11, 20)
_VALUE = money("50.00", "EUR")
_SMALL = Parcel(Decimal("0.4"), (Decimal(30), Decimal(20), Decimal(4)))
_PLAIN = Parcel(Decimal("2.3"))
_TOO_HEAVY = Parcel(Decimal(90000))
_GRACE = 0.1  # seconds

SAMPLE_REQUESTS = tuple(
    RateRequest(ship_from, ship_to, parcels, _ON, _VALUE, pieces=2)
    for ship_from, ship_to in (
        (Place("US", "CA", "90021", "Los Angeles"), Place("DE", None, "10115", "Berlin")),
        (Place("CN", None, "518000", "Shenzhen"), Place("GB", None, "BT1 5GS", "Belfast")),
        (Place("DE", None, "10115", "Berlin"), Place("US", "AK", "99501", "Anchorage")),
        (Place("GB", None, "EC1A 1BB", "London"), Place("HK")),
        (Place("FR", None, "75001", "Paris"), Place("FR", None, "20000", "Ajaccio")),
    )
    for parcels in ((_SMALL,), (_PLAIN, _SMALL), ())
)
"""Lanes with and without regions and postcodes; parcels with and without sizes, and none."""


class RatesConformance:
    """What must hold for every carrier that prices. Subclass it and define `carrier`.

    `requests` are priced; at least one must find an offer. `secrets` are the credentials that the
    carrier was made with: they may appear nowhere.
    """

    requests: ClassVar[Sequence[RateRequest]] = SAMPLE_REQUESTS
    secrets: ClassVar[Sequence[str]] = ()

    def carrier(self) -> Carrier:
        """The carrier under test, newly made."""
        raise NotImplementedError("say how the carrier is made")

    def test_its_code_is_a_word_for_programs(self) -> None:
        code = self.carrier().code
        _must(re.fullmatch(r"[a-z][a-z0-9_]+", code), f"{code!r} is no code")

    def test_making_it_changes_nothing_in_the_process(self) -> None:
        before = _process()
        self.carrier()
        _must(_process() == before, "TLS, socket timeout or environment differ afterwards")

    def test_it_has_offers_for_some_request(self) -> None:
        _must(list(self._offers()), "not one of the sample requests was offered for")

    def test_every_offer_is_sound(self) -> None:
        for offer in self._offers():
            fault = faults_of(offer)
            _must(fault is None, f"{offer.service}: {fault}")

    def test_every_part_says_how_it_was_worked_out(self) -> None:
        for offer in self._offers():
            _must(offer.parts, f"{offer.service} has no parts")
            for part in offer.parts:
                _must(part.code and part.name and part.working, f"{offer.service}: {part}")

    def test_every_offer_bears_the_carriers_code(self) -> None:
        carrier = self.carrier()
        for offer in self._offers():
            _must(offer.carrier == carrier.code, f"{offer.service} is of {offer.carrier}")

    def test_no_service_is_offered_twice(self) -> None:
        for request in self.requests:
            services = [offer.service for offer in self._ask(request)]
            _must(len(services) == len(set(services)), f"twice among {services}")

    def test_no_float_is_in_an_offer(self) -> None:
        for offer in self._offers():
            found = [value for value in _values(offer) if isinstance(value, float)]
            _must(not found, f"{offer.service}: {found}")

    def test_arrival_days_run_forward_from_the_day_asked_for(self) -> None:
        for request in self.requests:
            for offer in self._ask(request):
                days = offer.transit
                ordered = days is None or (
                    days.min_days <= days.max_days and request.on <= days.earliest <= days.latest
                )
                _must(ordered, f"{offer.service}: {days}")

    def test_an_assumed_weight_is_said_and_bounded(self) -> None:
        for request in self.requests:
            for offer in self._ask(request):
                given = bool(request.parcels)
                _must(offer.weight_assumed != given, f"{offer.service}: weight_assumed")
                bounded = offer.low is not None and offer.high is not None
                _must(given or bounded, f"{offer.service}: no range for an assumed weight")

    def test_the_same_question_has_the_same_answer(self) -> None:
        for request in self.requests:
            once, again = self._ask(request), self._ask(request)
            _must(once == again, f"two answers for {request.ship_to}")

    def test_the_order_of_parcels_does_not_matter(self) -> None:
        for request in self.requests:
            turned = replace(request, parcels=request.parcels[::-1])
            prices = {offer.service: offer.price for offer in self._ask(request)}
            other = {offer.service: offer.price for offer in self._ask(turned)}
            _must(prices == other, f"{prices} and {other}")

    def test_a_heavier_parcel_never_costs_less(self) -> None:
        for request in self.requests:
            before: dict[str, Decimal] = {}
            for weight in ("0.1", "0.5", "0.51", "1", "4.9", "5.1", "12", "29"):
                heavier = replace(request, parcels=(Parcel(Decimal(weight)),))
                for offer in self._ask(heavier):
                    price = offer.price.amount
                    _must(price >= before.get(offer.service, price), f"{offer.service}: {weight}")
                    before[offer.service] = price

    def test_only_the_mode_asked_for_is_offered(self) -> None:
        for request in self.requests:
            for mode in {offer.mode for offer in self._ask(request)}:
                offers, _ = self._rate(replace(request, mode=mode))
                _must(offers and all(o.mode == mode for o in offers), f"not only {mode}")

    def test_what_it_cannot_carry_is_declined_in_words(self) -> None:
        carrier = self.carrier()
        offers, silences = self._rate(replace(self.requests[0], parcels=(_TOO_HEAVY,)))
        _must(not offers, f"an offer for {_TOO_HEAVY.weight} kg")
        _must(len(silences) == 1 and silences[0].carrier == carrier.code, "no silence of its own")
        _must("error in the carrier's adapter" not in silences[0].reason, "it failed instead")
        _must(len(silences[0].reason) > 10, f"{silences[0].reason!r} says nothing")

    def test_it_answers_by_the_deadline(self) -> None:
        begun = monotonic()
        rate_all([self.carrier()], self.requests[0], 500, Bulkheads())
        took = monotonic() - begun
        _must(took <= 0.5 + _GRACE, f"{took:.3f} s for a deadline of 0.5 s")

    def test_its_secrets_are_shown_nowhere(self) -> None:
        carrier = self.carrier()
        shown = [repr(carrier), str(carrier)]
        for request in (*self.requests, replace(self.requests[0], parcels=(_TOO_HEAVY,))):
            offers, silences = self._rate(request)
            shown += [repr(offers), repr(silences)]
        for secret in self.secrets:
            _must(not any(secret in text for text in shown), "a credential is shown")

    def _offers(self) -> Iterator[Offer]:
        for request in self.requests:
            yield from self._ask(request)

    def _ask(self, request: RateRequest) -> tuple[Offer, ...]:
        """The carrier's own answer, before anything is filtered; an honest refusal is no offer."""
        carrier = self.carrier()
        try:
            if isinstance(carrier, OverTheWire):
                return carrier.offers_within(request, 5.0)
            return carrier.offers(request)
        except CarrierError as error:
            _must(error.reason, "a refusal without a reason")
            return ()

    def _rate(self, request: RateRequest) -> tuple[tuple[Offer, ...], tuple[Silence, ...]]:
        return rate_all([self.carrier()], request, 5000, Bulkheads())


def _must(holds: object, otherwise: str) -> None:
    """Fail with a sentence: the kit is no test module, and pytest does not explain its asserts."""
    if not holds:
        raise AssertionError(otherwise)


def _process() -> tuple[object, ...]:
    """What a carrier has no business to change."""
    context = ssl._create_default_https_context
    return context, socket.getdefaulttimeout(), dict(os.environ)


def _values(value: object) -> Iterator[object]:
    """A value and all values in it."""
    yield value
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _values(getattr(value, field.name))
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _values(each)
    elif hasattr(value, "amount"):
        yield value.amount
