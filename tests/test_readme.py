"""Whatever the README tells a newcomer to type works."""

import json
import re
import shlex
from pathlib import Path

import pytest

from api.app import create_app
from api.assembly import assemble
from api.greeting import example_request
from api.services.compiling import load_facts, snapshot_contents
from api.settings import Settings
from tariffs.snapshot import compile_snapshot

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```\n(.*?)```", README, re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.splitlines()]
MADE = [line.split()[1] for line in COMMANDS if line.startswith("make ")]
FLASK = [line for line in COMMANDS if line.startswith("flask --app wsgi ")]


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    settings = Settings(data_dir=tmp_path_factory.mktemp("tidewaiter"), open=True)
    compile_snapshot(settings.snapshot_dir, snapshot_contents(load_facts()))
    app = create_app(assemble(settings))
    assert app.test_cli_runner().invoke(args=["db", "migrate"]).exit_code == 0
    return app


def test_the_readme_tells_how_to_run_test_and_measure():
    assert {"run", "test", "bench"} <= set(MADE)


@pytest.mark.parametrize("target", sorted(set(MADE)))
def test_every_make_target_of_the_readme_exists(target):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("command", FLASK)
def test_every_flask_command_of_the_readme_runs(app, command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # some write a file
    done = app.test_cli_runner().invoke(args=shlex.split(command)[3:])
    assert done.exit_code == 0, done.output
    assert done.output.strip()


def test_the_request_of_the_readme_is_the_one_the_service_greets_with():
    assert example_request("127.0.0.1:8080") in README


def test_the_request_of_the_readme_gets_an_answer_that_a_broker_would_accept(app):
    body = re.search(r"-d '(.*?)'", example_request("127.0.0.1:8080"), re.DOTALL)[1]
    answered = app.test_client().post("/v1/quotes", json=json.loads(body))
    assert answered.status_code == 201, answered.text
    quote = answered.get_json()
    assert quote["status"] == "complete"
    assert len(quote["options"]) >= 3
    for option in quote["options"]:
        by_code = {charge["code"]: charge for charge in option["charges"]}
        assert by_code["EU.low_value_item"]["assessed"]["amount"] == "3.00"
        assert by_code["DE.vat.standard"]["expression"] == "19%"
        assert all(charge["working"] for charge in option["charges"])


def test_every_link_of_the_readme_leads_somewhere():
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
