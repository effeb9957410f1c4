"""A file of orders becomes papers: handed in once, worked on, given to its account alone."""

import csv
import hashlib
import io
from typing import Any

import pikepdf
import pytest

from tests.batches.office import Office, office_fixture, small_office_fixture  # noqa: F401
from tests.batches.order_files import HEADER, KINDS, as_csv, as_xlsx, row, rows

FIXED = {"kinds": ["commercial_invoice", "packing_list"]}


def test_a_file_becomes_a_zip_merged_papers_and_lists(office: Office) -> None:
    standing = office.worked(as_csv(rows(6)))
    assert standing["state"] == "done"
    assert standing["errors"] == []
    assert standing["progress"] == {
        "orders": 6, "waiting": 0, "made": 6, "partial": 0, "refused": 0,
        "files": 6, "files_made": 6,
    }  # fmt: skip
    for file in standing["files"]:
        content = office.file(standing["id"], file["name"])
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
        assert len(content) == file["size"]
    archive = office.archive(standing["id"])
    papers = [f"SO-{number:05d}/{kind}.pdf" for number in range(6) for kind in KINDS]
    assert archive.namelist() == [*papers, "manifest.csv", "errors.csv"]
    listed = list(csv.DictReader(io.StringIO(archive.read("manifest.csv").decode("utf-8-sig"))))
    assert {each["file"]: each["sha256"] for each in listed} == {
        name: hashlib.sha256(archive.read(name)).hexdigest() for name in papers
    }
    for kind in KINDS:
        with pikepdf.open(io.BytesIO(office.file(standing["id"], f"{kind}.pdf"))) as merged:
            outline = merged.open_outline()
            assert [item.title for item in outline.root] == [f"SO-{n:05d}" for n in range(6)]
            single = pikepdf.open(io.BytesIO(archive.read(f"SO-00000/{kind}.pdf")))
            assert len(merged.pages) >= 6 * len(single.pages)
            assert merged.pages[0].mediabox == single.pages[0].mediabox


def test_a_workbook_gives_the_bytes_that_a_csv_gives(small_office: Office) -> None:
    body = rows(3)
    typed = [
        [float(cell) if name in ("Quantity", "Unit price", "Unit weight (kg)") and cell else cell
         for name, cell in zip(HEADER, each, strict=True)]
        for each in body
    ]  # fmt: skip
    first = small_office.worked(as_csv(body), key="1", **FIXED)
    second = small_office.worked(as_xlsx(typed), key="2", **FIXED)
    assert first["progress"]["made"] == 3
    assert [f["sha256"] for f in first["files"]] == [f["sha256"] for f in second["files"]]


def test_a_key_leads_to_one_batch_and_says_so(office: Office) -> None:
    content = as_csv(rows(1))
    first = office.hand_in(content)
    again = office.hand_in(content)
    assert first.status_code == again.status_code == 202
    assert first.headers["Location"] == again.headers["Location"]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    for other in (office.hand_in(as_csv(rows(2))), office.hand_in(content, language="de")):
        assert other.status_code == 422
        assert other.get_json()["type"].endswith("idempotency-key-reused")
    assert office.hand_in(content, account="b").headers["Location"] != first.headers["Location"]
    assert len(office.ask("/v1/batches").get_json()["items"]) == 1
    missing = office.hand_in(content, None)
    assert missing.status_code == 400
    assert missing.get_json()["type"].endswith("idempotency-key-required")


def test_nobody_sees_the_batch_of_another_account(small_office: Office) -> None:
    office = small_office
    batch = office.worked(as_csv(rows(1)), kinds=["packing_list"])["id"]
    for path, method in (
        (f"/v1/batches/{batch}", "GET"),
        (f"/v1/batches/{batch}/orders", "GET"),
        (f"/v1/batches/{batch}/files/orders.zip", "GET"),
        (f"/v1/batches/{batch}/cancel", "POST"),
    ):
        assert office.ask(path, method, "b").status_code == 404
    assert office.ask("/v1/batches", account="b").get_json()["items"] == []


