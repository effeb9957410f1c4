"""UPS is asked and read as its recordings say; what they cannot say is said here."""

import base64
import json
import struct
import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from carriers import (
    Account,
    Answer,
    BookingRequest,
    CarrierUnavailable,
    Paper,
    RequestRejected,
    bad_reply,
)
from carriers.adapters.ups import MANIFEST
from carriers.adapters.ups.adapter import Ups
from carriers.adapters.ups.addresses import street_lines
from carriers.adapters.ups.borders import crosses_border
from carriers.adapters.ups.errors import FORWARD, rows
from carriers.adapters.ups.forms import goods_in_brief
from carriers.adapters.ups.labels import as_pdf, as_png, content_of, read_gif
from carriers.adapters.ups.letters import character_set
from carriers.adapters.ups.tracking import meaning_of
from carriers.conformance.kit import CarrierConformance
from carriers.conformance.recordings import faults_in, recordings_of
from carriers.conformance.samples import (
    BOOKED,
    BOOKINGS,
    DUTIES,
    INVOICE,
    POINTS,
    RATES,
    account_for,
)
from carriers.sending import Sender
from carriers.tracking import STAGES, STATUSES
from carriers.wire import Ask
from data.model.consignment import Parcel
from data.model.money import money
from data.model.places import Place

RECORDINGS = recordings_of(MANIFEST)
WHITE, BLACK = (255, 255, 255), (0, 0, 0)
OF_ANOTHER_PROGRAM = (
    "R0lGODdhGAAYAIEAAP///wAAAAAAAAAAACwAAAAAGAAYAAAIaAADABhIsKDBgwQFJiyocGBDAA8DRGRIcSHE"
    "hhMtOjSYcaPGgw8RiuwIsaJHjRJNlrQYEaPKkCRJijw5k2ZMlStPpvyoMKbLjzmDyqyJ86VRoDcdZkyqFOlR"
    "mkRnMhWKcyrGnk+FBggIADs="
)
"""A GIF of 24 × 24 dots, written by Pillow: a diagonal and the places where x·y ends on 1 or 6."""


@pytest.fixture
def ups() -> Ups:
    return Ups(account_for(MANIFEST))


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda each: each.title)
def test_it_asks_and_reads_as_recorded(recording, ups):
    assert faults_in(recording, ups) == []


def booked(name: str, **changes: Any) -> BookingRequest:
    """A sample to buy, with its shipment changed."""
    request = replace(BOOKINGS[name], service="65")
    return replace(request, shipment=replace(request.shipment, **changes))


def sent(ask: Ask) -> Any:
    return json.loads(ask.body or b"null")


def shipped(ups: Ups, request: BookingRequest) -> Mapping[str, Any]:
    found: Mapping[str, Any] = sent(ups.ask_booking(request))["ShipmentRequest"]["Shipment"]
    return found


def pointers(ups: Ups, request: BookingRequest) -> list[str]:
    """The fields for which a purchase is refused before it is sent."""
    with pytest.raises(RequestRejected) as caught:
        ups.ask_booking(request)
    assert (caught.value.code, caught.value.sent) == ("validation", False)
    return [fault.pointer for fault in caught.value.faults]


# ---- the wire


def test_the_sandbox_is_another_host():
    ups = Ups(account_for(MANIFEST, test=True))
    for ask in (ups.ask_token("oauth"), *ups.ask_rates(RATES["heavy_de_to_us"])):
        assert ask.url.startswith("https://wwwcie.ups.com/")


def test_the_same_purchase_has_the_same_transaction_number_and_another_has_another(ups):
    one = ups.ask_booking(booked("domestic_gb"))
    other = ups.ask_booking(replace(booked("domestic_gb"), reference="TWX"))
    assert one == ups.ask_booking(booked("domestic_gb"))
    assert one.headers["transId"] != other.headers["transId"]
    assert len(one.headers["transId"]) == 32


