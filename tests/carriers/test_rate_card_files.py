"""A mistake in a card's files is refused with its file and line; what looks odd is said."""

from datetime import date

import pytest

from carriers.rate_cards import CardError, card_explain, card_lint, embedded_card, load_card
from data.model.consignment import Parcel

PRICES = "service,zone,over,to,price,per_kg,minimum\n"
ZONES = "zone,countries,regions,postal_prefixes\n"
FIRST = "2025-01-01"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (f"{FIRST}.csv", "service,zone\n", r"paper_post/2025-01-01\.csv:1: the columns are not"),
        (f"{FIRST}.csv", PRICES + "plain,near,0,1,10.00,\n", ":2: 6 cells under 7 columns"),
        (
            f"{FIRST}.csv",
            PRICES + "gold,near,0,1,10.00,,\n",
            ":2: service: 'gold' is none of plain",
        ),
        (f"{FIRST}.csv", PRICES + "plain,moon,0,1,10.00,,\n", ":2: zone: 'moon' is none of"),
        (f"{FIRST}.csv", PRICES + "plain,near,0,1,ten,,\n", ":2: price: 'ten' is no number"),
        (
            f"{FIRST}.csv",
            PRICES + "plain,near,0,1,-1,,\n",
            ":2: price: '-1' is not a number from 0",
        ),
        (f"{FIRST}.csv", PRICES + "plain,near,0,1,NaN,,\n", ":2: price: 'NaN' is not a number"),
        (f"{FIRST}.csv", PRICES + "plain,near,0,1,0,,\n", ":2: a price of 0"),
        (f"{FIRST}.csv", PRICES + "plain,near,0.01,1,9,,\n", ":2: a gap .* ends at 0 kg"),
        (f"{FIRST}.csv", PRICES + "plain,near,0,1,9,,\nplain,near,2,3,9,,\n", ":3: a gap"),
        (f"{FIRST}.csv", PRICES + "plain,near,0,2,9,,\nplain,near,1,3,9,,\n", ":3: .*an overlap"),
        (f"{FIRST}.csv", PRICES + "plain,near,0,,9,,\nplain,near,1,3,9,,\n", ":3: .*service's end"),
        (f"{FIRST}.zones.csv", ZONES + "a,DE,,\nb,DE,,\n", ":3: DE is in zone a already"),
        (
            f"{FIRST}.zones.csv",
            ZONES + "a,DE FR,,10\n",
            ":2: regions and postcodes need one country",
        ),
        (f"{FIRST}.zones.csv", ZONES + "a,Germany,,\n", ":2: 'Germany' is no country"),
        (f"{FIRST}.zones.csv", None, "2025-01-01.zones.csv is missing"),
        ("2025-05-01.zones.csv", ZONES, "no edition of prices begins on 2025-05-01"),
        ("2025-01-01.notes.csv", "x\n", "2025-01-01.notes.csv: nobody reads this file"),
        ("prices.csv", PRICES, "'prices' is no day"),
        (
            "fuel.csv",
            "since,percent\n2025-01-01,1\n2025-01-01,2\n",
            r"fuel\.csv:3: .* not come after",
        ),
        ("fuel.csv", "since,percent\n2025-02-01,1\n", "fuel.csv begins after 2025-01-01"),
        (
            f"{FIRST}.transit.csv",
            "service,zone,min_days,max_days\nplain,near,3,1\n",
            ":2: days run",
        ),
    ],
)
def test_a_mistake_is_refused_with_its_file_and_line(card_folder, name, text, message):
    with pytest.raises(CardError, match=message):
        load_card(card_folder(files={name: text}))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('max_weight = "20 kg"', "max_weight = 20.0", "20.0 is a float"),
        ('max_weight = "20 kg"', 'max_weight = "20"', "max_weight: '20' is not in kg"),
        ('max_weight = "20 kg"', 'maximum = "20 kg"', "services.plain: unknown keys: maximum"),
        ('mode = "post"', 'mode = "pigeon"', "mode: 'pigeon' is none of"),
        ('currency = "EUR"', 'currency = "EURO"', "currency: 'EURO' is none"),
        ('minimum = "EUR 5.00"', 'minimum = "USD 5.00"', "minimum: 'USD 5.00' is not in EUR"),
        ('percent = "2%"', 'percent = "2"', "percent: '2' has no %"),
        ('services = ["plain"]', 'services = ["gold"]', "unknown services: gold"),
        ('note = "Written for tests"', "", "missing: note"),
    ],
)
def test_a_mistake_in_the_cards_facts_is_named(card_folder, old, new, message):
    folder = card_folder()
    text = (folder / "card.toml").read_text()
    assert old in text
    (folder / "card.toml").write_text(text.replace(old, new, 1))
    with pytest.raises(CardError, match=message):
        load_card(folder)


def test_lint_names_what_a_reader_should_look_at(card_folder):
    falling = PRICES + "plain,near,0,1,10.00,,\nplain,near,1,5,9.00,,\n"
    card = load_card(card_folder(files={"2025-01-01.csv": falling}))
    found = "\n".join(card_lint(card, date(2026, 4, 1)))
    assert "2025-01-01.csv:3: 9.00 costs less than the lighter 10.00" in found
    assert "2025-01-01.csv:3: prices end at 5 kg, below 20 kg" in found
    assert "2025-01-01.csv: plain has no prices to zone far" in found
    assert "fuel.csv" not in found


def test_lint_says_when_fuel_is_old(card_folder):
    card = load_card(card_folder())
    assert "paper_post/fuel.csv: the last entry is of 2026-03-02" in card_lint(
        card, date(2026, 7, 1)
    )


@pytest.mark.parametrize("code", ["demo_post", "demo_express"])
def test_the_cards_that_ship_have_nothing_to_look_at(code):
    assert card_lint(embedded_card(code).card, date(2026, 11, 24)) == ()


def test_explain_shows_the_zone_the_band_and_every_part(paper_post, request_for):
    text = card_explain(paper_post.card, request_for("8.2", on=date(2025, 6, 2)))
    assert "card of 2025-01-01, zone near, fuel 0% on 2025-06-02" in text
    assert "Freight: 27.00 = zone near: 8.5 kg (over 5 kg): 20.00 + 2.00/kg × 3.5 kg EUR" in text
    assert "Peak: 2.70 = 10% × 27.00 EUR" in text


def test_explain_says_why_a_service_is_not_there(paper_post, request_for):
    assert "not carried: a parcel of 99.0 kg" in card_explain(paper_post.card, request_for("99"))
    by_air = request_for(Parcel(1), mode="air")
    assert "Plain: not by air" in card_explain(paper_post.card, by_air)
