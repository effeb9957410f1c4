"""Carriers are found by their entry points; a broken one is reported and costs nobody else."""

import subprocess
import sys
from importlib.metadata import EntryPoint
from types import ModuleType, SimpleNamespace

import pytest

from carriers import Manifest, ManifestError
from carriers.registry import GROUP, Registry

SOUND = {"code": "acme", "name": "Acme", "version": "1.0", "factories": {"rates": "acme_x:make"}}


class Acme:
    code = "acme"
    inline = True

    def __init__(self, account):
        self.account = account

    def offers(self, request):
        return ()


@pytest.fixture
def acme_x(monkeypatch):
    """A module that somebody else installed."""
    module = ModuleType("acme_x")
    module.MANIFEST = Manifest(**SOUND)
    module.make = Acme
    monkeypatch.setitem(sys.modules, "acme_x", module)
    return module


def point(name="acme", value="acme_x:MANIFEST"):
    return EntryPoint(name, value, GROUP)


def registry(*points):
    return Registry(lambda: points)


def test_a_plugin_is_listed_with_what_its_manifest_says(acme_x):
    (plugin,) = registry(point()).plugins()
    assert plugin.manifest.name == "Acme"
    assert plugin.manifest.capabilities == ("rates",)
    assert plugin.trouble is None


def test_an_adapter_is_made_when_first_used_and_then_kept(acme_x):
    made = []
    acme_x.make = lambda account: made.append(1) or Acme(account)
    plugins = registry(point())
    plugins.plugins()
    assert made == []
    (first,), _ = plugins.rates()
    (again,), _ = plugins.rates(["acme"])
    assert first is again
    assert made == [1]


def test_a_plugin_that_cannot_be_imported_is_reported_and_the_others_work(acme_x, caplog):
    plugins = registry(point(), point("gone", "no_such_module_x:MANIFEST"))
    carriers, (silence,) = plugins.rates()
    assert [carrier.code for carrier in carriers] == ["acme"]
    assert silence.carrier == "gone"
    assert "ModuleNotFoundError" in silence.reason
    assert "gone" in caplog.text
    troubles = {plugin.code: plugin.trouble for plugin in plugins.plugins()}
    assert troubles["acme"] is None
    assert "no_such_module_x" in troubles["gone"]


def test_a_plugin_whose_adapter_fails_is_reported_once_it_was_tried(acme_x, caplog):
    def make(account):
        raise RuntimeError("no licence file")

    acme_x.make = make
    plugins = registry(point())
    assert plugins.plugins()[0].trouble is None
    carriers, (silence,) = plugins.rates()
    assert carriers == ()
    assert silence.reason == "its plug-in is not usable: RuntimeError: no licence file"
    assert plugins.plugins()[0].trouble == "RuntimeError: no licence file"


def test_an_entry_point_that_is_no_manifest_or_another_carriers_is_reported(acme_x, caplog):
    (plugin,) = registry(point(value="acme_x:make")).plugins()
    assert "is not a Manifest" in plugin.trouble
    (plugin,) = registry(point(name="other")).plugins()
    assert plugin.trouble == "ValueError: the entry point is other, the manifest acme"


def test_a_code_announced_twice_is_used_by_neither(acme_x, caplog):
    carriers, (silence,) = registry(point(), point(value="acme_x:MANIFEST ")).rates()
    assert carriers == ()
    assert "announced twice" in silence.reason


def test_a_code_that_nobody_has_is_said(acme_x):
    _, (silence,) = registry(point()).rates(["pigeon"])
    assert (silence.carrier, silence.reason) == ("pigeon", "no carrier of this code is installed")


def test_a_carrier_that_only_tracks_is_silent_only_when_asked_for_by_name(acme_x):
    acme_x.MANIFEST = Manifest(**{**SOUND, "factories": {"tracks": "acme_x:make"}})
    plugins = registry(point())
    assert plugins.rates() == ((), ())
    assert plugins.rates(["acme"])[1][0].reason == "it does not do this: rates"


def test_an_adapter_that_cannot_price_is_refused(acme_x, caplog):
    acme_x.make = lambda account: SimpleNamespace(code="acme")
    _, (silence,) = registry(point()).rates()
    assert "made no carrier that prices" in silence.reason


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"code": "Ac me"}, "is no code"),
        ({"name": ""}, "needs a name"),
        ({"api_version": 99}, "version 99 of the plug-in interface"),
        ({"tier": "best"}, "unknown tier"),
        ({"factories": {}}, "no capability"),
        ({"factories": {"flies": "a:b"}}, "unknown capability"),
        ({"factories": {"rates": "a.b"}}, "is not module:callable"),
    ],
)
def test_a_manifest_that_cannot_be_used_is_refused(change, message):
    with pytest.raises(ManifestError, match=message):
        Manifest(**{**SOUND, **change})


def test_our_own_carriers_announce_themselves_as_anyones():
    troubles = {plugin.code: plugin.trouble for plugin in Registry().plugins()}
    if not troubles:
        pytest.skip("the product is not installed here")
    assert {code: troubles.get(code, "missing") for code in ("demo_post", "demo_express")} == {
        "demo_post": None,
        "demo_express": None,
    }


def test_listing_the_carriers_reads_no_card():
    code = (
        "import sys\n"
        "from carriers.adapters import demo_post, demo_express\n"
        "print([m for m in ('carriers.rate_cards', 'holidays', 'requests') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_a_regional_carrier_is_not_asked_outside_its_lane(acme_x):
    acme_x.MANIFEST = Manifest(**SOUND, countries_from=("US", "CA"), countries_to=("DE",))
    plugins = registry(point())
    asked = {
        lane: [carrier.code for carrier in plugins.rates(lane=lane)[0]]
        for lane in (("US", "DE"), ("FR", "DE"), ("CA", "FR"))
    }
    assert asked == {("US", "DE"): ["acme"], ("FR", "DE"): [], ("CA", "FR"): []}
    _, (silence,) = plugins.rates(lane=("FR", "DE"))
    assert silence.reason == "not asked: it carries nothing from FR"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("countries_from", ("usa",), "'usa' is no country"),
        ("countries_to", ("xx",), "'xx' is no country"),
        ("hourly_quota", 0, "a quota of 0 calls an hour"),
    ],
)
def test_a_reach_or_a_quota_that_cannot_be_is_refused(field, value, words):
    with pytest.raises(ManifestError, match=words):
        Manifest(**SOUND, **{field: value})