def test_a_token_is_fetched_once_and_sent_with_what_follows(ups):
    asked: list[Ask] = []

    def wire(ask: Ask, seconds: float) -> Answer:
        asked.append(ask)
        body = {"access_token": "t", "expires_in": "14399"} if "oauth" in ask.url else {}
        return Answer(200, body=json.dumps(body).encode())

    sender = Sender(wire, ups)
    for number in ("1ZCANARY01", "1ZCANARY02"):
        sender.send(ups.ask_tracking((number,)), 5.0)
    assert [ask.headers.get("Authorization") for ask in asked][1:] == ["Bearer t", "Bearer t"]
    assert asked[0].headers["Authorization"].startswith("Basic ")


# ---- prices


def test_a_second_question_with_duty_paid_is_asked_across_a_border_only(ups):
    berlin, paris = Place("DE", None, "10115", "Berlin"), Place("FR", None, "75011", "Paris")
    within = replace(RATES["heavy_de_to_us"], ship_from=berlin, ship_to=paris)
    assert len(ups.ask_rates(within)) == 1
    payments = [
        [
            each["Type"]
            for each in sent(ask)["RateRequest"]["Shipment"]["PaymentDetails"]["ShipmentCharge"]
        ]
        for ask in ups.ask_rates(RATES["heavy_de_to_us"])
    ]
    assert payments == [["01"], ["01", "02"]]


def test_weights_and_sizes_are_never_rounded_down(ups):
    request = replace(
        RATES["pounds_us_to_ca"],
        parcels=(Parcel(Decimal("0.908"), (Decimal("25.41"), Decimal(1), Decimal(1))),),
    )
    package = sent(ups.ask_rates(request)[0])["RateRequest"]["Shipment"]["Package"][0]
    assert package["PackageWeight"]["Weight"] == "2.1"
    assert package["Dimensions"]["Length"] == "11"


def rated(
    service: str, total: str, negotiated: str | None = None, unit: str = "USD"
) -> dict[str, Any]:
    shipment: dict[str, Any] = {
        "Service": {"Code": service},
        "BaseServiceCharge": {"CurrencyCode": unit, "MonetaryValue": total},
        "TotalCharges": {"CurrencyCode": unit, "MonetaryValue": total},
    }
    if negotiated is not None:
        own = {"CurrencyCode": unit, "MonetaryValue": negotiated}
        shipment["NegotiatedRateCharges"] = {"TotalCharge": own, "BaseServiceCharge": [own]}
    return shipment


def answered(*shipments: dict[str, Any]) -> Answer:
    return Answer(200, body=json.dumps({"RateResponse": {"RatedShipment": shipments}}).encode())


def offers(ups: Ups, *answers: Answer) -> Any:
    return ups.read_rates(RATES["two_tees_us_to_de"], answers)


def test_a_fee_is_the_difference_of_like_with_like_only(ups):
    (mixed,) = offers(ups, answered(rated("65", "90.00", "60.00")), answered(rated("65", "95.00")))
    assert mixed.ddp_fee is None
    (same,) = offers(ups, answered(rated("65", "90.00")), answered(rated("65", "95.00")))
    assert same.ddp_fee.minimum == money("5.00", "USD")


def test_a_second_answer_that_cannot_be_read_costs_the_fee_and_not_the_offer(ups):
    (offer,) = offers(ups, answered(rated("65", "90.00")), Answer(502, body=b"<html>"))
    assert offer.ddp_fee is None


def test_a_fee_of_nought_says_that_ups_named_none(ups):
    (offer,) = offers(ups, answered(rated("65", "90.00")), answered(rated("65", "90.00")))
    assert "its bill may have one" in offer.ddp_fee.working


def test_what_costs_nothing_is_not_offered(ups):
    found = offers(ups, answered(rated("65", "0.00"), rated("08", "9.00")))
    assert [offer.service for offer in found] == ["08"]


def test_a_service_rated_twice_is_offered_once_at_the_lower_price(ups):
    (offer,) = offers(
        ups, answered(rated("65", "90.00"), rated("65", "80.00"), rated("65", "85.00"))
    )
    assert offer.price == money("80.00", "USD")


def test_a_service_that_is_in_no_table_keeps_its_code(ups):
    (offer,) = offers(ups, answered(rated("Z9", "90.00")))
    assert (offer.service, offer.parts[0].name) == ("Z9", "Freight (UPS service Z9)")


