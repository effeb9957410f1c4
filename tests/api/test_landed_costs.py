"""The border's part alone, for a price of freight that the caller knows."""

from typing import Any

import pytest

from tests.api.real_service import (  # noqa: F401 - fixtures
    Desk,
    amount,
    answer_check,
    assert_adds_up,
    border,
    desk_fixture,
    facts_dir_fixture,
    line,
    open_app_fixture,
    shop_fixture,
)

PATH = "/v1/landed-costs"


def costs(answer: Any) -> dict[str, dict[str, Any]]:
    assert answer.status_code == 200, answer.get_data()
    return {cost["terms"]: cost for cost in answer.get_json()["costs"]}


def test_t_shirts_worth_200_pounds_cost_what_the_contract_works_out(shop: Any) -> None:
    found = costs(shop.post(PATH, json=border("GB", "14.10", "GBP", line("100.00", "GBP"))))
    for terms, delivery in (("DDP", "0.00"), ("DAP", "73.65")):
        totals = {name: money["amount"] for name, money in found[terms]["totals"].items()}
        assert totals["goods"] == "200.00"
        assert totals["duties"] == "25.69"
        assert totals["taxes"] == "47.96"
        assert totals["landed_cost"] == "287.75"
        assert totals["due_on_delivery"] == delivery
        charges = {charge["kind"]: charge for charge in found[terms]["charges"]}
        assert charges["duty"]["base"] == {"amount": "214.10", "currency": "GBP"}
        assert charges["tax"]["base"] == {"amount": "239.79", "currency": "GBP"}
        assert_adds_up(found[terms], "GBP")


def test_t_shirts_worth_100_pounds_are_free_of_duty_and_taxed_at_sale(shop: Any) -> None:
    found = costs(shop.post(PATH, json=border("GB", "14.10", "GBP", line("50.00", "GBP"))))
    for cost in found.values():
        charges = {charge["kind"]: charge for charge in cost["charges"]}
        assert charges["duty"]["status"] == "waived"
        assert charges["duty"]["law"]["id"] == "SI-2020-1431"
        assert charges["tax"]["amount"] == {"amount": "22.82", "currency": "GBP"}
        assert (charges["tax"]["payer"], charges["tax"]["collected_at"]) == ("seller", "sale")
        assert cost["totals"]["landed_cost"]["amount"] == "136.92"
        assert cost["totals"]["due_on_delivery"]["amount"] == "0.00"


@pytest.mark.parametrize(
    ("seller", "terms", "checkout", "delivery"),
    [
        ("ioss", "DDP", "77.35", "0.00"),
        ("ioss", "DAP", "77.35", "0.00"),
        (None, "DDP", "77.35", "0.00"),
        (None, "DAP", "62.00", "15.35"),
    ],
)
def test_who_pays_when_follows_the_scheme_and_the_terms(
    shop: Any, seller: str | None, terms: str, checkout: str, delivery: str
) -> None:
    registered = [{"scheme": seller, "number": "IM1"}] if seller else []
    body = border("DE", "12.00", "EUR", seller={"registrations": registered})
    totals = costs(shop.post(PATH, json=body))[terms]["totals"]
    assert totals["landed_cost"]["amount"] == "77.35"
    assert totals["due_at_checkout"]["amount"] == checkout
    assert totals["due_on_delivery"]["amount"] == delivery


def test_a_business_with_a_tax_number_accounts_for_the_tax_itself(shop: Any) -> None:
    goods = line("50.00", "GBP")
    plain = border("GB", "14.10", "GBP", goods, buyer={"type": "business"})
    numbered = border(
        "GB", "14.10", "GBP", goods, buyer={"type": "business", "tax_id": "GB123456789"}
    )

    def tax(body: Any) -> dict[str, Any]:
        charges = costs(shop.post(PATH, json=body))["DDP"]["charges"]
        (found,) = [charge for charge in charges if charge["kind"] == "tax"]
        return dict(found)

    assert tax(plain)["payer"] == "seller"
    assert tax(plain)["collected_at"] == "sale"
    assert tax(numbered)["payer"] == "buyer"
    assert tax(numbered)["recoverable"] is True
    assert tax(numbered)["amount"]["amount"] == "22.82"


def test_every_field_of_the_document_is_there(shop: Any) -> None:
    check = answer_check(shop, PATH, 200)
    for to in ("US", "GB", "GB BT1 5GS", "DE", "FR", "RO", "SE"):
        body = border(to, "9.00", "USD", line("80.00", "USD"), locale="fr-FR")
        check(shop.post(f"{PATH}?explain=full", json=body).get_json())
        check(shop.post(PATH, json=body).get_json())


