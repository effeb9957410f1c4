"""How is a data message written, so that its numbers add up and no text breaks it?

XML, JSON and CSV alike: amounts and weights are plain decimals, and the same record gives the same
bytes. A text that a receiver would read otherwise than it was written is refused, never cleaned.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import orjson
from lxml import etree

from customs.documents.faults import Fault
from customs.documents.form_facts import value_on
from customs.documents.kinds import Format, Options
from customs.documents.printing import texts_of
from data.model.consignment import GoodsItem
from data.model.money import Money, allocate, minor_digits
from data.model.shipment import Party, Shipment

GRAM = Decimal("0.001")

_UNSENDABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
"""Control characters, line breaks, and the marks that turn the direction of a text around."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def text_faults(shipment: Shipment, options: Options) -> Iterator[Fault]:
    """Every text, of the shipment or the request, that no message can carry as it is."""
    told = {f"/options/{name}": value for name, value in options.items()}
    for pointer, text in (*texts_of(shipment).items(), *_texts(told)):
        if _UNSENDABLE.search(text) or _SURROGATE.search(text):
            yield Fault(pointer, "The text has a control character, which no message carries.")


def _texts(node: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, str):
        yield pointer, node
    elif isinstance(node, Mapping):
        for key, child in node.items():
            yield from _texts(child, f"{pointer}/{key}" if pointer else str(key))
    elif isinstance(node, Sequence):
        for at, child in enumerate(node):
            yield from _texts(child, f"{pointer}/{at}")


def too_long(pointer: str, text: str | None, most: int) -> Iterator[Fault]:
    """A text that is longer than its element takes: cut by whoever wrote it, not by us."""
    if text is not None and len(text) > most:
        yield Fault(pointer, f"This message takes {most} characters here; these are {len(text)}.")


def wanted_text(options: Options, name: str, why: str, pattern: str = r".*\S.*") -> Iterator[Fault]:
    """A text that only the request can give, where it is missing or not written as it must be."""
    said = options.get(name)
    if not isinstance(said, str) or not re.fullmatch(pattern, said):
        yield Fault(f"/options/{name}", why)


def wanted_mapping(options: Options, *names: str) -> Iterator[Fault]:
    """A wish by line or by name that is not written as one (``{"1": "B"}``)."""
    for name in names:
        wish = options.get(name)
        if wish is None:
            continue
        texts = isinstance(wish, Mapping) and all(isinstance(each, str) for each in wish.values())
        if not texts:
            yield Fault(f"/options/{name}", "This is an object of texts.")


