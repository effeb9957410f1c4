"""How does every request to USPS look, and how does an account come by its two tokens?

Every request needs the OAuth token. One that costs money needs the payment authorization too, which
is itself asked for with the OAuth token.
"""

from collections.abc import Mapping
from typing import Any

from carriers import (
    Account,
    Answer,
    Ask,
    CarrierError,
    RequestRejected,
    Token,
    ask_json,
    bad_reply,
    refused,
)
from carriers.adapters.usps.errors import read
from carriers.errors import Code
from carriers.wire import NO_HEADERS, Method
from data.model.places import Place

_HOST = "apis.usps.com"
_TESTING = "apis-tem.usps.com"
_PAYMENT_SECONDS = 50 * 60  # the answer does not say; USPS's documentation does

OAUTH, PAYMENT = "oauth", "payment"

CURRENCY = "USD"
"""USPS writes no currency: all its amounts are in US dollars."""


class Service:
    """What all capabilities of USPS share for one account."""

    code = "usps"

    def __init__(self, account: Account) -> None:
        self._account = account
        self._host = _TESTING if account.test else _HOST

    def _get(self, path: str) -> Ask:
        return Ask("GET", self._url(path), {"Accept": "application/json"}, None, (OAUTH,))

    def _send(
        self,
        method: Method,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] = NO_HEADERS,
        tokens: tuple[str, ...] = (OAUTH,),
    ) -> Ask:
        if body is None:
            said = {"Accept": "application/json", **headers}
            return Ask(method, self._url(path), said, None, tokens)
        return ask_json(method, self._url(path), body, headers, tokens)

    def _url(self, path: str) -> str:
        return f"https://{self._host}{path}"

    def ask_token(self, name: str) -> Ask:
        """The request for a token: the account's, or the authorization to pay with it."""
        if name == PAYMENT:
            return self._send("POST", "/payments/v3/payment-authorization", self._roles())
        return ask_json(
            "POST",
            self._url("/oauth2/v3/token"),
            {
                "client_id": self._account["client_id"],
                "client_secret": self._account["client_secret"],
                "grant_type": "client_credentials",
            },
        )

    def read_token(self, name: str, answer: Answer) -> Token:
        """The token and how long it lives. Raises `CredentialsRejected`."""
        try:
            found = read(answer)
        except CarrierError as error:
            if answer.status in (400, 401, 403):
                ours: Code = "account" if name == PAYMENT else "credentials"
                raise refused(answer, error.reason, error.carrier_code, code=ours) from None
            raise
        if name == PAYMENT:
            token = found.get("paymentAuthorizationToken")
            header, value, seconds = "X-Payment-Authorization-Token", token, str(_PAYMENT_SECONDS)
        else:
            token, seconds = found.get("access_token"), str(found.get("expires_in", ""))
            header, value = "Authorization", f"Bearer {token}"
        if not isinstance(token, str) or not token or not seconds.isdecimal():
            raise bad_reply("no token")
        return Token(header, str(value), float(seconds))

    def _roles(self) -> dict[str, Any]:
        """Who pays and whose label it is: the same account."""
        account = self._account
        owner = {
            "CRID": account["crid"],
            "MID": account["mid"],
            "manifestMID": account["manifest_mid"],
        }
        payer = {
            "accountType": account["account_type"],
            "accountNumber": account["account_number"],
        }
        return {
            "roles": [
                {"roleName": "PAYER", **owner, **payer},
                {"roleName": "LABEL_OWNER", **owner, **payer},
            ]
        }


def refuse_other_lanes(origin: Place, destination: Place) -> None:
    """Raise `RequestRejected` unless a parcel goes from the United States to another country."""
    if origin.country != "US":
        raise RequestRejected(
            f"USPS carries from the United States, not from {origin.country}", sent=False
        )
    if destination.country == "US":
        raise RequestRejected(
            "this adapter sells USPS's international labels, not its domestic ones",
            "unsupported",
            sent=False,
        )