def test_one_entry_for_each_of_the_terms_and_no_carrier(shop: Any) -> None:
    answer = shop.post(PATH, json=border("GB", "14.10", "GBP", terms=["DAP"])).get_json()
    (cost,) = answer["costs"]
    assert cost["terms"] == "DAP"
    assert cost["mode"] == "express"
    assert not {"carrier", "service", "id", "transit"} & cost.keys()
    assert "options" not in answer


def test_an_explanation_names_every_measure_that_was_looked_at(shop: Any) -> None:
    body = border("US", "10.00", "USD", line("80.00", "USD"))
    assert "considered" not in shop.post(PATH, json=body).get_json()
    answer = shop.post(f"{PATH}?explain=full", json=body).get_json()
    considered = answer["considered"]
    assert {entry["line"] for entry in considered} == {"1"}
    assert {"applies", "not_applicable"} <= {entry["status"] for entry in considered} | {
        "not_applicable" if entry["status"] == "excluded" else "" for entry in considered
    }
    assert all(entry["because"] for entry in considered)
    charged = {c["code"] for c in answer["costs"][0]["charges"] if c["kind"] == "duty"}
    assert charged <= {entry["code"] for entry in considered}


@pytest.mark.parametrize("query", ["explain=some", "store=yes"])
def test_a_parameter_with_another_word_is_refused_by_name(shop: Any, query: str) -> None:
    answer = shop.post(f"{PATH}?{query}", json=border("GB", "1.00", "GBP"))
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["parameter"] == query.partition("=")[0]


def test_a_territory_that_is_not_covered_is_a_problem_of_its_own(shop: Any) -> None:
    answer = shop.post(PATH, json=border("IS", "5.00", "EUR"))
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    problem = answer.get_json()
    assert problem["type"] == "urn:tidewaiter:problem:territory-not-covered"
    assert "IS" in problem["detail"]


@pytest.mark.parametrize("key", ["carriers", "parcels", "max_wait_ms", "store"])
def test_what_only_a_quote_knows_is_refused(shop: Any, key: str) -> None:
    answer = shop.post(PATH, json={**border("GB", "1.00", "GBP"), key: None})
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == f"/{key}"


def test_freight_is_required(shop: Any) -> None:
    body = border("GB", "1.00", "GBP")
    del body["shipping"]
    answer = shop.post(PATH, json=body)
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == "/shipping"


def test_the_mode_of_transport_decides_the_fee_of_entry(shop: Any) -> None:
    def fee(mode: str) -> str:
        body = border("US", "10.00", "USD", line("80.00", "USD"), mode=mode)
        return str(costs(shop.post(PATH, json=body))["DDP"]["totals"]["fees"]["amount"])

    assert fee("express") == "1.34"
    assert fee("air") == "2.77"
    assert fee("post") == "0.00"


def test_goods_that_may_not_be_entered_have_no_costs(shop: Any) -> None:
    whey = line("10.00", "USD", hs_code="0404.10.05.00", country_of_origin="CA")
    body = border("US", "1.00", "USD", whey, as_of="2026-09-29", ship_from={"country": "CA"})
    answer = shop.post(PATH, json=body).get_json()
    assert (answer["status"], answer["costs"]) == ("refused", [])


def test_a_landed_cost_is_remembered_when_that_is_asked_for(desk: Desk) -> None:
    body = border("GB", "14.10", "GBP", line("100.00", "GBP"))
    plain = desk.ask(PATH, body)
    assert plain.status_code == 200
    assert desk.ask(f"/v1/quotes/{plain.get_json()['id']}").status_code == 404
    stored = desk.ask(f"{PATH}?store=true&explain=full", body)
    assert stored.status_code == 201
    where = stored.headers["Location"]
    assert where == f"/v1/quotes/{stored.get_json()['id']}"
    assert desk.ask(where).get_data() == stored.get_data()
    assert desk.ask(where, account="b").status_code == 404
    replayed = desk.ask(f"{where}/replay", {}).get_json()
    assert replayed == {"identical": True, "differences": []}


def test_the_totals_do_not_depend_on_the_order_of_the_lines(shop: Any) -> None:
    one, two = line("80.00", "GBP"), line("15.00", "GBP", hs_code="640399")
    found = [
        costs(shop.post(PATH, json=border("GB", "14.10", "GBP", *goods)))["DAP"]["totals"]
        for goods in ((one, two), (two, one))
    ]
    assert found[0] == found[1]
    assert amount(found[0]["landed_cost"]) > 204
