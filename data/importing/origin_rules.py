"""Which rules of origin were imported at this site, and what do they say of a code?

The product-specific rules of a territory's agreements stand in one SQLite file of the site's data
directory: written beside it and renamed, so whole or not at all.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

FORMAT = 2
_ABOUT = "CREATE TABLE about (source TEXT, as_of TEXT)"
_TABLE = """CREATE TABLE rule (
    scheme TEXT, first TEXT, last TEXT, entry INTEGER, number INTEGER, in_part INTEGER,
    classes TEXT, percents TEXT, alternative INTEGER, within_quota INTEGER, imports INTEGER,
    exports INTEGER, since TEXT, until TEXT, PRIMARY KEY (scheme, entry, number)
) WITHOUT ROWID"""


class OriginRulesError(ValueError):
    """A document is not what it says it is, or there are no rules of origin to read."""


@dataclass(frozen=True, slots=True)
class OriginRule:
    """One way for goods of a range of codes to originate under a scheme.

    `first` and `last` are ten-digit codes, both inside; `in_part` says that only some goods of the
    range are meant (the source's "ex"). Rules of one `entry` belong together, in the order
    `number`: an `alternative` may be met in place of those before it. `classes` is empty where the
    source names none. `percents` are all that the text of the rule states, in its order.
    `within_quota` rules hold for a limited quantity.
    """

    scheme: str
    first: str
    last: str
    entry: int
    number: int
    in_part: bool
    classes: tuple[str, ...]
    percents: tuple[Decimal, ...]
    alternative: bool
    within_quota: bool
    imports: bool
    exports: bool
    since: date
    until: date | None

    def applies(self, on: date) -> bool:
        """Whether the scheme is in force on that day."""
        return self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class OriginRulesFile:
    """The rules of origin of one territory, as they were imported last.

    `source` is its name in sources.toml, `as_of` the day that the rules were published as they are.
    """

    path: Path
    source: str
    as_of: date

    def rules_for(
        self, scheme: str, code: str, *, on: date | None = None
    ) -> tuple[OriginRule, ...]:
        """The rules of a scheme that may concern a code of any length, narrowest range first.

        A short code finds the rules of all codes beneath it. `on` leaves out schemes that are not
        in force that day.
        """
        if not (code.isascii() and code.isdigit() and 2 <= len(code) <= 10):
            raise OriginRulesError(f"{code!r} is no code of 2 to 10 digits")
        with closing(_opened(self.path)) as connection:
            rows = connection.execute(
                "SELECT * FROM rule WHERE scheme = ? AND first <= ? AND last >= ?"
                " ORDER BY CAST(last AS INTEGER) - CAST(first AS INTEGER), entry, number",
                (scheme, code.ljust(10, "9"), code.ljust(10, "0")),
            ).fetchall()
        rules = map(_as_rule, rows)
        return tuple(rule for rule in rules if on is None or rule.applies(on))


def write_origin_rules(
    data_dir: Path, territory: str, source: str, as_of: date, rules: Iterable[OriginRule]
) -> Path:
    """Keep a territory's rules in the site's data directory, in place of those kept before.

    All of them or none: an error while they are read leaves the old file as it was.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    kept = file_of(data_dir, territory)
    unfinished = kept.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(unfinished)) as connection, connection:
            connection.execute(_ABOUT)
            connection.execute("INSERT INTO about VALUES (?, ?)", (source, as_of.isoformat()))
            connection.execute(_TABLE)
            places = ", ".join("?" * len(OriginRule.__slots__))
            connection.executemany(
                f"INSERT INTO rule VALUES ({places})",  # noqa: S608 - question marks alone
                map(_as_row, rules),
            )
            connection.execute(f"PRAGMA user_version={FORMAT:d}")
        unfinished.replace(kept)
    finally:
        unfinished.unlink(missing_ok=True)
    return kept


def open_origin_rules(data_dir: Path, territory: str) -> OriginRulesFile | None:
    """A territory's rules, None where none were imported.

    Raises `OriginRulesError` for a file that another release wrote.
    """
    path = file_of(data_dir, territory)
    if not path.is_file():
        return None
    with closing(_opened(path)) as connection:
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        if found != FORMAT:
            raise OriginRulesError(f"{path.name} has format {found}; this release reads {FORMAT}")
        source, as_of = connection.execute("SELECT source, as_of FROM about").fetchone()
    return OriginRulesFile(path, source, date.fromisoformat(as_of))


def file_of(data_dir: Path, territory: str) -> Path:
    """Where the rules of a territory are kept."""
    return data_dir / f"rules_of_origin_{territory}.db"


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def _as_row(rule: OriginRule) -> tuple[str | int | None, ...]:
    return (
        rule.scheme, rule.first, rule.last, rule.entry, rule.number, rule.in_part,
        "|".join(rule.classes), "|".join(f"{percent:f}" for percent in rule.percents),
        rule.alternative, rule.within_quota, rule.imports, rule.exports,
        rule.since.isoformat(), rule.until.isoformat() if rule.until else None,
    )  # fmt: skip


def _as_rule(row: Sequence[Any]) -> OriginRule:
    scheme, first, last, entry, number, in_part, classes, percents, *flags, since, until = row
    alternative, within_quota, imports, exports = map(bool, flags)
    return OriginRule(
        scheme, first, last, entry, number, bool(in_part), tuple(filter(None, classes.split("|"))),
        tuple(map(Decimal, filter(None, percents.split("|")))), alternative, within_quota, imports,
        exports, date.fromisoformat(since), date.fromisoformat(until) if until else None,
    )  # fmt: skip
