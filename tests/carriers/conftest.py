"""A small card whose prices can be worked out in the head, and a request for it."""

from datetime import date
from decimal import Decimal

import pytest

from carriers import RateRequest
from carriers.rate_cards import CardCarrier, load_card
from data.model.consignment import Parcel
from data.model.money import money
from data.model.places import Place

CARD = """\
name = "Paper Post"
note = "Written for tests"
currency = "EUR"
weight_step = "0.5 kg"
volumetric_divisor = "5000 cm3/kg"
assumed_piece_weight = "0.4 kg"
oversize_side = "100 cm"
fuel_on = "freight_and_surcharges"

[services.plain]
name = "Plain"
mode = "post"
max_weight = "20 kg"
max_side = "150 cm"
max_girth = "300 cm"

[ddp_fee]
code = "duty_paid"
name = "Duty paid"
versions = [
  { since = 2025-01-01, percent = "2%", minimum = "EUR 5.00", services = ["plain"] },
  { since = 2026-06-01, percent = "0%", minimum = "EUR 6.00", services = ["plain"] },
]
"""
FILES = {
    "card.toml": CARD,
    "fuel.csv": "since,percent\n2025-01-01,0\n2026-03-02,10\n",
    "2025-01-01.zones.csv": (
        "zone,countries,regions,postal_prefixes\n"
        "home,=,,\n"
        "near,DE FR GB,,\n"
        "north,GB,NIR,BT\n"
        "islands,GB,,BT9 HS\n"
        "far,*,,\n"
    ),
    "2025-01-01.csv": (
        "service,zone,over,to,price,per_kg,minimum\n"
        "plain,near,0,1,10.00,,\n"
        "plain,near,1,5,20.00,,\n"
        "plain,near,5,,20.00,2.00,25.00\n"
        "plain,north,0,,11.00,,\n"
        "plain,islands,0,,12.00,,\n"
        "plain,home,0,,5.00,,\n"
        "plain,far,0,2,40.00,,\n"
    ),
    "2026-01-01.csv": "service,zone,over,to,price,per_kg,minimum\nplain,near,0,,13.00,,\n",
    "2025-01-01.transit.csv": "service,zone,min_days,max_days\nplain,near,1,3\n",
    "2025-01-01.remote.csv": "country,postal_prefixes\nFR,20\nGL,\n",
    "2025-01-01.surcharges.csv": (
        "code,name,services,when,per,amount,per_kg,percent,of,minimum\n"
        "remote,Remote area,,remote,consignment,,0.50,,,3.00\n"
        "oversize,Oversize,,oversize,parcel,7.00,,,,\n"
        "residential,To a home,,residential,parcel,1.00,,,,\n"
        "peak,Peak,plain,always,consignment,,,10,so_far,\n"
    ),
}


@pytest.fixture
def card_folder(tmp_path):
    """Writes the card's files, with some of them changed, and says where."""

    def write(**changes):
        folder = tmp_path / "paper_post"
        folder.mkdir(exist_ok=True)
        for name, text in {**FILES, **changes.get("files", {})}.items():
            if text is None:
                (folder / name).unlink(missing_ok=True)
            else:
                (folder / name).write_text(text, "utf-8")
        return folder

    return write


@pytest.fixture
def paper_post(card_folder):
    return CardCarrier(load_card(card_folder()))


def request_for(*weights, to=None, on=date(2025, 6, 2), **more):
    """A request for parcels of these weights from Vienna, to Berlin unless told."""
    parcels = tuple(w if isinstance(w, Parcel) else Parcel(Decimal(w)) for w in weights)
    berlin = Place("DE", None, "10115", "Berlin")
    value = money("50", "EUR")
    return RateRequest(Place("AT", None, "1010"), to or berlin, parcels, on, value, **more)


@pytest.fixture(name="request_for", scope="session")
def _request_for():
    return request_for
