"""Goods and numbers are checked over HTTP and from the command line, and quotes heed the rules."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from api.app import create_app
from api.assembly import assemble
from api.settings import Settings
from tests.api.real_service import (  # noqa: F401 - fixtures
    Desk,
    desk_fixture,
    facts_dir_fixture,
    line,
    open_app_fixture,
    quote,
    shop_fixture,
)

PATH = "/v1/controls"
FUR = {"quantity": 1, "hs_code": "4303.10", "description": "Scarf of fur"}


def lane(to: str = "DE", *lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    sent = {"country": to} if isinstance(to, str) else to
    return {
        "as_of": "2026-11-20",
        "ship_from": {"country": "CN"},
        "ship_to": sent,
        "lines": list(lines) or [FUR],
        **changes,
    }


def checked(shop: Any, body: dict[str, Any]) -> dict[str, Any]:
    answer = shop.post(PATH, json=body)
    assert answer.status_code == 200, answer.get_data()
    found: dict[str, Any] = answer.get_json()
    return found


def codes(found: dict[str, Any]) -> set[str]:
    return {finding["code"] for finding in found["findings"]}


def test_a_check_says_what_it_consulted_and_that_it_clears_nothing(shop: Any) -> None:
    found = checked(shop, lane("JP", {"quantity": 1, "hs_code": "6109.10"}))
    assert found["outcome"] == "clear"
    assert found["coverage"] == "partial"
    assert "no clearance" in found["note"]
    packs = {pack["pack"]: pack for pack in found["packs"]}
    assert {"carriage", "european_union", "united_states", "great_britain"} <= packs.keys()
    assert all(pack["checked_on"] >= "2026-11-01" for pack in packs.values())
    assert found["tariff_measures"] is None
    assert found["facts_version"]


def test_prohibited_goods_are_refused_with_the_law(shop: Any) -> None:
    found = checked(shop, lane("DE", {**FUR, "facts": {"fur_animal": "cat"}}))
    assert found["outcome"] == "refused"
    (ban,) = [each for each in found["findings"] if each["outcome"] == "prohibited"]
    assert (ban["code"], ban["line"]) == ("eu-cat-dog-fur", "1")
    assert ban["law"]["id"] == "EC-1523-2007"
    assert ban["law"]["since"] == "2008-12-31"


def test_an_unknown_fact_is_named(shop: Any) -> None:
    found = checked(shop, lane("DE"))
    assert found["outcome"] == "review"
    asked = {each["code"]: each.get("fact") for each in found["findings"]}
    assert asked["eu-cat-dog-fur"] == "fur_animal"
    assert asked["eu-gpsr"] == "eu_responsible_person"


def test_modes_that_may_not_carry_the_goods_are_listed(shop: Any) -> None:
    battery = {"quantity": 1, "hs_code": "8507.60", "description": "Lithium ion cell, 12 Wh"}
    assert checked(shop, lane("GB", battery))["not_via"] == ["post"]
    assert checked(shop, lane("GB", battery, mode="post"))["outcome"] == "refused"


def test_the_numbers_that_a_lane_asks_for_are_said(shop: Any) -> None:
    shirt = {"quantity": 1, "hs_code": "6109.10"}
    assert "identifier-needed" in codes(checked(shop, lane("BR", shirt)))
    numbers = [{"kind": "cpf", "number": "390.533.447-05"}]
    told = checked(shop, lane("BR", shirt, identifiers=numbers))
    assert "identifier-needed" not in codes(told)
    wrong = [{"kind": "cpf", "number": "390.533.447-06", "party": "importer"}]
    told = checked(shop, lane("BR", shirt, identifiers=wrong))
    assert {"identifier-needed", "identifier-invalid"} <= codes(told)


def test_descriptions_are_looked_at(shop: Any) -> None:
    found = checked(shop, lane("JP", {"quantity": 1, "hs_code": "6109.10", "description": "Gift"}))
    (finding,) = found["findings"]
    assert finding["code"] == "description-refused"
    assert "such as" in finding["message"]


def test_the_tariffs_own_prohibitions_need_prices(shop: Any) -> None:
    price = {"amount": "10.00", "currency": "USD"}
    goods = {"quantity": 1, "hs_code": "0401.10", "country_of_origin": "CA"}
    unpriced = checked(shop, lane("US", goods))
    priced = checked(shop, lane("US", {**goods, "unit_price": price}))
    assert unpriced["tariff_measures"] is None
    assert priced["tariff_measures"] == "US"


def test_the_body_of_a_quote_is_understood(shop: Any) -> None:
    assert checked(shop, quote("DE"))["coverage"] == "partial"


def test_a_territory_without_rules_is_checked_all_the_same(shop: Any) -> None:
    assert checked(shop, lane("IS", {**FUR, "hs_code": "8507.60"}))["not_via"] == ["post"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({**lane(), "lines": []}, "/lines"),
        ({**lane(), "lanes": 1}, "/lanes"),
        (lane("ZZ"), "/ship_to/country"),
        (lane("DE", {"hs_code": "4303.10"}), "/lines/0/quantity"),
        (lane("DE", {"quantity": 1}), "/lines/0/hs_code"),
        (lane("DE", {**FUR, "facts": {"fur_animal": 1}}), "/lines/0/facts/fur_animal"),
        (lane(mode="pigeon"), "/mode"),
        (lane(identifiers=[{"kind": "passport", "number": "1"}]), "/identifiers/0/kind"),
        (lane(identifiers=[{"kind": "cpf"}]), "/identifiers/0/number"),
        (
            lane(identifiers=[{"kind": "cpf", "number": "1", "party": "aunt"}]),
            "/identifiers/0/party",
        ),
        (lane("DE", *[FUR] * 1001), "/lines"),
    ],
)
def test_a_body_that_cannot_be_meant_is_refused(shop: Any, body: Any, pointer: str) -> None:
    answer = shop.post(PATH, json=body)
    assert answer.status_code == 422, answer.get_data()
    assert pointer in {error["pointer"] for error in answer.get_json()["errors"]}


@pytest.mark.parametrize("facts", [{"un_number": ""}, {"soc_percent": "much"}, {"age_years": "∞"}])
def test_facts_in_a_strange_form_are_answered(shop: Any, facts: dict[str, str]) -> None:
    goods = {**FUR, "hs_code": "9706.10", "facts": facts}
    assert shop.post(PATH, json=lane("DE", goods)).status_code == 200


def identifiers(shop: Any, *asked: dict[str, Any], **changes: Any) -> Any:
    body = {"identifiers": list(asked), "as_of": "2026-11-20", **changes}
    return shop.post("/v1/identifiers/check", json=body)


def test_numbers_are_looked_at_in_the_order_asked(shop: Any) -> None:
    answer = identifiers(
        shop,
        {"kind": "cpf", "number": "390.533.447-05"},
        {"kind": "vat", "number": "DE136695978"},
        {"kind": "pccc", "number": "P123456789012", "issued": "2026-02-01"},
    )
    assert answer.status_code == 200
    cpf, vat, pccc = answer.get_json()["identifiers"]
    assert (cpf["normalised"], cpf["valid"], cpf["status"]) == ("39053344705", True, "checksum")
    assert (vat["valid"], vat["why"]) == (False, "its check digits do not agree")
    assert (pccc["valid"], pccc["status"]) == (True, "format")
    assert "register" in answer.get_json()["note"]


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ([], "/identifiers"),
        ([{"kind": "passport", "number": "1"}], "/identifiers/0/kind"),
        ([{"kind": "cpf", "number": 39053344705}], "/identifiers/0/number"),
        ([{"kind": "cpf", "number": "1", "issued": "yesterday"}], "/identifiers/0/issued"),
        ([{"kind": "cpf", "number": "1", "country": "BR"}], "/identifiers/0/country"),
        ([{"kind": "cpf", "number": "1"}] * 101, "/identifiers"),
    ],
)
def test_numbers_that_cannot_be_meant_are_refused(shop: Any, asked: Any, pointer: str) -> None:
    answer = identifiers(shop, *asked)
    assert answer.status_code == 422
    assert pointer in {error["pointer"] for error in answer.get_json()["errors"]}


def test_every_kind_is_in_the_vocabulary(shop: Any) -> None:
    kinds = [each["kind"] for each in shop.get("/v1/vocabulary").get_json()["identifier_kinds"]]
    assert {"eori", "ioss", "pccc", "cpf"} <= set(kinds)
    answer = identifiers(shop, *({"kind": kind, "number": "1"} for kind in kinds))
    assert answer.status_code == 200


def quoted(shop: Any, *said: Any, **changes: Any) -> dict[str, Any]:
    answer = shop.post("/v1/quotes", json=quote(*said, **changes))
    assert answer.status_code == 200, answer.get_data()
    found: dict[str, Any] = answer.get_json()
    return found


def test_a_quote_of_prohibited_goods_is_refused(shop: Any) -> None:
    goods = line("40.00", hs_code="430310", description="Hat", facts={"fur_animal": "dog"})
    answer = quoted(shop, "DE", goods)
    assert (answer["status"], answer["options"]) == ("refused", [])
    assert answer["verdict"]["outcome"] == "refused"
    assert "eu-cat-dog-fur" in {each["code"] for each in answer["verdict"]["findings"]}


def test_a_quote_drops_the_services_that_may_not_carry_the_goods(shop: Any) -> None:
    goods = line("40.00", hs_code="850760", description="Lithium ion cell")
    answer = quoted(shop, "DE", goods, carriers=["flat"])
    assert {option["mode"] for option in answer["options"]} == {"express"}
    assert answer["verdict"]["outcome"] == "review"
    (silence,) = [each for each in answer["silent_carriers"] if each["carrier"] == "flat"]
    assert "post" in silence["reason"]


def test_such_a_quote_is_replayed_as_it_was(desk: Desk) -> None:
    goods = line("40.00", hs_code="850760", description="Lithium ion cell")
    made = desk.ask("/v1/quotes", {**quote("DE", goods, carriers=["flat"]), "store": True})
    assert made.status_code == 201
    replayed = desk.ask(f"{made.headers['Location']}/replay", {})
    assert replayed.get_json()["differences"] == []
    assert replayed.get_json()["identical"] is True


def test_a_quote_by_a_mode_that_may_not_carry_the_goods_is_refused(shop: Any) -> None:
    goods = line("40.00", hs_code="850760", description="Lithium ion cell")
    assert quoted(shop, "DE", goods, mode="post", carriers=["flat"])["status"] == "refused"


def test_ordinary_goods_stay_clear(shop: Any) -> None:
    answer = quoted(shop, "DE", line("25.00"))
    assert answer["verdict"] == {"outcome": "clear", "findings": []}


def test_a_number_that_cannot_be_is_said_in_a_quote_and_refuses_nothing(shop: Any) -> None:
    seller = {"registrations": [{"scheme": "ioss", "number": "IM1"}]}
    answer = quoted(shop, "DE", line("25.00"), seller=seller)
    (finding,) = answer["verdict"]["findings"]
    assert (finding["code"], finding["outcome"]) == ("identifier-invalid", "warning")
    assert finding["party"] == "seller"
    assert answer["options"]


@pytest.fixture(name="command")
def command_fixture(facts_dir: Path) -> Flask:
    return create_app(assemble(Settings(data_dir=facts_dir, open=True)))


def test_goods_in_a_file_are_checked_from_the_command_line(command: Flask, tmp_path: Path) -> None:
    file = tmp_path / "goods.json"
    file.write_text(json.dumps(lane("DE", {**FUR, "facts": {"fur_animal": "cat"}})), "utf-8")
    result = command.test_cli_runner().invoke(args=["controls", "check", str(file)])
    assert result.exit_code == 0, result.output
    assert "refused" in result.output
    assert "EC-1523-2007" in result.output
    assert "no clearance" in result.output


def test_a_file_that_cannot_be_checked_says_where(command: Flask, tmp_path: Path) -> None:
    file = tmp_path / "goods.json"
    file.write_text(json.dumps({**lane(), "mode": "pigeon"}), "utf-8")
    result = command.test_cli_runner().invoke(args=["controls", "check", str(file)])
    assert result.exit_code == 1
    assert "/mode" in result.output
    file.write_text("{", "utf-8")
    result = command.test_cli_runner().invoke(args=["controls", "check", str(file)])
    assert result.exit_code == 1
