"""Numbers of the post have their check digit, and come from ranges that were given."""

import pytest

from customs.documents.s10 import Allotment, NumberError, check_digit, read_number


def test_the_published_example_has_its_check_digit() -> None:
    assert check_digit("47312482") == "9"
    assert read_number("ra 473 124 829 us") == "RA473124829US"


@pytest.mark.parametrize(
    "wrong",
    ["CP001020301BR", "RA473124820US", "RA47312482US", "R1473124829US", "", "RA４73124829US"],
)
def test_a_number_with_a_wrong_digit_or_form_is_refused(wrong: str) -> None:
    with pytest.raises(NumberError):
        read_number(wrong)


def test_remainders_of_nothing_and_one_have_digits_of_their_own() -> None:
    assert check_digit("00000000") == "5"
    ones = [serial for serial in range(200) if sum_of(serial) % 11 == 1]
    assert {check_digit(f"{serial:08d}") for serial in ones} == {"0"}


def sum_of(serial: int) -> int:
    weights = (8, 6, 4, 2, 3, 5, 9, 7)
    return sum(int(digit) * weight for digit, weight in zip(f"{serial:08d}", weights, strict=True))


def test_numbers_are_issued_in_order_from_the_range_and_never_beyond() -> None:
    given = Allotment("CP", "ZZ", 7, 8)
    assert given.next(None) == 7
    assert given.number(given.next(7)) == "CP000000084ZZ"[:10] + check_digit("00000008") + "ZZ"
    with pytest.raises(NumberError, match="no number is left"):
        given.next(8)
    with pytest.raises(NumberError, match="not among those"):
        given.number(9)
