"""Numbers of parties are looked at in one way, whatever their country."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customs.controls.proving import consignment_of
from customs.identifiers import (
    INVALID,
    NEEDED,
    RENEWAL_UNKNOWN,
    UnknownKindError,
    check,
    installed,
    invalid_numbers,
    needed,
    needs_of,
    unmet_needs,
)
from data.loading.documents import FactsError
from data.loading.identifiers import load_identifiers
from data.model.consignment import Buyer, Seller

ON = date(2026, 11, 20)
KNOWN = installed()

GOOD = [
    ("eori", "GB123456789000", "GB123456789000"),
    ("eori", "XI 123456789000", "XI123456789000"),
    ("eori", "de1234567", "DE1234567"),
    ("ioss", "IM2760000742", "IM2760000742"),
    ("vat", "DE 136,695 976".replace(",", ""), "DE136695976"),
    ("gb_vat", "GB 980 7806 84", "980780684"),
    ("no_voec", "2025123", "2025123"),
    ("ch_vat", "CHE-107.787.577 IVA", "CHE107787577IVA"),
    ("ch_vat", "CHE-107.787.577", "CHE107787577"),
    ("ein", "91-1144442", "911144442"),
    ("ssn", "536-90-4399", "536904399"),
    ("bn15", "12302 6635 RM 0001", "123026635RM0001"),
    ("cpf", "390.533.447-05", "39053344705"),
    ("cpf", "３９０.533.447-05", "39053344705"),
    ("cnpj", "16.727.230/0001-97", "16727230000197"),
    ("cnpj", "12.ABC.345/01DE-35", "12ABC34501DE35"),
    ("rfc", "GODE 561231 GR8", "GODE561231GR8"),
    ("gstin", "27AAPFU0939F1ZV", "27AAPFU0939F1ZV"),
    ("pan", "ACUPA7085R", "ACUPA7085R"),
    ("kr_brn", "116-82-00276", "1168200276"),
    ("uscc", "91110000600037341L", "91110000600037341L"),
    ("tckn", "17291716060", "17291716060"),
    ("vkn", "4540536920", "4540536920"),
    ("abn", "83 914 571 673", "83914571673"),
    ("ird", "49-091-850", "49091850"),
    ("uen", "00192200M", "00192200M"),
    ("npwp", "01.312.166.0-091.000", "013121660091000"),
]
BAD = [
    ("eori", "GB12345"), ("eori", "G"), ("eori", "1234567"), ("eori", "GB" + "1" * 5000),
    ("ioss", "IM1"), ("ioss", "XX2760000742"), ("vat", "DE136695978"), ("gb_vat", "GB802311781"),
    ("ch_vat", "CHE-123"), ("ein", "07-1144442"), ("bn15", "123026635"),
    ("bn15", "123026636RM0001"), ("cpf", "231.002.999-00"), ("cpf", ""), ("cpf", "\u0000"),
    ("cnpj", "1"), ("gstin", "369296450896540"), ("pccc", "123456789012"), ("pccc", "P12345"),
    ("uscc", "91110000600037342L"), ("tckn", "17291716092"), ("abn", "99 999 999 999"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "normalised"), GOOD)
def test_a_number_that_is_written_well_is_normalised(kind: str, text: str, normalised: str) -> None:
    found = check(kind, text, ON)
    assert found.valid, found.why
    assert found.normalised == normalised
    assert check(kind, found.normalised, ON).normalised == normalised


@pytest.mark.parametrize(("kind", "text"), BAD)
def test_a_number_that_cannot_be_says_why(kind: str, text: str) -> None:
    found = check(kind, text, ON)
    assert not found.valid
    assert found.why
    assert len(found.normalised) <= 60


def test_it_is_said_how_far_a_number_was_looked_at() -> None:
    assert check("cpf", "390.533.447-05", ON).status == "checksum"
    assert check("eori", "GB123456789000", ON).status == "format"
    assert check("ioss", "IM2760000742", ON).status == "format"


def test_a_mistyped_digit_is_told_from_another_fault() -> None:
    assert check("vat", "DE136695978", ON).is_mistyped
    assert not check("vat", "DE1", ON).is_mistyped


def test_an_unknown_kind_is_no_number() -> None:
    with pytest.raises(UnknownKindError, match="passport"):
        check("passport", "1", ON)


ISSUED = date(2026, 2, 3)


@pytest.mark.parametrize(
    ("on", "issued", "valid", "why"),
    [
        (date(2025, 12, 31), None, True, None),
        (date(2026, 1, 1), None, True, RENEWAL_UNKNOWN),
        (date(2026, 11, 20), date(2025, 6, 1), True, RENEWAL_UNKNOWN),
        (date(2027, 2, 2), ISSUED, True, None),
        (date(2027, 2, 3), ISSUED, False, "it expired on 2027-02-03"),
        (date(2029, 2, 28), date(2028, 2, 29), True, None),
        (date(2029, 3, 1), date(2028, 2, 29), False, "it expired on 2029-03-01"),
    ],
)
def test_a_korean_code_lives_a_year_since_2026(
    on: date, issued: date | None, valid: bool, why: str | None
) -> None:
    found = check("pccc", "P123456789012", on, issued)
    assert (found.valid, found.why) == (valid, why)


def sent(to: str, tax_id: str | None = None, buyer: str = "business", **registrations: str) -> Any:
    goods = consignment_of({"from": "CN", "to": to, "code": "610910"})
    return replace(
        goods,
        buyer=Buyer(type=buyer, tax_id=tax_id),  # type: ignore[arg-type]
        seller=Seller(registrations=registrations),
    )


def test_numbers_of_a_consignment_that_are_wrong_are_found() -> None:
    found = invalid_numbers(sent("DE", "DE136695978", ioss="IM1"), KNOWN, ON)
    assert [(each.code, each.outcome, each.party) for each in found] == [
        (INVALID, "warning", "seller"),
        (INVALID, "warning", "buyer"),
    ]
    assert invalid_numbers(sent("DE", "DE136695976", ioss="IM2760000742"), KNOWN, ON) == ()


def test_schemes_and_countries_whose_numbers_are_unknown_are_passed_over() -> None:
    assert invalid_numbers(sent("BR", "whatever", br_remessa_conforme="1"), KNOWN, ON) == ()


@pytest.mark.parametrize(
    ("to", "buyer", "needs"),
    [
        ("BR", "consumer", ["br-taxpayer"]),
        ("KR", "consumer", ["kr-pccc"]),
        ("KR", "business", ["kr-business"]),
        ("DE", "business", ["eu-import-eori"]),
        ("DE", "consumer", []),
        ("GB", "business", ["gb-import-eori"]),
        ("TR", "consumer", ["tr-number"]),
        ("CA", "business", ["ca-business"]),
        ("JP", "consumer", []),
    ],
)
def test_a_lane_asks_for_its_numbers(to: str, buyer: str, needs: list[str]) -> None:
    assert [need.id for need in needs_of(sent(to, buyer=buyer), KNOWN, ON)] == needs


def test_needs_begin_when_the_law_says() -> None:
    assert list(needs_of(sent("TR"), KNOWN, date(2026, 2, 5))) == []
    assert [need.party for need in needs_of(sent("TR"), KNOWN, date(2026, 2, 6))] == ["importer"]


def test_a_need_is_met_by_any_of_its_kinds_and_by_the_right_party() -> None:
    cpf, cnpj = check("cpf", "390.533.447-05", ON), check("cnpj", "16.727.230/0001-97", ON)

    def missing(*given: Any) -> list[str]:
        return [needed(n, KNOWN).code for n in unmet_needs(sent("BR"), KNOWN, ON, given)]

    assert missing() == [NEEDED]
    assert missing(("importer", cpf)) == []
    assert missing(("buyer", cnpj)) == []
    assert missing(("seller", cnpj)) == [NEEDED]
    assert missing(("importer", check("cpf", "1", ON))) == [NEEDED]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('kinds = ["pccc"]', 'kinds = ["passport"]', "unknown kinds: passport"),
        ('pattern = "P[0-9]{12}"', 'pattern = "P[0-9{12}"', "pccc"),
        ('party = "importer"', 'party = "nobody"', "party"),
        ('name = "LEI"', "", "a name"),
        ('name = "LEI"', 'name = "LEI"\nnamed = "x"', "unknown keys: named"),
        ('since = 2026-01-01, value = "n', 'value = "n', "since"),
    ],
)
def test_facts_that_cannot_be_kept_are_refused(tmp_path: Any, old: str, new: str, why: str) -> None:
    text = """
checked_on = 2026-11-24
[kinds.lei]
name = "LEI"
stdnum = "lei"
[kinds.pccc]
name = "PCCC"
pattern = "P[0-9]{12}"
versions = [{ since = 2026-01-01, value = "registered", law = "L" }]
[schemes]
[buyer_tax_ids]
[needs.one]
to = ["KR"]
party = "importer"
kinds = ["pccc"]
message = "Say it"
versions = [{ since = 2026-01-01, value = "needed", law = "L" }]
[laws]
L = { title = "A law" }
"""
    path = tmp_path / "identifiers.toml"
    path.write_text(text, "utf-8")
    assert load_identifiers(path, {})["needs"]
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(FactsError, match=why):
        load_identifiers(path, {})


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(KNOWN.kinds)),
    st.text(max_size=80) | st.from_regex(r"[A-Z0-9 .-]{1,25}", fullmatch=True),
)
def test_any_text_of_any_kind_is_answered(kind: str, text: str) -> None:
    found = check(kind, text, ON)
    assert found.kind == kind
    assert found.valid or found.why
    if found.valid:
        assert check(kind, found.normalised, ON).valid
