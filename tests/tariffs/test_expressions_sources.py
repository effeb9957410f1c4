"""How much of the official schedules can be read (where their files are beside the project)."""

import csv
from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tariffs.expressions import evaluate, parse, split_special, unreadable

DATA = Path(__file__).parents[3] / "shared" / "data"
HTS = DATA / "tariff_us" / "hts_2026_basic_edition.csv"
UKGT = DATA / "tariff_uk" / "uk_global_tariff_ukgt_2021.csv"
TARIC = DATA / "tariff_eu" / "taric_duty_expression_samples.txt"

pytestmark = pytest.mark.skipif(not HTS.exists(), reason="the official files are not here")


def column(path: Path, name: str, *, chapters: range = range(1, 100)) -> Counter[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    code = "HTS Number" if "HTS Number" in rows[0] else "commodity"
    return Counter(
        row[name] for row in rows if row[name].strip() and int(row[code][:2]) in chapters
    )


def report(name: str, texts: Counter[str]) -> tuple[int, int]:
    """Rows and rows that cannot be read; every text must have an outcome and one spelling."""
    check_each(texts)
    unread = unreadable(texts)
    rows, without = texts.total(), sum(texts[text] for text, _ in unread)
    print(f"{name}: {rows} rows, {len(texts)} spellings, {without} rows unread")
    for text, reason in unread:
        print(f"  {texts[text]} × {text[:90]!r}: {reason}")
    return rows, without


def check_each(texts: Iterable[str]) -> None:
    for text in texts:
        expression = parse(text)
        assert parse(expression.text).text == expression.text, text
        outcome = evaluate(
            expression,
            value=Decimal(100),
            currency="EUR",
            quantities={},
            facts={},
            on=date(2026, 7, 1),
            convert=lambda amount, source, target: amount,
        )
        if outcome.kind == "value":
            assert outcome.amount is not None, text
            assert outcome.working, text
        else:
            assert outcome.amount is None, text
            assert outcome.reason, text
        assert (outcome.kind == "question") == bool(outcome.needs), text


def test_at_least_999_in_1000_united_states_general_rates_are_read() -> None:
    rows, unread = report("US general", column(HTS, "General Rate of Duty", chapters=range(1, 98)))
    assert rows == 11414
    assert unread == 2


@pytest.mark.parametrize(
    ("name", "most"),
    [("General Rate of Duty", 4), ("Column 2 Rate of Duty", 4), ("Additional Duties", 0)],
)
def test_the_other_united_states_columns_are_read(name: str, most: int) -> None:
    _, unread = report(f"US {name}", column(HTS, name))
    assert unread == most


def test_every_special_column_is_split_and_read() -> None:
    rates: Counter[str] = Counter()
    for cell, rows in column(HTS, "Special Rate of Duty").items():
        for expression, programmes in split_special(cell):
            rates[expression] += rows
            assert "(" not in "".join(programmes)
    _, unread = report("US special", rates)
    assert unread == 0


@pytest.mark.parametrize("name", ["cet_duty_rate", "ukgt_duty_rate"])
def test_every_rate_of_the_united_kingdom_and_of_the_common_tariff_is_read(name: str) -> None:
    rows, unread = report(name, column(UKGT, name))
    assert rows > 11800
    assert unread == 0


def test_taric_spellings_are_read_but_for_conditions_on_certificates_and_quantities() -> None:
    lines = TARIC.read_text(encoding="utf-8").splitlines()
    texts = Counter(line for line in lines if line and not line.startswith("#"))
    rows, unread = report("TARIC", texts)
    assert (rows, unread) == (29, 5)
    assert all(text.startswith("Cond:") for text, _ in unreadable(texts))
