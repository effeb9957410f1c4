"""With which requests, account and papers does the kit question every carrier?

All persons, companies, addresses and numbers are invented; the codes of goods are real. The names
of the samples are used by the recordings of every adapter: a sample may be added, never renamed.
"""

import importlib
from dataclasses import replace
from datetime import date
from decimal import Decimal

from carriers.accounts import Account
from carriers.booking import Booking, BookingRequest, Paper
from carriers.conformance.papers import PDF
from carriers.duties import DutyRequest
from carriers.manifest import Capability, Manifest
from carriers.offers import RateRequest
from carriers.points import PointsRequest
from data.model.consignment import GoodsItem, Parcel, Terms
from data.model.money import money
from data.model.places import Place
from data.model.shipment import Party, Shipment

ON = date(2026, 11, 20)
"""The day of every sample: a Friday."""

BOOKED = Booking("canary-shipment", "canary-number")
"""The purchase that is cancelled, fetched or given papers where a recording names no other."""

INVOICE = Paper("commercial_invoice", "pdf", PDF)


def account_for(manifest: Manifest, *, test: bool = False) -> Account:
    """An account whose every setting is ``canary-<its name>``, or the first of its choices."""
    given = {
        setting.name: setting.choices[0] if setting.choices else f"canary-{setting.name}"
        for setting in manifest.settings
    }
    return manifest.account(given, test=test)


def adapter_for(
    manifest: Manifest, capability: Capability, account: Account | None = None
) -> object:
    """The adapter of a manifest for one capability, newly made for the canary account."""
    module, _, name = manifest.factories[capability].partition(":")
    make = getattr(importlib.import_module(module), name)
    adapter: object = make(account or account_for(manifest))
    return adapter


_LOS_ANGELES = Place("US", "CA", "90021", "Los Angeles")
_BERLIN = Place("DE", None, "10115", "Berlin")
_SHENZHEN = Place("CN", None, "518000", "Shenzhen")
_BELFAST = Place("GB", "NIR", "BT1 5GS", "Belfast")
_LONDON = Place("GB", None, "EC1A 1BB", "London")
_LEEDS = Place("GB", None, "LS1 4AP", "Leeds")
_HONG_KONG = Place("HK", None, None, "Kowloon")
_TORONTO = Place("CA", "ON", "M5V 2T6", "Toronto")
_PARIS = Place("FR", None, "75011", "Paris")
_TOKYO = Place("JP", None, "101-0021", "東京都千代田区")
_PORTLAND = Place("US", "OR", "97205", "Portland")
_ANCHORAGE = Place("US", "AK", "99501", "Anchorage")

_SMALL = Parcel(Decimal("0.62"), (Decimal(30), Decimal(22), Decimal(5)), {"1": 2})
_POUND = Decimal("0.45359237")


def _tees(currency: str = "USD", hs_code: str = "61091000", origin: str = "BD") -> GoodsItem:
    return GoodsItem(
        "1",
        2,
        money("24.00", currency),
        sku="TEE-M",
        description="Cotton T-shirt, knitted",
        hs_code=hs_code,
        country_of_origin=origin,
        unit_weight=Decimal("0.25"),
    )


_MUG = GoodsItem(
    "2",
    3,
    money("9.50", "GBP"),
    discount=Decimal("1.50"),
    sku="MUG-1",
    description="Porcelain mug",
    hs_code="6911102500",
    country_of_origin="GB",
    unit_weight=Decimal("0.35"),
)
_TEA = GoodsItem(
    "1",
    4,
    money("6.25", "GBP"),
    description="Green tea, 200 g packets",
    hs_code="0902100010",
    country_of_origin="CN",
    unit_weight=Decimal("0.2"),
)
_SAW = GoodsItem(
    "1",
    1,
    money("640.00", "EUR"),
    description="Bench saw, electric",
    hs_code="8465910041",
    country_of_origin="DE",
    unit_weight=Decimal("27.4"),
)

