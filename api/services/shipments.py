"""What is sent when an option of a quote is taken?

One frozen shipment, made of the quote's request, the option and what the buyer of the label adds.
What the duty and the freight were priced for may not change on the way: the lane, and the terms.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from api.services.offer_records import read_offer
from api.services.quotes import QuoteRequest
from api.services.quoting import parcels_of
from carriers.booking import LabelFormat, LabelSize, Paper
from carriers.borders import crosses_border
from carriers.lanes import check_lane
from customs.documents.faults import Fault
from customs.documents.preflight import disagreements
from data.model.consignment import Parcel
from data.model.money import Money, money
from data.model.places import Place
from data.model.shipment import Party, Shipment


class WrongShipmentError(ValueError):
    """A shipment cannot be made of this; `faults` say where in the request, and what is wrong."""

    def __init__(self, pointer: str, detail: str, *more: tuple[str, str]) -> None:
        self.faults = ((pointer, detail), *more)
        super().__init__(" ".join(said for _, said in self.faults))


class QuoteExpiredError(ValueError):
    """The quote does not hold any more."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the buyer of a label says besides the quote and its option."""

    consignor: Party
    consignee: Party
    label_format: LabelFormat = "pdf"
    label_size: LabelSize = "4x6in"
    parcels: tuple[Parcel, ...] | None = None
    importer: Party | None = None
    invoice_number: str | None = None
    invoice_day: date | None = None
    reference: str | None = None
    on: date | None = None
    terms_place: str | None = None
    comments: str | None = None
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """A shipment that may be bought, with whom, as what, and for how much."""

    shipment: Shipment
    carrier: str
    service: str
    label_format: LabelFormat
    label_size: LabelSize
    papers: tuple[Paper, ...] = ()
    expected_price: Money | None = None
    expires_at: datetime | None = None
    quote_id: str | None = None
    option_id: str | None = None
    returns_id: str | None = None


def plan_shipment(
    wish: Wish,
    option_id: str,
    asked: QuoteRequest,
    answer: Mapping[str, Any],
    offers: list[dict[str, Any]],
    moment: datetime,
) -> Planned:
    """The shipment of an option; `asked`, `answer` and `offers` are the stored quote's.

    Raises `WrongShipmentError`, `QuoteExpiredError`.
    """
    expires_at = datetime.fromisoformat(answer["expires_at"])
    if moment >= expires_at:
        raise QuoteExpiredError(f"The quote {answer['id']} held until {answer['expires_at']}.")
    option = _option(answer, option_id)
    consignment = asked.consignment
    _check_place(consignment.ship_from, wish.consignor.place, "/consignor")
    _check_place(consignment.ship_to, wish.consignee.place, "/consignee")
    parcels = _priced(wish.parcels, parcels_of(consignment))
    currencies = {item.unit_price.currency.code for item in consignment.items}
    if len(currencies) > 1:
        raise WrongShipmentError(
            "/quote", "The lines have prices in several currencies; customs papers take one."
        )
    unit = currencies.pop()
    offer = _offer(offers, option)
    price = offer.price if offer else None
    shipment = Shipment(
        reference=wish.reference or asked.reference or answer["id"],
        on=_not_past(wish.on, moment) or max(asked.on, moment.date()),
        consignor=wish.consignor,
        consignee=wish.consignee,
        items=consignment.items,
        parcels=parcels,
        terms=option["terms"],
        purpose=consignment.purpose,
        importer=wish.importer,
        freight=_freight(option, price, unit),
        insurance=_in(consignment.insurance, unit),
        registrations=consignment.seller.registrations,
        invoice_number=wish.invoice_number,
        invoice_day=wish.invoice_day,
        terms_place=wish.terms_place,
        comments=wish.comments,
    )
    if crosses_border(wish.consignor.place, wish.consignee.place, shipment.on):
        _agree(disagreements(shipment))
    for lacking in check_lane(shipment, option["carrier"], option["mode"]):
        said = f"{lacking.fault.detail} ({lacking.law.title}); the quote's {lacking.fault.pointer}"
        raise WrongShipmentError("/option", f"{said} does not have it.")
    return Planned(
        shipment=shipment,
        carrier=option["carrier"],
        service=option["service"],
        label_format=wish.label_format,
        label_size=wish.label_size,
        papers=wish.papers,
        expected_price=price,
        expires_at=expires_at,
        quote_id=answer["id"],
        option_id=option_id,
    )


