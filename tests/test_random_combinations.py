"""Whatever is sent from anywhere to anywhere, on any day, the border's answer holds together.

Combinations of code, origin, destination, day, value and mode are drawn over all bundled facts with
fixed seeds: 600, or as many as TIDEWAITER_COMBINATIONS says. Half of the values are amounts that
the destination's own facts name, where a limit may lie. Each is asked at a price and at one unit of
the currency more.

A landed cost may fall only where the answer itself says that another rule has begun. Two answers
are under the same rules when their charges have the same code, expression, status and version of
the law, in the same order: then more expensive goods never cost less to the door. Where the rules
differ a limit lies between the two prices (of a relief, a flat duty, a scheme, a band or an entry),
and the fall is accepted if the charges that are on one side only cite their law. Those that need an
answer may cite none, for no rate is held, but they alone explain no fall; and where it is the duty
that nobody holds above a limit, no other rule explains one either.
"""

import csv
import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.api.real_service import (  # noqa: F401 - fixtures
    Json,
    amount,
    assert_adds_up,
    border,
    facts_dir_fixture,
    open_app_fixture,
    shop_fixture,
)

FACTS = Path(__file__).parents[1] / "data" / "facts"
COMBINATIONS = int(os.environ.get("TIDEWAITER_COMBINATIONS", "600"))
SHARES = 6
FIRST_DAY, LAST_DAY = date(2026, 1, 1), date(2027, 3, 31)
ALSO_ORIGINS = "BD BY CL CU GE KE KP LK MA MD PE PK RU RS TN TW UA UZ".split()
AMOUNT = re.compile(r'"([A-Z]{3}) (\d+)(?:\.\d+)?"')
CURRENCIES = ("EUR", "USD", "GBP", "JPY", "CNY")
NOT_PUBLISHED = [
    {"from": source, "to": unit, "rate": rate}
    for unit, rate in (("VND", "26000"), ("TWD", "32"))
    for source in CURRENCIES
]
"""Invented rates of currencies that no bundled source quotes."""


def destinations() -> list[str]:
    own = sorted(path.stem for path in (FACTS / "territories").glob("*.toml"))
    return ["GB BT1 5GS" if code == "XI" else code for code in own if code != "EU"]


