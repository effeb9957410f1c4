"""Where does Royal Mail say that a mail piece is?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from urllib.parse import quote

from carriers import (
    Account,
    Answer,
    Ask,
    CredentialsRejected,
    Event,
    Tracking,
    bad_reply,
    many,
    member,
    read_json,
    tracked,
)
from carriers.adapters.royal_mail.errors import content
from carriers.tracking import codes_of
from data.model.places import Place

_BASE = "https://api.royalmail.net/mailpieces/v2"


class Mailpieces:
    """The events of mail pieces, one number at a time."""

    code = "royal_mail"
    batch = 1
    _account: Account

    def ask_tracking(self, numbers: tuple[str, ...]) -> Ask:
        """The request for a number's events. Raises `CredentialsRejected` without a client ID."""
        client, secret = self._account.get("client_id"), self._account.get("client_secret")
        if not client or not secret:
            raise CredentialsRejected(
                "tracking needs the client ID and secret of the Tracking API", sent=False
            )
        headers = {
            "X-IBM-Client-Id": client,
            "X-IBM-Client-Secret": secret,
            "X-Accept-RMG-Terms": "yes",
            "Accept": "application/json",
        }
        return Ask("GET", f"{_BASE}/{quote(numbers[0], safe='')}/events", headers)

    def read_tracking(self, numbers: tuple[str, ...], answer: Answer) -> tuple[Tracking, ...]:
        """What happened to it; nothing for a number that Royal Mail does not know."""
        if answer.status == 404 and isinstance(read_json(answer), Mapping):  # no page of a proxy
            return ()
        piece = member(content(answer), "mailPieces")
        number = str(member(piece, "mailPieceId"))
        events = [_event(each) for each in many(piece.get("events"))]
        window = piece.get("estimatedDelivery")
        estimated = None
        if isinstance(window, Mapping) and window.get("date"):
            end = window.get("endOfEstimatedWindow") or "23:59:59"
            estimated = _moment(f"{window['date']}T{end}Z")
        return (tracked(number, events, estimated),)


def _event(found: object) -> Event:
    code = str(member(found, "eventCode"))
    said = cast(Mapping[str, Any], found)
    where = said.get("locationName")
    return Event(
        _moment(member(found, "eventDateTime")),
        code,
        codes_of(__package__).get(code),
        str(said.get("eventName") or ""),
        Place("GB", city=str(where)) if where else None,
    )


def _moment(text: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        raise bad_reply(f"the moment {text}") from None
    if moment.tzinfo is None:
        raise bad_reply(f"the moment {text} without its zone")
    return moment
