import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given, settings

from customs.documents.itmatt import MAPPING
from customs.documents.registry import make
from data.model.shipment import Shipment
from tests.documents.message_shipments import faults, sample, shipments
from tests.documents.message_validation import own_schema

OPTIONS = {"item_number": "RA473124829US"}


def _made(shipment: Shipment, **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(make("itmatt", shipment, "json", options=OPTIONS | options))
    own_schema("itmatt").validate(found)
    return found


def test_it_says_what_the_form_says_and_claims_no_more() -> None:
    found = _made(replace(sample("tshirts"), registrations={"ioss": "IM2760000742"}))
    assert found["conformance"] == "none claimed"
    assert found["postage"] == {"amount": "12.00", "currency": "EUR"}
    assert found["registrations"] == {"ioss": "IM2760000742"}
    (line,) = found["contents"]
    assert (line["hs_code"], line["country_of_origin"], line["net_weight_kg"]) == (
        "610910", "CN", "0.4"
    )  # fmt: skip


def test_every_word_of_the_mapping_is_in_the_record() -> None:
    found = _made(sample("tshirts"))
    for word in MAPPING:
        head, _, below = word.partition(".")
        assert head in found
        assert not below or below in found["contents"][0]


def test_a_number_of_the_post_is_given_and_checked() -> None:
    assert set(faults("itmatt", sample("tshirts"))) == {"/options/item_number"}
    assert set(faults("itmatt", sample("tshirts"), item_number="CP001020301BR")) == {
        "/options/item_number"
    }


def test_several_parcels_or_no_postage_are_refused() -> None:
    assert "/parcels" in faults("itmatt", sample("drills"), **OPTIONS)
    bare = replace(sample("tshirts"), freight=None)
    assert set(faults("itmatt", bare, **OPTIONS)) == {"/freight"}


def test_a_repair_is_explained() -> None:
    found = _made(replace(sample("tshirts"), purpose="repair"))
    assert (found["category"], found["explanation"]) == ("other", "repair")


@settings(max_examples=30, deadline=None)
@given(shipments())
def test_whatever_passes_preflight_is_valid_and_adds_up(shipment: Shipment) -> None:
    found = faults("itmatt", shipment, **OPTIONS)
    assert found.keys() <= {"/parcels", "/freight", "/options/rates"}
    if found:
        return
    record = _made(shipment)
    values = sum(Decimal(line["value"]["amount"]) for line in record["contents"])
    assert values == shipment.goods.amount == Decimal(record["total_value"]["amount"])
