"""What carriers' authors can do from the command line, from nothing to an installed plug-in."""

import importlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from api.app import create_app
from api.assembly import Services
from carriers.conformance import run
from carriers.conformance.scaffolding import CAPABILITIES, WAYS, ScaffoldError, write_carrier
from carriers.conformance.tables import BEGINS, ENDS
from carriers.registry import GROUP, Registry

ROOT = Path(__file__).parents[2]


@pytest.fixture
def flask(services: Services, monkeypatch):
    """Runs a command where the named carriers, and no others, are installed."""

    def invoke(*arguments: str, homes: tuple[Path, ...] = (), points: tuple[EntryPoint, ...] = ()):
        for home in homes:
            monkeypatch.syspath_prepend(home)
        codes = [home.name.removeprefix("tidewaiter-").replace("-", "_") for home in homes]
        found = [EntryPoint(code, f"tidewaiter_{code}:MANIFEST", GROUP) for code in codes]
        known = replace(services, carriers=Registry(lambda: [*found, *points]))
        return create_app(known).test_cli_runner().invoke(args=["carriers", *arguments])

    return invoke


def python(*arguments: str, cwd: Path, path: Path | None = None) -> subprocess.CompletedProcess:
    """Run this interpreter with the product, and perhaps a place of plug-ins, on its path."""
    places = [str(place) for place in (path, ROOT) if place is not None]
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(places)},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("auth", WAYS)
def test_a_new_carrier_of_every_kind_passes_bronze_as_it_is(tmp_path, monkeypatch, auth):
    code = "begun_" + re.sub(r"\W", "_", auth)
    monkeypatch.syspath_prepend(write_carrier(code, auth, CAPABILITIES, tmp_path))
    manifest = importlib.import_module(f"tidewaiter_{code}").MANIFEST
    report = run(manifest, "silver")
    assert [each.detail for each in report.results if each.outcome == "failed"] == []
    assert report.count("passed") >= 27


def test_from_nothing_to_a_passing_adapter_and_a_mistake_is_seen(flask, tmp_path):
    said = flask("new", "acme", "--into", str(tmp_path))
    assert said.exit_code == 0, said.output
    home = tmp_path / "tidewaiter-acme"
    assert f"python -m pytest {home}" in said.output
    own_test = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")
    assert python(*own_test, cwd=home).returncode == 0
    rates = home / "tidewaiter_acme" / "rates.py"
    text = rates.read_text()
    assert len(text.splitlines()) < 60
    rates.write_text(text.replace('member(found, "total")', 'member(found, "charges", "0")'))
    spoiled = python(*own_test, cwd=home)
    assert spoiled.returncode == 1
    assert "rates/two_services: expected offers" in spoiled.stdout


def test_a_plug_in_of_another_distribution_is_found_typed_and_passes(tmp_path):
    home = write_carrier("acme", "oauth2-cc", ("rates", "tracks"), tmp_path)
    site = installed(home, tmp_path)
    listed = python(
        "-c",
        "from carriers.registry import Registry\n"
        "from carriers.conformance import run\n"
        "plugin = {p.code: p for p in Registry().plugins()}['acme']\n"
        "print(plugin.where_from, plugin.trouble, run(plugin.manifest).earned)\n"
        "print([r.outcome for r in run(plugin.manifest).results if r.check.number == 39])",
        cwd=tmp_path,
        path=site,
    )
    assert listed.stdout.splitlines() == ["tidewaiter-acme 0.1.0 None silver", "['passed']"], (
        listed.stdout + listed.stderr
    )


