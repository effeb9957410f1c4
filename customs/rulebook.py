"""Which rules hold for this place on this day?

A `Rulebook` is one version of all facts: the compiled snapshot with the territories, agreements and
pegs read from it, once. Everything that a quote computes comes from one rulebook, whose version it
names.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from customs.border import Border
from customs.controls import Controls
from customs.exchange import Exchange, GivenRate, Peg, Published
from customs.identifiers import Identifiers
from customs.rules import Territory
from customs.territories import read_territory
from data.model.dated import Law
from data.model.places import Place
from tariffs.measures import read_measures
from tariffs.origin import Agreement, read_agreements
from tariffs.schedule import Measure
from tariffs.snapshot import Snapshot, UnknownDocumentError

NO_AGREEMENTS: Mapping[str, Agreement] = {}


class Rulebook:
    """One immutable version of the law and the tariffs."""

    def __init__(self, snapshot: Snapshot):
        self.snapshot = snapshot
        self.version: str = snapshot.version
        self._published: Published = {}

    @cached_property
    def territories(self) -> Mapping[str, Territory]:
        """Every territory whose rules are held, by code; a union that is no territory included."""
        documents = self.snapshot.document("territories")
        return {code: read_territory(code, documents) for code in documents}

    @cached_property
    def agreements(self) -> Mapping[str, Mapping[str, Agreement]]:
        """Every trade agreement that is held: territory → id → agreement."""
        documents = self.snapshot.document("agreements")
        return {territory: read_agreements(document) for territory, document in documents.items()}

    @cached_property
    def measures_without_schedule(self) -> Mapping[str, tuple[Measure, ...]]:
        """The additional measures of territories whose schedule is not held."""
        documents = self._document_or_nothing("measures_without_schedule")
        return {code: read_measures(document) for code, document in documents.items()}

    @cached_property
    def pegs(self) -> tuple[Peg, ...]:
        """Every currency that a central bank ties to another."""
        return read_pegs(self.snapshot.document("pegs"))

    @cached_property
    def controls(self) -> Controls:
        """The rules on what may be sent; none in a snapshot that was compiled without them."""
        return Controls(self._document_or_nothing("controls"))

    @cached_property
    def identifiers(self) -> Identifiers:
        """What numbers of parties look like; nothing in a snapshot compiled without them."""
        return Identifiers(self._document_or_nothing("identifiers"))

    def _document_or_nothing(self, name: str) -> Mapping[str, Any]:
        try:
            document: Mapping[str, Any] = self.snapshot.document(name)
        except UnknownDocumentError:
            return {}
        return document

    def territory_of(self, place: Place) -> Territory | None:
        """The territory whose border a parcel to this place crosses, None when it is not covered.

        Parts of a country outside its customs or tax territory (the Canary Islands) are not.
        """
        territory = self.territories.get(place.territory)
        if territory is None:
            return None
        postal_code = (place.postal_code or "").replace(" ", "")
        if postal_code and any(postal_code.startswith(code) for code, _ in territory.outside):
            return None
        return territory

    def exchange(
        self, on: date, given: Iterable[GivenRate], territory: Territory | None
    ) -> Exchange:
        """The rates for one quote on a day."""
        law = territory.exchange_rate.on(on) if territory else None
        return Exchange(self.snapshot.rate_row, on, given, self.pegs, law, self._published)

    def border(self, territory: Territory, on: date, exchange: Exchange) -> Border:
        """Everything the rules need of one territory on one day."""
        second = territory.not_at_risk.schedule if territory.not_at_risk else None
        bare = self.measures_without_schedule.get(territory.customs_territory, ())
        return Border(
            territory=territory,
            schedule=self.snapshot.schedule(territory.schedule) if territory.schedule else None,
            second_schedule=self.snapshot.schedule(second) if second else None,
            agreements=self.agreements.get(territory.agreements or "", NO_AGREEMENTS),
            exchange=exchange,
            on=on,
            measures=bare,
        )


def is_inside(territory: Territory, other: Territory | None, on: date) -> bool:
    """Whether goods come from where there is no customs border with this territory."""
    if other is None:
        return False
    if other.customs_territory == territory.customs_territory:
        return True
    rule = territory.no_border_with
    version = rule.on(on) if rule else None
    return version is not None and other.customs_territory in version.value


def read_pegs(document: Mapping[str, Any]) -> tuple[Peg, ...]:
    """The pegs of the facts file: currency → versions of "units ANCHOR"."""
    laws = {id_: Law(id_, law["title"], law.get("url")) for id_, law in document["laws"].items()}
    pegs = []
    for code, versions in document["pegs"].items():
        for version in versions:
            units, anchor = version["value"].split()
            until = version.get("until")
            pegs.append(
                Peg(
                    currency=code,
                    anchor=anchor,
                    units=Decimal(units),
                    since=date.fromisoformat(version["since"]),
                    until=date.fromisoformat(until) if until else None,
                    law=laws[version["law"]],
                    confidence=version.get("confidence", "official"),
                )
            )
    return tuple(pegs)
