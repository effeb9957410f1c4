"""What is different between two versions of the facts, and which landed costs does it move?"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from api.services.dated_rules import RuleVersion, plain_values, rules_in
from api.services.quotes import Option, QuoteRequest, Stamp
from api.services.quoting import TerritoryNotCoveredError, make_landed_cost
from api.services.reading_tariffs import measures_held
from customs.answers import WrongFactError
from customs.exchange import ExchangeRateNeededError
from customs.rulebook import Rulebook
from data.model.consignment import Consignment, GoodsItem
from data.model.money import Money, currency
from data.model.places import Place
from tariffs.schedule import Measure, Rate
from tariffs.snapshot import Snapshot, SnapshotSchedule, UnknownDocumentError

T = TypeVar("T")
RULES = ("territories", "agreements")
"""The documents whose tables are one for each territory."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two versions of the facts say differently.

    `where` is the territory, `kind` what it is (rule, value, rate, measure, code), `before` and
    `after` how it is written (None: not at all), `codes` the declarable codes concerned.
    """

    where: str
    kind: str
    what: str
    before: str | None
    after: str | None
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sku:
    """Goods of a catalogue: one piece at a price, from its origin to a destination."""

    sku: str
    hs_code: str
    origin: str
    destination: Place
    price: Money


@dataclass(frozen=True, slots=True)
class Repriced:
    """A piece's landed cost without freight, by two versions of the facts.

    `before` and `after` are None where there is none, and `why` says why; otherwise it names the
    charges that differ.
    """

    sku: Sku
    before: Money | None
    after: Money | None
    why: tuple[str, ...]

    @property
    def change(self) -> Decimal | None:
        """How much dearer it is, None where it cannot be said."""
        if self.before is None or self.after is None:
            return None
        change: Decimal = self.after.amount - self.before.amount
        return change


def diff_facts(before: Snapshot, after: Snapshot) -> Iterator[Difference]:
    """Everything but exchange rates that two versions say differently, territory by territory."""
    for name in RULES:
        old, new = _document(before, name), _document(after, name)
        for territory in sorted({**old, **new}):
            yield from _diff_documents(territory, old.get(territory), new.get(territory))
    yield from _diff_documents("pegs", _document(before, "pegs"), _document(after, "pegs"))
    held = {status.territory for one in (before, after) for status in one.statuses()}
    bare = {name for one in (before, after) for name in _document(one, "measures_without_schedule")}
    for territory in sorted(held | bare):
        measures = measures_held(before, territory), measures_held(after, territory)
        yield from _diff_measures(territory, *measures)
        yield from _diff_rates(territory, before.schedule(territory), after.schedule(territory))


def reprice(
    skus: Iterable[Sku], before: Rulebook, after: Rulebook, on: date, stamp: Stamp
) -> Iterator[Repriced]:
    """Each piece's landed cost on a day, by two versions of the facts."""
    for sku in skus:
        old, new = (_priced(sku, rulebook, on, stamp) for rulebook in (before, after))
        if isinstance(old, str) or isinstance(new, str):
            why = dict.fromkeys(said for said in (old, new) if isinstance(said, str))
            yield Repriced(sku, _landed(old), _landed(new), tuple(why))
        else:
            yield Repriced(sku, _landed(old), _landed(new), tuple(_moved(old[0], new[0])))


def _document(snapshot: Snapshot, name: str) -> Mapping[str, Any]:
    try:
        document: Mapping[str, Any] = snapshot.document(name)
    except UnknownDocumentError:
        return {}
    return document


def _diff_documents(
    where: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None
) -> Iterator[Difference]:
    if old == new:
        return
    rules = _versions(old), _versions(new)
    for place, since in sorted({**rules[0], **rules[1]}):
        was, is_ = (found.get((place, since)) for found in rules)
        if was != is_:
            yield Difference(where, "rule", place, _rule(was), _rule(is_))
    values = (dict(plain_values(one or {})) for one in (old, new))
    yield from _diff_plainly(where, "value", *values)


def _versions(document: Mapping[str, Any] | None) -> dict[tuple[str, date], RuleVersion]:
    """Versions by place and first day, without the ends that the next version brings about."""
    found = {}
    for rule in rules_in(document or {"laws": {}}):
        following = {version.since for version in rule.versions}
        for version in rule.versions:
            until = None if version.until in following else version.until
            found[rule.place, version.since] = replace(version, until=until)
    return found


def _diff_plainly(
    where: str, kind: str, old: Mapping[str, str], new: Mapping[str, str]
) -> Iterator[Difference]:
    for what in {**old, **new}:
        if old.get(what) != new.get(what):
            yield Difference(where, kind, what, old.get(what), new.get(what))


def _diff_measures(
    where: str, old: Sequence[Measure], new: Sequence[Measure]
) -> Iterator[Difference]:
    before, after = _by_heading(old), _by_heading(new)
    for heading, since in sorted({**before, **after}):
        was = before.get((heading, since), [])
        is_ = after.get((heading, since), [])
        gone, come = _without(was, is_), _without(is_, was)
        for index in range(max(len(gone), len(come))):
            one = gone[index] if index < len(gone) else None
            other = come[index] if index < len(come) else None
            if one is not None and other is not None:
                was_said, is_said = _changed_fields(one, other)
                yield Difference(where, "measure", heading, was_said, is_said)
            else:
                yield Difference(where, "measure", heading, _measure(one), _measure(other))


