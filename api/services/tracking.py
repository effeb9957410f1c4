"""Where is a parcel?

A parcel is followed from the moment its label is bought, or from the first time somebody asks. Its
carrier is asked in the background, or calls; a request asks the carrier once, the first time, and
never waits for it again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, Engine

from api.services.purchasing import AgentOf
from api.services.tidings import Tidings, ask, tracks
from api.services.tracking_shipments import follow_shipment, new_tracking
from carriers.errors import CarrierError, CarrierUnavailable, RequestRejected
from carriers.manifest import Manifest
from carriers.polling import Followed, next_look
from data.store import trackings
from data.store.engines import reading, writing
from data.store.outbox import Event
from data.store.trackings import StoredTracking

Clock = Callable[[], datetime]

FIRST_LOOK_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Following:
    """The parcels that are followed; `manifest` finds a carrier's and raises `CarrierError`."""

    engine: Callable[[], Engine]
    agent: AgentOf
    manifest: Callable[[str], Manifest]
    tidings: Tidings

    def hear(self, connection: Connection, event: Event) -> None:
        """Follow the parcels of a shipment that was bought, and no more those given back."""
        if event.kind == "shipment.confirmed":
            follow_shipment(connection, event.account_id, event.subject, self.first_look)
        elif event.kind == "shipment.cancelled":
            for stored in trackings.of_shipment(connection, event.subject):
                self.tidings.cancelled(connection, stored, event.created_at)

    def look(self, account: str, carrier: str, number: str, clock: Clock) -> StoredTracking | None:
        """A parcel as it is known; its carrier is asked only when nobody ever asked it.

        None for a number that the carrier does not know. Raises `CarrierError` when this account
        cannot ask the carrier.
        """
        stored = self.get(account, carrier, number)
        if stored is not None and not _never_asked(stored):
            return stored
        try:
            self.can_track(carrier)
        except CarrierError:
            if stored is not None:
                return stored
            raise
        try:
            found = ask(self.agent(account, carrier, "tracks"), (number,), FIRST_LOOK_SECONDS)
        except CarrierError as error:
            if stored is None and not isinstance(error, CarrierUnavailable):
                if error.code == "not_found":
                    return None
                raise
            asked = stored or new_tracking(account, carrier, number, clock(), status="unknown")
            self.tidings.failed((asked,), error, clock())
        else:
            if stored is None and not found:
                return None
            asked = stored or new_tracking(account, carrier, number, clock(), status="unknown")
            self.tidings.answered((asked,), found, clock())
        return self.get(account, carrier, number)

    def get(self, account: str, carrier: str, number: str) -> StoredTracking | None:
        """A parcel as it is known here."""
        with reading(self.engine()) as connection:
            return trackings.get(connection, account, carrier, number)

    def page(self, page: str) -> StoredTracking | None:
        """The parcel of a public page."""
        with reading(self.engine()) as connection:
            return trackings.by_page(connection, page)

    def pieces(self, tracking: StoredTracking) -> list[StoredTracking]:
        """All parcels of the shipment of a parcel, at least itself."""
        if tracking.shipment_id is None:
            return [tracking]
        with reading(self.engine()) as connection:
            return trackings.of_shipment(connection, tracking.shipment_id)

    def follow(self, account: str, carrier: str, number: str, at: datetime) -> StoredTracking:
        """Follow a number and ask about it at the next turn. Raises `CarrierError`."""
        tracks(self.agent(account, carrier, "tracks"))
        with writing(self.engine()) as connection:
            made = new_tracking(account, carrier, number, at, status="unknown", next_at=at)
            trackings.follow(connection, made)
        return cast(StoredTracking, self.get(account, carrier, number))

    def can_track(self, carrier: str) -> None:
        """Whether a carrier is installed and says where parcels are. Raises `CarrierError`."""
        if "tracks" not in self.manifest(carrier).factories:
            raise RequestRejected("it does not say where parcels are", "unsupported", sent=False)

    def first_look(self, carrier: str, at: datetime) -> datetime | None:
        """When a parcel of a carrier is first asked about; never where it does not track."""
        try:
            self.can_track(carrier)
        except CarrierError:
            return None
        return next_look(Followed("created", at), at, self.tidings.chance)


def _never_asked(stored: StoredTracking) -> bool:
    return stored.checked_at is None and not stored.failures and stored.status != "cancelled"
