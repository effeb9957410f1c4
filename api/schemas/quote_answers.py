"""How is a quote answered in JSON?

The head and the tail are plain values for orjson. Options are the bulk of an answer and most of
them is alike, so they are printed by hand (quote_options.py). The schema in the OpenAPI document
says the same; a test holds the two together.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import orjson

from api.jsonio import write_money
from api.schemas.quote_options import print_options
from api.services.quotes import Quote
from data.model.charges import Assumption, Citation, Finding
from data.model.dated import Law

Json = dict[str, Any]
Sign = Callable[[bytes], Mapping[str, str] | None]
"""Makes the proof of an answer that has none yet."""


def quote_bytes(quote: Quote, sign: Sign | None = None) -> bytes:
    """A quote as the bytes that are sent, and stored."""
    options = print_options(quote, numbered=True)
    return _signed(_head(quote), "options", options, _tail(quote), sign)


def landed_cost_bytes(quote: Quote, sign: Sign | None = None, *, explain: bool) -> bytes:
    """The border's part alone: one entry of `costs` for each set of terms."""
    tail = _tail(quote)
    if explain:
        tail["considered"] = [
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
    return _signed(_head(quote), "costs", print_options(quote, numbered=False), tail, sign)


def _classified_by(line: str, code: str | None, described: Collection[str]) -> str | None:
    """Whether a line's code was given, or found by its description."""
    if code is None:
        return None
    return "description" if line in described else "given"


def _signed(
    head: Json, name: str, options: Sequence[bytes], tail: Json, sign: Sign | None
) -> bytes:
    """The answer with its proof, which is over everything but itself."""
    if sign is not None:
        bare = {key: value for key, value in tail.items() if key != "proof"}
        tail["proof"] = sign(_joined(head, name, options, bare))
    return _joined(head, name, options, tail)


def _joined(head: Json, name: str, options: Sequence[bytes], tail: Json) -> bytes:
    """One object of the members of head and tail, with the options between them."""
    before, after = orjson.dumps(head)[:-1], orjson.dumps(tail)[1:]
    return b"".join((before, b',"', name.encode(), b'":', *options, b",", after))


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
            "findings": [write_finding(finding) for finding in quote.findings],
        },
    }


def _tail(quote: Quote) -> Json:
    unit = quote.currency
    described = {line.line for line in quote.classified}
    return {
        "lines": [
            {
                "id": line.id,
                "hs_code": line.hs_code,
                "commodity_code": line.commodity_code,
                "classified_by": _classified_by(line.id, line.hs_code, described),
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


def write_finding(finding: Finding) -> Json:
    """A finding as JSON."""
    return {
        "code": finding.code,
        "outcome": finding.outcome,
        **({"party": finding.party} if finding.party else {"line": finding.line}),
        "message": finding.message,
        "law": _citation(finding.citation) if finding.citation else None,
        **({"fact": finding.fact} if finding.fact else {}),
    }


def _assumption(assumption: Assumption) -> Json:
    return {
        "what": assumption.what,
        "confidence": assumption.confidence,
        "law": assumption.law.id if assumption.law else None,
    }


def _citation(citation: Citation) -> Json:
    return {
        **_law(citation.law),
        "since": citation.since.isoformat() if citation.since else None,
        "until": citation.until.isoformat() if citation.until else None,
    }


def _law(law: Law) -> Json:
    return {"id": law.id, "title": law.title, "url": law.url}
