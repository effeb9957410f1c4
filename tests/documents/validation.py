"""What do programs that nobody here wrote say of our papers?

``python -m tests.documents.validation`` prints the table. The tests ask for the same results.
"""

import io
import json
import re
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from customs.documents import registry
from customs.documents.samples import sample
from data.model.shipment import Shipment
from tests.documents.message_validation import verdicts

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import pikepdf
    import pypdfium2
    import zxingcpp

PRINT = 300 / 72


@dataclass(frozen=True, slots=True)
class Result:
    """What one validator said of one paper."""

    kind: str
    validator: str
    passed: bool
    said: str


def squeezed(text: str) -> str:
    """A text without blanks, however its lines were broken."""
    return re.sub(r"\s+", "", text.replace("\xad", "").replace("\ufffe", ""))


def text_of(pdf: bytes) -> str:
    """Everything that can be read in a PDF."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def picture_of(pdf: bytes, page: int = 0, scale: float = PRINT) -> Any:
    """A page as it is printed."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return document[page].render(scale=scale).to_pil()
    finally:
        document.close()


def barcodes_in(pdf: bytes) -> list[str]:
    """What a reader of bar codes finds on the first page at 300 dpi."""
    return [found.text for found in zxingcpp.read_barcodes(picture_of(pdf))]


def syntax_problems(pdf: bytes) -> list[str]:
    """What qpdf finds wrong with a file."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [str(problem) for problem in document.check_pdf_syntax()]


def fonts_not_embedded(pdf: bytes) -> list[str]:
    """Fonts that a file names and does not have."""
    missing = []
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for item in document.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
                files = ("/FontFile", "/FontFile2", "/FontFile3")
                if not any(name in item for name in files):
                    missing.append(str(item.get("/FontName")))
    return missing


def pdf_kinds() -> tuple[str, ...]:
    """The kinds that are papers."""
    return tuple(kind.name for kind in registry.kinds() if "pdf" in kind.formats)


@cache
def paper(kind: str, language: str = "en") -> bytes:
    """A sample's paper."""
    shipment, options = sample(kind)
    return registry.make(kind, shipment, "pdf", language, options)


def facts_of(kind: str, shipment: Shipment, options: Mapping[str, Any]) -> list[str]:
    """What of a record must be on its paper, and can be read there."""
    items = shipment.items
    if kind == "battery_mark":
        return [items[0].facts["un_number"]]
    said = [shipment.consignor.company or shipment.consignor.name]
    if kind == "dangerous_goods":
        return [*said, "UN 3481", "UN 3480", "6.2 kg", options["emergency_phone"]]
    if kind == "cn22":
        return [*said, *(item.description or "" for item in items), "116.00 GBP", "0.780"]
    said += [shipment.consignee.company or shipment.consignee.name, *shipment.consignee.street]
    said += [item.description or "" for item in items]
    if kind in ("commercial_invoice", "proforma"):
        said += ["50.00", "12.00 EUR", "62.00 EUR", "6109.10", "DAP Berlin", "0.500 kg"]
    elif kind == "cn23":
        said += ["50.00 EUR", "12.00 EUR", "6109.10", "0.400", "0.500"]
    elif kind == "packing_list":
        said += ["28.200", "32.800", "60 × 40 × 35", "2 of 2"]
    elif kind == "sli":
        said += ["8467.21.00.00", "EAR99", "1\u202f560.00", "12-3456789"]
    return said


def _accessible(papers: Mapping[str, bytes]) -> dict[str, tuple[bool, str]]:
    """What the PDF/UA checker says of each paper."""
    with tempfile.TemporaryDirectory() as folder:
        for kind, content in papers.items():
            (Path(folder) / f"{kind}.pdf").write_bytes(content)
        files = sorted(str(path) for path in Path(folder).glob("*.pdf"))
        command = [str(Path(sys.executable).parent / "outloud"), "-q", "--json", "-", *files]
        asked = subprocess.run(command, capture_output=True, check=False, text=True)
    report = json.loads(asked.stdout[asked.stdout.index("{") :])
    said = {}
    for each in report["results"]:
        counts, errors = each["counts"], []
        for finding in each["findings"]:
            if finding["severity"] == "error":
                errors.append(f"{finding['rule']}: {finding['message']}")
        text = f"{counts['error']} errors, {counts['warning']} warnings"
        said[Path(each["path"]).stem] = (counts["error"] == 0, "; ".join([text, *errors]))
    return said


@cache
def results() -> tuple[Result, ...]:
    """Every paper's results, in the order of the kinds."""
    return tuple(_results())


def _results() -> Iterator[Result]:
    kinds = pdf_kinds()
    accessible = _accessible({kind: paper(kind) for kind in kinds})
    for kind in kinds:
        shipment, options = sample(kind)
        content = paper(kind)
        problems = syntax_problems(content)
        yield Result(kind, "qpdf", not problems, "; ".join(problems) or "no problem")
        missing = fonts_not_embedded(content)
        yield Result(kind, "fonts", not missing, ", ".join(missing) or "all embedded")
        passed, said = accessible[kind]
        yield Result(kind, "PDF/UA-1 (outloud)", passed, said)
        text = squeezed(text_of(content))
        wanted = facts_of(kind, shipment, options)
        lost = [each for each in wanted if squeezed(each) not in text]
        told = f"{len(wanted)} of {len(wanted)} found" if not lost else f"lost: {', '.join(lost)}"
        yield Result(kind, "text read back (pdfium)", not lost, told)
        if number := options.get("item_number"):
            found = barcodes_in(content)
            yield Result(kind, "bar code (zxing-cpp)", found == [number], ", ".join(found))
    yield from (Result(*verdict) for verdict in verdicts())


def markdown() -> str:
    """The results as a table, a row for each paper."""
    found = results()
    validators = list(dict.fromkeys(each.validator for each in found))
    by_place = {(each.kind, each.validator): each for each in found}
    lines = ["| document | " + " | ".join(validators) + " |", "|---" * (len(validators) + 1) + "|"]
    for kind in dict.fromkeys(each.kind for each in found):
        cells = []
        for validator in validators:
            each = by_place.get((kind, validator))
            cells.append("–" if each is None else f"{'' if each.passed else '**no**: '}{each.said}")
        lines.append(f"| {kind} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(markdown())
    sys.exit(0 if all(each.passed for each in results()) else 1)
