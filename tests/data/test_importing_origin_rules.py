import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from data.importing.origin_rule_reports import OriginRulesRefusedError, OriginRuleTally
from data.importing.origin_rules import (
    OriginRulesError,
    file_of,
    open_origin_rules,
    write_origin_rules,
)
from data.importing.uk_origin_rules import import_uk_origin_rules, read_origin_rules
from data.loading.sources import load_sources

SHARED = Path(__file__).parents[3] / "shared" / "data" / "rules_of_origin"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="needs the documents themselves")
AS_OF = date(2026, 8, 21)
FILE = file_of(Path(), "GB").name
SCHEMES = [
    ("here", "2021-01-01", None),
    ("past", "2021-01-01", "2023-06-18"),
    ("mute", "2024-01-01", None),
]


def rule(text="Whatever is done.", *classes, **changes):
    return {
        "rule": text,
        "class": list(classes),
        "footnotes": [],
        "operator": None,
        "quota": False,
        "import": True,
        "export": True,
        **changes,
    }


def entry(first, last, *rules, heading="a heading", **changes):
    return {
        "heading": heading,
        "subdivision": "prose",
        "min": first.ljust(10, "0"),
        "max": last.ljust(10, "9"),
        "rules": list(rules) or [rule()],
        "valid": True,
        **changes,
    }


CHAPTER = entry("61", "61", rule("Wholly obtained", "WO"))
HEADING = entry(
    "6109",
    "6109",
    rule("At most **47.5%** of the price, 2 percent by weight", "CTH", "MAXNOM"),
    rule("RVC 40%", "RVC", operator="or", quota=True, export=False),
    heading="ex 61.09",
)
NEXT = entry(
    "6110",
    "6112",
    rule(
        "No class",
    ),
)


@pytest.fixture
def documents(tmp_path):
    """Writes the two kinds of documents; says where they are."""

    def write(*entries, name="here", schemes=SCHEMES):
        folder = tmp_path / "documents"
        folder.mkdir(exist_ok=True)
        tables = [
            {"scheme_code": code, "validity_start_date": since, "validity_end_date": last}
            for code, since, last in schemes
        ]
        (folder / "schemes.json").write_text(json.dumps({"schemes": tables}))
        (folder / f"{name}.json").write_text(json.dumps({"rule_sets": list(entries)}))
        return folder / "schemes.json", [folder / f"{name}.json"]

    return write


@pytest.fixture
def keep(documents, tmp_path):
    """Imports entries of one scheme and says what was found."""

    def imported(*entries, expect=None, name="here"):
        tally = OriginRuleTally(expect or {})
        rules = read_origin_rules(*documents(*entries, name=name), tally)
        write_origin_rules(tmp_path, "GB", "TEST", AS_OF, rules)
        return tally

    return imported


def rules_for(data_dir, scheme, code, *, on=None):
    return open_origin_rules(data_dir, "GB").rules_for(scheme, code, on=on)


def test_a_code_finds_the_rules_of_its_ranges_narrowest_first(keep, tmp_path):
    keep(CHAPTER, HEADING, NEXT)
    found = rules_for(tmp_path, "here", "6109100010")
    assert [(r.entry, r.number) for r in found] == [(2, 1), (2, 2), (1, 1)]
    assert rules_for(tmp_path, "here", "6201") == ()
    assert rules_for(tmp_path, "past", "6109") == ()


def test_the_first_and_last_code_of_a_range_are_inside(keep, tmp_path):
    keep(NEXT)
    assert rules_for(tmp_path, "here", "6110000000")
    assert rules_for(tmp_path, "here", "6112999999")
    assert not rules_for(tmp_path, "here", "6109999999")
    assert not rules_for(tmp_path, "here", "6113000000")


def test_a_short_code_finds_the_rules_of_all_codes_beneath_it(keep, tmp_path):
    keep(CHAPTER, HEADING, NEXT)
    assert len(rules_for(tmp_path, "here", "61")) == 4


def test_what_a_rule_says_is_kept_as_facts_without_its_prose(keep, tmp_path):
    keep(HEADING)
    first, second = rules_for(tmp_path, "here", "610910")
    assert (first.classes, second.classes) == (("CTH", "MAXNOM"), ("RVC",))
    assert first.percents == (Decimal("47.5"), Decimal("2"))
    assert second.percents == (Decimal("40"),)
    assert (first.alternative, second.alternative) == (False, True)
    assert (first.within_quota, second.within_quota) == (False, True)
    assert (second.imports, second.exports) == (True, False)
    assert first.in_part
    assert b"of the price" not in (tmp_path / FILE).read_bytes()


def test_a_rule_without_a_class_is_kept_and_counted(keep, tmp_path):
    tally = keep(CHAPTER, NEXT)
    assert tally.classes == {"WO": 1, "unclassed": 1}
    assert rules_for(tmp_path, "here", "6110")[0].classes == ()


