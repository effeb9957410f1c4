"""Recordings are read strictly, and what differs is said with its place."""

import json
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest

from carriers import Answer, Ask, Meaning, Offer, OfferPart, RequestRejected, ask_json
from carriers.conformance import CarrierConformance, samples
from carriers.conformance.checks import all_checks
from carriers.conformance.injuries import single_things, with_unknown_fields, with_words
from carriers.conformance.papers import PDF
from carriers.conformance.recordings import (
    RecordingError,
    faults_in,
    plain,
    plain_ask,
    read_recording,
)
from carriers.errors import Fault
from data.model.money import money

GOOD = {
    "about": "One service",
    "source": "written from the documented fields",
    "sample": "two_tees_us_to_de",
    "asks": [
        {
            "method": "POST",
            "url": "https://api.acme.example/",
            "headers": {"Authorization": "Basic canary-user:canary-password"},
            "body": {"weight": 0.62},
        }
    ],
    "answers": [{"status": 200, "body": {"price": 12.50}}],
    "expect": {"offers": [{"carrier": "acme", "service": "a", "price": "12.50 EUR"}]},
}
BASIC = "Basic Y2FuYXJ5LXVzZXI6Y2FuYXJ5LXBhc3N3b3Jk"


def recording(**changes):
    return read_recording(json.dumps(GOOD | changes), "rates", "one")


def adapter(body=None, price="12.50", error=None):
    """Asks and reads one thing, whatever it is asked."""

    def read_rates(request, answers):
        if error is not None:
            raise error
        amount = money(price, "EUR")
        return (Offer("acme", "a", "post", amount, (), "live"),)

    ask = ask_json(
        "POST",
        "https://api.acme.example/",
        body or {"weight": Decimal("0.620")},
        {"Authorization": BASIC},
    )
    return SimpleNamespace(ask_rates=lambda request: (ask,), read_rates=read_rates)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"surprise": 1}, "unknown members"),
        ({"about": ""}, "about is missing"),
        ({"sample": "three_tees"}, "no sample three_tees"),
        ({"expect": {"offer": []}}, "expect has offers or error alone"),
        ({"asks": [{"method": "GET"}]}, "an ask has method, url"),
        ({"answers": [{"state": 200}]}, "an answer has status"),
    ],
)
def test_a_recording_is_read_strictly(changes, message):
    with pytest.raises(RecordingError, match=message):
        recording(**changes)


def test_an_operation_that_nobody_has_is_refused():
    with pytest.raises(RecordingError, match="no operation flying"):
        read_recording("{}", "flying", "one")


def test_files_of_the_samples_are_written_by_name():
    found = recording(answers=[{"status": 200, "body": {"label": "{pdf}"}}])
    assert b"JVBERi0xLjQK" in found.answers[0].body
    assert PDF.startswith(b"%PDF-1.4") and PDF.endswith(b"%%EOF\n")


def test_an_adapter_that_agrees_has_no_faults():
    same = {
        "offers": [
            {
                "carrier": "acme",
                "service": "a",
                "mode": "post",
                "price": "12.50 EUR",
                "source": "live",
            }
        ]
    }
    assert faults_in(recording(expect=same), adapter()) == []


def test_what_is_asked_otherwise_is_said_with_its_place():
    faults = faults_in(recording(), adapter(body={"weight": 1, "more": True}))
    assert "rates/one: /asks/0/body/weight: expected 0.62, got 1" in faults
    assert "rates/one: /asks/0/body/more: not expected, got True" in faults


def test_what_is_read_otherwise_is_said_with_its_place():
    faults = faults_in(recording(), adapter(price="12.51"))
    assert 'rates/one: /offers/0/price: expected "12.50 EUR", got "12.51 EUR"' in faults


