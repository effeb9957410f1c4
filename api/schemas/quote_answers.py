"""How is a quote answered in JSON?

Written by hand from the domain's values, because it is the hottest path of the service: a charge is
encoded once and shared by the options it appears in. The schema in the OpenAPI document says the
same; a test holds the two together.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson

from api.jsonio import write_money
from api.schemas.amounts import formatted_amount
from api.services.quotes import Billed, Option, Quote, Totals
from customs.incoterms import payer
from data.model.charges import Assumption, Citation, Finding
from data.model.consignment import Terms
from data.model.dated import Law
from data.model.money import Money

Json = dict[str, Any]


def quote_bytes(quote: Quote) -> bytes:
    """A quote as the bytes that are sent, and stored."""
    return orjson.dumps({**_head(quote), "options": _options(quote), **_tail(quote)})


def landed_cost_bytes(quote: Quote, *, explain: bool) -> bytes:
    """The border's part alone: one entry of `costs` for each set of terms."""
    costs = _options(quote)
    for cost in costs:
        del cost["id"]
    answer = {**_head(quote), "costs": costs, **_tail(quote)}
    if explain:
        answer["considered"] = [
            {
                "code": entry.code,
                "expression": entry.expression,
                "status": entry.status,
                "because": entry.because,
                "law": _law(entry.law) if entry.law else None,
                "line": entry.line,
            }
            for entry in quote.considered
        ]
    return orjson.dumps(answer)


def _head(quote: Quote) -> Json:
    return {
        "id": quote.stamp.id,
        "created_at": quote.stamp.created_at.isoformat(timespec="seconds"),
        "expires_at": quote.stamp.expires_at.isoformat(timespec="seconds"),
        "reference": quote.reference,
        "as_of": quote.on.isoformat(),
        "currency": quote.currency,
        "status": quote.status,
        "verdict": {
            "outcome": quote.verdict,
            "findings": [_finding(finding) for finding in quote.findings],
        },
    }


def _tail(quote: Quote) -> Json:
    unit = quote.currency
    return {
        "lines": [
            {
                "id": line.id,
                "hs_code": line.hs_code,
                "commodity_code": line.commodity_code,
                "classified_by": "given" if line.hs_code else None,
                "customs_value": write_money(line.customs_value, quote.border_currency),
            }
            for line in quote.lines
        ],
        "questions": [
            {
                "fact": question.fact,
                "line": question.line,
                "why": question.why,
                "effect": {
                    "low": write_money(question.low, unit),
                    "high": None if question.high is None else write_money(question.high, unit),
                },
            }
            for question in quote.questions
        ],
        "assumptions": [_assumption(assumption) for assumption in quote.assumptions],
        "savings": [
            {
                "line": saving.line,
                "agreement": saving.agreement,
                "saving": write_money(saving.amount, unit),
                "proof": saving.proof,
            }
            for saving in quote.savings
        ],
        "silent_carriers": [
            {"carrier": silence.carrier, "reason": silence.reason} for silence in quote.silences
        ],
        "exchange_rates": [
            {
                "from": rate.source_currency,
                "to": rate.target,
                "rate": f"{rate.rate:.10g}" if rate.source != "given" else f"{rate.rate:f}",
                "on": rate.on.isoformat(),
                "source": rate.source,
                "purpose": rate.purpose,
            }
            for rate in quote.exchange_rates
        ],
        "facts_version": quote.facts_version,
        "proof": None,
    }


def _options(quote: Quote) -> list[Json]:
    printer = _Charges(quote.currency)
    return [_option(quote, option, n, printer) for n, option in enumerate(quote.options, 1)]


def _option(quote: Quote, option: Option, number: int, charges: "_Charges") -> Json:
    offer, unit = option.offer, quote.currency
    likely = write_money(option.totals.landed_cost, unit)
    settled = option.low == option.high == option.totals.landed_cost
    return {
        "id": f"op_{quote.stamp.id[3:]}_{number}",
        **({} if offer is None else _carried(option)),
        "mode": option.mode,
        "terms": option.terms,
        "totals": _totals(option.totals, unit),
        "range": {
            "low": likely if settled else write_money(option.low, unit),
            "likely": likely,
            "high": likely
            if settled
            else None
            if option.high is None
            else write_money(option.high, unit),
        },
        "charges": charges.of(option),
        "formatted": _formatted(option.totals, unit, quote.locale),
    }


