"""How do the facts of a territory's additional measures become `Measure`s?

The facts files of data/facts/measures are read by data.loading.measures, which expands lists of
goods and groups of countries; here each row gets its types, and its words are checked.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from data.model.dated import Law
from tariffs.conditions import parse_condition
from tariffs.schedule import Measure, Role

_TUPLES = (
    "goods",
    "except_goods",
    "origins",
    "except_origins",
    "requires",
    "removes",
    "keeps",
)
_TEXTS = ("basis", "covers", "content", "unknown", "confidence", "group", "at_or_above")


class MeasureError(ValueError):
    """A measure's facts say something that this version of the rules does not know."""


def read_measures(document: Mapping[str, Any]) -> tuple[Measure, ...]:
    """The measures of one territory's document, in the order of its rows.

    `document` is what `data.loading.measures.load_measures` returns for a territory: plain values
    with `rows` and `laws`. Raises `MeasureError` and `ConditionError`.
    """
    laws = {key: Law(key, law["title"], law.get("url")) for key, law in document["laws"].items()}
    return tuple(_measure(row, laws) for row in document["rows"])


def _measure(row: Mapping[str, Any], laws: Mapping[str, Law]) -> Measure:
    try:
        role = Role(row["role"])
    except ValueError:
        raise MeasureError(f"{row['heading']}: {row['role']!r} is no role") from None
    texts = {key: row[key] for key in _TEXTS if key in row}
    if "unknown" not in texts and role is Role.EXEMPT:
        texts["unknown"] = "excluded"
    if texts.get("unknown", "applies") not in ("applies", "excluded"):
        raise MeasureError(f"{row['heading']}: unknown must be applies or excluded")
    for condition in row.get("requires", ()):
        parse_condition(condition)
    until = row.get("until")
    return Measure(
        heading=row["heading"],
        programme=row["programme"],
        name=row["name"],
        role=role,
        expression=row.get("value", "0%"),
        law=laws[row["law"]],
        since=date.fromisoformat(row["since"]),
        until=date.fromisoformat(until) if until else None,
        rank=row.get("rank", 0),
        column_2=row.get("column_2", True),
        **{key: tuple(row[key]) for key in _TUPLES if key in row},
        **texts,
    )
