"""Is a stored quote still what its own facts say?

A replay takes the stored request, day, offers, id and times as given, and computes everything else
again from the version of the facts that the quote names.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import orjson

from api.services.classifying import Carried, priced_by_description, read_lines, write_lines
from api.services.offer_records import read_offer, read_silence, write_offer, write_silence
from api.services.quotes import Quote, QuoteRequest, Stamp
from api.services.quoting import make_landed_cost, make_quote
from api.services.screening_quotes import CODES, read_finding, write_finding
from customs.rulebook import Rulebook
from data.model.money import Money

Inputs = dict[str, Any]
MOST_DIFFERENCES = 100


def replay_inputs(quote: Quote) -> Inputs:
    """What a replay takes as given, as plain JSON."""
    inputs: Inputs = {
        "id": quote.stamp.id,
        "created_at": quote.stamp.created_at.isoformat(),
        "expires_at": quote.stamp.expires_at.isoformat(),
        "on": quote.on.isoformat(),
        "offers": [write_offer(offer) for offer in quote.offers],
        "silences": [write_silence(silence) for silence in quote.silences],
    }
    if found := [write_finding(each) for each in quote.findings if each.code in CODES]:
        inputs["screening"] = found
    if quote.classified:
        inputs["classified"] = write_lines(quote.classified)
    return inputs


def replay(inputs: Inputs, request: QuoteRequest, rulebook: Rulebook) -> Quote:
    """The quote computed again. `rulebook` must be of the version that the quote names."""
    offers = [read_offer(record) for record in inputs["offers"]]
    silences = [read_silence(record) for record in inputs["silences"]]
    findings = [read_finding(record) for record in inputs.get("screening", ())]
    asked = replace(request, on=date.fromisoformat(inputs["on"]))

    def make(request: QuoteRequest, _: Carried | None) -> Quote:
        stamp = _stamp(inputs)
        return make_quote(
            request, rulebook, lambda *_: (offers, silences), stamp, lambda _: findings
        )

    return priced_by_description(make, asked, read_lines(inputs.get("classified", ())))


def replay_border(
    inputs: Inputs, request: QuoteRequest, freight: Money, rulebook: Rulebook
) -> Quote:
    """The border's part alone computed again, where that is what was asked for."""
    asked = replace(request, on=date.fromisoformat(inputs["on"]))
    explain = inputs["explain"]

    def make(request: QuoteRequest, _: Carried | None) -> Quote:
        return make_landed_cost(request, freight, rulebook, _stamp(inputs), explain=explain)

    return priced_by_description(make, asked, read_lines(inputs.get("classified", ())))


def _stamp(inputs: Inputs) -> Stamp:
    return Stamp(
        inputs["id"],
        datetime.fromisoformat(inputs["created_at"]),
        datetime.fromisoformat(inputs["expires_at"]),
    )


def compare(stored: bytes, computed: bytes) -> list[dict[str, Any]]:
    """Where two answers differ: pointer, stored and computed value; empty when bytes are equal."""
    if stored == computed:
        return []
    found = _differences(orjson.loads(stored), orjson.loads(computed), "")
    different = [difference for difference, _ in zip(found, range(MOST_DIFFERENCES), strict=False)]
    return different or [{"pointer": "", "stored": "other bytes", "computed": "same values"}]


def _differences(stored: Any, computed: Any, at: str) -> Iterator[dict[str, Any]]:
    if isinstance(stored, dict) and isinstance(computed, dict):
        for key in {**stored, **computed}:
            step = key.replace("~", "~0").replace("/", "~1")
            yield from _differences(stored.get(key), computed.get(key), f"{at}/{step}")
    elif isinstance(stored, list) and isinstance(computed, list):
        for index in range(max(len(stored), len(computed))):
            left = stored[index] if index < len(stored) else None
            right = computed[index] if index < len(computed) else None
            yield from _differences(left, right, f"{at}/{index}")
    elif stored != computed:
        yield {"pointer": at or "/", "stored": stored, "computed": computed}