def plain(number: Decimal) -> str:
    """A number without exponent and needless zeros.

    >>> plain(Decimal("1E+3")), plain(Decimal("0.4200"))
    ('1000', '0.42')
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount_text(amount: Decimal, code: str) -> str:
    """An amount with its currency's decimals, or more where it has more.

    >>> amount_text(Decimal("9"), "EUR"), amount_text(Decimal("6400"), "JPY")
    ('9.00', '6400')
    """
    digits = max(minor_digits(code), -int(amount.normalize().as_tuple().exponent))
    return f"{amount:.{digits}f}"


def amount_of(amount: Money | None) -> dict[str, str | None]:
    """An amount as JSON says it; of nothing that was told, nothing."""
    if amount is None:
        return {"amount": None, "currency": None}
    code = amount.currency.code
    return {"amount": amount_text(amount.amount, code), "currency": code}


def name_of(party: Party) -> str:
    """Whom a message names: the company, or the person."""
    return party.company or party.name


def gross_weights(shipment: Shipment) -> list[Decimal]:
    """The boxes' weight spread over the lines: each its net weight and its share of the packaging.

    Never less than the net weight, and together exactly what the boxes weigh.
    """
    nets = [item.net_weight or Decimal(0) for item in shipment.items]
    packaging = shipment.gross_weight - sum(nets, Decimal(0))
    shares = allocate(packaging, nets, GRAM)
    return [net + share for net, share in zip(nets, shares, strict=True)]


def boxes_of_lines(shipment: Shipment) -> list[int]:
    """How many boxes each line counts: a box is counted once, with the first line that is in it."""
    places = {item.id: at for at, item in enumerate(shipment.items)}
    counted = [0] * len(shipment.items)
    for parcel in shipment.parcels:
        counted[min((places[line] for line in parcel.contents if line in places), default=0)] += 1
    return counted


def party_record(party: Party, kind: str = "eori") -> dict[str, Any]:
    """A party as JSON says it, with the number that customs knows it by, if it has one."""
    place = party.place
    return {
        "name": name_of(party),
        "identification": party.tax_ids.get(kind),
        "street": ", ".join(party.street),
        "postal_code": place.postal_code,
        "city": place.city,
        "region": place.region,
        "country": place.country,
        "phone": party.phone,
        "email": party.email,
    }


def product_record(item: GoodsItem) -> dict[str, Any]:
    """Which product a line is, by every number that it has."""
    return {
        "line": item.id,
        "quantity": item.quantity,
        "sku": item.sku,
        "manufacturer_id": item.facts.get("manufacturer_id"),
        "gtin": item.facts.get("gtin"),
    }


def numbers_on(elements: Mapping[str, Any], day: date) -> dict[str, str]:
    """Word of ours → number of the data element, as the facts have it on a day."""
    found = {word: value_on(versions, day) for word, versions in elements.items()}
    return {word: number for word, number in found.items() if number is not None}


def columns(record: Mapping[str, Any], numbers: Mapping[str, str], part: str) -> dict[str, object]:
    """A record as flat columns, each with its number where it has one."""
    flat: dict[str, object] = {}
    for word, value in record.items():
        name = f"{numbers[word]} {part} {word}" if word in numbers else f"{part} {word}"
        if isinstance(value, dict):
            flat |= {f"{name} {key}": each for key, each in value.items()}
        elif isinstance(value, list):
            flat[name] = " ".join(map(str, value))
        else:
            flat[name] = value
    return flat


def json_bytes(record: Mapping[str, Any]) -> bytes:
    """A record as JSON for people and programs: indented, in the order of the form."""
    return orjson.dumps(record, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def csv_bytes(rows: Sequence[Mapping[str, object]]) -> bytes:
    """Rows under one line of names. No cell that came as a text can become a formula."""
    written = io.StringIO(newline="")
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow([_cell(name) for name in rows[0]])
    for row in rows:
        table.writerow([_cell(value) for value in row.values()])
    return written.getvalue().encode("utf-8")


def data_set(
    data_of: Callable[[Shipment, Options], Mapping[str, Any]],
    rows_of: Callable[[Shipment, Options], Sequence[Mapping[str, object]]],
) -> Callable[[Shipment, Format, str, Options], bytes]:
    """What makes a kind that is written as JSON or as CSV, and in no language."""

    def make(shipment: Shipment, form: Format, language: str, options: Options) -> bytes:
        if form == "csv":
            return csv_bytes(rows_of(shipment, options))
        return json_bytes(data_of(shipment, options))

    return make


def _cell(value: object) -> str:
    """What one cell holds.

    >>> _cell("=1+1"), _cell(Decimal("-0.5")), _cell(None)
    ("'=1+1", '-0.5', '')
    """
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return plain(value)
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The namespaces of an XML message, by prefix; the empty prefix is the message's own."""

    namespaces: Mapping[str, str]

    def __call__(self, name: str, *content: Any, **attributes: str) -> etree._Element | None:
        """An element of texts and elements; none where it would be empty."""
        parts = list(_flat(content))
        if not parts:
            return None
        prefix, _, local = name.rpartition(":")
        prefixes: Any = {each or None: uri for each, uri in self.namespaces.items()}
        tag = f"{{{self.namespaces[prefix]}}}{local}"
        made = etree.Element(tag, attributes, nsmap=prefixes)
        for part in parts:
            if isinstance(part, str):
                made.text = part
            else:
                made.append(part)
        return made


def _flat(content: Iterable[Any]) -> Iterator[Any]:
    for part in content:
        if part is None or part == "":
            continue
        if isinstance(part, str) or etree.iselement(part):
            yield part
        else:
            yield from _flat(part)


def xml_bytes(root: etree._Element | None) -> bytes:
    """A whole message."""
    if root is None:
        raise ValueError("a message says something")
    etree.cleanup_namespaces(root)
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return written
