"""Royal Mail's Click & Drop: one order is one shipment, and its sums agree with the invoice."""

from dataclasses import replace
from decimal import Decimal

import pytest

from carriers import CredentialsRejected, RequestRejected
from carriers.adapters.royal_mail import MANIFEST
from carriers.adapters.royal_mail.errors import pointer_of
from carriers.answers import read_json
from carriers.conformance.kit import CarrierConformance
from carriers.conformance.recordings import faults_in, recordings_of
from carriers.conformance.samples import BOOKINGS, account_for, adapter_for
from carriers.wire import Answer
from data.model.consignment import Parcel

RECORDINGS = recordings_of(MANIFEST)
ADAPTER = adapter_for(MANIFEST, "books")
TO_US = BOOKINGS["two_parcels_gb_to_us"]


def order(request):
    """The one order of what is asked."""
    return read_json(Answer(200, body=ADAPTER.ask_booking(request).body))["items"][0]


def fault(request):
    with pytest.raises(RequestRejected) as caught:
        ADAPTER.ask_booking(request)
    assert not caught.value.sent
    return caught.value.faults[0]


def changed(request, **changes):
    return replace(request, shipment=replace(request.shipment, **changes))


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda recording: recording.title)
def test_the_adapter_asks_and_reads_as_recorded(recording):
    assert faults_in(recording, ADAPTER) == []


def test_contents_add_up_to_what_was_paid_for_the_goods():
    contents = [line for package in order(TO_US)["packages"] for line in package["contents"]]
    total = sum(line["unitValue"] * line["quantity"] for line in contents)
    assert total == TO_US.shipment.goods.amount == order(TO_US)["subtotal"]


def test_the_total_is_the_goods_and_their_freight():
    request = changed(TO_US, freight=TO_US.shipment.goods)
    assert order(request)["total"] == 2 * TO_US.shipment.goods.amount


def test_weights_are_rounded_up_to_grams():
    request = changed(TO_US, parcels=(Parcel(Decimal("0.6201"), contents={"1": 2, "2": 3}),))
    assert order(request)["packages"][0]["weightInGrams"] == 621


def test_a_parcel_over_thirty_kilograms_is_refused_before_anything_is_sent():
    assert fault(changed(TO_US, parcels=(Parcel(Decimal("30.001")),))).pointer == (
        "/parcels/0/weight"
    )


def test_goods_without_a_code_are_refused_where_customs_reads_them():
    bare = tuple(replace(item, hs_code=None) for item in TO_US.shipment.items)
    assert fault(changed(TO_US, items=bare)).pointer == "/items/0/hs_code"
    inland = BOOKINGS["domestic_gb"]
    bare = tuple(replace(item, hs_code=None) for item in inland.shipment.items)
    assert "contents" not in order(changed(inland, items=bare))["packages"][0]


def test_only_pdf_labels_are_there():
    assert fault(replace(TO_US, label_format="zpl")).pointer == "/label_format"


def test_the_delivery_term_says_who_pays_and_whether_the_tax_was_paid_at_sale():
    gift = BOOKINGS["gift_gb_to_de_ioss"]
    assert order(TO_US)["deliveryTerm"] == "DDP"
    assert order(gift)["deliveryTerm"] == "IOSS_DDU"
    assert order(changed(gift, terms="DDP"))["deliveryTerm"] == "IOSS_DDP"
    assert "deliveryTerm" not in order(BOOKINGS["domestic_gb"])


def test_tracking_without_a_client_id_says_what_is_missing():
    account = MANIFEST.account({"api_key": "canary-api_key"})
    with pytest.raises(CredentialsRejected, match="client ID"):
        adapter_for(MANIFEST, "tracks", account).ask_tracking(("LZ000000016GB",))
    assert adapter_for(MANIFEST, "tracks", account_for(MANIFEST)).batch == 1


@pytest.mark.parametrize(
    ("name", "pointer"),
    [
        ("Recipient.Address.Postcode", "/consignee/postal_code"),
        ("Items[0].Packages[1].WeightInGrams", "/parcels/1/weight"),
        ("Packages[0].Contents[2].OriginCountryCode", "/items/2/country_of_origin"),
        ("Unheard.Of", None),
    ],
)
def test_royal_mails_fields_are_found_in_our_request(name, pointer):
    assert pointer_of(name) == pointer


class TestThePromises(CarrierConformance):
    manifest = MANIFEST
