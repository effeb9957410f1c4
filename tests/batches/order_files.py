"""Files of orders, made up: as many as a test wants, the same each time."""

import csv
import io
from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]
KINDS = ("commercial_invoice", "packing_list", "cn23")
HEADER = (
    "Order number", "Recipient", "Street", "Postal code", "City", "Country", "Email", "SKU",
    "Description", "Quantity", "Unit price", "Currency", "HS code", "Country of origin",
    "Unit weight (kg)", "Gross weight (kg)", "Freight", "S10",
)  # fmt: skip
_GOODS = (
    ("MUG-1", "Stoneware mug, glazed, 350 ml", "12.50", "691200", "PT", "0.38"),
    ("TEE-2", "Men's T-shirt of knitted cotton", "19.90", "610910", "BD", "0.19"),
    ("BAG-3", "Shopping bag of woven jute", "8.00", "420292", "IN", "0.22"),
)
_PLACES = (
    ("Ada Whitcombe", "12 Harbour Row", "04101", "Portland", "US"),
    ("Kenji Ōta", "3-1 Marunouchi", "100-0005", "Tokyo", "JP"),
    ("Anne-Sophie Lefèvre", "7 rue du Lac", "1204", "Genève", "CH"),
    ("Ingrid Bakke", "Storgata 5", "0155", "Oslo", "NO"),
)


def wish(**changes: Any) -> Json:
    """What is wished of such a file."""
    return {
        "kinds": list(KINDS),
        "consignor": {
            "name": "Rui Matos",
            "company": "Loja do Cais Lda",
            "street": ["Rua do Cais 4"],
            "city": "Porto",
            "postal_code": "4000-123",
            "country": "PT",
            "phone": "+351 22 555 0100",
            "email": "envios@lojadocais.example",
            "is_business": True,
        },
        "on": "2026-11-20",
        "mapping": {"invoice_number": "Order number"},
        **changes,
    }


def s10(number: int) -> str:
    """A number of the post with its check digit."""
    digits = f"{number:08d}"
    rest = 11 - sum(w * int(d) for w, d in zip((8, 6, 4, 2, 3, 5, 9, 7), digits, strict=True)) % 11
    check = {10: 0, 11: 5}.get(rest, rest)
    return f"CP{digits}{check}PT"


def row(number: int, **changes: str) -> list[str]:
    """The only row of an order."""
    name, street, code, city, country = _PLACES[number % len(_PLACES)]
    sku, text, price, hs, origin, weight = _GOODS[number % len(_GOODS)]
    pieces = 1 + number % 4
    gross = f"{float(weight) * pieces + 0.25:.3f}"
    said = dict(
        zip(
            HEADER,
            (
                f"SO-{number:05d}", name, street, code, city, country, f"b{number}@shop.example",
                sku, text, str(pieces), price, "EUR", hs, origin, weight, gross, "9.50",
                s10(number + 1000),
            ),
            strict=True,
        )
    )  # fmt: skip
    unknown = changes.keys() - said.keys()
    assert not unknown, unknown
    return list({**said, **changes}.values())


def rows(number: int) -> list[list[str]]:
    """So many orders, every fifth with a second line."""
    found = []
    for each in range(number):
        found.append(row(each))
        if each % 5 == 0:
            again = row(each + 1)
            second = dict(zip(HEADER, again, strict=True))
            first = dict(zip(HEADER, found[-1], strict=True))
            for name in HEADER:
                if name in ("Order number", "Currency"):
                    second[name] = first[name]
                elif name not in _OF_A_LINE:
                    second[name] = ""
            heavy = float(first["Gross weight (kg)"]) + 4 * float(second["Unit weight (kg)"])
            first["Gross weight (kg)"] = f"{heavy:.3f}"
            found[-1] = list(first.values())
            found.append(list(second.values()))
    return found


_OF_A_LINE = (
    "SKU", "Description", "Quantity", "Unit price", "HS code", "Country of origin",
    "Unit weight (kg)",
)  # fmt: skip


def as_csv(
    body: Sequence[Sequence[str]], header: Sequence[str] = HEADER, *, separator: str = ","
) -> bytes:
    """A CSV file in UTF-8."""
    written = io.StringIO(newline="")
    table = csv.writer(written, delimiter=separator, lineterminator="\r\n")
    table.writerow(header)
    table.writerows(body)
    return written.getvalue().encode()


def as_xlsx(body: Sequence[Sequence[Any]], header: Sequence[str] = HEADER) -> bytes:
    """An XLSX workbook of one sheet."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Orders")
    sheet.append(list(header))
    for each in body:
        sheet.append(list(each))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
