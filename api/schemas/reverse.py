"""How is a price asked for by its landed cost, and how is it answered in JSON?"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import orjson
from marshmallow import ValidationError

from api.jsonio import write_money
from api.schemas.compiled import compile_loader
from api.schemas.fields import PriceField
from api.schemas.quote_schemas import LANDED_COST_ANSWER
from api.schemas.quotes import BorderBody, read_quote_request
from api.services.price_ladder import Prices
from api.services.quotes import QuoteRequest
from api.services.reversing import Mark, Pricing, Reversed, Threshold
from data.model.consignment import GoodsItem
from data.model.money import Money

Json = dict[str, Any]


class ReverseBody(BorderBody):
    """A consignment at a border, and what it is to cost to the door.

    The unit prices given are the proportion in which several lines are priced; of one line only the
    currency counts.
    """

    target = PriceField(required=True)


REVERSE = ReverseBody()
load_reverse = compile_loader(REVERSE)


def _object(**properties: Json) -> Json:
    return {
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
    }


def _list(of: Json) -> Json:
    return {"type": "array", "items": of}


_TEXT: Json = {"type": "string"}
_MAYBE_TEXT: Json = {"type": "string", "nullable": True}
_MONEY = _object(amount=_TEXT, currency=_TEXT)
_PRICING = _object(
    factor={
        "type": "string",
        "nullable": True,
        "description": "by which the unit prices given are multiplied; null for one line",
    },
    lines=_list(_object(id=_TEXT, unit_price=_MONEY)),
    landed_cost=_MONEY,
)
_MAYBE_PRICING = {**_PRICING, "nullable": True}
_CHARGE = _object(code=_TEXT, status=_TEXT, law=_MAYBE_TEXT, lines=_list(_TEXT))
REVERSE_ANSWER = _object(
    outcome={"type": "string", "enum": ["exact", "below", "unreachable", "refused"]},
    target=_MONEY,
    price=_MAYBE_PRICING,
    short_by={**_MONEY, "nullable": True},
    also=_list(_PRICING),
    dearer=_MAYBE_PRICING,
    thresholds=_list(
        _object(below=_PRICING, above=_PRICING, ends=_list(_CHARGE), begins=_list(_CHARGE))
    ),
    unreached=_list(_object(over=_MONEY, under=_MONEY)),
    exhaustive={"type": "boolean"},
    quote=LANDED_COST_ANSWER,
)


def in_target_currency(body: Mapping[str, Any], *, can_move: bool) -> Json:
    """The body with the currency of its target, which is the quote's.

    Raises `ValidationError` where another was asked for, or a factor would change nothing.
    """
    target: Money = body["target"]
    unit = target.currency.code
    if body["currency"] not in (None, unit):
        wrong = f"Must be in the currency asked for, {body['currency']}."
        raise ValidationError({"target": {"currency": [wrong]}})
    if not can_move:
        wrong = "All unit prices are 0: they say no proportion."
        raise ValidationError({"lines": [wrong]})
    return {**body, "currency": unit}


def read_priced(body: Mapping[str, Any], prices: Prices, today: date) -> QuoteRequest | None:
    """The request at other unit prices; None where a discount would be more than the price."""
    lines = [
        {**line, "unit_price": Money(price, line["unit_price"].currency)}
        for line, price in zip(body["lines"], prices, strict=True)
    ]
    try:
        return read_quote_request({**body, "lines": lines}, today)
    except ValidationError:
        return None


def reverse_bytes(
    answer: Reversed, target: Money, items: Sequence[GoodsItem], quote: bytes
) -> bytes:
    """The answer as the bytes that are sent; `quote` is that of the price found, encoded."""
    lines = [(line.id, line.unit_price.currency.code) for line in items]
    unit = target.currency.code

    def pricing(one: Pricing | None) -> Json | None:
        return None if one is None else _pricing(one, lines, unit)

    found = answer.found
    return orjson.dumps(
        {
            "outcome": answer.outcome,
            "target": write_money(target.amount, unit),
            "price": pricing(found),
            "short_by": write_money(target.amount - found.landed, unit) if found else None,
            "also": [pricing(one) for one in answer.also],
            "dearer": pricing(answer.dearer),
            "thresholds": [_threshold(one, lines, unit) for one in answer.thresholds],
            "unreached": [
                {"over": write_money(over, unit), "under": write_money(under, unit)}
                for over, under in answer.unreached
            ],
            "exhaustive": answer.exhaustive,
            "quote": orjson.Fragment(quote),
        }
    )


def _pricing(one: Pricing, lines: Sequence[tuple[str, str]], unit: str) -> Json:
    return {
        "factor": None if one.factor is None else _plain(one.factor),
        "lines": [
            {"id": id_, "unit_price": write_money(price, code)}
            for (id_, code), price in zip(lines, one.prices, strict=True)
        ],
        "landed_cost": write_money(one.landed, unit),
    }


def _threshold(one: Threshold, lines: Sequence[tuple[str, str]], unit: str) -> Json:
    return {
        "below": _pricing(one.below, lines, unit),
        "above": _pricing(one.above, lines, unit),
        "ends": _charges(one.ends),
        "begins": _charges(one.begins),
    }


def _charges(marks: Iterable[Mark]) -> list[Json]:
    """Charges by code and status, each with the lines that it is about (none: all together)."""
    found: dict[tuple[str, str, str | None], list[str]] = {}
    for code, line, status, citation in marks:
        law = citation.law.id if citation else None
        lines = found.setdefault((code, status, law), [])
        if line is not None:
            lines.append(line)
    return [
        {"code": code, "status": status, "law": law, "lines": lines}
        for (code, status, law), lines in found.items()
    ]


def _plain(factor: Decimal) -> str:
    return f"{factor.normalize():f}"
