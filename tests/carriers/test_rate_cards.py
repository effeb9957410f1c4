"""A rate card is priced as anybody would with the paper in front of them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carriers import RequestRejected
from carriers.offers import faults_of
from carriers.rate_cards import EMBEDDED, CardCarrier, embedded_card, load_card
from data.model.consignment import Parcel
from data.model.places import Place

COUNTRIES = ["US", "GB", "DE", "FR", "JP", "BR", "AU", "ZA", "CA", "XK"]
DEMOS = [embedded_card("demo_post"), embedded_card("demo_express")]


def parts(offer):
    return {part.code: str(part.amount.amount) for part in offer.parts}


def test_freight_is_the_price_of_the_band_the_weight_falls_in(paper_post, request_for):
    for weight, freight in [("0.01", "10.00"), ("1", "10.00"), ("1.01", "20.00"), ("5", "20.00")]:
        (offer,) = paper_post.offers(request_for(weight))
        assert parts(offer)["freight"] == freight


def test_above_the_last_band_each_kilogram_is_added_and_the_minimum_holds(paper_post, request_for):
    for weight, freight in [("6", "25.00"), ("7.5", "25.00"), ("8", "26.00"), ("20", "50.00")]:
        (offer,) = paper_post.offers(request_for(weight))
        assert parts(offer)["freight"] == freight


def test_weights_are_rounded_up_to_the_step_of_the_card(paper_post, request_for):
    (offer,) = paper_post.offers(request_for("8.01"))
    assert parts(offer)["freight"] == "27.00"
    assert "8.5 kg" in offer.parts[0].working


def test_a_light_but_large_parcel_is_billed_by_its_size(paper_post, request_for):
    large = Parcel(Decimal("0.3"), (Decimal(60), Decimal(50), Decimal(20)))  # 12 kg by volume
    (offer,) = paper_post.offers(request_for(large))
    assert parts(offer)["freight"] == "34.00"


def test_every_parcel_is_priced_by_itself(paper_post, request_for):
    (offer,) = paper_post.offers(request_for("1", "1", "4"))
    assert parts(offer)["freight"] == "40.00"
    assert "2 × 1.0 kg" in offer.parts[0].working


def test_a_percentage_so_far_counts_the_surcharges_above_it(paper_post, request_for):
    (offer,) = paper_post.offers(request_for("1", residential=True))
    assert parts(offer) == {"freight": "10.00", "residential": "1.00", "peak": "1.10"}
    assert str(offer.price.amount) == "12.10"


def test_a_remote_area_costs_its_minimum_or_more_by_weight(paper_post, request_for):
    ajaccio = Place("FR", None, "20 000")
    assert parts(paper_post.offers(request_for("1", to=ajaccio))[0])["remote"] == "3.00"
    assert parts(paper_post.offers(request_for("10", to=ajaccio))[0])["remote"] == "5.00"
    assert "remote" not in parts(paper_post.offers(request_for("1", to=Place("FR")))[0])
    assert "remote" in parts(paper_post.offers(request_for("1", to=Place("GL", None, "3900")))[0])


def test_oversize_is_billed_for_each_parcel_that_is(paper_post, request_for):
    long = Parcel(Decimal(1), (Decimal(101), Decimal(5), Decimal(5)))
    (offer,) = paper_post.offers(request_for(long, long, "1"))
    assert parts(offer)["oversize"] == "14.00"


@pytest.mark.parametrize(
    ("day", "fuel"),
    [(date(2026, 3, 1), None), (date(2026, 3, 2), "1.43"), (date(2027, 1, 1), "1.43")],
)
def test_fuel_changes_on_the_day_its_file_says(paper_post, request_for, day, fuel):
    (offer,) = paper_post.offers(request_for("1", on=day))
    assert parts(offer).get("fuel") == fuel


@pytest.mark.parametrize(
    ("day", "freight"),
    [(date(2025, 1, 1), "10.00"), (date(2025, 12, 31), "10.00"), (date(2026, 1, 1), "13.00")],
)
def test_prices_change_on_the_day_of_the_edition(paper_post, request_for, day, freight):
    (offer,) = paper_post.offers(request_for("1", on=day))
    assert parts(offer)["freight"] == freight


def test_before_the_card_begins_there_is_no_offer(paper_post, request_for):
    with pytest.raises(RequestRejected, match="begins on 2025-01-01"):
        paper_post.offers(request_for("1", on=date(2024, 12, 31)))


@pytest.mark.parametrize(
    ("place", "zone"),
    [
        (Place("AT"), "home"),
        (Place("FR"), "near"),
        (Place("GB", None, "EC1A 1BB"), "near"),
        (Place("GB", "NIR"), "north"),
        (Place("GB", None, "bt1 5gs"), "north"),
        (Place("GB", "NIR", "BT9 5AA"), "islands"),
        (Place("JP"), "far"),
    ],
)
def test_the_most_exact_zone_wins(paper_post, place, zone):
    edition = paper_post.card.editions[0]
    assert edition.zones.zone("AT", place) == zone


def test_what_is_too_heavy_or_too_long_is_declined_with_the_limit(paper_post, request_for):
    with pytest.raises(RequestRejected, match=r"Plain: a parcel of 20\.5 kg; at most 20 kg"):
        paper_post.offers(request_for("20.1"))
    pole = Parcel(Decimal(1), (Decimal(151), Decimal(1), Decimal(1)))
    with pytest.raises(RequestRejected, match="a side of 151 cm; at most 150 cm"):
        paper_post.offers(request_for(pole))
    cube = Parcel(Decimal(1), (Decimal(90), Decimal(90), Decimal(90)))
    with pytest.raises(RequestRejected, match="length and girth of 450 cm"):
        paper_post.offers(request_for(cube))
    with pytest.raises(RequestRejected, match="the prices end at 2 kg"):
        paper_post.offers(request_for("3", to=Place("JP")))
    with pytest.raises(RequestRejected, match="no service of mode express"):
        paper_post.offers(request_for("1", mode="express"))


def test_a_card_for_one_origin_is_not_used_from_another(card_folder, request_for):
    folder = card_folder()
    text = (folder / "card.toml").read_text()
    (folder / "card.toml").write_text('ship_from = ["GB"]\n' + text)
    with pytest.raises(RequestRejected, match="not for parcels from AT"):
        CardCarrier(load_card(folder)).offers(request_for("1"))


def test_without_weights_the_assumed_weight_is_priced_and_bounded(paper_post, request_for):
    (offer,) = paper_post.offers(request_for(pieces=3))  # 1.2 kg, billed as 1.5
    assert offer.weight_assumed
    assert (offer.low.amount, offer.price.amount, offer.high.amount) == (
        Decimal("11.00"),
        Decimal("22.00"),
        Decimal("55.00"),
    )
    assert "0.4 kg a piece is assumed" in offer.source_note


def test_many_pieces_of_assumed_weight_share_parcels_up_to_the_heaviest(paper_post, request_for):
    (offer,) = paper_post.offers(request_for(pieces=101))  # 50 in a parcel of 20 kg
    assert "2 × 20.0 kg" in offer.parts[0].working
    assert offer.low.amount < offer.price.amount < offer.high.amount


def test_the_duty_paid_fee_is_the_one_of_the_day(paper_post, request_for):
    def fee(day):
        return paper_post.offers(request_for("1", on=day))[0].ddp_fee

    assert fee(date(2026, 5, 31)).percent == 2
    assert fee(date(2026, 5, 31)).working == "2% of the duty and tax advanced, at least 5.00 EUR"
    assert (fee(date(2026, 6, 1)).percent, fee(date(2026, 6, 1)).minimum.amount) == (0, 6)
    assert paper_post.offers(request_for("1"))[0].disbursement_fee is None


def test_the_same_question_is_answered_from_memory(paper_post, request_for):
    first = paper_post.offers(request_for("0.3", to=Place("DE", None, "10115")))
    again = paper_post.offers(request_for("0.4", to=Place("DE", None, "80331")))
    assert again is first


@pytest.mark.parametrize("demo", DEMOS, ids=lambda demo: demo.code)
@settings(max_examples=60, deadline=None)
@given(
    country=st.sampled_from(COUNTRIES),
    weights=st.tuples(*[st.decimals("0.001", "29", places=3)] * 2),
    on=st.dates(date(2020, 1, 1), date(2027, 12, 31)),
)
def test_a_heavier_parcel_never_costs_less_and_parts_are_the_price(
    demo, request_for, country, weights, on
):
    light, heavy = sorted(weights)
    here = Place(country)
    before = {o.service: o.price.amount for o in demo.offers(request_for(light, to=here, on=on))}
    for offer in demo.offers(request_for(heavy, to=here, on=on)):
        assert offer.price.amount >= before[offer.service]
        assert faults_of(offer) is None


@pytest.mark.parametrize("origin", ["US", "CN", "DE", "GB", "IN"])
@pytest.mark.parametrize(
    "to", [Place("US", "NY"), Place("GB"), Place("GB", "NIR", "BT1 5GS"), Place("DE"), Place("NZ")]
)
def test_the_demonstration_has_offers_by_post_and_express_on_every_lane(origin, to, request_for):
    request = replace(request_for("0.4", to=to), ship_from=Place(origin))
    offers = [offer for demo in DEMOS for offer in demo.offers(request)]
    assert [offer.mode for offer in offers] == ["post", "post", "express", "express"]
    assert sum(offer.ddp_fee is not None for offer in offers) == 3


@pytest.mark.parametrize("demo", DEMOS, ids=lambda demo: demo.code)
def test_the_demonstration_says_that_its_prices_are_invented(demo, request_for):
    for offer in demo.offers(request_for("1")):
        assert "invented prices" in offer.source_note
        assert "Fictional" in offer.source_note


def test_every_card_that_ships_loads():
    folders = sorted(path for path in EMBEDDED.iterdir() if path.is_dir())
    assert [load_card(folder).code for folder in folders] == ["demo_express", "demo_post"]
