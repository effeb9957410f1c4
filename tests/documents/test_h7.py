import csv
import io
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from customs.border import Border
from customs.documents.registry import make
from customs.exchange import Exchange
from customs.flat_duties import flat_charge, subheading_of, under_flat_duty
from customs.line_duties import LineDuty
from customs.relief import in_scope
from customs.territories import read_territory
from data.loading.documents import load_documents
from data.model.consignment import Buyer, Consignment, Parcel
from data.model.money import money
from data.model.shipment import Shipment
from tests.documents.message_shipments import claimed, faults, sample, shipments
from tests.documents.message_validation import own_schema

OPTIONS: dict[str, Any] = {
    "lrn": "L-1042",
    "declarant": "DE123456789012345",
    "additional_declaration_type": "A",
    "location_of_goods": "DE-AIR-01",
    "vat": "standard_vat",
}


def _made(shipment: Shipment, **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(make("h7", shipment, "json", options=OPTIONS | options))
    own_schema("h7").validate(found)
    return found


def _with(*codes: str, **changes: Any) -> Shipment:
    """The T-shirts of the sample, one line for each code."""
    tee = sample("tshirts").items[0]
    items = tuple(
        replace(tee, id=str(at), hs_code=code, quantity=1, description=f"T-shirt {at}")
        for at, code in enumerate(codes, 1)
    )
    parcel = Parcel(Decimal("1.5"), None, {item.id: 1 for item in items})
    return replace(sample("tshirts"), **{"items": items, "parcels": (parcel,), **changes})


def test_five_t_shirts_are_one_item_and_a_watch_is_another() -> None:
    found = _made(_with("6109100010", "6109109000", "610910", "9102110000"))
    assert [item["commodity_code"] for item in found["items"]] == ["610910", "910211"]
    assert found["items"][0]["description"] == "T-shirt 1; T-shirt 2; T-shirt 3"
    assert found["totals"]["flat_duty"] == {
        "items": 2,
        "each": {"amount": "3.00", "currency": "EUR"},
        "total": {"amount": "6.00", "currency": "EUR"},
    }


def test_what_the_law_of_the_day_counts_and_names() -> None:
    before = _made(replace(sample("tshirts"), on=date(2026, 6, 30)), vat="special_arrangements")
    assert before["items"][0]["additional_procedures"] == ["C07", "F49"]
    assert before["totals"]["flat_duty"] is None
    after = _made(replace(sample("tshirts"), on=date(2026, 7, 1)), vat="special_arrangements")
    assert after["items"][0]["additional_procedures"] == ["F49"]
    assert after["totals"]["flat_duty"]["total"]["amount"] == "3.00"
    assert _made(sample("tshirts"))["items"][0]["additional_procedures"] == ["F53"]


def test_the_ioss_number_is_the_fiscal_reference_and_nothing_else_needs_saying() -> None:
    shipment = replace(sample("tshirts"), registrations={"ioss": "IM2760000742"})
    options = {name: value for name, value in OPTIONS.items() if name != "vat"}
    found = json.loads(make("h7", shipment, "json", options=options))
    assert found["declaration"]["fiscal_reference"] == {"role": "FR5", "number": "IM2760000742"}
    assert found["items"][0]["additional_procedures"] == ["F48"]
    assert set(faults("h7", sample("tshirts"), **options)) == {"/options/vat"}
    assert "/registrations/ioss" in faults("h7", sample("tshirts"), **{**options, "vat": "ioss"})


def test_a_gift_between_private_persons_has_its_own_code_and_limit() -> None:
    shipment = _with("610910", purpose="gift")
    private = replace(shipment.consignor, is_business=False)
    found = _made(replace(shipment, consignor=private))
    assert found["items"][0]["additional_procedures"] == ["C08"]
    assert found["totals"]["flat_duty"] is None
    assert "/purpose" in faults("h7", shipment, **OPTIONS)
    dear = replace(_with("610910", "910211", purpose="gift"), consignor=private)
    assert faults("h7", dear, **OPTIONS)["/items"].startswith("H7 is for up to EUR 45")


@pytest.mark.parametrize(
    ("shipment", "pointer"),
    [
        (replace(sample("tshirts"), items=(replace(sample("tshirts").items[0],
                 unit_price=money("75.01", "EUR")),)), "/items"),
        (replace(sample("tshirts"), items=(claimed(sample("tshirts").items[0], "uk"),)),
         "/items/0/preference"),
        (_with("220820"), "/items/0/hs_code"),
        (replace(sample("tshirts"), items=(replace(sample("tshirts").items[0],
                 documents=("C400",)),)), "/items/0/documents"),
        (replace(sample("tshirts"), consignee=replace(sample("tshirts").consignee,
                 is_business=True)), "/purpose"),
        (replace(sample("tshirts"), consignee=sample("drills").consignee), "/consignee/country"),
        (replace(sample("tshirts"), items=(replace(sample("tshirts").items[0], sku=None),)),
         "/items/0/sku"),
        (replace(sample("tshirts"), items=(replace(sample("tshirts").items[0], facts={}),)),
         "/items/0/facts/manufacturer_id"),
        (replace(sample("tshirts"), on=date(2021, 6, 30)), "/on"),
    ],
)  # fmt: skip
def test_what_is_not_for_h7_is_refused_where_it_stands(shipment: Shipment, pointer: str) -> None:
    assert pointer in faults("h7", shipment, **OPTIONS)


def test_exactly_the_limit_is_within_it() -> None:
    tee = replace(sample("tshirts").items[0], unit_price=money("75.00", "EUR"))
    assert faults("h7", replace(sample("tshirts"), items=(tee,)), **OPTIONS) == {}


def test_identifiers_are_not_asked_before_november() -> None:
    tee = replace(sample("tshirts").items[0], facts={}, sku=None)
    shipment = replace(sample("tshirts"), items=(tee,), on=date(2026, 10, 31))
    assert faults("h7", shipment, **OPTIONS) == {}


def test_another_currency_needs_its_rate() -> None:
    tee = replace(sample("tshirts").items[0], unit_price=money("30.00", "USD"))
    shipment = replace(sample("tshirts"), items=(tee,), freight=None)
    assert "/options/rates" in faults("h7", shipment, **OPTIONS)
    assert _made(shipment, rates={"USD/EUR": "0.9"})["totals"]["intrinsic_value"] == {
        "amount": "60.00",
        "currency": "USD",
    }


@settings(max_examples=40, deadline=None)
@given(shipments(currency="EUR", most=400))
def test_whatever_passes_preflight_is_valid_and_adds_up(shipment: Shipment) -> None:
    buyer = replace(shipment.consignee, is_business=False)
    shipment = replace(shipment, consignee=buyer)
    assert faults("h7", shipment, **OPTIONS) == {}
    found = _made(shipment)
    values = sum(Decimal(item["intrinsic_value"]["amount"]) for item in found["items"])
    weights = sum(Decimal(item["gross_mass_kg"]) for item in found["items"])
    assert values == shipment.goods.amount
    assert weights == shipment.gross_weight
    counted = {subheading_of(item) for item in shipment.items}
    assert found["totals"]["flat_duty"]["items"] == len(found["items"]) == len(counted)
    table = make("h7", shipment, "csv", options=OPTIONS).decode()
    rows = list(csv.DictReader(io.StringIO(table)))
    assert len(rows) == len(found["items"])
    assert not [cell for row in rows for cell in row.values() if cell[:1] in set("=+-@\t\r")]


@settings(max_examples=25, deadline=None)
@given(shipments(currency="EUR", most=400))
def test_the_flat_duty_is_the_quotes_flat_duty(shipment: Shipment) -> None:
    shipment = replace(shipment, consignee=replace(shipment.consignee, is_business=False))
    place = shipment.consignee.place
    asked = Consignment(shipment.consignor.place, place, shipment.items, Buyer("consumer"))
    law = read_territory("DE", load_documents(Path(str(files("data"))) / "facts" / "territories"))
    border = Border(law, None, None, {}, Exchange(lambda *_: None, shipment.on), shipment.on)
    flat = next(iter(law.flat_duties))
    version = flat.amount.on(shipment.on)
    assert version is not None
    assert in_scope(flat.scope, asked, "express")
    counted: set[str] = set()
    nothing = LineDuty((), Decimal(0), Decimal(0), Decimal(0), Decimal(0))
    lines = [
        under_flat_duty(border, version, item, nothing, counted, alone=False)
        for item in shipment.items
    ]
    charge = flat_charge(border, (flat, version), counted, None)
    declared = _made(shipment)["totals"]["flat_duty"]["total"]
    assert Decimal(declared["amount"]) == charge.assessed.amount == sum(x.amount for x in lines)
    assert declared["currency"] == charge.assessed.currency.code


def test_no_cell_becomes_a_formula() -> None:
    tee = replace(sample("tshirts").items[0], description='=HYPERLINK("http://x","y")')
    table = make("h7", replace(sample("tshirts"), items=(tee,)), "csv", options=OPTIONS).decode()
    (row,) = csv.DictReader(io.StringIO(table))
    assert row["18 05 000 000 item description"].startswith("'=HYPERLINK")


def test_every_file_has_the_same_columns() -> None:
    ioss = replace(sample("tshirts"), registrations={"ioss": "IM2760000742"}, freight=None)
    first, second = (
        make("h7", each, "csv", options={**OPTIONS, "vat": vat}).decode().partition("\r\n")[0]
        for each, vat in ((ioss, "ioss"), (sample("tshirts"), "standard_vat"))
    )
    assert first == second
