"""A label is bought once, whatever the carrier, the network or the caller do."""

import hashlib
import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from api.clock import now
from data.store import accounts
from data.store.engines import reading
from tests.api.fake_desk import PARTY, QUOTE, SELLER, Desk, both_fixture, desk_fixture  # noqa: F401


def test_a_label_is_bought_with_its_price_and_tracking_number(both: Desk) -> None:
    desk = both
    answer = desk.buy("k1", desk.order())
    shipment = answer.get_json()
    assert answer.status_code == 201, shipment
    assert answer.headers["Location"] == f"/v1/shipments/{shipment['id']}"
    assert shipment["state"] == "confirmed"
    (sale,) = desk.carrier.books.sales.values()
    assert shipment["tracking_number"] == sale.numbers[0]
    assert shipment["price"] == {"amount": sale.amount, "currency": "EUR"}
    assert shipment["price"] == shipment["quoted_price"]
    (label,) = shipment["labels"]
    printed = desk.ask(label["href"])
    assert printed.data.startswith(b"%PDF-")
    assert hashlib.sha256(printed.data).hexdigest() == label["sha256"]
    assert len(sale.reference) == 20
    assert sale.reference.isalnum()


def test_the_same_request_again_is_answered_byte_for_byte_and_buys_nothing(both: Desk) -> None:
    desk = both
    body = desk.order()
    first = desk.buy("k1", body)
    again = desk.buy("k1", body)
    assert (again.status_code, again.data) == (201, first.data)
    assert again.headers["Idempotency-Replayed"] == "true"
    other = desk.buy("k1", {**body, "reference": "other"})
    assert other.status_code == 422
    assert other.get_json()["type"].endswith("idempotency-key-reused")
    assert len(desk.carrier.books.sales) == 1
    assert desk.ask("/v1/shipments", body).status_code == 400


def test_nobody_sees_another_accounts_shipments(both: Desk) -> None:
    desk = both
    path = desk.buy("k1", desk.order()).headers["Location"]
    for place, method in (("", "GET"), ("/labels/1", "GET"), ("/cancel", "POST")):
        found = desk.ask(path + place, account="b", method=method)
        assert found.status_code == 404
    assert desk.ask(path + "/return", {}, account="b", key="k").status_code == 404
    assert desk.ask("/v1/shipments", account="b").get_json()["items"] == []
    assert len(desk.ask("/v1/shipments").get_json()["items"]) == 1


LOST = ["slow", "half_body", "empty_list", "garbage", "lost", "lost_500", "duplicate"]


@pytest.mark.parametrize("carrier", ["fake", "by_key"])
@pytest.mark.parametrize("fault", LOST)
def test_a_purchase_whose_answer_is_lost_is_found_and_not_bought_again(
    desk: Desk, fault: str, carrier: str
) -> None:
    body = desk.order(carrier, reference=f"o fake:{fault}")
    answer = desk.buy("k1", body)
    assert (answer.status_code, answer.get_json()["state"]) == (202, "unknown")
    if carrier == "by_key":  # its script goes on; the key is what saves it
        desk.carrier.chances.scripts = False
    found = desk.reconcile_until(answer.headers["Location"], "confirmed")
    (sale,) = desk.carrier.books.sales.values()
    assert found["tracking_number"] == sale.numbers[0]
    assert len(found["labels"]) == 1
    again = desk.buy("k1", body)
    assert (again.status_code, again.get_json()) == (201, found)
    assert len(desk.carrier.books.sales) == 1


def test_a_refusal_is_told_in_the_carriers_words_with_pointers(desk: Desk) -> None:
    answer = desk.buy("k1", desk.order(reference="o fake:reject"))
    problem = answer.get_json()
    assert answer.status_code == 422
    assert problem["type"].endswith("carrier-refused")
    assert problem["detail"] == "fake: The address cannot be served"
    assert [each["pointer"] for each in problem["errors"]] == [
        "/consignee/postal_code",
        "/consignee/street/0",
    ]
    shipment = desk.ask(f"/v1/shipments/{problem['shipment']}").get_json()
    assert (shipment["state"], shipment["problem"]["reason"]) == (
        "rejected",
        "The address cannot be served",
    )


def test_a_carrier_that_is_too_busy_has_sold_nothing_and_is_asked_again(desk: Desk) -> None:
    body = desk.order(reference="o fake:quota")
    answer = desk.buy("k1", body)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"
    desk.carrier.chances.scripts = False
    assert desk.buy("k1", body).status_code == 201
    assert len(desk.carrier.books.sales) == 1


