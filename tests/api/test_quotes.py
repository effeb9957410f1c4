"""Every way to send it, priced to the door, with all that the contract promises."""

from typing import Any

import pytest

from tests.api.real_service import (  # noqa: F401 - fixtures
    amount,
    answer_check,
    assert_adds_up,
    facts_dir_fixture,
    line,
    open_app_fixture,
    quote,
    shop_fixture,
)

IOSS = {"registrations": [{"scheme": "ioss", "number": "IM2760000742"}]}


def by_service(answer: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(option["service"], option["terms"]): option for option in answer["options"]}


def test_a_quote_has_every_field_that_the_document_names(shop: Any) -> None:
    check = answer_check(shop, "/v1/quotes", 200)
    bodies = [
        quote(),
        quote("DE", line("25.00", "USD"), locale="de-DE", reference="cart-1042", seller=IOSS),
        quote("US", line(unit_weight=None, country_of_origin=None, hs_code="7326")),
        quote("GB", line("120.00", "GBP", hs_code=None, description="Steel sculpture")),
        quote("IS", line()),
        quote("GB BT1 5GS", line("500.00", "GBP")),
        quote("US", line(hs_code="0404.10.05.00"), ship_from={"country": "CA"}),
        quote(carriers=["mute", "nobody"]),
    ]
    for body in bodies:
        answer = shop.post("/v1/quotes", json=body)
        assert answer.status_code == 200, answer.get_data()
        check(answer.get_json())


def test_options_come_cheapest_first(shop: Any) -> None:
    options = shop.post("/v1/quotes", json=quote()).get_json()["options"]
    landed = [amount(option["totals"]["landed_cost"]) for option in options]
    assert len(set(landed)) > 2
    assert landed == sorted(landed)


def test_every_service_is_offered_under_the_terms_it_can_be_sent_under(shop: Any) -> None:
    answer = shop.post("/v1/quotes", json=quote()).get_json()
    ways = sorted(by_service(answer))
    assert ways == [
        ("air", "DAP"),
        ("air", "DDP"),
        ("express", "DAP"),
        ("express", "DDP"),
        ("post", "DAP"),
    ]
    assert answer["silent_carriers"] == [{"carrier": "mute", "reason": "closed for the day"}]


def test_terms_that_are_not_asked_for_are_not_offered(shop: Any) -> None:
    answer = shop.post("/v1/quotes", json=quote(terms=["DAP", "DAP"])).get_json()
    assert sorted(by_service(answer)) == [("air", "DAP"), ("express", "DAP"), ("post", "DAP")]


def test_only_carriers_and_modes_that_are_asked_for_are_offered(shop: Any) -> None:
    answer = shop.post("/v1/quotes", json=quote(carriers=["flat"], mode="post")).get_json()
    assert sorted(by_service(answer)) == [("post", "DAP")]
    assert answer["silent_carriers"] == []


def test_a_carrier_that_nobody_installed_is_named_as_silent(shop: Any) -> None:
    answer = shop.post("/v1/quotes", json=quote(carriers=["nobody"])).get_json()
    assert answer["status"] == "no_offer"
    assert answer["options"] == []
    (silent,) = answer["silent_carriers"]
    assert silent["carrier"] == "nobody"
    assert silent["reason"]


