"""What do operators, agreements and forms ask? Dated facts of ``data/facts/documents``.

They are read once from the package: papers are made also where no tariff was compiled.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import as_file, files
from typing import Any

from data.loading.documents import Document, load_document
from data.loading.measures import load_groups
from data.model.money import Money, money


@cache
def facts(name: str) -> Document:
    """One facts file by its stem. Raises `FactsError`."""
    with as_file(files("data") / "facts" / "documents" / f"{name}.toml") as path:
        return load_document(path)


@cache
def territory(code: str) -> Document:
    """What a territory's law says of duties and reliefs, as quotes read it."""
    with as_file(files("data") / "facts" / "territories" / f"{code}.toml") as path:
        return load_document(path)


@cache
def union() -> tuple[str, ...]:
    """The Member States, as the facts on agreements list them."""
    with as_file(files("data") / "facts" / "agreements" / "groups.toml") as path:
        return tuple(load_groups(path)["EU"])


def is_within(country: str, places: Iterable[str]) -> bool:
    """Whether a country or territory is one of these; ``EU`` stands for the Member States."""
    return any(country in union() if place == "EU" else country == place for place in places)


def version_on(versions: Sequence[Mapping[str, Any]], day: date) -> Mapping[str, Any] | None:
    """The version of a rule that is in force on a day; None when there is none."""
    said = day.isoformat()
    for version in sorted(versions, key=lambda each: str(each["since"]), reverse=True):
        if version["since"] <= said:
            return version if said < version.get("until", "9999") else None
    return None


def value_on(versions: Sequence[Mapping[str, Any]] | None, day: date) -> str | None:
    """What a rule says on a day."""
    version = version_on(versions or (), day)
    return None if version is None else str(version["value"])


def read_amount(text: str) -> Money:
    """An amount as facts write it.

    >>> read_amount("GBP 270").amount
    Decimal('270')
    """
    code, amount = text.split()
    return money(amount, code)
