"""USPS is asked and read as its recordings say; what they cannot say is said here."""

import base64
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from carriers import Answer, Booking, CarrierUnavailable, RequestRejected
from carriers.adapters.usps import MANIFEST
from carriers.adapters.usps.adapter import Usps
from carriers.adapters.usps.addresses import street_lines
from carriers.adapters.usps.booking import key_of
from carriers.adapters.usps.errors import pointer_of
from carriers.adapters.usps.services import prepays_duties, product_of
from carriers.conformance import CarrierConformance
from carriers.conformance.papers import PDF
from carriers.conformance.recordings import faults_in, recordings_of
from carriers.conformance.samples import BOOKINGS, DUTIES, POINTS, RATES, account_for
from carriers.sending import Sender
from carriers.wire import Ask
from data.model.consignment import Parcel
from data.model.money import money
from data.model.places import Place

RECORDINGS = recordings_of(MANIFEST)
SERVICE = "PRIORITY_MAIL_INTERNATIONAL"


class TestUsps(CarrierConformance):
    manifest = MANIFEST


@pytest.fixture
def usps() -> Usps:
    return Usps(account_for(MANIFEST))


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda each: each.title)
def test_it_asks_and_reads_as_recorded(recording, usps):
    assert faults_in(recording, usps) == []


def booked(name: str, **changes: Any) -> Any:
    """A sample to buy, with its shipment changed."""
    request = replace(BOOKINGS[name], service=SERVICE)
    return replace(request, shipment=replace(request.shipment, **changes))


def sent(ask: Ask) -> Any:
    return json.loads(ask.body or b"null")


def refusal(act) -> RequestRejected:
    with pytest.raises(RequestRejected) as caught:
        act()
    assert not caught.value.sent
    return caught.value


def pointers(act) -> list[str]:
    return [fault.pointer for fault in refusal(act).faults]


@pytest.mark.parametrize("name", ["two_parcels_gb_to_us", "cjk_jp_to_de", "domestic_gb"])
def test_only_parcels_from_the_united_states_are_bought(name, usps):
    assert "from the United States" in refusal(lambda: usps.ask_booking(booked(name))).reason


@pytest.mark.parametrize("name", ["heavy_de_to_us", "two_parcels_cn_to_gb", "no_postcode_gb_to_hk"])
def test_only_parcels_from_the_united_states_are_priced(name, usps):
    assert refusal(lambda: usps.ask_rates(RATES[name])).code == "not_serviceable"


def test_duties_are_quoted_only_from_the_united_states(usps):
    refusal(lambda: usps.ask_duties(DUTIES["two_parcels_gb_to_us"]))


def test_a_parcel_within_the_united_states_is_not_sold_here(usps):
    shop = BOOKINGS["two_tees_us_to_de_dap"].shipment.consignor
    error = refusal(lambda: usps.ask_booking(booked("two_tees_us_to_de_dap", consignee=shop)))
    assert error.code == "unsupported"


def test_post_offices_are_in_the_united_states(usps):
    refusal(lambda: usps.ask_points(POINTS["pick_up_berlin"]))
    by_city = replace(POINTS["pick_up_portland"], near=Place("US", "OR", None, "Portland"))
    assert "city=Portland&state=OR" in usps.ask_points(by_city).url


@pytest.mark.parametrize(
    "change",
    [{"label_format": "png"}, {"label_size": "A6"}, {"is_return": True}],
    ids=["a picture", "a small page", "a return"],
)
def test_what_usps_does_not_sell_is_refused_before_asking(change, usps):
    request = replace(booked("two_tees_us_to_de_dap"), **change)
    assert refusal(lambda: usps.ask_booking(request)).code == "unsupported"


def test_two_parcels_are_two_labels(usps):
    small = BOOKINGS["two_tees_us_to_de_dap"].shipment.parcels[0]
    request = booked("two_tees_us_to_de_dap", parcels=(small, small))
    assert refusal(lambda: usps.ask_booking(request)).code == "unsupported"


def test_the_key_of_a_purchase_depends_on_our_reference_alone(usps):
    one = booked("two_tees_us_to_de_dap")
    other = replace(booked("two_tees_us_to_de_ddp"), reference=one.reference)
    keys = {usps.ask_booking(each).headers["X-Idempotency-Key"] for each in (one, other)}
    assert keys == {usps.ask_find(one).headers["X-Idempotency-Key"]} == {key_of(one.reference)}
    assert key_of("TWA") != key_of("TWB")


def test_a_lookup_asks_for_nothing_that_could_be_bought(usps):
    assert set(sent(usps.ask_find(booked("two_tees_us_to_de_dap")))) == {"imageInfo"}


def test_duty_is_prepaid_only_when_the_terms_say_so(usps):
    paid, unpaid = (
        sent(usps.ask_booking(booked("two_tees_us_to_de_dap", terms=terms)))["packageDescription"]
        for terms in ("DDP", "DAP")
    )
    assert paid["prepayDutiesTaxesFees"] is True
    assert "prepayDutiesTaxesFees" not in unpaid


