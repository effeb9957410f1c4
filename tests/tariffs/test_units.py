"""How units of tariffs are read, and what they count."""

import doctest
from decimal import Decimal

import pytest

import tariffs.units
from tariffs.expressions.case import DERIVED
from tariffs.expressions.facts import FACTS, fact_for
from tariffs.units import in_base_units, read_unit


@pytest.mark.parametrize(
    ("spellings", "factors", "divisor"),
    [
        ("kg|KGM|kg/net|kilogram", ("kg",), "1"),
        ("DTN|100 kg|100kg|100 kg / net", ("kg",), "100"),
        ("TNE|t|tonne|1,000 kg|1000 kg", ("kg",), "1000"),
        ("g|GRM", ("kg",), "0.001"),
        ("DTN G|100 kg / gross|100 kg/br", ("gross_kg",), "100"),
        ("l|liter|LTR|liters|litres", ("l",), "1"),
        ("hl|HLT", ("l",), "100"),
        ("KLT", ("l",), "1000"),
        ("bbl", ("l",), "158.987294928"),
        ("LPA|l alc. 100%|litre pure (100%) alcohol", ("lpa",), "1"),
        ("ASV X|% vol/hl|%vol / hl", ("l", "alcohol_percent"), "100"),
        ("item|p/st|each|No.|head|article|NAR", ("item",), "1"),
        ("doz.|12 items", ("item",), "12"),
        ("gross|144 items", ("item",), "144"),
        ("MIL|1,000 items|thousand|1000 p/st|1,000 pins", ("item",), "1000"),
        ("CEN|100 p/st", ("item",), "100"),
        ("pr.|prs.|pa|NPR", ("pair",), "1"),
        ("MPR|1,000 pa", ("pair",), "1000"),
        ("doz. prs.", ("pair",), "12"),
        ("m2|m²|MTK", ("m2",), "1"),
        ("m3|m³|MTQ", ("m3",), "1"),
        ("carat|CTM|c/k", ("carat",), "1"),
        ("kWh", ("kwh",), "1"),
        ("MWH|1,000 kWh", ("kwh",), "1000"),
        ("cy kg|clean kg", ("clean_kg",), "1"),
        ("Cu kg|kg on copper content", ("copper_content_kg",), "1"),
    ],
)
def test_every_spelling_of_a_unit_counts_the_same(
    spellings: str, factors: tuple[str, ...], divisor: str
) -> None:
    for spelling in spellings.split("|"):
        unit = read_unit(spelling)
        assert unit is not None, spelling
        assert (unit.measure.factors, unit.divisor) == (factors, Decimal(divisor)), spelling


@pytest.mark.parametrize("text", ["", "firkin", "0 kg", "100 100 kg", "kg kg", "%"])
def test_what_is_no_unit_is_not_read_as_one(text: str) -> None:
    assert read_unit(text) is None


def test_the_canonical_name_of_every_unit_reads_back_as_that_unit() -> None:
    for unit in set(tariffs.units._UNITS.values()):
        assert read_unit(unit.name) == unit, unit.name
        assert read_unit(f"1,000 {unit.measure.name}") is not None


def test_no_spelling_stands_for_two_units() -> None:
    spelled = list(tariffs.units._spellings())
    assert len({word for word, _ in spelled}) == len(spelled)


def test_every_quantity_of_a_unit_can_be_stated_as_a_fact() -> None:
    keys = {factor for unit in tariffs.units._UNITS.values() for factor in unit.measure.factors}
    keys |= {factor for factors, _ in DERIVED.values() for factor in factors}
    for key in keys:
        assert fact_for(key) in FACTS, key


def test_quantities_are_brought_to_base_units() -> None:
    given = {"DTN": Decimal(2), "doz.": Decimal(3), "hl": Decimal("0.5"), "jewels": Decimal(7)}
    assert in_base_units(given) == {
        "kg": Decimal(200),
        "item": Decimal(36),
        "l": Decimal(50),
        "jewels": Decimal(7),
    }


def test_the_same_quantity_may_be_said_twice_but_not_differently() -> None:
    assert in_base_units({"kg": Decimal(100), "DTN": Decimal(1)}) == {"kg": Decimal(100)}
    with pytest.raises(ValueError, match="another name says 100"):
        in_base_units({"kg": Decimal(100), "DTN": Decimal(2)})


def test_the_examples_in_the_docstrings_hold() -> None:
    result = doctest.testmod(tariffs.units)
    assert result.attempted > 0
    assert result.failed == 0
