"""How are a duty expression and its outcome written in JSON?"""

from marshmallow import Schema, fields, validate

from api.schemas.body import Body
from api.schemas.compiled import compile_loader
from api.schemas.fields import (
    CurrencyField,
    DayField,
    MapField,
    MoneyField,
    PositiveDecimalField,
    PriceField,
    TextField,
)
from api.schemas.values import read_quantity


class EvaluationRate(Body):
    """A rate that the caller gives: one unit of `from` is `rate` of `to`."""

    source_currency = CurrencyField(required=True, data_key="from")
    target = CurrencyField(required=True, data_key="to")
    rate = PositiveDecimalField(required=True)


class Evaluation(Body):
    """A duty expression and what is known of the goods.

    `quantities` are by unit (``kg``, ``l``, ``item``…), for all the goods; `facts` as in the
    vocabulary.
    """

    expression = TextField(500, required=True)
    value = PriceField(required=True)
    quantities = MapField(read_quantity, {"type": "string", "example": "100"}, load_default=dict)
    facts = MapField(load_default=dict)
    on = DayField(data_key="as_of", load_default=None, allow_none=True)
    exchange_rates = fields.List(
        fields.Nested(EvaluationRate), load_default=list, validate=validate.Length(max=200)
    )


class EvaluationAnswer(Schema):
    """What an expression comes to."""

    outcome = fields.Str(
        required=True, validate=validate.OneOf(["value", "question", "unsupported"])
    )
    amount = MoneyField(required=True, allow_none=True)
    working = fields.Str(required=True)
    needs = fields.List(fields.Str(), required=True)
    reason = fields.Str(required=True, allow_none=True)
    expression = fields.Str(required=True)


EVALUATION = Evaluation()
EVALUATION_ANSWER = EvaluationAnswer()
load_evaluation = compile_loader(EVALUATION)
