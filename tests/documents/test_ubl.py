from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from lxml import etree

from customs.documents.faults import RefusedError
from customs.documents.registry import make
from data.model.money import money
from data.model.shipment import Shipment
from tests.documents.message_shipments import SHIPMENTS, faults, sample, shipments
from tests.documents.message_validation import OASIS, ubl_schema

CERTIFIED = {
    "issuer": "Chamber of Commerce of El Paso",
    "issuer_country": "US",
    "certificate_type": "non-preferential",
}
KINDS: dict[str, dict[str, str]] = {
    "ubl_invoice": {},
    "ubl_packing_list": {},
    "ubl_forwarding_instructions": {},
    "ubl_certificate_of_origin": CERTIFIED,
}


def _made(kind: str, shipment: Shipment) -> etree._Element:
    message = etree.fromstring(make(kind, shipment, "xml", options=KINDS[kind]))
    schema = ubl_schema(kind)
    if schema is None:
        pytest.skip(f"{OASIS} carries the schemas of UBL, and is not installed")
    schema.assertValid(message)
    return message


def _said(message: etree._Element, path: str) -> list[str]:
    namespaces = {
        prefix: f"urn:oasis:names:specification:ubl:schema:xsd:Common{name}Components-2"
        for prefix, name in (("cac", "Aggregate"), ("cbc", "Basic"))
    }
    return [each.text or "" for each in message.iterfind(f".//{path}", namespaces)]


@pytest.mark.parametrize("name", SHIPMENTS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_sample_is_valid_by_the_schema_of_oasis(kind: str, name: str) -> None:
    message = _made(kind, SHIPMENTS[name])
    assert SHIPMENTS[name].reference in _said(message, "cbc:ID")


@settings(max_examples=25, deadline=None)
@given(shipments())
def test_whatever_passes_preflight_is_valid(shipment: Shipment) -> None:
    for kind, options in KINDS.items():
        if not faults(kind, shipment, **options):
            _made(kind, shipment)
        else:
            assert kind != "ubl_invoice", faults(kind, shipment)


@settings(max_examples=25, deadline=None)
@given(shipments())
def test_an_invoice_adds_up_as_the_record_does(shipment: Shipment) -> None:
    message = _made("ubl_invoice", shipment)
    lines = [Decimal(text) for text in _said(message, "cac:InvoiceLine/cbc:LineExtensionAmount")]
    charges = [each.amount for each in (shipment.freight, shipment.insurance) if each is not None]
    (goods,) = _said(message, "cac:LegalMonetaryTotal/cbc:LineExtensionAmount")
    (payable,) = _said(message, "cac:LegalMonetaryTotal/cbc:PayableAmount")
    assert sum(lines) == Decimal(goods) == shipment.goods.amount
    assert Decimal(payable) == shipment.goods.amount + sum(charges, Decimal(0))
    assert _said(message, "cac:Item/cbc:Description") == [i.description for i in shipment.items]
    codes = _said(message, "cac:CommodityClassification/cbc:ItemClassificationCode")
    assert codes == [item.hs_code for item in shipment.items]


def test_an_invoice_says_terms_charges_and_who_imports() -> None:
    shipment = replace(sample("drills"), importer=sample("drills").consignee)
    message = _made("ubl_invoice", shipment)
    assert _said(message, "cac:DeliveryTerms/cbc:ID") == ["DAP"]
    assert _said(message, "cac:DeliveryTerms/cac:DeliveryLocation/cbc:Name") == ["Montréal"]
    assert _said(message, "cac:AllowanceCharge/cbc:AllowanceChargeReason") == ["freight"]
    assert _said(message, "cac:ImporterParty/cac:PartyName/cbc:Name") == ["Outillage Tremblay inc."]
    assert "EIN" in _said(message, "cac:PartyTaxScheme/cac:TaxScheme/cbc:ID")


def test_what_is_no_sale_is_a_pro_forma_invoice() -> None:
    message = _made("ubl_invoice", replace(sample("tshirts"), purpose="sample"))
    assert _said(message, "cbc:InvoiceTypeCode") == ["325"]


def test_a_number_that_others_could_use_is_not_on_an_invoice() -> None:
    assert "IM2760000742" not in _said(_made("ubl_invoice", sample("knitwear")), "cbc:CompanyID")


def test_dangerous_goods_are_said_where_the_facts_say_so() -> None:
    message = _made("ubl_forwarding_instructions", sample("drills"))
    assert set(_said(message, "cac:HazardousItem/cbc:UNDGCode")) == {"UN3481"}
    assert _said(message, "cac:Consignment/cbc:HazardousRiskIndicator") == ["true"]
    calm = _made("ubl_forwarding_instructions", sample("tshirts"))
    assert _said(calm, "cac:HazardousItem/cbc:UNDGCode") == []


def test_a_packing_list_says_every_piece_once() -> None:
    shipment = SHIPMENTS["two_parcels_gb_to_us"]
    message = _made("ubl_packing_list", shipment)
    counts = _said(message, "cac:TransportHandlingUnit/cac:GoodsItem/cbc:Quantity")
    assert sum(map(int, counts)) == sum(item.quantity for item in shipment.items)


def test_boxes_whose_contents_are_not_told_are_no_packing_list() -> None:
    shipment = sample("drills")
    bare = tuple(replace(parcel, contents={}) for parcel in shipment.parcels)
    found = faults("ubl_packing_list", replace(shipment, parcels=bare))
    assert set(found) == {"/parcels/0/contents", "/parcels/1/contents"}


def test_a_certificate_is_asked_of_somebody() -> None:
    found = faults("ubl_certificate_of_origin", sample("drills"))
    assert set(found) == {
        "/options/issuer", "/options/issuer_country", "/options/certificate_type"
    }  # fmt: skip


@pytest.mark.parametrize("text", ["bell\x07", "two\nlines", "turned \u202eround", "half \ud83d"])
def test_a_text_that_no_message_carries_is_refused_where_it_stands(text: str) -> None:
    shipment = sample("tshirts")
    items = (replace(shipment.items[0], description=f"Cotton T-shirt {text}"),)
    assert "/items/0/description" in faults("ubl_invoice", replace(shipment, items=items))
    with pytest.raises(RefusedError):
        make("ubl_invoice", replace(shipment, items=items), "xml")


def test_letters_of_any_script_and_pictures_arrive_unchanged() -> None:
    said = "Cotton T-shirt, חולצה كوتون 棉 👕 <&>\"'"
    shipment = sample("tshirts")
    items = (replace(shipment.items[0], description=said),)
    message = _made("ubl_invoice", replace(shipment, items=items))
    assert _said(message, "cac:Item/cbc:Description") == [said]


def test_a_line_of_nothing_is_valid() -> None:
    shipment = sample("tshirts")
    free = replace(shipment.items[0], unit_price=money("0.00", "EUR"))
    _made("ubl_invoice", replace(shipment, items=(free,)))


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_record_gives_the_same_bytes(kind: str) -> None:
    options = KINDS[kind]
    first, second = (make(kind, sample("drills"), "xml", options=options) for _ in range(2))
    assert first == second
