"""Carriers behind karrio are asked by our transport, and what they say is judged like others'."""

import json
import subprocess
import sys
from decimal import Decimal
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from carriers import CarrierUnavailable, Manifest
from carriers.adapters.karrio_bridge import connectors
from carriers.adapters.karrio_bridge.connectors import Known, known_connectors, manifest_of
from carriers.adapters.karrio_bridge.offers import offer_of
from carriers.registry import SOURCES, Registry

EXCHANGE = Path(__file__).with_name("karrio_exchange.py")
PRICES = {
    "asendia_us": ("20", "13.37 USD", "unitemised"),
    "australiapost": ("australiapost_parcel_post", "12.65 AUD", "base charge"),
    "canadapost": ("canadapost_tracked_packet_usa", "16.33 CAD", "Base charge"),
    "easypost": ("easypost_usps_first_class_package_international_service", "16.90 USD", ""),
    "easyship": ("00000000-0000-4000-8000-00000000000a", "30.25 USD", "Shipment Charge"),
    "fedex": ("fedex_international_priority", "96.40 USD", "Base Charge"),
    "mydhl": ("mydhl_express_worldwide", "71.50 USD", "SPRQN"),
    "purolator": ("purolator_express", "33.85 CAD", "Base charge"),
    "seko": ("seko_ecommerce_express_tracked", "21.40 USD", ""),
    "shipengine": ("shipengine_example_international_priority", "41.30 USD", ""),
    "teleship": ("teleship_expedited_pickup", "19.95 USD", "Freight"),
    "tnt": ("tnt_global_express", "48.60 GBP", "Base charge"),
    "usps": ("usps_priority_mail", "9.85 USD", "Base Price"),
    "usps_international": ("usps_priority_mail_international", "47.30 USD", "Base Price"),
}


@pytest.fixture(scope="session")
def exchanged():
    """What every connector made of its recorded answers, in a process of its own."""
    if find_spec("karrio") is None or not entry_points(group="karrio.plugins"):
        pytest.skip("karrio and its connectors are not installed: they are an extra")
    done = subprocess.run(
        [sys.executable, str(EXCHANGE)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": ""},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stderr


def test_what_karrio_changes_in_the_process_is_as_it_was_before(exchanged):
    found, _ = exchanged
    assert found["after"] == found["before"]
    assert found["before"][0] == "create_default_context"  # certificates are checked


def test_nothing_of_karrio_is_imported_to_know_what_is_installed(exchanged):
    assert exchanged[0]["quiet"]


def test_karrio_writes_no_log_of_its_own(exchanged):
    lines = [line for line in exchanged[1].splitlines() if not line.startswith("carrier karrio_")]
    assert lines == []


def test_at_least_twelve_connectors_are_tried(exchanged):
    assert len(exchanged[0]["offers"]) >= 12


@pytest.mark.parametrize("connector", PRICES)
def test_a_connector_offers_what_its_carrier_answered(connector, exchanged):
    found = exchanged[0]["offers"].get(connector)
    if found is None:
        pytest.skip(f"the connector {connector} is not installed")
    service, price, first = PRICES[connector]
    offer = found["offers"][0]
    assert (offer["carrier"], offer["service"]) == (f"karrio_{connector}", service)
    assert (offer["price"], offer["source"]) == (price, "live")
    assert offer["source_note"].startswith("by karrio")
    assert offer["parts"][0]["name"] == first or offer["parts"][0]["code"] == "unitemised"
    total = sum(Decimal(part["amount"].split()[0]) for part in offer["parts"])
    assert total == Decimal(price.split()[0])


@pytest.mark.parametrize("connector", PRICES)
def test_only_the_hosts_of_the_manifest_are_spoken_to(connector, exchanged):
    found = exchanged[0]["offers"].get(connector)
    if found is None:
        pytest.skip(f"the connector {connector} is not installed")
    for _, url in found["asked"]:
        assert url.removeprefix("https://").partition("/")[0] in found["hosts"]


def test_charges_that_do_not_add_up_are_completed_by_what_is_not_itemised(exchanged):
    offers = exchanged[0]["offers"]
    (short,) = [p for p in offers["mydhl"]["offers"][0]["parts"] if p["code"] == "unitemised"]
    (over,) = [p for p in offers["tnt"]["offers"][0]["parts"] if p["code"] == "unitemised"]
    assert (short["amount"], over["amount"]) == ("5.50 USD", "-40.50 GBP")


def test_a_price_without_a_currency_is_no_offer(exchanged):
    assert len(exchanged[0]["offers"]["easypost"]["offers"]) == 2  # of three that were answered


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        ("late", ["CarrierUnavailable", "timeout_sent", "timeout: no answer came in time", True]),
        ("unsent", ["CarrierUnavailable", "carrier_down", "no connection came about", False]),
        (
            "late token",
            ["CarrierUnavailable", "timeout_sent", "timeout: no answer came in time", True],
        ),
        ("refused", ["RequestRejected", "validation", "No such postcode", True]),
        ("credentials", ["CredentialsRejected", "credentials", "No such postcode", True]),
        ("quota", ["CarrierUnavailable", "quota", None, True]),
        ("page", ["CarrierUnavailable", "carrier_down", None, True]),
        ("nonsense", ["CarrierUnavailable", "bad_reply", None, True]),
        ("zero", ["CarrierUnavailable", "bad_reply", None, True]),
    ],
)
def test_what_went_wrong_is_told_by_what_happened_on_the_wire(trouble, error, exchanged):
    found = exchanged[0]["troubles"][trouble]["error"]
    kind, code, reason, sent = error
    assert found[:2] == [kind, code]
    assert found[3] == sent
    assert reason is None or found[2] == reason


