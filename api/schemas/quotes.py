"""How is a quote asked for in JSON?

The schemas say what may be sent (design: the HTTP contract); `read_quote_request` makes the
consignment of it. What a schema cannot see alone (two lines with one id, a discount above the
price) is checked here, with the pointer to the fault.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, validate

from api.schemas.amounts import is_locale
from api.schemas.body import Body
from api.schemas.compiled import compile_loader
from api.schemas.fields import (
    CountryField,
    CurrencyField,
    DayField,
    DimensionsField,
    HsCodeField,
    MapField,
    PriceField,
    QuantityField,
    TextField,
    WeightField,
)
from api.services.quotes import QuoteRequest
from customs.exchange import GivenRate
from data.model.consignment import (
    NO_FACTS,
    Buyer,
    Consignment,
    GoodsItem,
    Parcel,
    PreferenceClaim,
    Seller,
)
from data.model.money import Money, allocate, quantum
from data.model.places import Place

MODES = ("post", "express", "air", "sea", "road")
PURPOSES = ("sale", "gift", "sample", "return", "repair")
TERMS = ("DDP", "DAP")
RANKS = ("landed_cost", "speed", "blend")
MOST_LINES = 1000


def _check_locale(tag: str) -> None:
    if not is_locale(tag):
        raise ValidationError('Not a language tag such as "de-DE" that amounts are written for.')


class PlaceBody(Body):
    """An address as far as a border and a carrier need it."""

    country = CountryField(required=True)
    region = TextField(3, allow_none=True, load_default=None)
    postal_code = TextField(20, allow_none=True, load_default=None)
    city = TextField(100, allow_none=True, load_default=None)


class BuyerBody(Body):
    """Who the goods are for."""

    type = fields.String(load_default="consumer", validate=validate.OneOf(["consumer", "business"]))
    name = TextField(200, allow_none=True, load_default=None)
    tax_id = TextField(40, allow_none=True, load_default=None)


class RegistrationBody(Body):
    """A scheme that the seller is registered for, and the number."""

    scheme = TextField(40, required=True)
    number = TextField(40, required=True)


class SellerBody(Body):
    """Who sells."""

    name = TextField(200, allow_none=True, load_default=None)
    registrations = fields.List(
        fields.Nested(RegistrationBody), load_default=list, validate=validate.Length(max=50)
    )


class PreferenceBody(Body):
    """A claim to an agreement's lower duty."""

    agreement = TextField(40, required=True)
    proof = TextField(80, allow_none=True, load_default=None)


class LineBody(Body):
    """Goods of one kind at one price."""

    id = TextField(80, allow_none=True, load_default=None)
    sku = TextField(80, allow_none=True, load_default=None)
    description = TextField(1000, allow_none=True, load_default=None)
    quantity = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=1, max=10_000_000)
    )
    unit_price = PriceField(required=True)
    discount = PriceField(allow_none=True, load_default=None)
    hs_code = HsCodeField(allow_none=True, load_default=None)
    country_of_origin = CountryField(allow_none=True, load_default=None)
    unit_weight = WeightField(allow_none=True, load_default=None)
    dimensions = DimensionsField(allow_none=True, load_default=None)
    preference = fields.Nested(PreferenceBody, allow_none=True, load_default=None)
    facts = MapField(load_default=dict)
    duty_expression = TextField(200, allow_none=True, load_default=None)
    additional_code = TextField(10, allow_none=True, load_default=None)
    documents = fields.List(TextField(20), load_default=list, validate=validate.Length(max=50))


class ParcelLineBody(Body):
    """Which pieces are in a box."""

    id = TextField(80, required=True)
    quantity = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=1, max=10_000_000)
    )


class ParcelBody(Body):
    """One box."""

    weight = WeightField(required=True)
    dimensions = DimensionsField(allow_none=True, load_default=None)
    lines = fields.List(fields.Nested(ParcelLineBody), load_default=list)


class ExchangeRateBody(Body):
    """A rate to use in place of the published ones."""

    from_ = CurrencyField(required=True, data_key="from")
    to = CurrencyField(required=True)
    rate = QuantityField(required=True)


