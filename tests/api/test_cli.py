"""What the people who run the service can do from the command line."""

import json
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from api.app import create_app
from api.assembly import Services, assemble
from api.settings import Settings

SOURCES = """
[sources.TEST]
territory = "QQ"
format = "us_hts"
publisher = "Nobody"
title = "An invented tariff"
licence = "CC0-1.0"
url = "https://example.org/"
as_of = 2026-01-01
checked_on = 2026-11-01
completeness = "full"

[sources.TEST.laws]
TEST-1 = { title = "An invented law" }
"""
SCHEDULE = """\
code,programme,origins,excluded_origins,expression,parsed,unit,order_number,additional_code,since,until,law,confidence
6109100010,third_country,,,12%,=,,,,2026-01-01,,TEST-1,
6109100090,third_country,,,12%,=,,,,2026-01-01,,TEST-1,
61091000,preference,CA,,Free,0%,,,,2026-01-01,,TEST-1,
"""
PEGS = """
checked_on = 2026-11-01
pegs = {}
laws = {}
"""


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """A folder with the facts of one small tariff."""
    folder = tmp_path / "facts"
    for name in ("territories", "agreements", "measures", "schedules/QQ"):
        (folder / name).mkdir(parents=True)
    (folder / "sources.toml").write_text(SOURCES)
    (folder / "pegs.toml").write_text(PEGS)
    (folder / "agreements" / "groups.toml").write_text(GROUPS)
    (folder / "schedules/QQ/2026-01-01.csv").write_text(SCHEDULE)
    return folder


GROUPS = """
checked_on = 2026-11-01
groups = {}
"""


@pytest.fixture
def installed(tmp_path: Path) -> Services:
    """An installation of which nothing is there yet."""
    return assemble(Settings(data_dir=tmp_path / "new"))


@pytest.fixture
def run(installed: Services) -> FlaskCliRunner:
    """Runs a command of that installation."""
    return create_app(installed).test_cli_runner()


def test_a_new_installation_becomes_ready_by_two_commands(
    run: FlaskCliRunner, installed: Services, facts: Path
) -> None:
    client = create_app(installed).test_client()
    assert client.get("/ready").status_code == 503
    assert run.invoke(args=["db", "migrate"]).exit_code == 0
    compiled = run.invoke(args=["tariff", "compile", "--facts", str(facts)])
    assert compiled.exit_code == 0, compiled.output
    assert client.get("/ready").status_code == 200
    again = run.invoke(args=["tariff", "compile", "--facts", str(facts)])
    assert again.output == compiled.output


def test_a_key_is_shown_once_opens_its_account_and_can_be_ended(
    run: FlaskCliRunner, installed: Services
) -> None:
    run.invoke(args=["db", "migrate"])
    made = run.invoke(args=["keys", "create", "Anna's shop", "--name", "checkout"])
    secret = made.stdout.strip()
    key_id = made.stderr.split()[0]
    assert installed.gate.account(secret)
    listed = run.invoke(args=["keys", "list", "Anna's shop"]).output
    assert key_id in listed
    assert secret not in listed
    assert run.invoke(args=["keys", "revoke", key_id]).exit_code == 0
    assert "revoked" in run.invoke(args=["keys", "list", "Anna's shop"]).output
    assert run.invoke(args=["keys", "revoke", key_id]).exit_code == 1
    assert run.invoke(args=["keys", "list", "nobody"]).exit_code == 1


def test_two_keys_of_one_name_of_account_open_one_account(
    run: FlaskCliRunner, installed: Services
) -> None:
    run.invoke(args=["db", "migrate"])
    first, second = (run.invoke(args=["keys", "create", "anna"]).stdout.strip() for _ in range(2))
    assert first != second
    assert installed.gate.account(first) == installed.gate.account(second)


def test_a_tariff_is_listed_with_its_age_and_licence(run: FlaskCliRunner, facts: Path) -> None:
    run.invoke(args=["tariff", "compile", "--facts", str(facts)])
    head, row = run.invoke(args=["tariff", "list"]).output.splitlines()
    assert head.split()[:3] == ["territory", "codes", "rows"]
    assert row.split()[0] == "QQ"
    assert "2026-01-01" in row
    assert "CC0-1.0" in row


def test_a_code_is_explained_in_a_table(run: FlaskCliRunner, facts: Path) -> None:
    run.invoke(args=["tariff", "compile", "--facts", str(facts)])
    show = ["tariff", "show", "qq", "6109.10", "--on", "2026-11-20"]
    told = run.invoke(args=[*show, "--origin", "ca"]).output
    assert told.startswith("6109.10.00.10 to 6109.10.00.90 (2 codes) on 2026-11-20\n")
    assert "third_country  12%" in told
    assert "preference     Free" in told
    assert "Free" not in run.invoke(args=[*show, "--origin", "CN"]).output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["QQ", "9999"], "no code 9999"),
        (["ZZ", "6109.10"], "no tariff of ZZ"),
        (["QQ", "shirt"], "other signs"),
        (["QQ", "6109", "--origin", "EU"], "ISO 3166-1"),
        (["QQ", "6109", "--on", "20261120"], "YYYY-MM-DD"),
    ],
)
def test_what_cannot_be_shown_is_said_without_a_traceback(
    run: FlaskCliRunner, facts: Path, arguments: list[str], said: str
) -> None:
    run.invoke(args=["tariff", "compile", "--facts", str(facts)])
    told = run.invoke(args=["tariff", "show", *arguments])
    assert told.exit_code != 0
    assert said in told.output
    assert "Traceback" not in told.output