def test_the_kit_finds_nothing_that_the_manifest_does_not_admit(exchanged):
    assert exchanged[0]["kit"] == {"canadapost": [], "easypost": []}


@pytest.fixture
def a_connector(tmp_path, monkeypatch):
    """The source of a connector, as if it were installed; nothing of it can be imported."""
    for kind, module, source in (
        (
            "mappers",
            "settings",
            "class Settings(utils.Settings):\n"
            "    user: str\n"
            '    pass_phrase: str = attr.ib(metadata={"sensitive": True})\n'
            "    region: str = None\n"
            "    api_token: str = attr.ib(default=None)\n"
            "    services: List[str] = []\n"
            "    carrier_id: str = 'acme'\n",
        ),
        ("mappers", "proxy", "class Proxy:\n    def get_rates(self, request): ...\n"),
        (
            "providers",
            "utils",
            "class Settings:\n"
            "    @property\n"
            "    def server_url(self):\n"
            '        return "https://test.acme.example/v1" if self.test_mode'
            ' else "https://api.acme.example"\n'
            "    @property\n"
            "    def login_url(self):\n"
            '        return f"https://login.acme.example/{self.user}"\n'
            "    @property\n"
            "    def tracking_url(self):\n"
            '        return "https://www.acme.example/{}"\n',
        ),
    ):
        folder = tmp_path / "karrio" / kind / "acme"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{module}.py").write_text(source, "utf-8")
    spec = SimpleNamespace(submodule_search_locations=[str(tmp_path / "karrio")])
    monkeypatch.setattr(connectors, "find_spec", lambda name: spec)
    point = EntryPoint("acme", "karrio.plugins.acme:METADATA", connectors.GROUP)
    monkeypatch.setattr(connectors, "entry_points", lambda group: [point])
    return tmp_path / "karrio"


