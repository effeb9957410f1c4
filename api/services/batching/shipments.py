"""How do the read cells of an order make the JSON of a shipment?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

from data.model.money import UnknownCurrencyError, allocate, quantum

Json = dict[str, Any]
_KILOGRAMS = {
    "kg": Decimal(1),
    "g": Decimal("0.001"),
    "lb": Decimal("0.45359237"),
    "oz": Decimal("0.028349523125"),
}
_FINEST = Decimal("0.000001")
_FACTS = ("manufacturer_id", "gtin", "composition")


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What an order says of itself that does not add up."""

    pointer: str
    field: str
    code: str
    detail: str
    remedy: str


class Draft:
    """An order on its way to be a shipment. `said` is what its rows say once."""

    def __init__(self, fixed: Mapping[str, Any]) -> None:
        self._fixed = fixed
        self.said: Json = {}
        self._lines: list[Json] = []

    @property
    def currency(self) -> str:
        """The currency of the first line."""
        code: str = self._lines[0]["currency"]
        return code

    def add_line(self, line: Json) -> None:
        """Add the read cells of a line."""
        self._lines.append(line)

    def disagreements(self) -> Iterator[Disagreement]:
        """Totals that are not the sums of their parts."""
        goods = self._goods()
        if goods is None:
            return
        discount = self.said.get("order_discount") or Decimal(0)
        if discount and not 0 < discount <= goods:
            yield Disagreement(
                "/order_discount",
                "order_discount",
                "discount-too-large",
                f"The discount is {discount}, the goods cost {goods}.",
                "Write what is taken off, as a number from 0.",
            )
            return
        goods -= discount
        total = self.said.get("goods_total")
        if total is not None and total != goods:
            yield _does_not_add("goods_total", goods, total)
        rest = sum(
            (self.said.get(name) or Decimal(0) for name in ("freight", "insurance", "tax_total")),
            Decimal(0),
        )
        whole = self.said.get("order_total")
        if whole is not None and whole != goods + rest:
            yield _does_not_add("order_total", goods + rest, whole)

    def _goods(self) -> Decimal | None:
        """What the lines cost; None where a line cannot be read."""
        prices = [_price(line) for line in self._lines]
        known = [price for price in prices if price is not None]
        return sum(known, Decimal(0)) if len(known) == len(prices) else None

    def body(self) -> Json:
        """The shipment as ``POST /v1/documents`` takes one."""
        said, code = self.said, self.currency
        body: Json = {
            **self._fixed,
            "reference": said["reference"],
            "consignee": self._consignee(),
            "lines": self._written_lines(),
        }
        for name in ("invoice_number", "terms_place", "comments"):
            if said[name]:
                body[name] = said[name]
        body |= {name: said[name].upper() for name in ("terms",) if said[name]}
        body |= {name: said[name].lower() for name in ("purpose",) if said[name]}
        days, sums = ("on", "invoice_day"), ("freight", "insurance")
        body |= {name: said[name].isoformat() for name in days if said[name] is not None}
        body |= {name: _money(said[name], code) for name in sums if said[name] is not None}
        if parcel := self._parcel():
            body["parcels"] = [parcel]
        if "terms_place" not in body and said["city"] and body.get("terms", "DAP") == "DAP":
            body["terms_place"] = said["city"]
        return body

    def _consignee(self) -> Json:
        said = self.said
        person = said["consignee_name"] or " ".join(
            filter(None, (said["consignee_first_name"], said["consignee_last_name"]))
        )
        streets = [said[name] for name in ("street1", "street2", "street3") if said[name]]
        party: Json = {
            "name": person or said["consignee_company"],
            "street": streets,
            "city": said["city"],
        }
        for name, key in (
            ("consignee_company", "company"),
            ("postal_code", "postal_code"),
            ("country", "country"),
            ("phone", "phone"),
            ("email", "email"),
        ):
            if said[name]:
                party[key] = said[name]
        if 0 < len(said["region"]) <= 3:  # a name is no code, and no paper needs it
            party["region"] = said["region"].upper()
        numbers = {name: said[name] for name in ("vat", "eori") if said[name]}
        if numbers:
            party["tax_ids"] = numbers
        if said["buyer_type"]:
            party["is_business"] = said["buyer_type"].lower() in ("business", "b2b", "company")
        return party

    def _written_lines(self) -> list[Json]:
        shares = self._shares()
        written = []
        for line, share in zip(self._lines, shares, strict=True):
            code = line["currency"]
            one: Json = {"quantity": line["quantity"]}
            for name in ("sku", "description", "hs_code", "country_of_origin", "unit_weight"):
                if line[name]:
                    one[name] = line[name]
            if line["unit_price"] is not None:
                one["unit_price"] = _money(line["unit_price"], code)
            discount = (line["line_discount"] or Decimal(0)) + share
            if discount:
                one["discount"] = _money(discount, code)
            if facts := {name: line[name] for name in _FACTS if line[name]}:
                one["facts"] = facts
            written.append(one)
        return written

    def _shares(self) -> list[Decimal]:
        """The order's discount, spread over its lines by value."""
        nothing = [Decimal(0)] * len(self._lines)
        discount, goods = self.said.get("order_discount"), self._goods()
        if not discount or goods is None or not 0 < discount <= goods:
            return nothing
        prices = [_price(line) or Decimal(0) for line in self._lines]
        try:
            return allocate(discount, prices, quantum(self.currency))
        except (UnknownCurrencyError, ArithmeticError):
            return nothing

    def _parcel(self) -> Json | None:
        said = self.said
        gross = said["gross_weight"] or self._packed()
        if gross is None:
            return None
        parcel: Json = {"weight": gross}
        sides = {side: said[side] for side in ("length", "width", "height")}
        if all(sides.values()) and len({each["unit"] for each in sides.values()}) == 1:
            units = {each["unit"] for each in sides.values()}
            parcel["dimensions"] = {
                **{side: each["value"] for side, each in sides.items()},
                "unit": units.pop(),
            }
        return parcel

    def _packed(self) -> Json | None:
        """The goods and the packaging that somebody told, where no parcel was weighed."""
        packaging = self.said["packaging_weight"]
        weights = [line["unit_weight"] for line in self._lines]
        if packaging is None or not all(weights):
            return None
        whole = _kilograms(packaging)
        for line in self._lines:
            whole += _kilograms(line["unit_weight"]) * (line["quantity"] or 0)
        return {"value": f"{whole.quantize(_FINEST, ROUND_CEILING):f}", "unit": "kg"}


def _does_not_add(name: str, sums: Decimal, said: Decimal) -> Disagreement:
    return Disagreement(
        f"/{name}",
        name,
        "total-does-not-add",
        f"The lines make {sums}, and the {name.replace('_', ' ')} says {said}.",
        "Correct the lines or the total; discounts, freight and tax have columns of their own.",
    )


def _price(line: Json) -> Decimal | None:
    if line["unit_price"] is None or line["quantity"] is None:
        return None
    price: Decimal = line["unit_price"] * line["quantity"] - (line["line_discount"] or Decimal(0))
    return price


def _kilograms(weight: Json) -> Decimal:
    return Decimal(weight["value"]) * _KILOGRAMS[weight["unit"]]


def _money(amount: Decimal, code: str) -> Json:
    return {"amount": f"{amount:f}", "currency": code}