class LandedCostBody(Body):
    """A consignment at a border: what all requests have in common."""

    reference = TextField(200, allow_none=True, load_default=None)
    as_of = DayField(allow_none=True, load_default=None)
    currency = CurrencyField(allow_none=True, load_default=None)
    locale = TextField(20, allow_none=True, load_default=None, validate=_check_locale)
    terms = fields.List(
        fields.String(validate=validate.OneOf(TERMS)),
        load_default=lambda: list(TERMS),
        validate=validate.Length(min=1, max=2),
    )
    ship_from = fields.Nested(PlaceBody, required=True)
    ship_to = fields.Nested(PlaceBody, required=True)
    buyer = fields.Nested(BuyerBody, allow_none=True, load_default=None)
    seller = fields.Nested(SellerBody, allow_none=True, load_default=None)
    purpose = fields.String(load_default="sale", validate=validate.OneOf(PURPOSES))
    lines = fields.List(
        fields.Nested(LineBody), required=True, validate=validate.Length(min=1, max=MOST_LINES)
    )
    discount = PriceField(allow_none=True, load_default=None)
    insurance = PriceField(allow_none=True, load_default=None)
    exchange_rates = fields.List(
        fields.Nested(ExchangeRateBody), load_default=list, validate=validate.Length(max=50)
    )
    mode = fields.String(allow_none=True, load_default=None, validate=validate.OneOf(MODES))


class BorderBody(LandedCostBody):
    """What the border asks, for a price of freight that the caller knows."""

    shipping = PriceField(required=True)


class QuoteBody(LandedCostBody):
    """Every way to send a consignment, priced to the door."""

    parcels = fields.List(
        fields.Nested(ParcelBody),
        allow_none=True,
        load_default=None,
        validate=validate.Length(min=1, max=999),
    )
    carriers = fields.List(
        TextField(40), allow_none=True, load_default=None, validate=validate.Length(min=1, max=50)
    )
    max_wait_ms = fields.Integer(
        strict=True, load_default=2500, validate=validate.Range(min=1, max=30_000)
    )
    rank = fields.String(allow_none=True, load_default=None, validate=validate.OneOf(RANKS))
    store = fields.Boolean(load_default=True, truthy={True}, falsy={False})


QUOTE = QuoteBody()
BORDER = BorderBody()
load_quote = compile_loader(QUOTE)
load_border = compile_loader(BORDER)


def read_quote_request(body: Mapping[str, Any], today: date) -> QuoteRequest:
    """The request as the use cases see it. Raises marshmallow's `ValidationError`."""
    items = read_items(body["lines"], body["discount"])
    buyer, seller = body["buyer"], body["seller"]
    return QuoteRequest(
        consignment=Consignment(
            ship_from=Place(**body["ship_from"]),
            ship_to=Place(**body["ship_to"]),
            items=items,
            buyer=Buyer(**buyer) if buyer else Buyer(),
            seller=_seller(seller) if seller else Seller(),
            purpose=body["purpose"],
            parcels=read_parcels(body.get("parcels"), items),
            insurance=body["insurance"],
        ),
        on=body["as_of"] or today,
        currency=body["currency"],
        reference=body["reference"],
        locale=body["locale"],
        terms=tuple(dict.fromkeys(body["terms"])),
        exchange_rates=_rates(body["exchange_rates"]),
        carriers=tuple(body["carriers"]) if body.get("carriers") else None,
        mode=body["mode"],
        max_wait_ms=body.get("max_wait_ms", 0),
        rank=body.get("rank"),
    )


def read_items(lines: Sequence[Mapping[str, Any]], discount: Money | None) -> tuple[GoodsItem, ...]:
    """The lines as goods. Raises `ValidationError`."""
    problems: dict[int, dict[str, list[str]]] = {}
    seen: dict[str, int] = {}
    items = []
    for index, line in enumerate(lines):
        id_ = line["id"] or str(index + 1)
        if seen.setdefault(id_, index) != index:
            problems[index] = {"id": [f"Line {seen[id_]} has the id {id_!r} already."]}
        elif line["hs_code"] is None and not line["description"] and not line["duty_expression"]:
            problems[index] = {"hs_code": ["A line needs an hs_code or a description."]}
        elif (wrong := _wrong_discount(line)) is not None:
            problems[index] = {"discount": [wrong]}
        else:
            items.append(_item(id_, line))
    if problems:
        raise ValidationError({"lines": problems})
    return tuple(items) if discount is None else _discounted(items, discount)


