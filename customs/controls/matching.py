"""Does a rule hold for these goods: yes, no, or does nobody say?

Kleene's logic throughout: what is unknown stays unknown unless something else rules it out.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from customs.controls.rules import Rule
from customs.controls.words import Term, mentions, words_of
from data.model.consignment import Consignment, GoodsItem, Mode
from data.model.places import Place
from tariffs.conditions import Circumstances, Condition, FactError

PROHIBITED = "prohibited"
HS_CODE = "hs_code"
ORIGIN = "country_of_origin"
SENT_TO_REGION = "ship_to.region"
SENT_FROM_REGION = "ship_from.region"


@dataclass(frozen=True, slots=True)
class Applies:
    """A rule that holds, or would under one answer to the fact that it `asks` for."""

    rule: Rule
    asks: str | None = None


@dataclass(frozen=True, slots=True)
class Goods:
    """One line, prepared once for all rules."""

    item: GoodsItem
    code: str | None
    words: Term
    given: Circumstances
    origin: str | None
    dispatch: str

    @classmethod
    def of(cls, item: GoodsItem, dispatch: str, mode: Mode | None) -> "Goods":
        """A line that is sent from a country or territory."""
        words = words_of(item.description) if item.description else ()
        given = Circumstances(item.facts, mode)
        return cls(item, item.hs_code, words, given, item.country_of_origin, dispatch)


def match_goods(rule: Rule, goods: Goods) -> Applies | None:
    """Whether a rule applies to a line, or what would have to be known; None: it does not."""
    in_code = _code(rule, goods.code)
    if in_code is False:
        return None
    origin = _origin(rule, goods)
    if origin is False:
        return None
    evident = _evident(rule, goods)
    if evident is False or (rule.not_terms and mentions(goods.words, rule.not_terms)):
        return None
    if in_code and origin and evident:
        return Applies(rule)
    return _asked(rule, goods, (in_code, origin, evident))


def _asked(
    rule: Rule, goods: Goods, answers: tuple[bool | None, bool | None, bool | None]
) -> Applies | None:
    """What is asked for where something is unknown, if it is worth asking."""
    in_code, _, evident = answers
    if evident is None:
        asks = _missing(rule, goods) if _worth_a_fact(rule, goods) else None
    elif in_code is None:
        asks = HS_CODE if _worth_a_code(rule, goods) else None
    else:
        asks = ORIGIN
    return Applies(rule, asks) if asks else None


def _worth_a_fact(rule: Rule, goods: Goods) -> bool:
    """A fact is asked for where a word, the first fact, or the rule's own codes lead to it."""
    if mentions(goods.words, rule.terms):
        return True
    if rule.requires and _holds(rule.requires[0], rule.id, goods.given):
        return True
    return bool(goods.code and rule.asks and goods.code.startswith(rule.asks))


def _worth_a_code(rule: Rule, goods: Goods) -> bool:
    """Without a code only a word or a fact leads to a rule on some goods."""
    if goods.code is not None or not rule.goods:
        return True
    return bool(rule.requires) or mentions(goods.words, rule.terms)


def _code(rule: Rule, code: str | None) -> bool | None:
    if code is None:
        return None if rule.goods or rule.not_goods else True
    if rule.not_goods and code.startswith(rule.not_goods):
        return False
    if not rule.goods or code.startswith(rule.goods):
        return True
    return None if any(each.startswith(code) for each in rule.goods) else False


def _origin(rule: Rule, goods: Goods) -> bool | None:
    """An unknown origin may be the country of dispatch, and is no other by itself."""
    if goods.origin is not None:
        if goods.origin in rule.not_origins:
            return False
        return not rule.origins or goods.origin in rule.origins
    if rule.origins:
        return None if goods.dispatch in rule.origins else False
    return None if rule.not_origins else True


def _evident(rule: Rule, goods: Goods) -> bool | None:
    """What facts and words say. A stated fact is stronger than a word of the description.

    Where a rule names codes, they decide, and words only lead to it.
    """
    if not rule.requires:
        if not rule.terms or rule.goods:
            return True
        named = mentions(goods.words, rule.terms)
        return None if named and rule.effect == PROHIBITED else named
    answers = [_holds(condition, rule.id, goods.given) for condition in rule.requires]
    if False in answers:
        return False
    if None not in answers:
        return True
    named = bool(rule.terms) and rule.effect != PROHIBITED and mentions(goods.words, rule.terms)
    return True if named else None


def _missing(rule: Rule, goods: Goods) -> str | None:
    """The fact to ask for: the first of an open condition.

    None where that one was answered, unless its answer cannot be read.
    """
    for condition in rule.requires:
        if _holds(condition, rule.id, goods.given) is None:
            fact = condition.asks(rule.id)[0]
            is_answered = fact in goods.given.facts and _is_readable(condition, rule.id, goods)
            return None if is_answered else fact
    return HS_CODE


def _is_readable(condition: Condition, rule: str, goods: Goods) -> bool:
    try:
        condition.holds(rule, goods.given)
    except FactError:
        return False
    return True


def _holds(condition: Condition, rule: str, given: Circumstances) -> bool | None:
    """A fact that cannot be read as the rule needs it says nothing."""
    try:
        return condition.holds(rule, given)
    except FactError:
        return None


def match_place(rule: Rule, consignment: Consignment) -> Applies | None:
    """Whether a place is in the regions that a rule names.

    Without region and postcode nobody knows; that is asked for where the rule has a question.
    """
    lane = rule.lane
    if not lane.regions and not lane.postal_codes:
        return Applies(rule)
    place = consignment.ship_from if lane.region_sent_from else consignment.ship_to
    known = False
    if place.region:
        known = True
        if f"{place.country}-{place.region.upper()}" in lane.regions:
            return Applies(rule)
    if place.postal_code and lane.postal_codes:
        known = True
        if _begins(place, lane.postal_codes):
            return Applies(rule)
    if known or rule.question is None:
        return None
    return Applies(rule, SENT_FROM_REGION if lane.region_sent_from else SENT_TO_REGION)


def _begins(place: Place, beginnings: Iterable[str]) -> bool:
    postal_code = (place.postal_code or "").replace(" ", "").upper()
    return f"{place.country}-{postal_code}".startswith(tuple(beginnings))