def test_a_scheme_ends_after_its_last_day(keep, tmp_path):
    keep(CHAPTER, name="past")

    def found(*day):
        return len(rules_for(tmp_path, "past", "61", on=date(*day)))

    before, first_day, last_day, after = (
        found(2020, 12, 31), found(2021, 1, 1), found(2023, 6, 18), found(2023, 6, 19),
    )  # fmt: skip
    assert (before, first_day, last_day, after) == (0, 1, 1, 0)


def test_schemes_that_come_without_rules_are_reported(keep):
    assert keep(CHAPTER).without_rules == ("mute", "past")


@pytest.mark.parametrize(
    "wrong",
    [
        entry("62", "61"),
        entry("61", "61", valid=False),
        entry("61", "61", rules=[]),
        entry("61", "61", since="2021-01-01"),
        entry("61", "61", rule("Odd", "MAGIC")),
        entry("61", "61", rule("Odd", "EXCEPT")),
        entry("61", "61", rule("Odd", 5)),
        entry("61", "61", rule("Odd", operator="and")),
        entry("61", "61", rule("Odd", quota="no")),
        entry("61", "61", rule("Odd", note="new")),
        {"min": "6100000000"},
        "no table",
    ],
)
def test_an_entry_of_another_kind_refuses_the_import_and_keeps_what_was_there(
    keep, tmp_path, wrong
):
    keep(CHAPTER)
    with pytest.raises(OriginRulesRefusedError, match="entry 2: here"):
        keep(HEADING, wrong)
    assert [r.classes for r in rules_for(tmp_path, "here", "6109")] == [("WO",)]
    assert [path.name for path in tmp_path.glob(f"{FILE}*")] == [FILE]


@pytest.mark.parametrize(
    "expect", [{"entries": (2, 9)}, {"rules": (0, 0)}, {"RVC": (1, 9)}, {"without_rules": (0, 0)}]
)
def test_a_count_outside_its_bounds_refuses_the_import(keep, tmp_path, expect):
    with pytest.raises(OriginRulesRefusedError, match=next(iter(expect))):
        keep(CHAPTER, expect=expect)
    assert not (tmp_path / FILE).exists()


def test_a_refusal_can_be_tolerated_by_name_only(keep, tmp_path):
    tally = keep(CHAPTER, "no table", expect={"refused": (0, 1)})
    assert [refused.line for refused in tally.refused] == [2]
    assert len(rules_for(tmp_path, "here", "61")) == 1


def test_a_document_of_no_known_scheme_is_refused(keep):
    with pytest.raises(OriginRulesError, match="elsewhere"):
        keep(CHAPTER, name="elsewhere")


@pytest.mark.parametrize("schemes", [[*SCHEMES, SCHEMES[0]], [("here", "one day", None)], []])
def test_schemes_that_cannot_be_told_apart_or_dated_are_refused(documents, schemes):
    with pytest.raises(OriginRulesError):
        list(read_origin_rules(*documents(CHAPTER, schemes=schemes), OriginRuleTally()))


def test_a_document_that_breaks_off_is_refused(documents):
    schemes, (rules,) = documents(CHAPTER)
    rules.write_text(rules.read_text()[:-20])
    with pytest.raises(OriginRulesError, match=r"here\.json"):
        list(read_origin_rules(schemes, [rules], OriginRuleTally()))


def test_there_is_no_file_before_an_import_and_then_one_that_says_of_which_day(keep, tmp_path):
    assert open_origin_rules(tmp_path, "GB") is None
    keep(CHAPTER)
    kept = open_origin_rules(tmp_path, "GB")
    assert (kept.source, kept.as_of) == ("TEST", AS_OF)
    assert open_origin_rules(tmp_path, "EU") is None


def test_nothing_is_answered_for_what_is_no_code(keep, tmp_path):
    keep(CHAPTER)
    for wrong in ("6", "61.09", "61091000101", "٦١٠٩"):
        with pytest.raises(OriginRulesError, match="no code"):
            rules_for(tmp_path, "here", wrong)


@needs_shared
def test_the_published_documents_are_read_whole_and_count_what_the_source_expects(tmp_path):
    sets = sorted((SHARED / "uk_rule_sets").glob("*.json"))
    source = load_sources()["UK-ORIGIN-RULES"]
    schemes = SHARED / "uk_roo_schemes.json"
    report = import_uk_origin_rules(schemes, sets, tmp_path, source=source, as_of=AS_OF)
    assert (report.schemes, report.entries, report.rules) == (44, 28535, 41255)
    assert report.without_rules == ("australia",)
    shirts = rules_for(tmp_path, "turkey", "6109100010", on=date(2026, 11, 20))
    assert shirts
    assert all(r.first <= "6109100010" <= r.last for r in shirts)
    (vehicles,) = [r for r in rules_for(tmp_path, "canada", "87032110") if r.first == "8703000000"]
    assert (vehicles.classes, vehicles.percents) == (("MAXNOM",), (Decimal(50),))
    assert not rules_for(tmp_path, "gsp", "6109", on=date(2026, 11, 20))
