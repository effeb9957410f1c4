import csv
import json

import pytest

from data.importing import classification_terms
from data.importing.classification_terms import TermsRefusedError, derive_terms


@pytest.fixture
def files(tmp_path):
    references = tmp_path / "references.json"
    references.write_text(json.dumps({"Crème de cassis": "2208700000", "old": "9999000000"}))
    parcels = tmp_path / "parcels.csv"
    parcels.write_text(
        "\ufeffGoods Description,Commodity Code\n100 pods,34025090\n100  PODS,3402509000\n"
        "short,3402\n£5,4907003000\n!!!,34025090\n",
        encoding="utf-8",
    )
    vague = tmp_path / "vague.csv"
    vague.write_text('gift\r\n"Gift "\r\n"beige, l"\r\n', encoding="utf-8")
    return references, parcels, vague


def test_a_file_with_too_few_rows_is_refused_and_nothing_is_written(files, tmp_path):
    folder = tmp_path / "facts"
    folder.mkdir()
    with pytest.raises(TermsRefusedError, match="UK-REFERENCES: 1 rows"):
        derive_terms(*files, {"220870", "340250", "490700"}, folder)
    assert list(folder.iterdir()) == []


def test_rows_without_a_subheading_are_left_out_and_each_phrase_stands_once(
    files, tmp_path, monkeypatch
):
    monkeypatch.setattr(classification_terms, "_LEAST", {})
    report = derive_terms(*files, {"220870", "340250", "490700"}, tmp_path)
    with (tmp_path / "terms.csv").open(encoding="utf-8") as file:
        assert list(csv.reader(file)) == [
            ["phrase", "hs6", "source"],
            ["Crème de cassis", "220870", "UK-REFERENCES"],
            ["100 pods", "340250", "UK-PARCELS"],
            ["£5", "490700", "UK-PARCELS"],
        ]
    assert (tmp_path / "vague_terms.csv").read_text() == "term\nbeige l\ngift\n"
    assert report.kept == {"UK-REFERENCES": 1, "UK-PARCELS": 2, "vague": 2}
    assert len(report.left_out) == 3