def _carried(option: Option) -> Json:
    offer = option.offer
    if offer is None:
        return {}
    transit = offer.transit
    return {
        "carrier": offer.carrier,
        "service": offer.service,
        "source": offer.source,
        "source_note": offer.source_note,
        "transit": None
        if transit is None
        else {
            "min_days": transit.min_days,
            "max_days": transit.max_days,
            "estimated_delivery": {
                "from": transit.earliest.isoformat(),
                "to": transit.latest.isoformat(),
            },
        },
    }


def _totals(totals: Totals, unit: str) -> Json:
    return {
        "goods": write_money(totals.goods, unit),
        "shipping": write_money(totals.shipping, unit),
        "insurance": write_money(totals.insurance, unit),
        "duties": write_money(totals.duties, unit),
        "taxes": write_money(totals.taxes, unit),
        "fees": write_money(totals.fees, unit),
        "landed_cost": write_money(totals.landed_cost, unit),
        "due_at_checkout": write_money(totals.due_at_checkout, unit),
        "due_on_delivery": write_money(totals.due_on_delivery, unit),
    }


class _Charges:
    """Charges as JSON: what options share is written once.

    All of a charge but its payer is the same under every set of terms, and so is all that one
    border asks.
    """

    def __init__(self, unit: str) -> None:
        self._unit = unit
        self._written: dict[tuple[int, Terms], bytes] = {}

    def of(self, option: Option) -> orjson.Fragment:
        """The charges of an option, in the order in which they come."""
        parts = (option.moving, option.border, option.paying)
        written = [self._part(part, option.terms) for part in parts if part]
        return orjson.Fragment(b"[" + b",".join(written) + b"]")

    def _part(self, part: tuple[Billed, ...], terms: Terms) -> bytes:
        key = (id(part), terms)
        known = self._written.get(key)
        if known is None:
            known = b",".join([self._charge(billed, terms) for billed in part])
            self._written[key] = known
        return known

    def _charge(self, billed: Billed, terms: Terms) -> bytes:
        return _charge_but_payer(billed, self._unit) + _PAYER[payer(billed.charge, terms)]


_PAYER: Mapping[str, bytes] = {
    "seller": b',"payer":"seller"}',
    "buyer": b',"payer":"buyer"}',
}


def _charge_but_payer(billed: Billed, unit: str) -> bytes:
    """A charge without its end; what many charges say alike is kept as it was written before."""
    charge = billed.charge
    alike = _alike(
        charge.kind,
        charge.code,
        charge.name,
        charge.expression,
        charge.rounding,
        charge.collected_at,
        charge.recoverable,
        charge.status,
        charge.citation,
    )
    own = {
        "line": charge.line,
        "base": None if charge.base is None else _of(charge.base),
        "working": charge.working,
        "assessed": _of(charge.assessed),
        "amount": write_money(billed.amount, unit),
    }
    return alike + orjson.dumps(own)[1:-1]


@lru_cache(maxsize=16384)
def _alike(
    kind: str,
    code: str,
    name: str,
    expression: str | None,
    rounding: str | None,
    collected_at: str,
    recoverable: bool,  # noqa: FBT001 - a part of the key, never written by hand
    status: str,
    citation: Citation | None,
) -> bytes:
    same = {
        "kind": kind,
        "code": code,
        "name": name,
        "expression": expression,
        "rounding": rounding,
        "collected_at": collected_at,
        "recoverable": recoverable,
        "status": status,
        "law": _citation(citation) if citation else None,
    }
    return orjson.dumps(same)[:-1] + b","


def _formatted(totals: Totals, unit: str, locale: str | None) -> dict[str, str] | None:
    if locale is None:
        return None
    return {
        "landed_cost": formatted_amount(totals.landed_cost, unit, locale),
        "due_at_checkout": formatted_amount(totals.due_at_checkout, unit, locale),
        "due_on_delivery": formatted_amount(totals.due_on_delivery, unit, locale),
    }


def _finding(finding: Finding) -> Json:
    return {
        "code": finding.code,
        "outcome": finding.outcome,
        **({"party": finding.party} if finding.party else {"line": finding.line}),
        "message": finding.message,
        "law": _citation(finding.citation) if finding.citation else None,
    }


def _assumption(assumption: Assumption) -> Json:
    return {
        "what": assumption.what,
        "confidence": assumption.confidence,
        "law": assumption.law.id if assumption.law else None,
    }


@lru_cache(maxsize=8192)
def _citation(citation: Citation) -> Json:
    return {
        **_law(citation.law),
        "since": citation.since.isoformat() if citation.since else None,
        "until": citation.until.isoformat() if citation.until else None,
    }


def _law(law: Law) -> Json:
    return {"id": law.id, "title": law.title, "url": law.url}


def _of(amount: Money) -> Json:
    return write_money(amount.amount, amount.currency.code)