@cache
def codes(territory: str) -> tuple[str, ...]:
    """The declarable codes of a bundled schedule."""
    found: set[str] = set()
    for path in sorted((FACTS / "schedules" / territory).glob("*.codes.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found.update(row["code"] for row in csv.DictReader(file))
    return tuple(sorted(found))


@cache
def limits(to: str) -> tuple[tuple[str, int], ...]:
    """The amounts that the facts of a destination (or of its union) name: currency, whole units."""
    own = FACTS / "territories" / f"{'XI' if ' ' in to else to}.toml"
    text = own.read_text("utf-8")
    if 'customs_territory = "EU"' in text:
        text += (FACTS / "territories" / "EU.toml").read_text("utf-8")
    found = {(unit, int(number)) for unit, number in AMOUNT.findall(text)}
    return tuple(sorted(limit for limit in found if 1 < limit[1] < 10_000_000))


def combinations(share: int) -> Iterator[Json]:
    """One share of the combinations, the same ones in every run."""
    draw = random.Random(f"combinations {share}")
    reached = destinations()
    origins = [*(place for place in reached if " " not in place), *ALSO_ORIGINS]
    for _ in range(share, COMBINATIONS, SHARES):
        yield _combination(draw, draw.choice(reached), origins)


def _combination(draw: random.Random, to: str, origins: list[str]) -> Json:
    origin, unit = draw.choice(origins), draw.choice(CURRENCIES)
    tariff = {"US": "US", "GB": "GB"}.get(to) or draw.choice(("EU", "EU", "US"))
    length = draw.choice((4, 6, 6, 6, 10))
    code = draw.choice(codes(tariff))[: length if tariff in ("EU", to) or length < 10 else 6]
    price = round(10 ** draw.uniform(0, 4.3)) * (100 if unit == "JPY" else 1)
    freight = draw.choice((0, 9, 35))
    if limits(to) and draw.random() < 0.5:
        unit, price = draw.choice(limits(to))
        price, freight = price - draw.choice((0, 0, 1)), draw.choice((0, 0, 0, 9))
    day = FIRST_DAY + timedelta(days=draw.randrange((LAST_DAY - FIRST_DAY).days))
    goods = {
        "quantity": 1,
        "unit_price": {"amount": str(price), "currency": unit},
        "hs_code": code,
        "country_of_origin": draw.choice((origin, origin, origin, None)),
        "unit_weight": draw.choice((None, {"value": "0.4", "unit": "kg"})),
        "duty_expression": draw.choice((None, None, None, "7.5%")),
    }
    return border(
        to, str(freight), "EUR", goods,
        ship_from={"country": draw.choice((origin, "CN", "US", "DE"))},
        as_of=f"{day}",
        mode=draw.choice(("post", "express", "air", "sea", "road")),
        purpose=draw.choice(("sale", "sale", "sale", "gift")),
        buyer={"type": draw.choice(("consumer", "consumer", "business"))},
        exchange_rates=NOT_PUBLISHED,
    )  # fmt: skip


def one_more(body: Json) -> Json:
    """The same goods at one unit of their currency more."""
    (goods,) = body["lines"]
    price = goods["unit_price"]
    dearer = {**price, "amount": str(int(price["amount"]) + 1)}
    return {**body, "lines": [{**goods, "unit_price": dearer}]}


def rules_of(cost: Json) -> Counter[tuple[Any, ...]]:
    """Under which versions of which rules a landed cost stands."""
    return Counter(
        (
            charge["code"],
            charge["expression"],
            charge["status"],
            *((charge["law"] or {}).get(name) for name in ("id", "since", "until")),
        )
        for charge in cost["charges"]
    )


def ask(shop: Any, body: Json) -> Json:
    answer = shop.post("/v1/landed-costs", json=body)
    assert answer.status_code == 200, (body, answer.get_data())
    found: Json = answer.get_json()
    assert (found["status"] == "refused") == (not found["costs"]), body
    for cost in found["costs"]:
        assert_adds_up(cost, found["currency"])
    return found


def falls(cheaper: Json, dearer: Json) -> list[str]:
    """How two landed costs break the rule that a higher price never costs less to the door."""
    broken = []
    for one, other in zip(cheaper["costs"], dearer["costs"], strict=True):
        before, after = (amount(cost["totals"]["landed_cost"]) for cost in (one, other))
        if after >= before:
            continue
        here, there = rules_of(one), rules_of(other)
        changed = (here - there) + (there - here)
        cited = [rule for rule in changed if rule[3] is not None]
        unexplained = [rule for rule in changed if rule[3] is None and rule[2] != "needs_answer"]
        unheld = [rule for rule in there - here if _is_unheld_duty(rule)]
        if not cited or unexplained or unheld:
            broken.append(f"{one['terms']}: {before} falls to {after}, changed {changed}")
    return broken


def _is_unheld_duty(rule: tuple[Any, ...]) -> bool:
    territory, _, word = rule[0].partition(".")
    held = territory in ("EU", "GB", "US", "XI")  # these ask for a quantity, not for the rate
    return rule[2] == "needs_answer" and word == "third_country" and not held


@pytest.mark.parametrize("share", range(SHARES))
def test_any_goods_from_anywhere_to_anywhere_are_answered_and_cost_no_less_when_dearer(
    shop: Any, share: int
) -> None:
    broken = []
    for body in combinations(share):
        cheaper, dearer = ask(shop, body), ask(shop, one_more(body))
        if cheaper["costs"] and dearer["costs"]:
            broken += [(body, fall) for fall in falls(cheaper, dearer)]
    assert not broken, broken[:5]


def test_the_combinations_meet_every_destination_and_no_two_shares_are_alike() -> None:
    drawn = [body for share in range(SHARES) for body in combinations(share)]
    assert len(drawn) == COMBINATIONS
    reached = {body["ship_to"]["country"] for body in drawn}
    assert COMBINATIONS < 600 or reached == {place[:2] for place in destinations()}
    assert len({repr(body) for body in drawn}) > COMBINATIONS * 0.99


def _cost(landed: str, *charges: tuple[str, str, str | None]) -> Json:
    return {
        "terms": "DDP",
        "totals": {"landed_cost": {"amount": landed}},
        "charges": [
            {
                "code": code,
                "expression": None,
                "status": status,
                "law": {"id": law} if law else None,
            }
            for code, status, law in charges
        ],
    }


@pytest.mark.parametrize(
    ("changed", "accepted"),
    [
        ([("flat", "applies", "LAW")], False),
        ([("flat", "waived", "LAW")], True),
        ([("flat", "waived", None)], False),
        ([("flat", "waived", "LAW"), ("tax", "needs_answer", None)], True),
        ([("flat", "applies", "LAW"), ("tax", "needs_answer", None)], False),
        ([("flat", "waived", "LAW"), ("ZA.third_country", "needs_answer", None)], False),
        ([("flat", "waived", "LAW"), ("ZA.third_country", "needs_answer", "LAW")], False),
    ],
)
def test_a_fall_is_accepted_only_where_a_cited_rule_has_begun(
    changed: list[tuple[str, str, str | None]], accepted: bool
) -> None:
    before = {"costs": [_cost("11.00", ("flat", "applies", "LAW"))]}
    after = {"costs": [_cost("10.00", *changed)]}
    assert bool(falls(before, after)) is not accepted
    assert not falls(after, before)
