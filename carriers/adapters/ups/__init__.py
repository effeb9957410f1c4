"""UPS: prices, landed costs, labels, papers, tracking and access points by UPS's REST APIs."""

from carriers import Manifest, Setting

_ADAPTER = "carriers.adapters.ups.adapter:Ups"

MANIFEST = Manifest(
    code="ups",
    name="UPS",
    version="1",
    factories={
        "rates": _ADAPTER,
        "books": _ADAPTER,
        "tracks": _ADAPTER,
        "duties": _ADAPTER,
        "points": _ADAPTER,
        "documents": _ADAPTER,
    },
    note="Prices are the account's negotiated ones where UPS gives them, else its list prices",
    homepage="https://developer.ups.com",
    settings=(
        Setting("client_id", "Client ID of the application at developer.ups.com"),
        Setting("client_secret", "Client secret of the application", secret=True),
        Setting("account_number", "UPS account (shipper) number of six letters and digits"),
    ),
    hosts=("onlinetools.ups.com",),
    test_hosts=("wwwcie.ups.com",),
    reconcile="lookup_by_reference",
    tier="gold",
    exemptions={38: "Nobody has recorded a session with UPS's sandbox: it needs an account"},
)