@pytest.mark.parametrize(
    ("seller", "terms", "payer", "collected", "checkout", "delivery"),
    [
        (IOSS, "DDP", "seller", "sale", "77.35", "0.00"),
        (IOSS, "DAP", "seller", "sale", "77.35", "0.00"),
        (None, "DDP", "seller", "border", "77.35", "0.00"),
        (None, "DAP", "buyer", "border", "62.00", "15.35"),
    ],
)
def test_two_t_shirts_to_germany_cost_what_the_contract_works_out(
    shop: Any, seller: Any, terms: str, payer: str, collected: str, checkout: str, delivery: str
) -> None:
    body = quote(seller=seller, carriers=["flat"])
    option = by_service(shop.post("/v1/quotes", json=body).get_json())["express", terms]
    charges = {charge["code"]: charge for charge in option["charges"]}
    flat, vat = charges["EU.low_value_item"], charges["DE.vat.standard"]
    assert flat["amount"] == {"amount": "3.00", "currency": "EUR"}
    assert (flat["payer"], flat["collected_at"]) == (payer, "border")
    assert vat["amount"] == {"amount": "12.35", "currency": "EUR"}
    assert vat["base"] == {"amount": "65.00", "currency": "EUR"}
    assert (vat["payer"], vat["collected_at"]) == (payer, collected)
    totals = {name: money["amount"] for name, money in option["totals"].items()}
    assert totals == {
        "goods": "50.00", "shipping": "12.00", "insurance": "0.00", "duties": "3.00",
        "taxes": "12.35", "fees": "0.00", "landed_cost": "77.35", "due_at_checkout": checkout,
        "due_on_delivery": delivery,
    }  # fmt: skip
    assert_adds_up(option, "EUR")


def test_the_duty_that_a_flat_duty_replaces_stays_in_sight_at_nothing(shop: Any) -> None:
    option = shop.post("/v1/quotes", json=quote()).get_json()["options"][0]
    (waived,) = [c for c in option["charges"] if c["code"] == "EU.third_country"]
    assert waived["status"] == "waived"
    assert waived["amount"] == {"amount": "0.00", "currency": "EUR"}
    assert waived["law"]["id"] == "EU-2026-382"


def test_that_the_flat_duty_is_in_the_tax_base_is_an_assumption(shop: Any) -> None:
    answer = shop.post("/v1/quotes", json=quote()).get_json()
    assert {"what": "The flat duty is part of the taxable amount", "confidence": "secondary",
            "law": "VATD-86"} in answer["assumptions"]  # fmt: skip
    assert answer["status"] == "complete"  # an assumption alone makes no quote partial


def test_the_carrier_bills_a_fee_on_what_it_advances(shop: Any) -> None:
    body = quote("DE", line("400.00", "EUR"), carriers=["flat"])
    options = by_service(shop.post("/v1/quotes", json=body).get_json())
    (fee,) = [c for c in options["post", "DAP"]["charges"] if c["kind"] == "brokerage"]
    totals = options["post", "DAP"]["totals"]
    advanced = amount(totals["duties"]) + amount(totals["taxes"])
    assert amount(fee["base"]) == advanced
    assert fee["amount"]["amount"] == f"{advanced * 2 / 100:.2f}"
    assert (fee["payer"], fee["collected_at"]) == ("buyer", "carrier")
    assert amount(totals["due_on_delivery"]) == advanced + amount(fee["amount"])
    assert amount(totals["due_at_checkout"]) == 809


def test_a_carrier_that_advances_nothing_bills_no_fee(shop: Any) -> None:
    options = shop.post("/v1/quotes", json=quote(seller=IOSS, terms=["DAP"])).get_json()["options"]
    assert len(options) == 3
    assert not [c for o in options for c in o["charges"] if c["kind"] == "brokerage"]


def test_goods_that_may_not_be_entered_have_a_verdict_and_no_option(shop: Any) -> None:
    whey = line("10.00", "USD", hs_code="0404.10.05.00", country_of_origin="CA")
    body = quote("US", whey, ship_from={"country": "CA"}, as_of="2026-09-29")
    answer = shop.post("/v1/quotes", json=body)
    assert answer.status_code == 200
    answer = answer.get_json()
    assert answer["status"] == "refused"
    assert answer["options"] == []
    assert answer["verdict"]["outcome"] == "refused"
    (ban,) = [f for f in answer["verdict"]["findings"] if f["outcome"] == "prohibited"]
    assert ban["line"] == "1"
    assert ban["law"]["id"] == "note-51"
    assert ban["law"]["since"] == "2026-09-29"


