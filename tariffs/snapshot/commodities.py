"""What does a compiled schedule say about a code?

Decoded commodities are kept, most recently used first, and shared by all threads: they are frozen.
Equal rates are one object, and so is a measure however many codes it covers.
"""

from collections.abc import Iterator, Mapping
from functools import cache, cached_property, lru_cache

import orjson

from data.model.dated import Law
from tariffs.nomenclature import FULL_LENGTH, ancestors, padded
from tariffs.schedule import Commodity, Measure, Rate, ScheduleStatus
from tariffs.snapshot.files import SnapshotFile
from tariffs.snapshot.records import read_rate, read_record, territory_base

KEPT_COMMODITIES = 4096
_KEPT_RATES = 65536
_KEPT_BRANCHES = 256  # answers for headings and subheadings, some of hundreds of commodities

_Found = tuple[Commodity, ...]


class Shelf:
    """The commodities of all territories of one snapshot, and what was decoded of them."""

    def __init__(self, file: SnapshotFile) -> None:
        self._file = file
        self.full = lru_cache(KEPT_COMMODITIES)(self._full)
        self.beneath = lru_cache(_KEPT_BRANCHES)(self._beneath)
        self._rates: dict[bytes, Rate] = {}
        self._measure = cache(self._read_measure)

    @cached_property
    def laws(self) -> Mapping[str, Law]:
        """Every law of the snapshot by its reference."""
        return {
            reference: Law(**orjson.loads(text))
            for reference, text in self._file.rows("SELECT k, v FROM law")
        }

    def codes(self, base: int, prefix: str, limit: int) -> list[str]:
        """Declarable codes under a prefix, ascending, without decoding anything else."""
        first, last = _range(base, prefix)
        sql = "SELECT k FROM commodity WHERE k BETWEEN ? AND ? ORDER BY k LIMIT ?"
        return [_code(key, base) for (key,) in self._file.rows(sql, first, last, limit)]

    def walk(self, base: int, prefix: str) -> Iterator[tuple[str, tuple[Rate, ...]]]:
        """Every code under a prefix with its rates, ascending; equal rates are one object."""
        known: dict[bytes, Rate] = {}
        sql = "SELECT k, v FROM commodity WHERE k BETWEEN ? AND ? ORDER BY k"
        for chapter in _chapters(prefix):
            for key, text in self._file.rows(sql, *_range(base, chapter)):
                lines = text.split(b"\n")[1:]
                for line in lines:
                    if line not in known:
                        known[line] = read_rate(line, self.laws)
                yield _code(key, base), tuple([known[line] for line in lines])

    def measures(self, base: int) -> tuple[Measure, ...]:
        """Every additional measure of a territory, in the order of its facts."""
        sql = "SELECT k FROM measure WHERE k BETWEEN ? AND ? ORDER BY k"
        return tuple([self._measure(key) for (key,) in self._file.rows(sql, *_range(base, ""))])

    def _full(self, base: int, code: str) -> _Found:
        if not (code.isascii() and code.isdigit()):
            return ()
        sql = "SELECT v FROM commodity WHERE k = ?"
        full = code[:FULL_LENGTH]
        row = self._file.row(sql, base + int(full))
        if row is not None:
            return (self._commodity(base, full, row[0]),)
        stem = full
        while stem.endswith("00"):
            stem = stem[:-2]
        return self.beneath(base, stem) if stem != full else self._extended(base, full)

    def _beneath(self, base: int, code: str) -> _Found:
        if not (code.isascii() and code.isdigit()):
            return ()
        first, last = _range(base, code)
        sql = "SELECT k, v FROM commodity WHERE k BETWEEN ? AND ? ORDER BY k"
        found = tuple(
            self._commodity(base, _code(key, base), text)
            for key, text in self._file.rows(sql, first, last)
        )
        return found or self._extended(base, code)

    def _extended(self, base: int, code: str) -> _Found:
        """The commodity that a code extends: one whose own digits the code begins with."""
        for stem in reversed(ancestors(code)):
            row = self._file.row("SELECT v FROM commodity WHERE k = ?", base + int(padded(stem)))
            if row is not None and orjson.loads(row[0].split(b"\n", 1)[0])[0] <= len(stem):
                return (self._commodity(base, padded(stem), row[0]),)
        return ()

    def _commodity(self, base: int, code: str, text: bytes) -> Commodity:
        head, *lines = text.split(b"\n")
        measures: list[int] = orjson.loads(head)[1]
        known = self._rates.get
        return Commodity(
            code,
            tuple([known(line) or self._read_rate(line) for line in lines]),
            tuple([self._measure(base + number) for number in measures]),
        )

    def _read_rate(self, line: bytes) -> Rate:
        rate = read_rate(line, self.laws)
        if len(self._rates) >= _KEPT_RATES:
            self._rates.clear()
        self._rates[line] = rate
        return rate

    def _read_measure(self, key: int) -> Measure:
        (text,) = self._file.row("SELECT v FROM measure WHERE k = ?", key)
        return read_record(Measure, text, self.laws)


class SnapshotSchedule:
    """A territory's schedule in one snapshot: what `tariffs.schedule.Schedule` asks for."""

    def __init__(self, status: ScheduleStatus, shelf: Shelf) -> None:
        self._status = status
        self._base = territory_base(status.territory)
        self._shelf = shelf

    @property
    def status(self) -> ScheduleStatus:
        """What the schedule is made of, and of which day."""
        return self._status

    def find(self, code: str) -> _Found:
        """The declarable commodities a code stands for; see `tariffs.schedule.Schedule.find`.

        A full code that is not declarable but filled with zeros stands for what it was filled from.
        """
        if len(code) >= FULL_LENGTH:
            return self._shelf.full(self._base, code)
        return self._shelf.beneath(self._base, code)

    def codes(self, prefix: str = "", limit: int = 1000) -> list[str]:
        """Declarable codes that begin with some digits, ascending, at most `limit`."""
        if prefix and not (prefix.isascii() and prefix.isdigit()):
            return []
        return self._shelf.codes(self._base, prefix[:FULL_LENGTH], limit)

    def walk(self, prefix: str = "") -> Iterator[tuple[str, tuple[Rate, ...]]]:
        """Every declarable code that begins with some digits, ascending, with its rates.

        For whoever reads a whole schedule once: what `find` keeps at hand stays as it is.
        """
        return self._shelf.walk(self._base, prefix[:FULL_LENGTH])

    def measures(self) -> tuple[Measure, ...]:
        """Every additional measure, whatever goods it is about."""
        return self._shelf.measures(self._base)


def _chapters(prefix: str) -> list[str]:
    """A prefix of two digits or more, or all chapters beneath: no read is of a whole tariff."""
    chapters = [f"{number:02}" for number in range(100)]
    return [prefix] if len(prefix) > 1 else [c for c in chapters if c.startswith(prefix)]


def _range(base: int, prefix: str) -> tuple[int, int]:
    return base + int(padded(prefix)), base + int(prefix.ljust(FULL_LENGTH, "9"))


def _code(key: int, base: int) -> str:
    return str(key - base).zfill(FULL_LENGTH)
