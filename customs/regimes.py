"""Does a simplified rate stand in place of the tariff's duty, and of taxes with it?

Postal and courier parcels often pay one flat rate (Brazil's and Mexico's parcels, Indonesia's,
Japan's simplified tariff). A regime has bands: the first that fits a line by value, goods and
origin is its rate, and lines of one band are charged together. Whoever brings a duty expression of
their own asks for the full declaration instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from customs.exchange import Exchange
from customs.relief import Relieved, eligible_lines, in_scope, line_value_on, value_on, within
from customs.rounding import Rounding
from customs.rules import Band, Regime, Scope, Territory
from customs.schemes import SchemeInForce
from customs.valuation import LineValue
from data.model.charges import Assumption, Charge, Citation, Question
from data.model.consignment import Consignment, GoodsItem, Mode
from data.model.dated import Version
from data.model.money import Money, currency, round_half_up
from tariffs.expressions import Outcome, evaluate, parse

NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class RegimeLine:
    """A line under a regime: its share of what is charged, and what its own band might ask."""

    version: Version[str]
    amount: Decimal
    low: Decimal
    high: Decimal
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class RegimeInForce:
    """A regime that applies: line by line (None: the tariff's duty stands), and its charges."""

    regime: Regime
    lines: tuple[RegimeLine | None, ...]
    charges: tuple[Charge, ...]

    def replaced(self) -> tuple[tuple[str, ...], ...]:
        """Line by line, the taxes and fees that the regime stands in place of."""
        return tuple(self.regime.replaces if line else () for line in self.lines)

    def assumptions(self) -> tuple[Assumption, ...]:
        """What about its rates is not read in an official text."""
        return tuple(
            Assumption(
                f"{self.regime.name}: {line.version.spelled()}",
                line.version.confidence,
                line.version.law,
            )
            for line in self.lines
            if line is not None and line.version.confidence != "official"
        )


@dataclass(frozen=True, slots=True)
class _Case:
    """One consignment at one border, as a regime looks at it.

    `worth` is the customs value of each line without what a relief frees.
    """

    territory: Territory
    consignment: Consignment
    values: Sequence[LineValue]
    worth: tuple[Decimal, ...]
    on: date
    exchange: Exchange
    rounding: Rounding

    def amount(self, limit: Money) -> Decimal:
        return self.exchange.customs(limit.amount, limit.currency.code, self.territory.currency)

    def work_out(self, expression: str, value: Decimal, pieces: int) -> Outcome:
        return evaluate(
            parse(expression),
            value=value,
            currency=self.territory.currency,
            quantities={"item": Decimal(pieces)},
            facts={},
            on=self.on,
            convert=self.exchange.customs,
        )

    def charged(self, expression: str, value: Decimal, pieces: int) -> Decimal:
        amount = self.work_out(expression, value, pieces).amount
        if amount is None:
            raise ValueError(f"{expression!r} cannot be worked out for a regime")
        return self.rounding.apply(max(NONE, amount))


def regime_of(
    territory: Territory,
    consignment: Consignment,
    values: Sequence[LineValue],
    reliefs: Sequence[Relieved],
    scheme: SchemeInForce | None,
    mode: Mode,
    on: date,
    exchange: Exchange,
    rounding: Rounding,
    *,
    beyond: bool = False,
) -> RegimeInForce | None:
    """The first regime of a territory that fits at least one line that owes duty at all.

    `beyond` asks as if it had no limit, and as if nobody asked for the full declaration.
    """
    if not beyond and any(item.duty_expression for item in consignment.items):
        return None
    left = tuple(_left(reliefs, scheme, index) for index in range(len(values)))
    worth = tuple(value.customs_value * part for value, part in zip(values, left, strict=True))
    case = _Case(territory, consignment, values, worth, on, exchange, rounding)
    for regime in territory.regimes:
        if not in_scope(regime.scope, consignment, mode):
            continue
        value = value_on(regime.scope, values)
        limit = None if beyond else regime.up_to
        if limit and not within(value, case.amount(limit), regime.scope):
            continue
        chosen = [
            _bands(case, regime, index, value) if fits and left[index] else []
            for index, fits in enumerate(eligible_lines(territory, regime.scope, consignment))
        ]
        if any(chosen):
            return _in_force(case, regime, chosen, scheme)
    return None


def _left(reliefs: Sequence[Relieved], scheme: SchemeInForce | None, index: int) -> Decimal:
    """The part of a line that no relief and no scheme frees from duty."""
    if scheme is not None and scheme.covers[index] and "duty" in scheme.scheme.relieves:
        return NONE
    shares = [relieved.shares[index] for relieved in reliefs if relieved.frees("duty")]
    return 1 - max(shares, default=NONE)


def _bands(case: _Case, regime: Regime, index: int, value: Decimal) -> list[Band]:
    """The bands that a line may be in, the working one first; several where it is not known."""
    item = case.consignment.items[index]
    if regime.scope.per == "item":
        value = line_value_on(regime.scope, case.values[index]) / item.quantity
    inside = [
        band
        for band in regime.bands
        if band.expression.on(case.on) is not None and _is_between(case, band, value, regime.scope)
    ]
    code, origin = item.hs_code, item.country_of_origin
    possible = [band for band in inside if _may_be(band, code, origin)]
    if len(possible) < 2:
        return possible
    if code is None:
        pieces, worth = item.quantity, case.worth[index]
        return sorted(
            possible, key=lambda b: case.charged(_text(case, b), worth, pieces), reverse=True
        )
    working = origin or case.consignment.ship_from.country
    first = next((band for band in possible if _may_be(band, code, working)), possible[0])
    if origin is not None:
        return [first]
    # With the origin unknown, the first band of each kind of origin may be the line's.
    kinds = {band.goods.origins: band for band in reversed(possible)}
    return [first, *(band for band in kinds.values() if band is not first)]


def _may_be(band: Band, code: str | None, origin: str | None) -> bool:
    goods = band.goods
    if code is not None:
        if goods.codes and not code.startswith(goods.codes):
            return False
        if goods.except_codes and code.startswith(goods.except_codes):
            return False
    if origin is None:
        return True
    return (not goods.origins or origin in goods.origins) and origin not in goods.except_origins


def _is_between(case: _Case, band: Band, value: Decimal, scope: Scope) -> bool:
    if band.over is not None and within(value, case.amount(band.over), scope):
        return False
    return band.up_to is None or within(value, case.amount(band.up_to), scope)


def _text(case: _Case, band: Band) -> str:
    version = band.expression.on(case.on)
    return version.value if version else ""


def _in_force(
    case: _Case, regime: Regime, chosen: Sequence[list[Band]], scheme: SchemeInForce | None
) -> RegimeInForce:
    """Charge the lines of each band together, and share each charge out by value."""
    members: dict[str, list[int]] = {}
    for index, bands in enumerate(chosen):
        if bands:
            members.setdefault(bands[0].id, []).append(index)
    lines: list[RegimeLine | None] = [None] * len(chosen)
    charges = []
    for indexes in members.values():
        band = chosen[indexes[0]][0]
        version = band.expression.on(case.on)
        if version is None:
            continue
        worth = sum([case.worth[index] for index in indexes], NONE)
        items = [case.consignment.items[index] for index in indexes]
        pieces = sum([item.quantity for item in items])
        charge = _charge(case, regime, version, items, worth, pieces, scheme)
        charges.append(charge)
        for index in indexes:
            part = case.worth[index] / worth if worth else NONE
            lines[index] = _line(case, chosen[index], index, version, charge, part)
    return RegimeInForce(regime, tuple(lines), tuple(charges))


def _charge(
    case: _Case,
    regime: Regime,
    version: Version[str],
    items: Sequence[GoodsItem],
    worth: Decimal,
    pieces: int,
    scheme: SchemeInForce | None,
) -> Charge:
    unit = currency(case.territory.currency)
    shown = round_half_up(worth, unit.code)
    on_seller = scheme is not None and regime.id in scheme.scheme.bills_seller
    return Charge(
        kind="duty",
        code=f"{case.territory.customs_territory}.{regime.id}",
        name=regime.name,
        working=case.work_out(version.value, shown, pieces).working,
        assessed=Money(case.charged(version.value, worth, pieces), unit),
        line=items[0].id if len(items) == 1 else None,
        expression=version.value,
        base=Money(shown, unit),
        rounding=case.rounding.name,
        billed_to="seller" if on_seller else "importer",
        citation=Citation(version.law, version.since, version.until),
    )


def _line(
    case: _Case,
    bands: Sequence[Band],
    index: int,
    version: Version[str],
    charge: Charge,
    part: Decimal,
) -> RegimeLine:
    item, worth = case.consignment.items[index], case.worth[index]
    amount = charge.assessed.amount * part
    if len(bands) == 1:
        return RegimeLine(version, amount, amount, amount)
    own = [case.charged(_text(case, b), worth, item.quantity) for b in bands]
    low, high = min(amount, *own), max(amount, *own)
    fact = "hs_code" if item.hs_code is None else "country_of_origin"
    why = f"{charge.name}: the rate depends on it"
    question = (Question(fact, item.id, why, low, amount, high),) if low < high else ()
    return RegimeLine(version, amount, low, high, question)
