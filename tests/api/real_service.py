"""The service over the facts as they stand, with carriers whose prices are known to the cent.

Fixtures are imported by name where they are needed. Their functions end in `_fixture`, so that the
name of a fixture is free for the parameter of a test.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import ROUND_CEILING, Decimal
from functools import cache
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema_rs import validator_for

from api.app import create_app
from api.assembly import Services, assemble
from api.services.compiling import load_facts, snapshot_contents
from api.settings import Settings
from carriers import Account, Manifest
from carriers.errors import CarrierError
from carriers.offers import DutyFee, Offer, OfferPart, RateRequest, Transit
from carriers.registry import GROUP, Registry
from data.model.money import minor_digits, money
from tariffs.snapshot import compile_snapshot

Json = dict[str, Any]

PAID = DutyFee("duty_paid", "Duty paid for the seller", Decimal(0), money("0", "EUR"), "free")
ADVANCE = DutyFee(
    "disbursement", "Duty advanced for the buyer", Decimal(2), money("5.00", "EUR"), "2%, min 5 EUR"
)


class Flat:
    """Twelve euros by express, duty paid for nothing; nine by post, where the buyer is billed."""

    code = "flat"
    inline = True

    def __init__(self, account: Account) -> None:
        """Needs nothing of its account."""

    def offers(self, request: RateRequest) -> tuple[Offer, ...]:
        """Both services, whatever is sent."""
        express, post = money("12.00", "EUR"), money("9.00", "EUR")
        first = request.on + timedelta(days=3)
        transit = Transit(3, 5, first, first + timedelta(days=2))
        return (
            Offer(
                "flat", "express", "express", express, _freight(express), "live", transit, PAID
            ),
            Offer(
                "flat", "post", "post", post, _freight(post), "live", disbursement_fee=ADVANCE
            ),
        )  # fmt: skip


class Weighed:
    """Ten dollars a begun kilogram by air; where weights are not given, one kilogram a piece."""

    code = "weighed"
    inline = True

    def __init__(self, account: Account) -> None:
        """Needs nothing of its account."""

    def offers(self, request: RateRequest) -> tuple[Offer, ...]:
        """One service, priced by weight."""
        kilograms = sum((parcel.weight for parcel in request.parcels), Decimal(0))
        known = bool(request.parcels)
        begun = kilograms.to_integral_value(ROUND_CEILING) if known else Decimal(request.pieces)
        price = money(begun * 10, "USD")
        offer = Offer("weighed", "air", "air", price, _freight(price), "live", None, PAID, ADVANCE)
        if known:
            return (offer,)
        low, high = money(begun * 5, "USD"), money(begun * 20, "USD")
        return (replace(offer, low=low, high=high, weight_assumed=True),)


class Mute:
    """A carrier that never answers with a price."""

    code = "mute"
    inline = True

    def __init__(self, account: Account) -> None:
        """Needs nothing of its account."""

    def offers(self, request: RateRequest) -> tuple[Offer, ...]:
        """No offer, and the reason."""
        raise CarrierError("closed for the day")


def _freight(price: Any) -> tuple[OfferPart, ...]:
    return (OfferPart("freight", "Freight", price, "as printed"),)


class Announced(EntryPoint):
    """An entry point whose manifest is made on the spot."""

    def load(self) -> Manifest:
        """The manifest of a carrier of this module."""
        factory = f"tests.api.real_service:{self.name.capitalize()}"
        return Manifest(self.name, self.name, "1", {"rates": factory}, "demonstration")


def known_carriers(*codes: str) -> Registry:
    """The carriers above, all or those named."""
    points = [Announced(code, code, GROUP) for code in codes or ("flat", "weighed", "mute")]
    return Registry(lambda: points)


def serve(settings: Settings, *codes: str) -> Services:
    """A process of the service, as it starts."""
    return replace(assemble(settings), carriers=known_carriers(*codes))


@cache
def _compiled(folder: Path) -> Path:
    settings = Settings(data_dir=folder / "facts", open=True)
    compile_snapshot(settings.snapshot_dir, snapshot_contents(load_facts()))
    return settings.data_dir


@pytest.fixture(scope="session", name="facts_dir")
def facts_dir_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a snapshot of all facts and no database.

    Compiled once in a test run: to pytest, an imported fixture is another in every module.
    """
    return _compiled(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="session", name="open_app")
def open_app_fixture(facts_dir: Path) -> Flask:
    """The app without a key and without a table: whatever stores something fails."""
    return create_app(serve(Settings(data_dir=facts_dir, open=True)))


@pytest.fixture(scope="session", name="shop")
def shop_fixture(open_app: Flask) -> FlaskClient:
    """A checkout that asks and stores nothing."""
    return open_app.test_client()


