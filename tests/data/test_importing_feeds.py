from datetime import date

import pytest

from data.importing.feeds import import_schedule
from data.importing.reports import ImportRefusedError
from data.loading.sources import load_sources

SOURCES = load_sources()


class Kept:
    def __init__(self):
        self.rows = None

    def replace(self, territory, source, as_of, complete, rows):
        self.rows = list(rows)


def imported(source, locations, **options):
    return import_schedule(
        SOURCES[source],
        locations,
        Kept(),
        as_of=date(2026, 1, 1),
        canonical=lambda text: text,
        split_special=lambda cell: ((cell, ()),),
        **options,
    )


OF_RATES = [id_ for id_, s in SOURCES.items() if s.format not in ("uk_origin_rules", "hmrc_rates")]
"""The sources of tariff rates; rules of origin and rates of exchange have their own importers."""


@pytest.mark.parametrize("source", OF_RATES)
def test_every_source_is_read_strictly_by_the_importer_of_its_format(source, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text("HS6_6d,HS6_4d,HS6_2d,HS5_6d,HS5_4d,HS5_2d\n")
    beside = other if SOURCES[source].format == "uk_eu_rates" else None
    with pytest.raises(ImportRefusedError, match=source):
        imported(source, [other], beside=beside)


def test_a_source_of_one_file_takes_one_file(tmp_path):
    with pytest.raises(ValueError, match="US-HTS is one file, not 2"):
        imported("US-HTS", [tmp_path / "a", tmp_path / "b"])


def test_the_table_of_two_tariffs_needs_its_concordance(tmp_path):
    with pytest.raises(ValueError, match="without a concordance"):
        imported("GB-UKGT-2021", [tmp_path / "a"])
