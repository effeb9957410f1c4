from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from lxml import etree

from customs.documents.registry import make
from data.model.consignment import Parcel
from data.model.money import money
from data.model.places import Place
from data.model.shipment import Shipment
from tests.documents.message_shipments import SHIPMENTS, claimed, faults, sample, shipments
from tests.documents.message_validation import HMRC, cds_schema

NAMESPACES = {
    "md": "urn:wco:datamodel:WCO:DocumentMetaData-DMS:2",
    "d": "urn:wco:datamodel:WCO:DEC-DMS:2",
}
COMMON: dict[str, Any] = {
    "lrn": "7847767E1WB6",
    "declarant": "GB603202734852",
    "importer": "GB553202734852",
    "additional_declaration_type": "A",
    "location_of_goods": "GBAUBELBFSBEL",
    "transport_mode": "4",
}
PREVIOUS = [{"category": "Z", "type": "271", "id": "PL20241202-281-284"}]
FULL = {
    **COMMON,
    "container": False,
    "payment_method": "E",
    "valuation_indicator": "0000",
    "representative_status": "2",
}
REDUCED = {**COMMON, "data_set": "srds", "previous_documents": PREVIOUS}
BULK = {
    **COMMON,
    "data_set": "birds",
    "additional_declaration_type": "J",
    "previous_documents": PREVIOUS,
    "container": False,
    "authorisation": "GB553202734852",
    "authorisation_document": "GBBIRDS55320273485220211018095959",
    "supervising_office": "GBSAA001",
}
BELFAST = Place("GB", "NIR", "BT1 5GS", "Belfast")
LEEDS = Place("GB", None, "LS1 4AP", "Leeds")


def _schema() -> etree.XMLSchema:
    schema = cds_schema()
    if schema is None:
        pytest.skip("HMRC's schemas are not here")
    return schema


def _made(shipment: Shipment, options: dict[str, Any]) -> etree._Element:
    message = etree.fromstring(make("cds", shipment, "xml", options=options))
    _schema().assertValid(message)
    return message


def _said(message: etree._Element, path: str) -> list[str]:
    steps = "/".join(f"d:{step}" for step in path.split("/"))
    return [each.text or "" for each in message.iterfind(f".//{steps}", NAMESPACES)]


def _to(place: Place, **changes: Any) -> Shipment:
    """The T-shirts of the sample, sold in pounds to somewhere in the United Kingdom."""
    shipment = sample("tshirts")
    items = (
        replace(shipment.items[0], hs_code="6109100010", unit_price=money("25.00", "GBP")),
        replace(shipment.items[0], id="2", hs_code="6911102500", unit_price=money("9.50", "GBP"),
                description="Porcelain mug", quantity=1, unit_weight=Decimal("0.35")),
    )  # fmt: skip
    parcels = (Parcel(Decimal("0.6"), None, {"1": 2}), Parcel(Decimal("0.4"), None, {"2": 1}))
    whole = replace(
        shipment,
        consignee=replace(shipment.consignee, place=place),
        items=items,
        parcels=parcels,
        freight=money("5.00", "GBP"),
    )
    return replace(whole, **changes)


def test_a_standard_import_is_valid_by_hmrcs_schema_and_adds_up() -> None:
    message = _made(_to(LEEDS), FULL)
    assert _said(message, "TypeCode")[0] == "IMA"
    assert _said(message, "InvoiceLine/ItemChargeAmount") == ["50.00", "9.50"]
    gross = [Decimal(text) for text in _said(message, "GrossMassMeasure")]
    assert sum(gross) == Decimal("1.0")
    assert _said(message, "Packaging/QuantityQuantity") == ["1", "1"]
    assert _said(message, "TotalPackageQuantity") == ["2"]
    assert _said(message, "OtherChargeDeductionAmount") == ["5.00"]
    assert _said(message, "Classification/ID") == ["61091000", "10", "69111025", "00"]
    assert _said(message, "Exporter/Name") == ["Harbour Cotton Co., Ltd."]
    assert _said(message, "TradeTerms/LocationName") == ["Berlin"]


