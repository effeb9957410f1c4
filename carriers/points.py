"""Where near the receiver can a parcel be picked up, or handed over?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, Protocol, runtime_checkable

from carriers.wire import Answer, Ask
from data.model.places import Place

Use = Literal["pick_up", "drop_off"]


@dataclass(frozen=True, slots=True)
class PointsRequest:
    """Points near a place, the nearest first."""

    near: Place
    street: str | None = None
    use: Use = "pick_up"
    limit: int = 10


@dataclass(frozen=True, slots=True)
class PickupPoint:
    """A shop, a locker or a depot.

    `opening` maps a day (``mo`` … ``su``) to its hours as ``09:00-18:00 …``; days that are not
    there are closed or unknown. `distance` is in kilometres.
    """

    id: str
    name: str
    place: Place
    street: tuple[str, ...] = ()
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    distance: Decimal | None = None
    opening: Mapping[str, str] = field(default_factory=dict)
    kind: Literal["shop", "locker", "depot", "post_office", "other"] = "other"


@runtime_checkable
class PickupPoints(Protocol):
    """A carrier that knows its points."""

    @property
    def code(self) -> str:
        """The carrier's code, as in its manifest."""

    def ask_points(self, request: PointsRequest) -> Ask:
        """The request for points near a place."""

    def read_points(self, request: PointsRequest, answer: Answer) -> tuple[PickupPoint, ...]:
        """The points, none where there are none. Raises `CarrierError`."""
