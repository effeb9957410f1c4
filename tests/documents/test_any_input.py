"""Whatever is asked, a paper is made whole or refused with reasons: nothing else happens."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customs.documents import registry
from customs.documents.faults import RefusedError
from customs.documents.samples import sample
from tests.documents.validation import pdf_kinds

WORDS = st.text(max_size=40)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
PRINTED = st.text(
    st.characters(categories=("L", "M", "N", "P", "S", "Zs"), max_codepoint=0x6FF), min_size=1
)
CRITERIA = st.dictionaries(st.sampled_from(["1", "2"]), JSON | st.sampled_from("ABCDPW"))
PERIOD = st.fixed_dictionaries({}, optional={"from": JSON | st.dates().map(str), "to": JSON})
PARTS = st.lists(
    JSON | st.fixed_dictionaries({"line": JSON, "net": JSON | st.just("1"), "most": JSON}),
    max_size=2,
)
SHAPED: dict[str, st.SearchStrategy[Any]] = {
    "rates": st.dictionaries(st.just("GBP/EUR") | WORDS, JSON | st.just("1.1"), max_size=2),
    "criteria": CRITERIA,
    "period": PERIOD,
    "all_packed_in_one": PARTS,
    "origin_statement": st.booleans()
    | st.dictionaries(st.sampled_from(["period", "criteria"]), JSON),
    "item_number": WORDS | st.just("UA123456785ZZ"),
    "related": st.booleans(),
    "routed": st.booleans(),
}


def attempted(kind: str, shipment: Any, options: Any) -> bytes | None:
    try:
        made = registry.make(kind, shipment, "pdf", "en", options)
    except RefusedError as refused:
        assert refused.faults
        assert all(not each.pointer or each.pointer.startswith("/") for each in refused.faults)
        return None
    assert made.startswith(b"%PDF-")
    return made


@settings(max_examples=150, deadline=None, derandomize=True)
@given(data=st.data(), kind=st.sampled_from(pdf_kinds()))
def test_any_options_make_a_paper_or_are_refused(data: st.DataObject, kind: str) -> None:
    shipment, own = sample(kind)
    names = st.sampled_from([*registry.kind(kind).options, "size", "other"])
    changed = data.draw(st.lists(names, unique=True, max_size=4))
    drawn = {name: data.draw(SHAPED.get(name, WORDS) | JSON) for name in changed}
    attempted(kind, shipment, {**own, **drawn})


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    kind=st.sampled_from(["commercial_invoice", "packing_list", "cn23"]),
    name=PRINTED | st.text(min_size=1, max_size=30),
    street=PRINTED,
    description=PRINTED,
    tax_ids=st.dictionaries(WORDS, WORDS, max_size=2),
)
def test_any_text_is_printed_or_refused(
    kind: str, name: str, street: str, description: str, tax_ids: dict[str, str]
) -> None:
    shipment, options = sample(kind)
    consignee = replace(shipment.consignee, name=name, street=(street,), tax_ids=tax_ids)
    first = replace(shipment.items[0], description=description, facts={"manufacturer_id": name})
    changed = replace(shipment, consignee=consignee, items=(first, *shipment.items[1:]))
    attempted(kind, changed, options)


@pytest.mark.parametrize("letter", ["\x00", "\x1b", "\u202e", "\ud800"])
def test_a_text_that_would_be_read_otherwise_than_written_is_refused(letter: str) -> None:
    shipment, options = sample("commercial_invoice")
    consignee = replace(shipment.consignee, name=f"Ann{letter}a")
    with pytest.raises(RefusedError) as refused:
        registry.make(
            "commercial_invoice", replace(shipment, consignee=consignee), "pdf", "en", options
        )
    assert [fault.pointer for fault in refused.value.faults] == ["/consignee/name"]
    with pytest.raises(RefusedError) as refused:
        registry.make("commercial_invoice", shipment, "pdf", "en", {"signatory": letter})
    assert [fault.pointer for fault in refused.value.faults] == ["/options/signatory"]
