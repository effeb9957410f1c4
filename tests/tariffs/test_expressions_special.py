"""How a cell of the US special column is cut into rates and programmes."""

import pytest

from tariffs.expressions import split_special


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("Free (A+,AU,BH)", (("Free", ("A+", "AU", "BH")),)),
        ("Free(A, AU,  CL )", (("Free", ("A", "AU", "CL")),)),
        ("Free (A)2.7%(JP)", (("Free", ("A",)), ("2.7%", ("JP",)))),
        ("Free (A*,D) 1.9¢/liter + 13.9¢/pf. liter (JO)",
         (("Free", ("A*", "D")), ("1.9¢/liter + 13.9¢/pf. liter", ("JO",)))),
        ("Free (AU) See 9822.05.20 (P+)", (("Free", ("AU",)), ("See 9822.05.20", ("P+",)))),
        ("Free (A,PA (PA)", (("Free", ("A", "PA")),)),
        ("See 9919.04.50, 9919.04.57 (PA (PA)", (("See 9919.04.50, 9919.04.57", ("PA",)),)),
        ("No change", (("No change", ()),)),
        ("See U.S. note 3(e) (CO,PE)", (("See U.S. note 3(e)", ("CO", "PE")),)),
        ("Free (AU) A duty upon the value of the repairs (see U.S. note 3) (B,C,)",
         (("Free", ("AU",)),
          ("A duty upon the value of the repairs (see U.S. note 3)", ("B", "C")))),
    ],
)  # fmt: skip
def test_each_rate_keeps_the_programmes_in_its_brackets(
    cell: str, parts: tuple[tuple[str, tuple[str, ...]], ...]
) -> None:
    assert split_special(cell) == parts


@pytest.mark.parametrize("cell", ["", "  ", "(A,AU)", "Free (A) 2.4%"])
def test_a_cell_whose_rates_and_brackets_do_not_pair_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match=r"empty|no rate|no programme"):
        split_special(cell)
