"""What cannot be meant is refused with a pointer to it, and nothing is stored."""

from typing import Any

import orjson
import pytest
from sqlalchemy import func, select

from data.store.engines import reading
from data.store.tables import IDEMPOTENCY_RECORDS, QUOTES
from tests.api.real_service import (  # noqa: F401 - fixtures
    Desk,
    border,
    desk_fixture,
    facts_dir_fixture,
    line,
    open_app_fixture,
    quote,
    shop_fixture,
)

PATH = "/v1/quotes"
JSON = "application/json"


def send(client: Any, body: bytes | str, path: str = PATH, kind: str | None = JSON) -> Any:
    return client.post(path, data=body, content_type=kind)


def assert_problem(answer: Any, status: int, name: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.get_data()
    assert answer.content_type == "application/problem+json"
    problem: dict[str, Any] = answer.get_json()
    assert {"type", "title", "status", "detail", "errors"} <= problem.keys()
    assert problem["type"] == f"urn:tidewaiter:problem:{name}"
    assert problem["status"] == status
    assert problem["detail"]
    assert all(error["detail"] for error in problem["errors"])
    text = answer.get_data(as_text=True)
    assert "Traceback" not in text
    assert "SELECT" not in text
    return problem


GOOD = orjson.dumps(quote())


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"nul", b"{'a': 1}", GOOD[:-1], GOOD + b"}", b"\xff\xfe", b'{"a": "\xff"}',
        GOOD.replace(b"2,", b"NaN,", 1), GOOD.replace(b"2,", b"Infinity,", 1),
        GOOD.replace(b"2,", b"-Infinity,", 1), GOOD.replace(b"2,", b"02,", 1),
        GOOD.replace(b"}", b",}", 1), b"\xef\xbb\xbf" + GOOD[:-1], b'{"a": "\\ud800"}',
        b"[" * 100_000, b'{"lines":' * 5000 + b"1" + b"}" * 5000,
    ],
)  # fmt: skip
def test_what_is_not_json_cannot_be_read(shop: Any, body: bytes) -> None:
    assert_problem(send(shop, body), 400, "malformed-request")


@pytest.mark.parametrize(
    "twins",
    [
        b'{"store": false, "store": true, ',
        b'{"st\\u006fre": false, "store": true, ',
        b'{"x": {"a": 1, "a": 2}, ',
    ],
)
def test_two_members_of_one_name_cannot_be_read(shop: Any, twins: bytes) -> None:
    assert_problem(send(shop, twins + GOOD[1:]), 400, "malformed-request")


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"1", b"null", b"true"])
def test_json_that_is_no_object_is_refused(shop: Any, body: bytes) -> None:
    assert_problem(send(shop, body), 422, "invalid-request")


def test_nesting_that_json_allows_is_refused_by_what_it_says(shop: Any) -> None:
    deep = b'{"facts":' * 100 + b"{}" + b"}" * 100
    problem = assert_problem(send(shop, deep), 422, "invalid-request")
    assert "/facts" in {error["pointer"] for error in problem["errors"]}


def test_a_body_of_two_megabytes_is_too_large(shop: Any) -> None:
    body = orjson.dumps({**quote(), "reference": "x" * (2 << 20)})
    assert_problem(send(shop, body), 413, "too-large")


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "application/xml", None,
     "application/json; charset=latin-1"],
)  # fmt: skip
def test_a_body_that_is_not_declared_as_json_is_refused(shop: Any, kind: str | None) -> None:
    assert_problem(send(shop, GOOD, kind=kind), 415, "not-json")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", PATH, {"POST"}),
        ("PUT", PATH, {"POST"}),
        ("DELETE", f"{PATH}/qt_1", {"GET", "HEAD"}),
        ("GET", "/v1/landed-costs", {"POST"}),
        ("GET", f"{PATH}/qt_1/replay", {"POST"}),
    ],
)
def test_another_method_is_told_which_are_allowed(
    shop: Any, method: str, path: str, allowed: set[str]
) -> None:
    answer = shop.open(path, method=method)
    assert_problem(answer, 405, "method-not-allowed")
    assert set(answer.headers["Allow"].split(", ")) - {"OPTIONS"} == allowed


