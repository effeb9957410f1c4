"""Where is the MyDHL API asked, as whom, and when are the parcels handed over?"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from types import MappingProxyType
from urllib.parse import urlencode

from carriers.accounts import Account
from carriers.adapters.dhl_express.zones import last_offset
from carriers.wire import Ask, Method, ask_json

_HOST = "https://express.api.dhl.com/mydhlapi"
_INTERFACE = "3.1.0"
"""The header ``x-version`` that version 3.1.1 of the interface's description asks for."""


class Service:
    """One account with the MyDHL API: addresses, headers and account numbers of its requests."""

    code = "dhl_express"

    def __init__(self, account: Account) -> None:
        self._account = account
        self._base = f"{_HOST}/test" if account.test else _HOST
        self._headers: Mapping[str, str] = MappingProxyType(
            {**account.basic("username", "password"), "x-version": _INTERFACE}
        )

    def get(self, path: str, query: Iterable[tuple[str, str]]) -> Ask:
        """A question with its parameters."""
        headers = {**self._headers, "Accept": "application/json"}
        return Ask("GET", f"{self._base}{path}?{urlencode(list(query))}", headers)

    def send(self, method: Method, path: str, body: object, reference: str | None = None) -> Ask:
        """A request with a JSON body; `reference` is for DHL's logs alone, it prevents nothing."""
        more = {} if reference is None else {"Message-Reference": reference}
        return ask_json(method, f"{self._base}{path}", body, {**self._headers, **more})

    @property
    def shipper(self) -> str:
        """The number of the account that ships."""
        return self._account["account_number"]

    def accounts(self, *, pays_duties: bool = False, is_return: bool = False) -> list[object]:
        """Who ships, who pays the transport and, where we do, who pays duty and tax."""
        found = [("shipper", self.shipper)]
        payer = self._account.get("payer_account")
        if payer or is_return:  # whoever sends goods back does not pay for it
            found.append(("payer", payer or self.shipper))
        if pays_duties:
            found.append(("duties-taxes", self._account.get("duties_account") or self.shipper))
        return [{"typeCode": kind, "number": number} for kind, number in found]

    def handed_over(self, on: date, country: str) -> datetime:
        """The local moment at which parcels are ready, with an offset from Greenwich.

        Where a country has several zones the westernmost is taken: a moment that is not past there
        is not past anywhere in it.
        """
        local = datetime.combine(on, time.fromisoformat(self._account.get("ready_at") or "16:00"))
        return local.replace(tzinfo=last_offset(country, local))


def moment(at: datetime, *, spaced: bool) -> str:
    """A moment as DHL spells it: ``…T16:00:00GMT+01:00`` for prices, a space before GMT for labels.

    >>> from datetime import UTC
    >>> moment(datetime(2026, 11, 20, 16, tzinfo=UTC), spaced=True)
    '2026-11-20T16:00:00 GMT+00:00'
    """
    offset = at.strftime("%z")
    return f"{at:%Y-%m-%dT%H:%M:%S}{' ' if spaced else ''}GMT{offset[:3]}:{offset[3:5]}"
