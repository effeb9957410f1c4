"""Does the engine find the United States' headings by itself, and add them up to the cent?"""

import json
import tomllib
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from data.loading.agreements import load_agreements
from data.loading.measures import load_groups, load_territory_measures
from data.loading.schedules import read_schedule
from data.model.consignment import PreferenceClaim
from data.model.dated import Law
from data.model.schedule_rows import ScheduleRow
from tariffs.duties import DutyAssessment, DutyContext, DutyLine, assess_duty
from tariffs.measures import read_measures
from tariffs.origin import read_agreements
from tariffs.schedule import Commodity, Programme, Rate
from tariffs.selection import covers_goods

ROOT = Path(__file__).resolve().parents[2]
FACTS = ROOT / "data" / "facts"
EXAMPLES = ROOT / "tests" / "worked_examples" / "US"
HTSUS = Law("HTSUS", "Harmonized Tariff Schedule of the United States (2026)")


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
def schedule_rows() -> dict[str, list[ScheduleRow]]:
    rows: dict[str, list[ScheduleRow]] = {}
    for row in read_schedule(FACTS / "schedules" / "US"):
        if row.programme in ("third_country", "column_2", "preference"):
            rows.setdefault(row.code, []).append(row)
    return rows


@cache
def commodity(code: str) -> Commodity:
    code = code.ljust(10, "0")
    rows = schedule_rows().get(code) or schedule_rows()[code[:8]]
    rates = tuple(
        Rate(
            Programme(row.programme),
            row.expression,
            row.since,
            row.until,
            HTSUS,
            origins=row.origins,
        )
        for row in rows
    )
    return Commodity(code, rates, tuple(m for m in facts()[0] if covers_goods(m, code)))


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
    charges = {
        charge.code.removeprefix("US."): charge.assessed.amount for charge in assessment.charges
    }
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
