"""Does a line cost the same in a long cart? From request to answer, in process."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from api.assembly import Services, assemble
from api.clock import now
from api.jsonio import parse_json
from api.schemas.quote_answers import quote_bytes
from api.schemas.quotes import load_quote, read_quote_request
from api.services.quotes import Quote
from api.services.quoting import make_landed_cost, make_quote
from api.services.stamping import new_stamp
from data.model.money import money
from tests.bench.carts import long_cart
from tests.bench.rounds import Effort, Figure, ratios, take_turns
from tests.bench.web import DESTINATIONS, prepare

SHORT, LONG, INVOICE = 5, 500, 1000


def measure_lines(folder: Path, effort: Effort) -> list[Figure]:
    """The cost of a line among 500 against that of a line among five."""
    services = assemble(prepare(folder))
    figures = []
    for destination in DESTINATIONS:
        contestants = {
            "short": _asking(services, destination, SHORT),
            "long": _asking(services, destination, LONG),
        }
        costs = take_turns(contestants, effort.rounds, effort.seconds)
        short = [cost / SHORT for cost in costs["short"]]
        long = [cost / LONG for cost in costs["long"]]
        note = f"{min(long) * 1e6:.0f} µs against {min(short) * 1e6:.0f} µs at best"
        name = f"A line of {LONG} against a line of {SHORT}, CN→{destination}"
        figures.append(Figure(name, ratios(long, short), "<=", 1.3, note=note))
    return [*figures, *_measure_borders(services, effort)]


def _measure_borders(services: Services, effort: Effort) -> list[Figure]:
    """Two absolute figures: a metal article into the United States, a long invoice to the Union."""
    contestants = {
        "metal": _asking_border(services, _metal_article()),
        "invoice": _asking_border(services, long_cart("DE", INVOICE)),
    }
    costs = take_turns(contestants, effort.rounds, effort.seconds)
    metal = [cost * 1e6 for cost in costs["metal"]]
    invoice = [cost * 1e3 for cost in costs["invoice"]]
    return [
        Figure("Border of a metal article CN→US, four duties and a fee", metal, "<=", 400, "µs"),
        Figure(f"Border of an invoice of {INVOICE} lines CN→DE", invoice, "<=", 150, "ms"),
    ]


def _metal_article() -> dict[str, Any]:
    body = long_cart("US", 1)
    price = {"amount": "10000.00", "currency": "USD"}
    body["lines"][0] |= {"hs_code": "7326.90.86.88", "unit_price": price}
    return body


def _asking_border(services: Services, body: dict[str, Any]) -> Callable[[], object]:
    moment = now()
    stamp = new_stamp(moment)
    asked = read_quote_request(load_quote(body), moment.date())
    freight = money("100.00", asked.currency or "EUR")

    def ask() -> Quote:
        return make_landed_cost(asked, freight, services.rulebook(), stamp, explain=False)

    if ask().status != "complete":
        raise AssertionError("a question is open")
    return ask


def _asking(services: Services, destination: str, lines: int) -> Callable[[], object]:
    request = json.dumps(long_cart(destination, lines)).encode()

    def ask() -> bytes:
        moment = now()
        asked = read_quote_request(load_quote(parse_json(request)), moment.date())
        quote = make_quote(asked, services.rulebook(), services.rate, new_stamp(moment))
        return quote_bytes(quote)

    answer = orjson.loads(ask())
    if answer["status"] != "complete" or len(answer["options"]) < 3:
        raise AssertionError(f"{destination}: {answer['status']}, {len(answer['options'])} options")
    return ask
