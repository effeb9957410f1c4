"""Does a fixed duty for each subheading stand in place of the tariff's?"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from customs.border import Border, rounding_of
from customs.line_duties import LineDuty
from customs.relief import in_scope, value_on, within
from customs.rules import FlatDuty
from customs.schemes import SchemeInForce
from customs.valuation import LineValue
from data.model.charges import Charge, Citation, Question
from data.model.consignment import Consignment, GoodsItem, Mode
from data.model.dated import Version
from data.model.money import Money, currency


def flat_duty_of(
    border: Border, consignment: Consignment, values: Sequence[LineValue], mode: Mode
) -> tuple[FlatDuty, Version[Money]] | None:
    """The flat duty that a consignment is under on a day, with the version of its amount."""
    territory = border.territory
    for flat in territory.flat_duties:
        version = flat.amount.on(border.on)
        if version is None or not in_scope(flat.scope, consignment, mode):
            continue
        limit = border.exchange.customs(
            flat.up_to.amount, flat.up_to.currency.code, territory.currency
        )
        if within(value_on(flat.scope, values), limit, flat.scope):
            return flat, version
    return None


def claims_more(item: GoodsItem, scheme: SchemeInForce | None) -> bool:
    """Whether a line claims a preference on a full declaration, where the tariff's duty stands."""
    return item.preference is not None and scheme is None


def subheading_of(item: GoodsItem) -> str:
    """What a flat duty counts a line as: its tariff subheading; without a code, itself.

    Quotes and declarations count with this one function.
    """
    return item.hs_code[:6] if item.hs_code else item.id


def under_flat_duty(
    border: Border,
    version: Version[Money],
    item: GoodsItem,
    waived: LineDuty,
    counted: set[str],
    *,
    alone: bool,
) -> LineDuty:
    """A line under a flat duty: its own duty waived, its share of the flat one in the tax base.

    Without a code it may be of the same subheading as another line, unless it is `alone`.
    """
    subheading = subheading_of(item)
    each = _in_currency(border, version.value)
    share = Decimal(0) if subheading in counted else each
    counted.add(subheading)
    questions: tuple[Question, ...] = ()
    low = share
    if item.hs_code is None and not alone:
        low = Decimal(0)
        why = "The flat duty is counted once for each different subheading"
        questions = (Question("hs_code", item.id, why, low, share, share),)
    return replace(
        waived, amount=share, low=low, high=share, in_tax_base=share, questions=questions
    )


def flat_charge(
    border: Border,
    flat: tuple[FlatDuty, Version[Money]],
    counted: set[str],
    scheme: SchemeInForce | None,
) -> Charge:
    """The flat duty of a consignment: its amount for each different subheading."""
    rule, version = flat
    unit = border.territory.currency
    each = _in_currency(border, version.value)
    way = rounding_of(border.territory, "duty", border.on)
    count = len(counted)
    on_seller = scheme is not None and rule.id in scheme.scheme.bills_seller
    subheadings = ", ".join(sorted(counted))
    return Charge(
        kind="duty",
        code=f"{border.territory.customs_territory}.{rule.id}",
        name=rule.name,
        expression=f"{version.value.amount} {version.value.currency.code} / item",
        working=f"{each:.2f} {unit} × {count} item{'s' if count > 1 else ''} ({subheadings})",
        assessed=Money(way.apply(each * count), currency(unit)),
        rounding=way.name,
        billed_to="seller" if on_seller else "importer",
        citation=Citation(version.law, version.since, version.until),
    )


def _in_currency(border: Border, amount: Money) -> Decimal:
    return border.exchange.customs(amount.amount, amount.currency.code, border.territory.currency)
