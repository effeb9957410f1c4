"""What does UPS expect the border to ask? An estimate (Landed Cost), never a guarantee.

A line that UPS could not calculate has no amounts, and then the quote has no total: UPS's own total
leaves that line out.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from carriers import (
    Answer,
    Ask,
    CarrierError,
    DutyAmount,
    DutyItem,
    DutyQuote,
    DutyRequest,
    Fault,
    RequestRejected,
    bad_reply,
    exact_money,
    many,
    member,
    refused,
)
from carriers.adapters.ups.errors import read
from carriers.adapters.ups.letters import plain
from carriers.adapters.ups.service import Service, transaction
from carriers.addresses import refuse
from data.model.consignment import GoodsItem
from data.model.shipment import Shipment

_PATH = "/landedcost/v1/quotes"
_VERSION = 1
_LINES = 99
_DESCRIPTION = 150
_CODE = 40
_EXACT = Decimal("0.000001")
_PURPOSES = {
    "sale": "SALE",
    "gift": "GIFT",
    "sample": "SAMPLE",
    "return": "RETURN",
    "repair": "REPAIR",
}
_FIELDS = {
    "hscode": "hs_code",
    "description": "description",
    "origincountrycode": "country_of_origin",
    "quantity": "quantity",
    "priceeach": "unit_price",
    "commoditycurrencycode": "unit_price",
}
_FEES = {
    "DisbursementFee": "Disbursement fee",
    "EntryPreparationFee": "Entry preparation fee",
    "AdditionalLineFee": "Additional line fee",
}


class LandedCosts(Service):
    """UPS's estimate of duty, tax and brokerage."""

    def ask_duties(self, request: DutyRequest) -> Ask:
        """The request for an estimate, line by line. Raises `RequestRejected`."""
        shipment = request.shipment
        if shipment.consignor.place.country == shipment.consignee.place.country:
            raise RequestRejected(
                "UPS estimates landed costs between two countries", "unsupported", sent=False
            )
        refuse(_faults(shipment))
        body = {
            "currencyCode": request.currency,
            "transID": transaction(shipment.reference),
            "allowPartialLandedCostResult": True,
            "alversion": _VERSION,
            "shipment": _shipment(shipment),
        }
        return self._post(_PATH, body, shipment.reference, {"AccountNumber": self._number})

    def read_duties(self, request: DutyRequest, answer: Answer) -> DutyQuote:
        """The estimate in the currency that UPS names. Raises `CarrierError`."""
        body = read(answer)
        troubles = tuple(_troubles(body))
        shipment = body.get("shipment")
        if not isinstance(shipment, Mapping) or not shipment.get("shipmentItems"):
            raise _refusal(answer, troubles) if troubles else bad_reply("no lines")
        found = {
            str(_either(item, "commodityId", "commodityID")): item
            for item in many(member(shipment, "shipmentItems"))
        }
        unit = member(shipment, "currencyCode")
        lines = request.shipment.items
        items = tuple(_item(str(n), line, found.get(str(n)), unit) for n, line in _numbered(lines))
        unknown = [item.line for item in items if not item.calculable]
        total = exact_money(member(shipment, "grandTotal"), unit)
        warnings = [str(each.get("message") or each.get("description")) for each in troubles]
        if unknown:
            warnings.append(
                f"UPS could not calculate the lines {', '.join(unknown)};"
                f" its total of {total.amount} {unit} leaves them out"
            )
        return DutyQuote(
            carrier=self.code,
            items=items,
            fees=tuple(_fees(shipment, unit)),
            total=None if unknown else total,
            warnings=tuple(warnings),
        )


def _shipment(shipment: Shipment) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": shipment.reference,
        "importCountryCode": shipment.consignee.place.country,
        "exportCountryCode": shipment.consignor.place.country,
        "shipDate": shipment.on.isoformat(),
        "incoterms": shipment.terms,
        "shipmentType": _PURPOSES[shipment.purpose],
        "shipmentItems": [_commodity(n, item) for n, item in _numbered(shipment.items)],
    }
    freight = shipment.freight
    if freight is not None and freight.currency.code == shipment.currency:
        found["transportCost"] = freight.amount
    return found


def _commodity(number: int, item: GoodsItem) -> dict[str, Any]:
    """A line under its number; the price of one piece has the line's discount taken off."""
    each = item.unit_price.amount
    if item.discount:
        each = (item.price / item.quantity).quantize(_EXACT).normalize()
    found = {
        "commodityId": str(number),
        "priceEach": each,
        "commodityCurrencyCode": item.unit_price.currency.code,
        "quantity": item.quantity,
        "UOM": "Each",
        "originCountryCode": item.country_of_origin,
        "hsCode": item.hs_code,
        "description": plain(item.description or ""),
    }
    return {name: value for name, value in found.items() if value}


