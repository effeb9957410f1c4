"""The facts as they stand, compiled once."""

from pathlib import Path

import pytest

from api.app import create_app
from api.assembly import assemble
from api.services.compiling import load_facts, snapshot_contents
from api.settings import Settings
from customs.territories import Territory, read_territory
from data.loading.documents import load_documents
from tariffs.snapshot import compile_snapshot

FACTS = Path(__file__).parents[2] / "data" / "facts"


@pytest.fixture(scope="session")
def territories():
    documents = load_documents(FACTS / "territories")

    def read(code: str) -> Territory:
        return read_territory(code, documents)

    return read


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory):
    """The service over all facts, asked as a checkout asks."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("tidewaiter"), open=True)
    compile_snapshot(settings.snapshot_dir, snapshot_contents(load_facts()))
    return create_app(assemble(settings)).test_client()
