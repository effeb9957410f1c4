"""Every carrier's codes lead to words of one list."""

import csv
from pathlib import Path

import pytest

import carriers.adapters
from carriers.tracking import ACTORS, STAGES, STATUSES, reasons

TABLES = sorted(Path(carriers.adapters.__file__).parent.glob("*/tracking.csv"))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.parent.name)
def test_a_table_uses_the_words_that_everybody_uses(table):
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    assert rows
    wrong = [
        row["code"]
        for row in rows
        if row["status"] not in STATUSES
        or row["stage"] not in ("", *STAGES)
        or row["reason"] not in ("", *reasons())
        or row["action_by"] not in ("", *ACTORS)
    ]
    assert wrong == []


def test_there_are_tables_and_words():
    assert len(TABLES) >= 4
    assert 30 <= len(reasons()) <= 60
    assert all(each.meaning and each.family for each in reasons().values())
