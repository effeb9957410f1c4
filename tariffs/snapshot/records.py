"""How is a fact written in a snapshot, and read back?

A commodity is lines of JSON: first its own digits and the numbers of the measures that cover it,
then one line for each rate, so that equal rates of different codes are decoded once. Measures and
statuses are JSON objects with the names of their fields; a field added to them needs nothing here
as long as it is text, a whole number, a day, a law, an enumeration or a tuple of these.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from enum import StrEnum
from functools import lru_cache
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import orjson

from data.model.dated import Law
from data.model.schedule_rows import ScheduleRow
from tariffs.schedule import Programme, Rate

T = TypeVar("T")
Reader = Callable[[Any, Mapping[str, Law]], Any]

_PROGRAMMES = {str(programme): programme for programme in Programme}
_REQUIRED_OF_A_RATE = 5  # programme, expression, since, until, law
_DEFAULTS_OF_A_RATE = [field.default for field in fields(Rate)][_REQUIRED_OF_A_RATE:]
_SLOTS_OF_A_RATE = [getattr(Rate, field.name).__set__ for field in fields(Rate)]


class LawTable:
    """Laws by a short reference: their id, numbered where two laws share one."""

    def __init__(self) -> None:
        self._references: dict[Law, str] = {}
        self._taken: set[str] = set()

    def reference(self, law: Law) -> str:
        """The word that stands for a law in this snapshot."""
        known = self._references.get(law)
        if known is None:
            known, number = law.id, 1
            while known in self._taken:
                number += 1
                known = f"{law.id}#{number}"
            self._taken.add(known)
            self._references[law] = known
        return known

    def __iter__(self) -> Iterator[tuple[str, Law]]:
        for law, reference in self._references.items():
            yield reference, law


def territory_base(territory: str) -> int:
    """The key of a territory's code 0; codes of ten digits are added to it.

    >>> territory_base("GB") % 10**10
    0
    """
    return int(territory, 36) * 10**10


def write_rate(row: ScheduleRow, law: str) -> bytes:
    """One line: the fields of `tariffs.schedule.Rate` in order, without what is empty at the end.

    Raises KeyError for a programme that is none.
    """
    values = [
        _PROGRAMMES[row.programme],
        row.expression,
        row.since,
        row.until,
        law,
        row.origins,
        row.excluded_origins,
        row.unit,
        row.order_number,
        row.additional_code,
        row.confidence,
    ]
    while len(values) > _REQUIRED_OF_A_RATE and (not values[-1] or values[-1] == "official"):
        values.pop()
    return orjson.dumps(values)


def read_rate(line: bytes, laws: Mapping[str, Law]) -> Rate:
    """A rate from its line.

    Look-ups spend most of their time here, and a frozen dataclass most of that in its own
    constructor; so its slots are filled directly.
    """
    values = orjson.loads(line)
    values[0] = _PROGRAMMES[values[0]]
    values[2] = date.fromisoformat(values[2])
    if values[3]:
        values[3] = date.fromisoformat(values[3])
    values[4] = laws[values[4]]
    given = len(values)
    if given > _REQUIRED_OF_A_RATE:
        values[5:7] = [tuple(origins) for origins in values[5:7]]
    values += _DEFAULTS_OF_A_RATE[given - _REQUIRED_OF_A_RATE :]
    rate = object.__new__(Rate)
    for fill, value in zip(_SLOTS_OF_A_RATE, values, strict=True):
        fill(rate, value)
    return rate


def write_commodity(digits: int, measures: list[int], rates: list[bytes]) -> bytes:
    """A commodity: how many digits the schedule writes, its measures' numbers, its rates."""
    return b"\n".join([orjson.dumps([digits, measures]), *rates])


def write_record(record: Any, reference: Callable[[Law], str]) -> bytes:
    """A dataclass as a JSON object; laws become references."""
    return orjson.dumps(
        {
            field.name: _plain(getattr(record, field.name), reference)
            for field in fields(record)
            if getattr(record, field.name) != field.default
        }
    )


def read_record(cls: Callable[..., T], text: bytes, laws: Mapping[str, Law]) -> T:
    """The dataclass that `write_record` wrote."""
    readers = _readers(cls)
    return cls(**{name: readers[name](value, laws) for name, value in orjson.loads(text).items()})


def _plain(value: Any, reference: Callable[[Law], str]) -> Any:
    if isinstance(value, Law):
        return reference(value)
    if isinstance(value, tuple):
        return [_plain(part, reference) for part in value]
    if value is None or isinstance(value, str | int | date):
        return value
    raise TypeError(f"a snapshot cannot keep a {type(value).__name__}: {value!r}")


@lru_cache
def _readers(cls: Any) -> dict[str, Reader]:
    hints = get_type_hints(cls)
    return {field.name: _reader(hints[field.name]) for field in fields(cls)}


def _reader(hint: Any) -> Reader:
    """What turns JSON back into a value of this type."""
    if get_origin(hint) in (UnionType, Union):
        inner = [_reader(part) for part in get_args(hint) if part is not type(None)]
        if len(inner) != 1:
            raise TypeError(f"a snapshot cannot tell apart {hint}")
        return lambda value, laws: None if value is None else inner[0](value, laws)
    if get_origin(hint) is tuple:
        of = _reader(get_args(hint)[0])
        return lambda value, laws: tuple(of(part, laws) for part in value)
    if hint is Law:
        return lambda value, laws: laws[value]
    if hint is date:
        return lambda value, laws: date.fromisoformat(value)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return lambda value, laws: hint(value)
    return lambda value, laws: value