def test_the_day_before_the_ban_the_same_goods_are_quoted(shop: Any) -> None:
    whey = line("10.00", "USD", hs_code="0404.10.05.00", country_of_origin="CA")
    body = quote("US", whey, ship_from={"country": "CA"}, as_of="2026-09-28")
    answer = shop.post("/v1/quotes", json=body).get_json()
    assert answer["status"] in ("complete", "partial")
    assert answer["options"]


def test_a_territory_that_is_not_covered_is_quoted_to_its_border(shop: Any) -> None:
    answer = shop.post("/v1/quotes", json=quote("IS", line())).get_json()
    assert answer["status"] == "partial"
    assert answer["currency"] == "ISK"
    assert answer["verdict"]["outcome"] == "review"
    (finding,) = answer["verdict"]["findings"]
    assert (finding["code"], finding["outcome"]) == ("territory-not-covered", "warning")
    assert {option["terms"] for option in answer["options"]} == {"DAP"}
    for option in answer["options"]:
        assert option["range"]["high"] is None
        assert {charge["kind"] for charge in option["charges"]} == {"shipping"}
        assert_adds_up(option, "ISK")


def test_no_carrier_can_promise_duty_paid_where_duty_is_not_known(shop: Any) -> None:
    body = quote("IS", line(), terms=["DDP"])
    answer = shop.post("/v1/quotes", json=body).get_json()
    assert answer["options"] == []
    assert answer["status"] == "no_offer"


@pytest.mark.parametrize("to", ["DE 27498", "DE 78266"])
def test_places_outside_the_customs_territory_are_not_covered(shop: Any, to: str) -> None:
    answer = shop.post("/v1/quotes", json=quote(to)).get_json()
    assert answer["verdict"]["findings"][0]["code"] == "territory-not-covered"


def test_inside_the_union_there_is_no_border(shop: Any) -> None:
    answer = shop.post("/v1/quotes", json=quote(ship_from={"country": "FR"})).get_json()
    assert answer["verdict"]["findings"][0]["code"] == "no-customs-border"
    assert {c["kind"] for o in answer["options"] for c in o["charges"]} == {"shipping"}
    assert answer["status"] == "complete"


def test_an_unknown_origin_is_asked_for_and_the_range_holds_its_answers(shop: Any) -> None:
    def ask(**changes: Any) -> Any:
        body = quote("US", line("100.00", "USD", **changes), carriers=["flat"])
        return shop.post("/v1/quotes", json=body).get_json()

    open_answer = ask(country_of_origin=None)
    assert open_answer["status"] == "partial"
    assert "country_of_origin" in {q["fact"] for q in open_answer["questions"]}
    way = ("express", "DDP")
    span = by_service(open_answer)[way]["range"]
    assert amount(span["low"]) < amount(span["high"])
    likely = by_service(ask(country_of_origin="CN"))[way]["totals"]["landed_cost"]
    assert span["likely"] == likely  # the country of dispatch is the working answer
    for origin in ("CN", "VN", "IN", "DE", "BR", "CA", "AU"):
        settled = by_service(ask(country_of_origin=origin))[way]["totals"]["landed_cost"]
        assert amount(span["low"]) <= amount(settled) <= amount(span["high"]), origin


def test_the_question_that_narrows_most_comes_first(shop: Any) -> None:
    body = quote(
        "US",
        line("2000.00", "USD", hs_code="7326", country_of_origin=None, unit_weight=None),
        line("3.00", "USD", hs_code="6109", country_of_origin=None, unit_weight=None),
    )
    questions = shop.post("/v1/quotes", json=body).get_json()["questions"]
    assert {"country_of_origin", "unit_weight"} <= {q["fact"] for q in questions}
    widths = [
        float("inf")
        if q["effect"]["high"] is None
        else float(amount(q["effect"]["high"]) - amount(q["effect"]["low"]))
        for q in questions
    ]
    assert widths == sorted(widths, reverse=True)


