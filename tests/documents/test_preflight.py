"""A paper whose record does not agree with itself, or lacks something, is not made at all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from customs.documents import registry
from customs.documents.faults import RefusedError
from customs.documents.preflight import preflight
from customs.documents.registrations import placement, printed_registrations, registrations_here
from customs.documents.samples import sample, shipment_named
from data.model.consignment import Parcel
from data.model.money import money
from data.model.places import Place
from data.model.shipment import Shipment

TSHIRTS = shipment_named("tshirts")
DRILLS = shipment_named("drills")
Change = Callable[[Shipment], Shipment]


def item(**changes: Any) -> Change:
    return lambda sent: replace(sent, items=(replace(sent.items[0], **changes), *sent.items[1:]))


def whole(**changes: Any) -> Change:
    return lambda sent: replace(sent, **changes)


def party(role: str, **changes: Any) -> Change:
    return lambda sent: replace(sent, **{role: replace(getattr(sent, role), **changes)})


WRONG: list[tuple[str, Change]] = [
    ("/items/0/hs_code", item(hs_code=None)),
    ("/items/0/hs_code", item(hs_code="6109")),
    ("/items/0/hs_code", item(hs_code="6109101")),
    ("/items/0/country_of_origin", item(country_of_origin=None)),
    ("/items/0/country_of_origin", item(country_of_origin="EU")),
    ("/items/0/country_of_origin", item(country_of_origin="China")),
    ("/items/0/description", item(description=" ")),
    ("/items/0/unit_price", item(unit_price=money("25.001", "EUR"))),
    ("/items/0/discount", item(discount=Decimal("50.01"))),
    ("/items/0/unit_weight", item(unit_weight=Decimal(0))),
    ("/items/0/quantity", item(quantity=3)),
    ("/items/0/sku", item(sku=None)),
    ("/items/0/facts/manufacturer_id", item(facts={})),
    ("/parcels", item(unit_weight=Decimal("0.3"))),
    ("/parcels", whole(parcels=())),
    ("/parcels/0/weight", whole(parcels=(Parcel(Decimal(0)),))),
    ("/parcels/0/contents/9", whole(parcels=(Parcel(Decimal(1), None, {"1": 2, "9": 1}),))),
    ("/items", whole(items=())),
    ("/freight", whole(freight=money("12.00", "USD"))),
    ("/insurance", whole(insurance=money("1.00", "USD"))),
    ("/terms_place", whole(terms_place=None)),
    ("/importer", whole(terms="DDP")),
    ("/invoice_number", whole(invoice_number=None)),
    ("/purpose", whole(purpose="gift")),
    ("/consignor/street", party("consignor", street=())),
    ("/consignee/name", party("consignee", name="")),
    ("/consignee/city", party("consignee", place=Place("DE", postal_code="10115"))),
]


@pytest.mark.parametrize(("pointer", "change"), WRONG)
def test_an_invoice_with_one_thing_wrong_is_refused_there(pointer: str, change: Change) -> None:
    with pytest.raises(RefusedError) as refused:
        registry.make("commercial_invoice", change(TSHIRTS), "pdf")
    assert pointer in [fault.pointer for fault in refused.value.faults]


def test_prices_in_two_currencies_are_refused() -> None:
    second = replace(DRILLS.items[1], unit_price=money("6.75", "EUR"))
    faults = preflight("commercial_invoice", replace(DRILLS, items=(DRILLS.items[0], second)), {})
    assert [fault.pointer for fault in faults] == ["/items/1/unit_price"]


def test_all_that_is_wrong_is_told_at_once() -> None:
    broken = item(hs_code=None, country_of_origin=None, description="")(TSHIRTS)
    with pytest.raises(RefusedError) as refused:
        registry.make("commercial_invoice", replace(broken, terms_place=""), "pdf")
    assert len(refused.value.faults) == 4


@pytest.mark.parametrize("kind", ["commercial_invoice", "cn22", "cn23", "sli"])
def test_the_samples_themselves_have_no_fault(kind: str) -> None:
    shipment, options = sample(kind)
    rates = {"GBP/EUR": "1.14"}
    assert preflight(kind, shipment, {**options, "rates": rates}) == []


def test_product_identifiers_are_asked_from_november_on_and_only_of_small_sales_to_consumers() -> (
    None
):
    bare = item(sku=None, facts={})(TSHIRTS)

    def asked(shipment: Shipment, **options: Any) -> list[str]:
        faults = preflight("commercial_invoice", shipment, options)
        return [fault.pointer for fault in faults]

    both = ["/items/0/sku", "/items/0/facts/manufacturer_id"]
    assert asked(bare) == both
    assert asked(replace(bare, on=date(2026, 11, 1))) == both
    assert asked(replace(bare, on=date(2026, 10, 31))) == []
    assert asked(replace(bare, consignee=replace(bare.consignee, is_business=True))) == []
    assert asked(item(unit_price=money("75.00", "EUR"))(bare)) == both
    assert asked(item(unit_price=money("75.01", "EUR"))(bare)) == []
    dear = item(unit_price=money("80.00", "USD"))(replace(bare, freight=None))
    assert asked(dear) == both  # nobody said what a dollar is
    assert asked(dear, rates={"USD/EUR": "0.95"}) == []
    assert asked(dear, rates={"EUR/USD": "1.10"}) == both


def with_ioss(amount: str, country: str = "DE") -> Shipment:
    consignee = replace(TSHIRTS.consignee, place=Place(country, postal_code="1", city="There"))
    sent = replace(TSHIRTS, registrations={"ioss": "IM2760000742"}, consignee=consignee)
    return item(unit_price=money(amount, "EUR"))(sent)


def test_an_ioss_number_holds_in_the_union_up_to_its_limit_and_is_left_off_elsewhere() -> None:
    assert registrations_here(with_ioss("75.00"), {}) == {"ioss": "IM2760000742"}
    assert registrations_here(with_ioss("75.01"), {}) == {}
    assert registrations_here(with_ioss("10.00", "US"), {}) == {}
    for sent in (with_ioss("75.01"), with_ioss("10.00", "US")):
        faults = preflight("cn23", sent, {"scheme": "ioss"})
        assert [fault.pointer for fault in faults] == ["/registrations/ioss"]
    assert preflight("cn23", with_ioss("75.00"), {"scheme": "ioss"}) == []
    (fault,) = preflight("cn23", TSHIRTS, {"scheme": "ioss"})
    assert fault.pointer == "/registrations"


def test_a_number_that_is_not_written_as_ioss_numbers_are_does_not_hold() -> None:
    sent = replace(with_ioss("10.00"), registrations={"ioss": "276000074"})
    assert registrations_here(sent, {}) == {}


def test_ioss_is_not_printed_unless_the_operator_has_a_place_for_it() -> None:
    sent = with_ioss("10.00")
    assert printed_registrations(sent, {}) == []
    assert placement(sent, "royal_mail", {}) is None
    assert placement(sent, "usps", {}) == "IM2760000742"


def test_a_scheme_counted_by_item_takes_the_price_of_a_piece() -> None:
    consignee = replace(TSHIRTS.consignee, place=Place("NO", postal_code="0150", city="Oslo"))
    sent = replace(TSHIRTS, registrations={"no_voec": "2025123"}, consignee=consignee, freight=None)
    sent = item(quantity=2, unit_price=money("2999.00", "NOK"))(sent)
    assert printed_registrations(sent, {}) == ["NO VOEC 2025123"]
    assert printed_registrations(item(unit_price=money("3001.00", "NOK"))(sent), {}) == []


def test_a_packing_list_needs_no_codes_but_every_weight_and_content() -> None:
    bare = item(hs_code=None, country_of_origin=None)(DRILLS)
    assert registry.make("packing_list", bare, "pdf").startswith(b"%PDF")
    with pytest.raises(RefusedError) as refused:
        registry.make("packing_list", item(unit_weight=None)(DRILLS), "pdf")
    assert [fault.pointer for fault in refused.value.faults] == ["/items/0/unit_weight"]
    first = replace(DRILLS.parcels[0], weight=Decimal(14))
    second = replace(DRILLS.parcels[1], weight=Decimal(20))
    with pytest.raises(RefusedError) as refused:
        registry.make("packing_list", replace(DRILLS, parcels=(first, second)), "pdf")
    assert [fault.pointer for fault in refused.value.faults] == ["/parcels/0/weight"]
