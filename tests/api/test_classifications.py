"""Goods are classified by their description, for the account that asks."""

from typing import Any

import pytest

from api.app import create_app
from api.settings import Settings
from tests.api.real_service import (  # noqa: F401 - fixtures
    Desk,
    Json,
    answer_check,
    assert_adds_up,
    desk_fixture,
    facts_dir_fixture,
    line,
    open_app_fixture,
    quote,
    serve,
    shop_fixture,
)

PATH = "/v1/classifications"


def post(desk: Desk, body: Any, account: str = "a", path: str = PATH) -> Any:
    headers = {"Authorization": f"Bearer {desk.keys[account]}"}
    return desk.client.post(path, json=body, headers=headers)


def confirm(desk: Desk, description: str, code: str, account: str = "a") -> Any:
    body = {"description": description, "hs_code": code}
    return post(desk, body, account, f"{PATH}/confirmations")


def test_a_description_is_answered_with_codes_their_reasons_and_a_question(desk: Desk) -> None:
    answer = post(desk, {"description": "handbag with zip"}).get_json()
    assert answer["outcome"] == "ask"
    assert answer["candidates"][0]["hs_code"] == "420222"
    assert answer["candidates"][0]["why"][0]["shared"] == ["handbag"]
    assert answer["question"]["fact"] == "bag_outside"
    body = {"description": "handbag with zip", "facts": {"bag_outside": "leather"}}
    assert post(desk, body).get_json()["candidates"][0]["hs_code"] == "420221"


def test_the_national_code_is_named_where_only_one_stands_beneath(desk: Desk) -> None:
    body = {"description": "cotton t-shirt", "destination": "GB"}
    first = post(desk, body).get_json()["candidates"][0]
    assert (first["hs_code"], first["commodity_code"]) == ("610910", "6109100000")
    american = post(desk, {**body, "destination": "US"}).get_json()
    assert american["candidates"][0]["commodity_code"] is None
    assert american["candidates"][1]["commodity_code"] is None


def test_which_national_line_it_is_is_asked_where_nothing_else_is(desk: Desk) -> None:
    confirm(desk, "model nine", "610910")
    body = {"description": "model nine", "destination": "US"}
    question = post(desk, body).get_json()["question"]
    assert question["fact"] == "commodity_code"
    assert "US" in question["ask"]
    assert all(code.startswith("610910") for code in question["answers"])


def test_a_destination_whose_schedule_is_not_held_adds_nothing(desk: Desk) -> None:
    body = {"description": "cotton t-shirt", "destination": "AF"}
    assert post(desk, body).get_json()["candidates"][0]["commodity_code"] is None


def test_what_an_account_confirmed_wins_for_it_and_for_nobody_else(desk: Desk) -> None:
    before = post(desk, {"description": "TEE-01 heavy"}).get_json()
    confirmed = confirm(desk, "TEE-01 heavy", "6110.20.91.00")
    assert confirmed.status_code == 201
    assert confirmed.get_json()["hs_code"] == "6110209100"
    mine = post(desk, {"description": "Tee 01, HEAVY"}).get_json()
    assert mine["outcome"] == "classified"
    assert mine["candidates"][0]["hs_code"] == "611020"
    assert mine["candidates"][0]["commodity_code"] == "6110209100"
    assert mine["candidates"][0]["source"] == "confirmed"
    other = post(desk, {"description": "TEE-01 heavy"}, account="b").get_json()
    assert other == before


def test_the_last_confirmation_holds_and_the_order_of_words_does_not_matter(desk: Desk) -> None:
    confirm(desk, "blue moss lamp 3 pcs", "940521")
    confirm(desk, "blue moss lamp 3 pcs", "940529")
    near = post(desk, {"description": "lamp moss blue 5 pcs"}).get_json()["candidates"]
    assert [each["hs_code"] for each in near] == ["940529"]
    assert near[0]["confidence"] == 0.95


def test_a_confirmation_is_made_once_under_a_key(desk: Desk) -> None:
    body = {"description": "keyed goods", "hs_code": "940521"}
    headers = {"Authorization": f"Bearer {desk.keys['a']}", "Idempotency-Key": "k-1"}
    path = f"{PATH}/confirmations"
    once = desk.client.post(path, json=body, headers=headers)
    again = desk.client.post(path, json=body, headers=headers)
    assert (once.data, again.headers["Idempotency-Replayed"]) == (again.data, "true")


