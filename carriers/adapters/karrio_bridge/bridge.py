"""How is a carrier asked for prices by a karrio connector?

The connector makes its requests and reads its answers; our transport sends them, within the
deadline and to the hosts of the manifest only. What went wrong is told by what happened on the
wire, not by karrio's codes, which do not say whether anything was sent.
"""

import logging
from collections.abc import Callable
from typing import Any

from carriers import (
    Account,
    Answer,
    Ask,
    CarrierError,
    CarrierUnavailable,
    Offer,
    RateRequest,
    RequestRejected,
    bad_reply,
    refused,
)
from carriers.adapters.karrio_bridge.connectors import PREFIX, Known, known_connectors
from carriers.adapters.karrio_bridge.loading import TALK, karrio, load
from carriers.adapters.karrio_bridge.offers import offer_of
from carriers.adapters.karrio_bridge.requests import write_request

_LOG = logging.getLogger(__name__)
_OWN_COUNTRY = "account_country_code"


class _Told:
    """The exchange of one question: sends, and remembers what happened."""

    def __init__(self, send: Callable[[Ask], Answer]) -> None:
        self._send = send
        self.error: CarrierError | None = None
        self.last: Answer | None = None

    def __call__(self, ask: Ask) -> Answer:
        try:
            self.last = self._send(ask)
        except CarrierError as error:
            self.error = self.error or error
            raise OSError("not answered") from error  # connectors know how to lose these
        return self.last


class KarrioBridge:
    """One carrier by its connector, for one account."""

    def __init__(self, account: Account) -> None:
        self.code = account.carrier
        self._connector = account.carrier.removeprefix(PREFIX)
        self._known = known_connectors().get(self._connector, Known())
        self._mapper, self._proxy = _connected(self._connector, account)

    def converse(self, request: RateRequest, send: Callable[[Ask], Answer]) -> tuple[Offer, ...]:
        """The offers, found by however many messages. Raises `CarrierError`."""
        told = _Told(send)
        token = TALK.set(told)
        try:
            rates, messages = self._ask(request)
        except Exception as error:
            raise self._trouble(error, told) from None
        finally:
            TALK.reset(token)
        offers = self._offers(request, rates)
        if offers:
            return offers
        if told.error is not None:
            raise told.error
        if messages:
            raise _refusal(messages, told.last)
        if told.last is not None and told.last.status >= 300:
            raise refused(told.last, f"HTTP {told.last.status}")
        if rates:
            raise bad_reply("not one price with a currency")
        raise RequestRejected("no service for this")

    def _ask(self, request: RateRequest) -> tuple[list[Any], list[Any]]:
        question = self._mapper.create_rate_request(write_request(request))
        answer = self._proxy.get_rates(question)
        rates, messages = self._mapper.parse_rate_response(answer)
        return list(rates or ()), list(messages or ())

    def _offers(self, request: RateRequest, rates: list[Any]) -> tuple[Offer, ...]:
        found: dict[str, Offer] = {}
        for rate in rates:
            try:
                offer = offer_of(self.code, self._known, request, rate)
            except CarrierUnavailable as error:
                _LOG.error("carrier %s: an offer was refused: %s", self.code, error.reason)
                continue
            kept = found.get(offer.service)
            if kept is None or offer.price < kept.price:  # the same service twice: the cheaper
                found[offer.service] = offer
        return tuple(found.values())

    def _trouble(self, error: Exception, told: _Told) -> CarrierError:
        """The one thing that a connector which gave up on a question tells us."""
        if isinstance(error, CarrierError):
            return error
        if told.error is not None:
            return told.error
        if told.last is None:  # it did not come to asking
            ours = type(error).__module__.startswith("karrio.")
            why = str(error) if ours else f"it needs more than a price request has ({_kind(error)})"
            return RequestRejected(f"its connector cannot ask this: {why}", sent=False)
        if told.last.status >= 300:
            return refused(told.last, f"HTTP {told.last.status}")
        _LOG.error("carrier %s: %s", self.code, _kind(error))
        return bad_reply(f"its connector does not understand it ({_kind(error)})")


def _kind(error: Exception) -> str:
    return type(error).__name__


def _connected(name: str, account: Account) -> tuple[Any, Any]:
    """The connector's two halves for one account: what makes messages, and what sends them."""
    metadata, core = load(name), karrio("karrio.core.utils")
    settings = core.DP.to_object(
        metadata.Settings,
        {
            "carrier_id": account.carrier,
            "test_mode": account.test,
            **{setting: value for setting, value in account.settings.items() if value},
        },
    )
    settings.cache, settings.tracer = core.Cache(), core.Tracer()
    settings.system_config = core.SystemConfig()
    return metadata.Mapper(settings), metadata.Proxy(settings)


def _refusal(messages: list[Any], last: Answer | None) -> CarrierError:
    """What the carrier said, in the connector's words; by the HTTP status where there is one."""
    words = "; ".join(str(each.message) for each in messages if each.message) or "no reason given"
    code = str(messages[0].code) if messages[0].code else None
    if last is None:
        return RequestRejected(words, carrier_code=code, sent=False)
    return refused(last, words, code)