def installed(home: Path, tmp_path: Path) -> Path:
    """Build the distribution's wheel off-line and install it into a clean place."""
    if importlib.util.find_spec("setuptools") is None:
        pytest.skip("setuptools is not installed here")
    build = (
        "import sys\n"
        "from setuptools.build_meta import build_wheel\n"
        "print(build_wheel(sys.argv[1]), file=sys.stderr)"
    )
    made = python("-c", build, str(tmp_path), cwd=home)
    assert made.returncode == 0, made.stderr
    (wheel,) = tmp_path.glob("*.whl")
    pip = [sys.executable, "-m", "pip"] if importlib.util.find_spec("pip") else None
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    tool = pip or [str(uv), "pip"]
    site = tmp_path / "site"
    subprocess.run(
        [*tool, "install", "--quiet", "--no-deps", "--no-index", "--target", str(site), str(wheel)],
        check=True,
        capture_output=True,
    )
    return site


def test_the_kit_is_run_as_a_table_and_as_json_and_ends_with_1_for_a_claim_too_high(
    flask, tmp_path
):
    home = write_carrier("claims", "header", ("rates",), tmp_path)
    said = flask("test", "claims", "--tier", "bronze", homes=(home,))
    assert said.exit_code == 0
    assert "claims claims bronze and earns bronze: 17 passed" in said.output
    said = flask("test", "claims", "--tier", "gold", "--json", homes=(home,))
    (report,) = json.loads(said.stdout)
    assert (report["claimed"], report["earned"]) == ("bronze", "silver")
    assert report["checks"][37]["result"] == "failed"
    manifest = home / "tidewaiter_claims" / "__init__.py"
    manifest.write_text(manifest.read_text().replace('"bronze"', '"gold"'))
    sys.modules.pop("tidewaiter_claims")
    said = flask("test", "claims", "--tier", "gold", homes=(home,))
    assert said.exit_code == 1
    assert "claims claims gold and earns silver" in said.output
    sys.modules.pop("tidewaiter_claims")


def test_a_tier_or_a_carrier_that_nobody_has_is_said(flask, tmp_path):
    home = write_carrier("said", "header", ("rates",), tmp_path)
    assert "no tier best" in flask("test", "said", "--tier", "best", homes=(home,)).output
    assert "pigeon: no carrier of this code" in flask("test", "pigeon").output
    assert flask("test").exit_code == 2


def test_list_and_doctor_say_what_works_what_is_broken_and_what_is_shadowed(flask, tmp_path):
    home = write_carrier("listed", "basic", ("rates", "tracks"), tmp_path)
    broken = EntryPoint("broken", "no_such_module_y:MANIFEST", GROUP)
    said = flask("list", homes=(home,), points=(broken,))
    assert re.search(r"listed +Listed +0.1.0 +bronze +rates, tracks +\S+ +yes", said.output)
    assert re.search(r"broken +no_such_module_y:MANIFEST +no", said.output)
    twice = EntryPoint("listed", "tidewaiter_listed:MANIFEST ", GROUP)
    said = flask("doctor", homes=(home,), points=(broken, twice))
    assert said.exit_code == 1
    assert re.search(r"broken +no_such_module_y:MANIFEST +broken", said.output)
    assert re.search(r"listed +\S+ +shadowed .*announced twice", said.output)
    said = flask("doctor", homes=(home,))
    assert re.search(r"listed +\S+ +works +bronze +silver +none stored +fails 38", said.output)
    assert said.exit_code == 0


def test_a_dry_run_shows_the_request_and_no_secret(flask, tmp_path):
    home = write_carrier("dry_run", "basic", ("rates",), tmp_path)
    to = ("try", "dry_run", "--to", "US-CA,90021,Los Angeles", "--weight", "1.2", "--dry-run")
    said = flask(*to, "--set", "user=anna", "--set", "password=s3cretsecret", homes=(home,))
    assert said.exit_code == 0, said.output
    assert "POST https://api.dry-run.example/v1/prices" in said.output
    assert "Authorization: Basic anna:•••" in said.output
    assert '"kilograms": 1.2' in said.output
    assert "s3cret" not in said.output
    assert "canary-user" in flask(*to, homes=(home,)).output


