"""The facts as they stand, compiled once."""

from pathlib import Path

import pytest

from customs.territories import Territory, read_territory
from data.loading.documents import load_documents

FACTS = Path(__file__).parents[2] / "data" / "facts"


@pytest.fixture(scope="session")
def territories():
    documents = load_documents(FACTS / "territories")

    def read(code: str) -> Territory:
        return read_territory(code, documents)

    return read
