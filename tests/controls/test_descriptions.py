"""A description says what the goods are, or is sent back with a better one."""

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customs.controls.proving import consignment_of
from customs.descriptions import (
    REFUSED,
    VAGUE,
    check_description,
    description_findings,
    refused_because,
)


@pytest.mark.parametrize(
    "text",
    ["Gift", "GIFT!", "  gift ", "General cargo", "as per attached invoice", "Clothes", "N/A",
     "e-Commerce", "Parts", "ACCESSORIES", "misc", "Cable"],
)  # fmt: skip
def test_a_stop_word_alone_is_refused_with_a_better_example(text: str) -> None:
    (fault,) = check_description(text)
    assert (fault.severity, fault.about) == ("refuse", "words")
    assert fault.example
    assert fault.law
    assert refused_because(text) == str(fault)


@pytest.mark.parametrize(
    "text",
    ["Men's cotton T-shirt", "Ceramic mug, 0.3 l", "Brake discs for passenger cars",
     "Crème brûlée dishes of porcelain", "™ branded nylon lanyard"],
)  # fmt: skip
def test_what_says_what_it_is_passes(text: str) -> None:
    assert check_description(text) == ()
    assert refused_because(text) is None


@pytest.mark.parametrize("text", ["Leather bags", "Spare parts for a bicycle bell"])
def test_a_stop_word_among_others_gets_a_warning(text: str) -> None:
    (fault,) = check_description(text)
    assert fault.severity == "warn"
    assert fault.example
    assert refused_because(text) is None


@pytest.mark.parametrize("text", ["", "   ", None, "6109.10", "—", "12 345"])
def test_what_has_no_words_is_refused(text: str | None) -> None:
    assert [fault.severity for fault in check_description(text)] == ["refuse"]
    assert refused_because(text)


@pytest.mark.parametrize(
    "text",
    ["Ceramic mug 🎁", "Ceramic mug ✂", "Ceramic\x00 mug", "Ceramic mug \u202etfel",
     "Ceramic\nmug", "Ceramic mug \x7f", "Mug\u200d of clay"],
)  # fmt: skip
def test_signs_that_no_declaration_takes_are_refused(text: str) -> None:
    assert [(f.severity, f.about) for f in check_description(text)] == [("refuse", "signs")]


def test_signs_are_left_to_the_paper_that_prints_them() -> None:
    assert refused_because("Ceramic mug 🎁") is None


@pytest.mark.parametrize(
    "text", ["كوب من السيراميك", "棉质T恤", "Кружка керамическая", "ספל קרמיקה"]
)
def test_letters_that_few_offices_read_are_said(text: str) -> None:
    assert [(f.severity, f.about) for f in check_description(text)] == [("warn", "letters")]


@pytest.mark.parametrize(
    ("channel", "most"),
    [("woocommerce", 35), ("dhl_cn23", 50), ("bigcommerce", 100), ("dhl_parcel_de", 256)],
)
def test_a_channel_says_how_much_it_takes(channel: str, most: int) -> None:
    fits = "Mug of clay ".ljust(most, "x")
    assert check_description(fits, channel) == ()
    (fault,) = check_description(fits + "y", channel)
    assert (fault.severity, fault.about) == ("warn", "length")
    assert f"{most}" in fault.message
    assert check_description(fits + "y") == ()
    assert check_description(fits + "y", "somewhere else") == ()


def test_ten_thousand_characters_are_read_at_once() -> None:
    began = time.perf_counter()
    check_description("parts " * 2_000, "woocommerce")
    check_description("\u202e" * 10_000)
    assert time.perf_counter() - began < 1


def test_findings_are_of_lines() -> None:
    (finding,) = description_findings(consignment_of({"description": "Gift"}))
    assert (finding.code, finding.outcome, finding.line) == (REFUSED, "warning", "1")
    (finding,) = description_findings(consignment_of({"description": "Leather bags"}))
    assert finding.code == VAGUE
    assert list(description_findings(consignment_of({"code": "610910"}))) == []


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_answered(text: str) -> None:
    faults = check_description(text, "woocommerce")
    assert len({(fault.about, fault.message) for fault in faults}) == len(faults)
    for fault in faults:
        assert fault.message
    if any(unicodedata.category(mark) == "Cc" for mark in text.strip()):
        assert any(fault.about == "signs" for fault in faults)
