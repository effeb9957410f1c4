"""A statement on origin is the agreement's own text, made only by who may make it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from customs.documents import registry
from customs.documents.faults import RefusedError
from customs.documents.samples import sample, shipment_named
from customs.documents.statements import period_faults, statement_faults, statement_text
from data.model.consignment import PreferenceClaim
from data.model.money import money
from data.model.places import Place
from data.model.shipment import Shipment
from tests.documents.validation import squeezed, text_of

KNITWEAR = shipment_named("knitwear")
DRILLS, CERTIFIED = sample("usmca_certification")


def pointers(shipment: Shipment, **options: Any) -> list[str]:
    return [fault.pointer for fault in statement_faults(shipment, options)]


def claiming(shipment: Shipment, agreement: str, origin: str) -> Shipment:
    items = tuple(
        replace(item, preference=PreferenceClaim(agreement), country_of_origin=origin)
        for item in shipment.items
    )
    return replace(shipment, items=items)


def from_the_union(value: str, **ids: str) -> Shipment:
    swapped = replace(KNITWEAR, consignor=KNITWEAR.consignee, consignee=KNITWEAR.consignor)
    swapped = claiming(swapped, "eu", "DE")
    first = replace(swapped.items[0], unit_price=money(value, "EUR"), quantity=1)
    return replace(
        swapped, items=(first,), consignor=replace(swapped.consignor, tax_ids=ids), freight=None
    )


def test_the_british_exporters_statement_is_the_text_of_annex_orig_4() -> None:
    assert statement_text(KNITWEAR, "en", {}) == (
        "The exporter of the products covered by this document (Exporter Reference No "
        "GB123456789000) declares that, except where otherwise clearly indicated, these products "
        "are of UK preferential origin."
    )
    assert "l’origine préférentielle Royaume-Uni." in statement_text(KNITWEAR, "fr", {})
    assert "Ausführer-Referenznummer GB123456789000" in statement_text(KNITWEAR, "de", {})
    assert statement_text(KNITWEAR, "es", {}) == statement_text(KNITWEAR, "en", {})


def test_the_text_is_printed_word_for_word_on_its_own_paper_and_on_the_invoice() -> None:
    for language in ("en", "fr", "de"):
        wanted = squeezed(statement_text(KNITWEAR, language, {}))
        own = registry.make("statement_on_origin", KNITWEAR, "pdf", language)
        options = {"origin_statement": True, "rates": {"GBP/EUR": "1.14"}}
        invoice = registry.make("commercial_invoice", KNITWEAR, "pdf", language, options)
        assert wanted in squeezed(text_of(own))
        assert wanted in squeezed(text_of(invoice))


def test_a_british_exporter_needs_an_eori_number_at_any_value() -> None:
    bare = replace(KNITWEAR, consignor=replace(KNITWEAR.consignor, tax_ids={}))
    rates = {"GBP/EUR": "1.14"}
    assert pointers(bare, rates=rates) == ["/consignor/tax_ids/eori"]
    assert pointers(bare) == ["/options/rates"]


@pytest.mark.parametrize(
    ("value", "ids", "expected"),
    [
        ("6000.00", {}, []),
        ("6000.01", {}, ["/consignor/tax_ids/rex"]),
        ("6000.01", {"rex": "DEREX12345"}, []),
        ("6000.01", {"eori": "DE1234567"}, ["/consignor/tax_ids/rex"]),
    ],
)
def test_above_6000_euro_an_exporter_of_the_union_is_registered(
    value: str, ids: dict[str, str], expected: list[str]
) -> None:
    assert pointers(from_the_union(value, **ids)) == expected


def test_goods_of_another_origin_and_lines_without_a_claim_are_not_stated() -> None:
    assert pointers(claiming(KNITWEAR, "uk", "CN")) == [
        "/items/0/country_of_origin",
        "/items/1/country_of_origin",
    ]
    plain = replace(KNITWEAR, items=tuple(replace(i, preference=None) for i in KNITWEAR.items))
    assert pointers(plain) == ["/items/0/preference"]


def test_one_statement_is_for_one_agreement_and_one_origin() -> None:
    second = replace(KNITWEAR.items[1], preference=PreferenceClaim("cptpp"))
    mixed = replace(KNITWEAR, items=(KNITWEAR.items[0], second))
    assert pointers(mixed) == ["/items/1/preference/agreement"]
    sent = claiming(KNITWEAR, "dcts-ldcs", "BD")
    sent = replace(
        sent,
        items=(sent.items[0], replace(sent.items[1], country_of_origin="NP")),
        consignor=replace(sent.consignor, tax_ids={"customs_id": "BD-77"}),
        consignee=replace(sent.consignee, place=Place("GB", city="Leeds")),
    )
    assert pointers(sent, criteria={"1": "P", "2": "P"}) == ["/items"]


@pytest.mark.parametrize(
    ("agreement", "sender", "receiver"), [("canada", "CA", "FR"), ("uk", "US", "DE")]
)
def test_a_text_that_is_not_held_is_refused(agreement: str, sender: str, receiver: str) -> None:
    sent = claiming(KNITWEAR, agreement, sender)
    sent = replace(
        sent,
        consignor=replace(sent.consignor, place=Place(sender, city="There")),
        consignee=replace(sent.consignee, place=Place(receiver, city="Here")),
    )
    (fault,) = statement_faults(sent, {})
    assert fault.pointer == "/items/0/preference/agreement"
    assert "is not held" in fault.detail


def test_the_developing_countries_text_names_the_criterion() -> None:
    sent = claiming(KNITWEAR, "dcts-ldcs", "BD")
    sent = replace(
        sent,
        consignor=replace(
            sent.consignor, place=Place("BD", city="Dhaka"), tax_ids={"customs_id": "BD-77"}
        ),
        consignee=replace(sent.consignee, place=Place("GB", city="Leeds")),
    )
    assert pointers(sent) == ["/options/criteria/1", "/options/criteria/2"]
    options = {"criteria": {"1": "W", "2": "P"}}
    assert pointers(sent, **options) == []
    text = statement_text(sent, "en", options)
    assert "(customs identification No BD-77)" in text
    assert text.endswith("and that the origin criterion met is W 6110, P.")
    assert "of Bangladesh preferential origin" in text


@pytest.mark.parametrize(
    ("first", "last", "fault"),
    [
        ("2026-01-01", "2026-12-31", None),
        ("2026-01-01", "2027-01-01", "/options/period/to"),
        ("2026-02-02", "2026-02-01", "/options/period/to"),
        ("2024-02-29", "2025-02-28", None),
        ("2024-02-29", "2025-03-01", "/options/period/to"),
        ("9999-12-31", "9999-12-31", None),
        ("2026-13-01", "2026-02-01", "/options/period"),
    ],
)
def test_a_period_is_a_year_at_most(first: str, last: str, fault: str | None) -> None:
    found = [each.pointer for each in period_faults({"period": {"from": first, "to": last}}, 12)]
    assert found == ([] if fault is None else [fault])


def test_a_period_is_printed_before_the_statement() -> None:
    options = {"period": {"from": "2026-01-01", "to": "2026-12-31"}}
    text = statement_text(KNITWEAR, "en", options)
    assert text.startswith("(Period: from 2026-01-01 to 2026-12-31) The exporter")


def test_a_usmca_certification_has_its_nine_elements() -> None:
    text = squeezed(text_of(registry.make("usmca_certification", DRILLS, "pdf", "en", CERTIFIED)))
    for said in (
        "Xexporter",
        "Borderline Tools Inc.",
        "same as exporter",
        "Outillage Tremblay inc.",
        "Cordless drill driver, 18 V, with two lithium ion batteries",
        "8467.21",
        "2026-11-20 to 2027-11-19",
        "I certify that the goods described in this document qualify as originating",
        "Dana Whitfield, Export manager",
        "export@borderlinetools.example",
        "+1 514 555 0142",
    ):
        assert squeezed(said) in text
    assert "8467.21.00" not in text


@pytest.mark.parametrize(
    ("pointer", "change"),
    [
        ("/options/certifier", {"certifier": "broker"}),
        ("/options/criteria/2", {"criteria": {"1": "B"}}),
        ("/options/criteria/1", {"criteria": {"1": "E", "2": "A"}}),
        ("/options/period/to", {"period": {"from": "2026-11-20", "to": "2027-11-20"}}),
        ("/options/producer", {"certifier": "producer"}),
        ("/options/producer", {"producer": " "}),
    ],
)
def test_a_certification_that_lacks_an_element_is_refused(
    pointer: str, change: dict[str, Any]
) -> None:
    with pytest.raises(RefusedError) as refused:
        registry.make("usmca_certification", DRILLS, "pdf", "en", {**CERTIFIED, **change})
    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_usmca_is_for_goods_and_places_of_its_members_who_can_be_reached() -> None:
    other = replace(DRILLS.items[0], country_of_origin="CN")
    far = replace(
        DRILLS,
        items=(other, DRILLS.items[1]),
        consignee=replace(DRILLS.consignee, place=Place("DE", city="Bonn"), phone=None),
    )
    with pytest.raises(RefusedError) as refused:
        registry.make("usmca_certification", far, "pdf", "en", CERTIFIED)
    assert {fault.pointer for fault in refused.value.faults} == {
        "/consignee/country",
        "/consignee/phone",
        "/items/0/country_of_origin",
    }


def test_before_the_agreement_nothing_is_certified() -> None:
    early = replace(DRILLS, on=date(2020, 6, 30))
    with pytest.raises(RefusedError, match="not in force"):
        registry.make("usmca_certification", early, "pdf", "en", CERTIFIED)


SLI, SAID = sample("sli")


@pytest.mark.parametrize(
    ("pointer", "options"),
    [
        ("/options/consignee_type", {"consignee_type": "friend"}),
        ("/options/related", {"related": None}),
        ("/options/routed", {"routed": "no"}),
    ],
)
def test_a_letter_of_instruction_says_what_the_filing_asks(
    pointer: str, options: dict[str, Any]
) -> None:
    given = {name: said for name, said in {**SAID, **options}.items() if said is not None}
    with pytest.raises(RefusedError) as refused:
        registry.make("sli", SLI, "pdf", "en", given)
    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_a_letter_of_instruction_needs_schedule_b_numbers_and_export_control_numbers() -> None:
    bare = replace(SLI.items[0], hs_code="846721", facts={})
    with pytest.raises(RefusedError) as refused:
        registry.make("sli", replace(SLI, items=(bare, SLI.items[1])), "pdf", "en", SAID)
    assert [fault.pointer for fault in refused.value.faults] == [
        "/items/0/hs_code",
        "/items/0/facts/eccn",
    ]


def test_controlled_goods_carry_the_destination_control_statement_and_ear99_does_not() -> None:
    said = squeezed("These items are controlled by the U.S. Government and authorized for export")
    assert said not in squeezed(text_of(registry.make("sli", SLI, "pdf", "en", SAID)))
    item = replace(SLI.items[0], facts={**SLI.items[0].facts, "eccn": "3A991"})
    controlled = replace(SLI, items=(item, SLI.items[1]))
    assert said in squeezed(text_of(registry.make("sli", controlled, "pdf", "en", SAID)))
    assert said in squeezed(text_of(registry.make("commercial_invoice", controlled, "pdf")))
