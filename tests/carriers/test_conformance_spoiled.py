"""The kit finds each broken promise, and by the check that is meant for it."""

import importlib
import json
import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from carriers.conformance.checks import all_checks
from carriers.conformance.operations import OPERATIONS
from carriers.conformance.recordings import plain, plain_ask
from carriers.conformance.report import run, run_check
from carriers.conformance.scaffolding import write_carrier
from carriers.conformance.subject import Subject
from carriers.errors import CarrierError

CAPS = ("rates", "books", "tracks")
SPOILED = {
    "floats": (
        9,
        "rates.py",
        'price = exact_money(member(found, "total"), currency)',
        'price = exact_money(member(found, "total"), currency)\n'
        "        from decimal import Decimal\n"
        "        from data.model.money import money\n"
        "        price = money(+Decimal(float(price.amount)), price.currency.code)",
    ),
    "relabels": (
        12,
        "rates.py",
        'currency = member(found, "currency")',
        'currency = member(found, "currency") and "USD"',
    ),
    "text_search": (
        28,
        "tracking.py",
        "_meanings().get(code)",
        'Meaning("delivered") if "deliver" in words.lower() else _meanings().get(code)',
    ),
    "tells_secrets": (
        6,
        "service.py",
        "raise refused(answer, words,",
        "raise refused(answer, f\"{words} for {self.account['api_key']}\",",
    ),
    "buys_twice": (
        22,
        "booking.py",
        "        return self._booking(self.read(answer))\n\n    def ask_find",
        "        try:\n"
        "            return self._booking(self.read(answer))\n"
        "        except CarrierError as error:\n"
        "            error.sent = False\n"
        "            raise\n\n    def ask_find",
    ),
    "no_tls": (
        2,
        "__init__.py",
        "MANIFEST = ",
        "import ssl\n"
        "ssl._create_default_https_context = ssl._create_unverified_context\n"
        "MANIFEST = ",
    ),
    "reads_the_clock": (
        7,
        "rates.py",
        "for parcel in request.parcels]\n        body",
        "for parcel in request.parcels]\n        import time\n        time.time()\n        body",
    ),
    "rounds_down": (
        26,
        "rates.py",
        '{"kilograms": parcel.weight} for',
        '{"kilograms": int(parcel.weight * 10) / type(parcel.weight)(10)} for',
    ),
    "forgets_our_reference": (
        23,
        "booking.py",
        '"reference": request.reference,',
        '"reference": "constant",',
    ),
}


@pytest.fixture
def scaffold(tmp_path, monkeypatch):
    """Writes a carrier, spoils it, and gives its manifest."""

    def make(code, file=None, old="", new=""):
        home = write_carrier(code, "header", CAPS, tmp_path)
        package = home / f"tidewaiter_{code}"
        if file is not None:
            text = (package / file).read_text("utf-8")
            assert text.count(old) == 1
            (package / file).write_text(text.replace(old, new), "utf-8")
        monkeypatch.syspath_prepend(home)
        monkeypatch.setattr(ssl, "_create_default_https_context", ssl._create_default_https_context)
        return importlib.import_module(package.name).MANIFEST, package

    return make


def accept(manifest, package: Path) -> None:
    """Write the recordings anew, as an author would who believes the adapter."""
    subject = Subject(manifest)
    for recording in subject.recordings:
        file = package / "recordings" / f"{recording.title}.json"
        found = json.loads(file.read_text("utf-8"))
        asks = [plain_ask(ask) for ask in subject.asks(recording)]
        found["asks"] = json.loads(json.dumps(asks, default=float))
        if recording.error is None:
            word = OPERATIONS[recording.operation].word
            try:
                found["expect"] = {word: plain(subject.reads(recording))}
            except CarrierError:
                continue
        file.write_text(json.dumps(found), "utf-8")


def failed(report):
    return {each.check.number: each.detail for each in report.results if each.outcome == "failed"}


def test_what_is_not_spoiled_earns_silver(scaffold):
    manifest, _ = scaffold("sound_one")
    report = run(manifest, "gold")
    assert failed(report).keys() == {38}
    assert report.earned == "silver"
    assert not report.claims_more


@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_adapter_fails_the_check_that_is_meant_for_it(scaffold, name):
    number, file, old, new = SPOILED[name]
    manifest, package = scaffold(f"spoiled_{name}", file, old, new)
    accept(manifest, package)
    report = run(manifest, "silver")
    assert failed(report).keys() == {number}, failed(report)
    assert report.claims_more == (number <= 17)


def test_a_capability_that_is_there_and_not_declared_is_found(scaffold):
    manifest, _ = scaffold(
        "spoiled_undeclared",
        "__init__.py",
        '        "tracks": "tidewaiter_spoiled_undeclared.adapter:SpoiledUndeclared",\n',
        "",
    )
    assert 4 in failed(run(manifest, "bronze"))


def test_an_untyped_adapter_is_no_platinum(scaffold):
    manifest, package = scaffold("spoiled_types")
    subject = Subject(manifest)
    typed = all_checks()[38]
    assert (typed.number, run_check(typed, subject).outcome) == (39, "passed")
    with (package / "rates.py").open("a", encoding="utf-8") as file:
        file.write("\n\ndef untyped(what):\n    return what\n")
    result = run_check(typed, subject)
    assert result.outcome == "failed"
    assert "missing a type annotation" in result.detail


def test_an_exemption_counts_and_is_shown_with_its_reason(scaffold):
    manifest, _ = scaffold("spoiled_exempt", *SPOILED["relabels"][1:])
    exempt = replace(manifest, exemptions={12: "it knows one currency", 9: "never needed"})
    report = run(exempt, "bronze")
    results = {each.check.number: each for each in report.results}
    assert (results[12].outcome, results[12].detail) == ("exempt", "it knows one currency")
    assert results[9].outcome == "passed"
    assert report.earned == "bronze"