def test_an_arrival_before_the_parcels_are_ready_is_no_arrival(ups):
    late = rated("65", "90.00") | {
        "TimeInTransit": {
            "ServiceSummary": {
                "EstimatedArrival": {"Arrival": {"Date": "20261119"}, "BusinessDaysInTransit": "2"}
            }
        }
    }
    (offer,) = offers(ups, answered(late))
    assert offer.transit is None


# ---- borders and addresses


@pytest.mark.parametrize(
    ("origin", "destination", "crosses"),
    [
        (Place("DE"), Place("FR"), False),
        (Place("DE"), Place("GB", postal_code="LS1 4AP"), True),
        (Place("DE"), Place("GB", "NIR", "BT1 5GS"), False),
        (Place("GB", None, "LS1 4AP"), Place("GB", "NIR", "BT1 5GS"), True),
        (Place("GB", "NIR", "BT1 5GS"), Place("GB", None, "LS1 4AP"), False),
        (Place("ES", None, "28013"), Place("ES", None, "35001"), True),
        (Place("US"), Place("PR"), False),
        (Place("PR"), Place("CA"), True),
        (Place("CH"), Place("LI"), False),
        (Place("JP"), Place("DE"), True),
    ],
)
def test_papers_are_for_goods_that_are_imported(origin, destination, crosses):
    assert crosses_border(origin, destination, date(2026, 11, 20)) is crosses


def test_a_long_line_is_broken_at_a_word_and_lines_are_joined_only_when_they_must_be():
    assert street_lines(("Résidence des Grands Chênes, escalier 9", "Porte 4")) == [
        "Résidence des Grands Chênes,",
        "escalier 9",
        "Porte 4",
    ]
    assert street_lines(("Flat 9", "99/F", "Sample Mansion", "999 Canton Row")) == [
        "Flat 9, 99/F, Sample Mansion, 999",
        "Canton Row",
    ]


def test_what_does_not_fit_is_refused_with_its_field_and_never_cut(ups):
    buyer = BOOKINGS["two_tees_us_to_de_dap"].shipment.consignee
    wrong = replace(
        buyer,
        company="A company whose name has more than thirty-five letters",
        street=("x" * 36,),
        phone=None,
        place=replace(buyer.place, city="Llanfairpwllgwyngyllgogerychwyrndrobwll"),
    )
    assert pointers(ups, booked("two_tees_us_to_de_dap", consignee=wrong)) == [
        "/consignee/company",
        "/consignee/street/0",
        "/consignee/city",
        "/consignee/phone",
    ]


def test_a_state_is_needed_in_the_states_and_left_out_in_britain(ups):
    buyer = BOOKINGS["two_parcels_gb_to_us"].shipment.consignee
    nowhere = replace(buyer, place=replace(buyer.place, region=None))
    assert pointers(ups, booked("two_parcels_gb_to_us", consignee=nowhere)) == ["/consignee/region"]
    belfast = Place("GB", "NIR", "BT1 5GS", "Belfast")
    asked = ups.ask_rates(replace(RATES["two_parcels_cn_to_gb"], ship_to=belfast))[0]
    to = sent(asked)["RateRequest"]["Shipment"]["ShipTo"]["Address"]
    assert to == {"City": "Belfast", "PostalCode": "BT1 5GS", "CountryCode": "GB"}


def test_a_postcode_loses_its_blanks_only_where_ups_has_no_room_for_them(ups):
    buyer = BOOKINGS["two_parcels_gb_to_us"].shipment.consignee
    plus_four = replace(buyer, place=replace(buyer.place, postal_code="97205-1234"))
    to = shipped(ups, booked("two_parcels_gb_to_us", consignee=plus_four))["ShipTo"]["Address"]
    assert to["PostalCode"] == "972051234"


def test_a_label_names_the_letters_of_its_addresses(ups):
    buyer = BOOKINGS["domestic_gb"].shipment.consignee
    lodz = replace(buyer, place=Place("PL", None, "90-001", "Łódź"), street=("Piotrkowska 990",))
    asked = sent(ups.ask_booking(booked("gift_gb_to_de_ioss", consignee=lodz)))
    assert asked["ShipmentRequest"]["LabelSpecification"]["CharacterSet"] == "pol"
    assert character_set(["Αθήνα"]) == "ell"
    assert character_set(["Москва"]) == "rus"