def test_a_missing_weight_is_asked_for_with_what_freight_may_come_to(shop: Any) -> None:
    known = quote("US", line("25.00", "USD"), carriers=["weighed"], terms=["DDP"])
    body = quote("US", line("25.00", "USD", unit_weight=None), carriers=["weighed"], terms=["DDP"])
    answer = shop.post("/v1/quotes", json=body).get_json()
    assert answer["status"] == "partial"
    (question,) = [q for q in answer["questions"] if q["fact"] == "unit_weight"]
    assert question["line"] == "1"
    assert question["effect"] == {
        "low": {"amount": "-10.00", "currency": "USD"},
        "high": {"amount": "20.00", "currency": "USD"},
    }
    settled = shop.post("/v1/quotes", json=known).get_json()["options"][0]["totals"]["landed_cost"]
    span = answer["options"][0]["range"]
    assert amount(span["low"]) <= amount(settled) <= amount(span["high"])


def test_where_freight_is_in_the_customs_value_the_range_has_its_duty_and_tax(shop: Any) -> None:
    body = quote(
        "GB", line("200.00", "GBP", unit_weight=None), carriers=["weighed"], terms=["DDP"]
    )  # fmt: skip
    span = shop.post("/v1/quotes", json=body).get_json()["options"][0]["range"]
    for weight in ("0.5", "2"):  # a kilogram and four: the ends of what the carrier says
        known = line("200.00", "GBP", unit_weight={"value": weight, "unit": "kg"})
        body = quote("GB", known, carriers=["weighed"], terms=["DDP"])
        settled = shop.post("/v1/quotes", json=body).get_json()["options"][0]["totals"]
        end = {"0.5": "low", "2": "high"}[weight]
        assert span[end] == settled["landed_cost"]


def test_given_rates_serve_customs_and_the_page_alike(shop: Any) -> None:
    rates = [{"from": "USD", "to": "EUR", "rate": "0.5"}]
    body = quote("DE", line("500.00", "USD"), exchange_rates=rates, carriers=["flat"])
    answer = shop.post("/v1/quotes", json=body).get_json()
    totals = by_service(answer)["express", "DDP"]["totals"]
    assert totals["goods"]["amount"] == "500.00"
    assert answer["lines"][0]["customs_value"] == {"amount": "512.00", "currency": "EUR"}
    given = {(r["rate"], r["source"], r["purpose"]) for r in answer["exchange_rates"]}
    assert given == {("0.5", "given", "customs"), ("0.5", "given", "presentment")}


def test_a_published_rate_says_whose_it_is_and_of_which_day(shop: Any) -> None:
    answer = shop.post("/v1/quotes", json=quote("DE", line("500.00", "USD"))).get_json()
    customs = next(r for r in answer["exchange_rates"] if r["purpose"] == "customs")
    assert (customs["from"], customs["to"], customs["source"]) == ("USD", "EUR", "ECB")
    assert customs["on"] <= "2026-10-21"


def test_a_rate_that_nobody_publishes_is_asked_for_by_its_pair(shop: Any) -> None:
    answer = shop.post("/v1/quotes", json=quote("DE", line("500.000", "KWD")))
    assert answer.status_code == 422
    problem = answer.get_json()
    assert problem["type"].endswith(":exchange-rate-needed")
    assert problem["pair"] == ["KWD", "EUR"]


def test_amounts_are_written_as_the_buyer_writes_them(shop: Any) -> None:
    body = quote(seller=IOSS, locale="de-DE", carriers=["flat"], terms=["DDP"])
    answer = shop.post("/v1/quotes", json=body).get_json()
    express = by_service(answer)["express", "DDP"]
    assert express["formatted"]["landed_cost"] == "77,35\N{NO-BREAK SPACE}€"
    assert express["formatted"]["due_on_delivery"] == "0,00\N{NO-BREAK SPACE}€"