@pytest.mark.parametrize(
    ("terms", "service", "said"),
    [
        ("DAP", SERVICE, True),
        ("DDP", SERVICE, False),
        ("DAP", "FIRST-CLASS_PACKAGE_INTERNATIONAL_SERVICE", False),
    ],
)
def test_a_scheme_number_never_goes_with_prepaid_duty_or_first_class(terms, service, said, usps):
    request = booked("two_tees_us_to_de_dap", terms=terms, registrations={"ioss": "IM0000000001"})
    form = sent(usps.ask_booking(replace(request, service=service)))["customsForm"]
    assert ("exportersReference" in form) is said


def test_a_discount_is_taken_off_the_value_on_the_form(usps):
    tees = replace(BOOKINGS["two_tees_us_to_de_dap"].shipment.items[0], discount=Decimal("5.01"))
    body = sent(usps.ask_booking(booked("two_tees_us_to_de_dap", items=(tees,))))
    assert body["customsForm"]["contents"][0]["itemTotalValue"] == 42.99
    assert body["packageDescription"]["packageOptions"]["packageValue"] == 42.99


def test_contents_never_outweigh_their_parcel(usps):
    tees = replace(BOOKINGS["two_tees_us_to_de_dap"].shipment.items[0], unit_weight=Decimal("0.31"))
    body = sent(usps.ask_booking(booked("two_tees_us_to_de_dap", items=(tees,))))
    contents = body["customsForm"]["contents"][0]["itemTotalWeight"]
    assert contents <= body["packageDescription"]["weight"]


def test_each_field_that_does_not_fit_is_named(usps):
    shipment = BOOKINGS["two_tees_us_to_de_dap"].shipment
    tees = replace(
        shipment.items[0], description="x" * 31, hs_code="61091", unit_price=money("9", "EUR")
    )
    sender = replace(shipment.consignor, place=Place("US", None, "9002", "Los Angeles"))
    receiver = replace(shipment.consignee, street=("外神田九丁目99番99号",))
    request = booked("two_tees_us_to_de_dap", items=(tees,), consignor=sender, consignee=receiver)
    assert pointers(lambda: usps.ask_booking(request)) == [
        "/consignor/region",
        "/consignor/postal_code",
        "/consignee/street/0",
        "/items/0/unit_price",
        "/items/0/hs_code",
        "/items/0/description",
    ]


def test_an_address_that_needs_a_third_line_is_refused_whole(usps):
    long = replace(
        BOOKINGS["two_tees_us_to_de_dap"].shipment.consignee, street=("Beispielweg " * 6,) * 2
    )
    request = booked("two_tees_us_to_de_dap", consignee=long)
    assert pointers(lambda: usps.ask_booking(request)) == ["/consignee/street/0"]


def test_a_long_line_goes_on_in_the_second():
    lines = street_lines(("Résidence des Grands Chênes, bâtiment C, escalier de gauche 9",))
    assert lines == ["Résidence des Grands Chênes, bâtiment C, escalier", "de gauche 9"]


def test_a_parcel_without_sides_is_not_asked_about(usps):
    request = replace(RATES["two_tees_us_to_de"], parcels=(Parcel(Decimal(1)),))
    assert pointers(lambda: usps.ask_rates(request)) == ["/parcels/0/dimensions"]


def test_alike_parcels_are_asked_about_once_and_added_up(usps):
    one = RATES["two_tees_us_to_de"]
    two = replace(one, parcels=one.parcels * 2)
    recording = next(r for r in RECORDINGS if r.title == "rates/three_services_duty_paid")
    assert usps.ask_rates(two) == usps.ask_rates(one)
    single = usps.read_rates(one, recording.answers)
    double = usps.read_rates(two, recording.answers)
    assert [2 * each.price.amount for each in single] == [each.price.amount for each in double]
    assert double[0].ddp_fee.minimum == money("5.00", "USD")


def test_duty_is_asked_for_with_a_price_only_where_it_can_be_prepaid(usps):
    request = RATES["two_tees_us_to_de"]
    assert "requestDutiesTaxesFees" in sent(usps.ask_rates(request)[0])
    to_france = replace(request, ship_to=Place("FR", None, "75011", "Paris"))
    assert "requestDutiesTaxesFees" not in sent(usps.ask_rates(to_france)[0])


def test_prepaying_begins_on_its_first_day():
    days = [date(2026, 1, 29), date(2026, 1, 30)]
    assert [prepays_duties("DE", day) for day in days] == [False, True]


def test_a_service_is_a_mail_class_with_or_without_the_codes_of_its_price():
    assert product_of(SERVICE).service == f"{SERVICE}:SP:MACHINABLE:NONE"
    full = f"{SERVICE}:SP:NONSTANDARD:INTERNATIONAL_SERVICE_CENTER"
    assert product_of(full).service == full


