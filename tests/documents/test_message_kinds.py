import json
from dataclasses import replace

import pytest

from customs.documents.faults import RefusedError
from customs.documents.messages import csv_bytes
from customs.documents.registry import kind, make
from customs.documents.samples import sample
from tests.documents.message_validation import verdicts

MESSAGES = {
    "ubl_invoice": ("xml",),
    "ubl_packing_list": ("xml",),
    "ubl_forwarding_instructions": ("xml",),
    "ubl_certificate_of_origin": ("xml",),
    "cds": ("xml",),
    "h7": ("json", "csv"),
    "h1": ("json", "csv"),
    "eei": ("json", "csv"),
    "itmatt": ("json",),
}
PAIRS = [(name, form) for name, forms in MESSAGES.items() for form in forms]


@pytest.mark.parametrize(("name", "form"), PAIRS)
def test_every_message_has_a_sample_that_is_made_alike_twice(name: str, form: str) -> None:
    shipment, options = sample(name)
    assert kind(name).formats == MESSAGES[name]
    first, second = (make(name, shipment, form, options=options) for _ in range(2))
    assert first == second
    (first.decode("utf-8") if form != "json" else json.loads(first))


@pytest.mark.parametrize(("name", "form"), PAIRS)
def test_a_control_character_is_refused_in_every_message(name: str, form: str) -> None:
    shipment, options = sample(name)
    broken = replace(shipment, comments="ring\x07")
    with pytest.raises(RefusedError) as refused:
        make(name, broken, form, options=options)
    assert "/comments" in [fault.pointer for fault in refused.value.faults]


def test_a_control_character_of_the_request_is_refused_too() -> None:
    shipment, options = sample("h7")
    with pytest.raises(RefusedError) as refused:
        make("h7", shipment, "json", options={**options, "location_of_goods": "a\x00b"})
    assert "/options/location_of_goods" in [fault.pointer for fault in refused.value.faults]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1"])
def test_a_text_never_begins_a_formula(text: str) -> None:
    assert csv_bytes([{"a": text}]).decode().splitlines()[1].lstrip('"').startswith("'")


def test_every_sample_passes_its_schema() -> None:
    found = list(verdicts())
    assert {kind for kind, *_ in found} >= {"h7", "h1", "eei", "itmatt"}
    assert [each for each in found if not each[2]] == []
