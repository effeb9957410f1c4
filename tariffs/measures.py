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
    unknown = row.get("unknown", "excluded" if role is Role.EXEMPT else "applies")
    if unknown not in ("applies", "excluded"):
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
        confidence=row.get("confidence", "official"),
        goods=tuple(row["goods"]),
        except_goods=tuple(row["except_goods"]),
        origins=tuple(row["origins"]),
        except_origins=tuple(row["except_origins"]),
        requires=tuple(row.get("requires", ())),
        removes=tuple(row.get("removes", ())),
        group=row.get("group"),
        rank=row.get("rank", 0),
        basis=row.get("basis", "full_value"),
        column_2=row.get("column_2", True),
        unknown=unknown,
        covers=row.get("covers", "full_value"),
        content=row.get("content", ""),
        keeps=tuple(row.get("keeps", ())),
        at_or_above=row.get("at_or_above"),
    )