def _priced(given: tuple[Parcel, ...] | None, quoted: tuple[Parcel, ...]) -> tuple[Parcel, ...]:
    """The boxes to be sent: those that the offer was made for, or others that cost no more.

    Raises `WrongShipmentError`: a price is bought that somebody has seen, and no other.
    """
    if not quoted:
        raise WrongShipmentError(
            "/quote", "It was priced without weights: ask for one that says what each box weighs."
        )
    if given is None:
        return quoted
    most, heaviest = len(quoted), _weight(quoted)
    if len(given) > most or _weight(given) > heaviest:
        raise WrongShipmentError(
            "/parcels",
            f"The offer is for {most} of {heaviest} kg together: ask for a quote of these.",
        )
    if all(each.dimensions for each in quoted) and _volume(given) > _volume(quoted):
        raise WrongShipmentError(
            "/parcels", "They are larger than those of the offer: ask for a quote of these."
        )
    return given


def _weight(parcels: Sequence[Parcel]) -> Decimal:
    return sum((parcel.weight for parcel in parcels), Decimal(0))


def _volume(parcels: Sequence[Parcel]) -> Decimal:
    """Of those whose sides are known."""
    sides = [parcel.dimensions for parcel in parcels if parcel.dimensions]
    return sum((one * two * three for one, two, three in sides), Decimal(0))


def _agree(faults: Sequence[Fault]) -> None:
    """Nothing is bought whose papers could not be made. Raises `WrongShipmentError`."""
    placed = [_placed(fault) for fault in faults]
    if placed:
        raise WrongShipmentError(*placed[0], *placed[1:])


def _placed(fault: Fault) -> tuple[str, str]:
    """A fault of a shipment in the request that asks for it: the goods are the quote's."""
    if fault.pointer.startswith(("/consignor", "/consignee", "/parcels")):
        return fault.pointer, fault.detail
    return "/quote", f"{fault.detail} (the quote's {fault.pointer})"


def _not_past(on: date | None, moment: datetime) -> date | None:
    """A day of shipping that may still be today somewhere. Raises `WrongShipmentError`."""
    if on is not None and on < moment.date() - timedelta(days=1):
        raise WrongShipmentError("/on", f"{on} is over: nothing can be sent then.")
    return on


def plan_return(
    sent: Shipment,
    carrier: str,
    service: str,
    returns_id: str,
    moment: datetime,
    *,
    label_format: LabelFormat = "pdf",
    label_size: LabelSize = "4x6in",
    parcels: tuple[Parcel, ...] | None = None,
    reference: str | None = None,
    on: date | None = None,
) -> Planned:
    """The same goods back: sender and receiver change places, and what was sold is returned."""
    back = replace(
        sent,
        reference=reference or f"{sent.reference} (return)",
        on=_not_past(on, moment) or moment.date(),
        consignor=sent.consignee,
        consignee=sent.consignor,
        parcels=parcels or sent.parcels,
        purpose="return",
        importer=None,
        freight=None,
        insurance=None,
        registrations={},
        terms_place=None,
    )
    return Planned(back, carrier, service, label_format, label_size, returns_id=returns_id)


def _option(answer: Mapping[str, Any], option_id: str) -> Mapping[str, Any]:
    for option in answer.get("options", ()):
        if option["id"] == option_id:
            found: Mapping[str, Any] = option
            return found
    raise WrongShipmentError("/option", f"The quote {answer['id']} has no option {option_id}.")


def _check_place(quoted: Place, given: Place, at: str) -> None:
    """The lane is the quote's: another one has other duties, and another freight."""
    if given.country != quoted.country or given.territory != quoted.territory:
        raise WrongShipmentError(
            f"{at}/country", f"The quote is for {quoted.territory}, not for {given.territory}."
        )
    for name, was, now in (
        ("postal_code", quoted.postal_code, given.postal_code),
        ("region", quoted.region, given.region),
    ):
        if was and _plain(was) != _plain(now):
            other = f"not for {now}" if now else "and none is given"
            raise WrongShipmentError(f"{at}/{name}", f"The quote is for {was}, {other}.")


def _plain(text: str | None) -> str:
    return "".join(letter for letter in (text or "").upper() if letter.isalnum())


def _offer(offers: list[dict[str, Any]], option: Mapping[str, Any]) -> Any:
    for record in offers:
        if (record["carrier"], record["service"]) == (option["carrier"], option["service"]):
            return read_offer(record)
    return None


def _freight(option: Mapping[str, Any], price: Money | None, unit: str) -> Money | None:
    """What the buyer is charged for freight, where it is known in the goods' currency."""
    charged = option["totals"]["shipping"]
    if charged["currency"] == unit:
        return money(Decimal(charged["amount"]), unit)
    return _in(price, unit)


def _in(amount: Money | None, unit: str) -> Money | None:
    return amount if amount is not None and amount.currency.code == unit else None
