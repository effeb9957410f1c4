"""A merchant's rules are kept for its account, and change what that account is offered."""

import shutil
import sys
from dataclasses import replace
from decimal import Decimal
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from api.app import create_app
from api.assembly import assemble
from api.services import ranking
from api.services.rating import installed_cards
from api.settings import Settings
from carriers import (
    Account,
    Answer,
    Ask,
    CarrierUnavailable,
    Manifest,
    Offer,
    RateRequest,
    Send,
)
from carriers.rate_cards import EMBEDDED
from carriers.registry import GROUP, Registry
from carriers.resilience import Guard
from carriers.resilience.ladder import Ladder
from tests.api.real_service import (  # noqa: F401 - fixtures
    Desk,
    answer_check,
    assert_adds_up,
    desk_fixture,
    facts_dir_fixture,
    open_app_fixture,
    quote,
    shop_fixture,
)

PATH = "/v1/rating-rules"
HANDLING = {"name": "Handling", "do": "mark_up", "amount": {"amount": "1.50", "currency": "EUR"}}


def put(desk: Desk, document: Any, account: str = "a") -> Any:
    headers = {"Authorization": f"Bearer {desk.keys[account]}"}
    return desk.client.put(PATH, json=document, headers=headers)


def shipping(option: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(c for c in option["charges"] if c["kind"] == "shipping")
    return found


def test_rules_are_given_back_as_they_were_sent_and_are_nobody_elses(desk: Desk) -> None:
    assert desk.ask(PATH).get_json() == {"rules": [], "backups": [], "set_at": None}
    answer = put(desk, {"rules": [HANDLING]})
    assert answer.status_code == 200
    assert answer.get_json()["rules"] == [HANDLING]
    assert answer.get_json()["set_at"]
    assert desk.ask(PATH).get_json() == answer.get_json()
    assert desk.ask(PATH, account="b").get_json()["rules"] == []
    desk.restart()
    assert desk.ask(PATH).get_json() == answer.get_json()
    assert put(desk, {}).get_json()["rules"] == []


def test_a_rule_changes_the_quotes_of_its_account_and_of_no_other(desk: Desk) -> None:
    body = quote("DE", carriers=["flat"])
    before = desk.ask("/v1/quotes", body).get_json()
    put(desk, {"rules": [HANDLING]})
    after = desk.ask("/v1/quotes", body).get_json()
    other = desk.ask("/v1/quotes", body, account="b").get_json()
    for option in after["options"]:
        assert_adds_up(option, "EUR")
    sums = [[o["totals"]["shipping"]["amount"] for o in q["options"]] for q in (before, after)]
    assert sorted(set(sums[0])) == ["12.00", "9.00"]
    assert sorted(set(sums[1])) == ["10.50", "13.50"]
    assert [o["totals"] for o in other["options"]] == [o["totals"] for o in before["options"]]
    assert shipping(after["options"][0])["working"] == "Freight 12.00 + Handling 1.50"


def test_shipping_is_free_from_an_order_value_in_another_currency(desk: Desk) -> None:
    value = {"amount": "40.00", "currency": "GBP"}
    rates = [{"from": "GBP", "to": "EUR", "rate": "1.25"}]
    free = {"name": "Free above 40", "do": "free_above", "order_value": value}
    put(desk, {"rules": [free]})
    body = quote("DE", carriers=["flat"], exchange_rates=rates)
    answer = desk.ask("/v1/quotes", body).get_json()
    for option in answer["options"]:
        assert option["totals"]["shipping"]["amount"] == "0.00"
        assert_adds_up(option, "EUR")
    assert shipping(answer["options"][0])["working"] == "Freight 12.00 + Free above 40 -12.00"
    rates[0]["rate"] = "1.26"
    paid = desk.ask("/v1/quotes", body).get_json()
    assert paid["options"][0]["totals"]["shipping"]["amount"] == "12.00"


def test_what_a_rule_leaves_out_is_silent_and_what_it_prefers_comes_first(desk: Desk) -> None:
    no_post = {"name": "No post", "do": "exclude", "modes": ["post"], "ship_to": ["DE"]}
    put(desk, {"rules": [no_post]})
    answer = desk.ask("/v1/quotes", quote("DE", carriers=["flat"])).get_json()
    assert {option["service"] for option in answer["options"]} == {"express"}
    assert answer["silent_carriers"] == [
        {"carrier": "flat", "reason": "post: left out by the rule 'No post'"}
    ]
    put(desk, {"rules": [{"name": "Fast", "do": "prefer", "services": ["express"]}]})
    answer = desk.ask("/v1/quotes", quote("DE", carriers=["flat"])).get_json()
    services = [option["service"] for option in answer["options"]]
    assert services == sorted(services)
    assert set(services) == {"express", "post"}


def test_a_stored_quote_is_replayed_as_it_was_after_the_rules_have_changed(desk: Desk) -> None:
    put(desk, {"rules": [HANDLING, {"name": "Fast", "do": "prefer", "services": ["express"]}]})
    body = quote("DE", carriers=["flat"], store=True, rank="speed")
    stored = desk.ask("/v1/quotes", body)
    put(desk, {"rules": []})
    replayed = desk.ask(f"/v1/quotes/{stored.get_json()['id']}/replay", {})
    assert replayed.get_json() == {"identical": True, "differences": []}


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ({"rules": [{"do": "exclude"}]}, "/rules/0/name"),
        ({"rules": [{"name": "x", "do": "explode"}]}, "/rules/0/do"),
        ({"rules": [HANDLING, HANDLING]}, "/rules/1/name"),
        ({"rules": [{"name": "x", "do": "mark_up"}]}, "/rules/0/percent"),
        ({"rules": [{"name": "x", "do": "free_above"}]}, "/rules/0/order_value"),
        ({"rules": [{**HANDLING, "do": "prefer"}]}, "/rules/0/amount"),
        ({"rules": [{**HANDLING, "ship_to": ["XX"]}]}, "/rules/0/ship_to/0"),
        ({"rules": [{**HANDLING, "percent": "0"}]}, "/rules/0/percent"),
        ({"rules": [{**HANDLING, "percent": 5}]}, "/rules/0/percent"),
        ({"rules": [{**HANDLING, "carriers": []}]}, "/rules/0/carriers"),
        ({"rules": [{**HANDLING, "carrier": ["x"]}]}, "/rules/0/carrier"),
        (
            {"rules": [{**HANDLING, "since": "2026-12-01", "until": "2026-12-01"}]},
            "/rules/0/until",
        ),
        (
            {
                "backups": [
                    {
                        "carrier": "ups",
                        "service": "s",
                        "mode": "express",
                        "price": {"amount": "0.00", "currency": "EUR"},
                        "weight_over": {"value": "2", "unit": "kg"},
                        "weight_up_to": {"value": "2000", "unit": "g"},
                    }
                ]
            },
            "/backups/0/price /backups/0/weight_up_to",
        ),
        ([], ""),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_pointer_and_not_kept(
    desk: Desk, document: Any, pointer: str
) -> None:
    answer = put(desk, document)
    assert answer.status_code == 422, answer.get_data()
    found = sorted(error["pointer"] for error in answer.get_json()["errors"])
    assert " ".join(found) == pointer
    assert desk.ask(PATH).get_json()["set_at"] is None


def test_without_a_rank_nothing_of_a_rank_is_in_the_answer(shop: Any) -> None:
    options = shop.post("/v1/quotes", json=quote("DE")).get_json()["options"]
    assert all("rank" not in option for option in options)
    costs = [float(option["totals"]["landed_cost"]["amount"]) for option in options]
    assert costs == sorted(costs)


def test_a_rank_that_is_asked_for_is_the_order_and_the_position(shop: Any) -> None:
    for rank in ("landed_cost", "speed", "blend"):
        answer = shop.post("/v1/quotes", json=quote("DE", carriers=["flat"], rank=rank))
        options = answer.get_json()["options"]
        assert [option["rank"] for option in options] == [1, 2, 3]
        if rank == "speed":  # post does not say how long it takes
            assert [option["service"] for option in options] == ["express", "express", "post"]
    wrong = shop.post("/v1/quotes", json=quote("DE", rank="colour"))
    assert wrong.get_json()["errors"][0]["pointer"] == "/rank"


def an_option(name: str, cost: int, days: int | None, *, preferred: bool = False) -> Any:
    transit = None if days is None else SimpleNamespace(max_days=days)
    offer = SimpleNamespace(transit=transit, preferred=preferred)
    return SimpleNamespace(
        name=name, totals=SimpleNamespace(landed_cost=Decimal(cost)), offer=offer
    )


@pytest.mark.parametrize(
    ("by", "order"),
    [
        (None, "slow fair silent fast"),
        ("landed_cost", "slow fair silent fast"),
        ("speed", "fast fair slow silent"),
        ("blend", "fair slow fast silent"),
    ],
)
def test_options_are_ranked_by_cost_speed_or_a_blend_of_both(by: Any, order: str) -> None:
    fast, slow = an_option("fast", 40, 1), an_option("slow", 10, 11)
    fair, silent = an_option("fair", 16, 4), an_option("silent", 20, None)
    options = [silent, fair, fast, slow]
    ranking.rank(options, by)
    assert " ".join(each.name for each in options) == order
    preferred = [*options, an_option("ours", 99, 99, preferred=True)]
    ranking.rank(preferred, by)
    assert " ".join(each.name for each in preferred) == f"ours {order}"


def test_an_answer_with_a_rank_is_as_the_api_document_says(shop: Any) -> None:
    answer = shop.post("/v1/quotes", json=quote("DE", rank="speed"))
    answer_check(shop, "/v1/quotes", 200)(answer.get_json())


class Wired:
    """A carrier over the wire that never answers."""

    code = "wired"

    def __init__(self, account: Account) -> None:
        """Needs nothing of its account."""

    def ask_rates(self, request: RateRequest) -> tuple[Ask, ...]:
        return (Ask("POST", "https://wired.example/rates"),)

    def read_rates(self, request: RateRequest, answers: tuple[Answer, ...]) -> tuple[Offer, ...]:
        raise AssertionError("nothing was answered")


class Announced(EntryPoint):
    """An entry point whose manifest is made on the spot."""

    def load(self) -> Manifest:
        factory = f"{__name__}:Wired"
        return Manifest("wired", "Wired", "1", {"rates": factory}, hosts=("wired.example",))


def silent(manifest: Manifest, account: Account) -> Send:
    def send(ask: Ask, seconds: float) -> Answer:
        raise CarrierUnavailable("closed for the night")

    return send


@pytest.fixture
def wired(monkeypatch: pytest.MonkeyPatch) -> Registry:
    module = ModuleType(__name__)
    module.Wired = Wired  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, __name__, module)
    return Registry(lambda: [Announced("wired", "wired:MANIFEST", GROUP)], silent)


