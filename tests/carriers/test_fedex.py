"""FedEx is asked and read as its recordings say; what they cannot say is said here."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from carriers import Answer, Booking, CarrierUnavailable, Paper, RequestRejected
from carriers.adapters.fedex import MANIFEST
from carriers.adapters.fedex.adapter import Fedex
from carriers.adapters.fedex.addresses import street_lines
from carriers.adapters.fedex.errors import PRICED, pointer_of, rows
from carriers.conformance import CarrierConformance
from carriers.conformance.recordings import faults_in, recordings_of
from carriers.conformance.samples import BOOKINGS, INVOICE, RATES, account_for
from carriers.wire import Ask
from data.model.consignment import Parcel
from data.model.money import money

RECORDINGS = recordings_of(MANIFEST)
DDP, DAP = "two_tees_us_to_de_ddp", "two_tees_us_to_de_dap"


class TestFedex(CarrierConformance):
    manifest = MANIFEST


@pytest.fixture
def fedex() -> Fedex:
    return Fedex(account_for(MANIFEST))


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda each: each.title)
def test_it_asks_and_reads_as_recorded(recording, fedex):
    assert faults_in(recording, fedex) == []


def booked(name: str, **changes: Any) -> Any:
    """A sample to buy, with its shipment changed."""
    request = replace(BOOKINGS[name], service="INTERNATIONAL_PRIORITY")
    return replace(request, shipment=replace(request.shipment, **changes))


def sent(ask: Ask) -> Any:
    return json.loads(ask.body or b"null")


def shipped(fedex: Fedex, request: Any) -> Any:
    return sent(fedex.ask_booking(request))["requestedShipment"]


def pointers(act) -> list[str]:
    with pytest.raises(RequestRejected) as caught:
        act()
    assert not caught.value.sent
    return [fault.pointer for fault in caught.value.faults]


def test_the_sender_pays_the_border_when_the_terms_are_ddp(fedex):
    paid, unpaid = (
        shipped(fedex, booked(DAP, terms=terms))["customsClearanceDetail"]
        for terms in ("DDP", "DAP")
    )
    payor = {"responsibleParty": {"accountNumber": {"value": "canary-account_number"}}}
    assert paid["dutiesPayment"] == {"paymentType": "SENDER", "payor": payor}
    assert unpaid["dutiesPayment"] == {"paymentType": "RECIPIENT"}
    assert paid["commercialInvoice"]["termsOfSale"] == "DDP"


def test_pieces_times_their_price_is_the_declared_value(fedex):
    customs = shipped(fedex, booked("two_parcels_gb_to_us"))["customsClearanceDetail"]
    total = sum(line["customsValue"]["amount"] for line in customs["commodities"])
    assert total == customs["totalCustomsValue"]["amount"] == 75.0
    mug = customs["commodities"][1]
    assert mug["unitPrice"]["amount"] * mug["quantity"] == mug["customsValue"]["amount"] == 27.0


def test_papers_that_were_uploaded_go_with_the_purchase(fedex):
    paper = replace(INVOICE, id="0904")
    special = shipped(fedex, replace(booked(DDP), papers=(paper,)))["shipmentSpecialServices"]
    (attached,) = special["etdDetail"]["attachedDocuments"]
    assert (attached["documentId"], attached["documentType"]) == ("0904", "COMMERCIAL_INVOICE")


def test_without_uploaded_papers_fedex_writes_the_invoice(fedex):
    shipment = shipped(fedex, booked(DDP))
    details = shipment["shipmentSpecialServices"]["etdDetail"]
    assert details == {"requestedDocumentTypes": ["COMMERCIAL_INVOICE"]}
    assert shipment["shippingDocumentSpecification"]["shippingDocumentTypes"] == [
        "COMMERCIAL_INVOICE"
    ]


def test_within_a_country_nothing_is_declared(fedex):
    shipment = shipped(fedex, booked("domestic_gb"))
    assert not {"customsClearanceDetail", "shipmentSpecialServices"} & set(shipment)


def test_a_return_says_so(fedex):
    special = shipped(fedex, booked("return_de_to_us"))["shipmentSpecialServices"]
    assert "RETURN_SHIPMENT" in special["specialServiceTypes"]
    assert special["returnShipmentDetail"] == {"returnType": "PRINT_RETURN_LABEL"}


def test_long_lines_are_broken_at_words_and_never_cut(fedex):
    street = ("Résidence des Grands Chênes, bâtiment C, escalier 9", "999 rue Courte")
    assert street_lines(street) == [
        "Résidence des Grands Chênes,",
        "bâtiment C, escalier 9",
        "999 rue Courte",
    ]
    request = booked("long_lines_de_to_fr_accents")
    assert pointers(lambda: fedex.ask_booking(request)) == ["/consignee/street/0"]


def test_letters_that_fedex_does_not_print_are_refused_by_their_field(fedex):
    found = pointers(lambda: fedex.ask_booking(booked("cjk_jp_to_de")))
    assert found == [
        "/consignor/name",
        "/consignor/company",
        "/consignor/city",
        "/consignor/street/0",
        "/consignor/street/1",
    ]


def test_a_field_that_is_missing_is_named(fedex):
    shipment = BOOKINGS[DAP].shipment
    request = booked(
        DAP,
        consignee=replace(shipment.consignee, phone=None, street=()),
        items=(replace(shipment.items[0], description=None, country_of_origin=None),),
    )
    assert pointers(lambda: fedex.ask_booking(request)) == [
        "/consignee/street",
        "/consignee/phone",
        "/items/0/description",
        "/items/0/country_of_origin",
    ]


def test_more_packages_than_are_answered_at_once_are_refused(fedex):
    many = booked(DAP, parcels=(Parcel(Decimal(1)),) * 41)
    with pytest.raises(RequestRejected) as caught:
        fedex.ask_booking(many)
    assert (caught.value.code, caught.value.sent) == ("unsupported", False)


def answer(**output: Any) -> Answer:
    return Answer(200, body=json.dumps({"output": output}).encode())


def recorded(title: str) -> Any:
    return next(r for r in RECORDINGS if r.title == title)


def changed(title: str, change) -> Answer:
    body = json.loads(recorded(title).answers[0].body)
    change(body["output"])
    return Answer(200, body=json.dumps(body).encode())


@pytest.mark.parametrize(
    "change",
    [
        lambda o: o.update(transactionShipments=[]),
        lambda o: o["transactionShipments"][0].update(masterTrackingNumber=""),
        lambda o: o["transactionShipments"][0].update(pieceResponses=[]),
        lambda o: o["transactionShipments"][0]["pieceResponses"][0].update(packageDocuments=[]),
        lambda o: o["transactionShipments"][0]["pieceResponses"][0]["packageDocuments"][0].update(
            encodedLabel="bm8gbGFiZWw="
        ),
        lambda o: o["transactionShipments"][0]["pieceResponses"][0]["packageDocuments"][0].update(
            encodedLabel="!"
        ),
    ],
)
def test_a_purchase_that_cannot_be_read_may_have_been_made(change, fedex):
    with pytest.raises(CarrierUnavailable) as caught:
        fedex.read_booking(booked(DDP), changed("booking/duty_paid", change))
    assert caught.value.code == "bad_reply"


def test_the_list_price_is_offered_and_said_where_there_is_no_other(fedex):
    economy = fedex.read_rates(
        RATES["two_tees_us_to_de"], recorded("rates/account_and_list").answers
    )[1]
    assert economy.price == money("94.80", "USD")
    assert "list price" in economy.source_note


def test_duties_of_nothing_are_no_estimate(fedex):
    def forget(output: Any) -> None:
        for rated in output["rateReplyDetails"][0]["ratedShipmentDetails"]:
            rated["edtCharges"] = []

    request = RATES["two_tees_us_to_de"]
    title = "rates/account_and_list"
    estimated = fedex.read_rates(request, recorded(title).answers)[0]
    forgotten = fedex.read_rates(request, (changed(title, forget),))[0]
    assert estimated.ddp_fee.minimum == money("17.00", "USD")
    assert forgotten.ddp_fee is None
    assert forgotten.price == estimated.price


def test_the_day_fedex_commits_to_is_the_day_of_arrival(fedex):
    first, second = fedex.read_rates(
        RATES["two_tees_us_to_de"], recorded("rates/account_and_list").answers
    )
    assert (first.transit.max_days, first.transit.latest.isoformat()) == (3, "2026-11-25")
    assert (second.transit.max_days, second.transit.latest.isoformat()) == (5, "2026-11-27")


def test_a_day_before_the_parcels_are_ready_is_no_day(fedex):
    def past(output: Any) -> None:
        output["rateReplyDetails"][0]["commit"]["dateDetail"]["dayFormat"] = "2019-07-22T08:30:00"
        output["rateReplyDetails"][0]["operationalDetail"]["transitTime"] = "UNKNOWN"

    found = fedex.read_rates(RATES["two_tees_us_to_de"], (changed("rates/account_and_list", past),))
    assert found[0].transit is None


def test_goods_without_lines_are_declared_by_their_value(fedex):
    (ask,) = fedex.ask_rates(RATES["two_parcels_cn_to_gb"])
    customs = sent(ask)["requestedShipment"]["customsClearanceDetail"]
    assert customs["totalCustomsValue"] == {"amount": 135.0, "currency": "GBP"}
    assert customs["commodities"][0]["quantity"] == 6


def test_parcels_without_weights_are_not_asked_about(fedex):
    assert pointers(lambda: fedex.ask_rates(RATES["no_weights_us_to_de"])) == ["/parcels"]


def test_a_delivery_before_the_parcel_turned_back_stays_one(fedex):
    def scan(kind: str, day: int) -> dict[str, Any]:
        return {"date": f"2026-11-{day}T10:00:00+01:00", "eventType": kind}

    def way(*scans: dict[str, Any]) -> Any:
        result = {"trackingNumberInfo": {"trackingNumber": "1"}, "scanEvents": scans}
        found = answer(completeTrackResults=[{"trackingNumber": "1", "trackResults": [result]}])
        return fedex.read_tracking(("1",), found)[0]

    assert way(scan("DL", 20), scan("RS", 21)).status == "returning"
    assert way(scan("DL", 22), scan("RS", 21)).status == "returned"
    assert way(scan("DL", 22), scan("OD", 21)).status == "delivered"


def test_one_error_costs_no_other_number(fedex):
    good = json.loads(recorded("tracking/delivered").answers[0].body)["output"]
    error = {"code": "SYSTEM.UNEXPECTED.ERROR", "message": "Try again."}
    good["completeTrackResults"].append({"trackingNumber": "2", "trackResults": [{"error": error}]})
    found = fedex.read_tracking(("2", "794600000010"), answer(**good))
    assert [each.number for each in found] == ["794600000010"]


def test_thirty_numbers_are_asked_for_at_once_and_no_more(fedex):
    assert fedex.batch == 30
    assert len(sent(fedex.ask_tracking(("1",) * 30))["trackingInfo"]) == 30
    with pytest.raises(RequestRejected):
        fedex.ask_tracking(("1",) * 31)


def test_a_found_package_is_known_by_its_shipment_s_number(fedex):
    identifiers = [{"type": "STANDARD_MPS", "values": ["794600000010"]}]
    result = {
        "trackingNumberInfo": {"trackingNumber": "794600000021"},
        "additionalTrackingInfo": {"packageIdentifiers": identifiers},
    }
    found = answer(completeTrackResults=[{"trackingNumber": "", "trackResults": [result]}])
    assert fedex.read_find(booked(DAP), found).carrier_id == "794600000010"


def test_nothing_found_is_nothing(fedex):
    assert fedex.read_find(booked(DAP), answer(completeTrackResults=[])) is None


def test_a_paper_after_the_purchase_names_the_shipment(fedex):
    (ask,) = fedex.ask_upload(BOOKINGS[DDP].shipment, INVOICE, Booking("7946", "7946"))
    assert ask.url == "https://documentapi.prod.fedex.com/documents/v1/etds/upload"
    assert b'"workflowName":"ETDPostshipment"' in ask.body
    assert b'"trackingNumber":"7946"' in ask.body
    assert INVOICE.content in ask.body


def test_a_paper_that_is_too_large_is_refused(fedex):
    large = Paper("other", "pdf", b"x" * (5 * 1024 * 1024 + 1))
    assert pointers(lambda: fedex.ask_upload(BOOKINGS[DDP].shipment, large, None)) == ["/papers"]


@pytest.mark.parametrize(
    ("parameter", "pointer"),
    [
        ("requestedShipment.shipper.contact.phoneNumber", "/ship_from/phone"),
        ("requestedShipment.recipient.address.city", "/ship_to/city"),
        ("requestedPackageLineItems[1].dimensions.length", "/parcels/1/dimensions"),
        ("requestedShipment.requestedPackageLineItems[1].weight.value", "/parcels/1/weight"),
        ("customsClearanceDetail.commodities[3].quantity", "/items/3/quantity"),
        ("requestedShipment.serviceType", "/mode"),
        ("labelResponseOptions", None),
    ],
)
def test_a_parameter_of_fedex_is_a_field_of_ours(parameter, pointer):
    assert pointer_of(parameter, PRICED) == pointer


def test_every_field_of_the_table_of_errors_can_be_written():
    for row in rows().values():
        assert row.field.format(**PRICED).startswith("/") or not row.field


def test_the_sandboxes_are_other_hosts():
    fedex = Fedex(account_for(MANIFEST, test=True))
    assert fedex.ask_token("oauth").url == "https://apis-sandbox.fedex.com/oauth/token"
    (ask,) = fedex.ask_upload(BOOKINGS[DDP].shipment, INVOICE, None)
    assert ask.url.startswith("https://documentapitest.prod.fedex.com/sandbox/documents/")
