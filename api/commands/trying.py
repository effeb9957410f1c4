"""What would a carrier be asked, and what does it answer? ``flask carriers try``"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from carriers.accounts import Account, redact
from carriers.conformance.recordings import plain, plain_ask
from carriers.conformance.samples import account_for
from carriers.errors import CarrierError
from carriers.manifest import Manifest
from carriers.offers import Offer, RateRequest
from carriers.rating import Prices, Rates
from carriers.registry import Agent, Registry
from carriers.wire import Answer
from data.model.consignment import Parcel
from data.model.money import money
from data.model.places import Place

_SECONDS = 20.0
_LONGEST = 4000  # characters of an answer


def request_for(ship_from: str, ship_to: str, weight: str, value: str, on: date) -> RateRequest:
    """One parcel from here to there. Raises `ValueError`."""
    try:
        parcel = Parcel(Decimal(weight))
        amount, _, currency = value.partition(" ")
        worth = money(Decimal(amount), currency)
    except InvalidOperation:
        raise ValueError(f"{weight!r} or {value!r} is no number") from None
    if not (parcel.weight.is_finite() and parcel.weight > 0):
        raise ValueError(f"a parcel does not weigh {weight}")
    return RateRequest(_place(ship_from), _place(ship_to), (parcel,), on, worth)


def _place(text: str) -> Place:
    """``US``, ``US-CA``, ``US-CA,90021``, ``US-CA,90021,Los Angeles``."""
    country, postcode, city = (part.strip() for part in f"{text},,".split(",")[:3])
    code, _, region = country.upper().partition("-")
    if not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise ValueError(f"{code} is no country such as US")
    return Place(code, region or None, postcode or None, city or None)


def read_settings(given: Sequence[str]) -> Mapping[str, str]:
    """Settings as ``name=value``. Raises `ValueError`, which does not repeat the value."""
    pairs = [each.partition("=") for each in given]
    if any(not equals for _, equals, _ in pairs):
        raise ValueError("credentials are given as --set name=value")
    return {name: value for name, _, value in pairs}


def account_of(
    manifest: Manifest, given: Mapping[str, str], *, test: bool, dry_run: bool
) -> Account:
    """The account of the credentials that were given. Raises `SettingsRefusedError`.

    A dry run without any shows where they would stand.
    """
    if dry_run and not given:
        return account_for(manifest, test=test)
    return manifest.account(given, test=test)


def tried(
    registry: Registry, account: Account, request: RateRequest, *, dry_run: bool
) -> Iterator[str]:
    """Ask, and say what was asked and answered, without any secret. Ends with 1 on a refusal."""
    hide = _hider(account)
    try:
        agent = registry.agent(account.carrier, "rates", lambda _: account)
        for line in _exchange(agent, request, dry_run=dry_run):
            yield hide(line)
    except CarrierError as error:
        yield hide(f"{account.carrier}: {error.code}: {error.reason}")
        for fault in error.faults:
            yield hide(f"  {fault.pointer}: {fault.detail}")
        if error.carrier_code:
            yield hide(f"  the carrier's code: {error.carrier_code}")
        raise SystemExit(1) from None


def _exchange(agent: Agent, request: RateRequest, *, dry_run: bool) -> Iterator[str]:
    if isinstance(agent.adapter, Prices):
        yield "It prices in the process: nothing is sent."
        yield from _written(agent.adapter.offers(request))
        return
    if not isinstance(agent.adapter, Rates):
        raise ValueError(f"{agent.manifest.code} shows no requests")
    asks = agent.adapter.ask_rates(request)
    for ask in asks:
        yield from _request_lines(plain_ask(ask))
    if dry_run:
        return
    answers: list[Answer] = []
    for ask in asks:
        answers.append(agent.sender.send(ask, _SECONDS))
        yield f"HTTP {answers[-1].status}"
        yield answers[-1].body[:_LONGEST].decode("utf-8", "replace")
    yield from _written(agent.adapter.read_rates(request, tuple(answers)))


def _request_lines(ask: Mapping[str, Any]) -> Iterator[str]:
    yield f"{ask['method']} {ask['url']}"
    for name, value in ask.get("headers", {}).items():
        yield f"{name}: {value}"
    for name in ask.get("authorise", ()):
        yield f"(and the token {name!r}, fetched when it is sent)"
    body = ask.get("body")
    if body is not None:
        yield ""
        yield body["text"] if set(body) == {"text"} else _json(body)


def _written(offers: Sequence[Offer]) -> Iterator[str]:
    for offer in offers:
        yield _json(plain(offer))
    yield f"{len(offers)} offers"


def _json(value: object) -> str:
    """JSON for people, in which a number has all its digits."""
    written = orjson.dumps(value, default=_number, option=orjson.OPT_INDENT_2)
    return written.decode()


def _number(value: object) -> object:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _hider(account: Account) -> Callable[[str], str]:
    return lambda line: redact(line, account.secrets)
