"""The price at which it costs so much to the door, and the sums that no price leads to."""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from api.schemas.quotes import load_border, read_quote_request
from api.schemas.reverse import read_priced
from api.services import reversing
from api.services.price_ladder import Ladder, last_that
from api.services.quoting import make_landed_cost
from api.services.reversing import MOST_CALLS, reverse_price
from api.services.stamping import new_stamp
from customs.rulebook import Rulebook
from data.model.money import money
from tests.api.real_service import (  # noqa: F401 - fixtures
    Json,
    answer_check,
    border,
    facts_dir_fixture,
    line,
    open_app_fixture,
    shop_fixture,
)

PATH = "/v1/reverse-prices"
STAMP = new_stamp(datetime(2026, 11, 20, tzinfo=UTC))


def ask(shop: Any, body: Json, target: str, unit: str) -> Json:
    answer = shop.post(PATH, json={**body, "target": {"amount": target, "currency": unit}})
    assert answer.status_code == 200, answer.get_data()
    found: Json = answer.get_json()
    return found


def prices(pricing: Json) -> list[str]:
    return [each["unit_price"]["amount"] for each in pricing["lines"]]


SHIRTS = border("GB", "14.10", "GBP", line("1.00", "GBP"))


def test_the_price_of_the_worked_example_is_found_again(shop: Any) -> None:
    found = ask(shop, SHIRTS, "287.75", "GBP")
    assert (found["outcome"], prices(found["price"])) == ("exact", ["100.00"])
    assert found["price"]["factor"] is None
    assert found["short_by"]["amount"] == "0.00"
    (cost, _) = found["quote"]["costs"]
    assert cost["totals"]["landed_cost"] == found["price"]["landed_cost"]
    assert cost["totals"]["goods"]["amount"] == "200.00"


def test_a_sum_that_no_price_leads_to_is_answered_with_the_nearest_below(shop: Any) -> None:
    # 135 GBP is the last value without duty: 135.00 + 14.10 + VAT 29.82; one penny a shirt more
    # and duty of 12 % comes on top.
    found = ask(shop, SHIRTS, "190.00", "GBP")
    assert (found["outcome"], prices(found["price"])) == ("below", ["67.50"])
    assert found["price"]["landed_cost"]["amount"] == "178.92"
    assert found["short_by"]["amount"] == "11.08"
    assert prices(found["dearer"]) == ["67.51"]
    (gap,) = found["unreached"]
    assert gap["over"]["amount"] == "178.92"
    assert gap["under"] == found["dearer"]["landed_cost"]
    (threshold,) = found["thresholds"]
    assert prices(threshold["below"]) == ["67.50"]
    assert prices(threshold["above"]) == ["67.51"]
    (ended,) = threshold["ends"]
    assert ended == {
        "code": "GB.third_country",
        "status": "waived",
        "law": "SI-2020-1431",
        "lines": ["1"],
    }
    assert threshold["begins"][0]["status"] == "applies"


def test_where_the_cost_falls_at_a_threshold_two_prices_may_come_to_the_same(shop: Any) -> None:
    # Telephones are free of duty: above 150 EUR the flat duty of 3 EUR falls away.
    body = border("DE", "12.00", "EUR", line("1.00", quantity=1, hs_code="8517.13"))
    found = ask(shop, body, "196.00", "EUR")
    (threshold,) = found["thresholds"]
    assert prices(threshold["below"]) == ["150.00"]
    below, above = (Decimal(threshold[s]["landed_cost"]["amount"]) for s in ("below", "above"))
    assert above < below
    assert found["unreached"] == []
    assert [Decimal(p) > 150 for p in prices(found["price"])] == [True]
    if found["also"]:
        assert found["also"][0]["landed_cost"] == found["price"]["landed_cost"]