def test_a_refusal_is_compared_by_class_code_and_fields():
    fault = Fault("/ship_to/postal_code", "no such postcode")
    raised = RequestRejected("No", "validation", carrier_code="7", faults=(fault,))
    wanted = {
        "class": "RequestRejected",
        "code": "validation",
        "carrier_code": "7",
        "faults": [{"pointer": "/ship_to/postal_code"}],
    }
    assert faults_in(recording(expect={"error": wanted}), adapter(error=raised)) == []
    other = wanted | {"carrier_code": "8", "faults": []}
    faults = faults_in(recording(expect={"error": other}), adapter(error=raised))
    assert len(faults) == 2
    assert any(
        "expected RequestRejected" in f
        for f in faults_in(recording(expect={"error": wanted}), adapter())
    )
    assert faults_in(recording(), adapter(error=raised))[0].startswith("rates/one: expected offers")


def test_values_are_written_without_what_is_empty():
    part = OfferPart("freight", "F", money("10.00", "EUR"), "10")
    offer = Offer("acme", "a", "post", money("10.00", "EUR"), (part,), "live")
    written = plain(offer)
    assert written["price"] == "10.00 EUR"
    assert "transit" not in written
    assert plain(Decimal("1E+1")) == "10"
    assert plain(b"x")["sha256"].startswith("2d71")
    assert plain(Meaning("delivered")) == {"status": "delivered"}


def test_basic_authentication_is_written_in_the_clear_and_binary_as_base64():
    written = plain_ask(Ask("POST", "https://x/", {"Authorization": BASIC}, b"\xff"))
    assert written["headers"] == {"Authorization": "Basic canary-user:canary-password"}
    assert written["body"] == {"base64": "/w=="}


def test_injuries_change_one_thing_at_a_time():
    answer = Answer(200, body=b'{"a": [1], "b": "EUR", "c": [1, 2]}')
    assert [(at, each.body) for at, each in single_things(answer)] == [
        ("/a", b'{"a":1,"b":"EUR","c":[1,2]}')
    ]
    assert b'"SEK"' in with_words(answer, {"EUR": "SEK"}).body
    assert b"xUnknown" in with_unknown_fields(answer).body


def test_the_samples_keep_their_promises():
    parcels = [p for r in samples.RATES.values() for p in r.parcels]
    assert parcels and not samples.RATES["no_weights_us_to_de"].parcels
    for request in samples.BOOKINGS.values():
        assert len(request.reference) <= 20
        packed: dict[str, int] = {}
        for parcel in request.shipment.parcels:
            for line, pieces in parcel.contents.items():
                packed[line] = packed.get(line, 0) + pieces
        assert packed == {item.id: item.quantity for item in request.shipment.items}
    assert {
        len(line)
        for line in samples.BOOKINGS["long_lines_de_to_fr_accents"].shipment.consignee.street
    } == {61}


def test_there_is_a_test_for_each_of_the_numbered_checks():
    assert [check.number for check in all_checks()] == list(range(1, 43))
    assert sum(name.startswith("test_") for name in dir(CarrierConformance)) == 42


class Bridge:
    """Asks for a service, and then for its price."""

    code = "acme"

    def converse(self, request, send):
        service = send(Ask("GET", "https://api.acme.example/services")).body.decode()
        price = send(Ask("GET", f"https://api.acme.example/prices/{service}")).body.decode()
        return (Offer("acme", service, "post", money(price, "EUR"), (), "live"),)


def test_a_carrier_that_converses_is_given_the_answers_one_by_one():
    urls = ("https://api.acme.example/services", "https://api.acme.example/prices/a")
    found = recording(
        asks=[{"method": "GET", "url": url} for url in urls],
        answers=[{"body": {"text": "a"}}, {"body": {"text": "12.50"}}],
        expect={
            "offers": [
                {
                    "carrier": "acme",
                    "service": "a",
                    "mode": "post",
                    "price": "12.50 EUR",
                    "source": "live",
                }
            ]
        },
    )
    assert faults_in(found, Bridge()) == []


def test_the_recording_that_the_readme_shows_can_be_read():
    readme = (Path(__file__).parents[2] / "carriers" / "README.md").read_text("utf-8")
    shown = readme.partition("```json\n")[2].partition("```")[0]
    found = read_recording(shown, "rates", "shown")
    assert found.error["carrier_code"] == "BAD_POSTCODE"
