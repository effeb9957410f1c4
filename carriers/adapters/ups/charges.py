"""What does UPS bill, and for what? One price with its own parts, never two mixed.

UPS answers list prices and, apart, the account's negotiated ones. The negotiated total belongs to
its own charges; where UPS gives no negotiated total, the list total belongs to the list's charges.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, cast

from carriers import OfferPart, bad_reply, exact_money, itemised, many
from data.model.consignment import Mode
from data.model.money import Money


@dataclass(frozen=True, slots=True)
class Price:
    """A total of UPS with the parts that belong to it."""

    total: Money
    parts: tuple[OfferPart, ...]
    is_negotiated: bool


def price_of(published: Mapping[str, Any], negotiated: object, service: str) -> Price:
    """The account's price where there is one, else the list's. Raises `bad_reply`."""
    if isinstance(negotiated, Mapping) and isinstance(negotiated.get("TotalCharge"), Mapping):
        return _price(negotiated, "TotalCharge", service, is_negotiated=True)
    return _price(published, "TotalCharges", service, is_negotiated=False)


def service_name(code: str) -> str:
    """What UPS calls a service; the code where it is not in our table."""
    return _services().get(code, (f"UPS service {code}", "express"))[0]


def service_mode(code: str) -> Mode:
    """How a service moves; express where it is not in our table."""
    return cast("Mode", _services().get(code, ("", "express"))[1])


def _price(
    block: Mapping[str, Any], total_name: str, service: str, *, is_negotiated: bool
) -> Price:
    total = _money(block.get("TotalChargesWithTaxes") or block.get(total_name))
    kind = "negotiated" if is_negotiated else "list price"
    found = (
        OfferPart(code, name, amount, f"{kind}, as UPS states it")
        for code, name, amount in _charges(block, total, service)
        if amount.amount and amount.currency == total.currency
    )
    return Price(total, itemised(total, found), is_negotiated)


def _charges(
    block: Mapping[str, Any], total: Money, service: str
) -> Iterator[tuple[str, str, Money]]:
    """The charges of one block.

    The base is transport without fuel, which is itemised; transport with fuel stands for it where
    UPS gives no base, and then the options' sum stands for the items.
    """
    freight = f"Freight ({service_name(service)})"
    bases = many(block.get("BaseServiceCharge"))
    for base in bases or many(block.get("TransportationCharges")):
        yield "freight", freight, _money(base)
    if bases or "TransportationCharges" not in block:
        for item in many(block.get("ItemizedCharges")):
            if isinstance(item, Mapping):
                yield _code(item), _name(item), _money(item)
    elif "ServiceOptionsCharges" in block:
        yield "options", "Options of the service", _money(block["ServiceOptionsCharges"])
    for tax in many(block.get("TaxCharges")):
        if isinstance(tax, Mapping):
            unit = tax.get("CurrencyCode") or total.currency.code
            kind = str(tax.get("Type", "tax"))
            yield (
                f"tax_{kind}",
                f"{kind} on the freight",
                exact_money(tax.get("MonetaryValue"), unit),
            )


def _money(found: object) -> Money:
    if not isinstance(found, Mapping):
        raise bad_reply("a charge without its amount")
    return exact_money(found.get("MonetaryValue"), found.get("CurrencyCode"))


def _code(item: Mapping[str, Any]) -> str:
    return "_".join(filter(None, (str(item.get("Code", "")), str(item.get("SubType", "")))))


def _name(item: Mapping[str, Any]) -> str:
    code = str(item.get("Code", ""))
    return str(item.get("Description") or _names().get(code) or f"Charge {code} of UPS")


@cache
def _services() -> Mapping[str, tuple[str, str]]:
    with (files("carriers.adapters.ups") / "services.csv").open(encoding="utf-8") as file:
        return {row["code"]: (row["name"], row["mode"]) for row in csv.DictReader(file)}


@cache
def _names() -> Mapping[str, str]:
    with (files("carriers.adapters.ups") / "charges.csv").open(encoding="utf-8") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}
