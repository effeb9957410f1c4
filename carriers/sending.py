"""How does a request reach a carrier, with its tokens, and once more when that is safe?

The sender of one account. Questions (prices, tracking) are repeated once when the carrier is
briefly unwell and time is left; a purchase is sent once, whatever happens.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic, sleep, time

from carriers.errors import CarrierUnavailable, CredentialsRejected
from carriers.tokens import Authorises, Token, Tokens
from carriers.wire import Answer, Ask, Send

_BRIEFLY_UNWELL = (429, 502, 503, 504)
_PAUSE = 0.2  # seconds, before asking an unwell carrier again that does not say when
_TOKEN_SECONDS = 10.0


class Sender:
    """Sends for one account of one carrier.

    `send` is for what may be asked twice, `send_once` for what costs money.
    """

    def __init__(
        self,
        send: Send,
        adapter: object = None,
        clock: Callable[[], float] = monotonic,
        pause: Callable[[float], None] = sleep,
    ) -> None:
        self._send = send
        self._tokens = Tokens(adapter, clock) if isinstance(adapter, Authorises) else None
        self._clock = clock
        self._pause = pause

    def send(self, ask: Ask, seconds: float) -> Answer:
        """Ask, and once more if nothing was sent or the carrier is briefly unwell."""
        ends = self._clock() + seconds
        try:
            answer = self.send_once(ask, seconds)
        except CarrierUnavailable as error:
            if error.sent or error.code not in ("carrier_down", "timeout_not_sent"):
                raise
            return self.send_once(ask, ends - self._clock())
        if answer.status not in _BRIEFLY_UNWELL:
            return answer
        wait = retry_after(answer, time())
        wait = _PAUSE if wait is None else wait
        if wait >= ends - self._clock():
            return answer
        self._pause(wait)
        return self.send_once(ask, ends - self._clock())

    def send_once(self, ask: Ask, seconds: float) -> Answer:
        """Ask once. A refused token is renewed: what a carrier answers 401 it has not done."""
        ends = self._clock() + seconds
        tokens = self._tokens_for(ask, seconds)
        answer = self._send(_with(ask, tokens), ends - self._clock())
        if answer.status != 401 or not tokens or self._tokens is None:
            return answer
        for token in tokens:
            self._tokens.forget(token)
        tokens = self._tokens_for(ask, ends - self._clock())
        return self._send(_with(ask, tokens), ends - self._clock())

    def _tokens_for(self, ask: Ask, seconds: float) -> tuple[Token, ...]:
        if not ask.authorise:
            return ()
        if self._tokens is None:
            raise CredentialsRejected("its adapter asks for a token that nobody can fetch")

        def fetch(wanted: Ask) -> Answer:
            needed = self._tokens_for(wanted, seconds)
            return self._send(_with(wanted, needed), min(seconds, _TOKEN_SECONDS))

        try:
            return tuple(self._tokens.get(name, fetch, seconds) for name in ask.authorise)
        except (
            CarrierUnavailable
        ) as error:  # the token was asked for; the request itself was not sent
            error.sent = False
            raise


def retry_after(answer: Answer, now: float) -> float | None:
    """Seconds to wait by the `Retry-After` header, in seconds or as a date; None without one.

    >>> retry_after(Answer(429, {"retry-after": "7"}), 0.0)
    7.0
    """
    text = answer.headers.get("retry-after", "").strip()
    if text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.fromtimestamp(now, UTC)).total_seconds())


def _with(ask: Ask, tokens: tuple[Token, ...]) -> Ask:
    added = {token.header: token.value for token in tokens}
    return replace(ask, headers={**ask.headers, **added}) if added else ask
