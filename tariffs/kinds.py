"""Which commodities and which countries of origin does a schedule tell apart?

A short code stands for many commodities and an unknown origin for every country; most of them owe
the same. Here they are sorted into kinds, so that one of each kind is enough to know the range.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from tariffs.base_duty import is_for
from tariffs.origin import COLUMN_2, Agreement, outside_normal_relations
from tariffs.schedule import Commodity, Measure, Programme
from tariffs.selection import covers_origin

_ELSEWHERE = "ZZ"  # a country that no rate and no measure names


def distinct(commodities: Iterable[Commodity]) -> tuple[Commodity, ...]:
    """The commodities that differ in rates or measures, the first of each kind."""
    kinds: dict[object, Commodity] = {}
    for commodity in commodities:
        kinds.setdefault((commodity.rates, tuple(map(id, commodity.measures))), commodity)
    return tuple(kinds.values())


def origin_classes(
    commodity: Commodity, on: date, agreements: Mapping[str, Agreement]
) -> tuple[str, ...]:
    """One country of every kind that this commodity's rates and measures tell apart on a day."""
    key = (id(commodity), id(agreements), on)
    kept = _classes.get(key)
    if kept is not None:
        return kept[2]
    measures = [m for m in commodity.measures if m.applies(on)]
    rates = [
        r for r in commodity.rates if r.applies(on) and r.programme is not Programme.PREFERENCE
    ]
    named = {_ELSEWHERE}
    for measure in measures:
        named.update(measure.origins, measure.except_origins)
    for rate in rates:
        named.update(rate.origins, rate.excluded_origins)
    for agreement in agreements.values():
        for period in agreement.periods:
            if period.kind == COLUMN_2:
                named.update(period.members)
    effects = [_effect(measure) for measure in measures]
    first: dict[object, str] = {}
    for origin in sorted(named):
        column_2 = outside_normal_relations(origin, agreements.values(), on) is not None
        signature = (
            column_2,
            tuple(e for e, m in zip(effects, measures, strict=True) if covers_origin(m, origin)),
            tuple(i for i, r in enumerate(rates) if is_for(r, origin)),
        )
        first.setdefault(signature, origin)
    classes = tuple(first.values())
    if len(_classes) >= 2048:
        _classes.clear()
    _classes[key] = (commodity, agreements, classes)
    return classes


_classes: dict[
    tuple[int, int, date], tuple[Commodity, Mapping[str, Agreement], tuple[str, ...]]
] = {}


def _effect(measure: Measure) -> tuple[object, ...]:
    """What tells two measures apart for the payer: not their heading, law or name."""
    return (
        measure.programme,
        measure.role,
        measure.expression,
        measure.requires,
        measure.removes,
        measure.group,
        measure.rank,
        measure.basis,
        measure.column_2,
        measure.covers,
    )
