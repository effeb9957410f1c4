"""What a tariff says of a code, on a day, for an origin."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.app import create_app
from api.services.reading_tariffs import concerns, membership_in
from api.settings import Settings
from data.importing.origin_rules import OriginRule, write_origin_rules
from data.model.dated import Law
from tariffs.origin import Agreement, Period
from tariffs.schedule import Programme, Rate
from tests.api.real_service import (  # noqa: F401 - fixtures
    facts_dir_fixture,
    open_app_fixture,
    serve,
    shop_fixture,
)

Ask = Callable[..., TestResponse]


def commodities(ask: Ask, query: str, code: str = "6109.10") -> list[dict[str, Any]]:
    answer = ask(f"/v1/tariffs/QQ/codes/{code}?{query}")
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.get_json()["commodities"]
    return found


def programmes(ask: Ask, query: str, code: str = "6109100010") -> list[str]:
    (commodity,) = commodities(ask, query, code)
    return sorted(rate["programme"] for rate in commodity["rates"])


def test_a_tariff_says_where_it_comes_from(ask: Ask) -> None:
    (tariff,) = ask("/v1/tariffs").get_json()["items"]
    assert tariff["territory"] == "QQ"
    assert (tariff["publisher"], tariff["licence"]) == ("Nobody", "CC0-1.0")
    assert (tariff["as_of"], tariff["checked_on"]) == ("2026-01-01", "2026-11-01")
    assert (tariff["completeness"], tariff["codes"]) == ("full", 4)


def test_a_short_code_shows_every_code_beneath_it(ask: Ask) -> None:
    found = commodities(ask, "on=2026-11-20")
    assert [one["code"] for one in found] == ["6109100010", "6109100090"]
    assert found[0]["ancestors"] == ["61", "6109", "610910", "61091000"]


def test_a_rate_comes_with_its_law_and_days(ask: Ask) -> None:
    (spirits,) = commodities(ask, "on=2026-11-20", "2208.30")
    (rate,) = spirits["rates"]
    assert (rate["expression"], rate["since"], rate["until"]) == ("3 EUR/l", "2026-01-01", None)
    assert rate["law"]["id"] == "TEST-1"


def test_only_what_concerns_the_origin_is_shown(ask: Ask) -> None:
    assert programmes(ask, "on=2026-11-20&origin=CA") == ["preference", "third_country"]
    assert programmes(ask, "on=2026-11-20&origin=CN") == ["third_country"]
    assert programmes(ask, "on=2026-11-20") == ["preference", "third_country"]
    (for_china,) = commodities(ask, "on=2026-11-20&origin=CN", "6109100010")
    (for_canada,) = commodities(ask, "on=2026-11-20&origin=CA", "6109100010")
    assert [one["heading"] for one in for_china["measures"]] == ["9999.01"]
    assert for_canada["measures"] == []


@pytest.mark.parametrize(
    ("on", "shown"),
    [("2025-12-31", 0), ("2026-01-01", 1), ("2026-06-30", 1), ("2026-07-01", 0)],
)
def test_a_rate_is_shown_from_its_first_day_to_its_last(ask: Ask, on: str, shown: int) -> None:
    (commodity,) = commodities(ask, f"on={on}&origin=CN", "6109.90")
    assert len(commodity["rates"]) == shown


def test_history_shows_other_days_too_and_says_that_they_do_not_apply(ask: Ask) -> None:
    (commodity,) = commodities(ask, "on=2026-11-20&origin=CN&history=1", "6109.90")
    assert [rate["applies"] for rate in commodity["rates"]] == [False]


def test_a_code_or_territory_that_is_not_held_is_404(ask: Ask) -> None:
    for path in ("/v1/tariffs/QQ/codes/9999.99", "/v1/tariffs/ZZ/codes/6109.10"):
        assert ask(path).status_code == 404


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("on=20261120", "on"),
        ("on=2026-02-30", "on"),
        ("origin=EU", "origin"),
        ("history=x", "history"),
    ],
)
def test_a_query_that_cannot_be_meant_is_422_and_named(
    ask: Ask, query: str, parameter: str
) -> None:
    answer = ask(f"/v1/tariffs/QQ/codes/6109.10?{query}")
    assert answer.status_code == 422
    assert answer.get_json(force=True)["errors"][0]["parameter"] == parameter


def test_codes_are_found_by_their_first_digits_a_page_at_a_time(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.routes.tariffs.MOST_FOUND", 2)
    seen, cursor = [], ""
    for _ in range(3):
        page = ask(f"/v1/tariffs/QQ/search?q=61.09&on=2026-11-20{cursor}").get_json()
        seen += [(item["code"], item["third_country"]) for item in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == [("6109100010", "12%"), ("6109100090", "12%"), ("6109900000", None)]


def test_a_search_needs_at_least_two_digits_or_a_few_words(ask: Ask) -> None:
    for query in ("", "?q=", "?q=6", f"?q={'shirt' * 50}"):
        assert ask(f"/v1/tariffs/QQ/search{query}").status_code == 422


def test_column_2_is_for_those_that_a_law_puts_outside_normal_relations() -> None:
    law = Law("TEST-1", "An invented tariff")
    since = date(2026, 1, 1)
    members = membership_in(
        [
            Agreement("outside", "Outside", "QQ", (), (), None,
                      (Period("column_2", ("KP",), since, None, law),)),
            Agreement("friends", "Friends", "QQ", ("F+",), (), None,
                      (Period("preference", ("CA",), since, None, law),)),
        ]
    )  # fmt: skip
    second = Rate(Programme.COLUMN_2, "90%", since, None, law)
    friends = Rate(Programme.PREFERENCE, "Free", since, None, law, origins=("F+",))
    strangers = Rate(Programme.PREFERENCE, "Free", since, None, law, origins=("Z+",))
    shown = {
        origin: [
            rate.expression
            for rate in (second, friends, strangers)
            if concerns(rate, origin, members, since)
        ]
        for origin in ("KP", "CA", "CN")
    }
    # Nobody here knows who belongs to Z+, so its rate cannot be ruled out.
    assert shown == {"KP": ["90%", "Free"], "CA": ["Free", "Free"], "CN": ["Free"]}


def agreements(shop: FlaskClient, tariff: str, query: str) -> dict[str, dict[str, Any]]:
    answer = shop.get(f"/v1/tariffs/{tariff}/codes/6109.10?{query}")
    assert answer.status_code == 200
    return {one["id"]: one for one in answer.get_json()["agreements"]}


def test_an_agreement_that_could_apply_comes_with_its_proofs_waiver_and_law(
    shop: FlaskClient,
) -> None:
    usmca = agreements(shop, "US", "origin=MX&on=2026-11-20")["usmca"]
    assert usmca["programmes"] == ["S", "S+"]
    assert usmca["proofs"] == ["certification of origin"]
    assert usmca["waiver"] == {"amount": "2500.00", "currency": "USD"}
    assert usmca["members"] == ["CA", "MX"]
    assert (usmca["law"]["id"], usmca["confidence"]) == ("HTSUS-GN-11", "unconfirmed")


def test_an_agreement_is_shown_only_for_the_origins_that_it_covers(shop: FlaskClient) -> None:
    assert "usmca" not in agreements(shop, "US", "origin=CN&on=2026-11-20")
    assert agreements(shop, "GB", "origin=AL&on=2026-11-20").keys() == {"albania"}
    assert agreements(shop, "GB", "origin=US&on=2026-11-20") == {}
    assert agreements(shop, "US", "on=2026-11-20") == {}


def test_an_agreement_is_shown_from_its_first_day(shop: FlaskClient) -> None:
    before, first_day = (
        agreements(shop, "GB", f"origin=AU&on={day}") for day in ("2023-05-30", "2023-05-31")
    )
    assert "australia" not in before
    assert "australia" in first_day


def test_a_country_outside_normal_relations_has_no_agreement_for_it(shop: FlaskClient) -> None:
    assert "column-2" not in agreements(shop, "US", "origin=KP&on=2026-11-20")


def test_a_member_of_a_union_has_the_agreements_of_the_union(shop: FlaskClient) -> None:
    assert agreements(shop, "DE", "origin=CA") == agreements(shop, "EU", "origin=CA") != {}


SHIRTS = OriginRule(
    "japan", "6109000000", "6109999999", 7, 1, in_part=True, classes=("CTH", "MAXNOM"),
    percents=(Decimal("47.5"),), alternative=False, within_quota=False, imports=True, exports=True,
    since=date(2021, 1, 1), until=None,
)  # fmt: skip


@pytest.fixture
def shop_with_rules(facts_dir: Path, tmp_path: Path) -> FlaskClient:
    """The same facts at a site that imported rules of origin for one agreement."""
    site = tmp_path / "site"
    shutil.copytree(facts_dir, site)
    rules = [
        SHIRTS,
        replace(SHIRTS, first="6100000000", last="6199999999", entry=2, classes=("WO",)),
        replace(SHIRTS, number=2, imports=False),
        replace(SHIRTS, entry=9, since=date(2027, 1, 1)),
    ]
    write_origin_rules(site, "GB", "TEST", date(2026, 8, 21), rules)
    return create_app(serve(Settings(data_dir=site, open=True))).test_client()


def test_an_agreement_comes_with_the_rules_of_origin_of_the_code_where_they_were_imported(
    shop_with_rules: FlaskClient,
) -> None:
    found = agreements(shop_with_rules, "GB", "origin=JP&on=2026-11-20")
    japan = found["japan"]
    assert japan["proofs"] == ["origin declaration", "importer's knowledge"]
    assert japan["rules_as_of"] == "2026-08-21"
    narrow, wide = japan["rules_of_origin"]
    assert narrow == {
        "first": "6109000000", "last": "6109999999", "entry": 7, "in_part": True,
        "classes": ["CTH", "MAXNOM"], "percents": ["47.5"], "alternative": False,
        "within_quota": False,
    }  # fmt: skip
    assert wide["classes"] == ["WO"]


def test_rules_of_origin_that_are_not_held_are_null_not_empty(
    shop: FlaskClient, shop_with_rules: FlaskClient
) -> None:
    held = agreements(shop_with_rules, "GB", "origin=JP&on=2026-11-20")["cptpp"]
    never = agreements(shop, "GB", "origin=JP&on=2026-11-20")["japan"]
    elsewhere = agreements(shop_with_rules, "US", "origin=MX&on=2026-11-20")["usmca"]
    for one in (held, never, elsewhere):
        assert (one["rules_of_origin"], one["rules_as_of"]) == (None, None)