def test_letters_that_no_one_set_has_together_are_refused(ups):
    buyer = BOOKINGS["gift_gb_to_de_ioss"].shipment.consignee
    greek, polish = replace(buyer, name="Αθηνά"), BOOKINGS["domestic_gb"].shipment.consignor
    request = booked("gift_gb_to_de_ioss", consignee=greek, consignor=replace(polish, name="Łucja"))
    assert pointers(ups, request) == ["/consignee"]


# ---- purchases


def test_duty_is_billed_to_the_shipper_only_when_the_terms_say_so_and_a_border_is_crossed(ups):
    def payers(request: BookingRequest) -> list[str]:
        charges = shipped(ups, request)["PaymentInformation"]["ShipmentCharge"]
        return [each["Type"] for each in charges]

    assert payers(booked("two_tees_us_to_de_ddp")) == ["01", "02"]
    assert payers(booked("two_tees_us_to_de_dap")) == ["01"]
    assert payers(booked("domestic_gb", terms="DDP")) == ["01"]


def test_lines_less_the_discount_are_the_value_of_the_goods(ups):
    request = booked("two_parcels_gb_to_us")
    form = shipped(ups, request)["ShipmentServiceOptions"]["InternationalForms"]
    lines = sum(
        int(each["Unit"]["Number"]) * Decimal(each["Unit"]["Value"]) for each in form["Product"]
    )
    assert lines - Decimal(form["Discount"]["MonetaryValue"]) == request.shipment.goods.amount


def test_a_commodity_code_keeps_every_digit_and_loses_its_dots(ups):
    tea = replace(BOOKINGS["no_postcode_gb_to_hk"].shipment.items[0], hs_code="0902.10.00.10")
    form = shipped(ups, booked("no_postcode_gb_to_hk", items=(tea,)))["ShipmentServiceOptions"]
    assert form["InternationalForms"]["Product"][0]["CommodityCode"] == "0902100010"


def test_an_invoice_that_cannot_be_printed_is_refused_line_by_line(ups):
    item = BOOKINGS["two_tees_us_to_de_dap"].shipment.items[0]
    wrong = replace(
        item, description=None, hs_code="61", country_of_origin=None, unit_price=money("0", "USD")
    )
    assert pointers(ups, booked("two_tees_us_to_de_dap", items=(item, wrong))) == [
        "/items/1/description",
        "/items/1/hs_code",
        "/items/1/country_of_origin",
        "/items/1/unit_price",
    ]


def test_a_charge_with_three_decimals_is_refused_where_ups_takes_two(ups):
    dinars = replace(
        BOOKINGS["two_tees_us_to_de_dap"].shipment.items[0], unit_price=money("7.125", "KWD")
    )
    request = booked("two_tees_us_to_de_dap", items=(dinars,), freight=money("1.250", "KWD"))
    assert shipped(ups, request)["ShipmentServiceOptions"]
    odd = booked("two_tees_us_to_de_dap", items=(dinars,), freight=money("1.255", "KWD"))
    assert pointers(ups, odd) == ["/freight"]


def test_an_uploaded_invoice_takes_the_place_of_the_one_that_ups_makes(ups):
    def forms(*papers: Paper) -> Any:
        request = replace(booked("two_tees_us_to_de_ddp"), papers=papers)
        return shipped(ups, request)["ShipmentServiceOptions"]["InternationalForms"]

    assert forms(INVOICE)["FormType"] == ["01"]
    uploaded = forms(replace(INVOICE, id="2026-11-20-09.00.00.000001"))
    assert uploaded["FormType"] == ["07"]
    assert uploaded["UserCreatedForm"] == {"DocumentID": ["2026-11-20-09.00.00.000001"]}
    assert forms(Paper("packing_list", "pdf", b"x", "id"))["FormType"] == ["01", "07"]


