"""Pickup points of every carrier that knows some: the nearest first, and who is silent is named."""

import sys
import threading
from dataclasses import replace
from decimal import Decimal
from importlib.metadata import EntryPoint
from types import ModuleType
from typing import Any

import pytest

from api.app import create_app
from api.assembly import Services
from carriers import Account, Answer, Ask, Manifest, PickupPoint, RequestRejected
from carriers.registry import GROUP, Registry
from data.model.places import Place

LEEDS = Place("GB", None, "LS1 4AP", "Leeds")


class Points:
    """Knows two points, of one of which it does not tell the distance."""

    def __init__(self, account: Account) -> None:
        self.code = account.carrier

    def ask_points(self, request: Any) -> Ask:
        if self.code == "choosy":
            raise RequestRejected("only in Belgium")
        return Ask("GET", f"https://{self.code}.example/points")

    def read_points(self, request: Any, answer: Answer) -> tuple[PickupPoint, ...]:
        if self.code == "near":
            return (PickupPoint("a", "Corner shop", LEEDS, ("1 Row",), distance=Decimal("1.2")),)
        return (
            PickupPoint("b", "Depot", LEEDS),
            PickupPoint("c", "Locker", LEEDS, distance=Decimal("0.4"), kind="locker"),
        )[: request.limit]


@pytest.fixture
def ask(services: Services, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Asks for points of three carriers; a fourth never answers."""
    module = ModuleType("points_of_tests")
    module.Points = Points  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "points_of_tests", module)
    monkeypatch.setattr("api.services.pickup_points.SECONDS", 0.3)
    released = threading.Event()

    def make_send(manifest: Manifest, account: Account) -> Any:
        def send(ask: Ask, seconds: float) -> Answer:
            if manifest.code == "stuck":
                released.wait(5)
            return Answer(200)

        return send

    class Point(EntryPoint):
        def load(self) -> Manifest:
            return Manifest(self.name, self.name, "1", {"points": "points_of_tests:Points"})

    points = [Point(code, code, GROUP) for code in ("near", "far", "choosy", "stuck")]
    client = create_app(
        replace(services, carriers=Registry(lambda: points, make_send))
    ).test_client()
    key = services.storage.create_key("points", "test")

    def get(query: str) -> Any:
        return client.get(f"/v1/pickup-points?{query}", headers={"Authorization": f"Bearer {key}"})

    yield get
    released.set()


def test_the_nearest_point_comes_first_whoever_has_it(ask: Any) -> None:
    answer = ask("country=GB&postal_code=LS1+4AP&carrier=near,far").get_json()
    assert [(each["carrier"], each["id"]) for each in answer["items"]] == [
        ("far", "c"),
        ("near", "a"),
        ("far", "b"),
    ]
    assert answer["items"][0]["distance_km"] == "0.4"
    assert answer["silent_carriers"] == []


def test_a_carrier_that_is_stuck_or_unwilling_costs_its_own_points_alone(ask: Any) -> None:
    answer = ask("country=GB&postal_code=LS1+4AP").get_json()
    assert len(answer["items"]) == 3
    silent = {each["carrier"]: each["reason"] for each in answer["silent_carriers"]}
    assert silent["choosy"] == "only in Belgium"
    assert silent["stuck"].startswith("timeout")


def test_a_carrier_that_knows_no_points_says_so_when_it_is_named(ask: Any) -> None:
    answer = ask("country=GB&carrier=pigeon").get_json()
    assert answer["silent_carriers"][0]["carrier"] == "pigeon"


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "country"),
        ("country=XX", "country"),
        ("country=GB&use=fly", "use"),
        ("country=GB&limit=0", "limit"),
        ("country=GB&limit=many", "limit"),
        ("country=GB&city=" + "x" * 81, "city"),
    ],
)
def test_a_query_that_cannot_be_meant_is_pointed_at(ask: Any, query: str, parameter: str) -> None:
    answer = ask(query)
    assert answer.status_code == 422
    assert [each["parameter"] for each in answer.get_json()["errors"]] == [parameter]
