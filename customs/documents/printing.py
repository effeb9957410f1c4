"""How are names, amounts, weights and days written on a paper?

Amounts and weights are written alike in every language: a point, and thin spaces between thousands.
"""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from babel import Locale

from data.model.consignment import GoodsItem
from data.model.money import minor_digits
from data.model.shipment import Party, Shipment
from data.model.shipment_records import write_shipment

LANGUAGES = ("en", "fr", "de", "es")
GRAMS = Decimal("0.001")
_NUMBERS = ("eori", "vat", "ein", "rex")
"""Kinds of numbers of a party, in the order in which they are printed; others follow."""


@cache
def words(language: str) -> Mapping[str, str]:
    """The words of the forms in one language."""
    text = (files("customs.documents") / "words" / f"{language}.toml").read_text("utf-8")
    return tomllib.loads(text)


def spelled(amount: Decimal, code: str) -> str:
    r"""An amount with its currency's decimals, or more where it has more.

    >>> spelled(Decimal("12500.5"), "EUR")
    '12\u202f500.50'
    """
    digits = max(minor_digits(code), -int(amount.normalize().as_tuple().exponent))
    return f"{amount:,.{digits}f}".replace(",", "\u202f")


def kilograms(weight: Decimal | None) -> str:
    """A weight to the gram.

    >>> kilograms(Decimal("0.4"))
    '0.400'
    """
    return "" if weight is None else f"{weight.quantize(GRAMS):,f}".replace(",", "\u202f")


def dotted(code: str | None) -> str:
    """A commodity code as tariffs print it.

    >>> dotted("6109100010")
    '6109.10.00.10'
    """
    digits = code or ""
    pairs = [digits[at : at + 2] for at in range(4, len(digits), 2)]
    return ".".join([digits[:4], *pairs])


@cache
def country_name(code: str, language: str) -> str:
    """A country in a language."""
    return str(Locale(language).territories.get(code, code))


def party(who: Party | None, language: str) -> dict[str, Any] | None:
    """A party as it is printed."""
    if who is None:
        return None
    place = who.place
    town = " ".join(part for part in (place.postal_code, place.city, place.region) if part)
    return {
        "name": who.company or who.name,
        "person": who.name if who.company else None,
        "street": list(who.street),
        "town": town,
        "country": f"{country_name(place.country, language)} ({place.country})",
        "phone": who.phone,
        "email": who.email,
        "numbers": list(_numbers(who)),
    }


def _numbers(who: Party) -> Iterator[str]:
    order = {name: at for at, name in enumerate(_NUMBERS)}
    for name in sorted(who.tax_ids, key=lambda each: (order.get(each, len(order)), each)):
        yield f"{name.upper().replace('_', ' ')} {who.tax_ids[name]}"


def line(item: GoodsItem, number: int, language: str) -> dict[str, Any]:
    """One line of goods as it is printed."""
    code = item.unit_price.currency.code
    return {
        "number": str(number),
        "description": item.description or "",
        "sku": item.sku,
        "marks": list(_marks(item)),
        "hs_code": dotted(item.hs_code),
        "origin": item.country_of_origin or "",
        "origin_name": country_name(item.country_of_origin or "", language),
        "quantity": str(item.quantity),
        "net": kilograms(item.net_weight),
        "unit_price": spelled(item.unit_price.amount, code),
        "discount": spelled(item.discount, code) if item.discount else None,
        "price": spelled(item.price, code),
    }


_SAID = {
    "manufacturer_id": "MID",
    "gtin": "GTIN",
    "composition": "",
    "material": "",
    "un_number": "",
    "eccn": "ECCN",
    "licence": "",
}
"""Facts of an item that papers print, and the word before each."""


def _marks(item: GoodsItem) -> Iterator[str]:
    for name, word in _SAID.items():
        if said := item.facts.get(name):
            yield f"{word} {said}".strip()


def texts_of(shipment: Shipment) -> dict[str, str]:
    """Every text of a shipment by its JSON pointer, to say where a letter is that no font shows."""
    return dict(_texts(write_shipment(shipment), ""))


def _texts(node: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, str):
        yield pointer, node
    elif isinstance(node, Mapping):
        for key, child in node.items():
            escaped = str(key).replace("~", "~0").replace("/", "~1")
            yield from _texts(child, f"{pointer}/{escaped}")
    elif isinstance(node, list):
        for at, child in enumerate(node):
            yield from _texts(child, f"{pointer}/{at}")


def head(shipment: Shipment, language: str, second: str | None = None) -> dict[str, Any]:
    """What every paper is given: the words in one language or two, the parties, and the texts."""
    return {
        "lang": language,
        "w": dict(words(language)),
        "w2": dict(words(second)) if second and second != language else None,
        "day": said_day(shipment.on),
        "reference": shipment.reference,
        "invoice_number": shipment.invoice_number,
        "invoice_day": said_day(shipment.invoice_day or shipment.on),
        "consignor": party(shipment.consignor, language),
        "consignee": party(shipment.consignee, language),
        "importer": party(shipment.importer, language),
        "currency": shipment.currency,
        "texts": texts_of(shipment),
    }


def said_day(day: date | None) -> str:
    """A day as ISO 8601 writes it, beyond doubt in every country."""
    return "" if day is None else day.isoformat()


def countries(shipment: Shipment) -> tuple[str, str]:
    """Whose way of writing comes first on a paper: the receiver's, then the sender's."""
    return shipment.consignee.place.country, shipment.consignor.place.country