def test_try_says_which_credentials_are_missing_and_that_nothing_answers(flask, tmp_path):
    home = write_carrier("tried", "header", ("rates",), tmp_path)
    said = flask("try", "tried", "--to", "US", homes=(home,))
    assert said.exit_code == 1
    assert "api_key: missing" in said.output
    said = flask("try", "tried", "--to", "US", "--set", "api_key", homes=(home,))
    assert "--set name=value" in said.output
    said = flask("try", "tried", "--to", "US", "--weight", "x", homes=(home,))
    assert "'x' or '50 EUR' is no number" in said.output
    for wrong in (("--to", "US", "--weight", "-1"), ("--to", "XX9")):
        assert flask("try", "tried", *wrong, "--dry-run", homes=(home,)).exit_code == 1
    said = flask("try", "tried", "--to", "US", "--set", "api_key=x", homes=(home,))
    assert (said.exit_code, "tried: " in said.output) == (1, True)


def test_the_fake_carrier_makes_no_installation_ill(flask):
    fake = EntryPoint("fake", "carriers.fake:MANIFEST", GROUP)
    said = flask("doctor", points=(fake,))
    assert re.search(r"fake +\S+ +works +demonstration +nothing", said.output)
    assert said.exit_code == 0


def test_a_price_list_is_tried_without_sending(flask):
    post = EntryPoint("demo_post", "carriers.adapters.demo_post:MANIFEST", GROUP)
    said = flask("try", "demo_post", "--to", "US", points=(post,))
    assert "nothing is sent" in said.output
    assert '"price": ' in said.output


@pytest.mark.parametrize(
    ("code", "auth", "capabilities", "message"),
    [
        ("Ac me", "header", ("rates",), "is no code"),
        ("acme", "magic", ("rates",), "no way to authorise"),
        ("acme", "header", ("flies",), "no capability flies"),
        ("acme", "header", (), "no capability"),
    ],
)
def test_a_carrier_that_cannot_be_begun_is_refused(tmp_path, code, auth, capabilities, message):
    with pytest.raises(ScaffoldError, match=message):
        write_carrier(code, auth, capabilities, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_carrier_is_not_written_over_another(tmp_path):
    write_carrier("acme", "none", ("points",), tmp_path)
    with pytest.raises(ScaffoldError, match="exists already"):
        write_carrier("acme", "none", ("points",), tmp_path)


def test_the_table_of_the_readme_is_the_kits_own_run():
    if not Registry().plugins():
        pytest.skip("the product is not installed here")
    # in a process of its own: the bridge's libraries warn when they are imported
    words = ("carriers", "test", "--all", "--markdown")
    said = python("-m", "flask", "--app", "wsgi", *words, cwd=ROOT)
    readme = (ROOT / "README.md").read_text("utf-8")
    assert readme.partition(BEGINS)[2].partition(ENDS)[0].strip() == said.stdout.strip()


def test_stored_credentials_are_used_by_the_name_of_the_account(flask, services, tmp_path):
    home = write_carrier("stored", "header", ("rates",), tmp_path)
    to = ("try", "stored", "--to", "US", "--account")
    assert "there is no account nobody" in flask(*to, "nobody", homes=(home,)).output
    assert "anna has stored no usable credentials" in flask(*to, "anna", homes=(home,)).output


def test_a_card_is_looked_over_compared_and_explained(services):
    runner = create_app(services).test_cli_runner()

    def said(*words):
        result = runner.invoke(args=["carriers", "card", *words])
        assert result.exit_code == 0, result.output
        return result.output

    assert "to look at" in said("lint", "demo_post", "--on", "2026-11-20")
    assert said("diff", "demo_post", "demo_post").strip() == "no difference"
    lane = ("--from", "US-90021", "--to", "DE-10115", "--weight", "1.2", "--on", "2026-11-20")
    assert "Fuel surcharge" in said("explain", "demo_express", *lane)
    nowhere = ("carriers", "card", "explain", "demo_post", *lane[:2], "--to", "XX")
    wrong = runner.invoke(args=nowhere)
    assert wrong.exit_code != 0
