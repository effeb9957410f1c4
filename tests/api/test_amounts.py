"""Amounts are written as Babel writes them for a locale, with the decimals of ISO 4217."""

from decimal import Decimal

import pytest
from babel.numbers import format_currency
from hypothesis import given, settings
from hypothesis import strategies as st

from api.schemas.amounts import formatted_amount, is_locale
from data.model.money import quantum

LOCALES = [
    "de-DE", "de-AT", "de-CH", "en-US", "en-GB", "en-IN", "fr-FR", "fr-CH", "es-ES", "it-IT",
    "nl-NL", "pl-PL", "pt-BR", "pt-PT", "sv-SE", "ro-RO", "ja-JP", "hi-IN", "ar-EG", "he-IL",
    "lt-LT", "bg-BG", "fa-IR",
]  # fmt: skip
# CLDR and ISO 4217 agree about the decimals of these.
CURRENCIES = ["EUR", "USD", "GBP", "JPY", "KWD", "RON", "SEK"]


@settings(max_examples=400, deadline=None, derandomize=True)
@given(
    minor=st.integers(0, 10**13),
    unit=st.sampled_from(CURRENCIES),
    locale=st.sampled_from(LOCALES),
)
def test_what_is_written_is_what_babel_writes(minor: int, unit: str, locale: str) -> None:
    amount = minor * quantum(unit)
    expected = format_currency(amount, unit, locale=locale.replace("-", "_"))
    assert formatted_amount(amount, unit, locale) == expected


@pytest.mark.parametrize(
    ("amount", "unit", "locale", "written"),
    [
        ("77.35", "EUR", "de-DE", "77,35\N{NO-BREAK SPACE}€"),
        ("0", "EUR", "de-DE", "0,00\N{NO-BREAK SPACE}€"),
        ("1234567.5", "USD", "en-US", "$1,234,567.50"),
        ("1234567.50", "INR", "en-IN", "₹12,34,567.50"),
        ("1234", "JPY", "en-US", "¥1,234"),
        ("1234.5", "KWD", "en-US", "KWD1,234.500"),
        ("999.995", "EUR", "en-US", "€1,000.00"),
        ("1234.5", "IQD", "en-US", "IQD1,234.500"),  # CLDR would round to whole dinars
        ("-12.30", "EUR", "de-DE", "-12,30\N{NO-BREAK SPACE}€"),
    ],
)
def test_amounts_are_written_for_their_readers(
    amount: str, unit: str, locale: str, written: str
) -> None:
    assert formatted_amount(Decimal(amount), unit, locale) == written


@pytest.mark.parametrize("tag", ["de-DE", "de_DE", "en", "zh-Hant-TW", "sr-Latn"])
def test_language_tags_are_known(tag: str) -> None:
    assert is_locale(tag)


@pytest.mark.parametrize("tag", ["xx-YY", "deutsch", "", "-", "de--DE", "../../etc", "1"])
def test_what_is_no_language_tag_is_told(tag: str) -> None:
    assert not is_locale(tag)
