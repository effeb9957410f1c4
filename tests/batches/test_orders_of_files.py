"""Rows become orders that add up, or are refused with the cell that is wrong."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from api.schemas.batches import read_order, read_wish
from api.services.batching.opening import again, opened, write_layout
from api.services.batching.orders import orders_of
from api.services.batching.sheets import FileRefusedError
from data.model.shipment_records import read_shipment
from data.store.batches import StoredOrder
from tests.batches.order_files import HEADER, as_csv, row, rows, s10, wish

DAY = date(2026, 11, 20)
SHOPIFY = (
    "Name,Email,Currency,Subtotal,Shipping,Total,Discount Amount,Created at,Lineitem quantity,"
    "Lineitem name,Lineitem price,Lineitem sku,Shipping Name,Shipping Address1,Shipping Address2,"
    "Shipping City,Shipping Zip,Shipping Province,Shipping Country,Shipping Phone"
).split(",")


def read(content: bytes, **changes: Any) -> list[StoredOrder]:
    """The orders of a file, read twice: when it comes and when it is worked on."""
    wished = read_wish(wish(**changes))
    first = opened(content, wished, lambda header: None)
    assert first.missing == ()
    found = list(orders_of(first.rows, first.layout, read_order, DAY))
    layout, sheet = again(content, {**wished, "layout": write_layout(first.layout)})
    assert list(orders_of(sheet.rows, layout, read_order, DAY)) == found
    return found


def one(body: Sequence[Sequence[str]], header: Sequence[str] = HEADER, **changes: Any) -> Any:
    """The shipment of the only order."""
    (order,) = read(as_csv(body, header), **changes)
    assert order.faults == []
    assert order.record is not None
    return read_shipment(dict(order.record))


def told(order: StoredOrder) -> list[tuple[int, str | None, str]]:
    return [(fault["row"], fault["column"], fault["code"]) for fault in order.faults]


def test_rows_with_one_reference_are_one_order_in_the_order_of_their_rows() -> None:
    orders = read(as_csv(rows(6)))
    assert [order.reference for order in orders] == [f"SO-{number:05d}" for number in range(6)]
    assert [list(order.lines) for order in orders] == [[2, 3], [4], [5], [6], [7], [8, 9]]
    assert len(read_shipment(dict(orders[0].record or {})).items) == 2
    assert orders[0].options == {"item_number": s10(1000)}


def test_a_shipment_has_what_its_rows_say() -> None:
    shipment = one([row(1)])
    assert shipment.consignee.place.country == "JP"
    assert shipment.consignee.street == ("3-1 Marunouchi",)
    assert (shipment.invoice_number, shipment.on) == ("SO-00001", DAY)
    (item,) = shipment.items
    assert (item.quantity, str(item.unit_price.amount)) == (2, "19.90")
    assert (item.unit_weight, shipment.parcels[0].weight) == (Decimal("0.19"), Decimal("0.630"))
    assert shipment.terms_place == "Tokyo"


def test_an_export_of_shopify_with_a_discount_and_an_empty_second_row() -> None:
    lines = [
        ["#1001", "a@b.example", "EUR", "44.80", "5.00", "59.26", "5.00", "2026-11-01 10:00 +0100",
         "2", "Mug of stoneware", "12.50", "MUG", "Ada Whitcombe", "1 Row", "", "Portland",
         "'04101", "ME", "US", "'+1 207 555 0100"],
        ["#1001", "", "", "", "", "", "", "", "1", "Shirt of cotton", "24.80", "TEE"]
        + [""] * 8,
    ]  # fmt: skip
    lines[0][-1] = "+1 207 555 0100"
    shipment = one(
        lines,
        SHOPIFY,
        mapping={"invoice_number": "Name"},
        defaults={"packaging_weight": "250 g", "unit_weight": "0.3 kg", "hs_code": "691200",
                  "country_of_origin": "PT"},
    )  # fmt: skip
    assert shipment.consignee.place.postal_code == "04101"
    assert [item.discount for item in shipment.items] == [Decimal("2.51"), Decimal("2.49")]
    assert shipment.goods.amount == Decimal("44.80")
    assert shipment.freight.amount == Decimal("5.00")
    assert shipment.gross_weight == Decimal("1.15")
    assert shipment.invoice_number == "#1001"


def test_totals_that_do_not_add_up_are_told_with_both_sums() -> None:
    header = [*HEADER, "Line total", "Goods total"]
    (order,) = read(as_csv([[*row(1), "39.81", "50"]], header))
    assert told(order) == [(2, "S", "total-does-not-add"), (2, "T", "total-does-not-add")]
    assert "39.80, not 39.81" in order.faults[0]["detail"]
    assert one([[*row(1), "39.80", "39.8"]], header)


def test_two_currencies_in_one_order_are_refused_with_the_second() -> None:
    second = row(1, **{"Order number": "SO-00000", "Currency": "USD"})
    second = [
        "" if name in ("Recipient", "Street", "Postal code", "City", "Country", "Email",
                       "Gross weight (kg)", "Freight", "S10") else cell
        for name, cell in zip(HEADER, second, strict=True)
    ]  # fmt: skip
    from api.services.batching.making import Making

    wished = read_wish(wish())
    first = opened(as_csv([row(0), second]), wished, lambda header: None)
    (order,) = orders_of(first.rows, first.layout, read_order, DAY)
    made = Making({**wished, "layout": write_layout(first.layout)}, _no_rules)
    finished, papers = made.papers(order)
    assert papers == {}
    assert (finished.state, told(finished)[0][:2]) == ("refused", (3, "K"))
    (order,) = read(as_csv([row(0, **{"Unit price": "$ 3", "Freight": "3 USD"})]))
    assert told(order) == [(2, "Q", "mixed-currencies")]


def _no_rules() -> Any:
    from tariffs.snapshot import NoSnapshotError

    raise NoSnapshotError("none")


def test_rows_of_one_order_that_disagree_are_refused() -> None:
    second = row(1, **{"Order number": "SO-00000"})
    (order,) = read(as_csv([row(0), second]))
    assert order.record is None
    codes = {(row_, code) for row_, _, code in told(order)}
    assert codes == {(3, "rows-disagree")}
    assert {fault["field"] for fault in order.faults} >= {"city", "country", "street1"}


def test_rows_without_a_reference_are_refused_one_by_one() -> None:
    nameless = row(1, **{"Order number": " "})
    orders = read(as_csv([row(0), nameless, nameless]))
    assert [order.reference for order in orders] == ["SO-00000", "row 3", "row 4"]
    assert told(orders[1])[0] == (3, "A", "missing")


def test_rows_wider_than_the_header_and_unknown_countries_are_told() -> None:
    (order,) = read(as_csv([[*row(0, Country="Atlantis"), "x"]]))
    assert set(told(order)) == {(2, None, "too-many-cells"), (2, "F", "unknown-country")}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"Quantity": "0"}, ("J", "invalid")),
        ({"Quantity": "1.5"}, ("J", "not-whole")),
        ({"Quantity": ""}, ("J", "invalid")),
        ({"Unit price": "-3"}, ("K", "invalid")),
        ({"Unit weight (kg)": "0"}, ("O", "invalid")),
        ({"Gross weight (kg)": "heavy"}, ("P", "not-a-number")),
        ({"Currency": "EURO"}, ("L", "invalid")),
        ({"Description": "x" * 1001}, ("I", "invalid")),
        ({"Recipient": "a\x00b"}, ("B", "invalid")),
        ({"City": ""}, ("E", "invalid")),
        ({"Street": ""}, ("C", "invalid")),
        ({"HS code": "69"}, ("M", "invalid")),
    ],
)
def test_one_wrong_cell_is_one_fault_in_its_cell(changes: Any, expected: Any) -> None:
    (order,) = read(as_csv([row(0, **changes)]))
    assert told(order) == [(2, *expected)]


def test_a_comma_that_the_file_itself_shows_is_assumed_and_said() -> None:
    body = [row(0, **{"Unit price": "12,50", "Unit weight (kg)": "0,38",
                      "Gross weight (kg)": "1,2", "Freight": "9,50"})]  # fmt: skip
    content = as_csv(body, separator=";")
    found = opened(content, read_wish(wish()), lambda header: None)
    assert "Numbers are read with a decimal comma." in found.assumptions
    assert one(body, locale="de-DE").freight.amount == Decimal("9.50")


def test_a_number_that_could_be_two_is_refused_until_somebody_says() -> None:
    content = as_csv([row(0, **{"Unit price": "1,234"})])
    (order,) = read(content)
    assert told(order) == [(2, "K", "ambiguous-number")]
    assert read(content, locale="en-GB")[0].faults == []
    assert (
        read(content, decimal=",")[0].faults[0]["code"] == "number-format"
    )  # 0.38 is with a point


def test_a_discount_larger_than_the_goods_is_refused() -> None:
    header = [*HEADER, "Order discount"]
    (order,) = read(as_csv([[*row(1), "40"]], header))
    assert told(order) == [(2, "S", "discount-too-large")]


def test_more_orders_than_a_file_may_have_are_refused() -> None:
    body = [[f"{number}", *row(0)[1:]] for number in range(10_001)]
    with pytest.raises(FileRefusedError, match="more than 10000 orders"):
        read(as_csv(body))
    header = as_csv([])
    with pytest.raises(FileRefusedError, match="no order"):
        read(header)
