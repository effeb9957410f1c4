"""Columns are known by their names; numbers, weights, days and countries are read exactly."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from api.services.batching.cells import (
    CellError,
    Style,
    guessed,
    read_amount,
    read_country,
    read_day,
    read_measure,
    read_number,
    read_pieces,
    read_text,
    style_of,
)
from api.services.batching.columns import FIELDS, fingerprint, mapped, missing
from api.services.batching.sheets import FileRefusedError

POINT, COMMA = Style(".", said=True), Style(",", said=True)
SHOPIFY = (
    "Name,Email,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,"
    "Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Billing Name,Billing Street,"
    "Shipping Name,Shipping Street,Shipping Address1,Shipping Address2,Shipping Company,"
    "Shipping City,Shipping Zip,Shipping Province,Shipping Country,Shipping Phone,Notes"
).split(",")
WOO = (
    "Order Number,Order Currency,First Name (Shipping),Last Name (Shipping),"
    "Company (Shipping),Address 1&2 (Shipping),City (Shipping),State Code (Shipping),"
    "Postcode (Shipping),Country Code (Shipping),Email (Billing),Order Shipping Amount,SKU,"
    "Item Name,Quantity (- Refund),Item Cost"
).split(",")
GERMAN = "Bestellnummer;Empfänger;Straße;PLZ;Ort;Land;Warenbezeichnung;Menge;Einzelpreis;Währung"
FRENCH = (
    "Commande;Destinataire;Rue;Code postal;Ville;Pays;Désignation;Quantité;Prix unitaire;Devise"
)
SPANISH = "Pedido;Destinatario;Calle;Código postal;Ciudad;País;Descripción;Cantidad;Precio;Moneda"
PLAIN = (
    "reference consignee_name street1 postal_code city country description quantity unit_price "
    "currency"
).split()


def known(header: Sequence[str], **more: Any) -> dict[str, str]:
    mapping = mapped(header, more.get("given"), more.get("remembered"))
    return {field: header[at] for field, at in mapping.columns.items()}


@pytest.mark.parametrize("names", [GERMAN, FRENCH, SPANISH])
def test_headers_are_known_in_four_languages(names: str) -> None:
    header = names.split(";")
    assert known(header) == dict(zip(PLAIN, header, strict=True))
    assert missing(mapped(header, None, None).columns, {}) == []
    assert known([field.replace("_", " ").title() for field in PLAIN]).keys() == set(PLAIN)


def test_an_export_of_shopify_is_known() -> None:
    found = known(SHOPIFY)
    assert found["reference"] == "Name"
    assert found["consignee_name"] == "Shipping Name"
    assert found["street1"] == "Shipping Address1"
    assert (found["freight"], found["goods_total"]) == ("Shipping", "Subtotal")
    assert found["description"] == "Lineitem name"
    assert "order_total" not in found  # it has the tax in it
    assert missing(mapped(SHOPIFY, None, None).columns, {}) == []


def test_an_export_of_woocommerce_is_known() -> None:
    found = known(WOO)
    assert found["consignee_first_name"] == "First Name (Shipping)"
    assert found["street1"] == "Address 1&2 (Shipping)"
    assert (found["quantity"], found["unit_price"]) == ("Quantity (- Refund)", "Item Cost")
    assert missing(mapped(WOO, None, None).columns, {}) == []
    assert known(["order_number", "shipping_first_name", "x"])["reference"] == "order_number"


def test_every_field_is_known_by_its_own_name() -> None:
    for field in FIELDS:
        assert known([field, "x"]) == {field: field}


def test_what_is_given_comes_before_what_is_remembered_and_what_is_known() -> None:
    header = ["Order", "Ref", "City", "Price"]
    assert known(header, remembered={"reference": "Ref"})["reference"] == "Ref"
    told = {"reference": "A", "city": "", "sku": "D"}
    found = known(header, given=told, remembered={"reference": "Ref"})
    assert (found["reference"], found["sku"]) == ("Order", "Price")
    assert "city" not in found
    with pytest.raises(FileRefusedError, match="no column 'Colour'"):
        mapped(header, {"sku": "Colour"}, None)


def test_a_header_is_the_same_however_it_is_spelt() -> None:
    assert fingerprint(["Straße", "PLZ "]) == fingerprint(["strasse", "plz"])
    assert fingerprint(["a", "b"]) != fingerprint(["b", "a"])


def test_units_stand_in_headers() -> None:
    header = ["Weight (kg)", "Gross weight [g]", "Length in", "Grams"]
    units = mapped(header, None, None).units
    assert units == {"unit_weight": "kg", "gross_weight": "g", "length": "in"}
    assert mapped(["Grams", "x"], None, None).units == {"unit_weight": "g"}


@pytest.mark.parametrize(
    ("text", "style", "number"),
    [
        ("1,234.50", POINT, "1234.50"),
        ("1.234,50", COMMA, "1234.50"),
        ("1 234,5", COMMA, "1234.5"),
        ("1\u202f234\u202f567,89", COMMA, "1234567.89"),
        ("1'234.50", POINT, "1234.50"),
        ("1,234", POINT, "1234"),
        ("1.234", COMMA, "1234"),
        ("1.234", POINT, "1.234"),
        ("-5", POINT, "-5"),
        ("\u22125,5", COMMA, "-5.5"),
        (".5", POINT, "0.5"),
        ("0,250", COMMA, "0.250"),
    ],
)
def test_numbers_are_read_as_their_country_writes_them(
    text: str, style: Style, number: str
) -> None:
    assert str(read_number(text, style)) == number


@pytest.mark.parametrize(
    ("text", "style", "code"),
    [
        ("1,234", Style("."), "ambiguous-number"),
        ("1.234", Style(","), "ambiguous-number"),
        ("12,50", POINT, "number-format"),
        ("0,250", POINT, "number-format"),
        ("1,23,456", POINT, "number-format"),
        ("1.2.3", POINT, "number-format"),
        ("1e5", POINT, "not-a-number"),
        ("=1+1", POINT, "not-a-number"),
        ("twelve", POINT, "not-a-number"),
        ("", POINT, "not-a-number"),
        ("٣", POINT, "not-a-number"),
        ("9" * 19, POINT, "number-too-long"),
    ],
)
def test_numbers_in_doubt_are_refused(text: str, style: Style, code: str) -> None:
    with pytest.raises(CellError) as found:
        read_number(text, style)
    assert found.value.code == code


@pytest.mark.parametrize(
    ("texts", "decimal"),
    [
        (["12,50", "3"], ","),
        (["12.50", "1,234.50"], "."),
        (["1,234", "3"], "."),
        (["12,50", "12.50"], "."),
        (["1.234.567", "8"], ","),
        (["€ 0,250"], ","),
    ],
)
def test_the_numbers_of_a_file_say_how_they_are_written(texts: list[str], decimal: str) -> None:
    style = guessed(texts)
    assert (style.decimal, style.said) == (decimal, False)


def test_a_language_tag_says_how_numbers_and_days_are_written() -> None:
    for tag, decimal, day_first in [
        ("de-DE", ",", True), ("de-CH", ".", True), ("en-US", ".", False), ("en-GB", ".", True),
        ("en", ".", None), ("fr", ",", True), ("es-MX", ".", True),
    ]:  # fmt: skip
        style = style_of(tag, None)
        assert style == Style(decimal, said=True, day_first=day_first), tag
    assert style_of(None, None) is None
    assert style_of(None, ",") == COMMA


def test_amounts_may_name_their_currency() -> None:
    assert read_amount("€ 1.234,50", COMMA) == (Decimal("1234.50"), "EUR")
    assert read_amount("12.50 USD", POINT) == (Decimal("12.50"), "USD")
    assert read_amount("$12.50", POINT) == (Decimal("12.50"), None)  # whose dollar nobody knows


@pytest.mark.parametrize(
    ("text", "unit", "found"),
    [
        ("0,2", "kg", ("0.2", "kg")),
        ("200 g", None, ("200", "g")),
        ("200g", "kg", ("200", "g")),
        ("1,5", "lbs", ("1.5", "lb")),
        ("3", "Gramm", ("3", "g")),
    ],
)
def test_weights_have_a_unit(text: str, unit: str | None, found: tuple[str, str]) -> None:
    number, known_unit = read_measure(text, unit, COMMA, weight=True)
    assert (str(number), known_unit) == found


@pytest.mark.parametrize(("unit", "code"), [(None, "unit-missing"), ("stone", "unknown-unit")])
def test_weights_without_a_known_unit_are_refused(unit: str | None, code: str) -> None:
    with pytest.raises(CellError) as found:
        read_measure("3", unit, POINT, weight=True)
    assert found.value.code == code


@pytest.mark.parametrize(
    ("text", "day_first", "day"),
    [
        ("2026-11-20", None, date(2026, 11, 20)),
        ("2026-11-20 14:03:11 +0100", None, date(2026, 11, 20)),
        ("20.11.2026", None, date(2026, 11, 20)),
        ("11/20/2026", None, date(2026, 11, 20)),
        ("03/04/2026", True, date(2026, 4, 3)),
        ("03/04/2026", False, date(2026, 3, 4)),
    ],
)
def test_days_are_read(text: str, day_first: bool | None, day: date) -> None:
    assert read_day(text, Style(day_first=day_first)) == day


@pytest.mark.parametrize(
    ("text", "code"),
    [("03/04/2026", "ambiguous-day"), ("20.13.2026", "not-a-day"), ("3.4.26", "not-a-day")],
)
def test_days_in_doubt_are_refused(text: str, code: str) -> None:
    with pytest.raises(CellError) as found:
        read_day(text, Style())
    assert found.value.code == code


def test_countries_are_known_by_code_and_by_name() -> None:
    names = {"DE": "Deutschland", "FR": "france", "US": "États-Unis", "ES": "España", "GB": "UK"}
    for code, name in names.items():
        assert read_country(name) == code
    with pytest.raises(CellError):
        read_country("Atlantis")


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1", "\rx"])
def test_texts_that_a_spreadsheet_would_compute_are_refused(text: str) -> None:
    with pytest.raises(CellError) as found:
        read_text(text, computed=False)
    assert found.value.code == "formula"


def test_numbers_with_a_sign_and_telephones_are_no_formulas() -> None:
    assert read_text("-5", computed=False) == "-5"
    assert read_text("+49 (30) 123-45", computed=False, phone=True) == "+49 (30) 123-45"
    with pytest.raises(CellError):
        read_text("+49 1;=1", computed=False, phone=True)
    with pytest.raises(CellError):
        read_text("a value", computed=True)


def test_pieces_are_whole() -> None:
    assert read_pieces("2,0", COMMA) == 2
    with pytest.raises(CellError):
        read_pieces("2,5", COMMA)
