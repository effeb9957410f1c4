"""What changes between two snapshots, and what does it do to a list of goods?"""

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.jsonio import write_money
from api.schemas.values import (
    Unreadable,
    hs_reader,
    read_country,
    read_currency,
    read_quantity,
    text_reader,
)
from api.services.diffing import Difference, Repriced, Sku, diff_facts, reprice
from api.services.stamping import new_stamp
from data.model.money import Money, currency
from data.model.places import Place
from tariffs.snapshot import NoSnapshotError

if TYPE_CHECKING:
    from api.assembly import Services

Row = tuple[str, ...]
SAID = ("where", "kind", "what", "before", "after", "codes")
REPRICED = ("sku", "to", "before", "after", "change", "because")
CURRENT = "current"
_MOST_CODES = 3
_LONGEST = 100
_COLUMNS: dict[str, Callable[[Any], Any]] = {
    "sku": text_reader(80),
    "hs_code": hs_reader(frozenset({4, 6, 8, 10})),
    "origin": read_country,
    "destination": read_country,
    "price": read_quantity,
    "currency": read_currency,
}


class SkuFileError(ValueError):
    """A list of goods cannot be read; the message names the line and the column."""


def differences(services: "Services", before: str, after: str) -> list[Row]:
    """Everything that two versions say differently, a row each."""
    versions = [named(services, version) for version in (before, after)]
    old, new = (services.rulebook_of(version).snapshot for version in versions)
    return [_said(each) for each in diff_facts(old, new)]


def repriced(
    services: "Services", before: str, after: str, file: Path, on: date, now: datetime
) -> tuple[list[Row], str]:
    """The goods of a file whose landed cost moves, the most first, and how many that are."""
    skus = list(read_skus(file))
    old, new = (services.rulebook_of(named(services, version)) for version in (before, after))
    found = list(reprice(skus, old, new, on, new_stamp(now)))
    moved = sorted((each for each in found if _is_moved(each)), key=_size, reverse=True)
    unknown = sum(each.change is None for each in found)
    told = f"{len(moved)} of {len(found)} landed costs on {on} differ"
    return [_row(each) for each in moved], f"{told}; {unknown} cannot be said."


def named(services: "Services", version: str) -> str:
    """A version that is held here; ``current`` is the newest. Raises `NoSnapshotError`."""
    if version == CURRENT:
        return services.snapshots.current().version
    held = services.snapshots.versions()
    if version not in held:
        raise NoSnapshotError(f"no snapshot {version} is held; there are: {', '.join(held)}")
    return version


def read_skus(file: Path) -> Iterator[Sku]:
    """Goods from a CSV with the columns sku, hs_code, origin, destination, price, currency.

    Northern Ireland is the destination ``XI`` here: a column has no room for a postcode. Raises
    `SkuFileError`.
    """
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = csv.DictReader(text)
        names = rows.fieldnames or ()
        if sorted(names) != sorted(_COLUMNS):
            raise SkuFileError(f"{file.name}: the columns are {', '.join(_COLUMNS)}")
        for row in rows:
            where = f"{file.name}:{rows.line_num}"
            if None in row or None in row.values():
                raise SkuFileError(f"{where}: {len(_COLUMNS)} columns are needed")
            yield _sku(row, where)


def _sku(row: dict[str, str], where: str) -> Sku:
    northern = row["destination"] == "XI"
    read: dict[str, Any] = {}
    for name, reader in _COLUMNS.items():
        text = "GB" if northern and name == "destination" else row[name].strip()
        try:
            read[name] = reader(text)
        except Unreadable as error:
            raise SkuFileError(f"{where}: {name}: {error.messages[0]}") from None
    return Sku(
        sku=read["sku"],
        hs_code=read["hs_code"],
        origin=read["origin"],
        destination=Place(read["destination"], region="NIR" if northern else None),
        price=Money(read["price"], currency(read["currency"])),
    )


def _said(difference: Difference) -> Row:
    codes = list(difference.codes[:_MOST_CODES])
    if len(difference.codes) > _MOST_CODES:
        codes.append(f"+{len(difference.codes) - _MOST_CODES}")
    texts = (difference.before or "–", difference.after or "–")
    return (
        difference.where,
        difference.kind,
        difference.what,
        *(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…" for text in texts),
        " ".join(codes),
    )


def _is_moved(each: Repriced) -> bool:
    return each.before != each.after or (each.change is None and each.before is not None)


def _size(each: Repriced) -> Decimal:
    """How far a landed cost moves, by its own size; what comes or goes moves furthest."""
    if each.change is None or each.before is None or not each.before.amount:
        return Decimal("Infinity")
    return abs(each.change / each.before.amount)


def _row(each: Repriced) -> Row:
    unit = next((one.currency.code for one in (each.before, each.after) if one is not None), "")
    change = "" if each.change is None else f"{each.change:+} {unit}"
    return (
        each.sku.sku,
        each.sku.destination.territory,
        _money(each.before),
        _money(each.after),
        change,
        ", ".join(_unique(each.why)),
    )


def _money(amount: Money | None) -> str:
    if amount is None:
        return "–"
    written = write_money(amount.amount, amount.currency.code)
    return f"{written['amount']} {written['currency']}"


def _unique(words: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(words))
