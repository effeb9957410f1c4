"""The service does what its own OpenAPI document says, whatever it is asked."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
)

from api import openapi
from api.app import create_app
from api.assembly import Services, assemble
from api.clock import now, today
from api.services.screening import facts
from api.services.screening_lists import compile_held
from api.settings import Settings
from customs.screening.snapshot import ListSnapshots
from data.model.listed_parties import ListedName, ListedParty
from data.store import screening_lists
from data.store.engines import writing
from tests.api.real_service import facts_dir_fixture, serve  # noqa: F401 - fixtures

CHECKS = [not_a_server_error, response_schema_conformance, content_type_conformance]
QUIETLY = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def holding_a_list(services: Services, folder: Path) -> Services:
    """The services with a list of one invented party: without any, nobody is screened."""
    engine = services.storage.engine
    party = ListedParty("UN", "DEe.001", "entity", (ListedName("SYLVANIAN WIDGETS LLC"),))
    with writing(engine) as connection:
        screening_lists.replace_list(connection, "UN", today(), "a" * 64, now(), [party])
    compile_held(engine, folder, facts())
    return replace(services, watch_lists=ListSnapshots(folder))


@pytest.fixture(scope="module")
def document(facts_dir: Any, migrated_sqlite: Any, tmp_path_factory: Any) -> Any:
    """The document of an open service over a database, with the app to ask."""
    own = shutil.copy(migrated_sqlite, tmp_path_factory.mktemp("contract") / "store.db")
    url = f"sqlite:///{own}"
    secret = "what secrets are sealed under here"
    settings = Settings(data_dir=facts_dir, database_url=url, open=True, secret_key=secret)
    services = holding_a_list(serve(settings), tmp_path_factory.mktemp("lists"))
    app: Flask = create_app(services)
    yield schemathesis.openapi.from_wsgi("/openapi.json", app)
    services.storage.engine.dispose()


def operations() -> list[tuple[str, str]]:
    """Each path and method that asks for a key; the others tell about the service itself."""
    known = openapi.operations(create_app(assemble(Settings(open=True))))
    return [(path, method) for path, method, described, _ in known if not described.public]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("path", "method"), operations())
def test_every_answer_is_one_that_the_document_promises(
    document: Any, path: str, method: str, mode: GenerationMode
) -> None:
    @QUIETLY
    @given(case=document[path][method].as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        case.call_and_validate(checks=CHECKS)

    ask()
