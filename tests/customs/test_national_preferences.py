"""Whose preferences are granted where the tariff of Canada or Australia was imported."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from customs.border import Border
from customs.landed_cost import border_cost
from customs.rulebook import Rulebook
from data.importing.national import programme_code
from data.loading.agreements import load_agreements
from data.loading.sources import load_sources
from data.model.consignment import Consignment, GoodsItem, PreferenceClaim
from data.model.dated import Law
from data.model.money import money
from data.model.places import Place
from data.model.schedule_rows import ScheduleRow
from tariffs.origin import read_agreements
from tariffs.schedule import Commodity, Programme, Rate, ScheduleStatus
from tariffs.snapshot import (
    ScheduleContents,
    ScheduleVersion,
    Snapshot,
    SnapshotContents,
    compile_snapshot,
)
from tests.customs.conftest import DOCUMENTS, FACTS

TODAY = date(2026, 11, 20)
LAW = Law("TARIFF", "A tariff")
AGREEMENTS = {
    name: read_agreements(doc) for name, doc in load_agreements(FACTS / "agreements").items()
}
RATES = {
    "CA": {word: f"{n}%" for n, word in enumerate("UST MXT CPTPT UKT CEUT CA-IT GPT".split(), 1)},
    "AU": {word: f"{n}%" for n, word in enumerate("AU-FI LDC AU-DC DCS DCT NZ CA".split(), 1)},
}
SOURCES = {"CA": "CA-TPHS", "AU": "AU-SCHEDULE-3"}
COUNTRIES = {"CA": (), "AU": ("CA", "MY", "NZ", "PG", "SG")}
NOBODY_READ = {
    "AUT", "NZT", "CCCT", "LDCT", "GPT", "CIAT", "CA-CT", "CRT", "CA-IT", "CA-NT", "SLT", "CA-PT",
    "COLT", "CA-JT", "PAT", "HNT", "KRT", "UAT",
}  # fmt: skip
"""Treatments of Canada whose members no source at hand names."""


class Written:
    """A schedule with one code: a tenth for all, and every programme at a rate of its own."""

    def __init__(self, territory):
        day = date(2020, 1, 1)
        preferred = tuple(
            Rate(Programme.PREFERENCE, rate, day, None, LAW, origins=(word,))
            for word, rate in RATES[territory].items()
        )
        self.rates = (Rate(Programme.THIRD_COUNTRY, "10%", day, None, LAW), *preferred)

    @property
    def status(self):
        return ScheduleStatus("", "", "", "", "", TODAY, TODAY, 1, 1, "full")

    def find(self, code):
        return (Commodity(code.ljust(10, "0"), self.rates),)


@pytest.fixture
def duty(territory, exchange):
    """The duty per cent of goods of an origin under a claim."""

    def asked(to, origin, claim, proof="stated", price="5000", **item):
        rules = territory(to)
        goods = GoodsItem(
            "1", 1, money(price, rules.currency), hs_code="950300", country_of_origin=origin,
            preference=PreferenceClaim(claim, proof), **item,
        )  # fmt: skip
        rates = exchange(TODAY, rows=lambda name, day: (day, {"CAD": "1.5", "USD": "1.2"}))
        border = Border(rules, Written(to), None, AGREEMENTS[to], rates, TODAY)
        consignment = Consignment(Place("DE"), Place(to), (goods,))
        cost = border_cost(border, consignment, money("0", rules.currency), "air")
        (charge,) = [c for c in cost.charges if c.kind == "duty"]
        return charge.assessed.amount * 100 / Decimal(price), cost

    return asked


@pytest.mark.parametrize(
    ("to", "claim", "origin", "percent"),
    [
        ("CA", "usmca", "US", 1),
        ("CA", "usmca", "MX", 2),
        ("CA", "usmca", "CN", 10),
        ("CA", "cptpp", "JP", 3),
        ("CA", "cptpp", "GB", 10),
        ("CA", "uk", "GB", 4),
        ("CA", "eu", "IT", 5),
        ("CA", "CA-IT", "IS", 10),
        ("CA", "GPT", "BD", 10),
        ("AU", "forum-islands", "FJ", 1),
        ("AU", "AU-FI", "FI", 10),
        ("AU", "LDC", "BD", 2),
        ("AU", "developing", "PF", 3),
        ("AU", "developing-dcs", "CN", 4),
        ("AU", "DCT", "HK", 5),
        ("AU", "new-zealand", "NZ", 6),
        ("AU", "canada", "CA", 7),
        ("AU", "canada", "US", 10),
    ],
)
def test_a_claim_has_the_rate_of_its_own_programme_and_a_strangers_has_none(
    duty, to, claim, origin, percent
):
    assert duty(to, origin, claim)[0] == percent


@pytest.mark.parametrize(("price", "percent"), [("3300", 1), ("3301", 10)])
def test_small_consignments_need_no_proof_of_origin_for_canada(duty, price, percent):
    assert duty("CA", "US", "usmca", proof=None, price=price)[0] == percent


def test_a_preference_that_was_not_read_in_an_official_text_says_so(duty):
    _, cost = duty("AU", "FJ", "forum-islands")
    assert [a.confidence for a in cost.assumptions if "members" in a.what] == ["unconfirmed"]


@pytest.mark.parametrize(("to", "nobody"), [("CA", NOBODY_READ), ("AU", set())])
def test_programmes_are_spelled_as_they_are_imported_and_those_for_nobody_are_known(to, nobody):
    imported = {
        programme_code(to, code, COUNTRIES[to]) for code in load_sources()[SOURCES[to]].indicators
    }
    granted = {word for agreement in AGREEMENTS[to].values() for word in agreement.programmes}
    assert granted <= imported
    assert imported - granted == nobody


@pytest.mark.parametrize("to", ["CA", "AU"])
def test_an_imported_tariff_is_the_borders(tmp_path: Path, to):
    row = ScheduleRow("95030000", "third_country", "10%", date(2026, 1, 1), None, "TARIFF")
    imported = ScheduleContents(
        to, "TEST", "Nobody", "CC0", TODAY, "full",
        [ScheduleVersion(date(2026, 1, 1), True, lambda: [row], {"TARIFF": LAW})],
    )  # fmt: skip
    schedules = {"with": [imported], "without": []}
    for name, held in schedules.items():
        contents = SnapshotContents(
            held, {"territories": DOCUMENTS, "agreements": {}, "pegs": {"laws": {}, "pegs": {}}}
        )
        version = compile_snapshot(tmp_path / name, contents)
        book = Rulebook(Snapshot.open(tmp_path / name / f"{version}.sqlite"))
        territory = book.territories[to]
        border = book.border(territory, TODAY, book.exchange(TODAY, (), territory))
        assert (border.schedule is not None) == bool(held)