def test_a_preference_goes_with_its_document_and_another_kind_of_origin() -> None:
    shipment = _to(LEEDS)
    items = (claimed(shipment.items[0], "japan", "U110"), shipment.items[1])
    message = _made(replace(shipment, items=items), {**FULL, "document_ids": {"U110": "X1"}})
    assert _said(message, "DutyRegimeCode") == ["300", "100"]
    assert _said(message, "Origin/TypeCode") == ["2", "1"]
    assert "110" in _said(message, "AdditionalDocument/TypeCode")
    bare = replace(shipment, items=(claimed(shipment.items[0], "japan"), shipment.items[1]))
    assert set(faults("cds", bare, **FULL)) == {"/items/0/documents"}


def test_the_reduced_data_set_into_northern_ireland_has_its_two_codes_and_the_marker() -> None:
    message = _made(_to(BELFAST), REDUCED)
    assert _said(message, "GovernmentProcedure/CurrentCode") == ["40", "1H7", "C07"] * 2
    assert _said(message, "CustomsValueAmount") == ["50.00", "9.50"]
    assert _said(message, "CustomsValuation/FreightChargeAmount") == ["5.00"]
    assert _said(message, "StatementCode") == ["NIIMP"] * 2
    assert _said(message, "NetNetWeightMeasure") == []


def test_a_gift_into_northern_ireland_has_a_code_of_its_own_and_a_lower_limit() -> None:
    shipment = _to(BELFAST, purpose="gift")
    private = replace(shipment.consignor, is_business=False)
    gift = replace(shipment, consignor=private)
    assert "/items" in faults("cds", gift, **REDUCED)
    small = replace(gift, items=gift.items[1:], parcels=(Parcel(Decimal("0.4"), None, {"2": 1}),))
    options = {name: value for name, value in REDUCED.items() if name != "importer"}
    message = _made(small, options)
    assert _said(message, "GovernmentProcedure/CurrentCode") == ["40", "1H7", "C08"]
    assert _said(message, "Importer/Name") == ["Erika Mustermann"]
    assert "/purpose" in faults("cds", replace(small, consignor=shipment.consignor), **options)


@pytest.mark.parametrize("name", ["TT_IM067a", "TT_IM079a"])
def test_elements_stand_where_hmrcs_own_samples_have_them(name: str) -> None:
    """Every element of ours that a sample has too is found under the same parents."""
    if not HMRC.is_dir():
        pytest.skip("HMRC's samples are not here")
    theirs = _paths(etree.parse(HMRC / f"{name}.xml").getroot())
    ours = _paths(_made(_to(BELFAST), REDUCED))
    leaves = {path.rpartition("/")[2] for path in theirs}
    allowed = {path for path in ours if path.rpartition("/")[2] in leaves}
    assert len(allowed & theirs) > 25
    assert allowed - theirs <= {
        # An importer's EORI number, and who the declarant is: in one sample each.
        "MetaData/Declaration/TotalPackageQuantity",
        "MetaData/Declaration/GoodsShipment/GovernmentAgencyGoodsItem/AdditionalInformation/StatementDescription",
    }


def _paths(root: etree._Element) -> set[str]:
    tree = root.getroottree()
    found = set()
    for each in root.iter(etree.Element):
        names = [each, *each.iterancestors()]
        found.add("/".join(etree.QName(name).localname for name in reversed(names)))
    assert tree is not None
    return found


def test_hmrcs_own_samples_are_valid_so_the_check_can_be_trusted() -> None:
    schema = _schema()
    assert all(schema.validate(etree.parse(path)) for path in HMRC.glob("TT_*.xml"))


