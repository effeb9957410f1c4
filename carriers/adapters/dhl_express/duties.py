"""What does DHL Express say that the border will ask? Its estimate of a landed cost.

Its answer names goods, transport, duty, tax and fees in one list and in several currencies. What is
due at the border is taken out of it, each amount in the currency in which DHL wrote it.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal

from carriers.adapters.dhl_express.addresses import place_of
from carriers.adapters.dhl_express.errors import content
from carriers.adapters.dhl_express.goods import net_weight, packages_of
from carriers.adapters.dhl_express.rates import DUTY_PAID
from carriers.adapters.dhl_express.service import Service
from carriers.addresses import refuse, too_long
from carriers.answers import bad_reply, exact_money, many
from carriers.duties import DutyAmount, DutyItem, DutyQuote, DutyRequest
from carriers.errors import Fault
from carriers.goods import DeclaredLine, declared_lines
from carriers.wire import Answer, Ask
from data.model.consignment import GoodsItem
from data.model.money import Money, money

_DECIMALS = 5  # of a unit price in /landed-cost
_WHOLE_CODE = 8  # shorter codes are only the beginning of a tariff line
_KINDS: Mapping[str, Literal["duty", "tax", "fee"]] = {"DUTY": "duty", "TAX": "tax", "FEE": "fee"}
_TOTAL = "TOTAL "


class EstimatesDuties(Service):
    """Landed costs: an estimate, never a guarantee."""

    def ask_duties(self, request: DutyRequest) -> Ask:
        """The request for an estimate. Raises `RequestRejected` for what DHL cannot judge."""
        shipment = request.shipment
        lines = declared_lines(shipment.items, _DECIMALS)
        refuse(_faults(shipment.items))
        body: dict[str, Any] = {
            "customerDetails": {
                "shipperDetails": place_of(shipment.consignor.place, "/consignor"),
                "receiverDetails": place_of(shipment.consignee.place, "/consignee"),
            },
            "accounts": self.accounts(),
            "unitOfMeasurement": "metric",
            "currencyCode": request.currency,
            "isCustomsDeclarable": True,
            "isDTPRequested": shipment.terms == "DDP",
            "isInsuranceRequested": False,
            "getCostBreakdown": True,
            "getTariffFormula": True,
            "shipmentPurpose": "commercial" if shipment.consignee.is_business else "personal",
            "transportationMode": "air",
            "merchantSelectedCarrierName": "DHL",
            "packages": packages_of(shipment.parcels, numbered=False),
            "items": [_item(number, line) for number, line in enumerate(lines, 1)],
        }
        if request.service:
            body["productCode"] = request.service.partition(":")[0]
        charges = (("freight", shipment.freight), ("insurance", shipment.insurance))
        named = [_charge(kind, charge) for kind, charge in charges if charge is not None]
        if named:
            body["charges"] = named
        return self.send("POST", "/landed-cost", body)

    def read_duties(self, request: DutyRequest, answer: Answer) -> DutyQuote:
        """The estimate, each amount in its own currency. Raises `CarrierError`."""
        lines = declared_lines(request.shipment.items, _DECIMALS)
        places = tuple(line.place for line in lines)
        found = content(answer, "shipment", "products", lines=places)
        products = [each for each in many(found["products"]) if isinstance(each, Mapping)]
        if not products:
            raise bad_reply("no products")
        product = products[0]
        whole = list(_breakdown(product))
        items = _items(product, request.shipment.items, places)
        itemised = any(item.amounts for item in items)
        fees = tuple(_fees(whole, itemised=itemised))
        total, said = _total(whole, items, fees)
        warnings = [str(each) for each in many(found.get("warnings"))] + said
        if any(_rate(item) == "highest_rate" for item in request.shipment.items):
            warnings.append("For codes that are not whole DHL was asked for the highest rate")
        return DutyQuote("dhl_express", items, fees, total, warnings=tuple(warnings))


def _item(number: int, line: DeclaredLine) -> dict[str, Any]:
    item = line.item
    written: dict[str, Any] = {
        "number": number,
        "manufacturerCountry": item.country_of_origin,
        "quantity": line.pieces,
        "quantityType": "prt",
        "unitPrice": line.unit_price,
        "unitPriceCurrencyCode": item.unit_price.currency.code,
        "estimatedTariffRateType": _rate(item),
    }
    if item.description:
        written["name"] = item.description
    if item.sku and len(item.sku) <= 35:
        written["partNumber"] = item.sku
    if item.hs_code:
        written["commodityCode"] = item.hs_code
    if (weight := net_weight(line)) is not None:
        written |= {"weight": weight, "weightUnitOfMeasurement": "metric"}
    return written


def _rate(item: GoodsItem) -> str:
    """Which rate DHL takes: of a code that is not whole the highest, so that none is too low."""
    if len((item.hs_code or "").replace(".", "")) < _WHOLE_CODE:
        return "highest_rate"
    return "default_rate" if item.preference is None else "preferential_rate"


def _charge(kind: str, charge: Money) -> dict[str, Any]:
    return {"typeCode": kind, "amount": charge.amount, "currencyCode": charge.currency.code}


def _faults(items: tuple[GoodsItem, ...]) -> Iterator[Fault]:
    for place, item in enumerate(items):
        if not item.country_of_origin:
            yield Fault(f"/items/{place}/country_of_origin", "DHL Express needs the origin")
        limits = [(f"/items/{place}/description", item.description, 512)]
        yield from too_long(limits, "DHL Express")


def _breakdown(product: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for each in many(product.get("detailedPriceBreakdown")):
        if isinstance(each, Mapping):
            currency = each.get("priceCurrency")
            for line in many(each.get("breakdown")):
                if isinstance(line, Mapping):
                    yield {"priceCurrency": currency, **line}


def _items(
    product: Mapping[str, Any], items: tuple[GoodsItem, ...], places: tuple[int, ...]
) -> tuple[DutyItem, ...]:
    """Each item's amounts; the lines that an item was split into are added up again."""
    amounts: list[list[DutyAmount]] = [[] for _ in items]
    judged: set[int] = set()
    for each in many(product.get("items")):
        if not isinstance(each, Mapping):
            raise bad_reply("an item that is not an object")
        number = str(each.get("number") or "")
        if not number.isdigit() or not 1 <= int(number) <= len(places):
            raise bad_reply(f"an item {number or 'without a number'}")
        place = places[int(number) - 1]
        for line in many(each.get("breakdown")):
            amount = _amount(line) if isinstance(line, Mapping) else None
            if amount is not None:
                judged.add(place)
                _add(amounts[place], amount)
    return tuple(
        DutyItem(item.id, item.hs_code, tuple(amounts[place]), place in judged)
        for place, item in enumerate(items)
    )