def test_a_backup_is_offered_for_a_carrier_that_does_not_answer_and_says_so(
    desk: Desk, wired: Registry
) -> None:
    services = replace(desk.services, carriers=wired)
    desk.client = create_app(services).test_client()
    nothing = desk.ask("/v1/quotes", quote("DE")).get_json()
    assert (nothing["status"], nothing["options"]) == ("no_offer", [])
    assert nothing["silent_carriers"] == [{"carrier": "wired", "reason": "closed for the night"}]
    price = {"amount": "24.00", "currency": "EUR"}
    backup = {"carrier": "wired", "service": "standard", "mode": "express", "price": price}
    put(desk, {"backups": [backup]})
    (option,) = desk.ask("/v1/quotes", quote("DE")).get_json()["options"]
    assert (option["carrier"], option["source"], option["terms"]) == ("wired", "backup", "DAP")
    assert option["source_note"] == ("set down by the merchant; the carrier: closed for the night")
    assert option["totals"]["shipping"] == price
    assert_adds_up(option, "EUR")


def test_a_card_in_the_data_folder_stands_in_for_its_carrier(
    facts_dir: Path, wired: Registry, tmp_path: Path
) -> None:
    shutil.copytree(EMBEDDED / "demo_post", tmp_path / "wired")
    ladder = Ladder(Guard(), installed_cards(tmp_path))
    services = replace(
        assemble(Settings(data_dir=facts_dir, open=True)), carriers=wired, ladder=ladder
    )
    shop = create_app(services).test_client()
    options = shop.post("/v1/quotes", json=quote("DE")).get_json()["options"]
    assert {(o["carrier"], o["source"]) for o in options} == {("wired", "rate_card")}
    assert options[0]["source_note"].startswith(
        "from its price list; the carrier: closed for the night."
    )