@pytest.mark.parametrize("fault", ["reset", "error_500"])
def test_what_the_carrier_does_not_know_is_sent_again_only_after_it_has_said_so(
    both: Desk, fault: str
) -> None:
    desk = both
    body = desk.order(reference=f"o fake:{fault}")
    answer = desk.buy("k1", body)
    assert answer.status_code == 202
    desk.carrier.chances.scripts = False
    assert desk.buy("k1", body).status_code == 202  # a retry at once does not send
    assert desk.carrier.books.sales == {}
    desk.reconcile_until(answer.headers["Location"], "absent")
    assert desk.carrier.books.sales == {}
    bought = desk.buy("k1", body)
    assert bought.status_code == 201
    assert len(desk.carrier.books.sales) == 1


def test_a_carrier_that_cannot_be_asked_leaves_it_to_a_person(desk: Desk) -> None:
    body = desk.order("blind", reference="o fake:lost")
    path = desk.buy("k1", body).headers["Location"]
    desk.reconcile_until(path, "manual")
    assert desk.buy("k1", body).status_code == 202
    assert len(desk.carrier.books.sales) == 1


def test_a_twin_that_turns_up_later_is_given_back(both: Desk) -> None:
    desk = both
    body = desk.order(reference="o fake:late")
    path = desk.buy("k1", body).headers["Location"]
    desk.reconcile_until(path, "absent")
    desk.carrier.chances.scripts = False
    bought = desk.buy("k1", body).get_json()
    assert bought["state"] == "confirmed"
    for _ in range(200):
        desk.services.reconciling.once()
        if desk.carrier.books.voids:
            break
        wait(0.05)
    books = desk.carrier.books
    assert len(books.sales) == 2
    (given_back,) = books.voids
    kept = desk.ask(path).get_json()
    assert (kept["state"], kept["tracking_number"]) == ("confirmed", bought["tracking_number"])
    assert books.sales[given_back].numbers[0] != kept["tracking_number"]


def wait(seconds: float) -> None:
    threading.Event().wait(seconds)


def test_a_label_is_given_back_once(both: Desk) -> None:
    desk = both
    body = desk.order()
    path = desk.buy("k1", body).headers["Location"]
    first = desk.ask(path + "/cancel", method="POST")
    assert (first.status_code, first.get_json()["state"]) == (200, "cancelled")
    assert desk.ask(path + "/cancel", method="POST").get_json() == first.get_json()
    assert len(desk.carrier.books.voids) == 1
    assert desk.buy("k1", body).get_json()["state"] == "confirmed"  # the stored answer
    assert desk.ask(path).get_json()["state"] == "cancelled"
    assert len(desk.carrier.books.sales) == 1


def test_there_is_nothing_to_give_back_before_it_is_bought(desk: Desk) -> None:
    path = desk.buy("k1", desk.order(reference="o fake:lost")).headers["Location"]
    answer = desk.ask(path + "/cancel", method="POST")
    assert (answer.status_code, answer.get_json()["type"][-10:]) == (409, "not-bought")


def test_the_way_back_has_sender_and_receiver_changed(both: Desk) -> None:
    desk = both
    path = desk.buy("k1", desk.order()).headers["Location"]
    answer = desk.ask(path + "/return", {"label": {"format": "zpl"}}, key="r1")
    back = answer.get_json()
    assert answer.status_code == 201, back
    assert (back["consignor"]["name"], back["consignee"]["name"]) == (
        PARTY["name"],
        SELLER["name"],
    )
    assert (back["purpose"], back["returns"]) == ("return", path.rpartition("/")[2])
    assert desk.ask(back["labels"][0]["href"]).data.startswith(b"^XA")
    again = desk.ask(path + "/return", {"label": {"format": "zpl"}}, key="r1")
    assert again.data == answer.data
    assert desk.ask(f"/v1/shipments/{back['id']}/return", {}, key="r2").status_code == 422


def test_labels_that_come_apart_are_fetched(desk: Desk) -> None:
    desk.credentials("fake", labels="apart")
    answer = desk.buy("k1", desk.order())
    assert (answer.status_code, len(answer.get_json()["labels"])) == (201, 1)