def _add(amounts: list[DutyAmount], more: DutyAmount) -> None:
    for place, one in enumerate(amounts):
        same = (one.kind, one.code, one.amount.currency)
        if same == (more.kind, more.code, more.amount.currency):
            amounts[place] = DutyAmount(
                one.kind, one.code, one.name, one.amount + more.amount, one.formula
            )
            return
    amounts.append(more)


def _amount(line: Mapping[str, Any]) -> DutyAmount | None:
    """A line that is due at the border; goods and transport are not."""
    kind = _KINDS.get(str(line.get("typeCode") or ""))
    if line.get("serviceCode") == DUTY_PAID:
        kind = "fee"
    if kind is None or line.get("price") is None:
        return None
    name = str(line.get("name") or line.get("serviceCode") or kind)
    formula = line.get("tariffRateFormula")
    return DutyAmount(
        kind,
        str(line.get("serviceCode") or name),
        name,
        exact_money(line["price"], line.get("priceCurrency")),
        str(formula) if formula else None,
    )


def _fees(whole: list[Mapping[str, Any]], *, itemised: bool) -> Iterator[DutyAmount]:
    """What is due for the whole shipment; DHL's totals only where no line says more."""
    detailed = {str(line.get("typeCode")) for line in whole if not _is_total(line)}
    for line in whole:
        kind = str(line.get("typeCode"))
        told = kind in detailed or (itemised and (kind != "FEE" or not line.get("price")))
        if not (_is_total(line) and told) and (amount := _amount(line)) is not None:
            yield amount


def _is_total(line: Mapping[str, Any]) -> bool:
    return str(line.get("name") or "").upper().startswith(_TOTAL)


def _total(
    whole: list[Mapping[str, Any]], items: tuple[DutyItem, ...], fees: tuple[DutyAmount, ...]
) -> tuple[Money | None, list[str]]:
    """DHL's totals of duty, tax and fees, its own fee with them; None across currencies."""
    said = [amount for line in whole if _is_total(line) and (amount := _amount(line)) is not None]
    said += [fee for fee in fees if fee.code == DUTY_PAID]
    listed = [amount for item in items for amount in item.amounts] + list(fees)
    units = sorted({amount.amount.currency.code for amount in (*said, *listed)})
    if len(units) > 1:
        return None, [f"DHL Express names amounts in {' and '.join(units)}: they are not added"]
    if not said:
        return None, []
    total = sum((amount.amount.amount for amount in said), Decimal(0))
    parts = sum((amount.amount.amount for amount in listed), Decimal(0))
    if total != parts:
        unit = units[0]
        return None, [f"DHL Express's totals are {total} {unit}, its lines {parts} {unit}"]
    return money(total, units[0]), []
