"""Which parcels belong to a shipment, and who waits for them?"""

from collections.abc import Callable
from datetime import datetime
from secrets import token_hex, token_urlsafe
from typing import Any

import orjson
from babel.languages import get_official_languages
from sqlalchemy import Connection

from data.store import notices, quotes, shipments, trackings
from data.store.shipments import StoredShipment
from data.store.trackings import StoredTracking

LANGUAGES = ("en", "de", "fr", "es")
"""The languages that people who wait for parcels are spoken to in."""

FirstLook = Callable[[str, datetime], datetime | None]
"""When a carrier's parcel is first asked about."""


def new_tracking(
    account: str, carrier: str, number: str, since: datetime, **more: Any
) -> StoredTracking:
    """A parcel that is followed from a moment on, with a page that nobody can guess."""
    return StoredTracking(
        f"tr_{token_hex(12)}", account, carrier, number, token_urlsafe(24), since, **more
    )


def follow_shipment(
    connection: Connection, account: str, shipment_id: str, first_look: FirstLook
) -> None:
    """Follow every parcel of a shipment whose number is known; those that are followed stay."""
    shipment = shipments.get(connection, account, shipment_id)
    if shipment is None or shipment.confirmed_at is None or shipment.cancelled_at is not None:
        return
    known = {each.number for each in trackings.of_shipment(connection, shipment_id)}
    labels = shipments.labels(connection, shipment_id)
    numbers = [shipment.tracking_number, *(label.tracking_number for label in labels)]
    consignee = shipment.record["consignee"]
    locale: str | None = None
    for number in dict.fromkeys(numbers):
        if not number or number in known:
            continue
        locale = locale or _locale(connection, shipment)
        made = new_tracking(
            account,
            shipment.carrier,
            number,
            shipment.confirmed_at,
            shipment_id=shipment.id,
            next_at=first_look(shipment.carrier, shipment.confirmed_at),
            recipient=consignee.get("email"),
            locale=locale,
        )
        _follow(connection, made)


def language_of(locale: str | None) -> str:
    """The nearest of our languages.

    >>> language_of("de-AT"), language_of("pt_BR"), language_of(None)
    ('de', 'en', 'en')
    """
    found = (locale or "").replace("_", "-").partition("-")[0].lower()
    return found if found in LANGUAGES else LANGUAGES[0]


def _follow(connection: Connection, made: StoredTracking) -> None:
    """Follow a parcel of a shipment; a number that was followed before becomes this parcel's."""
    trackings.follow(connection, made)
    found = trackings.get(connection, made.account_id, made.carrier, made.number)
    if found is None or found.id == made.id:
        return
    if found.shipment_id is None:
        trackings.change(
            connection,
            found.id,
            shipment_id=made.shipment_id,
            recipient=made.recipient,
            locale=made.locale,
        )
    elif found.since < made.since:  # the carrier uses the number again
        notices.forget(connection, found.id)
        values = {name: getattr(made, name) for name in StoredTracking.__slots__ if name != "id"}
        trackings.change(connection, found.id, **{**values, "events": []})


def _locale(connection: Connection, shipment: StoredShipment) -> str:
    """The language of the quote's buyer, else one that is spoken where the parcel goes."""
    if shipment.quote_id is not None:
        quote = quotes.get(connection, shipment.account_id, shipment.quote_id)
        asked = orjson.loads(quote.request) if quote is not None else {}
        if isinstance(asked, dict) and isinstance(asked.get("locale"), str):
            return str(asked["locale"])[:35]
    country = shipment.record["consignee"]["country"]
    spoken = [code for code in get_official_languages(country, de_facto=True) if code in LANGUAGES]
    return spoken[0] if spoken else LANGUAGES[0]
