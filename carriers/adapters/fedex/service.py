"""How does every request to FedEx look, and how does an account come by its token?"""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid5

import orjson

from carriers import Account, Answer, Ask, CarrierError, Token, ask_json, bad_reply, refused
from carriers.adapters.fedex.errors import read
from carriers.wire import Method

_HOST, _SANDBOX = "apis.fedex.com", "apis-sandbox.fedex.com"
_PAPERS = "https://documentapi.prod.fedex.com"
_PAPERS_SANDBOX = "https://documentapitest.prod.fedex.com/sandbox"
_OURS = UUID("0f6f8d5a-93c7-5c1b-8f0e-4b7f6e2a1d39")  # the name space of our transaction numbers

OAUTH = "oauth"


class Service:
    """What all capabilities of FedEx share for one account."""

    code = "fedex"

    def __init__(self, account: Account) -> None:
        self._account = account
        self._host = _SANDBOX if account.test else _HOST
        self._papers = _PAPERS_SANDBOX if account.test else _PAPERS

    @property
    def _number(self) -> dict[str, str]:
        """The account as FedEx's requests name it."""
        return {"value": self._account["account_number"]}

    @property
    def _payor(self) -> dict[str, Any]:
        return {"responsibleParty": {"accountNumber": self._number}}

    def _ask(self, method: Method, path: str, body: Any, seed: str = "") -> Ask:
        """A request under a transaction number, which FedEx only echoes: it is no key."""
        named = {
            "x-customer-transaction-id": transaction(
                seed or orjson.dumps(body, default=str).decode()
            ),
            "x-locale": "en_US",
        }
        return ask_json(method, f"https://{self._host}{path}", body, named, (OAUTH,))

    def ask_token(self, name: str) -> Ask:
        """The request for the account's token, by its client's credentials."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self._account["client_id"],
            "client_secret": self._account["client_secret"],
        }
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        url = f"https://{self._host}/oauth/token"
        return Ask("POST", url, headers, urlencode(form).encode())

    def read_token(self, name: str, answer: Answer) -> Token:
        """The token, for as long as FedEx says. Raises `CredentialsRejected`."""
        try:
            found = read(answer)
        except CarrierError as error:
            if answer.status in (400, 401, 403, 422):
                raise refused(
                    answer, error.reason, error.carrier_code, code="credentials"
                ) from None
            raise
        token, seconds = found.get("access_token"), str(found.get("expires_in", ""))
        if not isinstance(token, str) or not token or not seconds.isdecimal():
            raise bad_reply("no token")
        return Token("Authorization", f"Bearer {token}", float(seconds))


def transaction(seed: str) -> str:
    """A number for a request: the same request has the same one."""
    return str(uuid5(_OURS, seed))