def money(amount: Any, unit: Any = "EUR") -> dict[str, Any]:
    return {"amount": amount, "currency": unit}


MISSING = object()
WRONG: dict[str, list[Any]] = {
    "/ship_from": [MISSING],
    "/ship_to": [MISSING, "DE", None],
    "/ship_to/country": [MISSING, "XX", "de", "DEU", "UK", 49, None],
    "/ship_from/country": ["EU", "ZZ"],
    "/ship_to/city": ["\u0007"],
    "/lines": [MISSING, {}, [], None],
    "/lines/0": [None, [], "T-shirt"],
    "/lines/0/quantity": [MISSING, 0, -1, 1.5, 2.0, "2", True, None, 10**9],
    "/lines/0/unit_price": [MISSING, "25.00 EUR", 25],
    "/lines/0/unit_price/amount": [
        25, 25.5, None, True, "", "-0.01", "1e3", "1,000.00", "NaN", "Infinity", " 1", "\u0661",
        "1" + "0" * 18, "0." + "1" * 13, "0x10", "+1", ".5",
    ],
    "/lines/0/unit_price/currency": [MISSING, "EURO", "eur", "XXX", "ZZZ", "XTS", 978, []],
    "/lines/0/hs_code": [
        "61091", "610", "T-shirt", "61O910", "61091000000", 610910, "", "\u0666\u0661\u0660\u0669",
    ],
    "/lines/0/country_of_origin": ["Chine", ""],
    "/lines/0/unit_weight": ["200 g", {"value": "1"}],
    "/lines/0/unit_weight/value": [0.2, "0", "-1"],
    "/lines/0/unit_weight/unit": ["stone", None],
    "/lines/0/description": ["a\u001bb"],
    "/currency": ["XYZ", "", ["EUR"]],
    "/as_of": [
        "2026-02-30", "2026-13-01", "20.11.2026", "2026-11-20T00:00:00Z", 20261120, "0000-00-00",
    ],
    "/terms": [[], "DDP", ["DDP", "DAP", "DAP"]],
    "/terms/0": ["EXW", None],
    "/purpose": ["smuggling"],
    "/mode": ["camel"],
    "/buyer": [{"type": "child"}, "consumer"],
    "/store": ["false", 2, []],
    "/max_wait_ms": [0, "2500"],
    "/carriers": [[], "flat"],
    "/locale": ["deutsch", 7],
    "/reference": ["a\u0000b", "x" * 201],
}  # fmt: skip
PAIRS = [(pointer, value) for pointer, values in WRONG.items() for value in values]


def put(body: Any, pointer: str, value: Any) -> Any:
    """A body with another value at a pointer."""
    *steps, last = pointer.strip("/").split("/")
    place = body
    for step in steps:
        place = place[int(step) if isinstance(place, list) else step]
    key = int(last) if isinstance(place, list) else last
    if value is MISSING:
        del place[key]
    else:
        place[key] = value
    return body


@pytest.mark.parametrize(("pointer", "value"), PAIRS)
def test_a_wrong_value_is_refused_with_the_pointer_to_it(
    shop: Any, pointer: str, value: Any
) -> None:
    body = put(quote(terms=["DDP", "DAP"]), pointer, value)
    problem = assert_problem(shop.post(PATH, json=body), 422, "invalid-request")
    assert any(error["pointer"].startswith(pointer) for error in problem["errors"]), problem


def test_a_price_of_18_digits_is_priced_and_never_an_error(shop: Any) -> None:
    body = quote("GB", line("9" * 18 + ".99", "GBP", quantity=10_000_000), currency="GBP")
    for path, sent in (
        (PATH, body),
        ("/v1/landed-costs", border("GB", "1", "GBP", *body["lines"])),
    ):
        answer = shop.post(path, json=sent)
        assert answer.status_code in (200, 422), answer.get_data()
        assert answer.status_code == 422 or answer.get_json()["status"] in ("complete", "partial")


