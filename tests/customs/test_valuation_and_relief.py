from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customs.relief import reliefs_of
from customs.schemes import is_reverse_charge, scheme_of
from customs.valuation import customs_values
from data.model.consignment import Buyer, GoodsItem, Seller
from data.model.money import allocate, money

TODAY = date(2026, 11, 20)
IOSS = Seller(registrations={"ioss": "IM2760000742"})


def values(parcel, exchange, freight="12.00", basis="CIF", unit="EUR"):
    return customs_values(parcel, money(freight, unit), basis, unit, exchange())


def test_freight_is_spread_by_value_and_counts_only_where_the_law_is_cif(consignment, exchange):
    parcel = consignment("10.00", "20.00", "30.00")
    cif = values(parcel, exchange)
    assert [line.freight for line in cif] == [Decimal("2.00"), Decimal("4.00"), Decimal("6.00")]
    assert sum(line.customs_value for line in cif) == Decimal("72.00")
    fob = values(parcel, exchange, basis="FOB")
    assert sum(line.customs_value for line in fob) == Decimal("60.00")


@given(
    st.decimals(0, 10**9, places=2),
    st.lists(st.decimals(0, 10**9, places=2), min_size=1, max_size=40),
)
def test_an_allocation_always_adds_up_and_nobody_pays_for_nothing(total, weights):
    parts = allocate(total, weights, Decimal("0.01"))
    assert sum(parts) == total
    assert all(part >= 0 for part in parts)
    if any(weights):
        whole = sum(weights)
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part - total * weight / whole) <= Decimal("0.01")


@pytest.mark.parametrize(
    ("code", "day", "price", "unit", "relieved"),
    [
        ("GB", "2026-11-20", "135.00", "GBP", True),
        ("GB", "2026-11-20", "135.01", "GBP", False),
        ("DE", "2026-06-30", "150.00", "EUR", True),
        ("DE", "2026-06-30", "150.01", "EUR", False),
        ("DE", "2026-07-01", "10.00", "EUR", False),
        ("US", "2025-08-28", "800.00", "USD", False),  # China lost it in May
        ("US", "2025-08-29", "10.00", "USD", False),
    ],
)
def test_low_value_relief_ends_at_its_limit_and_on_its_day(
    territory, consignment, exchange, code, day, price, unit, relieved
):
    parcel = consignment(price, unit=unit, to=code)
    worth = customs_values(parcel, money("9.00", unit), "CIF", unit, exchange())
    on = date.fromisoformat(day)
    found = reliefs_of(territory(code), parcel, worth, "express", on, exchange())
    assert bool(found) is relieved


def test_alcohol_is_never_relieved(territory, consignment, exchange):
    parcel = consignment("20.00", unit="GBP", to="GB", hs_code="220421")
    worth = values(parcel, exchange, unit="GBP")
    assert reliefs_of(territory("GB"), parcel, worth, "express", TODAY, exchange()) == ()


@pytest.mark.parametrize(
    ("pieces", "freed"),
    [
        ([(1, "39.00")], [Decimal(1)]),
        ([(1, "44.00")], [Decimal(0)]),
        ([(6, "8.00")], [Decimal(4) / 6]),
        ([(1, "30.00"), (1, "45.00")], [Decimal(1), Decimal(0)]),
    ],
)
def test_a_gift_is_relieved_piece_by_piece_within_the_limit(
    territory, gift, exchange, pieces, freed
):
    parcel = gift(*pieces)
    worth = values(parcel, exchange, freight="0.00", unit="GBP")
    found = reliefs_of(territory("GB"), parcel, worth, "post", TODAY, exchange())
    shares = next((r.shares for r in found if r.relief.id == "gift"), (Decimal(0),) * len(pieces))
    assert list(shares) == freed


@pytest.mark.parametrize(
    ("price", "seller", "buyer", "hs_code", "allowed"),
    [
        ("140.00", IOSS, Buyer(), "610910", True),
        ("150.00", IOSS, Buyer(), "610910", True),
        ("150.01", IOSS, Buyer(), "610910", False),
        ("140.00", Seller(), Buyer(), "610910", False),
        ("140.00", IOSS, Buyer("business"), "610910", False),
        ("30.00", IOSS, Buyer(), "220421", False),
    ],
)
def test_the_import_one_stop_shop_is_for_registered_sellers_consumers_and_150_euro(
    territory, consignment, exchange, price, seller, buyer, hs_code, allowed
):
    parcel = consignment(price, seller=seller, buyer=buyer, hs_code=hs_code)
    worth = values(parcel, exchange, freight="30.00")
    found = scheme_of(territory("DE"), parcel, worth, "express", TODAY, exchange())
    assert (found is not None) is allowed


def test_a_business_with_a_number_accounts_for_british_vat_itself(territory, consignment, exchange):
    parcel = consignment("100.00", unit="GBP", to="GB", buyer=Buyer("business", tax_id="GB1"))
    worth = values(parcel, exchange, unit="GBP")
    scheme = scheme_of(territory("GB"), parcel, worth, "express", TODAY, exchange())
    assert is_reverse_charge(scheme, parcel)
    consumer = consignment("100.00", unit="GBP", to="GB")
    assert not is_reverse_charge(scheme, consumer)


def test_a_discount_lowers_the_price_that_every_threshold_looks_at(
    territory, consignment, exchange
):
    item = GoodsItem("1", 2, money("70.00", "GBP"), discount=Decimal("5.00"), hs_code="610910")
    parcel = consignment(item, to="GB")
    worth = values(parcel, exchange, unit="GBP")
    assert worth[0].intrinsic == Decimal("135.00")
    assert reliefs_of(territory("GB"), parcel, worth, "express", TODAY, exchange())