def test_labels_that_do_not_come_are_fetched_later(desk: Desk) -> None:
    desk.credentials("fake", labels="apart")
    body = desk.order()
    desk.carrier.chances.looking_kinds = ("error_500",)
    desk.carrier.chances.looking = 1.0
    answer = desk.buy("k1", body)
    assert (answer.status_code, answer.get_json()["state"]) == (202, "confirmed")
    assert answer.get_json()["labels"] == []
    desk.carrier.chances.looking = 0.0
    shipment = answer.get_json()["id"]
    desk.services.reconciling._labels(owner(desk), shipment)
    assert len(desk.ask(f"/v1/shipments/{shipment}").get_json()["labels"]) == 1
    assert desk.buy("k1", body).status_code == 201


def owner(desk: Desk) -> str:
    with reading(desk.services.storage.engine) as connection:
        found = accounts.named(connection, "a")
    assert found is not None
    return found.id


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"quote": "qt_none"}, "/quote"),
        ({"option": "op_none"}, "/option"),
        ({"consignee": {**PARTY, "country": "FR"}}, "/consignee/country"),
        ({"consignee": {**PARTY, "postal_code": "10117"}}, "/consignee/postal_code"),
        ({"consignee": {**PARTY, "stret": "x"}}, "/consignee/stret"),
        ({"papers": [{"kind": "proforma", "content": "?"}]}, "/papers/0/content"),
        ({"papers": [{"kind": "proforma", "content": "aGVsbG8="}]}, "/papers/0/content"),
        ({"parcels": [{"weight": {"value": "1", "unit": "stone"}}]}, "/parcels/0/weight/unit"),
        ({"on": "2020-01-01"}, "/on"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(
    desk: Desk, change: dict[str, Any], pointer: str
) -> None:
    answer = desk.buy("k1", {**desk.order(), **change})
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.get_json()["errors"]] == [pointer]
    assert desk.ask("/v1/shipments").get_json()["items"] == []


def test_an_option_of_a_carrier_that_cannot_book_is_refused(desk: Desk) -> None:
    answer = desk.buy("k1", desk.order("prices"))
    assert answer.status_code == 422
    (error,) = answer.get_json()["errors"]
    assert (error["pointer"], "prices cannot book" in error["detail"]) == ("/option", True)


def test_shipments_are_listed_page_by_page_newest_first(desk: Desk) -> None:
    body = desk.order()
    made = [desk.buy(f"k{number}", body).get_json()["id"] for number in range(3)]
    first = desk.ask("/v1/shipments?limit=2").get_json()
    rest = desk.ask(f"/v1/shipments?limit=2&after={first['next']}").get_json()
    listed = [entry["id"] for entry in first["items"] + rest["items"]]
    assert (listed, rest["next"]) == (made[::-1], None)
    assert desk.ask("/v1/shipments?limit=0").status_code == 422


def test_a_quote_that_has_expired_buys_nothing(desk: Desk) -> None:
    body = desk.order()
    with time_machine.travel(now() + timedelta(hours=25), tick=True):
        answer = desk.buy("k1", body)
    assert (answer.status_code, answer.get_json()["type"][-13:]) == (422, "quote-expired")
    assert desk.carrier.books.sales == {}


def test_papers_are_handed_over_before_the_purchase(desk: Desk) -> None:
    paper = {"kind": "commercial_invoice", "content": "JVBERi0xLjQK"}
    answer = desk.buy("k1", desk.order(papers=[paper]))
    assert answer.status_code == 201
    order = desk.services.shipping.get(owner(desk), answer.get_json()["id"])
    assert order is not None
    assert str(order.papers[0].carrier_id).startswith("doc-")


def test_several_parcels_have_a_label_each(desk: Desk) -> None:
    parcels = [{"weight": {"value": "0.3", "unit": "kg"}}, {"weight": {"value": "2", "unit": "lb"}}]
    label = {"format": "png", "size": "A6"}
    body = desk.order(quote={**QUOTE, "parcels": parcels}, label=label)
    shipment = desk.buy("k1", body).get_json()
    assert [each["number"] for each in shipment["labels"]] == [1, 2]
    for each in shipment["labels"]:
        assert desk.ask(each["href"]).data.startswith(b"\x89PNG\r\n\x1a\n")
    assert QUOTE["currency"] == shipment["price"]["currency"]


