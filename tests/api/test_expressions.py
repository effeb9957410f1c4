"""What a duty expression comes to, over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

Ask = Callable[..., TestResponse]
PATH = "/v1/duty-expressions/evaluate"
HUNDRED = {"amount": "100.00", "currency": "EUR"}


def evaluate(ask: Ask, expression: str, **body: Any) -> dict[str, Any]:
    asked = {"expression": expression, "value": HUNDRED, "as_of": "2026-11-20", **body}
    answer = ask(PATH, "POST", json=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def test_an_ad_valorem_rate_is_a_value_with_its_working(ask: Ask) -> None:
    found = evaluate(ask, "12%")
    assert (found["outcome"], found["amount"]) == (
        "value",
        {"amount": "12.00", "currency": "EUR"},
    )
    assert "12%" in found["working"]
    assert found["needs"] == []


def test_a_minimum_per_weight_is_compared_with_the_rate(ask: Ask) -> None:
    found = evaluate(ask, "13.8% MIN 13 EUR/100 kg", quantities={"kg": "200"})
    assert found["amount"] == {"amount": "26.00", "currency": "EUR"}


def test_a_missing_quantity_is_a_question_that_names_it(ask: Ask) -> None:
    found = evaluate(ask, "176.80 EUR / 100 kg")
    assert (found["outcome"], found["amount"]) == ("question", None)
    assert found["needs"]


def test_what_cannot_be_read_says_why(ask: Ask) -> None:
    found = evaluate(ask, "as the Minister thinks fit")
    assert (found["outcome"], found["amount"]) == ("unsupported", None)
    assert found["reason"]


def test_amounts_in_another_currency_use_the_rate_of_the_day(ask: Ask) -> None:
    dollars = {"amount": "100.00", "currency": "USD"}
    found = evaluate(ask, "10 EUR / 100 kg", value=dollars, quantities={"kg": "100"})
    assert found["amount"] == {"amount": "12.50", "currency": "USD"}


def test_a_rate_that_the_caller_gives_comes_first(ask: Ask) -> None:
    found = evaluate(
        ask,
        "10 EUR / 100 kg",
        value={"amount": "100.00", "currency": "USD"},
        quantities={"kg": "100"},
        exchange_rates=[{"from": "EUR", "to": "USD", "rate": "2"}],
    )
    assert found["amount"] == {"amount": "20.00", "currency": "USD"}


def test_a_rate_that_nobody_knows_is_asked_for(ask: Ask) -> None:
    asked = {
        "expression": "10 EUR / 100 kg",
        "value": {"amount": "100", "currency": "XPF"},
        "quantities": {"kg": "1"},
    }
    answer = ask(PATH, "POST", json=asked)
    assert answer.status_code == 422
    body = answer.get_json(force=True)
    assert body["type"].endswith(":exchange-rate-needed")
    assert body["pair"] == ["EUR", "XPF"]


def test_the_answer_has_the_decimals_of_its_currency(ask: Ask) -> None:
    yen = {"amount": "1005", "currency": "JPY"}
    assert evaluate(ask, "3.5%", value=yen)["amount"] == {"amount": "35", "currency": "JPY"}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"expression": ""}, "/expression"),
        ({"value": {"amount": 100, "currency": "EUR"}}, "/value/amount"),
        ({"value": {"amount": "-1", "currency": "EUR"}}, "/value/amount"),
        ({"quantities": {"kg": 100}}, "/quantities/kg"),
        ({"quantities": {"kg": "-1"}}, "/quantities/kg"),
        ({"exchange_rates": [{"from": "EUR", "to": "USD", "rate": "0"}]}, "/exchange_rates/0/rate"),
        ({"expresion": "5%"}, "/expresion"),
    ],
)
def test_a_body_that_cannot_be_meant_is_pointed_at(
    ask: Ask, change: dict[str, Any], pointer: str
) -> None:
    answer = ask(PATH, "POST", json={"expression": "5%", "value": HUNDRED, **change})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.get_json(force=True)["errors"]] == [pointer]
