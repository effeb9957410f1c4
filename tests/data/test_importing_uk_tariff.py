import copy
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import responses

from data.importing.reports import ImportRefusedError
from data.importing.uk_tariff_api import commodity_urls, import_uk_tariff
from data.importing.uk_tariff_measures import PROGRAMMES
from data.loading.sources import load_sources
from tariffs.schedule import Programme

DAY = date(2026, 11, 20)
SHARED = Path(__file__).parents[3] / "shared"
SAMPLES = SHARED / "data/samples/uk_tariff_api_json"
SOURCES = load_sources()
SERIES = {**dict.fromkeys(("551", "552", "553", "554"), "D"), "695": "J", "696": "J"}
SERIES |= {"109": "O", "110": "O", "111": "O", "305": "P", "306": "Q", "VTS": "P", "410": "B"}


class Kept:
    def __init__(self):
        self.rows = None

    def replace(self, territory, source, as_of, complete, rows):
        self.rows = list(rows)
        self.complete = complete


def measure(number, type_id, base, area="1011", **changes):
    return {
        "id": str(number),
        "origin": "uk",
        "import": True,
        "excise": type_id == "306",
        "vat": type_id == "305",
        "effective_start_date": "2026-01-01T00:00:00.000Z",
        "effective_end_date": None,
        "measure_type": {"id": type_id, "measure_type_series_id": SERIES.get(type_id, "C")},
        "duty_expression": {"id": f"{number}-duty_expression", "base": base},
        "legal_acts": [{"id": "X1", "regulation_code": "X0001/26", "regulation_url": ""}],
        "measure_conditions": [],
        "geographical_area": {"id": area, "children_geographical_areas": []},
        "excluded_countries": [],
        "order_number": None,
        **changes,
    }


def commodity(*measures, code="0901100000"):
    return {
        "id": "1",
        "goods_nomenclature_item_id": code,
        "declarable": True,
        "import_measures": list(measures),
    }


QUOTA = {"status": "Open", "suspension_period_start_date": None, "blocking_period_end_date": None}


@pytest.mark.parametrize(
    ("definition", "kept"),
    [
        ({}, True),
        ({"status": "Critical"}, True),
        ({"status": "Exhausted"}, False),
        ({"blocking_period_start_date": "2026-11-01T00:00:00.000Z",
          "blocking_period_end_date": "2026-11-20T00:00:00.000Z"}, False),
        ({"suspension_period_start_date": "2026-11-21T00:00:00.000Z",
          "suspension_period_end_date": "2026-12-01T00:00:00.000Z"}, True),
    ],
)  # fmt: skip
def test_a_quota_of_which_nothing_can_be_had_on_the_day_is_left_out(tmp_path, definition, kept):
    order = {"id": "050922", "number": "050922", "definition": {**QUOTA, **definition}}
    path = tmp_path / "commodity.json"
    quota = measure(2, "122", "2.00 %", order_number=order)
    path.write_text(json.dumps(commodity(measure(1, "103", "12.00 %"), quota)))
    sink = Kept()
    source = SOURCES["UK-TRADE-TARIFF"]
    report = import_uk_tariff([path], sink, source=source, as_of=DAY, canonical=lambda text: text)
    assert ("quota" in [row.programme for row in sink.rows]) == kept
    left_out = "quotas that are exhausted, blocked or suspended on the day"
    assert report.skipped.get(left_out, 0) == int(not kept)


GROUP = {"id": "2999", "children_geographical_areas": [{"id": "NO"}, {"id": "XS"}]}
CONDITIONS = [
    {
        "id": "1",
        "condition_code": "V",
        "action_code": "01",
        "document_code": "",
        "condition_duty_amount": 52.6,
        "condition_monetary_unit_code": "EUR",
        "condition_measurement_unit_code": "DTN",
        "duty_expression": "<span>14.40</span> %",
    },
    {
        "id": "2",
        "condition_code": "A",
        "action_code": "01",
        "document_code": "D008",
        "condition_duty_amount": None,
        "duty_expression": "<span>1.10</span> EUR / <abbr title='Hectokilogram'>100 kg</abbr>",
    },
]
DOCUMENT = commodity(
    measure(1, "103", "12.00 %"),
    measure(2, "142", "0.00 %", geographical_area=GROUP, excluded_countries=[{"id": "NO"}]),
    measure(
        3,
        "122",
        "2.00 %",
        area="CA",
        order_number={"id": "050922", "number": "050922"},
        effective_end_date="2026-12-31T00:00:00.000Z",
    ),
    measure(4, "552", "", area="CN", measure_conditions=CONDITIONS),
    measure(5, "305", "0.00 %", additional_code={"id": "9", "code": "VATZ"}, legal_acts=[]),
    measure(6, "306", "316.54 GBP / 1000 p/st"),
    measure(7, "109", "p/st"),
    measure(8, "410", ""),
)