def test_orders_that_cannot_be_made_do_not_keep_the_others(small_office: Office) -> None:
    office = small_office
    body = [
        row(0),
        row(1, Currency="XXX"),
        row(2, **{"HS code": "12"}),
        row(3, Quantity="two"),
        row(4, **{"Unit weight (kg)": "0"}),
        row(5, Description="x" * 10_000),
        row(6, Description="Mug\x07"),
        row(7, Description='=HYPERLINK("http://example.org")'),
        row(8, **{"HS code": ""}),
    ]
    standing = office.worked(as_csv(body), **FIXED)
    assert standing["state"] == "done"
    assert standing["progress"]["made"] == 1
    errors = {error["order"]: error for error in reversed(standing["errors"])}
    told = {
        "SO-00001": ("L", "Currency", "currency"),
        "SO-00002": ("M", "HS code", "hs_code"),
        "SO-00003": ("J", "Quantity", "quantity"),
        "SO-00004": ("O", "Unit weight (kg)", "unit_weight"),
        "SO-00005": ("I", "Description", "description"),
        "SO-00006": ("I", "Description", "description"),
        "SO-00007": ("I", "Description", "description"),
        "SO-00008": ("M", "HS code", "hs_code"),
    }
    for number, (order, (column, header, field)) in enumerate(told.items(), 3):
        error = errors[order]
        assert (error["row"], error["column"], error["header"]) == (number, column, header), error
        assert error["field"] == field
        assert error["remedy"]
    assert errors["SO-00007"]["code"] == "formula"
    assert errors["SO-00008"]["kinds"] == ["commercial_invoice"]  # a packing list needs no code
    listed = office.file(standing["id"], "errors.csv").decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(listed)))
    assert {line["order"] for line in table} == set(told)
    assert not any(cell[:1] in tuple("=+-@\t\r") for line in table for cell in line.values())
    page = office.ask(f"/v1/batches/{standing['id']}/orders?limit=5").get_json()
    assert [each["state"] for each in page["items"]][:2] == ["made", "refused"]
    rest = office.ask(f"/v1/batches/{standing['id']}/orders?after={page['next']}").get_json()
    assert (len(rest["items"]), rest["next"]) == (4, None)


def test_references_like_formulas_are_defused_in_every_list(small_office: Office) -> None:
    body = [row(0, **{"Order number": "+49 1"}), row(1, **{"Order number": "-1"})]
    standing = small_office.worked(as_csv(body), kinds=["packing_list"])
    manifest = small_office.file(standing["id"], "manifest.csv").decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(manifest)))
    assert [line["order"][:1] for line in lines] == ["'", "'"]


def test_letters_of_all_kinds_are_printed_or_refused_with_their_cell(small_office: Office) -> None:
    body = [
        row(0, Recipient="מרים לוי", City="תל אביב", Country="IL"),
        row(1, Description="Mug with a picture \U0001f600"),
        row(2, Recipient="\u202eevil"),
    ]
    standing = small_office.worked(as_csv(body), kinds=["packing_list"])
    assert standing["progress"]["made"] == 1
    errors = {error["order"]: error["column"] for error in standing["errors"]}
    assert errors == {"SO-00001": "I", "SO-00002": "B"}


def test_names_that_would_meet_in_one_folder_do_not(small_office: Office) -> None:
    names = ["../../etc/passwd", "a/b", "A b", "CON", "con"]
    body = [row(at, **{"Order number": name}) for at, name in enumerate(names)]
    standing = small_office.worked(as_csv(body), kinds=["packing_list"])
    folders = [name.split("/") for name in small_office.archive(standing["id"]).namelist()]
    firsts = [parts[0] for parts in folders if len(parts) == 2]
    assert len({name.lower() for name in firsts}) == len(names)
    assert not any(".." in name or name.lower() == "con" for name in firsts)
    assert all(len(parts) <= 2 for parts in folders)


def test_a_batch_that_is_cancelled_gives_nothing_and_stays_so(office: Office) -> None:
    batch = office.hand_in(as_csv(rows(25)), kinds=["packing_list"]).get_json()["id"]
    working = office.services.batch_working()
    assert working.step(batch)
    assert working.step(batch)
    answer = office.ask(f"/v1/batches/{batch}/cancel", "POST")
    assert answer.get_json()["state"] == "cancelled"
    assert working.work_on(batch) == 0
    assert office.ask(f"/v1/batches/{batch}/files/orders.zip").status_code == 404
    assert office.ask(f"/v1/batches/{batch}/cancel", "POST").get_json()["state"] == "cancelled"
    assert not (office.settings.batch_dir / batch).exists()


