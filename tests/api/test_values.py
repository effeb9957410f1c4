"""Values are read exactly, or refused with advice."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.schemas.values import (
    COUNTRIES,
    Unreadable,
    hs_reader,
    map_reader,
    read_country,
    read_currency,
    read_day,
    read_decimal,
    read_dimensions,
    read_fact,
    read_money,
    read_price,
    read_weight,
    text_reader,
)

EUR = {"amount": "12.50", "currency": "EUR"}


def refusal(read: Any, raw: Any) -> Any:
    with pytest.raises(Unreadable) as caught:
        read(raw)
    return caught.value.messages


@given(st.decimals(min_value=-(10**17), max_value=10**17, places=6, allow_nan=False))
def test_a_decimal_string_keeps_every_digit(number: Decimal) -> None:
    assert read_decimal(f"{number:f}") == number
    assert str(read_decimal(f"{number:f}")) == f"{number:f}"


@pytest.mark.parametrize(
    "raw",
    [
        *"1e5 1E+2 NaN Infinity -inf +1 .5 1. 0x1 1_000 1,5 ١ ٣.٥ --1".split(),
        *("", " 1", "1 ", "1\n", "9" * 19, "0." + "1" * 13, None, True, [], {}),
    ],
)
def test_what_is_not_a_plain_decimal_string_is_refused(raw: Any) -> None:
    refusal(read_decimal, raw)


@pytest.mark.parametrize("raw", [12, 12.5, -1])
def test_a_json_number_is_refused_with_the_string_to_write_instead(raw: Any) -> None:
    assert f'"{raw}"' in refusal(read_decimal, raw)[0]


def test_money_keeps_its_digits_and_currency() -> None:
    price = read_money({"amount": "0.0125", "currency": "KWD"})
    assert (str(price.amount), price.currency.code) == ("0.0125", "KWD")


@pytest.mark.parametrize("currency", ["eur", "EURO", "XXX", "XTS", "", "€", None, 978])
def test_a_currency_that_iso_4217_does_not_list_is_refused(currency: Any) -> None:
    assert refusal(read_money, {**EUR, "currency": currency}).keys() == {"currency"}
    refusal(read_currency, currency)


def test_every_fault_of_money_is_told_at_once() -> None:
    assert refusal(read_money, {"amount": 1, "currency": "x"}).keys() == {"amount", "currency"}
    assert refusal(read_money, {"amout": "1", "currency": "EUR"}).keys() == {"amount", "amout"}
    assert "Must be an object" in refusal(read_money, "12.50 EUR")[0]


def test_a_price_may_be_nothing_but_not_less() -> None:
    assert read_price({"amount": "0", "currency": "EUR"}).amount == 0
    assert refusal(read_price, {"amount": "-0.01", "currency": "EUR"}).keys() == {"amount"}


@pytest.mark.parametrize(
    ("value", "unit", "kilograms"),
    [
        ("0.2", "kg", "0.2"),
        ("1", "g", "0.001"),
        ("1", "lb", "0.45359237"),
        ("16", "oz", "0.45359237"),
    ],
)
def test_weights_become_kilograms_exactly(value: str, unit: str, kilograms: str) -> None:
    assert read_weight({"value": value, "unit": unit}) == Decimal(kilograms)


def test_a_weight_of_nothing_or_in_stones_is_refused() -> None:
    assert refusal(read_weight, {"value": "0", "unit": "kg"}).keys() == {"value"}
    assert refusal(read_weight, {"value": "1", "unit": "st"}).keys() == {"unit"}
    assert refusal(read_weight, {"value": 1, "unit": ["kg"]}).keys() == {"value", "unit"}


def test_dimensions_become_centimetres_exactly() -> None:
    sides = {"length": "10", "width": "1", "height": "0.5", "unit": "in"}
    assert read_dimensions(sides) == (Decimal("25.4"), Decimal("2.54"), Decimal("1.27"))
    assert read_dimensions({**sides, "unit": "mm"})[0] == Decimal(1)


def test_a_side_that_is_missing_or_flat_is_named() -> None:
    sides = {"length": "10", "width": "1", "height": "5", "unit": "cm"}
    assert refusal(read_dimensions, {**sides, "width": "0"}).keys() == {"width"}
    assert refusal(read_dimensions, {**sides, "height": 5}).keys() == {"height"}
    assert refusal(read_dimensions, {**sides, "unit": "ft"}).keys() == {"unit"}
    del sides["unit"]
    assert refusal(read_dimensions, sides).keys() == {"unit"}


def test_countries_are_the_249_of_iso_3166_and_kosovo() -> None:
    assert len(COUNTRIES) == 250
    assert {"GB", "TW", "XK", "AQ", "SS"} <= COUNTRIES
    for other in ("EU", "UK", "XI", "ZZ", "AN", "gb", "GBR", "", None, 1, ["GB"]):
        refusal(read_country, other)


def test_a_day_is_written_one_way_only() -> None:
    assert read_day("2028-02-29").isoformat() == "2028-02-29"
    for wrong in ("2026-02-29", "20261120", "2026-W47-5", "2026-1-2", "2026-11-20T00:00", 20261120):
        refusal(read_day, wrong)


def test_commodity_codes_lose_their_dots_and_blanks() -> None:
    read = hs_reader(frozenset({4, 6, 8, 10}))
    assert read("6109.10.00 10") == "6109100010"
    for wrong in ("610", "61091", "6109.1x", "٦١٠٩", "", 6109, None):
        assert "4, 6, 8 or 10 digits" in refusal(read, wrong)[0]


def test_text_has_an_end_and_no_control_characters() -> None:
    read = text_reader(3)
    assert read("Zoë") == "Zoë"
    for wrong in ("", "four", "a\x00", "\x1b[", None, 1):
        refusal(read, wrong)


def test_a_map_names_the_member_that_is_wrong() -> None:
    read = map_reader(read_decimal, most=2)
    assert read({"kg": "1"}) == {"kg": Decimal(1)}
    assert refusal(read, {"kg": "1", "l": 2}).keys() == {"l"}
    refusal(read, {"a": "1", "b": "1", "c": "1"})
    refusal(read, {"\x00": "1"})
    refusal(read, [])


def test_a_fact_is_a_string_and_yes_and_no_may_be_booleans() -> None:
    assert (read_fact("40"), read_fact(True), read_fact(False)) == ("40", "true", "false")
    for wrong in (40, 40.5, None, [], "x" * 201):
        refusal(read_fact, wrong)
