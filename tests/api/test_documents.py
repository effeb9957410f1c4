"""Papers over HTTP and on the command line: bytes, or every reason why not."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.app import create_app
from api.assembly import Services
from api.routes.documents import EXAMPLE
from customs.documents import registry
from tests.api.fake_desk import Desk, desk_fixture  # noqa: F401

KEY = {"Authorization": "Bearer key-of-anna"}
TOLD = {
    "description": "Men's cotton T-shirt",
    "country_of_origin": "CN",
    "sku": "TEE-01",
    "facts": {"manufacturer_id": "HC-1"},
}


@pytest.fixture
def app(services: Services) -> Flask:
    return create_app(services)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def asked(client: FlaskClient, **changes: Any) -> Any:
    body = copy.deepcopy(EXAMPLE)
    body["shipment"] = {**body["shipment"], **changes.pop("shipment", {})}  # type: ignore[dict-item]
    return client.post("/v1/documents", json={**body, **changes}, headers=KEY)


def test_an_invoice_comes_as_a_pdf_with_a_file_name(client: FlaskClient) -> None:
    answer = asked(client)
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF-")
    disposition = answer.headers["Content-Disposition"]
    assert disposition == 'attachment; filename="commercial_invoice-cart-1042.pdf"'
    assert asked(client).data == answer.data


def test_every_reason_is_told_with_its_place_in_the_request(client: FlaskClient) -> None:
    line = {**EXAMPLE["shipment"]["lines"][0], "hs_code": None, "country_of_origin": None}  # type: ignore[index]
    parcels = [{"weight": {"value": "0.5", "unit": "kg"}, "lines": [{"id": "1", "quantity": 1}]}]
    answer = asked(client, shipment={"lines": [line], "parcels": parcels, "terms_place": None})
    problem = answer.get_json()
    assert answer.status_code == 422
    assert problem["type"].endswith("invalid-request")
    assert [each["pointer"] for each in problem["errors"]] == [
        "/shipment/lines/0/quantity",
        "/shipment/lines/0/hs_code",
        "/shipment/lines/0/country_of_origin",
        "/shipment/terms_place",
    ]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"kind": "carnet"}, "/kind"),
        ({"format": "docx"}, "/format"),
        ({"format": "xml"}, "/format"),
        ({"language": "xx"}, "/language"),
        ({"size": "A0"}, "/size"),
        ({"options": {"signatry": "x"}}, "/options/signatry"),
        ({"options": {"signatory": ["x"]}}, "/options/signatory"),
        ({"options": []}, "/options"),
        ({"shipment": {"lines": []}}, "/shipment/lines"),
        ({"shipment": {"consignor": {"name": "A"}}}, "/shipment/consignor/street"),
        ({"shipment": {"weight": 1}}, "/shipment/weight"),
        (
            {"shipment": {"parcels": [{"weight": {"value": "1", "unit": "kg"},
                                       "lines": [{"id": "9", "quantity": 1}]}]}},
            "/shipment/parcels/0/lines/0/id",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_at_its_place(
    client: FlaskClient, changes: Any, pointer: str
) -> None:
    answer = asked(client, **changes)
    assert answer.status_code == 422
    assert pointer in [each["pointer"] for each in answer.get_json()["errors"]]


def test_letters_that_no_font_shows_are_refused_at_their_place(client: FlaskClient) -> None:
    consignee = {**EXAMPLE["shipment"]["consignee"], "name": "Erika 😀"}  # type: ignore[index]
    answer = asked(client, shipment={"consignee": consignee})
    (error,) = answer.get_json()["errors"]
    assert (answer.status_code, error["pointer"]) == (422, "/shipment/consignee/name")


def test_the_kinds_are_listed_with_what_they_can_be(client: FlaskClient) -> None:
    items = client.get("/v1/documents/kinds", headers=KEY).get_json()["items"]
    assert [each["kind"] for each in items] == list(registry.names())
    cn22 = next(each for each in items if each["kind"] == "cn22")
    assert cn22["sizes"] == ["74x105mm", "4x6in"]
    assert "item_number" in cn22["options"]


def test_a_rate_that_is_published_need_not_be_given(client: FlaskClient) -> None:
    """The snapshot of these tests has euro rates; the limit of IOSS is in euro."""
    line = {
        **EXAMPLE["shipment"]["lines"][0],  # type: ignore[index]
        "unit_price": {"amount": "95.00", "currency": "USD"},
        "facts": {},
    }
    freight = {"amount": "12.00", "currency": "USD"}
    # 190 USD are 152 EUR: above the limit of small consignments, no identifiers are asked.
    assert asked(client, shipment={"lines": [line], "freight": freight}).status_code == 200
    line["unit_price"] = {"amount": "93.00", "currency": "USD"}
    answer = asked(client, shipment={"lines": [line], "freight": freight})
    (error,) = answer.get_json()["errors"]
    assert error["pointer"] == "/shipment/lines/0/facts/manufacturer_id"


def quoted(desk: Desk) -> dict[str, Any]:
    from tests.api.fake_desk import QUOTE

    quote = copy.deepcopy(QUOTE)
    quote["lines"][0].update(TOLD)
    order = desk.order(quote=quote, invoice_number="R-7", terms_place="Berlin")
    bought: dict[str, Any] = desk.buy("k1", order).get_json()
    return bought


def test_a_bought_shipment_has_its_papers_for_its_account_only(desk: Desk) -> None:
    shipment = quoted(desk)
    path = f"/v1/shipments/{shipment['id']}/documents"
    items = {each["kind"]: each for each in desk.ask(path).get_json()["items"]}
    assert set(items) == set(registry.names())
    invoice = items["packing_list"]
    assert (invoice["ready"], invoice["errors"]) == (True, [])
    assert items["battery_mark"]["ready"] is False
    assert items["battery_mark"]["errors"][0]["pointer"] == "/lines/0/facts/un_number"
    paper = desk.ask(invoice["href"] + "?language=de&size=A4")
    assert (paper.status_code, paper.content_type) == (200, "application/pdf")
    body = {"kind": "packing_list", "language": "de", "size": "A4", "shipment": shipment["id"]}
    assert desk.ask("/v1/documents", body).data == paper.data
    for hidden in (path, invoice["href"]):
        assert desk.ask(hidden, account="b").status_code == 404
    (error,) = desk.ask("/v1/documents", body, account="b").get_json()["errors"]
    assert error["pointer"] == "/shipment"


def test_wishes_in_the_address_are_checked_too(desk: Desk) -> None:
    path = f"/v1/shipments/{quoted(desk)['id']}/documents"
    assert desk.ask(f"{path}/carnet").status_code == 404
    assert desk.ask(f"{path}/packing_list?format=docx").status_code == 422
    assert desk.ask(f"{path}/packing_list?language=xx").status_code == 422
    assert desk.ask(f"{path}/packing_list?size=A0").status_code == 422
    assert desk.ask(f"{path}/battery_mark").status_code == 422


def run(app: Flask, *words: str) -> Any:
    return app.test_cli_runner().invoke(args=["documents", *words])


def test_the_command_lists_kinds_and_makes_each_of_the_sample(app: Flask, tmp_path: Path) -> None:
    listed = run(app, "list").output
    assert all(name in listed for name in registry.names())
    for name in registry.names():
        out = tmp_path / name
        made = run(app, "make", name, "--sample", "-o", str(out))
        assert made.exit_code == 0, made.output
        assert out.stat().st_size > 100


def test_the_command_makes_a_paper_of_a_file(app: Flask, tmp_path: Path) -> None:
    file, out = tmp_path / "shipment.json", tmp_path / "invoice.pdf"
    file.write_text(json.dumps(EXAMPLE["shipment"]), "utf-8")
    words = ("make", "commercial_invoice", "--shipment", str(file), "--size", "Letter")
    made = run(app, *words, "--options", '{"signatory": "Li Wei"}', "-o", str(out))
    assert made.exit_code == 0, made.output
    assert out.read_bytes().startswith(b"%PDF-")


def test_the_command_says_in_words_why_no_paper_is_made(app: Flask, tmp_path: Path) -> None:
    file, out = tmp_path / "shipment.json", str(tmp_path / "out.pdf")
    file.write_text(json.dumps({**EXAMPLE["shipment"], "terms_place": None}), "utf-8")  # type: ignore[dict-item]
    refused = run(app, "make", "commercial_invoice", "--shipment", str(file), "-o", out)
    assert refused.exit_code == 1
    assert "/terms_place: DAP needs a place" in refused.output
    file.write_text("{}", "utf-8")
    assert "/reference" in run(app, "make", "cn22", "--shipment", str(file), "-o", out).output
    assert "there is no kind" in run(app, "make", "carnet", "--sample", "-o", out).output
    assert run(app, "make", "cn22", "-o", out).exit_code == 2
    wrong = run(app, "make", "cn22", "--sample", "--options", "[1]", "-o", out)
    assert "no JSON object" in wrong.output
    assert not Path(out).exists()