def _faults(shipment: Shipment) -> Iterator[Fault]:
    if len(shipment.items) > _LINES:
        yield Fault("/items", f"UPS takes {_LINES} lines for an estimate")
    for place, item in enumerate(shipment.items):
        at = f"/items/{place}"
        if not item.country_of_origin:
            yield Fault(f"{at}/country_of_origin", "UPS needs the origin of each line")
        if not item.hs_code and not item.description:
            yield Fault(f"{at}/hs_code", "UPS needs a code or a description")
        if len(plain(item.description or "")) > _DESCRIPTION:
            yield Fault(f"{at}/description", f"UPS takes {_DESCRIPTION} characters")
        if len(item.hs_code or "") > _CODE:
            yield Fault(f"{at}/hs_code", f"UPS takes {_CODE} characters")


def _item(number: str, line: GoodsItem, found: Any, unit: Any) -> DutyItem:
    """One line's amounts; none, rather than nought, where UPS could not calculate it."""
    if not isinstance(found, Mapping) or not _is_true(found.get("isCalculable")):
        return DutyItem(line.id, None, (), calculable=False)
    own = found.get("commodityCurrencyCode") or unit
    others = _either(
        found, "totalCommodityTaxAndFee", "totalCommodityTaxesAndFees", "totalCommodityTaxesAndFee"
    )
    amounts = [
        DutyAmount("duty", "duty", "Duty", exact_money(member(found, "commodityDuty"), own)),
        DutyAmount("tax", "vat", "VAT", exact_money(member(found, "commodityVAT"), own)),
    ]
    more = exact_money(others or 0, own)
    if more.amount:
        amounts.append(DutyAmount("fee", "other", "Other taxes and fees", more))
    code = found.get("hsCode")
    return DutyItem(line.id, str(code) if code else None, tuple(amounts))


def _fees(shipment: Mapping[str, Any], unit: Any) -> Iterator[DutyAmount]:
    for each in many(shipment.get("brokerageFeeItems")):
        name = str(member(each, "chargeName"))
        code = name.replace(" ", "")
        amount = exact_money(member(each, "chargeAmount"), unit)
        yield DutyAmount("fee", code, _FEES.get(code, name), amount)
    rest = exact_money(shipment.get("totalShipmentLevelTaxesAndFees") or 0, unit)
    if rest.amount:
        yield DutyAmount("fee", "shipment", "Taxes and fees on the whole shipment", rest)


def _troubles(body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Errors that came under HTTP 200, in any of the places where UPS puts them."""
    shipment = body.get("shipment")
    within = shipment.get("errors") if isinstance(shipment, Mapping) else None
    for each in (*many(body.get("error")), *many(within)):
        if isinstance(each, Mapping):
            yield each
        elif each:
            yield {"message": str(each)}


def _refusal(answer: Answer, troubles: tuple[Mapping[str, Any], ...]) -> CarrierError:
    words = [str(each.get("message") or each.get("description") or "") for each in troubles]
    faults = tuple(
        Fault(pointer, word)
        for each, word in zip(troubles, words, strict=True)
        if (pointer := _pointer(str(each.get("field") or "")))
    )
    code = troubles[0].get("code")
    carrier_code = str(code) if code else None
    return refused(answer, "; ".join(filter(None, words)), carrier_code, faults, "validation")


def _pointer(field: str) -> str:
    """Our pointer for UPS's path, such as ``shipment.shipmentItems[0].hsCode``."""
    line = re.search(r"shipmentItems\[(\d+)\]\.(\w+)$", field)
    if line:
        name = _FIELDS.get(line[2].lower())
        return f"/items/{line[1]}/{name}" if name else f"/items/{line[1]}"
    parties = {"importCountryCode": "/consignee/country", "exportCountryCode": "/consignor/country"}
    return parties.get(field.rpartition(".")[2], "")


def _numbered(items: tuple[GoodsItem, ...]) -> Iterator[tuple[int, GoodsItem]]:
    return enumerate(items, 1)


def _either(found: object, *names: str) -> Any:
    """UPS's samples and schemas spell some names in two ways."""
    if not isinstance(found, Mapping):
        raise bad_reply(f"no {names[0]}")
    return next((found[name] for name in names if name in found), None)


def _is_true(found: object) -> bool:
    return found is True or str(found).lower() == "true"