def _item(id_: str, line: Mapping[str, Any]) -> GoodsItem:
    discount, preference = line["discount"], line["preference"]
    return GoodsItem(
        id=id_,
        quantity=line["quantity"],
        unit_price=line["unit_price"],
        discount=discount.amount if discount else Decimal(0),
        sku=line["sku"],
        description=line["description"],
        hs_code=line["hs_code"],
        country_of_origin=line["country_of_origin"],
        unit_weight=line["unit_weight"],
        dimensions=line["dimensions"],
        preference=PreferenceClaim(**preference) if preference else None,
        facts=line["facts"] or NO_FACTS,
        duty_expression=line["duty_expression"],
        additional_code=line["additional_code"],
        documents=tuple(line["documents"]),
    )


def _wrong_discount(line: Mapping[str, Any]) -> str | None:
    discount: Money | None = line["discount"]
    if discount is None:
        return None
    price: Money = line["unit_price"]
    if discount.currency != price.currency:
        return f"Must be in the currency of the price, {price.currency.code}."
    if discount.amount > price.amount * line["quantity"]:
        return "Is more than the price of the line."
    return None


def _discounted(items: Sequence[GoodsItem], discount: Money) -> tuple[GoodsItem, ...]:
    """The discount on the order, spread over the lines by value.

    In whole minor units, or finer ones where a price is finer: no line's share may be more than
    its price, or a line would be worth less than nothing.
    """
    unit = discount.currency
    if any(item.unit_price.currency != unit for item in items):
        raise ValidationError({"discount": ["Must be in the one currency of all lines."]})
    prices = [item.price for item in items]
    if discount.amount > sum(prices, Decimal(0)):
        raise ValidationError({"discount": ["Is more than the price of the order."]})
    finest = min(int(amount.as_tuple().exponent) for amount in (discount.amount, *prices))
    step = min(quantum(unit.code), Decimal(1).scaleb(finest))
    shares = allocate(discount.amount, prices, step)
    return tuple(
        GoodsItem(
            **{name: getattr(item, name) for name in GoodsItem.__slots__ if name != "discount"},
            discount=item.discount + share,
        )
        for item, share in zip(items, shares, strict=True)
    )


def _seller(body: Mapping[str, Any]) -> Seller:
    registrations = {entry["scheme"]: entry["number"] for entry in body["registrations"]}
    return Seller(name=body["name"], registrations=registrations)


def read_parcels(
    bodies: Sequence[Mapping[str, Any]] | None, items: Sequence[GoodsItem]
) -> tuple[Parcel, ...] | None:
    """The boxes that were given. Raises `ValidationError` for a line that there is not."""
    if bodies is None:
        return None
    known = {item.id for item in items}
    problems: dict[int, Any] = {}
    for index, body in enumerate(bodies):
        for at, line in enumerate(body["lines"]):
            if line["id"] not in known:
                problems[index] = {"lines": {at: {"id": [f"There is no line {line['id']!r}."]}}}
    if problems:
        raise ValidationError({"parcels": problems})
    return tuple(
        Parcel(
            weight=body["weight"],
            dimensions=body["dimensions"],
            contents={line["id"]: line["quantity"] for line in body["lines"]},
        )
        for body in bodies
    )


def _rates(bodies: Sequence[Mapping[str, Any]]) -> tuple[GivenRate, ...]:
    problems = {
        index: {"rate": ["Must be more than 0."]}
        for index, body in enumerate(bodies)
        if not body["rate"]
    }
    if problems:
        raise ValidationError({"exchange_rates": problems})
    return tuple(GivenRate(body["from_"], body["to"], body["rate"]) for body in bodies)
