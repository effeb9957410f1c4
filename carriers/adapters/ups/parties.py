"""Who sends, who receives, who owns the account, and under which tax numbers?

On the way back the roles turn: the account's owner is the receiver and stays UPS's shipper.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from carriers import BookingRequest, Fault
from carriers.adapters.ups.addresses import contact, faults_of_party, is_po_box
from carriers.adapters.ups.letters import unprintable
from carriers.borders import customs_territory
from data.model.shipment import Party, Shipment

_SCHEMES = {
    ("EU", "ioss"): "0356",
    ("NO", "voec"): "0357",
    ("SG", "ovr"): "1051",
    ("AU", "low_value_goods"): "1052",
    ("NZ", "low_value_goods"): "1053",
    ("MY", "lvg"): "1054",
}
"""UPS's kinds of number under which a seller collects tax, by customs union and scheme."""

_BUSINESS, _PERSON = "01", "02"
_SENDER, _RECEIVER = "20", "30"
_EXPORTER_ID, _EORI, _COMPANY_ID, _PERSONAL_ID = "0001", "0002", "1002", "0005"
_FOR_CUSTOMS, _FOR_EORI = "01", "02"
_AS_EXPORTER, _AS_CONSIGNEE = "06", "18"


def parties(request: BookingRequest, account: str, *, abroad: bool) -> dict[str, Any]:
    """UPS's shipper, receiver and sender, and what says whether they are in business."""
    shipment = request.shipment
    owner = shipment.consignee if request.is_return else shipment.consignor
    receiver = contact(shipment.consignee)
    if not shipment.consignee.is_business:
        receiver["Address"]["ResidentialAddressIndicator"] = ""
    if is_po_box(shipment.consignee):
        receiver["Address"]["POBoxIndicator"] = ""
    sender = contact(shipment.consignor)
    sender.pop("EMailAddress", None)  # no such field there
    found: dict[str, Any] = {
        "Shipper": {**contact(owner), "ShipperNumber": account},
        "ShipTo": receiver,
        "ShipFrom": sender,
    }
    if abroad:
        found |= _business(shipment)
        vendor = _vendor(shipment)
        if vendor:
            sender["VendorInfo"] = vendor
        numbers = [each for each in (_sender_ids(shipment), _receiver_ids(shipment)) if each]
        if numbers:
            found["GlobalTaxInformation"] = {"AgentTaxIdentificationNumber": numbers}
    return found


def faults_of_parties(shipment: Shipment, *, abroad: bool) -> Iterator[Fault]:
    """What UPS cannot take of the parties: lengths, letters, and what it needs and lacks."""
    for party, at in ((shipment.consignor, "/consignor"), (shipment.consignee, "/consignee")):
        yield from faults_of_party(party, at, abroad=abroad)
    yield from faults_of_letters(shipment)
    if abroad and shipment.importer is not None:
        yield from faults_of_party(shipment.importer, "/importer", abroad=False)
        yield from unprintable(texts_of(shipment.importer, "/importer"))


def faults_of_letters(shipment: Shipment) -> Iterator[Fault]:
    """What of the parties no label of UPS can print."""
    yield from unprintable(texts_of(shipment.consignor, "/consignor"))
    yield from unprintable(texts_of(shipment.consignee, "/consignee"))


def texts_of(party: Party, at: str) -> Mapping[str, str]:
    """What is printed of a party, by pointers."""
    lines = {f"{at}/street/{place}": line for place, line in enumerate(party.street)}
    return {
        f"{at}/name": party.name,
        f"{at}/company": party.company or "",
        f"{at}/city": party.place.city or "",
        **lines,
    }


def sold_to(shipment: Shipment) -> dict[str, Any]:
    """The buyer on the invoice: the importer, but only one in the receiver's country."""
    buyer = shipment.importer or shipment.consignee
    if buyer.place.country != shipment.consignee.place.country:
        buyer = shipment.consignee
    return contact(replace(buyer, phone=buyer.phone or shipment.consignee.phone))


def _business(shipment: Shipment) -> dict[str, str]:
    return {
        "ShipperType": _BUSINESS if shipment.consignor.is_business else _PERSON,
        "ConsigneeType": _BUSINESS if shipment.consignee.is_business else _PERSON,
    }


def _vendor(shipment: Shipment) -> dict[str, str] | None:
    """The scheme under which the seller has collected the tax at the sale."""
    union = customs_territory(shipment.consignee.place)
    for scheme, number in shipment.registrations.items():
        kind = _SCHEMES.get((union, scheme))
        if kind is not None:
            return {
                "VendorCollectIDTypeCode": kind,
                "VendorCollectIDNumber": number,
                "ConsigneeType": _BUSINESS if shipment.consignee.is_business else _PERSON,
            }
    return None


def _sender_ids(shipment: Shipment) -> dict[str, Any] | None:
    return _ids(_SENDER, shipment.consignor, _EXPORTER_ID, _EORI, _AS_EXPORTER)


def _receiver_ids(shipment: Shipment) -> dict[str, Any] | None:
    party = shipment.consignee
    kind = _COMPANY_ID if party.is_business else _PERSONAL_ID
    return _ids(_RECEIVER, party, kind, kind, _AS_CONSIGNEE)


def _ids(role: str, party: Party, kind: str, eori_kind: str, acts_as: str) -> dict[str, Any] | None:
    """The tax numbers of a party; an EORI number has a purpose of its own."""
    numbers = [
        {
            "IDNumberTypeCode": eori_kind if name == "eori" else kind,
            "IdentificationNumber": number,
            "IDNumberEncryptionIndicator": "0",
            "IDNumberPurposeCode": _FOR_EORI if name == "eori" else _FOR_CUSTOMS,
            "IDNumberCustomerRole": acts_as,
            "IncludeIDNumberOnShippingBrokerageDocs": "01",
        }
        for name, number in party.tax_ids.items()
    ]
    return {"AgentRole": role, "TaxIdentificationNumber": numbers} if numbers else None
