"""JSON is read strictly and written plainly."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.jsonio import MalformedJsonError, parse_json, write_json, write_money
from data.model.money import money

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text('ab:"\\ \u00e9', max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(':a"', max_size=3), inner),
    max_leaves=20,
)


@given(JSON, st.sampled_from([None, 1]), st.booleans())
def test_every_unambiguous_text_is_read(value: Any, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert parse_json(text.encode()) == value


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":1,"a":1}',
        b'{"a" : 1, "b": {"c": ":", "c"\n:2}}',
        b'[{"x":"\\u003a","a":1,"a":2}]',
        b'{"\\u0061":1,"a":2}',
    ],
)
def test_two_members_of_one_name_are_refused(text: bytes) -> None:
    with pytest.raises(MalformedJsonError, match="two members"):
        parse_json(text)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"NaN",
        b'{"a":Infinity}',
        b"1e999",
        b'"\xff"',
        b'"\\ud800"',
        b"\xef\xbb\xbf{}",
        b"[" * 2000 + b"]" * 2000,
        b"[" * 500 + b"]" * 500,
        b"{'a':1}",
        b"01",
        b"[1,]",
    ],
)
def test_what_is_not_json_is_refused(text: bytes) -> None:
    with pytest.raises(MalformedJsonError):
        parse_json(text)


def test_decimals_and_money_are_written_as_strings_without_exponents() -> None:
    answer = {"a": Decimal("1E+3"), "b": money("12.5", "EUR"), "c": date(2026, 11, 20)}
    assert json.loads(write_json(answer)) == {
        "a": "1000",
        "b": {"amount": "12.5", "currency": "EUR"},
        "c": "2026-11-20",
    }


def test_letters_stay_as_they_are() -> None:
    assert write_json({"name": "Zoë"}) == '{"name":"Zoë"}'.encode()


def test_what_has_no_json_form_is_an_error() -> None:
    with pytest.raises(TypeError):
        write_json({"a": object()})


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        ("12.345", "EUR", "12.35"),
        ("12.5", "EUR", "12.50"),
        ("12.5", "JPY", "13"),
        ("1.2345", "KWD", "1.235"),
        ("-0.001", "EUR", "0.00"),
        ("1E+3", "EUR", "1000.00"),
    ],
)
def test_final_amounts_have_the_decimals_of_their_currency(
    amount: str, currency: str, written: str
) -> None:
    assert write_money(Decimal(amount), currency) == {"amount": written, "currency": currency}
