from copy import deepcopy
from datetime import date
from decimal import Decimal

import pytest

from customs.territories import TerritoryError, read_territory
from data.loading.documents import FactsError, load_document
from tests.customs.conftest import DOCUMENTS

MEMBERS = [code for code, text in DOCUMENTS.items() if text.get("customs_territory") == "EU"]


def test_the_union_has_twenty_seven_members():
    assert len(MEMBERS) == 27


@pytest.mark.parametrize("code", MEMBERS)
def test_a_member_takes_the_unions_duties_and_has_a_standard_rate_of_its_own(territory, code):
    member = territory(code)
    assert member.currency == "EUR"
    assert member.schedule == "EU"
    assert [flat.id for flat in member.flat_duties] == ["low_value_item"]
    (vat,) = member.taxes
    rate = vat.rates["standard"].percent.on(date(2026, 11, 20))
    assert rate is not None
    assert Decimal(15) <= rate.value <= Decimal(27)


@pytest.mark.parametrize(
    ("code", "day", "percent"),
    [
        ("DE", "2020-06-30", "19"),
        ("DE", "2020-07-01", "16"),
        ("DE", "2020-12-31", "16"),
        ("DE", "2021-01-01", "19"),
        ("EE", "2025-06-30", "22"),
        ("EE", "2025-07-01", "24"),
        ("RO", "2025-07-31", "19"),
        ("RO", "2025-08-01", "21"),
        ("SK", "2025-01-01", "23"),
        ("FI", "2024-09-01", "25.5"),
        ("GB", "2011-01-03", "17.5"),
        ("GB", "2011-01-04", "20"),
    ],
)
def test_vat_rate_changes_on_the_day_the_law_says(territory, code, day, percent):
    rate = territory(code).taxes[0].rates["standard"].percent.on(date.fromisoformat(day))
    assert rate.value == Decimal(percent)


def test_a_word_that_the_rules_do_not_know_is_refused():
    documents = deepcopy(DOCUMENTS)
    documents["GB"]["reliefs"]["low_value"]["inclusiv"] = True
    with pytest.raises(TerritoryError, match="inclusiv"):
        read_territory("GB", documents)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('x = [{ value = "1%", law = "L" }]', "since"),
        ('x = [{ since = 2020-01-01, value = "1%" }]', "law None"),
        ('x = [{ since = 2020-01-01, value = "1%", law = "M" }]', "'M'"),
        ("rate = 0.19", "bare number"),
        (
            'x = [{ since = 2020-01-01, until = 2020-01-01, value = "1%", law = "L" }]',
            "day after",
        ),
        (
            'x = [{ since = 2020-01-01, value = "1%", law = "L", confidence = "sure" }]',
            "confidence",
        ),
        ("", "nothing cites: L"),
    ],
)
def test_facts_that_are_undated_uncited_or_unclear_are_refused(tmp_path, text, complaint):
    file = tmp_path / "XX.toml"
    file.write_text(f'checked_on = 2026-01-01\n{text}\n[laws]\nL = {{ title = "A law" }}\n')
    with pytest.raises(FactsError, match=complaint):
        load_document(file)


def test_a_file_that_does_not_say_when_it_was_checked_is_refused(tmp_path):
    file = tmp_path / "XX.toml"
    file.write_text('name = "Nowhere"\n')
    with pytest.raises(FactsError, match="checked_on"):
        load_document(file)