def as_jsonapi(document):
    """The same commodity in JSON:API: what is nested stands in `included`."""
    included = {}

    def fold(kind, nested):
        attributes, relationships = {}, {}
        for key, held in nested.items():
            if key == "id":
                continue
            single = key.removesuffix("s") if key != "excluded_countries" else "geographical_area"
            single = single.replace("children_geographical_area", "geographical_area")
            single = single.replace("import_measure", "measure")
            if isinstance(held, dict):
                relationships[key] = {"data": fold(single, held)}
            elif isinstance(held, list):
                relationships[key] = {"data": [fold(single, one) for one in held]}
            else:
                attributes[key] = held
        item = {
            "id": nested["id"],
            "type": kind,
            "attributes": attributes,
            "relationships": relationships,
        }
        if kind != "geographical_area" or relationships:
            included[kind, nested["id"]] = item
        return {"id": nested["id"], "type": kind}

    fold("commodity", copy.deepcopy(document))
    data = included.pop(("commodity", document["id"]))
    return {"data": data, "included": list(included.values())}


@pytest.fixture
def write(tmp_path):
    def write(document, name="commodity.json"):
        path = tmp_path / name
        path.write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")
        return path

    return write


def imported(*locations, source="UK-TRADE-TARIFF", sink=None, areas=None, **changes):
    sink = sink or Kept()
    report = import_uk_tariff(
        locations,
        sink,
        source=replace(SOURCES[source], **changes),
        as_of=DAY,
        canonical=lambda text: text if re.fullmatch(r"[\d.]+ %", text) else None,
        areas=areas,
    )
    return sink, report


def by_programme(sink):
    return {row.programme: row for row in sink.rows}


def test_every_programme_word_is_one_the_tariffs_package_knows():
    assert set(PROGRAMMES.values()) | {"vat", "excise"} <= {str(word) for word in Programme}


def test_measures_become_rates_with_their_origins_days_and_laws(write):
    sink, report = imported(write(DOCUMENT))
    rows = by_programme(sink)
    assert len(rows) == len(sink.rows) == 7
    third_country = rows["third_country"]
    assert (third_country.code, third_country.expression) == ("0901100000", "12.00 %")
    assert (third_country.origins, third_country.since) == ((), date(2026, 1, 1))
    assert (third_country.until, third_country.law) == (None, "X0001/26")
    assert rows["preference"].origins == ("2999", "NO", "RS")
    assert rows["preference"].excluded_origins == ("NO",)
    assert rows["quota"].order_number == "050922"
    assert rows["quota"].until == date(2027, 1, 1)
    assert rows["supplementary_unit"].unit == "p/st"
    assert rows["vat"].additional_code == "VATZ"
    assert rows["excise"].expression == "316.54 GBP / 1000 p/st"
    assert report.skipped == {"measures of type 410": 1}
    assert report.laws["X0001/26"].title == "Legal act X0001/26"
    assert not sink.complete


def test_a_measure_that_names_no_law_is_cited_as_published(write):
    sink, report = imported(write(DOCUMENT))
    assert by_programme(sink)["vat"].law == "UK-TRADE-TARIFF"
    assert "UK-TRADE-TARIFF" in report.laws


def test_a_duty_that_only_conditions_set_is_written_with_its_conditions_and_exact_numbers(write):
    sink, _ = imported(write(DOCUMENT))
    assert by_programme(sink)["anti_dumping"].expression == (
        "Cond: V 52.6 EUR/DTN(01):14.40 % ; A cert: D-008 (01):1.10 EUR / 100 kg"
    )


def test_both_forms_of_a_document_give_the_same_rows(write):
    flattened, _ = imported(write(DOCUMENT))
    json_api, _ = imported(write(as_jsonapi(DOCUMENT)))
    assert json_api.rows == flattened.rows


def test_the_european_union_has_the_northern_irish_measures_without_vat_and_excise(write):
    northern_ireland, _ = imported(write(DOCUMENT), source="XI-TRADE-TARIFF")
    union, _ = imported(write(DOCUMENT), source="EU-TRADE-TARIFF")
    taxes = {"vat", "excise"}
    assert by_programme(northern_ireland).keys() - by_programme(union).keys() == taxes


