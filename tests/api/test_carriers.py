"""Carriers are listed, the broken ones with what is wrong with them."""

from dataclasses import replace
from importlib.metadata import EntryPoint
from typing import Any

from api.app import create_app
from api.assembly import Services
from carriers import Manifest, Setting
from carriers.registry import GROUP, Registry

WORKING = Manifest(
    code="acme",
    name="Acme Parcels",
    version="1.2",
    factories={"rates": "tests_have_no:adapter"},
    tier="bronze",
    homepage="https://acme.example",
    settings=(
        Setting("account", "Account number"),
        Setting("key", "API key", secret=True, required=False, choices=("one", "two")),
    ),
    hosts=("api.acme.example",),
    test_hosts=("sandbox.acme.example",),
    reconcile="native_key",
)


class Announced(EntryPoint):
    """An entry point whose module is here."""

    def load(self) -> Any:
        if self.name == "acme":
            return WORKING
        raise ImportError("no module named broken")


def test_every_plug_in_is_listed_and_a_broken_one_says_why(services: Services) -> None:
    points = [Announced(code, f"{code}:MANIFEST", GROUP) for code in ("acme", "broken")]
    known = replace(services, carriers=Registry(lambda: points))
    client = create_app(known).test_client()
    answer = client.get("/v1/carriers", headers={"Authorization": "Bearer key-of-anna"})
    working, broken = answer.get_json()["items"]
    assert working == {
        "code": "acme",
        "name": "Acme Parcels",
        "version": "1.2",
        "capabilities": ["rates"],
        "tier": "bronze",
        "where_from": "acme:MANIFEST",
        "healthy": True,
        "trouble": None,
        "note": None,
        "homepage": "https://acme.example",
        "settings": [
            {
                "name": "account",
                "title": "Account number",
                "secret": False,
                "required": True,
                "choices": [],
            },
            {
                "name": "key",
                "title": "API key",
                "secret": True,
                "required": False,
                "choices": ["one", "two"],
            },
        ],
        "sandbox": True,
        "reconcile": "native_key",
    }
    assert (broken["code"], broken["healthy"]) == ("broken", False)
    assert "no module named broken" in broken["trouble"]
    assert (broken["settings"], broken["sandbox"], broken["reconcile"]) == ([], False, None)


def test_an_installation_without_plug_ins_has_no_carriers(services: Services) -> None:
    known = replace(services, carriers=Registry(list))
    client = create_app(known).test_client()
    answer = client.get("/v1/carriers", headers={"Authorization": "Bearer key-of-anna"})
    assert answer.get_json() == {"items": [], "next": None}