def test_prices_of_several_lines_keep_their_proportion(shop: Any) -> None:
    lines = (line("10.00"), line("40.00", hs_code="8517.13"), line("0.00", hs_code="4202.92"))
    found = ask(shop, border("DE", "12.00", "EUR", *lines), "300.00", "EUR")
    factor = Decimal(found["price"]["factor"])
    first, second, free = map(Decimal, prices(found["price"]))
    assert abs(first - 10 * factor) <= Decimal("0.005")
    assert abs(second - 40 * factor) <= Decimal("0.005")
    assert free == 0
    assert Decimal(found["short_by"]["amount"]) <= Decimal("0.05")


def test_what_is_found_costs_as_much_when_it_is_asked_forwards(shop: Any) -> None:
    body = border("US", "12.00", "USD", line("20", "JPY", quantity=7), line("80.00", "EUR"))
    found = ask(shop, body, "3000.00", "USD")
    for each in (found["price"], found["dearer"], found["thresholds"][0]["above"]):
        for index, priced in enumerate(each["lines"]):
            body["lines"][index]["unit_price"] = priced["unit_price"]
        forwards = shop.post("/v1/landed-costs", json={**body, "currency": "USD"}).get_json()
        assert forwards["costs"][0]["totals"]["landed_cost"] == each["landed_cost"]
    assert Decimal(found["dearer"]["landed_cost"]["amount"]) > 3000


def test_freight_alone_may_cost_more_than_the_target(shop: Any) -> None:
    found = ask(shop, SHIRTS, "10.00", "GBP")
    assert (found["outcome"], found["price"], found["short_by"]) == ("unreachable", None, None)
    assert prices(found["dearer"]) == ["0.00"]
    assert ask(shop, SHIRTS, "0.00", "GBP")["outcome"] == "unreachable"


def test_a_discount_stays_as_it_is_given(shop: Any) -> None:
    cut = {"amount": "30.00", "currency": "GBP"}
    body = border("GB", "14.10", "GBP", line("100.00", "GBP", discount=cut))
    found = ask(shop, body, "287.75", "GBP")
    assert prices(found["price"]) == ["115.00"]
    order = {**SHIRTS, "lines": [line("100.00", "GBP")], "discount": cut}
    assert prices(ask(shop, order, "287.75", "GBP")["price"]) == ["115.00"]
    least = ask(shop, body, "16.92", "GBP")
    assert (least["outcome"], prices(least["price"])) == ("exact", ["15.00"])


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"target": None}, "/target"),
        ({"target": {"amount": "-1.00", "currency": "GBP"}}, "/target/amount"),
        ({"currency": "EUR"}, "/target/currency"),
        ({"lines": [line("0.00", "GBP"), line("0.00", "GBP")]}, "/lines"),
        ({"lines": []}, "/lines"),
        ({"targett": {"amount": "1.00", "currency": "GBP"}}, "/targett"),
    ],
)
def test_what_cannot_be_searched_is_refused_with_a_pointer(
    shop: Any, change: Json, pointer: str
) -> None:
    body = {**SHIRTS, "target": {"amount": "100.00", "currency": "GBP"}, **change}
    answer = shop.post(PATH, json=body)
    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.get_json()["errors"]]


def test_a_border_whose_rules_are_not_held_is_refused_as_for_a_landed_cost(shop: Any) -> None:
    target = {"target": {"amount": "100.00", "currency": "GBP"}}
    answer = shop.post(PATH, json={**border("AQ", "9.00", "GBP"), **target})
    assert answer.status_code == 422
    assert answer.get_json()["type"].endswith(":territory-not-covered")


def test_the_callers_own_duty_and_tax_can_be_reversed_too(shop: Any) -> None:
    own = {"duty_expression": "10%", "facts": {"tax_percent": "20"}}
    body = border("AQ", "0.00", "USD", line("1.00", "USD", quantity=1, **own))
    found = ask(shop, body, "132.00", "USD")
    assert (found["outcome"], prices(found["price"])) == ("exact", ["100.00"])


