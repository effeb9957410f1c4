"""Every paper is a sound PDF that says what the record says, in every language and size."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from customs.documents import registry
from customs.documents.faults import RefusedError
from customs.documents.samples import sample, shipment_named
from data.model.money import money
from data.model.places import Place
from tests.documents import validation
from tests.documents.validation import paper, squeezed, text_of

KINDS = validation.pdf_kinds()


@pytest.mark.parametrize("kind", KINDS)
def test_validators_that_nobody_here_wrote_find_nothing_wrong(kind: str) -> None:
    found = [each for each in validation.results() if each.kind == kind]
    assert len(found) >= 4
    assert [each for each in found if not each.passed] == []


def test_the_table_of_results_has_every_paper_and_no_failure() -> None:
    table = validation.markdown()
    assert all(f"| {kind} |" in table for kind in KINDS)
    assert "**no**" not in table


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_record_gives_the_same_bytes(kind: str) -> None:
    shipment, options = sample(kind)
    again = registry.make(kind, shipment, "pdf", "en", options)
    assert again == paper(kind)
    other = replace(shipment, reference="other", on=shipment.on.replace(day=21))
    other = replace(other, consignor=replace(other.consignor, company="Other Ltd"))
    assert registry.make(kind, other, "pdf", "en", options) != again


def test_every_kind_is_made_in_each_of_its_languages_and_sizes() -> None:
    for kind in map(registry.kind, KINDS):
        shipment, options = sample(kind.name)
        for language in kind.languages:
            content = registry.make(kind.name, shipment, "pdf", language, options)
            assert validation.syntax_problems(content) == []
        for size in kind.sizes:
            content = registry.make(kind.name, shipment, "pdf", "en", {**options, "size": size})
            assert validation.syntax_problems(content) == []


def test_forms_say_their_words_in_the_language_that_was_asked_for() -> None:
    assert "Handelsrechnung" in text_of(paper("commercial_invoice", "de"))
    assert "Facturecommerciale" in squeezed(text_of(paper("commercial_invoice", "fr")))
    assert "Facturacomercial" in squeezed(text_of(paper("commercial_invoice", "es")))
    text = squeezed(text_of(paper("cn22", "de")))
    assert "Zollinhaltserklärung/Déclarationendouane" in text
    assert "Customsdeclaration/Déclarationendouane" in squeezed(text_of(paper("cn23", "fr"))) or (
        "Déclarationendouane/Customsdeclaration" in squeezed(text_of(paper("cn23", "fr")))
    )


def test_an_invoice_for_the_united_states_has_english_beside_any_other_language() -> None:
    shipment = shipment_named("tshirts")
    there = replace(
        shipment.consignee, place=Place("US", region="NY", postal_code="10001", city="New York")
    )
    shipment = replace(shipment, consignee=there)
    text = squeezed(text_of(registry.make("commercial_invoice", shipment, "pdf", "de")))
    assert "Handelsrechnung/Commercialinvoice" in text
    assert "EinzelpreisUnitprice" in text


def test_all_languages_have_the_same_words() -> None:
    from customs.documents.printing import LANGUAGES, words

    keys = {language: set(words(language)) for language in LANGUAGES}
    assert all(found == keys["en"] for found in keys.values())


def test_a_long_invoice_runs_over_pages_with_its_heads_and_loses_no_line() -> None:
    shipment = shipment_named("tshirts")
    items = tuple(
        replace(
            shipment.items[0],
            id=str(at),
            description=f"Cotton T-shirt, pattern {at:03d}",
            unit_price=money("1.25", "EUR"),
            unit_weight=Decimal("0.0005"),
        )
        for at in range(1, 121)
    )
    shipment = replace(shipment, items=items, parcels=(replace(shipment.parcels[0], contents={}),))
    content = registry.make("commercial_invoice", shipment, "pdf")
    text = text_of(content)
    assert all(f"pattern {at:03d}" in text for at in range(1, 121))
    assert "312.00 EUR" in text
    assert text.count("Description of goods") == text.count("Page ") >= 4
    with pytest.raises(RefusedError, match="more"):
        registry.make("commercial_invoice", shipment, "png")


def test_totals_are_the_records_own_and_discounts_are_shown() -> None:
    shipment = shipment_named("tshirts")
    item = replace(shipment.items[0], discount=Decimal("5.00"))
    shipment = replace(shipment, items=(item,), insurance=money("1.50", "EUR"))
    text = squeezed(text_of(registry.make("commercial_invoice", shipment, "pdf")))
    assert "−5.00" in text
    assert "Goods45.00EUR" in text
    assert "Insurance1.50EUR" in text
    assert "Total58.50EUR" in text


def test_what_only_the_seller_knows_is_printed_where_it_is_told() -> None:
    options = {
        "purchase_order": "PO 77",
        "port_of_entry": "JFK",
        "marks": "HC 1-2",
        "signatory": "Mei",
    }
    text = squeezed(text_of(registry.make("commercial_invoice", *_tshirts(), "en", options)))
    assert "PurchaseorderPortofentryMarksPO77JFKHC1-2" in text
    assert "Mei" in text


def _tshirts() -> tuple[Any, Any]:
    return shipment_named("tshirts"), "pdf"


def test_what_cannot_be_printed_at_all_is_refused_before_anything_is_made() -> None:
    shipment = shipment_named("tshirts")
    wrong: Any = "xml"
    with pytest.raises(RefusedError) as refused:
        registry.make("commercial_invoice", shipment, wrong, "it", {"size": "A3"})
    assert [fault.pointer for fault in refused.value.faults] == ["/format", "/language", "/size"]
    with pytest.raises(RefusedError) as refused:
        registry.make("commercial_invoice", shipment, "pdf", "en", {"signatry": "x", "rates": 1})
    assert [fault.pointer for fault in refused.value.faults] == [
        "/options/rates",
        "/options/signatry",
    ]


def test_pictures_of_labels_are_png_at_print_size() -> None:
    from PIL import Image

    shipment, options = sample("cn22")
    content = registry.make("cn22", shipment, "png", "en", {**options, "size": "4x6in"})
    assert content.startswith(b"\x89PNG")
    import io

    assert Image.open(io.BytesIO(content)).size == (1200, 1800)


def test_threads_make_the_same_bytes_as_one() -> None:
    shipment, options = sample("cn23")
    with ThreadPoolExecutor(4) as pool:
        asked = [
            pool.submit(registry.make, "cn23", shipment, "pdf", "en", options) for _ in range(8)
        ]
        made = {each.result() for each in asked}
    assert made == {paper("cn23")}


def test_an_invoice_takes_less_than_sixty_milliseconds_once_its_template_is_known() -> None:
    shipment = shipment_named("tshirts")
    paper("commercial_invoice")
    taken = []
    for at in range(8):
        begun = time.perf_counter()
        registry.make("commercial_invoice", replace(shipment, reference=f"r-{at}"), "pdf")
        taken.append(time.perf_counter() - begun)
    assert min(taken) < 0.060
