"""DHL Express: prices, duties, labels, papers, tracking, points, by the MyDHL API 3.1.1."""

from carriers import Manifest, Setting

_ADAPTER = "carriers.adapters.dhl_express.adapter:DhlExpress"

MANIFEST = Manifest(
    code="dhl_express",
    name="DHL Express",
    version="1",
    factories={
        "rates": _ADAPTER,
        "books": _ADAPTER,
        "tracks": _ADAPTER,
        "duties": _ADAPTER,
        "points": _ADAPTER,
        "documents": _ADAPTER,
    },
    homepage="https://developer.dhl.com/api-reference/dhl-express-mydhl-api",
    settings=(
        Setting("username", "API key (user name) of the MyDHL API", secret=True),
        Setting("password", "API secret (password) of the MyDHL API", secret=True),
        Setting("account_number", "Shipper's account number"),
        Setting("payer_account", "Account that pays the transport, if another", required=False),
        Setting("duties_account", "Account that pays duty and tax, if another", required=False),
        Setting(
            "ready_at",
            "Local hour at which parcels are ready; 16:00 unless said",
            required=False,
            choices=("08:00", "10:00", "12:00", "14:00", "16:00", "18:00"),
        ),
    ),
    hosts=("express.api.dhl.com",),
    test_hosts=("express.api.dhl.com",),
    reconcile="lookup_by_reference",
    tier="gold",
    exemptions={38: "Nobody has recorded a session with DHL's sandbox: it needs an account"},
)
