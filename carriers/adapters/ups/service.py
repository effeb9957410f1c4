"""How does every request to UPS look, and how does an account come by its token?"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

import orjson

from carriers import Account, Answer, Ask, CarrierError, Token, ask_json, bad_reply, refused
from carriers.adapters.ups.errors import read
from carriers.wire import Method

_HOST = "onlinetools.ups.com"
_SANDBOX = "wwwcie.ups.com"
_OURS = UUID("6d0f3c7e-5a0c-5d0e-9f63-0d2d8f1f7a55")  # the name space of our transaction numbers
_SOURCE = "tidewaiter"
_TOKEN = "oauth"  # noqa: S105 (a name)


class Service:
    """What all capabilities of UPS share for one account."""

    code = "ups"

    def __init__(self, account: Account) -> None:
        self._account = account
        self._host = _SANDBOX if account.test else _HOST

    @property
    def _number(self) -> str:
        return self._account["account_number"]

    def _get(self, path: str, seed: str) -> Ask:
        return self._ask("GET", path, None, seed, {})

    def _post(
        self, path: str, body: Any, seed: str = "", headers: Mapping[str, str] | None = None
    ) -> Ask:
        return self._ask("POST", path, body, seed, headers or {})

    def _ask(
        self, method: Method, path: str, body: Any, seed: str, headers: Mapping[str, str]
    ) -> Ask:
        """A request under a transaction number that says nothing: UPS only echoes it."""
        url = f"https://{self._host}/api{path}"
        named = {
            "transId": transaction(seed or path + orjson.dumps(body, default=str).decode()),
            "transactionSrc": _SOURCE,
            **headers,
        }
        if body is None:
            return Ask(method, url, {"Accept": "application/json", **named}, None, (_TOKEN,))
        return ask_json(method, url, body, named, (_TOKEN,))

    def ask_token(self, name: str) -> Ask:
        """The request for the account's token, by its client's credentials."""
        headers = {
            **self._account.basic("client_id", "client_secret"),
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
            "x-merchant-id": self._number,
        }
        url = f"https://{self._host}/security/v1/oauth/token"
        return Ask("POST", url, headers, b"grant_type=client_credentials")

    def read_token(self, name: str, answer: Answer) -> Token:
        """The token, for as long as UPS says. Raises `CredentialsRejected`."""
        try:
            found = read(answer)
        except CarrierError as error:
            if answer.status in (400, 401, 403):
                raise refused(
                    answer, error.reason, error.carrier_code, code="credentials"
                ) from None
            raise
        token, seconds = found.get("access_token"), str(found.get("expires_in", ""))
        if not isinstance(token, str) or not token or not seconds.isdecimal():
            raise bad_reply("no token")
        return Token("Authorization", f"Bearer {token}", float(seconds))


def transaction(seed: str) -> str:
    """Thirty-two characters for a request: the same request has the same ones."""
    return uuid5(_OURS, seed).hex
