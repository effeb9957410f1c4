"""Batteries by air: their section, charge, mark and declaration, and the Q value."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customs.documents import registry
from customs.documents.batteries import batteries_of, battery_faults, q_value
from customs.documents.faults import RefusedError
from customs.documents.samples import sample
from data.model.shipment import Shipment
from tests.documents.validation import picture_of, squeezed, text_of

STATIONS, DECLARED = sample("dangerous_goods")
DRILLS, _ = sample("battery_mark")


def saying(shipment: Shipment, **facts: str | None) -> Shipment:
    """The first line with other facts; None takes one away."""
    first = shipment.items[0]
    said = {name: text for name, text in {**first.facts, **facts}.items() if text is not None}
    return replace(shipment, items=(replace(first, facts=said), *shipment.items[1:]))


def refused(kind: str, shipment: Shipment, **options: Any) -> list[str]:
    with pytest.raises(RefusedError) as error:
        registry.make(kind, shipment, "pdf", "en", options)
    return [fault.pointer for fault in error.value.faults]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([("0.31", "1")], "0.4"),
        ([("0.1", "0.5"), ("0.11", "1")], "0.4"),
        ([("1", "2"), ("1", "2")], "1.0"),
        ([("1", "3"), ("1", "3"), ("1", "3")], "1.0"),
        ([("0.3", "1")], "0.3"),
        ([("1", "1"), ("0.0001", "1")], "1.1"),
    ],
)
def test_the_q_value_is_rounded_up_to_a_tenth(parts: list[tuple[str, str]], expected: str) -> None:
    assert q_value((Decimal(net), Decimal(most)) for net, most in parts) == Decimal(expected)


@given(
    st.lists(
        st.tuples(
            st.decimals("0.001", "100", places=3), st.sampled_from(["1", "2", "4", "5", "8", "10"])
        ),
        min_size=1,
        max_size=6,
    )
)
def test_the_q_value_is_never_less_than_the_sum_and_less_than_a_tenth_more(
    parts: list[tuple[Decimal, str]],
) -> None:
    exact = sum((net / Decimal(most) for net, most in parts), Decimal(0))
    q = q_value((net, Decimal(most)) for net, most in parts)
    assert exact <= q < exact + Decimal("0.1")


@pytest.mark.parametrize(
    ("facts", "section"),
    [
        ({"battery_wh": "100", "cell_wh": "20"}, "II"),
        ({"battery_wh": "100.1"}, "I"),
        ({"battery_wh": "99", "cell_wh": "20.5"}, "I"),
        ({"un_number": "UN3091", "packed": "in_equipment", "lithium_g": "2"}, "II"),
        ({"un_number": "UN3091", "packed": "in_equipment", "lithium_g": "2.1"}, "I"),
        ({"un_number": "UN3480", "packed": "alone", "battery_wh": "74"}, "IB"),
        ({"un_number": "UN3480", "packed": "alone", "battery_wh": "512"}, "I"),
    ],
)
def test_the_section_is_by_size_and_packing(facts: dict[str, str], section: str) -> None:
    bare = saying(DRILLS, battery_wh=None, cell_wh=None)
    first = next(iter(batteries_of(saying(bare, **facts))))
    assert first.section == section


@pytest.mark.parametrize(
    ("facts", "pointer"),
    [
        ({"un_number": "UN1203"}, "un_number"),
        ({"packed": "alone"}, "packed"),
        ({"battery_wh": None, "cell_wh": None}, "battery_wh"),
        ({"soc_percent": None}, "soc_percent"),
        ({"soc_percent": "31"}, "soc_percent"),
        ({"un38_3": None}, "un38_3"),
    ],
)
def test_what_is_missing_or_not_allowed_is_told(facts: Any, pointer: str) -> None:
    found = [fault.pointer for fault in battery_faults(saying(DRILLS, **facts))]
    assert found == [f"/items/0/facts/{pointer}"]


def test_batteries_packed_with_equipment_may_be_charged_to_30_percent_since_2026() -> None:
    full = saying(DRILLS, soc_percent="80")
    assert [fault.pointer for fault in battery_faults(full)] == ["/items/0/facts/soc_percent"]
    assert list(battery_faults(replace(full, on=date(2025, 12, 31)))) == []
    assert list(battery_faults(saying(full, battery_wh="2.7"))) == []
    assert list(battery_faults(saying(full, packed="in_equipment"))) == []


def test_a_declaration_names_packages_instructions_and_the_aircraft() -> None:
    text = text_of(registry.make("dangerous_goods", STATIONS, "pdf", "en", DECLARED))
    flat = squeezed(text)
    assert "UN3481Lithiumionbatteriescontainedinequipment9–2Fibreboardbox×6.2kg967–" in flat
    assert "UN3480Lithiumionbatteries9–1Fibreboardbox×2.1kg965IB–" in flat
    assert "Cargoaircraftonly" in flat
    assert "Q=" not in flat


def test_the_q_value_is_printed_for_several_substances_and_refused_above_one() -> None:
    def packed(net: str) -> dict[str, Any]:
        parts = [
            {"line": "1", "net": "0.5", "most": "5"},
            {"line": "2", "net": net, "most": "1"},
        ]
        return {**DECLARED, "all_packed_in_one": parts}

    content = registry.make("dangerous_goods", STATIONS, "pdf", "en", packed("0.21"))
    assert "Allpackedinone.Q=0.4" in squeezed(text_of(content))
    assert refused("dangerous_goods", STATIONS, **packed("0.95")) == ["/options/all_packed_in_one"]
    for wrong in ([{"line": "1"}], ["x"], [{"line": "9", "net": "1", "most": "9"}],
                  [{"line": "1", "net": "NaN", "most": "1"}]):  # fmt: skip
        options = {**DECLARED, "all_packed_in_one": wrong}
        assert refused("dangerous_goods", STATIONS, **options) == ["/options/all_packed_in_one"]
    one = {**DECLARED, "all_packed_in_one": [{"line": "1", "net": "1", "most": "5"}]}
    content = registry.make("dangerous_goods", STATIONS, "pdf", "en", one)
    assert "Q=" not in squeezed(text_of(content))


def test_section_two_needs_no_declaration_and_section_one_no_mark() -> None:
    assert refused("dangerous_goods", DRILLS, **DECLARED) == ["/items"]
    large = saying(DRILLS, battery_wh="512")
    assert refused("battery_mark", large) == ["/items"]


def test_section_ib_allows_ten_kilograms_net_in_a_package() -> None:
    bank = replace(STATIONS.items[1], facts={**STATIONS.items[1].facts, "battery_net_kg": "1.7"})
    heavy = replace(STATIONS, items=(STATIONS.items[0], bank))
    assert refused("dangerous_goods", heavy, **DECLARED) == ["/parcels"]


def test_a_vehicle_whose_packing_instruction_is_not_held_is_not_declared() -> None:
    bike = saying(STATIONS, un_number="UN3556")
    assert refused("dangerous_goods", bike, **DECLARED) == ["/items/0/facts/un_number"]


def test_a_shipment_without_batteries_has_neither_paper() -> None:
    plain = saying(DRILLS, un_number=None)
    assert refused("battery_mark", plain) == ["/items/0/facts/un_number"]


def test_the_mark_with_a_telephone_number_ends_with_2026() -> None:
    phone = {"phone": "+1 915 555 0142"}
    last = replace(DRILLS, on=date(2026, 12, 31))
    assert "+1 915 555 0142" in text_of(registry.make("battery_mark", last, "pdf", "en", phone))
    after = replace(DRILLS, on=date(2027, 1, 1))
    assert refused("battery_mark", after, **phone) == ["/options/phone"]
    assert "UN3481" in text_of(registry.make("battery_mark", after, "pdf"))


@pytest.mark.parametrize(
    ("size", "width", "height"),
    [("100x100mm", 100, 100), ("100x70mm", 100, 70), ("120x110mm", 120, 110)],
)
def test_the_mark_has_its_size_hatching_and_a_number_of_twelve_millimetres(
    size: str, width: int, height: int
) -> None:
    per_mm = 4
    content = registry.make("battery_mark", DRILLS, "pdf", "en", {"size": size})
    picture = picture_of(content, scale=per_mm * 25.4 / 72).convert("RGB")
    assert picture.size == (
        pytest.approx(width * per_mm, abs=2),
        pytest.approx(height * per_mm, abs=2),
    )

    def is_red(at: tuple[int, int]) -> bool:
        red, green, _ = picture.getpixel(at)
        return bool(red > 150 and green < 100)

    for depth in (1, 2, 4):  # millimetres into the edge of five
        ring = [is_red((x, depth * per_mm)) for x in range(picture.width)]
        assert 0.3 < sum(ring) / len(ring) < 0.7
    inside = [is_red((x, 7 * per_mm)) for x in range(7 * per_mm, picture.width - 7 * per_mm)]
    assert not any(inside)
    dark = [
        y
        for y in range(picture.height)
        if any(sum(picture.getpixel((x, y))) < 120 for x in range(0, picture.width, 2))
    ]
    runs: list[list[int]] = []
    for y in dark:
        if runs and y == runs[-1][-1] + 1:
            runs[-1].append(y)
        else:
            runs.append([y])
    assert len(runs[-1]) / per_mm >= 12
