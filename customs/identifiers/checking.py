"""Is a number written as its kind is, and do its check digits agree?"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from importlib import import_module
from typing import Any, Literal, Protocol, cast

from stdnum.exceptions import (
    InvalidChecksum,
    InvalidComponent,
    InvalidFormat,
    InvalidLength,
    ValidationError,
)

from data.model.dated import Law

Status = Literal["format", "checksum"]
Document = Mapping[str, Any]

_LONGEST = 60
_MOST_KEPT = 4096
_MISTYPED = "its check digits do not agree"
_WRONG_LENGTH = "it has the wrong length"
_NOT_WRITTEN = "it is not written as such a number"
_WHY: Mapping[type[ValidationError], str] = {
    InvalidChecksum: _MISTYPED,
    InvalidComponent: "a part of it cannot be",
    InvalidFormat: _NOT_WRITTEN,
    InvalidLength: _WRONG_LENGTH,
}
RENEWAL_UNKNOWN = "it expires yearly: it is not known whether it was renewed"


class UnknownKindError(ValueError):
    """There is no such kind of identifier."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"There is no kind of identifier {kind!r}.")
        self.kind = kind


class _Validator(Protocol):
    def validate(self, number: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number that was looked at. `status` says how far: only its form, or its check digits too.

    `why` says what is wrong with it, or what could not be seen.
    """

    kind: str
    normalised: str
    valid: bool
    status: Status
    why: str | None = None
    law: Law | None = None

    @property
    def is_mistyped(self) -> bool:
        """Whether its check digits say that a digit is wrong."""
        return self.why == _MISTYPED


class Identifiers:
    """One version of the facts on numbers of parties, ready to be asked."""

    def __init__(self, document: Document) -> None:
        self.kinds: Mapping[str, Document] = document.get("kinds", {})
        self.schemes: Mapping[str, str] = document.get("schemes", {})
        self.buyer_tax_ids: Mapping[str, str] = document.get("buyer_tax_ids", {})
        self.needs: Mapping[str, Document] = document.get("needs", {})
        self.laws = {
            id_: Law(id_, law["title"], law.get("url"))
            for id_, law in document.get("laws", {}).items()
        }
        self._known: dict[tuple[str, str], Identifier] = {}

    def name(self, kind: str) -> str:
        """What a kind of number is called."""
        name: str = self.kinds[kind]["name"]
        return name

    def check(self, kind: str, text: str, on: date, issued: date | None = None) -> Identifier:
        """Look at one number on a day, without asking its register.

        `issued` matters where numbers expire (a Korean clearance code lives a year since 2026).
        Raises `UnknownKindError`.
        """
        if kind not in self.kinds:
            raise UnknownKindError(kind)
        found = self._known.get((kind, text))
        if found is None:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            found = self._known[kind, text] = self._checked(kind, text)
        return self._aged(found, on, issued) if found.valid else found

    def _checked(self, kind: str, text: str) -> Identifier:
        rule = self.kinds[kind]
        plain = _plain(text)
        why: str | None = None if plain and len(plain) <= _LONGEST else _WRONG_LENGTH
        if why is None and "stdnum" in rule:
            plain, why = _by_library(rule, plain)
        if why is None and "pattern" in rule:
            plain = re.sub(r"[\s.-]", "", plain).upper()
            pattern = rule.get("patterns", {}).get(plain[:2], rule["pattern"])
            why = None if re.fullmatch(pattern, plain) else _NOT_WRITTEN
        versions = rule.get("versions")
        return Identifier(
            kind=kind,
            normalised=plain[:_LONGEST],
            valid=why is None,
            status="checksum" if rule.get("checksum") == "yes" else "format",
            why=why,
            law=self.laws[versions[-1]["law"]] if versions else None,
        )

    def _aged(self, found: Identifier, on: date, issued: date | None) -> Identifier:
        """The same number, expired where its kind expires; if nobody knows, that is said."""
        for version in self.kinds[found.kind].get("valid_years", ()):
            since = date.fromisoformat(version["since"])
            if on < since:
                continue
            law = self.laws[version["law"]]
            if issued is None or issued < since:
                return replace(found, why=RENEWAL_UNKNOWN, law=law)
            last = _years_after(issued, int(version["value"]))
            if on >= last:
                return replace(found, valid=False, why=f"it expired on {last}", law=law)
        return found


def _plain(text: str) -> str:
    """A number as it is typed, wide digits and marks that cannot be seen put right."""
    wide = unicodedata.normalize("NFKC", text[: 4 * _LONGEST])
    return "".join(mark for mark in wide if mark.isprintable()).strip()


def _by_library(rule: Document, plain: str) -> tuple[str, str | None]:
    """The number as its standard writes it; else what the check has against it."""
    why: str | None = None
    for name in filter(None, (rule["stdnum"], rule.get("also"))):
        try:
            return _validator(name).validate(plain), None
        except ValidationError as error:
            why = why or _WHY.get(type(error), _NOT_WRITTEN)
    return plain, why


@cache
def _validator(name: str) -> _Validator:
    return cast("_Validator", import_module(f"stdnum.{name}"))


def _years_after(day: date, years: int) -> date:
    """The same day of a later year; the first of March where there is no 29 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28) + timedelta(days=1)
