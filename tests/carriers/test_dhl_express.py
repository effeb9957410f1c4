"""DHL Express, where the recordings say nothing: borders, sums, hours, what is refused unsent."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib import import_module

import pytest

from carriers import Answer, BookingRequest, Paper, RateRequest, RequestRejected
from carriers.adapters.dhl_express import MANIFEST
from carriers.adapters.dhl_express.errors import content
from carriers.adapters.dhl_express.goods import packages_of, summary
from carriers.adapters.dhl_express.zones import last_offset, only_offset
from carriers.conformance import samples
from carriers.conformance.kit import CarrierConformance
from carriers.conformance.recordings import faults_in, recordings_of
from carriers.errors import CarrierError
from carriers.tracking import codes_of
from data.model.consignment import GoodsItem, Parcel
from data.model.money import money
from data.model.places import Place

ON = date(2026, 11, 20)
DHL = samples.adapter_for(MANIFEST, "rates")
ORDER = samples.BOOKINGS["two_tees_us_to_de_ddp"]
MODULES = ("errors", "goods", "points", "rates", "service", "tracking")


def asked(ask):
    return json.loads(ask.body, parse_float=Decimal)


def order(**changes) -> BookingRequest:
    return replace(ORDER, service="P", shipment=replace(ORDER.shipment, **changes))


def refusal(act) -> RequestRejected:
    with pytest.raises(RequestRejected) as caught:
        act()
    assert caught.value.sent is False
    return caught.value


def pointers(error) -> list[str]:
    return [fault.pointer for fault in error.faults]


@pytest.mark.parametrize("recording", recordings_of(MANIFEST), ids=lambda each: each.title)
def test_every_recording_is_asked_and_read_as_it_says(recording):
    assert faults_in(recording, DHL) == []


@pytest.mark.parametrize("name", [*MODULES, "zones"])
def test_the_examples_in_the_docstrings_hold(name):
    import doctest

    module = import_module(f"carriers.adapters.dhl_express.{name}")
    assert doctest.testmod(module).failed == 0


class TestThePromises(CarrierConformance):
    manifest = MANIFEST


def test_the_sandbox_is_another_path_on_the_same_host():
    account = samples.account_for(MANIFEST, test=True)
    adapter = samples.adapter_for(MANIFEST, "rates", account)
    (ask, _) = adapter.ask_rates(samples.RATES["two_tees_us_to_de"])
    assert ask.url == "https://express.api.dhl.com/mydhlapi/test/rates"


# --- borders


def test_inside_the_union_one_question_is_asked_and_nothing_is_declared():
    paris = Place("FR", None, "75011", "Paris")
    request = replace(samples.RATES["heavy_de_to_us"], ship_to=paris)
    (ask,) = DHL.ask_rates(request)
    assert asked(ask)["isCustomsDeclarable"] is False
    assert "monetaryAmount" not in asked(ask)


def test_duty_paid_at_home_takes_no_service_and_no_account_for_duty():
    shipment = replace(samples.BOOKINGS["domestic_gb"].shipment, terms="DDP")
    body = asked(DHL.ask_booking(replace(ORDER, papers=(), service="N", shipment=shipment)))
    assert "valueAddedServices" not in body
    assert [account["typeCode"] for account in body["accounts"]] == ["shipper", "payer"]


# --- hours


def test_a_country_with_one_time_has_its_summer_and_winter():
    summer, winter = datetime(2026, 7, 1, 12), datetime(2026, 12, 1, 12)
    assert only_offset("GB", summer).utcoffset(None) == timedelta(hours=1)
    assert only_offset("GB", winter).utcoffset(None) == timedelta(0)


def test_a_country_with_several_times_has_none_and_hands_over_by_its_last():
    noon = datetime(2026, 11, 20, 12)
    assert only_offset("CA", noon) is None
    assert last_offset("CA", noon).utcoffset(None) == timedelta(hours=-8)
    assert last_offset("QQ", noon) is UTC


def test_prices_and_labels_spell_the_moment_differently():
    (first, _) = DHL.ask_rates(samples.RATES["heavy_de_to_us"])
    assert asked(first)["plannedShippingDateAndTime"] == "2026-11-20T08:00:00GMT+01:00"
    body = asked(
        DHL.ask_booking(order(consignor=samples.BOOKINGS["return_de_to_us"].shipment.consignor))
    )
    assert body["plannedShippingDateAndTime"] == "2026-11-20T08:00:00 GMT+01:00"


def test_a_shipment_that_is_estimated_for_a_country_with_several_times_is_estimated_in_utc():
    shipment = {
        "shipmentTrackingNumber": "1",
        "events": [],
        "receiverDetails": {"postalAddress": {"countryCode": "US"}},
        "estimatedDeliveryDate": "2026-11-25T23:59:00",
    }
    (way,) = DHL.read_tracking(
        ("1",), Answer(200, body=json.dumps({"shipments": [shipment]}).encode())
    )
    assert way.estimated == datetime(2026, 11, 25, 23, 59, tzinfo=UTC)


def test_only_two_of_the_documented_codes_say_delivered():
    codes = codes_of("carriers.adapters.dhl_express")
    delivered = {code for code, meaning in codes.items() if meaning.status == "delivered"}
    assert delivered == {"OK", "DD"}
    assert len(codes) == 62  # DHL's reference data of tracking events


# --- addresses


def test_two_lines_of_61_characters_are_more_than_three_of_45():
    request = samples.BOOKINGS["long_lines_de_to_fr_accents"]
    assert pointers(refusal(lambda: DHL.ask_booking(request))) == ["/consignee/street/0"]


def street_of(*street: str) -> str:
    consignee = replace(ORDER.shipment.consignee, street=street)
    body = asked(DHL.ask_booking(order(consignee=consignee)))
    address = body["customerDetails"]["receiverDetails"]["postalAddress"]
    lines = [address[name] for name in sorted(address) if name.startswith("addressLine")]
    assert max(map(len, lines)) <= 45
    return "|".join(lines)


def test_a_line_is_wrapped_and_nothing_is_lost():
    text = street_of("Haus der hundert hohen Fenster, Aufgang links, dritter Stock", "Hinterhof")
    assert text == "Haus der hundert hohen Fenster, Aufgang|links, dritter Stock|Hinterhof"


def test_japanese_breaks_anywhere():
    assert street_of("東" * 100).replace("|", "") == "東" * 100


@pytest.mark.parametrize("street", [("x" * 46,), ("word " * 40,), ("a" * 45,) * 4])
def test_a_street_that_does_not_fit_is_refused_and_not_cut(street):
    error = refusal(lambda: street_of(*street))
    assert error.code == "validation"
    assert error.faults[0].pointer == "/consignee/street/0"
    assert "3 lines of 45 characters" in error.faults[0].detail


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"phone": None}, "/consignee/phone"),
        ({"street": ()}, "/consignee/street"),
        ({"place": Place("DE", None, "10115")}, "/consignee/city"),
        ({"place": Place("DE", None, "1" * 13, "Berlin")}, "/consignee/postal_code"),
        ({"company": "x" * 101}, "/consignee/company"),
    ],
)
def test_what_dhl_needs_of_a_party_is_named_with_its_field(changes, pointer):
    request = order(consignee=replace(ORDER.shipment.consignee, **changes))
    assert pointers(refusal(lambda: DHL.ask_booking(request))) == [pointer]


def test_a_price_without_a_city_is_refused():
    request = replace(samples.RATES["heavy_de_to_us"], ship_to=Place("US", "AK", "99501"))
    assert pointers(refusal(lambda: DHL.ask_rates(request))) == ["/ship_to/city"]


def test_a_price_without_weights_is_refused():
    error = refusal(lambda: DHL.ask_rates(samples.RATES["no_weights_us_to_de"]))
    assert (error.code, pointers(error)) == ("validation", ["/parcels"])


def test_a_province_of_one_letter_is_left_out():
    buenos_aires = Place("AR", "C", "C1002", "Buenos Aires")
    (ask, _) = DHL.ask_rates(replace(samples.RATES["heavy_de_to_us"], ship_to=buenos_aires))
    assert "provinceCode" not in asked(ask)["customerDetails"]["receiverDetails"]


# --- goods


CUPS = {"description": "Cups", "country_of_origin": "PT"}


def item(price: str, pieces: int, unit: str = "EUR", **more) -> GoodsItem:
    return GoodsItem("1", pieces, money(price, unit), **more)


def test_a_line_that_does_not_divide_is_declared_as_two_and_the_sums_agree():
    goods = item("10.00", 3, discount=Decimal("10.00"), unit_weight=Decimal("0.2"), **CUPS)
    body = asked(DHL.ask_booking(order(items=(goods,), freight=None, insurance=None)))
    lines = body["content"]["exportDeclaration"]["lineItems"]
    assert [(line["quantity"]["value"], line["price"]) for line in lines] == [
        (2, Decimal("6.67")),
        (1, Decimal("6.66")),
    ]
    assert sum(line["quantity"]["value"] * line["price"] for line in lines) == goods.price
    assert body["content"]["declaredValue"] == goods.price


def test_a_fault_in_a_split_line_points_at_the_item():
    goods = (
        item("10.00", 3, discount=Decimal("10.00"), **CUPS),
        item("5.00", 1, description="Jug", country_of_origin="PT"),
    )
    shipment = replace(
        ORDER.shipment,
        items=tuple(replace(each, unit_weight=Decimal("0.2")) for each in goods),
        freight=None,
        insurance=None,
    )
    detail = "#/content/exportDeclaration/lineItems/2/description: expected maxLength: 512"
    answer = Answer(422, body=json.dumps({"detail": detail, "status": "422"}).encode())
    with pytest.raises(RequestRejected) as caught:
        DHL.read_booking(replace(ORDER, shipment=shipment), answer)
    assert pointers(caught.value) == ["/items/1/description"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"description": None}, "/items/0/description"),
        ({"country_of_origin": None}, "/items/0/country_of_origin"),
        ({"hs_code": "1" * 19}, "/items/0/hs_code"),
    ],
)
def test_what_customs_need_of_an_item_is_named(changes, pointer):
    request = order(items=(replace(ORDER.shipment.items[0], **changes),))
    assert pointer in pointers(refusal(lambda: DHL.ask_booking(request)))


def test_a_code_keeps_its_leading_zero_and_its_ten_digits():
    body = asked(DHL.ask_booking(samples.BOOKINGS["no_postcode_gb_to_hk"]))
    (line,) = body["content"]["exportDeclaration"]["lineItems"]
    codes = {each["typeCode"]: each["value"] for each in line["commodityCodes"]}
    assert codes == {"outbound": "090210", "inbound": "0902100010"}


def test_weights_and_sizes_are_rounded_up_only():
    (package,) = packages_of(
        (Parcel(Decimal("0.90718474"), (Decimal("10.16"),) * 3),), numbered=False
    )
    assert package["weight"] == Decimal("0.908")
    assert package["dimensions"]["length"] == Decimal("10.16")


def test_the_label_names_a_summary_of_many_goods():
    many = tuple(
        replace(ORDER.shipment.items[0], description=f"Article no. {n}") for n in range(20)
    )
    text = summary(many)
    assert len(text) <= 70
    assert text == "Article no. 0, Article no. 1, Article no. 2, Article no. 3…"
    assert summary((replace(many[0], description="x" * 80),)) == "x" * 69 + "…"


def test_registrations_count_at_their_destination_only():
    sent = []
    for scheme in ("ioss", "no_voec", "gb_vat"):
        shipment = replace(ORDER.shipment, registrations={scheme: "NUMBER-1"})
        body = asked(DHL.ask_booking(replace(ORDER, shipment=shipment)))
        numbers = body["customerDetails"]["shipperDetails"]["registrationNumbers"]
        sent += [scheme for each in numbers if each["number"] == "NUMBER-1"]
    assert sent == ["ioss"]


def test_an_item_with_the_beginning_of_a_code_is_judged_by_the_highest_rate():
    request = samples.DUTIES["two_tees_us_to_de"]
    short = replace(request.shipment.items[0], hs_code="610910")
    ask = DHL.ask_duties(replace(request, shipment=replace(request.shipment, items=(short,))))
    assert asked(ask)["items"][0]["estimatedTariffRateType"] == "highest_rate"
    assert asked(ask)["items"][0]["commodityCode"] == "610910"


# --- labels and papers


@pytest.mark.parametrize(
    ("size", "form", "pointer"),
    [
        ("4x6in", "png", "/label_format"),
        ("A5", "pdf", "/label_size"),
        ("A4", "zpl", "/label_size"),
    ],
)
def test_a_label_that_dhl_does_not_print_is_refused(size, form, pointer):
    request = replace(ORDER, label_size=size, label_format=form)
    error = refusal(lambda: DHL.ask_booking(request))
    assert (error.code, pointers(error)) == ("unsupported", [pointer])


def test_a_paper_that_dhl_takes_on_paper_only_is_refused():
    papers = (*ORDER.papers, Paper("packing_list", "pdf", b"%PDF"))
    error = refusal(lambda: DHL.ask_booking(replace(ORDER, papers=papers)))
    assert (error.code, pointers(error)) == ("unsupported", ["/papers/1"])


def test_a_label_is_not_cancelled_and_it_is_said_what_to_do():
    for act in (
        lambda: DHL.ask_cancel(samples.BOOKED),
        lambda: DHL.read_cancel(samples.BOOKED, Answer(404)),
    ):
        error = refusal(act)
        assert error.code == "unsupported"
        assert "do not hand the parcel over" in error.reason


@pytest.mark.parametrize("booking", [None, samples.BOOKED])
def test_a_paper_for_a_purchase_from_elsewhere_is_refused(booking):
    error = refusal(lambda: DHL.ask_upload(ORDER.shipment, samples.INVOICE, booking))
    assert error.code == "unsupported"


@pytest.mark.parametrize(
    "document",
    [
        {"imageFormat": "PDF", "content": "no base64!", "typeCode": "label"},
        {"imageFormat": "GIF", "content": "", "typeCode": "label"},
        {"imageFormat": "PDF", "content": "", "typeCode": "label", "packageReferenceNumber": "x"},
        {"imageFormat": "PDF", "content": "", "typeCode": "label", "packageReferenceNumber": 99},
    ],
)
def test_a_garbled_label_may_have_been_bought(document):
    body = {"shipmentTrackingNumber": "9900000001", "documents": [document]}
    with pytest.raises(CarrierError) as caught:
        DHL.read_booking(ORDER, Answer(201, body=json.dumps(body).encode()))
    assert (caught.value.code, caught.value.sent) == ("bad_reply", True)


# --- prices and refusals


def test_a_fee_in_another_currency_than_its_price_is_no_fee():
    def answer(unit, service):
        price = {"currencyType": "BILLC", "priceCurrency": unit, "price": 30}
        line = {"name": "X", "price": 30, **({"serviceCode": "DD"} if service else {})}
        detail = {"currencyType": "BILLC", "priceCurrency": unit, "breakdown": [line]}
        product = {"productCode": "P", "totalPrice": [price], "detailedPriceBreakdown": [detail]}
        return Answer(200, body=json.dumps({"products": [product]}).encode())

    request: RateRequest = samples.RATES["two_tees_us_to_de"]
    (offer,) = DHL.read_rates(request, (answer("USD", False), answer("EUR", True)))
    assert offer.ddp_fee is None


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        ("#/content/packages/2/dimensions/length: too large", "/parcels/2/dimensions"),
        ("#/content/exportDeclaration/invoice/date: no date", "/invoice_day"),
        ("#/customerDetails/importerDetails/contactInformation/phone: missing", "/importer/phone"),
        ("#/customerDetails/receiverDetails: required key [postalAddress] not found", "/consignee"),
        ("#/customerReferences/0/value: too long", "/reference"),
        ("#/outputImageProperties/printerDPI: no", None),
        ("7008: nothing that is named", None),
    ],
)
def test_dhls_paths_are_our_fields(path, pointer):
    answer = Answer(422, body=json.dumps({"detail": path, "status": "422"}).encode())
    with pytest.raises(RequestRejected) as caught:
        content(answer, "shipment", "anything")
    assert pointers(caught.value) == ([pointer] if pointer else [])
