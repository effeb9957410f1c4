import csv
import io
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given, settings

from customs.documents.registry import make
from data.model.money import money
from data.model.shipment import Shipment
from tests.documents.message_shipments import claimed, faults, sample, shipments
from tests.documents.message_validation import own_schema

OPTIONS: dict[str, Any] = {
    "lrn": "L-1042",
    "declarant": "DE123456789012345",
    "additional_declaration_type": "A",
    "location_of_goods": "DE-AIR-01",
    "valuation_indicator": "0000",
}


def _made(shipment: Shipment, **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(make("h1", shipment, "json", options=OPTIONS | options))
    own_schema("h1").validate(found)
    return found


def _for_a_business(shipment: Shipment, **changes: Any) -> Shipment:
    buyer = replace(shipment.consignee, is_business=True, tax_ids={"eori": "DE1234567"})
    return replace(shipment, consignee=buyer, **changes)


def _dear() -> Shipment:
    tee = sample("tshirts").items[0]
    dear = replace(tee, hs_code="6109100010", unit_price=money("250.00", "EUR"))
    return _for_a_business(sample("tshirts"), items=(dear,))


def test_a_sale_to_a_business_says_its_value_terms_and_codes() -> None:
    found = _made(_dear())
    head, (item,) = found["declaration"], found["items"]
    assert head["total_invoiced"]["amount"] == "512.00"
    assert head["additions"] == {"code": "AK", "amount": "12.00", "currency": "EUR"}
    assert head["delivery_terms"] == {"incoterm": "DAP", "place": "Berlin"}
    assert head["nature_of_transaction"] == "11"
    assert item["preference"] == "100"
    assert item["commodity_code"] == "6109100010"
    assert item["documents"] == [{"code": "N380", "number": "HC-2026-1042"}]
    assert found["elements"]["item"]["commodity_code"] == "18 09 000 000"


def test_a_preference_names_its_proof_and_its_origin() -> None:
    shipment = _dear()
    claim = replace(shipment, items=(claimed(shipment.items[0], "japan", "U110"),))
    (item,) = _made(claim)["items"]
    assert (item["preference"], item["country_of_preferential_origin"]) == ("300", "CN")
    bare = replace(shipment, items=(claimed(shipment.items[0], "japan"),))
    assert set(faults("h1", bare, **OPTIONS)) == {"/items/0/documents"}
    scheme = replace(shipment, items=(claimed(shipment.items[0], "gsp", "U165"),))
    assert _made(scheme)["items"][0]["preference"] == "200"


def test_under_the_flat_duty_the_preference_code_is_asked_for() -> None:
    tee = replace(sample("tshirts").items[0], hs_code="6109100010")
    shipment = replace(sample("tshirts"), items=(tee,))
    assert set(faults("h1", shipment, **OPTIONS)) == {"/options/preferences/1"}
    assert faults("h1", shipment, **OPTIONS, preferences={"1": "500"}) == {}


def test_what_only_the_parties_know_is_asked() -> None:
    shipment = _for_a_business(sample("tshirts"), purpose="return", terms_place=None)
    buyer = replace(shipment.consignee, tax_ids={})
    asked = set(faults("h1", replace(shipment, consignee=buyer)))
    assert asked == {
        "/consignee/tax_ids/eori",
        "/terms_place",
        "/items/0/hs_code",
        *(f"/options/{name}" for name in OPTIONS if name != "valuation_indicator"),
        *(f"/options/{name}" for name in ("procedure", "nature_of_transaction")),
        "/options/valuation_method",
    }


@settings(max_examples=30, deadline=None)
@given(shipments(codes=("6109100010", "4202929890", "9503004100")))
def test_whatever_passes_preflight_is_valid_and_adds_up(shipment: Shipment) -> None:
    shipment = _for_a_business(shipment)
    assert faults("h1", shipment, **OPTIONS) == {}
    found = _made(shipment)
    values = sum(Decimal(item["amount_invoiced"]["amount"]) for item in found["items"])
    assert values == shipment.goods.amount
    assert sum(Decimal(each["gross_mass_kg"]) for each in found["items"]) == shipment.gross_weight
    assert sum(each["packaging"]["packages"] for each in found["items"]) == len(shipment.parcels)
    for item in found["items"]:
        assert Decimal(item["net_mass_kg"]) <= Decimal(item["gross_mass_kg"])
    rows = list(csv.DictReader(io.StringIO(make("h1", shipment, "csv", options=OPTIONS).decode())))
    assert len(rows) == len(shipment.items)
    assert not [cell for row in rows for cell in row.values() if cell[:1] in set("=+-@\t\r")]
