"""Which shapes can a border's rules have?

The words that facts files are read into (customs.territories): a relief, a flat duty, a regime in
place of duty and tax, a scheme at sale, a tax, a fee. Each is a shape that several territories
share; what is particular to one is in its facts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from data.model.dated import Dated
from data.model.money import Money


@dataclass(frozen=True, slots=True)
class Goods:
    """Which goods a rule is for, by code prefix and origin. Nothing named: all goods."""

    codes: tuple[str, ...] = ()
    except_codes: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    except_origins: tuple[str, ...] = ()


ALL_GOODS = Goods()


@dataclass(frozen=True, slots=True)
class Scope:
    """Which consignments a rule is for. An empty field means that it does not matter.

    `dispatched_from` are the countries the consignment comes from; `registration` is one that the
    seller must hold; `on` and `per` say which value is compared with a limit, and of what.
    """

    buyer: str | None = None
    purposes: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    on: str = "intrinsic_value"
    per: str = "consignment"
    inclusive: bool = True
    except_excise: bool = False
    dispatched_from: tuple[str, ...] = ()
    except_dispatched_from: tuple[str, ...] = ()
    registration: str | None = None
    goods: Goods = ALL_GOODS


@dataclass(frozen=True, slots=True)
class Relief:
    """Up to a limit, a consignment (or a piece of it) is free of duty, tax or fees.

    `limit` holds None where the law sets none. With `fact` only lines of which it is said are free.
    """

    id: str
    name: str
    relieves: tuple[str, ...]
    scope: Scope
    limit: Dated[Money | None]
    fact: str | None = None


@dataclass(frozen=True, slots=True)
class FlatDuty:
    """A fixed duty for each different subheading, in place of the tariff's, up to a limit."""

    id: str
    name: str
    scope: Scope
    up_to: Money
    amount: Dated[Money]


@dataclass(frozen=True, slots=True)
class Band:
    """One rate of a regime: between two values, for some goods and origins."""

    id: str
    expression: Dated[str]
    goods: Goods
    over: Money | None = None
    up_to: Money | None = None


@dataclass(frozen=True, slots=True)
class Regime:
    """A simplified rate in place of the tariff's duty and of the taxes and fees it `replaces`.

    The first band that fits a line is its rate; lines of one band are charged together.
    """

    id: str
    name: str
    scope: Scope
    replaces: tuple[str, ...]
    bands: tuple[Band, ...]
    up_to: Money | None = None


@dataclass(frozen=True, slots=True)
class Scheme:
    """Tax collected by the seller at sale instead of at the border, up to a limit.

    `limit` holds None where the law sets none. `scope.registration` is the one the seller must
    hold (None: the law makes every seller do it); `bills_seller` names duties that the scheme's
    holder is billed for too; `reverse_charge` says that a business buyer's tax number moves the tax
    to the buyer. `relieves` and `in_place_of` name what is not due on the lines it covers: the
    duty, taxes of the border. `share` is the part of the tax that is due under the scheme;
    `assumes` is what nobody can see from the order.
    """

    id: str
    name: str
    collects: tuple[str, ...]
    scope: Scope
    limit: Dated[Money | None]
    bills_seller: tuple[str, ...] = ()
    reverse_charge: bool = False
    relieves: tuple[str, ...] = ()
    in_place_of: tuple[str, ...] = ()
    share: Dated[Decimal] | None = None
    assumes: str | None = None

    @property
    def registration(self) -> str | None:
        """The registration that the seller must hold, None where the law asks for none."""
        return self.scope.registration