@pytest.mark.parametrize("type_id", sorted(PROGRAMMES))
def test_every_measure_type_of_the_law_is_read_as_its_programme(write, type_id):
    sink, _ = imported(write(commodity(measure(1, type_id, "1.00 %", area="CN"))))
    assert [row.programme for row in sink.rows] == [PROGRAMMES[type_id]]


ALTERED = {
    "an unknown type that sets a duty": measure(1, "199", "1.00 %"),
    "a type in another series": measure(
        1, "103", "1.00 %", measure_type={"id": "103", "measure_type_series_id": "B"}
    ),
    "an unknown key": measure(1, "103", "1.00 %", surcharge="2.00 %"),
    "no duty at all": measure(1, "103", ""),
    "a day that is none": measure(1, "103", "1.00 %", effective_start_date="soon"),
    "a group without members": measure(1, "142", "0.00 %", area="2999"),
    "an export measure": measure(1, "103", "1.00 %", **{"import": False}),
}


@pytest.mark.parametrize("altered", ALTERED.values(), ids=ALTERED.keys())
def test_a_measure_that_is_not_understood_refuses_every_document(write, altered):
    sink = Kept()
    good = write(DOCUMENT)
    bad = write(commodity(altered, code="0902200000"), "bad.json")
    with pytest.raises(ImportRefusedError, match="0902200000, measure 1"):
        imported(good, bad, sink=sink)
    assert sink.rows is None


def test_members_of_a_group_come_from_the_list_of_areas(write):
    areas = write([GROUP], "areas.json")
    document = write(commodity(measure(1, "142", "0.00 %", area="2999")))
    sink, _ = imported(document, areas=areas)
    assert sink.rows[0].origins == ("2999", "NO", "RS")


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (json.dumps(DOCUMENT)[:-200], "broken JSON"),
        ({"errors": [{"detail": "not found"}]}, "answered with errors"),
        ({**DOCUMENT, "declarable": False}, "not declarable"),
        ({**DOCUMENT, "goods_nomenclature_item_id": "0901"}, "no commodity code"),
        ({"data": {"id": "1", "type": "heading"}}, "no commodity"),
        ([], "not a JSON object"),
    ],
)
def test_a_document_that_is_no_commodity_is_refused(write, document, reason):
    with pytest.raises(ImportRefusedError, match=reason):
        imported(write(document))


def test_a_document_that_names_what_it_does_not_include_is_refused(write):
    document = as_jsonapi(DOCUMENT)
    document["included"] = [one for one in document["included"] if one["type"] != "measure_type"]
    with pytest.raises(ImportRefusedError, match="measure_type 103 is named but not included"):
        imported(write(document))


def test_documents_are_asked_by_code():
    (url,) = commodity_urls(SOURCES["XI-TRADE-TARIFF"], ["0901100000"])
    assert url.endswith("/xi/api/v2/commodities/0901100000")
    with responses.RequestsMock() as web:
        web.get(url, json=as_jsonapi(DOCUMENT))
        sink, _ = imported(url, source="XI-TRADE-TARIFF")
    assert len(sink.rows) == 7


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample documents are not here")
@pytest.mark.parametrize(
    ("name", "source", "programmes"),
    [
        (
            "uk_commodities_0102291010",
            "UK-TRADE-TARIFF",
            {"vat": 1, "third_country": 1, "supplementary_unit": 1, "preference": 1},
        ),
        (
            "uk_commodities_0702000007",
            "UK-TRADE-TARIFF",
            {"preference": 37, "third_country": 1, "vat": 1, "preferential_quota": 7},
        ),
        (
            "uk_commodities_1516209821",
            "UK-TRADE-TARIFF",
            {
                "third_country": 1,
                "suspension": 1,
                "vat": 2,
                "preference": 1,
                "anti_dumping": 4,
                "countervailing": 4,
            },
        ),
        (
            "xi_commodities_0103921100",
            "EU-TRADE-TARIFF",
            {"third_country": 1, "supplementary_unit": 1, "preference": 1},
        ),
    ],
)
def test_real_documents_are_read_whole(name, source, programmes):
    areas = SAMPLES / "uk_geographical_areas.json"
    _, report = imported(SAMPLES / f"{name}.json", source=source, areas=areas)
    assert report.programmes == programmes
    assert report.refused == ()


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample documents are not here")
def test_a_real_document_whose_measure_types_were_altered_is_refused():
    with pytest.raises(ImportRefusedError, match="type 103 is of series B"):
        imported(SAMPLES / "uk_commodities_0103921100.json")
