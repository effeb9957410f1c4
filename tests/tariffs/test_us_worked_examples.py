"""Does the engine find the United States' headings by itself, and add them up to the cent?"""

import csv
import json
import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from data.loading.agreements import load_agreements
from data.loading.measures import load_groups, load_territory_measures
from data.model.consignment import PreferenceClaim
from data.model.dated import Law
from tariffs.duties import DutyAssessment, DutyContext, DutyLine, assess_duty
from tariffs.expressions import split_special
from tariffs.measures import read_measures
from tariffs.origin import read_agreements
from tariffs.schedule import Commodity, Programme, Rate
from tariffs.stacking import covers_goods

ROOT = Path(__file__).resolve().parents[2]
FACTS = ROOT / "data" / "facts"
EXAMPLES = ROOT / "tests" / "worked_examples" / "US"
HTS = ROOT.parent / "shared" / "data" / "tariff_us" / "hts_2026_basic_edition.csv"
HTSUS = Law("HTSUS", "Harmonized Tariff Schedule of the United States (2026)")
SINCE = date(2026, 1, 1)


def examples() -> Iterator[Any]:
    for path in sorted(EXAMPLES.glob("stacking*.toml")):
        for example in tomllib.loads(path.read_text("utf-8"))["examples"]:
            yield pytest.param(example, id=example["id"])


@cache
def facts() -> tuple[Any, Any]:
    groups = load_groups(FACTS / "agreements" / "groups.toml")
    measures = read_measures(load_territory_measures(FACTS / "measures" / "US", groups))
    return measures, read_agreements(load_agreements(FACTS / "agreements")["US"])


@cache
def schedule_rows() -> dict[str, tuple[str, str, str]]:
    """Eight-digit code → general, special and column 2 rate, as the schedule spells them."""
    if not HTS.exists():
        pytest.skip("the tariff schedule is not here")
    rows: dict[str, tuple[str, str, str]] = {}
    with HTS.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.reader(lines):
            code = row[0].replace(".", "")
            if len(code) in (8, 10) and row[4] and code[:8] not in rows:
                rows[code[:8]] = (row[4], row[5], row[6])
    return rows


@cache
def commodity(code: str) -> Commodity:
    code = code.ljust(10, "0")
    general, special, column_2 = schedule_rows()[code[:8]]
    rates = [Rate(Programme.THIRD_COUNTRY, general, SINCE, None, HTSUS)]
    if column_2:
        rates.append(Rate(Programme.COLUMN_2, column_2, SINCE, None, HTSUS))
    if special:
        rates += [
            Rate(Programme.PREFERENCE, expression, SINCE, None, HTSUS, origins=tuple(programmes))
            for expression, programmes in split_special(special)
        ]
    measures = tuple(m for m in facts()[0] if covers_goods(m, code))
    return Commodity(code, tuple(rates), measures)


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def assess(example: dict[str, Any]) -> DutyAssessment:
    claim = example.get("preference")
    line = DutyLine(
        id="1",
        candidates=(commodity(example["code"]),),
        origin=example["origin"],
        dispatch=example["origin"],
        value=Decimal(example["value"]),
        quantities={k: Decimal(v) for k, v in example.get("quantities", {}).items()},
        facts=example.get("facts", {}),
        preference=PreferenceClaim(claim, "certification of origin") if claim else None,
        given=example.get("given"),
    )
    context = DutyContext(
        territory="US",
        currency="USD",
        on=example["on"],
        mode=example.get("mode", "sea"),
        agreements=facts()[1],
        convert=lambda amount, _from, _to: amount,
        round_duty=cents,
        rounding="half up to cents",
    )
    return assess_duty(line, context, explain=True)


@pytest.mark.parametrize("example", list(examples()))
def test_the_headings_and_the_duty_are_those_of_the_worked_example(
    example: dict[str, Any],
) -> None:
    assessment = assess(example)
    charges = {charge.code.removeprefix("US."): charge.assessed.amount for charge in assessment.charges}
    shown = json.dumps({code: str(amount) for code, amount in charges.items()})
    headings = {code for code in charges if code.startswith("9903")}
    if "duty" in example:
        assert assessment.amount == Decimal(example["duty"]), shown
        assert sum(charges.values()) == assessment.amount
    if "headings" in example:
        assert headings == set(example["headings"]), shown
    assert set(example.get("among", ())) <= headings, shown
    for prefix in example.get("never", ()):
        assert not any(heading.startswith(prefix) for heading in headings), shown
    for code, amount in example.get("charges", {}).items():
        assert charges.get(code) == Decimal(amount), shown
    if "prohibited" in example:
        outcomes = {finding.outcome for finding in assessment.findings}
        assert ("prohibited" in outcomes) is example["prohibited"]