def test_bulk_parcels_are_for_sellers_with_a_number_and_never_for_the_post() -> None:
    shipment = _to(LEEDS, registrations={"gb_vat": "GB123456789"})
    message = _made(shipment, BULK)
    assert _said(message, "TypeCode")[0] == "IMJ"
    assert _said(message, "GovernmentProcedure/CurrentCode") == ["00", "21V"] * 2
    jersey = replace(shipment.consignor, place=Place("JE", None, "JE1 2ER", "St Helier"))
    islands = _made(replace(shipment, consignor=jersey), BULK)
    assert _said(islands, "TypeCode")[0] == "COJ"
    assert _said(islands, "GovernmentProcedure/CurrentCode") == ["00", "21V", "15F"] * 2
    assert set(faults("cds", shipment, **{**BULK, "transport_mode": "5"})) == {
        "/options/transport_mode"
    }
    assert "/registrations/gb_vat" in faults("cds", _to(LEEDS), **BULK)
    belfast = replace(shipment, consignee=_to(BELFAST).consignee)
    assert "/consignee/country" in faults("cds", belfast, **BULK)


def test_what_nobody_said_is_asked_and_never_filled() -> None:
    asked = set(faults("cds", _to(LEEDS)))
    assert asked == {f"/options/{name}" for name in FULL if name != "representative_status"}
    gift = set(faults("cds", _to(LEEDS, purpose="sample"), **FULL))
    assert gift == {
        f"/options/{name}" for name in ("procedure", "nature_of_transaction", "valuation_method")
    }


def test_an_amount_over_the_limit_or_without_a_rate_is_refused() -> None:
    dear = _to(BELFAST)
    items = (replace(dear.items[0], unit_price=money("90.00", "GBP")), dear.items[1])
    assert set(faults("cds", replace(dear, items=items), **REDUCED)) == {"/items"}
    euros = tuple(replace(item, unit_price=money("20.00", "EUR")) for item in dear.items)
    foreign = replace(dear, items=euros, freight=None)
    assert set(faults("cds", foreign, **REDUCED)) == {"/options/rates"}
    assert faults("cds", foreign, **REDUCED, rates={"EUR/GBP": "0.85"}) == {}


def test_a_text_that_is_too_long_is_not_cut() -> None:
    shipment = _to(LEEDS)
    items = (replace(shipment.items[0], description="Cotton T-shirt " * 40), shipment.items[1])
    assert "/items/0/description" in faults("cds", replace(shipment, items=items), **FULL)
    long = replace(shipment.consignor, street=("Long Road " * 8,))
    assert "/consignor/street" in faults("cds", replace(shipment, consignor=long), **FULL)


def test_goods_that_weigh_nothing_are_refused() -> None:
    shipment = _to(LEEDS)
    light = (replace(shipment.items[0], unit_weight=Decimal(0)), shipment.items[1])
    assert "/items/0/unit_weight" in faults("cds", replace(shipment, items=light), **FULL)


@settings(max_examples=30, deadline=None)
@given(shipments(destination="GB", codes=("6109100010", "6911102500")))
def test_whatever_passes_preflight_is_valid_by_hmrcs_schema(shipment: Shipment) -> None:
    if shipment.consignor.company and len(shipment.consignor.company) > 70:
        return
    found = faults("cds", shipment, **FULL)
    assert found.keys() <= {"/consignor/street"}
    if not found:
        message = _made(shipment, FULL)
        values = [Decimal(text) for text in _said(message, "InvoiceLine/ItemChargeAmount")]
        assert sum(values) == shipment.goods.amount
        packages = [int(text) for text in _said(message, "Packaging/QuantityQuantity")]
        assert sum(packages) == len(shipment.parcels)
        gross = sum(Decimal(text) for text in _said(message, "GrossMassMeasure"))
        assert gross == shipment.gross_weight


def test_the_same_record_gives_the_same_bytes() -> None:
    first, second = (make("cds", _to(LEEDS), "xml", options=FULL) for _ in range(2))
    assert first == second


def test_goods_for_elsewhere_are_not_declared_here() -> None:
    assert "/consignee/country" in faults("cds", SHIPMENTS["two_tees_us_to_de_dap"], **FULL)
