"""Which numbers do the facts know that are installed with the product?

Papers and single checks are made where no snapshot was compiled; quotes read theirs of a snapshot.
"""

from datetime import date
from functools import cache
from importlib.resources import as_file, files

from customs.identifiers.checking import Identifier, Identifiers
from data.loading.identifiers import load_identifiers
from data.loading.measures import load_groups


@cache
def installed() -> Identifiers:
    """The facts of the package, read once. Raises `FactsError`."""
    folder = files("data") / "facts"
    with (
        as_file(folder / "agreements" / "groups.toml") as groups,
        as_file(folder / "identifiers.toml") as path,
    ):
        return Identifiers(load_identifiers(path, load_groups(groups)))


def check(kind: str, text: str, on: date, issued: date | None = None) -> Identifier:
    """Look at one number on a day, by the facts that are installed. Raises `UnknownKindError`.

    >>> check("cpf", "390.533.447-05", date(2026, 11, 20)).normalised
    '39053344705'
    """
    return installed().check(kind, text, on, issued)
