"""Every word of an answer is in the vocabulary, and the installed carriers answer in it too."""

from dataclasses import replace
from importlib.metadata import EntryPoint
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from api.assembly import assemble
from api.settings import Settings
from carriers.registry import GROUP, Registry
from tests.api.real_service import (  # noqa: F401 - fixtures
    answer_check,
    assert_adds_up,
    facts_dir_fixture,
    line,
    open_app_fixture,
    quote,
    shop_fixture,
)

DESTINATIONS = ["US", "GB", "GB BT1 5GS", "DE", "FR 75001", "RO", "SE", "IS"]
CODES = ["610910", "7326", "220830", "0404100500", "87120030", "870323", "999999", None]
ORIGINS = [None, "CN", "CA", "RU"]


@pytest.fixture(scope="module")
def answers(shop: Any) -> list[dict[str, Any]]:
    """Quotes for many goods from many places, cheap and dear."""
    found = []
    for to, code, origin in product(DESTINATIONS, CODES, ORIGINS):
        for price in ("20.00", "3000.00"):
            goods = line(price, hs_code=code, description="Goods", country_of_origin=origin)
            answer = shop.post("/v1/quotes", json=quote(to, goods, carriers=["flat"]))
            assert answer.status_code == 200, answer.get_data()
            found.append(answer.get_json())
    return found


def test_every_charge_of_a_border_is_in_the_vocabulary(shop: Any, answers: Any) -> None:
    known = {entry["code"] for entry in shop.get("/v1/vocabulary").get_json()["charge_codes"]}
    carried = ("shipping", "insurance", "brokerage")
    codes = {
        charge["code"]
        for answer in answers
        for option in answer["options"]
        for charge in option["charges"]
        if charge["kind"] not in carried
    }
    assert len(codes) > 10
    assert codes <= known


def test_every_question_and_finding_is_in_the_vocabulary(shop: Any, answers: Any) -> None:
    words = shop.get("/v1/vocabulary").get_json()
    schemas = shop.get("/openapi.json").get_json()["components"]["schemas"]
    members = schemas["LineBody"]["properties"].keys()
    facts = {question["fact"] for answer in answers for question in answer["questions"]} - members
    findings = {f["code"] for answer in answers for f in answer["verdict"]["findings"]}
    assert facts
    assert facts <= {entry["name"] for entry in words["facts"]}
    assert findings
    assert findings <= {entry["code"] for entry in words["finding_codes"]}


def test_every_charge_that_applies_cites_its_law(answers: Any) -> None:
    for answer in answers:
        for option in answer["options"]:
            for charge in option["charges"]:
                if charge["kind"] in ("duty", "tax", "excise", "fee") and (
                    charge["status"] in ("applies", "waived")
                ):
                    assert charge["law"], charge
                    assert charge["law"]["since"] is None or (
                        charge["law"]["since"] <= answer["as_of"]
                    )
                    until = charge["law"]["until"]
                    assert until is None or answer["as_of"] < until


DEMONSTRATIONS = ("demo_express", "demo_post")


@pytest.fixture(scope="module")
def demo_shop(facts_dir: Path) -> Any:
    """A checkout over the carriers that the product brings along."""
    points = [
        EntryPoint(code, f"carriers.adapters.{code}:MANIFEST", GROUP) for code in DEMONSTRATIONS
    ]
    services = assemble(Settings(data_dir=facts_dir, open=True))
    return create_app(replace(services, carriers=Registry(lambda: points))).test_client()


@pytest.mark.parametrize("to", ["US 10001", "GB SW1A 1AA", "GB BT1 5GS", "DE 10115", "RO", "IS"])
@pytest.mark.parametrize("weight", [{"value": "0.2", "unit": "kg"}, None])
def test_the_carriers_that_come_along_quote_a_parcel(demo_shop: Any, to: str, weight: Any) -> None:
    body = quote(to, line("60.00", unit_weight=weight), ship_from={"country": "CN"})
    answer = demo_shop.post("/v1/quotes", json=body).get_json()
    answer_check(demo_shop, "/v1/quotes", 200)(answer)
    assert {option["carrier"] for option in answer["options"]} == set(DEMONSTRATIONS)
    assert answer["silent_carriers"] == []
    for option in answer["options"]:
        assert option["source"] == "rate_card"
        assert option["transit"]["estimated_delivery"]["from"] > "2026-11-20"
        assert_adds_up(option, answer["currency"])
        assert amount_is_open(option) == (weight is None or to == "IS")


def amount_is_open(option: Any) -> bool:
    return bool(option["range"]["low"] != option["range"]["high"])
