"""Consignments to try rules on, and the facts as they stand in the repository."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from customs.exchange import Exchange
from customs.territories import Territory, read_territory
from data.loading.documents import load_documents
from data.model.consignment import Buyer, Consignment, GoodsItem
from data.model.money import money
from data.model.places import Place

FACTS = Path(__file__).parents[2] / "data" / "facts"
DOCUMENTS = load_documents(FACTS / "territories")


@pytest.fixture
def territory():
    def read(code: str) -> Territory:
        return read_territory(code, DOCUMENTS)

    return read


@pytest.fixture
def exchange():
    """One row of invented ECB rates: 1 EUR is 1.25 USD, 0.80 GBP and 160 JPY."""

    def rows(source: str, on: date):
        rates = {"USD": "1.25", "GBP": "0.80", "JPY": "160", "RON": "5"}
        return (date(2026, 10, 21), rates) if source == "ECB" else None

    return lambda on=date(2026, 11, 20), law=None, given=(), pegs=(), rows=rows: Exchange(
        rows, on, given, pegs, law
    )


@pytest.fixture
def consignment():
    def make(*prices: str, unit="EUR", to="DE", **fields) -> Consignment:
        items = tuple(
            GoodsItem(str(n), 1, money(price, unit), hs_code=fields.pop("hs_code", "610910"))
            if not isinstance(price, GoodsItem)
            else price
            for n, price in enumerate(prices, 1)
        )
        return Consignment(Place("CN"), Place(to), items, **fields)

    return make


@pytest.fixture
def gift(consignment):
    def make(*pieces: tuple[int, str], unit="GBP", to="GB") -> Consignment:
        items = tuple(
            GoodsItem(str(n), quantity, money(price, unit), hs_code="950300")
            for n, (quantity, price) in enumerate(pieces, 1)
        )
        return consignment(*items, to=to, purpose="gift", buyer=Buyer("consumer"))

    return make


def amount(text: str) -> Decimal:
    return Decimal(text)
