"""FedEx: prices with transit times, labels, trade documents and tracking by its REST APIs."""

from carriers import Manifest, Setting

_ADAPTER = "carriers.adapters.fedex.adapter:Fedex"

MANIFEST = Manifest(
    code="fedex",
    name="FedEx",
    version="1",
    factories={
        "rates": _ADAPTER,
        "books": _ADAPTER,
        "tracks": _ADAPTER,
        "documents": _ADAPTER,
    },
    tier="gold",
    exemptions={38: "Nobody has recorded a session with FedEx's sandbox: it needs an account"},
    note="Prices are the account's where FedEx gives them, else its list prices",
    homepage="https://developer.fedex.com",
    settings=(
        Setting("client_id", "API key of the project at developer.fedex.com"),
        Setting("client_secret", "Secret key of the project", secret=True),
        Setting("account_number", "FedEx account number"),
        Setting(
            "pickup_type",
            "How FedEx comes by the parcels",
            choices=(
                "USE_SCHEDULED_PICKUP",
                "DROPOFF_AT_FEDEX_LOCATION",
                "CONTACT_FEDEX_TO_SCHEDULE",
            ),
        ),
    ),
    hosts=("apis.fedex.com", "documentapi.prod.fedex.com"),
    test_hosts=("apis-sandbox.fedex.com", "documentapitest.prod.fedex.com"),
    reconcile="lookup_by_reference",
)