def test_within_the_states_references_stand_on_the_packages(ups):
    shop = BOOKINGS["two_tees_us_to_de_dap"].shipment.consignor
    buyer = BOOKINGS["two_parcels_gb_to_us"].shipment.consignee
    found = shipped(ups, booked("two_parcels_gb_to_us", consignor=shop, consignee=buyer))
    assert "ReferenceNumber" not in found
    for package in found["Package"]:
        assert package["ReferenceNumber"][0]["Value"] == "TW000000000000000003"


def test_from_the_states_to_canada_the_value_stands_on_the_shipment_in_whole_dollars(ups):
    buyer = BOOKINGS["two_tees_us_to_de_dap"].shipment.consignee
    canadian = replace(buyer, place=Place("CA", "ON", "M5V 2T6", "Toronto"))
    item = replace(
        BOOKINGS["two_tees_us_to_de_dap"].shipment.items[0], unit_price=money("24.10", "USD")
    )
    found = shipped(ups, booked("two_tees_us_to_de_dap", consignee=canadian, items=(item,)))
    assert found["InvoiceLineTotal"] == {"CurrencyCode": "USD", "MonetaryValue": "49"}


def test_zpl_labels_have_one_size(ups):
    request = replace(booked("domestic_gb"), label_format="zpl", label_size="A6")
    assert pointers(ups, request) == ["/label_size"]


def test_a_description_of_the_goods_names_what_fits_and_counts_the_rest(ups):
    item = BOOKINGS["two_tees_us_to_de_dap"].shipment.items[0]
    many = tuple(replace(item, id=str(n), description=f"Article of kind {n}") for n in range(9))
    assert goods_in_brief(booked("domestic_gb", items=many).shipment) == (
        "Article of kind 0, Article of kind 1 and 7 more"
    )


@pytest.mark.parametrize(
    "body", [{}, {"ShipmentResponse": []}, {"ShipmentResponse": {"Response": {}}}, []]
)
def test_a_purchase_whose_answer_is_hollow_may_have_been_made(ups, body):
    with pytest.raises(CarrierUnavailable) as caught:
        ups.read_booking(booked("domestic_gb"), Answer(200, body=json.dumps(body).encode()))
    assert (caught.value.code, caught.value.sent) == ("bad_reply", True)


# ---- papers


def test_a_paper_is_pushed_to_a_shipment_once_it_has_a_name(ups):
    shipment = booked("two_tees_us_to_de_ddp").shipment
    (upload,) = ups.ask_upload(shipment, INVOICE, BOOKED)
    assert upload.url.endswith("/upload")
    (push,) = ups.ask_upload(shipment, replace(INVOICE, id="the-name"), BOOKED)
    asked = sent(push)["PushToImageRepositoryRequest"]
    assert asked["FormsHistoryDocumentID"] == {"DocumentID": ["the-name"]}
    assert asked["ShipmentIdentifier"] == BOOKED.carrier_id
    answer = {"PushToImageRepositoryResponse": {"FormsGroupID": "the-group"}}
    named = ups.read_upload(INVOICE, (Answer(200, body=json.dumps(answer).encode()),))
    assert named == "the-group"


def test_a_paper_above_ten_megabytes_is_refused(ups):
    large = Paper("other", "pdf", b"x" * (10 * 1024 * 1024 + 1))
    with pytest.raises(RequestRejected):
        ups.ask_upload(booked("domestic_gb").shipment, large, None)


# ---- duties


def test_duties_within_a_country_are_not_asked_for(ups):
    request = replace(DUTIES["two_tees_us_to_de"], shipment=booked("domestic_gb").shipment)
    with pytest.raises(RequestRejected) as caught:
        ups.ask_duties(request)
    assert caught.value.code == "unsupported"


def test_a_discounted_line_is_declared_at_what_was_paid(ups):
    commodities = sent(ups.ask_duties(DUTIES["two_parcels_gb_to_us"]))["shipment"]["shipmentItems"]
    assert [(each["quantity"], each["priceEach"]) for each in commodities] == [(2, 24.0), (3, 9)]