MOST = "9" * 18 + ".999999999999"


@pytest.mark.parametrize(
    "changes",
    [
        {"lines": [line(MOST, quantity=10_000_000)] * 1000},
        {"currency": "USD", "exchange_rates": [{"from": "EUR", "to": "USD", "rate": MOST}]},
        {"exchange_rates": [{"from": "EUR", "to": "GBP", "rate": "0.000000000001"}]},
        {"lines": [line(MOST, duty_expression="9" * 60 + "%")]},
        {"lines": [line(MOST, duty_expression="0." + "9" * 60 + " EUR / kg")]},
        {"lines": [line(unit_weight={"value": MOST, "unit": "kg"}, quantity=10_000_000)]},
        {"insurance": money(MOST), "discount": money("50.00")},
        {"lines": [line(facts={"alcohol_percent": MOST, "steel_content_percent": "9" * 200})]},
    ],
)
@pytest.mark.parametrize("to", ["GB", "DE", "US", "GB BT1 5GS"])
def test_numbers_beyond_all_counting_are_no_fault_of_the_service(
    shop: Any, to: str, changes: dict[str, Any]
) -> None:
    body = quote(to, **{"lines": [line()], **changes})
    freight = {"shipping": money(MOST)}
    alone = {key: value for key, value in body.items() if key != "store"} | freight
    for path, sent in ((PATH, body), ("/v1/landed-costs", alone)):
        answer = shop.post(path, json=sent)
        assert answer.status_code in (200, 422), answer.get_data()
        if answer.status_code == 422:
            assert_problem(answer, 422, "invalid-request")


@pytest.mark.parametrize(
    ("where", "known"),
    [
        ("/lines/0/hs_cod", "hs_code"),
        ("/shipto", "ship_to"),
        ("/ship_to/postcode", "postal_code"),
        ("/lines/0/qty", "quantity"),
        ("/buyer/taxid", "tax_id"),
        ("/lines/0/origin", "country_of_origin"),
    ],
)
def test_an_unknown_key_is_refused_and_the_nearest_one_named(
    shop: Any, where: str, known: str
) -> None:
    body = put(quote(buyer={}), where, "CN")
    problem = assert_problem(shop.post(PATH, json=body), 422, "invalid-request")
    details = {error["pointer"]: error["detail"] for error in problem["errors"]}
    assert where in details
    assert known in details[where]
    if where == "/lines/0/hs_cod":
        assert details[where] == "Unknown field: did you mean hs_code?"


@pytest.mark.parametrize("key", ["a/b", "a~b", "", "é", "x" * 5000, "__proto__"])
def test_the_pointer_to_a_strange_key_is_escaped(shop: Any, key: str) -> None:
    problem = assert_problem(shop.post(PATH, json={**quote(), key: 1}), 422, "invalid-request")
    escaped = key.replace("~", "~0").replace("/", "~1")
    assert f"/{escaped}" in {error["pointer"] for error in problem["errors"]}


KILOGRAM = {"value": "1", "unit": "kg"}
BETWEEN = [
    # what no field can see alone
    (quote("DE", line(id="a"), line(id="a")), "/lines/1/id"),
    (quote("DE", line(), line(id="1")), "/lines/1/id"),
    (quote("DE", line(discount=money("50.01"))), "/lines/0/discount"),
    (quote("DE", line(discount=money("1.00", "USD"))), "/lines/0/discount"),
    (quote("DE", line(hs_code=None)), "/lines/0/hs_code"),
    (quote("DE", line(hs_code=None, description="")), "/lines/0"),
    (quote(discount=money("50.01")), "/discount"),
    (quote(discount=money("1.00", "USD")), "/discount"),
    (quote("DE", line(), line(unit="USD"), discount=money("1.00")), "/discount"),
    (quote(exchange_rates=[{"from": "USD", "to": "EUR", "rate": "0"}]), "/exchange_rates/0/rate"),
    (quote(exchange_rates=[{"from": "USD", "to": "EUR", "rate": 0.9}]), "/exchange_rates/0/rate"),
    (quote(parcels=[{"weight": KILOGRAM, "lines": [{"id": "9", "quantity": 1}]}]),
     "/parcels/0/lines/0/id"),
    (quote(parcels=[]), "/parcels"),
    (quote("DE", *[line()] * 1001), "/lines"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "pointer"), BETWEEN)
