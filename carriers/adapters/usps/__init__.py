"""USPS: international prices, duty quotes, labels, tracking and post offices by its v3 APIs."""

from carriers import Manifest, Setting

_ADAPTER = "carriers.adapters.usps.adapter:Usps"

MANIFEST = Manifest(
    code="usps",
    name="USPS",
    version="1",
    factories={
        "rates": _ADAPTER,
        "books": _ADAPTER,
        "tracks": _ADAPTER,
        "duties": _ADAPTER,
        "points": _ADAPTER,
    },
    tier="gold",
    exemptions={38: "Nobody has recorded a session with USPS's sandbox: it needs an account"},
    note="Parcels from the United States to other countries, one parcel to a label",
    homepage="https://developers.usps.com",
    settings=(
        Setting("client_id", "Consumer key of the application"),
        Setting("client_secret", "Consumer secret of the application", secret=True),
        Setting("crid", "Customer registration ID (CRID)"),
        Setting("mid", "Mailer ID (MID)"),
        Setting("manifest_mid", "Mailer ID for manifests"),
        Setting("account_number", "Number of the account that pays"),
        Setting("account_type", "Kind of the account that pays", choices=("EPS", "PERMIT")),
        Setting(
            "price_type", "Prices to be asked for", choices=("COMMERCIAL", "CONTRACT", "RETAIL")
        ),
        Setting("export_filing", "ITN or exemption that customs forms state", required=False),
    ),
    hosts=("apis.usps.com",),
    test_hosts=("apis-tem.usps.com",),
    reconcile="native_key",
    hourly_quota=60,
    countries_from=("US",),
)