@pytest.mark.parametrize(
    ("to", "unit"),
    [("DE", "EUR"), ("RO", "RON"), ("SE", "SEK"), ("GB", "GBP"), ("GB BT1 5GS", "GBP"),
     ("US", "USD"), ("AU", "AUD")],
)  # fmt: skip
def test_the_currency_is_the_destinations_unless_another_is_asked_for(
    shop: Any, to: str, unit: str
) -> None:
    assert shop.post("/v1/quotes", json=quote(to)).get_json()["currency"] == unit
    answer = shop.post("/v1/quotes", json=quote(to, currency="JPY")).get_json()
    assert answer["currency"] == "JPY"
    for option in answer["options"]:
        assert_adds_up(option, "JPY")


def test_a_discount_lowers_the_price_and_with_it_every_threshold(shop: Any) -> None:
    def duty(**changes: Any) -> str:
        body = quote("GB", line("70.00", "GBP"), carriers=["flat"], terms=["DDP"], **changes)
        option = shop.post("/v1/quotes", json=body).get_json()["options"][0]
        return str(option["totals"]["duties"]["amount"])

    assert duty() != "0.00"
    assert duty(discount={"amount": "5.00", "currency": "GBP"}) == "0.00"


def test_a_discount_on_the_order_counts_as_one_on_its_lines(shop: Any) -> None:
    whole = quote("DE", line("150.00"), line("50.00"),
                  discount={"amount": "40.00", "currency": "EUR"}, terms=["DAP"])  # fmt: skip
    split = quote(
        "DE",
        line("150.00", discount={"amount": "30.00", "currency": "EUR"}),
        line("50.00", discount={"amount": "10.00", "currency": "EUR"}),
        terms=["DAP"],
    )
    totals = [
        shop.post("/v1/quotes", json=body).get_json()["options"][0]["totals"]
        for body in (whole, split)
    ]
    assert totals[0] == totals[1]
    assert totals[0]["goods"]["amount"] == "360.00"


def test_lines_are_numbered_where_they_have_no_id(shop: Any) -> None:
    body = quote("DE", line(), line(id="tee"), line())
    lines = shop.post("/v1/quotes", json=body).get_json()["lines"]
    assert [entry["id"] for entry in lines] == ["1", "tee", "3"]


def test_a_code_is_read_without_its_dots_and_found_in_the_tariff(shop: Any) -> None:
    answer = shop.post("/v1/quotes", json=quote("GB", line(hs_code="6109 10.00 00"))).get_json()
    (entry,) = answer["lines"]
    assert entry["hs_code"] == entry["commodity_code"] == "6109100000"
    assert entry["classified_by"] == "given"


def test_premiums_that_were_paid_are_part_of_the_price_and_the_customs_value(shop: Any) -> None:
    premium = {"amount": "5.00", "currency": "GBP"}
    rates = [{"from": "EUR", "to": "GBP", "rate": "0.9"}]
    body = quote(
        "GB", line("200.00", "GBP"), insurance=premium, carriers=["flat"], exchange_rates=rates
    )
    answer = shop.post("/v1/quotes", json=body).get_json()
    option = answer["options"][0]
    assert option["totals"]["insurance"] == premium
    freight = amount(option["totals"]["shipping"])
    assert amount(answer["lines"][0]["customs_value"]) == 400 + 5 + freight


def test_a_rate_that_the_caller_gives_replaces_ours_and_says_so(shop: Any) -> None:
    body = quote("GB", line("200.00", "GBP", duty_expression="5%"), carriers=["flat"])
    answer = shop.post("/v1/quotes", json=body).get_json()
    (duty,) = [c for c in answer["options"][0]["charges"] if c["kind"] == "duty"]
    assert "given" in duty["code"] + duty["name"] + duty["working"]
    assert amount(duty["assessed"]) == round(amount(duty["base"]) * 5 / 100, 2)
    assert any("the caller's own: 5%" in a["what"] for a in answer["assumptions"])
