"""Are the facts about additional measures and agreements whole, dated and free of contradiction?"""

import csv
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from data.loading.agreements import load_agreements
from data.loading.documents import FactsError
from data.loading.measures import load_groups, load_measures, load_territory_measures
from tariffs.measures import read_measures
from tariffs.schedule import Measure, Role
from tariffs.selection import covers_goods, covers_origin, select
from tariffs.stacking import settle

ROOT = Path(__file__).resolve().parents[2]
FACTS = ROOT / "data" / "facts"
SHARED = ROOT.parent / "shared" / "data" / "tariff_us"
# Every day on which the United States' measures changed in 2026, and the days around them.
TURNING_DAYS = [
    date(2026, *day)
    for day in (
        (1, 1), (1, 15), (1, 16), (2, 23), (2, 24), (4, 5), (4, 6), (4, 23), (5, 1), (6, 7), (6, 8),
        (7, 21), (7, 22), (7, 23), (7, 24), (7, 28), (7, 30), (7, 31), (8, 15), (8, 22), (9, 3),
        (9, 14), (9, 15), (9, 29), (11, 9), (11, 10),
    )
]  # fmt: skip
CODES = [
    "0101210010", "0404100500", "2204212000", "2208306020", "2918993000", "3004909290",
    "4009120020", "6109100012", "6307909870", "6810990020", "7202111000", "7208510030",
    "7326908688", "7403110000", "7408116000", "7601103000", "7616995130", "7616995160",
    "8471300100", "8473301140", "8544429090", "8701210080", "8702100000", "8703230190",
    "8708103050", "8708998180", "8806220000", "9401614011", "9403200082",
]  # fmt: skip
ORIGINS = ["AE", "BR", "BY", "CA", "CH", "CN", "DE", "GB", "HK", "IN", "JP", "KE", "KR", "MX"]
ORIGINS += ["RU", "TW", "US", "VN", "ZA"]


@cache
def united_states() -> tuple[Measure, ...]:
    groups = load_groups(FACTS / "agreements" / "groups.toml")
    return read_measures(load_measures(FACTS / "measures", groups)["US"])


@cache
def covering(code: str) -> tuple[Measure, ...]:
    return tuple(m for m in united_states() if covers_goods(m, code))


def applied(code: str, origin: str, on: date, facts: dict[str, str] | None = None) -> set[str]:
    stack = settle(select(covering(code), origin, on), facts or {}, "sea", frozenset())
    return {one.measure.heading for one in stack.charged}


@pytest.mark.parametrize("on", TURNING_DAYS, ids=str)
def test_no_day_makes_the_measures_contradict_each_other(on):
    for code in CODES:
        for origin in ORIGINS:
            charged = settle(select(covering(code), origin, on), {}, "sea", frozenset()).charged
            headings = Counter(one.measure.heading for one in charged)
            assert not [heading for heading, count in headings.items() if count > 1]
            groups = Counter(one.measure.group for one in charged if one.measure.group)
            assert all(count == 1 for count in groups.values()), (code, origin, groups)


@pytest.mark.parametrize("code", CODES)
def test_a_group_never_has_two_measures_of_one_rank_for_the_same_goods(code):
    grouped = [m for m in covering(code) if m.group is not None]
    for origin in ORIGINS:
        about = [m for m in grouped if covers_origin(m, origin)]
        for on in TURNING_DAYS:
            seen: dict[tuple[str | None, int], str] = {}
            for measure in about:
                if measure.applies(on):
                    key = (measure.group, measure.rank)
                    assert seen.setdefault(key, measure.heading) == measure.heading, key


def test_every_top_up_states_a_percentage_and_every_exemption_what_it_frees():
    for measure in united_states():
        if measure.role is Role.TOP_UP:
            assert measure.expression.endswith("%")
        if measure.role is Role.EXEMPT and not measure.removes:
            assert any(text.startswith("with ") for text in measure.requires)


def test_what_a_measure_removes_or_goes_with_exists():
    measures = united_states()
    for measure in measures:
        named = [*measure.removes, *measure.keeps]
        named += [text.removeprefix("with ") for text in measure.requires if text[:5] == "with "]
        for name in named:
            assert any(m.programme == name or m.heading.startswith(name) for m in measures), name


def test_sixty_economies_pay_the_forced_labour_duty_and_no_heading_is_used_twice():
    rows = [m for m in united_states() if m.programme == "section_301_forced_labour"]
    # the European Union's 27 members, and the union itself, are one economy
    assert len({m.origins[0] if len(m.origins) == 1 else "EU" for m in rows}) == 60
    headings = [m.heading for m in rows] + [m.at_or_above for m in rows if m.at_or_above]
    assert len(headings) == len(set(headings)) == 65
    assert [m.heading for m in rows if m.origins == ("TR",)] == ["9903.05.79"]


@pytest.mark.parametrize(
    ("on", "headings"),
    [
        (date(2026, 2, 23), {"9903.02.69"}),
        (date(2026, 2, 24), {"9903.03.01"}),
        (date(2026, 7, 23), {"9903.03.01"}),
        (date(2026, 7, 24), {"9903.05.84"}),
    ],
)
def test_one_general_surcharge_follows_the_other_without_a_gap(on, headings):
    assert applied("6109100012", "VN", on) == headings


