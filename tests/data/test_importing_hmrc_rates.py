"""HMRC's monthly customs rates: what is read, kept and charged by."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from api.services.compiling import load_facts, snapshot_contents
from customs.rulebook import Rulebook
from data.importing.hmrc_rates import HmrcRatesError, fixed_on, read_hmrc_rates
from data.importing.kept_rates import keep_rates, kept_rates
from data.loading.sources import load_sources
from tariffs.snapshot import Snapshot, SnapshotContents, compile_snapshot

FEED = load_sources()["HMRC-RATES"]
SMALL = replace(FEED, expect={})
OFFICIAL = Path(__file__).parents[3] / "shared" / "data" / "fx" / "hmrc" / "all_rates.csv"
MONTHLY = """\
Country/Territories,Currency,Currency Code,Currency Units per £1,Start date,End date
Abu Dhabi,Dirham,AED,4.7,01/11/2026,30/11/2026
Dubai,Dirham,AED,4.7,01/11/2026,30/11/2026
USA,Dollar,USD,1.25,01/11/2026,30/11/2026
"""
HISTORY = "USD,2026-11-01,2026-11-30,1.25\nUSD,2026-10-01,2026-10-31,1.2\n"


@pytest.fixture
def write(tmp_path):
    def written(text, name="rates.csv"):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return written


def test_a_months_rates_stand_under_the_day_they_were_fixed_on(write):
    (month,) = read_hmrc_rates([write(MONTHLY)], SMALL)
    assert month == (date(2026, 10, 22), {"AED": Decimal("4.7"), "USD": Decimal("1.25")})


def test_the_history_has_no_header_and_comes_out_oldest_first(write):
    months = read_hmrc_rates([write(HISTORY)], SMALL)
    assert months == [
        (date(2026, 9, 17), {"USD": Decimal("1.2")}),
        (date(2026, 10, 22), {"USD": Decimal("1.25")}),
    ]


@pytest.mark.parametrize("month", range(1, 13))
def test_the_day_of_a_month_is_the_penultimate_thursday_before_it(month):
    first = date(2026, month, 1)
    day = fixed_on(first)
    assert day.weekday() == 3
    assert 8 <= (first - day).days <= 14


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("USD,2026-11-01,2026-11-30,0\n", "USD is '0'"),
        ("USD,2026-11-01,2026-11-30,many\n", "USD is 'many'"),
        ("usd,2026-11-01,2026-11-30,1\n", "'usd' is no currency"),
        ("USD,2026-11-02,2026-11-30,1\n", "no calendar month"),
        ("USD,2026-11-01,2026-11-29,1\n", "no calendar month"),
        ("USD,2026-11-01,November,1\n", "'November' is no day"),
        (HISTORY + "USD,2026-11-01,2026-11-30,1.3\n", "line 3: two rates of USD"),
        ("Country,Currency Code\n", "no column"),
        (HISTORY + "USD,2026-11-01\n", "line 3 has 2 cells"),
        (HISTORY + '"USD', "line 3"),
    ],
)
def test_a_file_of_another_form_is_refused_with_its_line(write, text, why):
    with pytest.raises(HmrcRatesError, match=why):
        read_hmrc_rates([write(text)], SMALL)


def test_a_month_with_few_currencies_is_not_the_whole_of_it(write):
    with pytest.raises(HmrcRatesError, match="currencies: 2 is not within 120 to 200"):
        read_hmrc_rates([write(MONTHLY)], FEED)


def test_an_import_adds_its_months_to_those_that_are_kept(tmp_path, write):
    assert kept_rates(tmp_path) == {}
    months = read_hmrc_rates([write(HISTORY)], SMALL)
    assert keep_rates(tmp_path, "HMRC", months[:1]) == 1
    assert keep_rates(tmp_path, "HMRC", months[1:]) == 2
    assert keep_rates(tmp_path, "HMRC", [(months[1][0], {"USD": Decimal("1.3")})]) == 2
    kept = kept_rates(tmp_path)["HMRC"]
    assert [rates["USD"] for _, rates in kept] == [Decimal("1.2"), Decimal("1.3")]
    assert not list(tmp_path.glob("*.part"))


@pytest.fixture(scope="module")
def facts():
    return load_facts()


@pytest.fixture
def converted(tmp_path, write, facts):
    """A hundred dollars in pounds at the border of Great Britain, with some months imported."""
    keep_rates(tmp_path, "HMRC", read_hmrc_rates([write(HISTORY)], SMALL))
    whole = snapshot_contents(facts, rates=kept_rates(tmp_path))
    contents = SnapshotContents((), whole.documents, whole.exchange_rates)
    version = compile_snapshot(tmp_path / "snapshot", contents)
    book = Rulebook(Snapshot.open(tmp_path / "snapshot" / f"{version}.sqlite"))

    def asked(on):
        rates = book.exchange(on, (), book.territories["GB"])
        return rates.customs(Decimal(100), "USD", "GBP"), rates

    return asked


@pytest.mark.parametrize(
    ("on", "pounds"),
    [(date(2026, 10, 31), "83.33"), (date(2026, 11, 1), "80.00"), (date(2026, 11, 30), "80.00")],
)
def test_an_imported_month_is_the_laws_rate_and_no_assumption(converted, on, pounds):
    amount, rates = converted(on)
    assert round(amount, 2) == Decimal(pounds)
    assert rates.assumptions == []
    assert [used.source for used in rates.used] == ["HMRC"]


@pytest.mark.parametrize("on", [date(2026, 9, 30), date(2026, 12, 1), date(2027, 3, 1)])
def test_a_month_that_was_not_imported_is_the_ecbs_as_an_assumption(converted, on):
    _, rates = converted(on)
    assert [used.source for used in rates.used] == ["ECB"]
    (assumption,) = rates.assumptions
    assert "in place of HMRC's" in assumption.what


@pytest.mark.skipif(not OFFICIAL.is_file(), reason="needs the history itself")
def test_the_published_history_is_read_whole():
    months = read_hmrc_rates([OFFICIAL], FEED)
    assert len(months) == 44
    assert sum(len(rates) for _, rates in months) == 6374
    assert months[-1][0] == date(2023, 7, 20)
    assert months[-1][1]["USD"] == Decimal("1.2886")
