"""Does a line cost the same in a long cart? From request to answer, in process."""

import json
from collections.abc import Callable
from pathlib import Path

import orjson

from api.assembly import Services, assemble
from api.clock import now
from api.jsonio import parse_json
from api.schemas.quote_answers import quote_bytes
from api.schemas.quotes import load_quote, read_quote_request
from api.services.quoting import make_quote
from api.services.stamping import new_stamp
from tests.bench.carts import long_cart
from tests.bench.rounds import Effort, Figure, ratios, take_turns
from tests.bench.web import DESTINATIONS, prepare

SHORT, LONG = 5, 500


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
    return figures


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