def test_without_a_snapshot_there_is_nothing_to_list(run: FlaskCliRunner) -> None:
    told = run.invoke(args=["tariff", "list"])
    assert told.exit_code == 1
    assert "no snapshot" in told.output


def test_facts_are_checked_down_to_the_line(run: FlaskCliRunner, facts: Path) -> None:
    told = run.invoke(args=["facts", "check", "--facts", str(facts)])
    assert told.exit_code == 0, told.output
    assert "QQ: 3 rates" in told.output
    (facts / "schedules/QQ/2026-01-01.csv").write_text(SCHEDULE.replace("TEST-1", "TEST-2"))
    told = run.invoke(args=["facts", "check", "--facts", str(facts)])
    assert told.exit_code == 1
    assert "2026-01-01.csv:2" in told.output


def test_a_source_that_is_no_feed_is_refused(run: FlaskCliRunner) -> None:
    told = run.invoke(args=["tariff", "import", "NOWHERE", "x.csv", "--as-of", "2026-11-20"])
    assert told.exit_code == 1
    assert "US-HTS" in told.output


ORIGIN_RULES = Path(__file__).parents[3] / "shared" / "data" / "rules_of_origin"


def test_rules_of_origin_are_refused_where_documents_are_missing(
    run: FlaskCliRunner, installed: Services, tmp_path: Path
) -> None:
    schemes, rules = tmp_path / "schemes.json", tmp_path / "here.json"
    scheme = {
        "scheme_code": "here",
        "validity_start_date": "2021-01-01",
        "validity_end_date": None,
    }
    schemes.write_text(json.dumps({"schemes": [scheme]}))
    rules.write_text(json.dumps({"rule_sets": [{"heading": "61.09"}]}))
    arguments = ["tariff", "import", "UK-ORIGIN-RULES", str(rules), "--as-of", "2026-08-21"]
    alone = run.invoke(args=arguments)
    few = run.invoke(args=[*arguments, "--beside", str(schemes)])
    assert (alone.exit_code, few.exit_code) == (1, 1)
    assert "--beside" in alone.output
    assert "schemes: 1 is not within 44 to 60" in few.output
    assert "Traceback" not in alone.output + few.output
    assert not list(installed.settings.data_dir.glob("rules_of_origin*"))


@pytest.mark.skipif(not ORIGIN_RULES.is_dir(), reason="needs the documents themselves")
def test_the_published_rules_of_origin_are_imported(
    run: FlaskCliRunner, installed: Services
) -> None:
    sets = sorted(map(str, (ORIGIN_RULES / "uk_rule_sets").glob("*.json")))
    schemes = str(ORIGIN_RULES / "uk_roo_schemes.json")
    arguments = ["tariff", "import", "UK-ORIGIN-RULES", *sets]
    told = run.invoke(args=[*arguments, "--beside", schemes, "--as-of", "2026-08-21"])
    assert told.exit_code == 0, told.output
    assert told.output.startswith("UK-ORIGIN-RULES: 41255 rules of 44 schemes, as of 2026-08-21")
    assert "without rules: australia" in told.output
    (kept,) = installed.settings.data_dir.glob("rules_of_origin*")
    assert kept.name == "rules_of_origin_GB.db"


def test_customs_rates_of_exchange_are_imported_and_compiled(
    run: FlaskCliRunner, installed: Services, facts: Path, tmp_path: Path
) -> None:
    codes = [f"{a}{b}X" for a in "ABCDEFGHIJKL" for b in "ABCDEFGHIJ"]
    lines = [f"{code},2026-11-01,2026-11-30,2.5" for code in codes]
    few, whole = tmp_path / "few.csv", tmp_path / "whole.csv"
    few.write_text("\n".join(lines[:5]))
    whole.write_text("\n".join(lines))
    arguments = ["tariff", "import", "HMRC-RATES", "--as-of", "2026-11-01"]
    refused = run.invoke(args=[*arguments, str(few)])
    assert refused.exit_code == 1
    assert "currencies: 5 is not within 120 to 200" in refused.output
    told = run.invoke(args=[*arguments, str(whole)])
    assert told.exit_code == 0, told.output
    assert "120 rates, fixed from 2026-10-22 to 2026-10-22; months held: 1" in told.output
    assert run.invoke(args=["tariff", "compile", "--facts", str(facts)]).exit_code == 0
    row = installed.snapshots.current().rate_row("HMRC", date(2026, 11, 20))
    assert row is not None
    assert (row[0], row[1]["AAX"]) == (date(2026, 10, 22), "2.5")


def test_facts_that_cannot_be_kept_leave_the_snapshot_as_it_was(
    run: FlaskCliRunner, installed: Services, facts: Path
) -> None:
    run.invoke(args=["tariff", "compile", "--facts", str(facts)])
    before = installed.snapshots.current().version
    (facts / "schedules/QQ/2026-01-01.csv").write_text("code\n")
    told = run.invoke(args=["tariff", "compile", "--facts", str(facts)])
    assert told.exit_code == 1
    assert installed.snapshots.current().version == before
