"""Which marshmallow fields do the requests have?

Each is one read function of values.py with what the API document says of it, so that marshmallow
and the compiled loader read alike.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from marshmallow import ValidationError, fields

from api.schemas.values import (
    CENTIMETRES,
    COUNTRIES,
    KILOGRAMS,
    SIDES,
    Raw,
    Unreadable,
    hs_reader,
    map_reader,
    read_country,
    read_currency,
    read_day,
    read_decimal,
    read_dimensions,
    read_fact,
    read_money,
    read_positive,
    read_price,
    read_quantity,
    read_weight,
    text_reader,
)


class ReadField(fields.Field[Any]):
    """A field that is one read function; `openapi` is what the API document says of it."""

    read: Callable[[Raw], Any]
    openapi: ClassVar[dict[str, Any]] = {}

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        try:
            return self.read(value)
        except Unreadable as error:
            raise ValidationError(error.messages) from None

    def described(self) -> dict[str, Any]:
        """The field's JSON schema."""
        return self.openapi


_DECIMAL_STRING = {"type": "string", "pattern": r"^-?[0-9]{1,18}(\.[0-9]{1,12})?$"}
_AMOUNT_STRING = {"type": "string", "pattern": r"^[0-9]{1,18}(\.[0-9]{1,12})?$"}


def _object(properties: dict[str, Any], example: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        "example": example,
    }


class ExactDecimalField(ReadField):
    """A decimal string."""

    read = staticmethod(read_decimal)
    openapi: ClassVar = {**_DECIMAL_STRING, "example": "12.50"}


class QuantityField(ReadField):
    """A decimal string of 0 or more."""

    read = staticmethod(read_quantity)
    openapi: ClassVar = {**_AMOUNT_STRING, "example": "100"}


class PositiveDecimalField(ReadField):
    """A decimal string of more than 0."""

    read = staticmethod(read_positive)
    openapi: ClassVar = {**_AMOUNT_STRING, "example": "1.0842"}


class CurrencyField(ReadField):
    """An ISO 4217 code."""

    read = staticmethod(read_currency)
    openapi: ClassVar = {"type": "string", "pattern": "^[A-Z]{3}$", "example": "EUR"}


class MoneyField(ReadField):
    """An amount of money with its currency."""

    read = staticmethod(read_money)
    openapi: ClassVar = _object(
        {"amount": _DECIMAL_STRING, "currency": CurrencyField.openapi},
        {"amount": "12.50", "currency": "EUR"},
    )


class PriceField(ReadField):
    """Money that is not negative."""

    read = staticmethod(read_price)
    openapi: ClassVar = _object(
        {"amount": _AMOUNT_STRING, "currency": CurrencyField.openapi},
        {"amount": "12.50", "currency": "EUR"},
    )


class WeightField(ReadField):
    """A weight, read to kilograms."""

    read = staticmethod(read_weight)
    openapi: ClassVar = _object(
        {"value": _AMOUNT_STRING, "unit": {"type": "string", "enum": list(KILOGRAMS)}},
        {"value": "0.2", "unit": "kg"},
    )


class DimensionsField(ReadField):
    """Three sides, read to centimetres."""

    read = staticmethod(read_dimensions)
    openapi: ClassVar = _object(
        {
            **dict.fromkeys(SIDES, _AMOUNT_STRING),
            "unit": {"type": "string", "enum": list(CENTIMETRES)},
        },
        {"length": "30", "width": "20", "height": "2", "unit": "cm"},
    )


class CountryField(ReadField):
    """An ISO 3166-1 alpha-2 code."""

    read = staticmethod(read_country)
    openapi: ClassVar = {"type": "string", "enum": sorted(COUNTRIES), "example": "DE"}


class DayField(ReadField):
    """A day."""

    read = staticmethod(read_day)
    openapi: ClassVar = {"type": "string", "format": "date", "example": "2026-11-20"}


class HsCodeField(ReadField):
    """A commodity code: 4, 6, 8 or 10 digits, or the lengths that a territory uses."""

    def __init__(self, *, lengths: frozenset[int] = frozenset({4, 6, 8, 10}), **kwargs: Any):
        super().__init__(**kwargs)
        self.lengths = lengths
        self.read = hs_reader(lengths)

    openapi: ClassVar = {"type": "string", "pattern": "^[0-9. ]+$", "example": "6109.10"}


class TextField(ReadField):
    """Text without control characters."""

    def __init__(self, longest: int, shortest: int = 1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.longest, self.shortest = longest, shortest
        self.read = text_reader(longest, shortest)

    def described(self) -> dict[str, Any]:
        """The field's JSON schema."""
        return {"type": "string", "minLength": self.shortest, "maxLength": self.longest}


_FACT: Mapping[str, Any] = MappingProxyType(
    {"anyOf": [{"type": "string", "maxLength": 200}, {"type": "boolean"}]}
)


class MapField(ReadField):
    """An object with free keys, its members read alike (facts by default)."""

    def __init__(
        self,
        read_member: Callable[[Raw], Any] = read_fact,
        member: Mapping[str, Any] = _FACT,
        *,
        most: int = 100,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.member = dict(member)
        self.read = map_reader(read_member, most)

    def described(self) -> dict[str, Any]:
        """The field's JSON schema."""
        return {"type": "object", "additionalProperties": self.member}
