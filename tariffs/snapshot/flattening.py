"""Which rows apply to each declarable code, once inheritance and versions are resolved?

A row written at a chapter, heading or line reaches every declarable code beneath it. Where a more
specific row of the same programme and origins exists, the broader one gives way on the days the
specific one covers, and comes back when it ends. Where several versions of a schedule speak, a
newer complete one ends all older rows on its as-of day; a partial one ends those of the codes it
contains; and a newer row replaces an older one of the same code, programme and origins on all the
days that the newer one covers.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from data.model.dated import Law
from data.model.schedule_rows import ScheduleRow
from tariffs.nomenclature import padded
from tariffs.snapshot.contents import ScheduleContents, ScheduleVersion, SnapshotError

_Standing = tuple[int, ScheduleRow]  # number of the version (oldest first), row
_Span = tuple[date, date | None]


@dataclass(frozen=True, slots=True)
class FlatCommodity:
    """A declarable code, as long as the schedule writes it, and its rows with their laws."""

    code: str
    rows: list[tuple[ScheduleRow, Law]]


def flatten(contents: ScheduleContents) -> Iterator[FlatCommodity]:
    """Every declarable code of a schedule in ascending order, with the rows that reach it.

    Raises `SnapshotError` for a code that is not digits and a law that its version does not
    explain.
    """
    versions = sorted(contents.versions, key=lambda version: (version.as_of, not version.complete))
    listed = set(contents.codes())
    by_code, contained = _read(versions)
    _shorten_parents(by_code, contained, listed)
    for leaf in _leaves({*by_code, *listed}):
        standing = [
            entry
            for length in range(1, len(leaf) + 1)
            if (entries := by_code.get(leaf[:length]))
            for entry in entries
        ]
        merged = _merge(leaf, standing, versions, contained)
        yield FlatCommodity(leaf, [(row, versions[number].laws[row.law]) for number, row in merged])


def _read(
    versions: list[ScheduleVersion],
) -> tuple[dict[str, list[_Standing]], list[set[str]]]:
    """Rows by the code they stand at, and per version the codes it contains."""
    by_code: dict[str, list[_Standing]] = {}
    contained: list[set[str]] = []
    for number, version in enumerate(versions):
        codes: set[str] = set()
        for row in version.rows():
            try:
                version.laws[row.law]
            except KeyError:
                raise SnapshotError(f"{row.code}: no law {row.law!r} in its source") from None
            by_code.setdefault(row.code, []).append((number, row))
            codes.add(row.code)
        contained.append(codes)
    for code in by_code:
        if not (code.isascii() and code.isdigit() and len(code) <= 10):
            raise SnapshotError(f"{code!r} is not a code of up to ten digits")
    return by_code, contained


def _shorten_parents(
    by_code: dict[str, list[_Standing]], contained: list[set[str]], listed: set[str]
) -> None:
    """Write a parent that is padded with zeros as what it is.

    Sources with ten digits for everything write heading 6109 as 6109000000. Beside other codes
    beneath 6109 that is no declarable code but the row of a heading, and is moved there.
    """
    codes = sorted({*by_code, *listed})
    for code in [code for code in by_code if len(code) == 10 and code.endswith("00")]:
        stem = code
        while stem.endswith("00"):
            stem = stem[:-2]
        if code not in listed and _has_children(stem, codes):
            moved = [(number, replace(row, code=stem)) for number, row in by_code.pop(code)]
            by_code.setdefault(stem, []).extend(moved)
            for version_codes in contained:
                if code in version_codes:
                    version_codes.add(stem)


def _has_children(stem: str, codes: list[str]) -> bool:
    """Whether a code stands beneath the stem other than the stem filled with zeros."""
    position = bisect_right(codes, padded(stem))
    return position < len(codes) and codes[position].startswith(stem)


def _leaves(codes: Iterable[str]) -> Iterator[str]:
    """The codes with nothing beneath them. In sorted order a parent precedes its first child."""
    previous: str | None = None
    for code in sorted(codes):
        if previous is not None and not code.startswith(previous):
            yield previous
        previous = code
    if previous is not None:
        yield previous


def _merge(
    leaf: str,
    standing: list[_Standing],
    versions: list[ScheduleVersion],
    contained: list[set[str]],
) -> list[_Standing]:
    """The rows that reach a code, cut so that no two of one programme and origins compete."""
    groups = {(number, row.code) for number, row in standing}
    if not groups or (len(groups) == 1 and standing[0][0] == len(versions) - 1):
        return standing
    ended = [
        (number, replace(row, until=until) if until != row.until else row)
        for number, row in standing
        if (until := _end(leaf, number, row, versions, contained)) is None or until > row.since
    ]
    merged: list[_Standing] = []
    for number, row in ended:
        spans: list[_Span] = [(row.since, row.until)]
        for rival in ended:
            if _rivals(rival[1], row) and _beats(rival, (number, row)):
                taken = (rival[1].since, rival[1].until)
                spans = [part for span in spans for part in _without(span, taken)]
        merged.extend((number, replace(row, since=since, until=until)) for since, until in spans)
    return merged


def _end(
    leaf: str,
    number: int,
    row: ScheduleRow,
    versions: list[ScheduleVersion],
    contained: list[set[str]],
) -> date | None:
    """The first day a row no longer applies, newer versions considered."""
    ends = [
        newer.as_of
        for newer, codes in zip(versions[number + 1 :], contained[number + 1 :], strict=True)
        if newer.complete or row.code in codes or leaf in codes
    ]
    if row.until is not None:
        ends.append(row.until)
    return min(ends, default=None)


def _rivals(one: ScheduleRow, other: ScheduleRow) -> bool:
    """Whether two rows say the same kind of thing about the same origins."""
    return (
        one.programme == other.programme
        and one.origins == other.origins
        and one.additional_code == other.additional_code
        and one.order_number == other.order_number
    )


def _beats(one: _Standing, other: _Standing) -> bool:
    """Whether the first row is more specific, or as specific and newer."""
    return (len(one[1].code), one[0]) > (len(other[1].code), other[0])


def _without(span: _Span, taken: _Span) -> list[_Span]:
    """What is left of a span of days when another is taken out of it.

    >>> _without((date(2020, 1, 1), None), (date(2021, 1, 1), date(2022, 1, 1)))[1]
    (datetime.date(2022, 1, 1), None)
    """
    since, until = span
    first, end = taken
    left: list[_Span] = []
    if since < first:
        left.append((since, first if until is None else min(first, until)))
    if end is not None and (until is None or end < until):
        left.append((max(since, end), until))
    return left