def test_a_code_that_contradicts_its_description_is_found(desk: Desk) -> None:
    wrong = post(desk, {"description": "dog food", "hs_code": "8517.13"}).get_json()
    assert [finding["code"] for finding in wrong["findings"]] == ["code-contradicts-description"]
    right = post(desk, {"description": "dog food", "hs_code": "2309.10"}).get_json()
    assert right["findings"] == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/description"),
        ({"description": ""}, "/description"),
        ({"description": "x" * 10_000}, "/description"),
        ({"description": "tee\x00shirt"}, "/description"),
        ({"description": "tee", "hs_cod": "610910"}, "/hs_cod"),
        ({"description": "tee", "hs_code": "61"}, "/hs_code"),
        ({"description": "tee", "destination": "XX"}, "/destination"),
        ({"description": 7}, "/description"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(
    desk: Desk, body: Json, pointer: str
) -> None:
    answer = post(desk, body)
    assert answer.status_code == 422
    assert answer.get_json(force=True)["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize("description", ["قميص قطني أزرق", "👕👕👕", "gift", "棉质衬衫"])
def test_what_says_too_little_is_asked_for_more(desk: Desk, description: str) -> None:
    answer = post(desk, {"description": description}).get_json()
    assert (answer["outcome"], answer["candidates"]) == ("ask", [])
    assert answer["reason"]
    assert answer["question"]["fact"] == "description"


def test_a_quote_works_with_the_code_of_a_description_and_says_so(desk: Desk) -> None:
    tee = line("50.00", "EUR", hs_code=None, description="Cotton T-shirt")
    answer = desk.ask("/v1/quotes", quote("DE", tee, store=True)).get_json()
    for option in answer["options"]:
        assert_adds_up(option, "EUR")
    entry = answer["lines"][0]
    assert (entry["hs_code"], entry["classified_by"]) == ("610910", "description")
    assert any("classified by its description" in each["what"] for each in answer["assumptions"])
    asked = [each for each in answer["questions"] if each["fact"] == "hs_code"]
    assert len(asked) == 1
    assert answer["status"] == "partial"
    replayed = desk.ask(f"/v1/quotes/{answer['id']}/replay", {}).get_json()
    assert replayed == {"identical": True, "differences": []}


def test_the_range_spans_the_other_likely_codes(desk: Desk) -> None:
    given = line("900.00", "USD", description="Cotton T-shirt")
    del given["hs_code"]
    answer = desk.ask("/v1/quotes", quote("US", given)).get_json()
    question = next(each for each in answer["questions"] if each["fact"] == "hs_code")
    low, high = question["effect"]["low"]["amount"], question["effect"]["high"]["amount"]
    assert float(low) <= 0 <= float(high)
    assert float(low) < float(high)
    option = answer["options"][0]
    total = float(option["totals"]["landed_cost"]["amount"])
    assert float(option["range"]["low"]["amount"]) <= total + float(low) + 0.01
    assert float(option["range"]["high"]["amount"]) >= total + float(high) - 0.01


def test_a_quote_asks_for_the_code_where_a_description_is_not_sure_enough(desk: Desk) -> None:
    body = quote("GB", line("300.00", "GBP", hs_code=None, description="handbag with zip"))
    answer = desk.ask("/v1/quotes", body).get_json()
    assert answer["lines"][0]["hs_code"] is None
    assert answer["lines"][0]["classified_by"] is None
    assert "hs_code" in {each["fact"] for each in answer["questions"]}


def test_what_an_account_confirmed_is_used_in_its_quotes(desk: Desk) -> None:
    confirm(desk, "Model 7 Alpha", "611020")
    body = quote("GB", line("300.00", "GBP", hs_code=None, description="Model 7 Alpha"))
    answer = desk.ask("/v1/quotes", body).get_json()
    assert answer["lines"][0]["hs_code"] == "611020"
    assert answer["lines"][0]["classified_by"] == "description"
    other = desk.ask("/v1/quotes", body, account="b").get_json()
    assert other["lines"][0]["hs_code"] is None


def test_a_given_code_is_never_looked_at(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def never() -> None:
        raise AssertionError

    monkeypatch.setattr("api.services.classifying.classifier", never)
    body = quote("GB", line("300.00", "GBP", description="Cotton T-shirt"))
    answer = desk.ask("/v1/quotes", body).get_json()
    assert answer["lines"][0]["classified_by"] == "given"


def test_the_tariff_is_searched_by_words(desk: Desk) -> None:
    items = desk.ask("/v1/tariffs/GB/search?q=cotton+t-shirt").get_json()["items"]
    assert items[0]["code"] == "6109100000"
    assert items[0]["label"] == "T-shirts, tank tops and vests, knitted"
    assert desk.ask("/v1/tariffs/GB/search?q=gift").get_json()["items"] == []


def test_the_command_says_the_codes_and_what_would_decide(facts_dir: Any) -> None:
    app = create_app(serve(Settings(data_dir=facts_dir, open=True)))
    run = app.test_cli_runner().invoke
    said = run(args=["classify", "cotton t-shirt", "--destination", "GB"])
    assert said.exit_code == 0, said.output
    assert said.output.splitlines()[1].startswith("610910")
    assert "In GB: 6109100000" in said.output
    assert run(args=["classify", "gift"]).output.startswith("ask. ")
