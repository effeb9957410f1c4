"""How are a quote's options printed, fast?

They are nine tenths of an answer, and much of them is the same text again: a charge says the same
under every set of terms but for its payer, what one border asks is part of every option that meets
it, and what a charge says beside its amounts is the same from one quote to the next. Each such text
is printed once, and the pieces are put together once, at the very end: an answer has tens of
kilobytes, and each time that it is copied costs. All of it is ASCII (other letters are escaped),
which costs nothing to encode.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from json import dumps
from json.encoder import encode_basestring_ascii as quoted

from api.schemas.amounts import amount_format
from api.services.quotes import Billed, Option, Quote, Totals
from carriers.offers import Offer, Transit
from customs.incoterms import Payer, payer
from data.model.charges import Charge
from data.model.consignment import Terms
from data.model.dated import Law
from data.model.money import Money, minor_digits, round_half_up

Print = Callable[[Decimal], str]
_PAYER: dict[Payer, bytes] = {"seller": b',"payer":"seller"}', "buyer": b',"payer":"buyer"}'}


def print_options(quote: Quote, *, numbered: bool) -> list[bytes]:
    """The pieces of the options as a JSON array; `numbered` ones have ids."""
    page = _Page(quote)
    pieces = [b"["]
    for number, option in enumerate(quote.options, 1):
        if number > 1:
            pieces.append(b",")
        page.print(option, number if numbered else None, pieces)
    pieces.append(b"]")
    return pieces


@lru_cache(maxsize=512)
def money_printer(unit: str) -> Print:
    """What prints an amount of a currency; amounts of its own decimals are taken as they are.

    >>> money_printer("EUR")(Decimal("12.50"))
    '{"amount":"12.50","currency":"EUR"}'
    """
    digits = minor_digits(unit)
    before, after = '{"amount":"', f'","currency":"{unit}"}}'
    point = -digits - 1

    def as_it_is_or_rounded(amount: Decimal) -> str:
        text = str(amount)
        if not digits or text[point:-digits] != "." or text[0] == "-":
            rounded = round_half_up(amount, unit)
            text = f"{rounded if rounded else abs(rounded):f}"
        return f"{before}{text}{after}"

    return as_it_is_or_rounded


class _Page:
    """The options of one quote while they are printed.

    Options share most of their amounts and charges, so what was printed is found again by identity:
    the quote holds all of them, and no two have one id.
    """

    def __init__(self, quote: Quote) -> None:
        self._quote = quote
        self._money = _remembering(money_printer(quote.currency))
        self._formatted = quote.locale and _remembering(_formatter(quote.currency, quote.locale))
        self._parts: dict[tuple[int, Terms], list[bytes]] = {}
        self._bodies: dict[int, bytes] = {}
        self._bases: dict[int, str] = {}

    def print(self, option: Option, number: int | None, pieces: list[bytes]) -> None:
        """One option."""
        totals, terms = option.totals, option.terms
        named = "" if number is None else f'"id":"op_{self._quote.stamp.id[3:]}_{number}",'
        carried = "" if option.offer is None else _carried(option.offer)
        ranked = f'"rank":{number},' if number and self._quote.rank else ""
        pieces.append(
            f'{{{named}{ranked}{carried}"mode":"{option.mode}","terms":"{terms}",'
            f'"totals":{self._totals(totals)},"range":{self._range(option)},"charges":['.encode()
        )
        # the charges in their order: for moving the parcels, by the border, for paying it
        pieces += self._part(option.moving, terms)
        for part in (option.border, option.paying):
            if part:
                pieces.append(b",")
                pieces += self._part(part, terms)
        pieces.append(f'],"formatted":{self._shown(totals)}}}'.encode())

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
        money = self._money
        high = "null" if option.high is None else money(option.high)
        return (
            f'{{"low":{money(option.low)},"likely":{money(option.totals.landed_cost)},'
            f'"high":{high}}}'
        )

    def _shown(self, totals: Totals) -> str:
        shown = self._formatted
        if not shown:
            return "null"
        return (
            f'{{"landed_cost":{shown(totals.landed_cost)},'
            f'"due_at_checkout":{shown(totals.due_at_checkout)},'
            f'"due_on_delivery":{shown(totals.due_on_delivery)}}}'
        )

    def _part(self, part: tuple[Billed, ...], terms: Terms) -> list[bytes]:
        key = (id(part), terms)
        pieces = self._parts.get(key)
        if pieces is None:
            bodies, write = self._bodies, self._charge
            pieces = self._parts[key] = []
            for each in part:
                if pieces:
                    pieces.append(b",")
                pieces.append(bodies.get(id(each)) or write(each))
                pieces.append(_PAYER[payer(each.charge.billed_to, terms)])
        return pieces

    def _charge(self, billed: Billed) -> bytes:
        """A charge without its end, where its payer stands."""
        charge = billed.charge
        line = "null" if charge.line is None else quoted(charge.line)
        assessed, base = charge.assessed, charge.base
        based = "null"
        if base is not None:
            based = self._bases.get(id(base)) or self._base(base)
        in_law = money_printer(assessed.currency.code)(assessed.amount)
        amount = in_law if billed.amount is assessed.amount else self._money(billed.amount)
        body = self._bodies[id(billed)] = (
            f'{_alike(charge)}"line":{line},"base":{based},"working":{quoted(charge.working)},'
            f'"assessed":{in_law},"amount":{amount}'
        ).encode()
        return body

    def _base(self, base: Money) -> str:
        text = self._bases[id(base)] = money_printer(base.currency.code)(base.amount)
        return text


def _remembering(write: Print) -> Print:
    """Print an amount once, however often this very amount is asked for."""
    known: dict[int, str] = {}

    def text(amount: Decimal) -> str:
        found = known.get(id(amount))
        if found is None:
            found = known[id(amount)] = write(amount)
        return found

    return text


def _formatter(unit: str, locale: str) -> Print:
    formatted = amount_format(unit, locale)
    return lambda amount: quoted(formatted(amount))


_printed_alike: dict[tuple[object, ...], tuple[Law | None, str]] = {}
_KEPT = 16384


def _alike(charge: Charge) -> str:
    """What a charge says beside its line and amounts, kept from one quote to the next.

    Its law is looked up by identity, as laws are read once: comparing texts would cost more than
    it saves.
    """
    citation = charge.citation
    law, since, until = None, None, None
    if citation is not None:
        law, since, until = citation.law, citation.since, citation.until
    key = (
        id(law),
        charge.code,
        charge.expression,
        charge.status,
        charge.name,
        charge.kind,
        charge.rounding,
        charge.collected_at,
        charge.recoverable,
        since,
        until,
    )
    known = _printed_alike.get(key)
    if known is None or known[0] is not law:
        if len(_printed_alike) >= _KEPT:
            _printed_alike.clear()
        known = _printed_alike[key] = (law, _print_alike(charge))
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