def test_answers_are_as_the_document_says(shop: Any) -> None:
    check = answer_check(shop, PATH, 200)
    check(ask(shop, SHIRTS, "190.00", "GBP"))
    check(ask(shop, SHIRTS, "10.00", "GBP"))
    check(ask(shop, border("DE", "12.00", "EUR", line(), line("80")), "300.00", "EUR"))


# Against every price there is

CONSIGNMENTS = {
    "relief": border("GB", "14.10", "GBP", line("1.00", "GBP", quantity=1)),
    "pieces": border("GB", "4.10", "GBP", line("1.00", "GBP", quantity=5), purpose="gift"),
    "flat duty": border("DE", "12.00", "EUR", line("1.00", quantity=1, hs_code="8517.13")),
    "high duty": border("DE", "12.00", "EUR", line("1.00", quantity=3, hs_code="6404.11")),
    "other currency": border("DE", "12.00", "EUR", line("1.00", "USD", quantity=1)),
    "coarse currency": border("GB", "12.00", "GBP", line("1", "JPY", quantity=1)),
}  # fmt: skip


@pytest.fixture(scope="module")
def rulebook(open_app: Any) -> Rulebook:
    book: Rulebook = open_app.extensions["tidewaiter"].rulebook()
    return book


@pytest.mark.parametrize("kind", CONSIGNMENTS)
def test_no_price_comes_nearer_than_the_one_that_is_found(rulebook: Rulebook, kind: str) -> None:
    unit = CONSIGNMENTS[kind]["shipping"]["currency"]
    body = {**load_border(CONSIGNMENTS[kind]), "currency": unit}
    day, freight = date(2026, 11, 20), body["shipping"]
    asked = read_quote_request(body, day)
    ladder = Ladder(asked.consignment.items)

    def landed(number: int) -> Decimal:
        request = read_priced(body, ladder.prices(number), day)
        assert request is not None
        quote = make_landed_cost(request, freight, rulebook, STAMP, explain=False)
        return quote.options[0].totals.landed_cost

    around = [13_500, 15_000] if kind != "coarse currency" else [26_000]
    for near in around:
        near //= body["lines"][0]["quantity"]
        sums = {number: landed(number) for number in range(max(0, near - 60), near + 60)}
        for number in list(sums)[20:-20:13]:
            for off in (Decimal("0.00"), Decimal("0.01"), Decimal("-0.01")):
                target = sums[number] + off
                found = reverse_price(
                    asked, lambda p: read_priced(body, p, day), freight,
                    money(target, unit), rulebook, STAMP,
                )  # fmt: skip
                assert found.found is not None
                nearest = max((s for s in sums.values() if s <= target), default=Decimal(0))
                assert nearest <= found.found.landed <= target
                assert (found.outcome == "exact") == (found.found.landed == target)
                assert found.dearer is not None and found.dearer.landed > target


def test_the_engine_is_called_a_bounded_number_of_times(
    rulebook: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def counted(*arguments: Any, **keywords: Any) -> Any:
        calls.append(1)
        return make_landed_cost(*arguments, **keywords)

    monkeypatch.setattr(reversing, "make_landed_cost", counted)
    sizes = {"1.00": 60, "123456789012.00": 90}
    for price, most in sizes.items():
        calls.clear()
        lines = [line(price, quantity=n + 1) for n in range(4)]
        body = {**load_border(border("DE", "12.00", "EUR", *lines)), "currency": "EUR"}
        asked = read_quote_request(body, date(2026, 11, 20))
        target = money(Decimal(price) * 11, "EUR")
        at = partial(read_priced, body, today=date(2026, 11, 20))
        found = reverse_price(asked, at, body["shipping"], target, rulebook, STAMP)
        assert found.exhaustive
        assert len(calls) <= most < MOST_CALLS


def test_the_last_number_that_holds_is_found_from_either_end() -> None:
    for limit in range(1, 40):
        within = range(limit + 1)
        assert last_that(within.__contains__, 0) == limit
        assert last_that(within.__contains__, 0, 50) == limit
    assert last_that(range(100).__contains__, 3, 9) == 9
