"""Checks 26 and 27: do weights, sizes and addresses arrive whole?"""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from carriers.conformance import samples
from carriers.conformance.checks import check
from carriers.conformance.operations import ask_rates
from carriers.conformance.subject import Subject, body_of, leaves, must, not_applicable, text_of
from carriers.errors import CarrierError, RequestRejected
from carriers.wire import Ask
from data.model.consignment import Parcel

_POUND = Decimal("0.45359237")
_WEIGHTS = {  # in one kilogram, and the coarsest step that is still a rounding
    "kg": (Decimal(1), Decimal("0.5")),
    "g": (Decimal(1000), Decimal(10)),
    "lb": (1 / _POUND, Decimal(1)),
    "oz": (16 / _POUND, Decimal(1)),
}
_LENGTHS = {  # in one centimetre
    "cm": (Decimal(1), Decimal(1)),
    "mm": (Decimal(10), Decimal(10)),
    "in": (1 / Decimal("2.54"), Decimal(1)),
}
_TINY = Decimal("1e-9")  # what is lost in dividing
_SIDES = (Decimal("31.7"), Decimal("22.9"), Decimal("12.3"))
_LIGHT, _HEAVY = Decimal("0.93"), Decimal("2.37")
_TWO_POUNDS = 2 * _POUND
_AS_ASCII = str.maketrans({",": " ", "-": " ", "°": "o", "º": "o"})
"""Lines may be broken at hyphens, and commas left out where a line ends."""

_ADDRESSED = ("long_lines_de_to_fr_accents", "no_postcode_gb_to_hk", "domestic_gb")


@check(26, "silver", "Weights and sizes are turned into the carrier's units, rounded up only")
def _units(subject: Subject) -> None:
    subject.needs_the_wire()
    build = _builder(subject)
    ask = build(Parcel(_LIGHT, _SIDES))
    heavier, larger = (
        build(Parcel(_HEAVY, _SIDES)),
        build(Parcel(_LIGHT, tuple(2 * side for side in _SIDES))),  # type: ignore[arg-type]
    )
    changed = list(_changed(ask, heavier))
    must(changed or body_of(ask) is None, "no number of the request grows with the weight")
    for pointer, number in changed:
        _must_be_one_of(pointer, number, [_HEAVY], _WEIGHTS)
    for pointer, number in _changed(ask, larger):
        _must_be_one_of(pointer, number, [2 * side for side in _SIDES], _LENGTHS)
    for pointer, number in _changed(ask, build(Parcel(_TWO_POUNDS, _SIDES))):
        _must_be_one_of(pointer, number, [_TWO_POUNDS], _WEIGHTS)
        must(number != 3 and number != 33, f"{pointer}: two pounds became {number}")


def _builder(subject: Subject) -> Callable[[Parcel], Ask]:
    """What asks about one parcel, for a price or else to buy."""

    def build(parcel: Parcel) -> Ask:
        try:
            if "rates" in subject.manifest.factories:
                request = replace(samples.RATES["two_tees_us_to_de"], parcels=(parcel,))
                return ask_rates(subject.adapter("rates"), request)[0]
            booking = subject.booking("two_tees_us_to_de_dap")
            shipment = replace(booking.shipment, parcels=(parcel,))
            ask: Ask = subject.adapter("books").ask_booking(replace(booking, shipment=shipment))
            return ask
        except RequestRejected as error:
            not_applicable(f"it does not carry the sample parcel: {error.reason}")

    if not {"rates", "books"} & set(subject.manifest.factories):
        not_applicable("it is told of no parcel")
    return build


def _changed(before: Ask, after: Ask) -> Iterator[tuple[str, Decimal]]:
    """The numbers of one request that another has not, as the second says them."""
    known = dict(leaves(body_of(before)))
    for pointer, value in leaves(body_of(after)):
        number = _number(value)
        if value != known.get(pointer) and number is not None and number > 0:
            yield pointer, number


def _must_be_one_of(
    pointer: str, number: Decimal, exact: list[Decimal], units: dict[str, tuple[Decimal, Decimal]]
) -> None:
    for value in exact:
        for factor, step in units.values():
            if -_TINY <= number - value * factor < step:
                return
    wanted = ", ".join(
        f"{value * factor:.4g} {unit}" for value in exact for unit, (factor, _) in units.items()
    )
    must(holds=False, otherwise=f"{pointer}: {number} is none of {wanted} rounded up")


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        found = Decimal(str(value))
    except ArithmeticError:
        return None
    return found if found.is_finite() else None


@check(
    27, "silver", "Every address arrives whole or is refused: nothing is cut off, nothing made up"
)
def _whole(subject: Subject) -> None:
    if not {"books", "rates"} & set(subject.manifest.factories):
        not_applicable("it is told of no address")
    subject.needs_the_wire()
    for name, ask in _asked(subject):
        if isinstance(ask, CarrierError):
            _must_be_honest(name, ask)
            continue
        body = body_of(ask)
        made_up = [at for at, value in leaves(body) if value in ("None", "null", "undefined")]
        must(not made_up, f"{name}: {', '.join(made_up)} says None")
        kind, _, sample = name.partition(" ")
        if kind == "booking" and sample in _ADDRESSED:
            party = samples.BOOKINGS[sample].shipment.consignee
            said = _folded(text_of(ask))
            lost = [
                word
                for line in (party.name, *party.street, party.company or "", party.place.city or "")
                for word in _folded(line).split()
                if word not in said
            ]
            must(not lost, f"{name}: {' '.join(lost)} of the address is not in the request")


def _asked(subject: Subject) -> Iterator[tuple[str, Ask | CarrierError]]:
    if "books" in subject.manifest.factories:
        for name in samples.BOOKINGS:
            yield f"booking {name}", subject.ask_booking(subject.booking(name))
    if "rates" in subject.manifest.factories:
        for name, request in samples.RATES.items():
            try:
                for ask in ask_rates(subject.adapter("rates"), request):
                    yield f"rates {name}", ask
            except CarrierError as error:
                yield f"rates {name}", error


def _must_be_honest(name: str, error: CarrierError) -> None:
    must(isinstance(error, RequestRejected), f"{name}: {type(error).__name__} before asking")
    said = error.code != "validation" or error.faults
    must(said, f"{name}: refused as validation, and no fault says which field: {error.reason}")


def _folded(text: str) -> str:
    """A text without accents, case, commas and hyphens: as carriers of ASCII may want it."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return kept.translate(_AS_ASCII)
