"""How would one make the quote with the tools as they come? The reference to be beaten.

Marshmallow reads and writes, the ORM asks SQLite for each line's rates, measures and laws, every
amount is a Money, and Babel formats each amount that a text shows. It is not made slow on purpose:
the tables have their indexes, a line is looked up once and not once per option, and offers, fees
and exchange rates are given to it for nothing. It knows ad-valorem duty, added measures by origin,
value added tax and freight in the value, which is what the bench's carts need; its totals must be
those of the product to the cent or two, and the shape of its answer the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from babel.numbers import format_currency
from moneyed import Money
from sqlalchemy import ForeignKey, create_engine, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from api.schemas.quotes import QUOTE
from api.services.compiling import Facts
from data.loading.schedules import read_schedule
from data.model.dated import Law
from tests.bench.naive_answer import ANSWER
from tests.bench.sql_tariff import Base, TariffRow, ancestry, fill

Json = Mapping[str, Any]
DATABASE = "naive.sqlite"
_CENT = Decimal("0.01")
_SCHEDULES = {"US": "US", "DE": "EU"}


class LawRow(Base):
    """A law that is cited."""

    __tablename__ = "laws"

    id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    url: Mapped[str | None]


class MeasureRow(Base):
    """An added measure on goods that begin with a prefix."""

    __tablename__ = "measures"

    id: Mapped[int] = mapped_column(primary_key=True)
    territory: Mapped[str]
    prefix: Mapped[str] = mapped_column(index=True)
    heading: Mapped[str]
    name: Mapped[str]
    expression: Mapped[str]
    origins: Mapped[str]
    group: Mapped[str]
    rank: Mapped[int]
    since: Mapped[date]
    until: Mapped[date | None]
    law_id: Mapped[str] = mapped_column(ForeignKey("laws.id"))
    law: Mapped[LawRow] = relationship()


class TerritoryRow(Base):
    """A destination: whether freight is part of its customs value, and its tax."""

    __tablename__ = "territories"

    id: Mapped[str] = mapped_column(primary_key=True)
    schedule: Mapped[str]
    basis: Mapped[str]
    tax: Mapped[str | None]
    law_id: Mapped[str | None] = mapped_column(ForeignKey("laws.id"))
    law: Mapped[LawRow | None] = relationship()


def fill_naive(path: Path, facts: Facts, on: date) -> None:
    """The reference's database, from the same facts as the product's snapshot."""
    schedules = facts.folder / "schedules"
    fill(path, ((name, read_schedule(schedules / name)) for name in _SCHEDULES.values()))
    engine = create_engine(f"sqlite:///{path}")
    with Session(engine) as session:
        laws = {law.id: law for source in facts.sources.values() for law in source.laws.values()}
        for name in _SCHEDULES:
            for measure in facts.measures.get(name, ()):
                laws[measure.law.id] = measure.law
        rows = [*_measures(facts), *(_territory(facts, name, on, laws) for name in _SCHEDULES)]
        session.add_all(LawRow(id=law.id, title=law.title, url=law.url) for law in laws.values())
        session.add_all(rows)
        session.commit()
    engine.dispose()


def _measures(facts: Facts) -> Iterable[MeasureRow]:
    """The measures that need no more than goods, origin and day."""
    for territory in _SCHEDULES:
        for one in facts.measures.get(territory, ()):
            if one.role != "add" or one.requires or not one.origins:
                continue
            for prefix in one.goods or ("",):
                yield MeasureRow(
                    territory=territory,
                    prefix=prefix,
                    heading=one.heading,
                    name=one.name,
                    expression=one.expression,
                    origins=" ".join(one.origins),
                    group=one.group or one.programme,
                    rank=one.rank,
                    since=one.since,
                    until=one.until,
                    law_id=one.law.id,
                )


def _territory(facts: Facts, name: str, on: date, laws: dict[str, Law]) -> TerritoryRow:
    schedule = _SCHEDULES[name]
    basis = [v["value"] for v in facts.territories[schedule]["customs_value"] if _held(v, on)]
    taxes = facts.territories[name].get("taxes", {})
    row = TerritoryRow(id=name, schedule=schedule, basis=basis[-1])
    if "VAT" in taxes:
        standard = [v for v in taxes["VAT"]["rates"]["standard"]["versions"] if _held(v, on)][-1]
        cited = facts.territories[name]["laws"][standard["law"]]
        laws[standard["law"]] = Law(standard["law"], cited["title"], cited.get("url"))
        row.tax, row.law_id = standard["value"], standard["law"]
    return row


def _held(version: Json, on: date) -> bool:
    since = version["since"]
    return (since if isinstance(since, date) else date.fromisoformat(since)) <= on


class NaiveQuotes:
    """Makes quotes from a database that `fill_naive` filled."""

    def __init__(self, path: Path) -> None:
        self._engine = create_engine(f"sqlite:///{path}")

    def quote(self, request: Any, given: Json) -> str:
        """The answer to a request, with offers and what stands around them as given."""
        body = QUOTE.load(request)
        with Session(self._engine) as session:
            territory = session.get_one(TerritoryRow, body["ship_to"]["country"])
            lines = [_Line(session, territory, line, body["as_of"]) for line in body["lines"]]
            goods = sum((line.price for line in lines[1:]), lines[0].price)
            customs = {r["from"]: r for r in given["exchange_rates"] if r["purpose"] == "customs"}
            options = [
                _option(body, territory, lines, goods, offer, _freight(offer, goods, customs))
                for offer in given["options"]
            ]
            options.sort(key=lambda option: option["totals"]["landed_cost"])
            answer: str = ANSWER.dumps({**given, "options": options})
            return answer


class _Line:
    """A line with the duties that stand on it."""

    def __init__(self, session: Session, territory: TerritoryRow, line: Json, on: date) -> None:
        self.id, code, origin = line["id"], line["hs_code"], line["country_of_origin"]
        self.price: Money = line["unit_price"] * line["quantity"]
        codes = ancestry(code)
        rates = select(TariffRow).where(
            TariffRow.territory == territory.schedule,
            TariffRow.code.in_(codes),
            TariffRow.since <= on,
            or_(TariffRow.until.is_(None), TariffRow.until > on),
        )
        applying = [rate for rate in session.scalars(rates) if rate.programme == "third_country"]
        base = max(applying, key=lambda rate: len(rate.code))
        law = session.get_one(LawRow, base.law)
        self.duties = [(f"{territory.schedule}.general", "General rate", base.expression, law)]
        measures = select(MeasureRow).where(
            MeasureRow.territory == territory.id,
            MeasureRow.prefix.in_(["", code[:2], *codes]),
            MeasureRow.since <= on,
            or_(MeasureRow.until.is_(None), MeasureRow.until > on),
        )
        groups: dict[str, MeasureRow] = {}
        for one in session.scalars(measures):
            there = groups.get(one.group)
            if origin in one.origins.split() and (there is None or one.rank < there.rank):
                groups[one.group] = one
        self.duties += [
            (f"{territory.id}.{one.heading}", one.name, one.expression, one.law)
            for one in groups.values()
        ]


def _freight(given: Json, goods: Money, customs: Mapping[str, Json]) -> Money:
    """The price of freight as the border sees it: at the customs rate where it has one."""
    (assessed,) = [c["assessed"] for c in given["charges"] if c["kind"] == "shipping"]
    rate = customs.get(assessed["currency"])
    if rate is None:
        return Money(given["totals"]["shipping"]["amount"], goods.currency)
    return Money(Decimal(assessed["amount"]) * Decimal(rate["rate"]), goods.currency)


def _option(
    body: Json,
    territory: TerritoryRow,
    lines: Sequence[_Line],
    goods: Money,
    given: Json,
    freight: Money,
) -> dict[str, Any]:
    """One offer under one set of terms, every charge worked out."""
    zero = Money(0, goods.currency)
    locale, terms = body["locale"], given["terms"]
    shipping = Money(given["totals"]["shipping"]["amount"], goods.currency)
    payer = "buyer" if terms == "DAP" else "seller"
    charges = []
    duties = taxes = zero
    for line in lines:
        value = line.price
        if territory.basis == "CIF":
            value = _rounded(value + freight * (line.price.amount / goods.amount))
        for code, name, expression, law in line.duties:
            charge = _percentage("duty", code, name, expression, value, law, locale)
            charges.append({**charge, "line": line.id, "payer": payer})
            duties += charge["amount"]
    if territory.tax:
        base = _rounded(goods + freight) + duties
        code = f"{territory.id}.vat.standard"
        charge = _percentage("tax", code, "VAT", territory.tax, base, territory.law, locale)
        charges.append({**charge, "line": None, "payer": payer})
        taxes += charge["amount"]
    for charge in given["charges"]:
        if charge["kind"] in ("shipping", "fee", "brokerage"):
            charges.append({**charge, **_moneys(charge)})
    fees = Money(given["totals"]["fees"]["amount"], goods.currency)
    landed = goods + shipping + duties + taxes + fees
    due = duties + taxes + fees if terms == "DAP" else zero
    totals = {
        "goods": goods,
        "shipping": shipping,
        "insurance": zero,
        "duties": duties,
        "taxes": taxes,
        "fees": fees,
        "landed_cost": landed,
        "due_at_checkout": landed - due,
        "due_on_delivery": due,
    }
    shown = ("landed_cost", "due_at_checkout", "due_on_delivery")
    return {
        **given,
        "totals": totals,
        "range": {"low": landed, "likely": landed, "high": landed},
        "charges": charges,
        "formatted": {name: _formatted(totals[name], locale) for name in shown},
    }


def _percentage(
    kind: str, code: str, name: str, expression: str, base: Money, law: LawRow | None, locale: str
) -> dict[str, Any]:
    """An ad-valorem charge."""
    percent = Decimal("0" if expression == "Free" else expression.removesuffix("%"))
    amount = _rounded(base * (percent / 100))
    return {
        "kind": kind,
        "code": code,
        "name": name,
        "expression": expression,
        "base": base,
        "working": f"{percent}% × {_formatted(base, locale)}",
        "assessed": amount,
        "amount": amount,
        "rounding": "half up to cents",
        "collected_at": "border",
        "recoverable": False,
        "status": "applies",
        "law": {"id": law.id, "title": law.title, "url": law.url} if law else None,
    }


def _moneys(charge: Json) -> dict[str, Money]:
    """The amounts of a charge that was given, as Money."""
    return {
        name: Money(charge[name]["amount"], charge[name]["currency"])
        for name in ("base", "assessed", "amount")
        if charge[name] is not None
    }


def _rounded(money: Money) -> Money:
    return Money(money.amount.quantize(_CENT, ROUND_HALF_UP), money.currency)


def _formatted(money: Money, locale: str) -> str:
    return format_currency(money.amount, money.currency.code, locale=locale.replace("-", "_"))