def test_a_line_without_origin_or_any_name_is_refused(ups):
    item = replace(
        BOOKINGS["two_tees_us_to_de_dap"].shipment.items[0],
        country_of_origin=None,
        hs_code=None,
        description=None,
    )
    shipment = booked("two_tees_us_to_de_dap", items=(item,)).shipment
    with pytest.raises(RequestRejected) as caught:
        ups.ask_duties(replace(DUTIES["two_tees_us_to_de"], shipment=shipment))
    assert [fault.pointer for fault in caught.value.faults] == [
        "/items/0/country_of_origin",
        "/items/0/hs_code",
    ]


def test_a_line_that_ups_left_out_of_its_answer_is_not_calculable(ups):
    line = {
        "commodityId": "1",
        "commodityDuty": 1,
        "commodityVAT": 2,
        "isCalculable": True,
        "hsCode": "6109100012",
    }
    body = {"shipment": {"currencyCode": "GBP", "grandTotal": 3, "shipmentItems": [line]}}
    answer = Answer(200, body=json.dumps(body).encode())
    quote = ups.read_duties(DUTIES["two_parcels_gb_to_us"], answer)
    assert [item.calculable for item in quote.items] == [True, False]
    assert quote.total is None


# ---- tracking


def test_the_table_uses_only_words_that_everybody_knows():
    for row in rows().values():
        assert row.field.format(**FORWARD).startswith("/") or row.field == ""
    for kind, code, detail in (("M", "MP", ""), ("D", "KB", ""), ("I", "OF", ""), ("", "", "058")):
        meaning = meaning_of(kind, code, detail)
        assert meaning is not None
        assert meaning.status in STATUSES
        assert meaning.stage in (None, *STAGES)


@pytest.mark.parametrize(
    ("activity", "status"),
    [
        (("D", "KB", "011"), "delivered"),
        (("D", "OF", ""), "out_for_delivery"),
        (("D", "Q9", ""), None),
        (("D", "KB", "034"), "returned"),
        (("M", "Q9", ""), "info_received"),
        (("MV", "Q9", ""), "cancelled"),
        (("X", "Q9", "058"), "customs"),
        (("X", "Q9", ""), None),
        (("I", "Q9", "012"), "customs"),
    ],
)
def test_only_what_is_in_the_table_means_something(activity, status):
    meaning = meaning_of(*activity)
    assert (meaning.status if meaning else None) == status


@pytest.mark.parametrize("number", ["", "123456", "1" * 35])
def test_what_can_be_no_number_is_not_asked_for(ups, number):
    with pytest.raises(RequestRejected) as caught:
        ups.ask_tracking((number,))
    assert (caught.value.code, caught.value.sent) == ("not_found", False)


def test_a_moment_is_read_from_greenwich_however_its_clock_is_written(ups):
    def at(**fields: str) -> str:
        activity = {"status": {"type": "I", "code": "AR"}, "date": "20261122", **fields}
        package = {"package": [{"activity": [activity]}]}
        body = {"trackResponse": {"shipment": [package]}}
        (way,) = ups.read_tracking(("1ZCANARY01",), Answer(200, body=json.dumps(body).encode()))
        return str(way.events[0].at.isoformat())

    assert (
        at(gmtDate="20261122", gmtTime="43000", gmtOffset="+01:00") == "2026-11-22T05:30:00+01:00"
    )
    assert at(gmtDate="20261122", gmtTime="04:30:00") == "2026-11-22T04:30:00+00:00"
    assert at(time="053000", gmtOffset="+01:00") == "2026-11-22T05:30:00+01:00"
    assert at(time="053000", gmtOffset="odd") == "2026-11-22T05:30:00+00:00"


# ---- points


def test_a_place_without_city_and_postcode_has_no_points(ups):
    with pytest.raises(RequestRejected):
        ups.ask_points(replace(POINTS["pick_up_berlin"], near=Place("DE")))


def test_no_more_points_are_given_than_were_asked_for(ups):
    for recording in RECORDINGS:
        if recording.title == "points/two_shops":
            one = replace(POINTS["pick_up_berlin"], limit=1)
            assert len(ups.read_points(one, recording.answers[0])) == 1


# ---- labels


