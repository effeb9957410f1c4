"""How does the naive reference write its answer? By marshmallow, field by field."""

from typing import Any

from marshmallow import Schema, fields
from moneyed import Money


class MoneyBody(fields.Field[Money]):
    """Money as an amount and a currency."""

    def _serialize(self, value: Money | None, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        if value is None:
            return None
        return {"amount": str(value.amount), "currency": value.currency.code}


class LawBody(Schema):
    """A law that a charge cites."""

    id = fields.String()
    title = fields.String()
    url = fields.String()
    since = fields.String()
    until = fields.String()


class ChargeBody(Schema):
    """One charge."""

    kind = fields.String()
    code = fields.String()
    name = fields.String()
    line = fields.String()
    expression = fields.String()
    base = MoneyBody()
    working = fields.String()
    assessed = MoneyBody()
    amount = MoneyBody()
    rounding = fields.String()
    payer = fields.String()
    collected_at = fields.String()
    recoverable = fields.Boolean()
    status = fields.String()
    law = fields.Nested(LawBody)


class TotalsBody(Schema):
    """An option's totals."""

    goods = MoneyBody()
    shipping = MoneyBody()
    insurance = MoneyBody()
    duties = MoneyBody()
    taxes = MoneyBody()
    fees = MoneyBody()
    landed_cost = MoneyBody()
    due_at_checkout = MoneyBody()
    due_on_delivery = MoneyBody()


class RangeBody(Schema):
    """How far open questions move an option."""

    low = MoneyBody()
    likely = MoneyBody()
    high = MoneyBody()


class OptionBody(Schema):
    """One way to send it."""

    id = fields.String()
    carrier = fields.String()
    service = fields.String()
    source = fields.String()
    source_note = fields.String()
    transit = fields.Raw()
    mode = fields.String()
    terms = fields.String()
    totals = fields.Nested(TotalsBody)
    range = fields.Nested(RangeBody)
    charges = fields.List(fields.Nested(ChargeBody))
    formatted = fields.Dict()


class AnswerBody(Schema):
    """The answer: options, and what stands around them."""

    id = fields.String()
    created_at = fields.String()
    expires_at = fields.String()
    reference = fields.String()
    as_of = fields.String()
    currency = fields.String()
    status = fields.String()
    verdict = fields.Raw()
    options = fields.List(fields.Nested(OptionBody))
    lines = fields.Raw()
    questions = fields.Raw()
    assumptions = fields.Raw()
    savings = fields.Raw()
    silent_carriers = fields.Raw()
    exchange_rates = fields.Raw()
    facts_version = fields.String()
    proof = fields.Raw()


ANSWER = AnswerBody()