@pytest.fixture(name="desk")
def desk_fixture(facts_dir: Path, database_url: str) -> Iterator["Desk"]:
    """Two accounts over an empty database, SQLite and PostgreSQL in turn."""
    desk = Desk(Settings(data_dir=facts_dir, database_url=database_url))
    yield desk
    desk.close()


class Desk:
    """Accounts that store quotes, with keys of their own."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.services = serve(settings)
        self.keys = {name: self.services.storage.create_key(name, "test") for name in "ab"}
        self.client = create_app(self.services).test_client()

    def ask(self, path: str, body: Any = None, *, account: str = "a", **headers: str) -> Any:
        """GET, or POST with a body."""
        sent = {"Authorization": f"Bearer {self.keys[account]}"}
        sent |= {name.replace("_", "-"): text for name, text in headers.items()}
        if body is None:
            return self.client.get(path, headers=sent)
        return self.client.post(path, json=body, headers=sent)

    def restart(self, settings: Settings | None = None) -> None:
        """End the process and start another over what is stored."""
        self.close()
        self.services = serve(settings or self.settings)
        self.client = create_app(self.services).test_client()

    def close(self) -> None:
        """End the process."""
        self.services.storage.engine.dispose()


def line(price: str = "25.00", unit: str = "EUR", **changes: Any) -> Json:
    """A line of T-shirts from China."""
    return {
        "quantity": 2,
        "unit_price": {"amount": price, "currency": unit},
        "hs_code": "6109.10",
        "country_of_origin": "CN",
        "unit_weight": {"value": "0.2", "unit": "kg"},
        **changes,
    }


def quote(to: str = "DE", *lines: Json, **changes: Any) -> Json:
    """A request for a quote that stores nothing; `to` may be a postal code too: ``GB BT1``."""
    country, _, postal_code = to.partition(" ")
    return {
        "as_of": "2026-11-20",
        "ship_from": {"country": "CN"},
        "ship_to": {"country": country, "postal_code": postal_code or None},
        "lines": list(lines) or [line()],
        "store": False,
        **changes,
    }


def border(to: str, freight: str, unit: str, *lines: Json, **changes: Any) -> Json:
    """A request for the border's part, with freight in a currency."""
    body = quote(to, *lines, **changes)
    del body["store"]
    return {**body, "shipping": {"amount": freight, "currency": unit}}


def amount(value: Mapping[str, str]) -> Decimal:
    """The amount of money in JSON."""
    return Decimal(value["amount"])


TOTAL_OF_KIND = {
    "duty": "duties",
    "excise": "taxes",
    "tax": "taxes",
    "fee": "fees",
    "brokerage": "fees",
    "shipping": "shipping",
    "insurance": "insurance",
}


def assert_adds_up(option: Json, unit: str) -> None:
    """Each total is the sum of its printed charges, exactly, in the quote's minor units."""
    totals, charges = option["totals"], option["charges"]
    for printed in (*totals.values(), *(charge["amount"] for charge in charges)):
        assert printed["currency"] == unit
        assert -int(Decimal(printed["amount"]).as_tuple().exponent) == minor_digits(unit)
        assert amount(printed) >= 0, (totals, charges)
    sums = dict.fromkeys(TOTAL_OF_KIND.values(), Decimal(0))
    for charge in charges:
        sums[TOTAL_OF_KIND[charge["kind"]]] += amount(charge["amount"])
    assert {name: amount(totals[name]) for name in sums} == sums
    landed = amount(totals["landed_cost"])
    assert landed == amount(totals["goods"]) + sum(sums.values())
    delivery = sum(
        amount(charge["amount"])
        for charge in charges
        if charge["payer"] == "buyer" and charge["collected_at"] in ("border", "carrier")
    )
    assert amount(totals["due_on_delivery"]) == delivery
    assert amount(totals["due_at_checkout"]) == landed - delivery
    assert option["range"]["likely"] == totals["landed_cost"]
    assert amount(option["range"]["low"]) <= landed
    high = option["range"]["high"]
    assert high is None or landed <= amount(high)


def answer_check(client: FlaskClient, path: str, status: int) -> Callable[[Any], None]:
    """Validates an answer against the schema that the OpenAPI document has for it."""
    document = client.get("/openapi.json").get_json()
    answer = document["paths"][path]["post"]["responses"][str(status)]
    schema = _with_null(answer["content"]["application/json"]["schema"])
    validate: Callable[[Any], None] = validator_for(schema, validate_formats=True).validate
    return validate


def _with_null(schema: Any) -> Any:
    """OpenAPI 3.0's `nullable` in the words of JSON Schema."""
    if isinstance(schema, list):
        return [_with_null(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    written = {key: _with_null(part) for key, part in schema.items() if key != "nullable"}
    if schema.get("nullable"):
        return {"anyOf": [written, {"type": "null"}]}
    return written