@pytest.mark.parametrize(
    ("on", "heading"),
    [
        (date(2026, 4, 5), "9903.81.90"),
        (date(2026, 4, 6), "9903.82.02"),
    ],
)
def test_the_metals_duty_changes_its_basis_on_the_day_the_proclamation_says(on, heading):
    assert heading in applied("7326908688", "VN", on)


@pytest.mark.parametrize(
    ("on", "excluded"), [(date(2026, 11, 9), True), (date(2026, 11, 10), False)]
)
def test_the_exclusions_from_the_china_duty_end_after_9_november_2026(on, excluded):
    assert ("9903.88.69" in applied("8483509040", "CN", on)) is excluded


def test_the_members_of_the_union_are_treated_as_the_union():
    on = date(2026, 8, 1)
    assert applied("6109100012", "EU", on) == applied("6109100012", "PT", on) == {"9903.05.39"}


def test_a_part_that_may_be_a_vehicles_is_charged_once_whatever_it_is():
    on = date(2026, 8, 1)
    assert "9903.94.05" in applied("4009120020", "VN", on)
    assert "9903.82.09" in applied("8708103050", "VN", on)
    passenger = applied("8708103050", "VN", on, {"vehicle_part": "passenger"})
    assert "9903.94.05" in passenger
    assert not {heading for heading in passenger if heading.startswith("9903.82")}


def test_the_lists_are_those_of_their_source():
    path = SHARED / "budgetlab" / "s301_product_lists.csv"
    if not path.exists():
        pytest.skip("the source of the lists is not here")
    with path.open(encoding="utf-8", newline="") as lines:
        listed = Counter(
            row["ch99_code"] for row in csv.DictReader(lines) if row["hts8"][:2] != "98"
        )
    ours = {
        measure.heading: len(measure.goods)
        for measure in united_states()
        if measure.programme == "section_301_china" and not measure.requires
    }
    for heading in ("9903.88.01", "9903.88.02", "9903.88.03", "9903.88.15", "9903.91.05"):
        assert ours[heading] == listed[heading]


HEAD = 'territory = "XX"\nchecked_on = 2026-11-22\n'
LAWS = '\n[laws]\nL = { title = "A law" }\n'
ROW = 'heading = "1", name = "n", role = "add", value = "1%", since = 2026-01-01, law = "L"'


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (ROW + ', colour = "red"', "unknown keys"),
        (ROW.replace('role = "add", ', ""), "role"),
        (ROW + ', lists = ["missing"]', "no list"),
        (ROW.replace('law = "L"', 'law = "M"'), "not in"),
        (ROW.replace("since = 2026-01-01, ", ""), "since"),
    ],
)
def test_a_row_that_is_undated_uncited_or_unknown_is_refused(tmp_path, row, complaint):
    folder = tmp_path / "XX"
    (folder / "lists").mkdir(parents=True)
    text = f"{HEAD}\n[programmes.p]\nversions = [{{ {row} }}]\n{LAWS}"
    (folder / "p.toml").write_text(text, "utf-8")
    with pytest.raises(FactsError, match=complaint):
        load_territory_measures(folder, {})


def test_a_list_that_no_measure_uses_is_refused(tmp_path):
    folder = tmp_path / "XX"
    (folder / "lists").mkdir(parents=True)
    text = f"{HEAD}\n[programmes.p]\nversions = [{{ {ROW} }}]\n{LAWS}"
    (folder / "p.toml").write_text(text, "utf-8")
    (folder / "lists" / "l.csv").write_text("list,code\nspare,0101\n", "utf-8")
    with pytest.raises(FactsError, match="spare"):
        load_territory_measures(folder, {})


def test_lists_groups_and_shared_values_are_written_out(tmp_path):
    folder = tmp_path / "XX"
    (folder / "lists").mkdir(parents=True)
    row = (
        ROW.replace('role = "add", ', "") + ', lists = ["metals"], within = ["73"], origins = ["U"]'
    )
    text = (
        f'{HEAD}\n[programmes.p]\nrole = "add"\nversions = [{{ {row} }}]\n'
        f'\n[lists.metals]\ntitle = "Metals"\n{LAWS}'
    )
    (folder / "p.toml").write_text(text, "utf-8")
    lines = "list,code\nmetals,7326\nmetals,7601\n"
    (folder / "lists" / "l.csv").write_text(lines, "utf-8")
    (written,) = load_territory_measures(folder, {"U": ("AA", "BB", "U")})["rows"]
    assert written["goods"] == ["7326"]
    assert written["origins"] == ["AA", "BB", "U"]
    assert written["programme"] == "p"


def test_every_agreement_names_its_law_and_its_days():
    for territory, document in load_agreements(FACTS / "agreements").items():
        assert document["territory"] == territory
        for table in document["agreements"].values():
            assert table["versions"][0]["law"] in document["laws"]
