"""How are goods and numbers of parties asked about in JSON?

A check takes the body of a quote. Prices may be left out: they are needed only for what the
tariff's measures prohibit.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from api.schemas.body import Body
from api.schemas.compiled import compile_loader
from api.schemas.fields import DayField, PriceField, TextField
from api.schemas.quote_answers import write_finding
from api.schemas.quotes import MOST_LINES, LineBody, QuoteBody, read_quote_request
from api.services.controlling import FullCheck
from api.services.quotes import QuoteRequest
from customs.controls import CLEARANCE
from customs.identifiers import Identifier, Identifiers, UnknownKindError
from data.model.money import money

Json = dict[str, Any]
PARTIES = ("importer", "buyer", "seller", "exporter")
_MOST_NUMBERS = 100


class ControlLineBody(LineBody):
    """Goods of one kind; the price may be left out."""

    unit_price = PriceField(allow_none=True, load_default=None)


class NumberBody(Body):
    """A number of a party, of a kind as in the vocabulary."""

    kind = TextField(20, required=True)
    number = TextField(100, required=True)
    issued = DayField(allow_none=True, load_default=None)


class PartyNumberBody(NumberBody):
    """A number and whose it is."""

    party = fields.String(load_default="importer", validate=validate.OneOf(PARTIES))


class ControlsBody(QuoteBody):
    """Goods on a lane, as in a quote."""

    lines = fields.List(
        fields.Nested(ControlLineBody), required=True, validate=validate.Length(1, MOST_LINES)
    )
    identifiers = fields.List(
        fields.Nested(PartyNumberBody), load_default=list, validate=validate.Length(max=50)
    )


class IdentifiersBody(Body):
    """Numbers to look at, on a day."""

    identifiers = fields.List(
        fields.Nested(NumberBody),
        required=True,
        validate=validate.Length(min=1, max=_MOST_NUMBERS),
    )
    as_of = DayField(allow_none=True, load_default=None)


class PackAnswer(Schema):
    """A pack of rules that was consulted."""

    pack = fields.Str(required=True)
    title = fields.Str(required=True)
    jurisdiction = fields.Str(required=True)
    checked_on = fields.Str(required=True)
    rules = fields.Int(required=True)


class ControlsAnswer(Schema):
    """What was found, and what was consulted."""

    as_of = fields.Str(required=True)
    outcome = fields.Str(required=True, validate=validate.OneOf(["clear", "review", "refused"]))
    findings = fields.List(fields.Dict(), required=True)
    not_via = fields.List(fields.Str(), required=True)
    assumptions = fields.List(fields.Dict(), required=True)
    packs = fields.List(fields.Nested(PackAnswer), required=True)
    tariff_measures = fields.Str(required=True, allow_none=True)
    coverage = fields.Str(required=True)
    note = fields.Str(required=True)
    facts_version = fields.Str(required=True)


class IdentifierAnswer(Schema):
    """A number that was looked at."""

    kind = fields.Str(required=True)
    name = fields.Str(required=True)
    normalised = fields.Str(required=True)
    valid = fields.Bool(required=True)
    status = fields.Str(required=True, validate=validate.OneOf(["format", "checksum"]))
    why = fields.Str(required=True, allow_none=True)
    law = fields.Dict(required=True, allow_none=True)


class IdentifiersAnswer(Schema):
    """The numbers, in the order asked."""

    as_of = fields.Str(required=True)
    identifiers = fields.List(fields.Nested(IdentifierAnswer), required=True)
    note = fields.Str(required=True)


CONTROLS = ControlsBody()
CONTROLS_ANSWER = ControlsAnswer()
IDENTIFIERS = IdentifiersBody()
IDENTIFIERS_ANSWER = IdentifiersAnswer()
load_controls_body = compile_loader(CONTROLS)
load_identifiers_body = compile_loader(IDENTIFIERS)

NOT_ASKED = "No register was asked: a number that is well written need not have been issued."


def read_controls_request(body: Mapping[str, Any], today: date) -> tuple[QuoteRequest, bool]:
    """The request as a quote reads it, and whether every line has a price."""
    lines = body["lines"]
    priced = all(line["unit_price"] is not None for line in lines)
    if not priced:
        given = next((line["unit_price"] for line in lines if line["unit_price"]), None)
        nothing = money("0", given.currency.code if given else "EUR")
        lines = [
            {**line, "unit_price": nothing, "discount": None}
            if line["unit_price"] is None
            else line
            for line in lines
        ]
        body = {**body, "lines": lines, "discount": None}
    return read_quote_request(body, today), priced


def read_numbers(
    bodies: Sequence[Mapping[str, Any]], known: Identifiers, on: date
) -> list[tuple[str, Identifier]]:
    """The numbers, looked at, each with its party. Raises `ValidationError` for unknown kinds."""
    problems: dict[int, Any] = {}
    found = []
    for index, body in enumerate(bodies):
        try:
            number = known.check(body["kind"], body["number"], on, body["issued"])
        except UnknownKindError as error:
            kinds = ", ".join(sorted(known.kinds))
            problems[index] = {"kind": [f"{error} There are: {kinds}."]}
        else:
            found.append((body.get("party", "importer"), number))
    if problems:
        raise ValidationError({"identifiers": problems})
    return found


def write_check(check: FullCheck) -> Json:
    """A full check as JSON."""
    return {
        "as_of": check.on.isoformat(),
        "outcome": check.outcome,
        "findings": [write_finding(finding) for finding in check.findings],
        "not_via": sorted(check.checked.barred),
        "assumptions": [
            {
                "what": assumption.what,
                "confidence": assumption.confidence,
                "law": assumption.law.id if assumption.law else None,
            }
            for assumption in check.assumptions
        ],
        "packs": [
            {
                "pack": pack.name,
                "title": pack.title,
                "jurisdiction": pack.jurisdiction,
                "checked_on": pack.checked_on.isoformat(),
                "rules": pack.rules,
            }
            for pack in check.checked.packs
        ],
        "tariff_measures": check.tariff,
        "coverage": check.checked.coverage,
        "note": CLEARANCE,
        "facts_version": check.facts_version,
    }


def write_identifier(number: Identifier, known: Identifiers) -> Json:
    """A number that was looked at, as JSON."""
    law = number.law
    return {
        "kind": number.kind,
        "name": known.name(number.kind),
        "normalised": number.normalised,
        "valid": number.valid,
        "status": number.status,
        "why": number.why,
        "law": {"id": law.id, "title": law.title, "url": law.url} if law else None,
    }