def test_what_does_not_go_together_is_refused(shop: Any, body: Any, pointer: str) -> None:
    problem = assert_problem(shop.post(PATH, json=body), 422, "invalid-request")
    assert any(error["pointer"].startswith(pointer) for error in problem["errors"]), problem


def test_a_thousand_lines_are_a_quote(shop: Any) -> None:
    body = quote("GB", *[line("1.00", "GBP")] * 1000, carriers=["flat"], terms=["DDP"])
    answer = shop.post(PATH, json=body)
    assert answer.status_code == 200
    assert len(answer.get_json()["lines"]) == 1000


def test_everything_wrong_is_told_at_once(shop: Any) -> None:
    body = quote("DE", line(quantity=0, hs_code="1"), line(country_of_origin="XX"), as_of="never")
    problem = assert_problem(shop.post(PATH, json=body), 422, "invalid-request")
    assert {error["pointer"] for error in problem["errors"]} == {
        "/as_of",
        "/lines/0/quantity",
        "/lines/0/hs_code",
        "/lines/1/country_of_origin",
    }


def test_a_duty_that_cannot_be_worked_out_is_a_question_and_no_silent_zero(shop: Any) -> None:
    body = quote("GB", line("200.00", "GBP", duty_expression="a tenth or so"))
    answer = shop.post(PATH, json=body).get_json()
    assert answer["status"] == "partial"
    assert answer["questions"][0]["fact"] == "duty_expression"
    assert all(option["range"]["high"] is None for option in answer["options"])


RATES = [{"from": "EUR", "to": unit, "rate": "1.1"} for unit in ("USD", "GBP")]


@pytest.mark.parametrize("to", ["GB", "DE", "US", "GB BT1 5GS", "FR", "IE"])
@pytest.mark.parametrize(
    "day",
    ["0001-01-01", "1970-01-01", "2010-01-01", "2016-01-01", "2016-05-01", "2020-12-31",
     "2021-01-01", "2025-12-31", "9999-12-31"],
)  # fmt: skip
def test_on_a_day_without_rules_a_territory_is_not_covered(shop: Any, to: str, day: str) -> None:
    body = quote(to, as_of=day, currency="EUR", exchange_rates=RATES, carriers=["flat"])
    answer = shop.post(PATH, json=body)
    assert answer.status_code == 200, answer.get_data()
    codes = {finding["code"] for finding in answer.get_json()["verdict"]["findings"]}
    since = {"DE": "2016-05", "FR": "2016-05", "IE": "2016-05", "US": "1980-07"}.get(to, "2021")
    assert ("territory-not-covered" in codes) == (day < since)


def test_nothing_that_was_refused_is_stored(desk: Desk) -> None:
    for where, value in PAIRS[:20]:
        body = put({**quote(terms=["DDP", "DAP"]), "store": True}, where, value)
        assert desk.ask(PATH, body, Idempotency_Key=where).status_code == 422
    refused = {**border("IS", "5.00", "EUR")}
    assert desk.ask("/v1/landed-costs?store=true", refused).status_code == 422
    with reading(desk.services.storage.engine) as connection:
        for table in (QUOTES, IDEMPOTENCY_RECORDS):
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0


@pytest.mark.parametrize("key", ["", "é", "a" * 256, "a\tb"])
def test_an_idempotency_key_that_is_none_is_refused(desk: Desk, key: str) -> None:
    answer = desk.ask(PATH, quote(), Idempotency_Key=key)
    assert_problem(answer, 400, "malformed-request")
