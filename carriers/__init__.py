"""How does it move? All that a carrier's plug-in imports.

A plug-in announces a `Manifest` and makes adapters: pure pairs of functions that ask and read, one
for each capability (`Rates`, `Books`, `Tracks`, `Duties`, `PickupPoints`, `UploadsDocuments`). A
carrier that prices in the process is `Prices`. Whatever is sent is sent by somebody else.
"""

from carriers.accounts import Account
from carriers.answers import (
    bad_reply,
    exact_money,
    itemised,
    many,
    member,
    read_json,
    refused,
)
from carriers.booking import (
    Booking,
    BookingRequest,
    Books,
    Cancellation,
    FetchesLabels,
    Finds,
    Label,
    Paper,
)
from carriers.documents import UploadsDocuments
from carriers.duties import Duties, DutyAmount, DutyItem, DutyQuote, DutyRequest
from carriers.errors import (
    CarrierError,
    CarrierUnavailable,
    CredentialsRejected,
    Fault,
    RequestRejected,
)
from carriers.manifest import (
    API_VERSION,
    Capability,
    Manifest,
    ManifestError,
    Setting,
    SettingsRefusedError,
    Tier,
)
from carriers.offers import DutyFee, Offer, OfferPart, RateRequest, Silence, Transit
from carriers.points import PickupPoint, PickupPoints, PointsRequest
from carriers.rates import Converses, OverTheWire, Prices, Rates
from carriers.tokens import Authorises, Token
from carriers.tracking import Event, HearsWebhooks, Meaning, Tracking, Tracks, tracked
from carriers.wire import Answer, Ask, Send, ask_json

__all__ = [
    "API_VERSION",
    "Account",
    "Answer",
    "Ask",
    "Authorises",
    "Booking",
    "BookingRequest",
    "Books",
    "Cancellation",
    "Capability",
    "CarrierError",
    "CarrierUnavailable",
    "Converses",
    "CredentialsRejected",
    "Duties",
    "DutyAmount",
    "DutyFee",
    "DutyItem",
    "DutyQuote",
    "DutyRequest",
    "Event",
    "Fault",
    "FetchesLabels",
    "Finds",
    "HearsWebhooks",
    "Label",
    "Manifest",
    "ManifestError",
    "Meaning",
    "Offer",
    "OfferPart",
    "OverTheWire",
    "Paper",
    "PickupPoint",
    "PickupPoints",
    "PointsRequest",
    "Prices",
    "RateRequest",
    "Rates",
    "RequestRejected",
    "Send",
    "Setting",
    "SettingsRefusedError",
    "Silence",
    "Tier",
    "Token",
    "Tracking",
    "Tracks",
    "Transit",
    "UploadsDocuments",
    "ask_json",
    "bad_reply",
    "exact_money",
    "itemised",
    "many",
    "member",
    "read_json",
    "refused",
    "tracked",
]
