"""Names in any writing are printed in it, and what no font can show fails the job."""

from dataclasses import replace

import pytest

from customs.documents import registry, typesetting
from customs.documents.faults import RefusedError
from customs.documents.samples import shipment_named
from tests.documents.validation import fonts_not_embedded, squeezed, text_of

NAMES = {
    "Latin": "Łukasz Đặng Ñuño Þór",
    "Greek": "Ελληνική Εταιρεία",
    "Cyrillic": "Українська компанія",
    "Arabic": "شركة الشحن",
    "Hebrew": "חברת שילוח",
    "Thai": "บริษัทขนส่ง",
    "Han, simplified": "深圳市海港棉业有限公司",
    "Han, traditional": "臺灣電子股份有限公司",
    "Japanese": "株式会社カタカナひらがな",
    "Korean": "한국 주식회사",
}


def invoice(name: str) -> bytes:
    shipment = shipment_named("tshirts")
    consignee = replace(shipment.consignee, name=name)
    return registry.make("commercial_invoice", replace(shipment, consignee=consignee), "pdf")


@pytest.mark.parametrize("script", NAMES)
def test_a_name_can_be_read_back_from_the_paper(script: str) -> None:
    name = NAMES[script]
    content = invoice(name)
    text = squeezed(text_of(content))
    if script == "Arabic":  # this reader gives joined letters one by one, in no sure order
        assert set(squeezed(name)) <= set(text)
    else:
        assert squeezed(name) in text
    assert fonts_not_embedded(content) == []


def test_arabic_is_shaped_and_runs_from_right_to_left() -> None:
    from tests.documents.validation import picture_of

    name = "شركة الشحن"
    joined = picture_of(invoice(name), scale=2)
    apart = picture_of(invoice("\u200c".join(name)), scale=2)
    assert joined.tobytes() != apart.tobytes()  # letters that join look otherwise


def test_a_letter_that_no_font_has_is_refused_with_its_place() -> None:
    with pytest.raises(RefusedError) as refused:
        invoice("Smile 😀 Ltd")
    (fault,) = refused.value.faults
    assert fault.pointer == "/consignee/name"
    assert "😀" in fault.detail


def test_without_the_package_of_han_fonts_such_texts_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without = [each for each in typesetting._FONT_PACKAGES if "cjk" not in each[0]]
    monkeypatch.setattr(typesetting, "_FONT_PACKAGES", tuple(without))
    monkeypatch.setattr(typesetting, "_local", type(typesetting._local)())
    typesetting._fonts.cache_clear()
    typesetting._held.cache_clear()
    try:
        assert invoice("Plain Ltd").startswith(b"%PDF")
        with pytest.raises(RefusedError, match="東"):
            invoice("東京 Ltd")
    finally:
        typesetting._fonts.cache_clear()
        typesetting._held.cache_clear()


def test_words_of_the_record_are_never_read_as_typst() -> None:
    name = '#panic("no") *bold* $x$ \\ [a] @b'
    assert squeezed(name) in squeezed(text_of(invoice(name)))