def test_no_result_is_offered_before_it_is_whole(small_office: Office) -> None:
    office = small_office
    batch = office.hand_in(as_csv(rows(2)), kinds=["packing_list"]).get_json()["id"]
    seen: list[str] = []

    def look(step: str) -> None:
        for file in office.standing(batch)["files"]:
            answer = office.ask(f"/v1/batches/{batch}/files/{file['name']}")
            assert answer.status_code == (200 if file["made"] else 404)
            if file["made"]:
                assert hashlib.sha256(answer.data).hexdigest() == file["sha256"]
        seen.append(step)

    office.services.batch_working(look).work_on(batch)
    assert "collects orders.zip" in seen


def test_a_preview_says_what_columns_mean_and_what_is_missing(small_office: Office) -> None:
    office = small_office
    header = ["Ref", *HEADER[1:]]
    content = as_csv(rows(30), header)
    answer = office.preview(content, mapping={})
    assert answer.status_code == 200, answer.get_json()
    told = answer.get_json()
    assert told["missing"] == ["reference"]
    assert len(told["rows"]) == 20
    assert told["columns"][1] == {
        "column": "B", "header": "Recipient", "fields": ["consignee_name"], "known_from": "known",
    }  # fmt: skip
    refused = office.hand_in(content, mapping={})
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["pointer"] == "/wish/mapping/reference"
    stored = office.ask(
        "/v1/batches/mappings", "PUT", json={"header": header, "mapping": {"reference": "A"}}
    )
    assert stored.status_code == 200
    told = office.preview(content, mapping={}).get_json()
    assert told["missing"] == []
    assert told["columns"][0]["known_from"] == "remembered"
    assert office.preview(content, mapping={"reference": ""}).get_json()["missing"] == ["reference"]
    items = office.ask("/v1/batches/mappings").get_json()["items"]
    assert [item["mapping"] for item in items] == [{"reference": "A"}]
    assert office.ask("/v1/batches/mappings", account="b").get_json()["items"] == []
    assert office.ask("/v1/batches").get_json()["items"] == []


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"kinds": ["letter"]}, "/wish/kinds/0"),
        ({"kinds": ["cn23", "cn23"]}, "/wish/kinds"),
        ({"mapping": {"colour": "A"}}, "/wish/mapping/colour"),
        ({"consignor": {"name": "x"}}, "/wish/consignor/street"),
        ({"locale": "xx-YY"}, "/wish/locale"),
        ({"surprise": 1}, "/wish/surprise"),
    ],
)
def test_a_wish_that_cannot_be_meant_is_refused_with_its_place(
    small_office: Office, changes: Any, pointer: str
) -> None:
    answer = small_office.hand_in(as_csv(rows(1)), **changes)
    assert answer.status_code == 422
    assert pointer in [error.get("pointer") for error in answer.get_json()["errors"]]


def test_bodies_that_are_no_form_or_too_large_are_refused(small_office: Office) -> None:
    office = small_office
    keyed = {"Idempotency-Key": "k"}
    answer = office.ask("/v1/batches", "POST", json={}, headers=keyed)
    assert answer.status_code == 415
    answer = office.hand_in(b"x" * (22 << 20))
    assert answer.status_code == 413
    answer = office.hand_in(b"a,b\r\n" + b"x" * (20 << 20))
    assert answer.status_code == 422
    assert answer.get_json()["code"] == "file-too-large"
    form = {"wish": "{}"}
    kind = "multipart/form-data"
    answer = office.ask("/v1/batches", "POST", data=form, headers=keyed, content_type=kind)
    assert [error["pointer"] for error in answer.get_json()["errors"]] == ["/file"]
    for name in ("nothing.zip", "..%2f..%2fstore.db"):
        assert office.ask(f"/v1/batches/ba_x/files/{name}").status_code == 404
