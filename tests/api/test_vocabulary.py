"""The vocabulary is made from the facts that the rules read."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from api.app import create_app
from api.assembly import Services
from api.services.compiling import FACTS, Facts, load_facts
from api.services.vocabulary import described_measures
from data.model.consignment import Purpose
from tariffs.snapshot import SnapshotContents, Snapshots, compile_snapshot


@pytest.fixture(scope="module")
def facts() -> Facts:
    """The facts that ship with the product."""
    return load_facts(FACTS)


@pytest.fixture(scope="module")
def words(facts: Facts, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict[str, Any]]:
    """The vocabulary over those facts, without their schedules."""
    folder: Path = tmp_path_factory.mktemp("facts")
    documents = {
        "territories": facts.territories,
        "agreements": facts.agreements,
        "pegs": facts.pegs,
        "measures": described_measures(facts.measures),
    }
    compile_snapshot(folder, SnapshotContents(documents=documents))

    def words(services: Services) -> dict[str, Any]:
        client = create_app(replace(services, snapshots=Snapshots(folder))).test_client()
        answer: TestResponse = client.get(
            "/v1/vocabulary", headers={"Authorization": "Bearer key-of-anna"}
        )
        assert answer.status_code == 200
        found: dict[str, Any] = answer.get_json()
        return found

    return words


@pytest.fixture
def vocabulary(
    words: Callable[..., dict[str, Any]], services: Services
) -> Iterator[dict[str, Any]]:
    """The answer."""
    yield words(services)


def test_the_facts_of_duty_expressions_are_listed_with_their_units(
    vocabulary: dict[str, Any],
) -> None:
    facts = {entry["name"]: entry for entry in vocabulary["facts"]}
    assert facts["alcohol_percent"]["asked_by"][0] == "duty expressions"
    assert facts["alcohol_percent"]["description"]
    assert list(facts) == sorted(facts)


def test_every_condition_of_every_measure_asks_for_a_listed_fact(
    vocabulary: dict[str, Any], facts: Facts
) -> None:
    listed = {entry["name"]: entry for entry in vocabulary["facts"]}
    for measures in described_measures(facts.measures).values():
        for measure in measures:
            asker = f"{measure['heading']} {measure['name']}"
            for word in measure["facts"]:
                entry = listed[word["name"]]
                assert any(one.endswith(asker) for one in entry["asked_by"])
                assert set(word.get("answers", ())) <= set(entry.get("answers", ()))


def test_schemes_and_charges_come_from_the_territories(vocabulary: dict[str, Any]) -> None:
    schemes = {(entry["territory"], entry["scheme"]) for entry in vocabulary["schemes"]}
    assert ("DE", "ioss") in schemes
    codes = {entry["code"]: entry["kind"] for entry in vocabulary["charge_codes"]}
    assert codes["EU.third_country"] == "duty"
    assert codes["DE.vat.standard"] == "tax"
    assert codes["US.mpf"] == "fee"


def test_fixed_words_are_those_of_the_contract(vocabulary: dict[str, Any]) -> None:
    assert vocabulary["purposes"] == list(Purpose.__args__)  # type: ignore[attr-defined]
    assert vocabulary["terms"] == ["DDP", "DAP"]
    assert vocabulary["quote_statuses"] == ["complete", "partial", "refused", "no_offer"]