@pytest.mark.parametrize(
    ("missing", "said"),
    [("country_of_origin", "origin"), ("hs_code", "code"), ("description", "description")],
)
def test_nothing_is_bought_whose_customs_papers_could_not_be_made(
    desk: Desk, missing: str, said: str
) -> None:
    line = {name: each for name, each in QUOTE["lines"][0].items() if name != missing}
    answer = desk.buy("k1", desk.order(quote={**QUOTE, "lines": [line]}))
    assert answer.status_code == 422
    (error,) = answer.get_json()["errors"]
    assert error["pointer"] == "/quote"
    assert said in error["detail"]
    assert desk.carrier.books.sales == {}


def test_boxes_that_weigh_less_than_the_goods_in_them_are_pointed_at(desk: Desk) -> None:
    light = [{"weight": {"value": "0.1", "unit": "kg"}}]
    answer = desk.buy("k1", desk.order(parcels=light))
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.get_json()["errors"]] == ["/parcels"]


def test_every_fault_of_the_papers_has_its_own_place(desk: Desk) -> None:
    blank = {**PARTY, "name": " ", "street": [" "]}
    errors = desk.buy("k1", desk.order(consignee=blank)).get_json()["errors"]
    assert [each["pointer"] for each in errors] == ["/consignee/name", "/consignee/street"]
    assert errors[0]["detail"] == "The consignee has no name."


def test_a_label_that_was_given_back_has_no_way_back(desk: Desk) -> None:
    path = desk.buy("k1", desk.order()).headers["Location"]
    assert desk.ask(path + "/cancel", method="POST").status_code == 200
    answer = desk.ask(path + "/return", {}, key="k2")
    assert (answer.status_code, "cancelled" in answer.get_json()["detail"]) == (422, True)
    assert len(desk.carrier.books.sales) == 1


def test_nothing_is_sent_back_on_a_day_that_is_over(desk: Desk) -> None:
    path = desk.buy("k1", desk.order()).headers["Location"]
    answer = desk.ask(path + "/return", {"on": "2020-01-01"}, key="k2")
    assert [each["pointer"] for each in answer.get_json()["errors"]] == ["/on"]


def test_another_price_than_was_offered_is_said(desk: Desk) -> None:
    heavy = {**QUOTE, "parcels": [{"weight": {"value": "20", "unit": "kg"}}]}
    body = desk.order(quote=heavy, parcels=[{"weight": {"value": "2", "unit": "kg"}}])
    shipment = desk.buy("k1", body).get_json()
    asked, offered = (shipment[name]["amount"] for name in ("price", "quoted_price"))
    assert asked != offered
    assert shipment["warnings"] == [f"The carrier asks {asked} EUR; it had offered {offered} EUR."]
    assert desk.buy("k1", body).get_json() == shipment


@pytest.mark.parametrize(
    "parcels",
    [
        [{"weight": {"value": "20", "unit": "kg"}}],
        [{"weight": {"value": "0.2", "unit": "kg"}}] * 2,
    ],
)
def test_boxes_that_cost_more_than_those_of_the_offer_need_a_quote_of_their_own(
    desk: Desk, parcels: list[Any]
) -> None:
    answer = desk.buy("k1", desk.order(parcels=parcels))
    assert answer.status_code == 422
    (error,) = answer.get_json()["errors"]
    assert (error["pointer"], "ask for a quote of these" in error["detail"]) == ("/parcels", True)
    assert desk.carrier.books.sales == {}


def test_boxes_that_are_larger_than_those_of_the_offer_need_a_quote_of_their_own(
    desk: Desk,
) -> None:
    def box(side: str) -> Any:
        sides = {"length": side, "width": "10", "height": "10", "unit": "cm"}
        return {"weight": {"value": "1", "unit": "kg"}, "dimensions": sides}

    quote = {**QUOTE, "parcels": [box("20")]}
    assert desk.buy("k1", desk.order(quote=quote, parcels=[box("21")])).status_code == 422
    assert desk.buy("k2", desk.order(quote=quote, parcels=[box("19")])).status_code == 201


def test_an_offer_that_was_priced_without_weights_buys_nothing(desk: Desk) -> None:
    line = {name: each for name, each in QUOTE["lines"][0].items() if name != "unit_weight"}
    one_kilogram = [{"weight": {"value": "1", "unit": "kg"}}]
    body = desk.order(quote={**QUOTE, "lines": [line]}, parcels=one_kilogram)
    answer = desk.buy("k1", body)
    assert [each["pointer"] for each in answer.get_json()["errors"]] == ["/quote"]
