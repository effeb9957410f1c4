"""How are a quote's options printed, fast?

They are nine tenths of an answer, and much of them is the same text again: a charge says the same
under every set of terms but for its payer, what one border asks is part of every option that meets
it, and what a charge says beside its amounts is the same from one quote to the next. Each such text
is printed once. All of it is ASCII (other letters are escaped), which costs nothing to encode.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from json import dumps
from json.encoder import encode_basestring_ascii as quoted

from api.jsonio import write_money
from api.schemas.amounts import formatted_amount
from api.services.quotes import Billed, Option, Quote, Totals
from carriers.offers import Offer, Transit
from customs.incoterms import Payer, payer
from data.model.charges import Charge, Citation
from data.model.consignment import Terms
from data.model.money import minor_digits

Print = Callable[[Decimal], str]
_PAYER: dict[Payer, str] = {"seller": ',"payer":"seller"}', "buyer": ',"payer":"buyer"}'}


def print_options(quote: Quote, *, numbered: bool) -> bytes:
    """The options as a JSON array; `numbered` ones have ids."""
    page = _Page(quote)
    options = [
        page.option(option, number if numbered else None)
        for number, option in enumerate(quote.options, 1)
    ]
    return f"[{','.join(options)}]".encode()


@lru_cache(maxsize=512)
def money_printer(unit: str) -> Print:
    """What prints an amount of a currency; amounts of its own decimals are taken as they are.

    >>> money_printer("EUR")(Decimal("12.50"))
    '{"amount":"12.50","currency":"EUR"}'
    """
    digits = minor_digits(unit)
    before, after = '{"amount":"', f'","currency":"{unit}"}}'
    point = -digits - 1

    def by_rounding(amount: Decimal) -> str:
        return f"{before}{write_money(amount, unit)['amount']}{after}"

    def as_it_is(amount: Decimal) -> str:
        text = str(amount)
        if text[point:-digits] == "." and text[0] != "-":
            return f"{before}{text}{after}"
        return by_rounding(amount)

    return as_it_is if digits else by_rounding


class _Page:
    """The options of one quote while they are printed."""

    def __init__(self, quote: Quote) -> None:
        self._quote = quote
        self._money = money_printer(quote.currency)
        self._parts: dict[tuple[int, Terms], str] = {}
        self._bodies: dict[int, str] = {}

    def option(self, option: Option, number: int | None) -> str:
        """One option."""
        totals = option.totals
        named = "" if number is None else f'"id":"op_{self._quote.stamp.id[3:]}_{number}",'
        carried = "" if option.offer is None else _carried(option.offer)
        return (
            f'{{{named}{carried}"mode":"{option.mode}","terms":"{option.terms}",'
            f'"totals":{self._totals(totals)},"range":{self._range(option)},'
            f'"charges":[{self._charges(option)}],"formatted":{self._formatted(totals)}}}'
        )

    def _totals(self, totals: Totals) -> str:
        money = self._money
        return (
            f'{{"goods":{money(totals.goods)},"shipping":{money(totals.shipping)},'
            f'"insurance":{money(totals.insurance)},"duties":{money(totals.duties)},'
            f'"taxes":{money(totals.taxes)},"fees":{money(totals.fees)},'
            f'"landed_cost":{money(totals.landed_cost)},'
            f'"due_at_checkout":{money(totals.due_at_checkout)},'
            f'"due_on_delivery":{money(totals.due_on_delivery)}}}'
        )

    def _range(self, option: Option) -> str:
        likely = self._money(option.totals.landed_cost)
        low = self._money(option.low)
        high = "null" if option.high is None else self._money(option.high)
        return f'{{"low":{low},"likely":{likely},"high":{high}}}'

    def _charges(self, option: Option) -> str:
        """The charges in their order: for moving the parcels, by the border, for paying it."""
        terms = option.terms
        parts = [self._part(option.moving, terms)]
        if option.border:
            parts.append(self._part(option.border, terms))
        if option.paying:
            parts.append(self._part(option.paying, terms))
        return ",".join(parts)

    def _part(self, part: tuple[Billed, ...], terms: Terms) -> str:
        key = (id(part), terms)
        known = self._parts.get(key)
        if known is None:
            bodies = self._bodies
            known = self._parts[key] = ",".join(
                [
                    (bodies.get(id(each)) or self._body(each)) + _PAYER[payer(each.charge, terms)]
                    for each in part
                ]
            )
        return known

    def _body(self, billed: Billed) -> str:
        body = self._bodies[id(billed)] = _charge(billed, self._money)
        return body

    def _formatted(self, totals: Totals) -> str:
        locale, unit = self._quote.locale, self._quote.currency
        if locale is None:
            return "null"
        landed = quoted(formatted_amount(totals.landed_cost, unit, locale))
        checkout = quoted(formatted_amount(totals.due_at_checkout, unit, locale))
        delivery = quoted(formatted_amount(totals.due_on_delivery, unit, locale))
        return (
            f'{{"landed_cost":{landed},"due_at_checkout":{checkout},"due_on_delivery":{delivery}}}'
        )


def _charge(billed: Billed, money: Print) -> str:
    """A charge without its end, where its payer stands."""
    charge = billed.charge
    line = "null" if charge.line is None else quoted(charge.line)
    assessed, base = charge.assessed, charge.base
    in_law = money_printer(assessed.currency.code)
    based = "null" if base is None else money_printer(base.currency.code)(base.amount)
    return (
        f'{_alike(charge)}"line":{line},"base":{based},"working":{quoted(charge.working)},'
        f'"assessed":{in_law(assessed.amount)},"amount":{money(billed.amount)}'
    )


_printed_alike: dict[tuple[object, ...], tuple[Citation | None, str]] = {}
_KEPT = 16384


def _alike(charge: Charge) -> str:
    """What a charge says beside its line and amounts, kept from one quote to the next.

    Its law is looked up by identity, as laws are read once: comparing texts would cost more than
    it saves.
    """
    citation = charge.citation
    key = (
        id(citation),
        charge.code,
        charge.expression,
        charge.status,
        charge.name,
        charge.kind,
        charge.rounding,
        charge.collected_at,
        charge.recoverable,
    )
    known = _printed_alike.get(key)
    if known is None or known[0] is not citation:
        if len(_printed_alike) >= _KEPT:
            _printed_alike.clear()
        known = _printed_alike[key] = (citation, _print_alike(charge))
    return known[1]


def _print_alike(charge: Charge) -> str:
    citation = charge.citation
    same = {
        "kind": charge.kind,
        "code": charge.code,
        "name": charge.name,
        "expression": charge.expression,
        "rounding": charge.rounding,
        "collected_at": charge.collected_at,
        "recoverable": charge.recoverable,
        "status": charge.status,
        "law": citation
        and {
            "id": citation.law.id,
            "title": citation.law.title,
            "url": citation.law.url,
            "since": citation.since.isoformat() if citation.since else None,
            "until": citation.until.isoformat() if citation.until else None,
        },
    }
    return dumps(same, separators=(",", ":"))[:-1] + ","


def _carried(offer: Offer) -> str:
    """Who carries it, how, and when it arrives."""
    return _print_carried(
        offer.carrier, offer.service, offer.source, offer.source_note, offer.transit
    )


@lru_cache(maxsize=4096)
def _print_carried(
    carrier: str, service: str, source: str, source_note: str | None, transit: Transit | None
) -> str:
    said = {
        "carrier": carrier,
        "service": service,
        "source": source,
        "source_note": source_note,
        "transit": transit
        and {
            "min_days": transit.min_days,
            "max_days": transit.max_days,
            "estimated_delivery": {
                "from": transit.earliest.isoformat(),
                "to": transit.latest.isoformat(),
            },
        },
    }
    return dumps(said, separators=(",", ":"))[1:-1] + ","