@pytest.mark.parametrize("service", ["GROUND_ADVANTAGE", f"{SERVICE}:SP", f"{SERVICE}:::"])
def test_a_service_that_usps_does_not_have_is_refused(service, usps):
    assert pointers(lambda: product_of(service)) == ["/service"]


def test_the_payment_token_is_asked_for_with_the_account_s_token(usps):
    asked: list[Ask] = []

    def wire(ask: Ask, seconds: float) -> Answer:
        asked.append(ask)
        if ask.url.endswith("/token"):
            return Answer(200, body=b'{"access_token": "a", "expires_in": "28799"}')
        if ask.url.endswith("/payment-authorization"):
            return Answer(200, body=b'{"paymentAuthorizationToken": "p"}')
        return Answer(200, body=b'{"status": "CANCELED"}')

    Sender(wire, usps).send_once(usps.ask_cancel(Booking("LZ1", "LZ1")), 5)
    assert [ask.url.rpartition("/")[2] for ask in asked] == [
        "token",
        "payment-authorization",
        "LZ1",
    ]
    assert asked[1].headers["Authorization"] == "Bearer a"
    assert asked[2].headers["X-Payment-Authorization-Token"] == "p"


def in_parts(particulars: bytes, picture: bytes, more: str = "") -> Answer:
    seam = b"--part\r\n"
    body = b"".join(
        (
            seam,
            b"Content-Type: application/json\r\n\r\n",
            particulars,
            b"\r\n",
            seam,
            f"Content-Type: application/pdf\r\n{more}\r\n".encode(),
            picture,
            b"\r\n--part--\r\n",
        )
    )
    return Answer(200, {"content-type": "multipart/mixed; boundary=part"}, body)


PARTICULARS = b'{"internationalTrackingNumber": "LZ1", "postage": 31.4, "weight": 1}'


@pytest.mark.parametrize("picture", [base64.b64encode(PDF), PDF], ids=["base64", "bytes"])
def test_a_label_in_parts_is_read_as_bytes_or_base64(picture, usps):
    booking = usps.read_booking(booked("two_tees_us_to_de_dap"), in_parts(PARTICULARS, picture))
    assert booking.labels[0].content.startswith(b"%PDF-")


@pytest.mark.parametrize(
    "answer",
    [
        in_parts(b"[]", PDF),
        in_parts(b"{", PDF),
        in_parts(PARTICULARS, b"no label"),
        in_parts(PARTICULARS, PDF, 'Content-Disposition: form-data; name="receiptImage"\r\n'),
        Answer(200, {"content-type": "multipart/mixed"}, b"nothing"),
    ],
)
def test_parts_that_cannot_be_read_may_be_a_purchase(answer, usps):
    with pytest.raises(CarrierUnavailable) as caught:
        usps.read_booking(booked("two_tees_us_to_de_dap"), answer)
    assert caught.value.code == "bad_reply"


def test_a_number_with_odd_letters_stays_one_step_of_the_address(usps):
    assert usps.ask_tracking(("A/B?",)).url.endswith("/tracking/A%2FB%3F?expand=DETAIL")


def test_a_scan_without_an_offset_is_read_as_greenwich_time(usps):
    scan = {"eventType": "x", "eventCode": "03", "eventTimestamp": "2026-11-20T08:00:00"}
    body = json.dumps({"trackingEvents": [scan]}).encode()
    (way,) = usps.read_tracking(("LZ1",), Answer(200, body=body))
    assert way.events[0].at.isoformat() == "2026-11-20T08:00:00+00:00"
    assert way.events[0].place is None


def test_words_deliver_nothing(usps):
    scan = {"eventType": "Delivered", "eventCode": "?1", "GMTTimestamp": "2026-11-20T08:00:00Z"}
    body = json.dumps({"trackingEvents": [scan]}).encode()
    (way,) = usps.read_tracking(("LZ1",), Answer(200, body=body))
    assert way.status == "unknown"
    assert way.unknown_codes == ("?1",)


@pytest.mark.parametrize(
    ("parameter", "pointer"),
    [
        ("fromAddress.ZIPCode", "/consignor/postal_code"),
        ("toAddress/streetAddress", "/consignee/street/0"),
        ("customsForm.contents[2].itemDescription", "/items/2/description"),
        ("packageDescription.weight", "/parcels/0/weight"),
        ("mailClass", "/service"),
        ("labelBrokerID", None),
    ],
)
def test_a_parameter_of_usps_is_a_field_of_ours(parameter, pointer):
    assert pointer_of(parameter) == pointer


def test_the_sandbox_is_another_host():
    usps = Usps(account_for(MANIFEST, test=True))
    assert usps.ask_token("oauth").url.startswith("https://apis-tem.usps.com/")