def gif(width: int, height: int, dots: list[int], *, interlaced: bool = False) -> bytes:
    """A black and white GIF whose codes never grow: it clears its table before they would."""
    rows = [dots[row * width : (row + 1) * width] for row in range(height)]
    if interlaced:
        order = [
            r
            for first, step in ((0, 8), (4, 8), (2, 4), (1, 2))
            for r in range(first, height, step)
        ]
        rows = [rows[place] for place in order]
    held = fill = 0
    packed = bytearray()
    codes = [4]
    for count, dot in enumerate(dot for row in rows for dot in row):
        codes += [4, dot] if count and not count % 2 else [dot]
    for code in [*codes, 5]:
        held |= code << fill
        fill += 3
        while fill >= 8:
            packed.append(held & 255)
            held >>= 8
            fill -= 8
    packed.append(held & 255)
    pieces = [bytes(packed[at : at + 255]) for at in range(0, len(packed), 255)]
    return (
        b"GIF89a"
        + struct.pack("<HHBBB", width, height, 0x80, 0, 0)
        + bytes((*WHITE, *BLACK))
        + b"\x21\xf9\x04\0\0\0\0\0"
        + b"\x2c"
        + struct.pack("<HHHHB", 0, 0, width, height, 0x40 if interlaced else 0)
        + b"\x02"
        + b"".join(bytes([len(piece)]) + piece for piece in pieces)
        + b"\0\x3b"
    )


def drawn(width: int, height: int, used: int) -> list[int]:
    """Stripes up to a column, white after it."""
    return [int(x < used and (x + y) % 3 == 0) for y in range(height) for x in range(width)]


@pytest.mark.parametrize("interlaced", [False, True])
def test_a_picture_is_read_dot_for_dot(interlaced):
    dots = drawn(37, 21, 30)
    picture = read_gif(gif(37, 21, dots, interlaced=interlaced))
    assert list(b"".join(picture.rows)) == dots
    assert picture.palette == bytes((*WHITE, *BLACK))


def test_codes_that_grow_are_read_too():
    picture = read_gif(base64.b64decode(OF_ANOTHER_PROGRAM))
    black = [int((x * y) % 5 == 1 or x == y) for y in range(24) for x in range(24)]
    seen = [picture.palette[3 * dot : 3 * dot + 3] for dot in b"".join(picture.rows)]
    assert seen == [bytes(BLACK if dot else WHITE) for dot in black]


def test_a_png_has_the_same_dots():
    dots = drawn(20, 10, 18)
    png = as_png(read_gif(gif(20, 10, dots)))
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at = png.index(b"IDAT")
    (length,) = struct.unpack(">I", png[at - 4 : at])
    plain = zlib.decompress(png[at + 4 : at + 4 + length])
    assert [value for row in range(10) for value in plain[21 * row + 1 : 21 * row + 21]] == dots


def test_a_lying_label_is_turned_upright_in_its_true_size_without_its_white_end():
    picture = read_gif(gif(1400, 8, drawn(1400, 8, 1190)))
    pdf = as_pdf(picture, (288, 432))
    assert b"/MediaBox[0 0 288 432]" in pdf
    assert b"/Width 8/Height 1200" in pdf
    assert b"q 2.880 0 0 432.000 0 0.000 cm" in pdf
    assert pdf.endswith(b"%%EOF\n")


def test_a_label_that_fills_its_length_is_made_smaller_and_not_cut():
    pdf = as_pdf(read_gif(gif(1400, 8, drawn(1400, 8, 1400))), (288, 432))
    assert b"/Width 8/Height 1400" in pdf
    assert b"432.000 0 0.000 cm" in pdf


@pytest.mark.parametrize(
    "image", ["", "!!", base64.b64encode(b"GIF89a").decode(), base64.b64encode(b"<html>").decode()]
)
@pytest.mark.parametrize("wanted", ["pdf", "png", "zpl"])
def test_what_is_no_label_is_not_passed_on_as_one(image, wanted):
    with pytest.raises(CarrierUnavailable) as caught:
        content_of(image, wanted, "4x6in")
    assert caught.value.code == bad_reply("").code


def test_no_secret_is_shown(ups):
    account: Account = account_for(MANIFEST)
    assert account["client_secret"] not in repr(ups)
    assert account["client_secret"] not in repr(ups.ask_token("oauth"))


class TestThePromises(CarrierConformance):
    manifest = MANIFEST
