"""The OpenAPI document says what the service does."""

import re
from typing import Any

import pytest
from flask import Flask, Response

from api.openapi import UndocumentedRouteError, openapi_document
from api.problems import PROBLEMS


@pytest.fixture
def document(client: Any) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").get_json()
    return found


def test_every_route_is_in_the_document(app: Flask, document: dict[str, Any]) -> None:
    served = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    written = {(path, method) for path, item in document["paths"].items() for method in item}
    assert served == written
    assert ("/v1/duty-expressions/evaluate", "post") in written


def test_a_route_that_says_nothing_of_itself_fails_the_build(app: Flask) -> None:
    app.add_url_rule("/v1/silent", view_func=lambda: Response())
    with pytest.raises(UndocumentedRouteError, match="/v1/silent"):
        openapi_document(app, "1")


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    references = set(
        re.findall(r'"\$ref": ?"#/components/schemas/([^"]+)"', str(document).replace("'", '"'))
    )
    assert references
    assert references <= document["components"]["schemas"].keys()


def test_every_parameter_of_a_path_is_described(document: dict[str, Any]) -> None:
    for path, item in document["paths"].items():
        for described in item.values():
            named = {p["name"] for p in described["parameters"] if p["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)}", path))


def test_operations_have_ids_of_their_own(document: dict[str, Any]) -> None:
    ids = [one["operationId"] for item in document["paths"].values() for one in item.values()]
    assert len(ids) == len(set(ids))


def test_bodies_are_described_by_the_schemas_that_read_them(document: dict[str, Any]) -> None:
    body = document["paths"]["/v1/duty-expressions/evaluate"]["post"]["requestBody"]
    schema = document["components"]["schemas"]["Evaluation"]
    assert body["content"]["application/json"]["schema"]["$ref"].endswith("/Evaluation")
    assert sorted(schema["required"]) == ["expression", "value"]
    assert schema["properties"]["value"]["required"] == ["amount", "currency"]
    assert schema["additionalProperties"] is False


def test_routes_that_need_a_key_say_so(document: dict[str, Any]) -> None:
    paths = document["paths"]
    assert paths["/health"]["get"]["security"] == []
    assert paths["/v1/tariffs"]["get"]["security"] == [{"key": []}]
    assert "401" in paths["/v1/tariffs"]["get"]["responses"]


def test_problems_are_the_ones_that_exist(document: dict[str, Any]) -> None:
    types = document["components"]["schemas"]["Problem"]["properties"]["type"]["enum"]
    assert types == [kind.uri for kind in PROBLEMS.values()]


def test_the_page_comes_whole_from_the_service_itself(client: Any) -> None:
    page = client.get("/docs")
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    parts = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert parts
    for part in parts:
        assert part.startswith("/docs/")
        assert client.get(part).status_code == 200
    assert not re.search(r"<script(?![^>]*\ssrc=)", page.text)
    assert "http" not in client.get("/docs/start.js").text


def test_nothing_but_the_parts_of_the_page_is_served_from_its_folder(client: Any) -> None:
    for name in ("index.html", "..%2f__init__.py", "swagger-ui.js.map"):
        assert client.get(f"/docs/assets/{name}").status_code == 404
