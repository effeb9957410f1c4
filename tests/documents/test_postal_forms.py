"""CN 22 for what is small by the operator's own rules, CN 23 for the rest, with bar codes."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from customs.documents import registry
from customs.documents.faults import RefusedError
from customs.documents.samples import sample, shipment_named
from data.model.money import money
from data.model.places import Place
from data.model.shipment import Shipment
from tests.documents.validation import barcodes_in, squeezed, text_of

KNITWEAR, OPTIONS = sample("cn22")


def refused(kind: str, shipment: Shipment, **options: Any) -> list[str]:
    with pytest.raises(RefusedError) as error:
        registry.make(kind, shipment, "pdf", "en", options)
    return [fault.pointer for fault in error.value.faults]


def priced(shipment: Shipment, amount: str, code: str) -> Shipment:
    first = replace(shipment.items[0], unit_price=money(amount, code), quantity=1)
    box = replace(shipment.parcels[0], contents={first.id: 1})
    return replace(shipment, items=(first,), parcels=(box,), freight=money("9.00", code))


@pytest.mark.parametrize(
    ("operator", "most", "more", "code"),
    [
        ("royal_mail", "270.00", "270.01", "GBP"),
        ("swiss_post", "1000.00", "1000.05", "CHF"),
        ("usps", "400.00", "400.01", "USD"),
    ],
)
def test_the_limit_of_300_sdr_is_the_operators_own_amount(
    operator: str, most: str, more: str, code: str
) -> None:
    options = {**OPTIONS, "operator": operator, "rates": {f"{code}/EUR": "2"}}
    small, dear = priced(KNITWEAR, most, code), priced(KNITWEAR, more, code)
    assert registry.make("cn22", small, "pdf", "en", options).startswith(b"%PDF")
    assert refused("cn22", dear, **options) == ["/items"]
    assert registry.make("cn23", dear, "pdf", "en", options).startswith(b"%PDF")


def test_a_price_in_another_currency_needs_a_rate() -> None:
    small = priced(KNITWEAR, "300.00", "EUR")
    assert refused("cn22", small, **OPTIONS) == ["/options/rates"]
    rates = {"EUR/GBP": "0.85"}
    assert registry.make("cn22", small, "pdf", "en", {**OPTIONS, "rates": rates})
    assert refused("cn22", small, **OPTIONS, rates={"EUR/GBP": "0.95"}) == ["/items"]


def test_an_operator_whose_limit_is_not_held_has_no_cn22() -> None:
    assert refused("cn22", shipment_named("tshirts")) == ["/options/operator"]


def test_a_cn22_has_four_lines() -> None:
    def of(lines: int) -> Shipment:
        one = replace(KNITWEAR.items[0], quantity=1, unit_weight=Decimal("0.05"))
        items = tuple(
            replace(
                one, id=str(at), unit_price=money("5.00", "GBP"), description=f"Wool hat no {at}"
            )
            for at in range(1, lines + 1)
        )
        return replace(KNITWEAR, items=items, parcels=(replace(KNITWEAR.parcels[0], contents={}),))

    text = text_of(registry.make("cn22", of(4), "pdf", "en", OPTIONS))
    assert all(f"Wool hat no {at}" in " ".join(text.split()) for at in range(1, 5))
    assert refused("cn22", of(5), **OPTIONS) == ["/items"]


def test_what_is_heavier_than_letter_post_or_in_several_boxes_has_no_cn22() -> None:
    heavy = replace(KNITWEAR, parcels=(replace(KNITWEAR.parcels[0], weight=Decimal("2.001")),))
    assert refused("cn22", heavy, **OPTIONS) == ["/parcels/0/weight"]
    two = replace(
        KNITWEAR,
        parcels=tuple(
            replace(KNITWEAR.parcels[0], contents=inside) for inside in ({"1": 1}, {"2": 2})
        ),
    )
    assert refused("cn22", two, **OPTIONS) == ["/parcels"]


def test_what_a_business_sends_is_no_gift() -> None:
    gift = replace(KNITWEAR, purpose="gift")
    assert refused("cn22", gift, **OPTIONS) == ["/purpose"]
    friend = replace(gift, consignor=replace(gift.consignor, is_business=False, company=None))
    assert "XGift" in squeezed(text_of(registry.make("cn22", friend, "pdf", "en", OPTIONS)))


def test_the_category_that_is_ticked_is_the_shipments_purpose() -> None:
    for purpose, word in (("sale", "Sale"), ("sample", "Commercial"), ("return", "Returned")):
        sent: Any = replace(KNITWEAR, purpose=purpose)
        text = squeezed(text_of(registry.make("cn23", sent, "pdf", "en", OPTIONS)))
        assert f"X{word}" in text
    repair = replace(KNITWEAR, purpose="repair")
    text = squeezed(text_of(registry.make("cn23", repair, "pdf", "en", OPTIONS)))
    assert "XOther" in text
    assert "Explanation/Explication:Repair" in text


@pytest.mark.parametrize("kind", ["cn22", "cn23"])
@pytest.mark.parametrize("number", ["UA473124829ZZ", "CP000001235ZZ", "RR999999995ZZ"])
def test_the_bar_code_on_the_printed_page_is_the_number(kind: str, number: str) -> None:
    sizes = registry.kind(kind).sizes
    for size in sizes:
        options = {"item_number": number, "size": size}
        assert barcodes_in(registry.make(kind, KNITWEAR, "pdf", "en", options)) == [number]


def test_numbers_with_a_wrong_check_digit_are_refused_and_none_is_made_up() -> None:
    assert refused("cn23", KNITWEAR, item_number="CP001020301BR") == ["/options/item_number"]
    assert refused("cn22", KNITWEAR) == ["/options/item_number"]  # Royal Mail asks for one
    elsewhere = shipment_named("tshirts")
    assert barcodes_in(registry.make("cn23", elsewhere, "pdf")) == []


def test_postal_charges_are_told_on_a_cn23() -> None:
    assert refused("cn23", replace(KNITWEAR, freight=None), **OPTIONS) == ["/freight"]


def test_usps_has_the_ioss_number_in_the_importers_reference_and_others_nowhere() -> None:
    cheap = priced(KNITWEAR, "100.00", "EUR")
    for operator, there in (("usps", True), ("royal_mail", False)):
        options = {**OPTIONS, "operator": operator}
        text = text_of(registry.make("cn23", cheap, "pdf", "en", options))
        assert ("IM2760000742" in text) is there


def test_the_longest_descriptions_are_refused_rather_than_cut() -> None:
    item = replace(KNITWEAR.items[0], description="Pullover of the finest lambswool " * 30)
    long = replace(KNITWEAR, items=(item, KNITWEAR.items[1]))
    with pytest.raises(RefusedError, match="do not fit"):
        registry.make("cn22", long, "pdf", "en", OPTIONS)
    assert squeezed(item.description or "") in squeezed(
        text_of(registry.make("commercial_invoice", long, "pdf", "en", {"rates": {"GBP/EUR": "1"}}))
    )


def test_an_address_in_northern_ireland_is_printed_as_it_is() -> None:
    there = replace(KNITWEAR.consignee, place=Place("GB", "NIR", "BT1 5GS", "Belfast"))
    text = text_of(registry.make("cn23", replace(KNITWEAR, consignee=there), "pdf", "en", OPTIONS))
    assert "BT1 5GS Belfast NIR" in text