RATES: dict[str, RateRequest] = {
    "two_tees_us_to_de": RateRequest(
        _LOS_ANGELES,
        _BERLIN,
        (_SMALL,),
        ON,
        money("48.00", "USD"),
        None,
        2,
        residential=True,
        items=(_tees(),),
    ),
    "two_parcels_cn_to_gb": RateRequest(
        _SHENZHEN,
        _BELFAST,
        (
            Parcel(Decimal("1.2"), (Decimal(40), Decimal(30), Decimal(12))),
            Parcel(Decimal("3.45"), (Decimal(55), Decimal(35), Decimal(25))),
        ),
        ON,
        money("135.00", "GBP"),
        pieces=6,
    ),
    "heavy_de_to_us": RateRequest(
        _BERLIN,
        _ANCHORAGE,
        (Parcel(Decimal("28.9"), (Decimal(80), Decimal(50), Decimal(40)), {"1": 1}),),
        ON,
        money("640.00", "EUR"),
        items=(_SAW,),
    ),
    "no_postcode_gb_to_hk": RateRequest(
        _LONDON, _HONG_KONG, (Parcel(Decimal("0.8")),), ON, money("60.00", "GBP")
    ),
    "pounds_us_to_ca": RateRequest(  # exactly two pounds, exactly 10 × 8 × 4 inches
        _PORTLAND,
        _TORONTO,
        (Parcel(2 * _POUND, (Decimal("25.4"), Decimal("20.32"), Decimal("10.16"))),),
        ON,
        money("48.00", "USD"),
        pieces=2,
        residential=True,
    ),
    "no_weights_us_to_de": RateRequest(
        _LOS_ANGELES, _BERLIN, (), ON, money("48.00", "USD"), None, 2, residential=True
    ),
}
"""What is asked for a price: lanes with and without regions and postcodes, kilograms and pounds."""

_SHOP_US = Party(
    "Dana Fields",
    _LOS_ANGELES,
    ("1450 Alameda Yard", "Unit 7"),
    "Paper Kite Goods Inc",
    "+12135550143",
    "shipping@paperkite.example",
    {"ein": "00-0000001"},
    is_business=True,
)
_SHOP_GB = Party(
    "Morag Tennant",
    _LEEDS,
    ("12 Foundry Row",),
    "Tennant & Daughter Ltd",
    "+441134960123",
    "post@tennant.example",
    {"eori": "GB000000000001", "vat": "GB000000001"},
    is_business=True,
)
_SHOP_DE = Party(
    "Jürgen Großmann",
    _BERLIN,
    ("Invalidenstraße 990",),
    "Großmann Werkzeuge GmbH",
    "+493055500143",
    "versand@grossmann.example",
    {"eori": "DE000000000000001", "vat": "DE000000001"},
    is_business=True,
)
_SHOP_JP = Party(
    "山田花子",
    _TOKYO,
    ("外神田九丁目99番99号", "紙凧ビル3階"),
    "株式会社紙凧",
    "+81355500143",
    "hassou@kamidako.example",
    is_business=True,
)
_IN_BERLIN = Party(
    "Lena Beispiel", _BERLIN, ("Ackerstraße 999",), None, "+493055500199", "lena@mail.example"
)
_IN_PORTLAND = Party(
    "Sam Placeholder", _PORTLAND, ("2200 SW Ninth Row", "Apt 5B"), None, "+15035550188"
)
_IN_PARIS = Party(
    "Hélène Générique",
    _PARIS,
    (
        "Résidence des Grands Chênes, bâtiment C, escalier de gauche 9",  # 61 characters
        "999 rue du Faubourg-des-Exemples-Imaginaires, porte n° quatre",
    ),
    "Atelier Générique et Fils",
    "+33155501234",
    "helene@generique.example",
    is_business=True,
)
_IN_KOWLOON = Party(
    "Chan Example",
    _HONG_KONG,
    ("Flat 9, 99/F, Sample Mansion", "999 Canton Row"),
    phone="+85255501234",
)
_IN_LONDON = Party("Pat Sample", _LONDON, ("PO Box 9999",), None, "+442079460123")


