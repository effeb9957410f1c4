"""Asks every bridged connector for its recorded prices, in a process of its own.

karrio changes the process that imports it. What the bridge undoes is looked at here, and printed
with the offers as JSON for the tests to judge.
"""

import json
import logging
import os
import socket
import ssl
import sys
from dataclasses import replace
from importlib.resources import files
from typing import Any

import loguru
import orjson
import PIL.ImageFile

from carriers import Answer, CarrierError, CarrierUnavailable
from carriers.adapters.karrio_bridge import manifests
from carriers.adapters.karrio_bridge.bridge import KarrioBridge
from carriers.conformance import report
from carriers.conformance.recordings import plain
from carriers.conformance.samples import RATES
from data.model.places import Place

ANSWERS = files("carriers.adapters.karrio_bridge") / "answers"
REQUEST = RATES["two_tees_us_to_de"]


def process() -> list[Any]:
    """What an import may not change."""
    root = logging.getLogger()
    return [
        ssl._create_default_https_context.__name__,
        [type(handler).__name__ for handler in root.handlers],
        root.level,
        PIL.ImageFile.LOAD_TRUNCATED_IMAGES,
        sorted(loguru.logger._core.handlers),  # type: ignore[attr-defined]
        socket.getdefaulttimeout(),
        sorted(os.environ),
    ]


def place(text: str) -> Place:
    country, *rest = text.split(" ")
    region = rest.pop(0) if len(rest) > 2 else None
    return Place(country, region, rest[0], rest[1] if len(rest) == 2 else None)


def exchange(connector: str, answers: list[Any]) -> dict[str, Any]:
    """The offers or the error of one connector, and what it asked."""
    recording = json.loads((ANSWERS / f"{connector}.json").read_text("utf-8"))
    manifest = {each.code: each for each in manifests()}[f"karrio_{connector}"]
    choices = {"account_country_code": recording["lane"][0][:2], "language": "en"}
    given = {s.name: choices.get(s.name, f"canary-{s.name}") for s in manifest.settings}
    left, asked = answers or recorded(recording), []

    def send(ask: Any) -> Answer:
        asked.append([ask.method, ask.url.partition("?")[0]])
        answer = left.pop(0)
        if isinstance(answer, CarrierError):
            raise answer
        return answer

    ship_from, ship_to = map(place, recording["lane"])
    request = replace(REQUEST, ship_from=ship_from, ship_to=ship_to)
    found: dict[str, Any] = {"asked": asked, "hosts": manifest.hosts}
    try:
        offers = KarrioBridge(manifest.account(given)).converse(request, send)
        return {**found, "offers": plain(offers)}
    except CarrierError as error:
        said = [type(error).__name__, error.code, error.reason, error.sent]
        return {**found, "error": said}


def examined(connector: str) -> list[str]:
    """What the conformance kit finds wrong with a connector, beside what its manifest admits."""
    manifest = {each.code: each for each in manifests()}[f"karrio_{connector}"]
    return [str(r) for r in report.run(manifest).results if r.outcome == "failed"]


def recorded(recording: Any) -> list[Any]:
    bodies = [each["body"] for each in recording["answers"]]
    return [
        Answer(200, {}, each["text"].encode() if list(each) == ["text"] else orjson.dumps(each))
        for each in bodies
    ]


def main() -> None:
    """Everything at once: loading karrio takes seconds."""
    before = process()
    names = sorted(each.name[:-5] for each in ANSWERS.iterdir() if each.name.endswith(".json"))
    installed = {manifest.code for manifest in manifests()}
    quiet = "karrio.core" not in sys.modules
    offers = {name: exchange(name, []) for name in names if f"karrio_{name}" in installed}
    zero = {"rates": [{"service": "Free", "carrier": "X", "rate": "0.00", "currency": "USD"}]}
    late = CarrierUnavailable("timeout: no answer came in time", "timeout_sent")
    refusal = {"error": {"code": "ADDRESS.INVALID", "message": "No such postcode"}}
    troubles = {
        "late": exchange("easypost", [late]),
        "unsent": exchange(
            "easypost", [CarrierUnavailable("no connection came about", sent=False)]
        ),
        "late token": exchange("teleship", [late]),
        "refused": exchange("easypost", [Answer(422, {}, orjson.dumps(refusal))]),
        "credentials": exchange("easypost", [Answer(401, {}, orjson.dumps(refusal))]),
        "quota": exchange("easypost", [Answer(429, {"retry-after": "9"}, b"{}")]),
        "page": exchange("easypost", [Answer(502, {}, b"<html>bad gateway</html>")]),
        "nonsense": exchange("purolator", [Answer(200, {}, b"<html>")]),
        "zero": exchange("easypost", [Answer(200, {}, orjson.dumps(zero))]),
    }
    found = {
        "quiet": quiet,
        "before": before,
        "after": process(),
        "offers": offers,
        "troubles": troubles,
        "kit": {name: examined(name) for name in ("canadapost", "easypost")},
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