def _by_heading(measures: Iterable[Measure]) -> dict[tuple[str, date], list[Measure]]:
    found: dict[tuple[str, date], list[Measure]] = {}
    for measure in measures:
        found.setdefault((measure.heading, measure.since), []).append(measure)
    return found


def _changed_fields(old: Measure, new: Measure) -> tuple[str, str]:
    """The fields in which two versions of a measure differ; of a list what it has more or less."""
    before, after = [], []
    for field in fields(Measure):
        was, is_ = getattr(old, field.name), getattr(new, field.name)
        if was == is_:
            continue
        if isinstance(was, tuple):
            was, is_ = _without(was, is_), _without(is_, was)
        before.append(f"{field.name}: {_said(was)}")
        after.append(f"{field.name}: {_said(is_)}")
    return "; ".join(before), "; ".join(after)


def _diff_rates(
    where: str, old: SnapshotSchedule | None, new: SnapshotSchedule | None
) -> Iterator[Difference]:
    before, after = (dict(one.walk()) if one else {} for one in (old, new))
    for kind, codes in (("new", after.keys() - before.keys()), ("gone", before.keys() - after)):
        if codes:
            what, listed = f"{len(codes)} codes", tuple(sorted(codes))
            was = None if kind == "new" else "declarable"
            is_ = "declarable" if kind == "new" else None
            yield Difference(where, "code", what, was, is_, listed)
    alike: dict[tuple[tuple[Rate, ...], tuple[Rate, ...]], list[str]] = {}
    for code in sorted(before.keys() & after.keys()):
        old_rates, new_rates = before[code], after[code]
        if old_rates != new_rates:
            key = tuple(_without(old_rates, new_rates)), tuple(_without(new_rates, old_rates))
            alike.setdefault(key, []).append(code)
    for (gone, come), concerned in alike.items():
        for index in range(max(len(gone), len(come))):
            one = gone[index] if index < len(gone) else None
            other = come[index] if index < len(come) else None
            either = one or other
            what = either.programme.value if either else ""
            yield Difference(where, "rate", what, _rate(one), _rate(other), tuple(concerned))


def _without(some: Sequence[T], others: Sequence[T]) -> list[T]:
    there = set(others)
    return [one for one in some if one not in there]


def _rule(version: RuleVersion | None) -> str | None:
    if version is None:
        return None
    sure = "" if version.confidence == "official" else f", {version.confidence}"
    return f"{version.value} {_days(version)} ({version.law.id}{sure})"


def _rate(rate: Rate | None) -> str | None:
    if rate is None:
        return None
    origins = f" for {' '.join(rate.origins)}" if rate.origins else ""
    return f"{rate.expression}{origins} {_days(rate)} ({rate.law.id})"


def _measure(measure: Measure | None) -> str | None:
    if measure is None:
        return None
    return f"{measure.name}: {measure.expression} {_days(measure)} ({measure.law.id})"


def _days(version: RuleVersion | Rate | Measure) -> str:
    until = f" until {version.until}" if version.until else ""
    return f"since {version.since}{until}"


def _said(value: Any) -> str:
    return " ".join(map(str, value)) or "–" if isinstance(value, list) else str(value)


_Priced = tuple[Option, Money]


def _priced(sku: Sku, rulebook: Rulebook, on: date, stamp: Stamp) -> _Priced | str:
    """The landed cost of a piece, or why there is none."""
    item = GoodsItem(
        id="1", quantity=1, unit_price=sku.price, sku=sku.sku, hs_code=sku.hs_code,
        country_of_origin=sku.origin,
    )  # fmt: skip
    request = QuoteRequest(
        Consignment(Place(sku.origin), sku.destination, (item,)), on, terms=("DDP",)
    )
    freight = Money(Decimal(0), sku.price.currency)
    try:
        quote = make_landed_cost(request, freight, rulebook, stamp, explain=False)
    except (ExchangeRateNeededError, TerritoryNotCoveredError, WrongFactError) as error:
        return str(error)
    if not quote.options:
        return "; ".join(finding.message for finding in quote.findings) or quote.status
    option = quote.options[0]
    return option, Money(option.totals.landed_cost, currency(quote.currency))


def _landed(priced: _Priced | str) -> Money | None:
    return None if isinstance(priced, str) else priced[1]


def _moved(old: Option, new: Option) -> Iterator[str]:
    """The charges that came, went or changed between two options."""
    before, after = _amounts(old), _amounts(new)
    for code in {**before, **after}:
        was, is_ = before.get(code), after.get(code)
        if was != is_:
            yield f"{code} {was or '–'} → {is_ or '–'}"


def _amounts(option: Option) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for billed in option.border:
        code = billed.charge.code
        sums[code] = sums.get(code, Decimal(0)) + billed.amount
    return sums