@dataclass(frozen=True, slots=True)
class TaxRate:
    """One category of a tax: its rate through time, and what has it by law.

    `goods` have it by their code; consignments to `regions` (and to this kind of `buyer`) have it
    as their ordinary rate. `spelled` keeps a rate that is no whole percentage as the law writes it.
    """

    category: str
    percent: Dated[Decimal]
    goods: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    buyer: str | None = None
    name: str | None = None
    spelled: Mapping[Decimal, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Uplift:
    """A percentage of the customs value that is added to a tax's base."""

    percent: Dated[Decimal]
    except_origins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax on imports: what it is charged on, and its rates by category.

    `base` names parts of the value and taxes before this one (a cascade). `gross_up` counts the
    tax itself in its base: base × rate ÷ (1 − rate). `base_rounding` is how the base is rounded.
    `rate_fact` is the fact that states the rate where no rate is held. `scheme` says that it is due
    only under that scheme; `goods` that it is due only on those.
    """

    id: str
    name: str
    base: tuple[str, ...]
    rates: Mapping[str, TaxRate]
    may_be_lower: tuple[str, ...] = ()
    lower_category: Dated[str] | None = None
    flat_duty_in_base: Dated[str] | None = None
    kind: str = "tax"
    buyer: str | None = None
    gross_up: bool = False
    uplift: Uplift | None = None
    base_rounding: Dated[str] | None = None
    rate_fact: str | None = None
    scheme: str | None = None
    goods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiver:
    """An amount of duty or tax too small to be collected at the border."""

    id: str
    name: str
    waives: tuple[str, ...]
    inclusive: bool
    limit: Dated[Money]


@dataclass(frozen=True, slots=True)
class Excise:
    """Excise on goods by an expression; only above a percentage that a fact states.

    With `up_to` it is one of several bands: a percentage in none of them is not held.
    """

    id: str
    name: str
    goods: tuple[str, ...]
    fact: str | None
    over: Decimal
    expression: Dated[str]
    up_to: Decimal | None = None


@dataclass(frozen=True, slots=True)
class DutyBound:
    """Duty that is known without a schedule: between two expressions, or one when they are alike.

    `value` of a version is the lower and the higher expression.
    """

    id: str
    goods: Goods
    expressions: Dated[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PersonalValue:
    """The part of the price that is the customs value of goods for the buyer's own use."""

    scope: Scope
    percent: Dated[Decimal]


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee of the border: an expression per entry, parcel or subheading, between two values.

    `in_tax_base` says that taxes count it, `when_due` that it is asked only where duty or tax is,
    `with_tax` that this tax at its standard rate comes on top.
    """

    id: str
    name: str
    code: str
    per: str
    scope: Scope
    expression: Dated[str]
    over: Money | None = None
    up_to: Money | None = None
    except_preference: tuple[str, ...] = ()
    in_tax_base: bool = False
    when_due: bool = False
    with_tax: str | None = None


@dataclass(frozen=True, slots=True)
class NotAtRisk:
    """A second schedule for goods that will not move on, and the difference allowed."""

    schedule: str
    fact: str
    percent: Dated[Decimal]


@dataclass(frozen=True, slots=True)
class Territory:
    """One tax territory and, where it belongs to one, its customs union's rules."""

    code: str
    name: str
    customs_territory: str
    currency: str
    local_currency: str
    schedule: str | None
    agreements: str | None
    checked_on: date
    customs_value: Dated[str]
    exchange_rate: Dated[str]
    no_border_with: Dated[tuple[str, ...]] | None
    rounding: Mapping[str, Dated[str]]
    excise_goods: tuple[str, ...]
    reliefs: tuple[Relief, ...]
    flat_duties: tuple[FlatDuty, ...]
    schemes: tuple[Scheme, ...]
    taxes: tuple[Tax, ...]
    fees: tuple[Fee, ...]
    not_at_risk: NotAtRisk | None
    outside: tuple[tuple[str, str], ...]
    personal_value: PersonalValue | None = None
    regimes: tuple[Regime, ...] = ()
    excise: tuple[Excise, ...] = ()
    duty_bounds: tuple[DutyBound, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    regions: tuple[str, ...] = ()
    postal_regions: tuple[tuple[str, str], ...] = ()
