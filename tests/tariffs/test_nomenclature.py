import doctest

import pytest

from tariffs import nomenclature
from tariffs.nomenclature import CommodityCode, CommodityCodeError, ancestors


def test_the_examples_in_the_module_hold():
    failed, tried = doctest.testmod(nomenclature)
    assert failed == 0
    assert tried > 8


@pytest.mark.parametrize(
    "written", ["6109100010", "6109.10.00.10", " 6109 10 00 10 ", "6109\u00a010.0010"]
)
def test_dots_and_blanks_do_not_matter(written):
    assert CommodityCode.parse(written).digits == "6109100010"


@pytest.mark.parametrize(
    "written",
    ["", " . ", "61", "610", "61091", "6109100", "61091000101", "6109-10", "abcd", "６１０９"],
)
def test_what_is_no_code_is_refused_with_what_was_written(written):
    with pytest.raises(CommodityCodeError) as refused:
        CommodityCode.parse(written)
    assert repr(written) in str(refused.value)


def test_there_is_no_chapter_00():
    with pytest.raises(CommodityCodeError, match="chapter 00"):
        CommodityCode.parse("0012.34")


def test_a_territory_may_have_codes_of_its_own_length():
    assert CommodityCode.parse("6109.10.001", lengths=(9,)).digits == "610910001"
    with pytest.raises(CommodityCodeError, match=r"a code has 9$"):
        CommodityCode.parse("6109.10", lengths=(9,))


@pytest.mark.parametrize(
    ("digits", "level", "above"),
    [
        ("61", "chapter", ()),
        ("6109", "heading", ("61",)),
        ("610910", "subheading", ("61", "6109")),
        ("61091000", "line", ("61", "6109", "610910")),
        ("6109100010", "declarable", ("61", "6109", "610910", "61091000")),
    ],
)
def test_every_level_knows_its_name_and_what_stands_above_it(digits, level, above):
    code = CommodityCode(digits)
    assert code.level == level
    assert code.ancestors == ancestors(digits) == above


def test_a_code_covers_itself_and_what_is_beneath_it_only():
    heading, subheading = CommodityCode("6109"), CommodityCode("610910")
    assert heading.covers(subheading)
    assert heading.covers(heading)
    assert not subheading.covers(heading)
    assert not CommodityCode("6110").covers(subheading)


def test_a_code_is_printed_in_the_tariffs_own_groups():
    assert str(CommodityCode("6109100010")) == "6109.10.00.10"
    assert CommodityCode("610910").formatted(" ") == "6109 10"


def test_codes_sort_as_the_tariff_is_printed():
    codes = [CommodityCode("6110"), CommodityCode("610910"), CommodityCode("6109")]
    assert [code.digits for code in sorted(codes)] == ["6109", "610910", "6110"]
