import zipfile
from datetime import date
from decimal import Decimal

import pytest

from data.importing.ecb_rates import FIRST_DAY, EcbRatesError, read_ecb_rates

HEADER = "Date,USD,JPY,BGN,"
WHOLE = [HEADER, "2026-10-30,1.1172,175.68,N/A,", "1999-01-04,1.1789,133.73,1.95,"]


@pytest.fixture
def write(tmp_path):
    def write(lines):
        path = tmp_path / "rates.csv"
        path.write_text("\n".join(lines) + "\n")
        return path

    return write


def test_the_installed_history_reaches_back_to_the_first_day_without_a_network():
    days = list(read_ecb_rates())
    assert days[-1][0] == FIRST_DAY
    assert days[-1][1]["USD"] == Decimal("1.1789")
    assert len(days) >= 7126
    assert days[0][0] >= date(2026, 10, 30)


def test_rates_are_exact_and_a_currency_that_is_not_quoted_is_absent(write):
    assert next(read_ecb_rates(write(WHOLE))) == (
        date(2026, 10, 30),
        {"USD": Decimal("1.1172"), "JPY": Decimal("175.68")},
    )


def test_a_zip_is_read_like_the_file_in_it(write, tmp_path):
    archive = tmp_path / "rates.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(write(WHOLE), "rates.csv")
    assert list(read_ecb_rates(archive)) == list(read_ecb_rates(write(WHOLE)))


def test_a_truncated_zip_is_refused(write, tmp_path):
    archive = tmp_path / "rates.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(write(WHOLE), "rates.csv")
    archive.write_bytes(archive.read_bytes()[:-30])
    with pytest.raises(EcbRatesError, match="broken archive"):
        list(read_ecb_rates(archive))


def test_a_history_that_breaks_off_is_refused_unless_it_is_a_part(write):
    part = write(WHOLE[:2])
    with pytest.raises(EcbRatesError, match="ends on 2026-10-30"):
        list(read_ecb_rates(part))
    assert len(list(read_ecb_rates(part, whole=False))) == 1


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["Day,USD,JPY,BGN,", *WHOLE[1:]], "line 1"),
        (["Date,USD,USD,BGN,", *WHOLE[1:]], "line 1"),
        (["Date,USD,yen,BGN,", *WHOLE[1:]], "line 1"),
        ([HEADER, "2026-10-30,1.1172,175.68,", WHOLE[2]], "line 2 has 4 cells"),
        ([HEADER, "30 October 2026,1.1172,175.68,N/A,", WHOLE[2]], "no day"),
        ([HEADER, "2026-10-30,0,175.68,N/A,", WHOLE[2]], "USD is '0'"),
        ([HEADER, "2026-10-30,1.1172,lots,N/A,", WHOLE[2]], "JPY is 'lots'"),
        ([HEADER, WHOLE[2], WHOLE[1]], "stands after"),
        ([], "line 1"),
    ],
)
def test_a_file_in_another_form_is_refused_with_its_line(write, lines, reason):
    with pytest.raises(EcbRatesError, match=reason):
        list(read_ecb_rates(write(lines)))
