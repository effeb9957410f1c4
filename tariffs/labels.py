"""What is a chapter or heading called, in our own words?

The words of the official nomenclature are not ours to print; these are short ones of our own, for
tariff pages, papers and classifications. They are of the Harmonized System of 2022.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache

from data.loading.classification import load_labels

SINCE = date(2022, 1, 1)


def label_of(code: str, on: date) -> str | None:
    """Our words for the heading of a code, or its chapter; None before the system of 2022.

    >>> label_of("610910", date(2026, 11, 24))
    'T-shirts, tank tops and vests, knitted'
    >>> label_of("61", date(2026, 11, 24))
    'Clothing, knitted or crocheted'
    """
    if on < SINCE:
        return None
    labels = _labels()
    return labels.get(code[:4]) or labels.get(code[:2])


@cache
def _labels() -> Mapping[str, str]:
    return load_labels()