def _booking(
    reference: str,
    consignor: Party,
    consignee: Party,
    *items: GoodsItem,
    terms: Terms = "DAP",
    parcels: tuple[Parcel, ...] = (_SMALL,),
) -> BookingRequest:
    shipment = Shipment(
        f"ORDER-{reference[-3:]}",
        ON,
        consignor,
        consignee,
        items,
        parcels,
        terms,
        invoice_number=f"INV-{reference[-3:]}",
        invoice_day=ON,
    )
    return BookingRequest(reference, "canary-service", shipment)


def _more(request: BookingRequest, **changes: object) -> BookingRequest:
    return replace(request, shipment=replace(request.shipment, **changes))  # type: ignore[arg-type]


BOOKINGS: dict[str, BookingRequest] = {
    "two_tees_us_to_de_ddp": replace(
        _more(
            _booking("TW000000000000000001", _SHOP_US, _IN_BERLIN, _tees(), terms="DDP"),
            freight=money("18.40", "USD"),
            insurance=money("1.10", "USD"),
        ),
        papers=(INVOICE,),
        expected_price=money("18.40", "USD"),
    ),
    "two_tees_us_to_de_dap": _booking("TW000000000000000002", _SHOP_US, _IN_BERLIN, _tees()),
    "two_parcels_gb_to_us": _booking(
        "TW000000000000000003",
        _SHOP_GB,
        _IN_PORTLAND,
        _tees("GBP", "6109100012"),
        _MUG,
        terms="DDP",
        parcels=(
            replace(_SMALL, contents={"1": 2, "2": 1}),
            Parcel(Decimal("0.95"), (Decimal(25), Decimal(25), Decimal(15)), {"2": 2}),
        ),
    ),
    "long_lines_de_to_fr_accents": _booking(
        "TW000000000000000004", _SHOP_DE, _IN_PARIS, _tees("EUR")
    ),
    "cjk_jp_to_de": _booking(
        "TW000000000000000005",
        _SHOP_JP,
        _IN_BERLIN,
        replace(_tees("JPY"), unit_price=money("3200", "JPY")),
    ),
    "no_postcode_gb_to_hk": _booking(
        "TW000000000000000006",
        _SHOP_GB,
        _IN_KOWLOON,
        _TEA,
        parcels=(replace(_SMALL, weight=Decimal("0.92"), contents={"1": 4}),),
    ),
    "return_de_to_us": replace(
        _more(
            _booking("TW000000000000000007", _IN_BERLIN, _SHOP_US, _tees("USD", "6109100012")),
            purpose="return",
        ),
        is_return=True,
    ),
    "gift_gb_to_de_ioss": _more(
        _booking("TW000000000000000008", _SHOP_GB, _IN_BERLIN, _tees("GBP")),
        purpose="gift",
        registrations={"ioss": "IM0000000001"},
    ),
    "domestic_gb": _booking("TW000000000000000009", _SHOP_GB, _IN_LONDON, _tees("GBP")),
}
"""What is bought. The service is ``canary-service`` unless a recording names another."""

DUTIES: dict[str, DutyRequest] = {
    "two_tees_us_to_de": DutyRequest(BOOKINGS["two_tees_us_to_de_ddp"].shipment, "EUR"),
    "two_parcels_gb_to_us": DutyRequest(BOOKINGS["two_parcels_gb_to_us"].shipment, "USD"),
    "cjk_jp_to_de": DutyRequest(BOOKINGS["cjk_jp_to_de"].shipment, "EUR"),
}

POINTS: dict[str, PointsRequest] = {
    "pick_up_berlin": PointsRequest(_BERLIN, "Ackerstraße 999"),
    "drop_off_leeds": PointsRequest(_LEEDS, "12 Foundry Row", "drop_off", 5),
    "pick_up_portland": PointsRequest(_PORTLAND, "2200 SW Ninth Row", limit=3),
    "no_postcode_hong_kong": PointsRequest(_HONG_KONG, "999 Canton Row"),
}
