"""What does a quote look like, for the OpenAPI document?

The answer itself is written by hand (quote_answers.py); a test validates real answers against this.
"""

from typing import Any

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_DAY: Schema = {"type": "string", "format": "date"}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_MONEY: Schema = {
    "type": "object",
    "required": ["amount", "currency"],
    "additionalProperties": False,
    "properties": {
        "amount": {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
    },
}


def _maybe(schema: Schema) -> Schema:
    return {**schema, "nullable": True}


def _words(*words: str) -> Schema:
    return {"type": "string", "enum": list(words)}


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _object(**properties: Schema) -> Schema:
    return {
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
    }


_LAW = {
    "type": "object",
    "nullable": True,
    "required": ["id", "title", "url"],
    "properties": {
        "id": _TEXT,
        "title": _TEXT,
        "url": _maybe(_TEXT),
        "since": _maybe(_DAY),
        "until": _maybe(_DAY),
    },
}
_CHARGE = _object(
    kind=_words("duty", "excise", "tax", "fee", "shipping", "insurance", "brokerage"),
    code=_TEXT,
    name=_TEXT,
    line=_maybe(_TEXT),
    expression=_maybe(_TEXT),
    base=_maybe(_MONEY),
    working=_TEXT,
    assessed=_MONEY,
    amount=_MONEY,
    rounding=_maybe(_TEXT),
    payer=_words("seller", "buyer"),
    collected_at=_words("sale", "border", "carrier"),
    recoverable={"type": "boolean"},
    status=_words("applies", "waived", "excluded", "needs_answer"),
    law=_LAW,
)
_TOTALS = _object(
    **dict.fromkeys(
        (
            "goods",
            "shipping",
            "insurance",
            "duties",
            "taxes",
            "fees",
            "landed_cost",
            "due_at_checkout",
            "due_on_delivery",
        ),
        _MONEY,
    )
)
_RANGE = _object(low=_MONEY, likely=_MONEY, high=_maybe(_MONEY))
_COST: Schema = {
    "mode": _words("post", "express", "air", "sea", "road"),
    "terms": _words("DDP", "DAP"),
    "totals": _TOTALS,
    "range": _RANGE,
    "charges": _list(_CHARGE),
    "formatted": {"type": "object", "nullable": True, "additionalProperties": _TEXT},
}
_TRANSIT = _object(
    min_days={"type": "integer"},
    max_days={"type": "integer"},
    estimated_delivery=_object(**{"from": _DAY, "to": _DAY}),
)
_OPTION = _object(
    id=_TEXT,
    carrier=_TEXT,
    service=_TEXT,
    source=_words("live", "cache", "stale", "rate_card", "backup"),
    source_note=_maybe(_TEXT),
    transit=_maybe(_TRANSIT),
    **_COST,
)
_OPTION["properties"]["rank"] = {"type": "integer", "description": "where a rank was asked for"}
_FINDING: Schema = {
    "type": "object",
    "required": ["code", "outcome", "message", "law"],
    "properties": {
        "code": _TEXT,
        "outcome": _words("prohibited", "licence", "document", "restricted", "match", "warning"),
        "message": _TEXT,
        "line": _maybe(_TEXT),
        "party": _maybe(_TEXT),
        "law": _LAW,
        "fact": _TEXT,
    },
}
_HEAD: Schema = {
    "id": _TEXT,
    "created_at": _MOMENT,
    "expires_at": _MOMENT,
    "reference": _maybe(_TEXT),
    "as_of": _DAY,
    "currency": _TEXT,
    "status": _words("complete", "partial", "refused", "no_offer"),
    "verdict": _object(outcome=_words("clear", "review", "refused"), findings=_list(_FINDING)),
}
_TAIL: Schema = {
    "lines": _list(
        _object(
            id=_TEXT,
            hs_code=_maybe(_TEXT),
            commodity_code=_maybe(_TEXT),
            classified_by=_maybe(_TEXT),
            customs_value=_MONEY,
        )
    ),
    "questions": _list(
        _object(
            fact=_TEXT,
            line=_maybe(_TEXT),
            why=_TEXT,
            effect=_object(low=_MONEY, high=_maybe(_MONEY)),
        )
    ),
    "assumptions": _list(
        _object(
            what=_TEXT,
            confidence=_words("official", "secondary", "unconfirmed"),
            law=_maybe(_TEXT),
        )
    ),
    "savings": _list(_object(line=_TEXT, agreement=_TEXT, saving=_MONEY, proof=_maybe(_TEXT))),
    "silent_carriers": _list(_object(carrier=_TEXT, reason=_TEXT)),
    "exchange_rates": _list(
        _object(
            **{
                "from": _TEXT,
                "to": _TEXT,
                "rate": _TEXT,
                "on": _DAY,
                "source": _TEXT,
                "purpose": _words("customs", "presentment"),
            }
        )
    ),
    "facts_version": _TEXT,
    "proof": _maybe(_object(algorithm=_words("EdDSA"), key_id=_TEXT, signature=_TEXT)),
}
_CONSIDERED = _object(
    code=_TEXT,
    expression=_maybe(_TEXT),
    status=_words("applies", "excluded", "needs_answer", "not_applicable"),
    because=_TEXT,
    law=_LAW,
    line=_TEXT,
)

QUOTE_ANSWER = _object(**_HEAD, options=_list(_OPTION), **_TAIL)
LANDED_COST_ANSWER = _object(**_HEAD, costs=_list(_object(**_COST)), **_TAIL)
LANDED_COST_ANSWER["properties"]["considered"] = _list(_CONSIDERED)
REPLAY_ANSWER = _object(
    identical={"type": "boolean"},
    differences=_list(_object(pointer=_TEXT, stored={}, computed={})),
)
