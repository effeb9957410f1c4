import csv
import io
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customs.documents.registry import make
from data.model.money import money
from data.model.places import Place
from data.model.shipment import Shipment
from tests.documents.message_shipments import faults, sample, shipments
from tests.documents.message_validation import own_schema

FILED: dict[str, Any] = {
    "consignee_type": "reseller",
    "related": False,
    "routed": False,
    "export_port": "2304",
    "carrier": "FX",
    "mode_of_transport": "40",
    "departure": "2026-11-21",
}


def _made(shipment: Shipment, **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(make("eei", shipment, "json", options=options))
    own_schema("eei").validate(found)
    return found


def _to(country: str, price: str = "129.00", **facts: str) -> Shipment:
    """The drills of the sample, of one line, sent elsewhere."""
    shipment = sample("drills")
    drill = shipment.items[0]
    item = replace(
        drill, unit_price=money(price, "USD"), facts={"eccn": "EAR99", **facts}, preference=None
    )
    parcels = tuple(replace(parcel, contents={"1": 5}) for parcel in shipment.parcels)
    there = replace(shipment.consignee, place=Place(country, None, "10115", "Berlin"))
    return replace(shipment, consignee=there, items=(item,), parcels=parcels)


def test_up_to_the_limit_nothing_is_filed_and_one_cent_more_is() -> None:
    assert _made(_to("DE", "250.00"))["filing"] == {
        "required": False, "exemption": "NOEEI 30.37(a)", "itn": None, "proof": "NOEEI 30.37(a)"
    }  # fmt: skip
    dear = replace(_to("DE", "250.01"))
    assert _made(dear, **FILED)["filing"]["required"] is True


def test_the_limit_is_for_each_number_and_not_for_each_line() -> None:
    shipment = _to("DE", "129.00")
    twice = (shipment.items[0], replace(shipment.items[0], id="2"))
    parcels = tuple(replace(each, contents={"1": 5, "2": 5}) for each in shipment.parcels)
    heavy = tuple(replace(each, weight=each.weight * 2) for each in parcels)
    found = _made(replace(shipment, items=twice, parcels=heavy), **FILED)
    assert found["filing"]["required"] is True
    assert found["totals"]["by_schedule_b"]["8467210000"]["amount"] == "2580.00"
    others = (twice[0], replace(twice[1], hs_code="8467290090"))
    assert _made(replace(shipment, items=others, parcels=heavy))["filing"]["required"] is False


def test_canada_has_its_own_legend_unless_a_licence_is_used() -> None:
    assert _made(_to("CA", "900.00"))["filing"]["exemption"] == "NOEEI 30.36"
    licensed = _to("CA", "1.00", eccn="5A992", licence="D1234567")
    assert _made(licensed, **FILED)["filing"]["required"] is True


@pytest.mark.parametrize(("country", "eccn", "required"), [
    ("SY", "EAR99", True), ("CN", "EAR99", False), ("CN", "5A992", True), ("DE", "5A992", False),
])  # fmt: skip
def test_some_destinations_file_at_any_value(country: str, eccn: str, required: bool) -> None:
    assert _made(_to(country, "1.00", eccn=eccn), **FILED)["filing"]["required"] is required


def test_a_number_of_a_filing_is_repeated_and_never_made() -> None:
    dear = _to("DE", "900.00")
    assert _made(dear, **FILED)["filing"]["proof"] is None
    found = _made(dear, **FILED, itn="X20261120123456")
    assert found["filing"]["proof"] == "AES X20261120123456"
    assert set(faults("eei", dear, **FILED, itn="20261120")) == {"/options/itn"}
    assert set(faults("eei", _to("DE"), itn="X20261120123456")) == {"/options/itn"}


def test_what_a_filing_needs_is_asked() -> None:
    dear = _to("DE", "900.00", eccn="")
    nameless = replace(dear.consignor, tax_ids={}, place=Place("US", None, "79901", "El Paso"))
    asked = set(faults("eei", replace(dear, consignor=nameless)))
    assert asked == {
        "/items/0/facts/eccn",
        "/consignor/tax_ids/ein",
        "/consignor/region",
        *(f"/options/{name}" for name in FILED),
    }


@pytest.mark.parametrize(("change", "pointer"), [
    ({"consignor": sample("tshirts").consignor}, "/consignor/country"),
    ({"consignee": replace(sample("drills").consignor)}, "/consignee/country"),
    ({"items": sample("tshirts").items}, "/items/0/unit_price"),
    ({"items": sample("tshirts").items}, "/items/0/hs_code"),
])  # fmt: skip
def test_what_is_no_export_from_the_united_states_is_refused(
    change: dict[str, Any], pointer: str
) -> None:
    assert pointer in faults("eei", replace(sample("drills"), **change))


@settings(max_examples=30, deadline=None)
@given(
    shipments(origin="US", currency="USD", codes=("8467210000", "6109100010")),
    st.sampled_from(("EAR99", "5A992", "3A001.a")),
)
def test_whatever_passes_preflight_is_valid(shipment: Shipment, eccn: str) -> None:
    place = replace(shipment.consignor.place, region="TX")
    exporter = replace(shipment.consignor, place=place, tax_ids={"ein": "12-3456789"})
    lines = tuple(replace(each, facts={**each.facts, "eccn": eccn}) for each in shipment.items)
    shipment = replace(shipment, consignor=exporter, items=lines)
    assert faults("eei", shipment, **FILED) == {}
    found = _made(shipment, **FILED)
    assert len(found["lines"]) == len(shipment.items)
    table = make("eei", shipment, "csv", options=FILED).decode()
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [row["line eccn"] for row in rows] == [eccn] * len(rows)
    assert not [cell for row in rows for cell in row.values() if cell[:1] in set("=+-@\t\r")]
