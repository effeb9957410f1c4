from pathlib import Path

import pytest

from data.importing.classification_terms import derive_terms
from data.loading.classification import CLASSIFICATION, load_subheadings

OFFICIAL = Path(__file__).parents[3] / "shared/data/classification"


@pytest.mark.skipif(not OFFICIAL.exists(), reason="the official files are not here")
def test_deriving_the_phrases_again_gives_the_bytes_that_are_kept(tmp_path):
    derive_terms(
        OFFICIAL / "uk_search_references.json",
        OFFICIAL / "uk_extra_references.csv",
        OFFICIAL / "uk_vague_terms.csv",
        load_subheadings(),
        tmp_path,
    )
    for name in ("terms.csv", "vague_terms.csv"):
        assert (tmp_path / name).read_bytes() == (CLASSIFICATION / name).read_bytes()
