"""Every rule says its law, proves itself, and is refused by the loader where it does not."""

import json
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from customs.controls import Controls, prove
from data.loading.controls import load_controls
from data.loading.documents import FactsError

RULE = """
title = "A pack"
jurisdiction = "Nowhere"
checked_on = 2026-11-01

[rules.no-hats]
direction = "import"
to = ["QQ"]
goods = ["6505"]
effect = "prohibited"
message = "No hats"
versions = [{ since = 2026-01-01, value = "no", law = "HATS" }]
hit = [{ to = "QQ", code = "650500" }]
miss = [{ to = "QQ", code = "610910" }]

[laws]
HATS = { title = "Law on hats" }
"""
HIT = 'hit = [{ to = "QQ", code = "650500" }]\n'
MISS = 'miss = [{ to = "QQ", code = "610910" }]\n'


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Load a pack that was changed."""

    def load(*changes: tuple[str, str]) -> dict[str, Any]:
        text = RULE
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "pack.toml").write_text(text, "utf-8")
        return load_controls(tmp_path, {"UNION": ("AA", "BB")})

    return load


def test_every_rule_hits_and_misses_what_it_says(controls: Controls) -> None:
    assert prove(controls) == []


def test_there_are_rules_for_the_matters_that_sources_name(controls: Controls) -> None:
    assert len(controls.rules) >= 40
    ids = {rule.id for rule in controls.rules}
    assert {"eu-cat-dog-fur", "eu-gpsr", "eu-dual-use", "us-origin-marking", "us-uflpa"} <= ids
    assert {"post-lithium-alone", "air-charge-with-equipment", "us-post-alcohol"} <= ids


def test_every_rule_has_examples_of_both_kinds(controls: Controls) -> None:
    for rule in controls.rules:
        assert rule.tests["hit"] or rule.tests["ask"], rule.id
        assert rule.tests["miss"], rule.id


def test_every_question_can_be_answered_so_that_it_is_not_asked_again(controls: Controls) -> None:
    for rule in controls.rules:
        assert not rule.asks or rule.requires, rule.id
        assert not rule.asks or rule.question, rule.id


def test_packs_say_when_they_were_read(controls: Controls) -> None:
    assert {pack.name for pack in controls.packs} == {rule.pack for rule in controls.rules}
    assert all(pack.checked_on >= date(2026, 11, 1) for pack in controls.packs)
    assert sum(pack.rules for pack in controls.packs) == len(controls.rules)


def test_a_whole_pack_is_loaded(load: Callable[..., dict[str, Any]]) -> None:
    packs = load()
    assert list(packs) == ["pack"]
    assert prove(Controls(packs)) == []
    assert json.loads(json.dumps(packs)) == packs


def test_groups_of_countries_are_written_out(load: Callable[..., dict[str, Any]]) -> None:
    packs = load(('to = ["QQ"]', 'to = ["QQ", "UNION"]'))
    assert packs["pack"]["rules"]["no-hats"]["to"] == ["AA", "BB", "QQ"]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (', law = "HATS"', "", "law"),
        ('law = "HATS"', 'law = "COATS"', "COATS"),
        ("since = 2026-01-01, ", "", "since"),
        ('hit = [{ to = "QQ", code = "650500" }]', "", "examples"),
        ('miss = [{ to = "QQ", code = "610910" }]', "", "examples"),
        ('message = "No hats"', "", "message"),
        ('effect = "prohibited"', 'effect = "frowned upon"', "effect"),
        ('direction = "import"', 'direction = "sideways"', "direction"),
        ('goods = ["6505"]', 'goods = ["hats"]', "hats"),
        ('goods = ["6505"]', 'goods = ["6505"]\nasks = ["6505"]', "requires none"),
        ('goods = ["6505"]', 'good = ["6505"]', "unknown keys: good"),
        ('goods = ["6505"]', 'goods = ["6505"]\nnot_via = ["pigeon"]', "pigeon"),
        ('goods = ["6505"]', 'goods = ["6505"]\nquotes = "maybe"', "quotes"),
        ('{ to = "QQ", code = "610910" }', '{ to = "QQ", cod = "610910" }', "unknown keys: cod"),
        ('title = "A pack"', "", "title"),
        ('value = "no"', 'valeu = "no"', "valeu"),
        (
            'goods = ["6505"]',
            'goods = ["6505"]\ndocuments = [{ code = "X" }]',
            "a code and a title",
        ),
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused(
    load: Callable[..., dict[str, Any]], old: str, new: str, why: str
) -> None:
    with pytest.raises(FactsError, match=why):
        load((old, new))


def test_one_id_is_one_rule(load: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    load()
    (tmp_path / "second.toml").write_text(RULE, "utf-8")
    with pytest.raises(FactsError, match="no-hats is in pack already"):
        load_controls(tmp_path, {})


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        (HIT, HIT.replace("650500", "610910"), "nothing"),
        (MISS, MISS.replace("610910", "650500"), "prohib"),
        (HIT, HIT.replace("hit", "ask") + HIT, "asks for None"),
        (HIT, HIT.replace('"650500"', '"650500", on = 2025-12-31'), "nothing"),
    ],
)
def test_a_rule_that_does_not_do_what_it_says_is_found_out(
    load: Callable[..., dict[str, Any]], old: str, new: str, wrong: str
) -> None:
    (found,) = prove(Controls(load((old, new))))
    assert "no-hats" in found
    assert wrong in found


def test_no_pack_cites_a_law_without_a_title() -> None:
    for path in sorted((Path(__file__).parents[2] / "data/facts/controls").glob("*.toml")):
        for law in tomllib.loads(path.read_text("utf-8"))["laws"].values():
            assert len(law["title"]) > 10
