"""The compiled loader answers exactly as marshmallow does."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import (
    EXCLUDE,
    Schema,
    ValidationError,
    fields,
    post_load,
    pre_load,
    validate,
    validates,
    validates_schema,
)

from api.schemas.body import Body
from api.schemas.compiled import CannotCompileError, compile_loader
from api.schemas.fields import (
    CountryField,
    CurrencyField,
    DayField,
    DimensionsField,
    ExactDecimalField,
    HsCodeField,
    MapField,
    MoneyField,
    PositiveDecimalField,
    PriceField,
    TextField,
    WeightField,
)
from api.schemas.values import read_quantity


def _even(number: int) -> None:
    if number % 2:
        raise ValidationError("Must be even.")


class Box(Body):
    weight = WeightField(required=True)
    sides = DimensionsField(allow_none=True)
    pieces = fields.Int(strict=True, load_default=1, validate=[validate.Range(1, 9), _even])

    @post_load
    def as_pair(self, data: dict[str, Any], **kwargs: Any) -> tuple[str, Any]:
        if data["pieces"] == 8:
            raise ValidationError("Eight is too many.", "pieces")
        return ("box", tuple(data.items()))


class Order(Body):
    id = TextField(12, required=True, data_key="name")
    money = MoneyField(required=True)
    price = PriceField(allow_none=True, load_default=None)
    rate = PositiveDecimalField()
    number = ExactDecimalField(
        validate=validate.Range(Decimal(-5), Decimal(5), max_inclusive=False)
    )
    code = HsCodeField()
    country = CountryField(attribute="origin")
    currency = CurrencyField()
    day = DayField()
    box = fields.Nested(Box)
    boxes = fields.Nested(Box, many=True, validate=validate.Length(1, 3))
    listed = fields.List(fields.Nested(Box), load_default=list)
    words = fields.List(fields.Str(validate=validate.Length(max=3)), allow_none=True)
    grid = fields.List(fields.List(fields.Int(strict=True)))
    kind = fields.Str(load_default="sale", validate=validate.OneOf(["sale", "gift"]))
    pattern = fields.Str(validate=validate.Regexp("^[a-z]+$"))
    url = fields.Url()
    flag = fields.Bool()
    labels = fields.Dict(fields.Str(), fields.Str())
    facts = MapField()
    amounts = MapField(read_quantity)
    loose = fields.Int()
    old = fields.Decimal()
    shown = fields.Str(dump_only=True)


ORDER = Order()
load_order = compile_loader(ORDER)

MONEY = {"amount": "12.50", "currency": "EUR"}
BOX = {"weight": {"value": "1.5", "unit": "lb"}, "pieces": 4}
VALID: dict[str, Any] = {
    "name": "A-1",
    "money": MONEY,
    "price": MONEY,
    "rate": "1.2",
    "number": "-4.99",
    "code": "6109.10",
    "country": "CN",
    "currency": "KWD",
    "day": "2026-02-28",
    "box": BOX,
    "boxes": [BOX, {**BOX, "sides": {"length": "1", "width": "2", "height": "3", "unit": "in"}}],
    "listed": [BOX],
    "words": ["a", "abc"],
    "grid": [[1, 2], [], [3]],
    "kind": "gift",
    "pattern": "abc",
    "url": "https://example.org/",
    "flag": False,
    "labels": {"a": "b"},
    "facts": {"confirm": True, "percent": "40"},
    "amounts": {"kg": "3"},
    "loose": 3,
    "old": "1.5",
}
WRONG = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 12),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        [
            *"x abcd -1 0 1e5 1. 12,5 NaN ٣ eur EUR XXX 2026-02-29 20260228".split(),
            *("610", "sale", "gb", "EU", "kg", "", "1\n", "61 09.10", "\x00", "9" * 19),
        ]
    ),
    st.lists(st.integers(0, 3), max_size=2),
    st.sampled_from([{}, {"a": 1}, MONEY, {**MONEY, "x": 1}, {"amount": 1.5, "currency": "EUR"}]),
    st.sampled_from([BOX, [BOX], [BOX] * 4, {**BOX, "pieces": 3}, {**BOX, "pieces": 8}]),
    st.sampled_from([{"value": "1", "unit": "st"}, {"value": "0", "unit": "kg"}, [], [[]], [None]]),
)


def _places(node: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [at] if at else []
    members = node.items() if isinstance(node, dict) else enumerate(node)
    for key, child in members if isinstance(node, dict | list) else ():
        found += _places(child, (*at, key)) if isinstance(child, dict | list) else [(*at, key)]
    return found


PLACES = _places(VALID)


def _copy(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _copy(child) for key, child in node.items()}
    return [_copy(child) for child in node] if isinstance(node, list) else node


@st.composite
def payloads(draw: st.DrawFn) -> Any:
    """The valid payload with members left out, replaced, or added, at any depth."""
    if draw(st.integers(0, 60)) == 0:
        return _copy(draw(WRONG))
    payload = _copy(VALID)
    for key in draw(st.sets(st.sampled_from(sorted(VALID.keys() - {"name", "money"})))):
        del payload[key]
    for _ in range(draw(st.integers(0, 2))):
        *way, last = draw(st.sampled_from(PLACES))
        node = payload
        for step in way:
            try:
                node = node[step]
            except (KeyError, IndexError, TypeError):
                break
        else:
            indexed = isinstance(node, list) and isinstance(last, int) and last < len(node)
            if not indexed and not isinstance(node, dict):
                continue
            change = draw(st.sampled_from(["replace", "remove", "add"]))
            if change == "replace":
                node[last] = _copy(draw(WRONG))
            elif change == "remove" and (isinstance(node, list) or last in node):
                del node[last]
            elif isinstance(node, dict):
                node[draw(st.sampled_from(["nmae", "shown", "origin", "a/b", "id"]))] = _copy(
                    draw(WRONG)
                )
            else:
                node.append(_copy(draw(WRONG)))
    return payload


def _outcome(load: Any, payload: Any) -> tuple[str, Any]:
    try:
        return "loaded", load(payload)
    except ValidationError as error:
        return "refused", error.messages


@settings(max_examples=2500, deadline=None)
@given(payloads())
def test_every_payload_loads_as_marshmallow_loads_it(payload: Any) -> None:
    fast, slow = _outcome(load_order, _copy(payload)), _outcome(ORDER.load, _copy(payload))
    assert fast == slow
    if fast[0] == "loaded":
        assert list(fast[1]) == list(slow[1])
        assert repr(fast[1]) == repr(slow[1])  # 1 == True == Decimal(1): the types too


def test_a_valid_payload_does_not_need_marshmallow() -> None:
    class Watched(Order):
        def load(self, *args: Any, **kwargs: Any) -> Any:
            raise AssertionError("the fast path gave up on a valid payload")

    loaded = compile_loader(Watched())(VALID)
    assert loaded == ORDER.load(VALID)
    assert loaded["box"] == ("box", (("weight", Decimal("0.680388555")), ("pieces", 4)))


def test_a_default_that_is_made_is_made_anew_for_each_request() -> None:
    required = {"name": "A", "money": MONEY}
    load_order(required)["listed"].append("mine")
    assert load_order(required)["listed"] == []


def test_a_programming_error_in_a_hook_is_not_hidden() -> None:
    class Faulty(Body):
        @post_load
        def fail(self, data: dict[str, Any], **kwargs: Any) -> Any:
            return data["nobody set this"]

    with pytest.raises(KeyError):
        compile_loader(Faulty())({})


class _PreLoad(Body):
    @pre_load
    def before(self, data: Any, **kwargs: Any) -> Any:
        return data


class _Validates(Body):
    a = fields.Str()

    @validates("a")
    def check(self, value: str, data_key: str) -> None: ...


class _ValidatesSchema(Body):
    @validates_schema
    def check(self, data: Any, **kwargs: Any) -> None: ...


class _OverCollections(Body):
    @post_load(pass_collection=True)
    def after(self, data: Any, **kwargs: Any) -> Any:
        return data


class _Loose(Schema):
    class Meta:
        unknown = EXCLUDE


class _Recursive(Body):
    inner = fields.Nested(lambda: _Recursive())


class _Dotted(Body):
    a = fields.Str(attribute="b.c")


@pytest.mark.parametrize(
    "schema",
    [
        _PreLoad(),
        _Validates(),
        _ValidatesSchema(),
        _OverCollections(),
        _Loose(),
        _Recursive(),
        _Dotted(),
        Order(many=True),
        Order(partial=True),
    ],
    ids=lambda schema: type(schema).__name__,
)
def test_what_it_cannot_honour_is_refused_when_it_is_compiled(schema: Schema) -> None:
    with pytest.raises(CannotCompileError):
        compile_loader(schema)


def test_a_nested_schema_that_cannot_be_honoured_is_refused_too() -> None:
    class Outer(Body):
        inner = fields.Nested(_Validates)

    with pytest.raises(CannotCompileError, match="_Validates"):
        compile_loader(Outer())