def test_a_manifest_is_made_of_a_connectors_source(a_connector):
    (connector,) = connectors.installed()
    manifest = manifest_of(connector)
    assert (manifest.code, manifest.tier) == ("karrio_acme", "bridged")
    assert [(s.name, s.secret, s.required) for s in manifest.settings] == [
        ("user", False, True),
        ("pass_phrase", True, True),
        ("region", False, False),
        ("api_token", True, False),
    ]
    assert manifest.hosts == ("api.acme.example", "login.acme.example")
    assert manifest.test_hosts == ("login.acme.example", "test.acme.example")
    assert "nobody has looked at this connector" in manifest.note
    assert set(manifest.exemptions) == {8, 13, 26, 38}


def test_a_connector_with_karrios_demonstration_prices_is_none_of_ours(a_connector):
    proxy = a_connector / "mappers" / "acme" / "proxy.py"
    proxy.write_text("class Proxy(rating_mixin):\n    def get_rates(self, request): ...\n")
    assert list(connectors.installed()) == []
    proxy.write_text("class Proxy:\n    def get_tracking(self, request): ...\n")
    assert list(connectors.installed()) == []


def a_rate(**changes):
    rate = {
        "service": "acme_ground",
        "currency": "USD",
        "total_charge": 12.3,
        "extra_charges": [],
        "transit_days": None,
    }
    return SimpleNamespace(**rate | changes)


@pytest.mark.parametrize(
    "rate",
    [
        a_rate(total_charge=0.0),
        a_rate(total_charge=-1.0),
        a_rate(total_charge=None),
        a_rate(total_charge=float("nan")),
        a_rate(total_charge=12.345),
        a_rate(currency=None),
        a_rate(currency="XXX"),
        a_rate(currency="JPY"),
        a_rate(currency="KWD"),
        a_rate(service=""),
    ],
)
def test_a_price_that_cannot_be_the_carriers_is_refused(rate, request_for):
    with pytest.raises(CarrierUnavailable) as caught:
        offer_of("karrio_acme", Known(), request_for("1"), rate)
    assert caught.value.code == "bad_reply"


def test_a_float_is_read_by_its_shortest_spelling(request_for):
    charges = [SimpleNamespace(name="Fuel", amount=0.1, currency=None)]
    rate = a_rate(total_charge=0.1 + 0.2 - 1e-17, extra_charges=charges, transit_days="3")
    rate.total_charge = 0.3
    offer = offer_of("karrio_acme", Known(), request_for("1"), rate)
    assert [str(part.amount.amount) for part in offer.parts] == ["0.10", "0.20"]
    assert offer.mode == "road"
    assert offer.transit.max_days == 3
    yen = offer_of(
        "karrio_acme", Known(), request_for("1"), a_rate(total_charge=1200.0, currency="JPY")
    )
    assert str(yen.price.amount) == "1200"


def test_a_posts_express_is_still_the_post(request_for):
    post = known_connectors()["canadapost"]
    offer = offer_of("karrio_canadapost", post, request_for("1"), a_rate(service="xpress_express"))
    assert offer.mode == "post"


def test_a_bridge_yields_many_carriers_from_one_entry_point(monkeypatch, caplog):
    module = ModuleType("a_bridge_x")
    module.manifests = lambda: [
        Manifest(code, code, "1", {"rates": "a_bridge_x:make"}, "bridged") for code in ("bb", "own")
    ]
    module.OWN = Manifest("own", "Own", "1", {"rates": "a_bridge_x:make"})
    module.broken = lambda: [1]
    monkeypatch.setitem(sys.modules, "a_bridge_x", module)
    points = [
        EntryPoint("bridge", "a_bridge_x:manifests", SOURCES),
        EntryPoint("own", "a_bridge_x:OWN", "tidewaiter.carriers"),
        EntryPoint("sunk", "a_bridge_x:broken", SOURCES),
    ]
    plugins = {plugin.code: plugin for plugin in Registry(lambda: points).plugins()}
    assert plugins["bb"].trouble is None
    assert "announced twice" in plugins["own"].trouble
    assert "no Manifest" in plugins["sunk"].trouble
