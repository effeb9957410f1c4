"""How does it move? All that a carrier's plug-in imports.

A plug-in announces a `Manifest` and makes a carrier that prices: in the process (`Rates`), or
elsewhere with a pair of pure functions (`AsksRates`).
"""

from carriers.errors import (
    CarrierError,
    CarrierUnavailable,
    CredentialsRejected,
    RequestRejected,
)
from carriers.manifest import API_VERSION, Capability, Manifest, ManifestError, Tier
from carriers.offers import DutyFee, Offer, OfferPart, RateRequest, Silence, Transit
from carriers.rating import AsksRates, OverTheWire, Rates
from carriers.wire import Answer, Ask, Send

__all__ = [
    "API_VERSION",
    "Answer",
    "Ask",
    "AsksRates",
    "Capability",
    "CarrierError",
    "CarrierUnavailable",
    "CredentialsRejected",
    "DutyFee",
    "Manifest",
    "ManifestError",
    "Offer",
    "OfferPart",
    "OverTheWire",
    "RateRequest",
    "Rates",
    "RequestRejected",
    "Send",
    "Silence",
    "Tier",
    "Transit",
]
