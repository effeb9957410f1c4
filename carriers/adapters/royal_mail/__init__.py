"""Royal Mail: orders and labels by Click & Drop, tracking by the Tracking API v2. No prices."""

from carriers import Manifest, Setting

_ADAPTER = "carriers.adapters.royal_mail.adapter:RoyalMail"

MANIFEST = Manifest(
    code="royal_mail",
    name="Royal Mail",
    version="1",
    factories={"books": _ADAPTER, "tracks": _ADAPTER},
    note="Click & Drop tells no prices: they are a rate card's",
    homepage="https://developer.royalmail.net",
    settings=(
        Setting("api_key", "Key of the Click & Drop API", secret=True),
        Setting("client_id", "Client ID of the Tracking API", secret=True, required=False),
        Setting("client_secret", "Client secret of the Tracking API", secret=True, required=False),
    ),
    hosts=("api.parcel.royalmail.com", "api.royalmail.net"),
    reconcile="lookup_by_reference",
    tier="gold",
    exemptions={
        25: "Click & Drop says the same of an order deleted before and of one that never was",
        33: "Click & Drop prints the labels of all parcels as one PDF",
        38: "Click & Drop has no sandbox to record a session with",
    },
)
