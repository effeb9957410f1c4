"""What do the files of a rate card say?

A card is a folder: ``card.toml`` (the carrier's facts), ``fuel.csv`` (fuel percent, dated by
itself), and for each edition ``<since>.csv`` with its prices and, where they change with it,
``<since>.zones.csv``, ``.transit.csv``, ``.surcharges.csv`` and ``.remote.csv``. An edition that
brings no such file keeps the one before.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeVar, cast, get_args

from carriers.rate_cards.card import (
    Band,
    BaseOfPercent,
    Edition,
    Per,
    RateCard,
    Service,
    Surcharge,
    When,
)
from carriers.rate_cards.facts import read_facts
from carriers.rate_cards.rows import CardError, day, read_rows
from carriers.rate_cards.zones import DOMESTIC, EVERYWHERE, PostalList, Zones, plain

T = TypeVar("T")

PRICES = ("service", "zone", "over", "to", "price", "per_kg", "minimum")
ZONES = ("zone", "countries", "regions", "postal_prefixes")
TRANSIT = ("service", "zone", "min_days", "max_days")
SURCHARGES = (
    "code",
    "name",
    "services",
    "when",
    "per",
    "amount",
    "per_kg",
    "percent",
    "of",
    "minimum",
)
REMOTE = ("country", "postal_prefixes")
FUEL = ("since", "percent")
_PARTS = frozenset({"zones", "transit", "surcharges", "remote"})

Transit = Mapping[tuple[str, str], tuple[int, int]]


def load_card(folder: Path) -> RateCard:
    """Read a card's folder; its name is the carrier's code. Raises `CardError`."""
    facts = read_facts(folder / "card.toml")
    services = {service.code: service for service in facts.services}
    days = _days(folder)
    zones: Zones | None = None
    transit: Transit = {}
    surcharges: tuple[Surcharge, ...] = ()
    remote = PostalList.of(frozenset())
    editions: list[Edition] = []
    for since in days:
        if (path := folder / f"{since}.zones.csv").exists():
            zones = _zones(path)
        if zones is None:
            raise CardError(f"{folder.name}: {since}.zones.csv is missing")
        if (path := folder / f"{since}.transit.csv").exists():
            transit = _transit(path, services, zones)
        if (path := folder / f"{since}.surcharges.csv").exists():
            surcharges = _surcharges(path, services)
        if (path := folder / f"{since}.remote.csv").exists():
            remote = _remote(path)
        bands = _bands(folder / f"{since}.csv", services, zones)
        editions.append(Edition(since, zones, remote, bands, transit, surcharges))
    return facts.card(folder.name, tuple(editions), _fuel(folder / "fuel.csv"))


def _days(folder: Path) -> list[date]:
    """The days on which an edition begins. Files that belong to no edition are refused."""
    days: set[date] = set()
    parts: list[tuple[str, date]] = []
    for path in sorted(folder.glob("*.csv")):
        if path.name == "fuel.csv":
            continue
        since, _, part = path.stem.partition(".")
        begins = day(since, f"{folder.name}/{path.name}")
        if part and part not in _PARTS:
            raise CardError(f"{folder.name}/{path.name}: nobody reads this file")
        if part:
            parts.append((path.name, begins))
        else:
            days.add(begins)
    if not days:
        raise CardError(f"{folder.name}: no prices: a file <since>.csv is needed")
    for name, begins in parts:
        if begins not in days:
            raise CardError(f"{folder.name}/{name}: no edition of prices begins on {begins}")
    return sorted(days)


def _bands(
    path: Path, services: Mapping[str, Service], zones: Zones
) -> dict[tuple[str, str], tuple[Band, ...]]:
    bands: dict[tuple[str, str], list[Band]] = {}
    names = zones.names()
    for row in read_rows(path, PRICES):
        key = (row.one_of("service", tuple(services)), row.one_of("zone", tuple(sorted(names))))
        band = Band(
            over=row.number("over"),
            to=row.optional_number("to"),
            price=row.number("price"),
            per_kg=row.number("per_kg", empty=Decimal(0)),
            minimum=row.optional_number("minimum"),
            where=row.where,
        )
        if band.to is not None and band.to <= band.over:
            raise CardError(f"{row.where}: the band ends where it begins")
        if not band.price and not band.minimum:
            raise CardError(f"{row.where}: a price of 0")
        before = bands.setdefault(key, [])
        begins = before[-1].to if before else Decimal(0)
        if begins != band.over:
            last = "the service's end" if begins is None else f"{begins} kg"
            raise CardError(f"{row.where}: a gap or an overlap: the band before ends at {last}")
        before.append(band)
    return {key: tuple(found) for key, found in bands.items()}


def _zones(path: Path) -> Zones:
    countries: dict[str, str] = {}
    regions: dict[tuple[str, str], str] = {}
    prefixes: dict[tuple[str, str], str] = {}
    for row in read_rows(path, ZONES):
        zone, named = row.text("zone"), row.words("countries")
        narrower = [("regions", regions), ("postal_prefixes", prefixes)]
        if not named:
            raise CardError(f"{row.where}: countries is empty")
        for country in named:
            _check_country(country, row.where)
        if not row.cells["regions"] and not row.cells["postal_prefixes"]:
            _add(countries, named, zone, row.where)
            continue
        if len(named) > 1 or named[0] in (DOMESTIC, EVERYWHERE):
            raise CardError(f"{row.where}: regions and postcodes need one country")
        for column, places in narrower:
            words = [plain(w) if column == "postal_prefixes" else w for w in row.words(column)]
            _add(places, [(named[0], word) for word in words], zone, row.where)
    return Zones(countries, regions, prefixes)


def _add(places: dict[T, str], keys: Iterable[T], zone: str, where: str) -> None:
    for key in keys:
        if key in places:
            raise CardError(f"{where}: {key} is in zone {places[key]} already")
        places[key] = zone


def _check_country(country: str, where: str) -> None:
    if country in (DOMESTIC, EVERYWHERE):
        return
    if not (len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()):
        raise CardError(f"{where}: {country!r} is no country")


def _transit(path: Path, services: Mapping[str, Service], zones: Zones) -> Transit:
    found: dict[tuple[str, str], tuple[int, int]] = {}
    names = tuple(sorted(zones.names()))
    for row in read_rows(path, TRANSIT):
        key = (row.one_of("service", tuple(services)), row.one_of("zone", names))
        days = (row.whole("min_days"), row.whole("max_days"))
        if days[0] > days[1] or key in found:
            raise CardError(f"{row.where}: days run backwards, or this line is there twice")
        found[key] = days
    return found


def _surcharges(path: Path, services: Mapping[str, Service]) -> tuple[Surcharge, ...]:
    nothing = Decimal(0)
    found: dict[str, Surcharge] = {}
    for row in read_rows(path, SURCHARGES):
        named = row.words("services")
        if unknown := set(named) - set(services):
            raise CardError(f"{row.where}: unknown services: {', '.join(sorted(unknown))}")
        code = row.text("code")
        if code in found or code in ("freight", "fuel"):
            raise CardError(f"{row.where}: {code} is there twice")
        found[code] = Surcharge(
            code=code,
            name=row.text("name"),
            services=frozenset(named or services),
            when=cast(When, row.one_of("when", get_args(When))),
            per=cast(Per, row.one_of("per", get_args(Per), empty="consignment")),
            amount=row.number("amount", empty=nothing),
            per_kg=row.number("per_kg", empty=nothing),
            percent=row.number("percent", empty=nothing),
            of=cast(BaseOfPercent, row.one_of("of", get_args(BaseOfPercent), empty="freight")),
            minimum=row.number("minimum", empty=nothing),
            where=row.where,
        )
    return tuple(found.values())


def _remote(path: Path) -> PostalList:
    found: set[tuple[str, str]] = set()
    for row in read_rows(path, REMOTE):
        country = row.text("country")
        _check_country(country, row.where)
        found |= {(country, plain(prefix)) for prefix in row.words("postal_prefixes") or ("",)}
    return PostalList.of(frozenset(found))


def _fuel(path: Path) -> tuple[tuple[date, Decimal], ...]:
    """Fuel percent through time; none at all where there is no such file."""
    if not path.exists():
        return ()
    found: list[tuple[date, Decimal]] = []
    for row in read_rows(path, FUEL):
        since = row.day("since")
        if found and since <= found[-1][0]:
            raise CardError(f"{row.where}: {since} does not come after {found[-1][0]}")
        found.append((since, row.number("percent")))
    return tuple(found)


def card_folders(folder: Path) -> list[Path]:
    """Every folder beneath that holds a card, in order."""
    return sorted(path.parent for path in folder.glob("*/card.toml"))
