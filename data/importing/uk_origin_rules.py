"""What must be done to goods so that they originate under an agreement of the United Kingdom?

The UK tariff service publishes its origin schemes in one document and the product-specific rules of
each scheme in another: ranges of codes, each with one rule or several. Facts are kept (range,
classes such as ``WO``, ``CTH``, ``RVC``, percentages, days, direction), never the prose. Rules
stream past an `OriginRuleTally`, which compares the counts after the last one, and stand in one
SQLite file at the user's own site: written beside it and renamed, so whole or not at all.

Context: the prose belongs to its publisher, and a percentage stands only in it. Decision: keep the
percentages in the order of the text, unattributed where a rule has several classes. Consequence:
these records say which kind of rule to expect and how strict; the agreement's text decides.
"""

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from data.importing.locations import Location, open_location
from data.importing.reports import Check, RefusedLine
from data.loading.sources import Bounds

FILE = "rules_of_origin.db"
FORMAT = 1
CLASSES = frozenset(
    "AH CC CTH CTSH INSUFFICIENT MAXNOM MAXNOM_OM MAXWEIGHT MINOM MINOM_VALUE MINOP ORIG "
    "ORIGINATING PROCESSING PROCESSING_TEXTILE PRODUCTION RVC SET TOLERANCE WO".split()
)
"""The kinds of rule that the source tells apart."""

UNCLASSED = "unclassed"
"""The name in a report of rules that the source puts into no class."""

_JOINING = frozenset(
    "BE EXCEPT FROM INCLUDING MAY NOT OR OR_ENUM RESTRICTION RETAINED USED".split()
)
_SET_KEYS = frozenset("heading min max rules valid".split())
_SET_ALLOWED = _SET_KEYS | {"chapter", "subdivision"}
_RULE_KEYS = frozenset("rule class footnotes operator quota import export".split())
_CODE = re.compile(r"\d{10}")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\**\s*(?:%|per ?cent)")
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
class OriginRuleReport:
    """What an import found. `without_rules` are schemes that came without a document of rules."""

    schemes: int
    entries: int
    rules: int
    classes: Mapping[str, int]
    without_rules: tuple[str, ...]
    refused: tuple[RefusedLine, ...]
    checks: tuple[Check, ...]


class OriginRulesRefusedError(OriginRulesError):
    """The documents are truncated, altered or new in kind. Nothing of them was kept."""

    def __init__(self, report: OriginRuleReport) -> None:
        self.report = report
        reasons = [
            f"{check.what}: {check.found} is not within {check.lowest} to {check.highest}"
            for check in report.checks
            if not check.holds
        ]
        reasons += [f"entry {one.line}: {one.reason}" for one in report.refused[:5]]
        super().__init__("; ".join(reasons))


@dataclass(slots=True)
class OriginRuleTally:
    """The counts of one import while its rules stream past.

    `expect` bounds ``schemes``, ``entries``, ``rules``, ``refused``, ``without_rules`` and rules of
    a class by its name (or ``unclassed``); nothing may be refused unless it says so.
    """

    expect: Mapping[str, Bounds] = field(default_factory=dict)
    schemes: int = 0
    entries: int = 0
    rules: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    without_rules: tuple[str, ...] = ()
    refused: list[RefusedLine] = field(default_factory=list)

    def finish(self) -> OriginRuleReport:
        """The report. Raises `OriginRulesRefusedError` when a count is outside its bounds."""
        counts = {
            **self.classes,
            "schemes": self.schemes,
            "entries": self.entries,
            "rules": self.rules,
            "refused": len(self.refused),
            "without_rules": len(self.without_rules),
        }
        bounds: dict[str, Bounds] = {"refused": (0, 0), **self.expect}
        checks = tuple(Check(what, counts.get(what, 0), *each) for what, each in bounds.items())
        report = OriginRuleReport(
            self.schemes, self.entries, self.rules, dict(self.classes), self.without_rules,
            tuple(self.refused), checks,
        )  # fmt: skip
        if not all(check.holds for check in checks):
            raise OriginRulesRefusedError(report)
        return report


def read_origin_rules(
    schemes: Location, rule_sets: Sequence[Location], tally: OriginRuleTally
) -> Iterator[OriginRule]:
    """Every rule of every scheme; a document of rules is named after its scheme (``japan.json``).

    One document is in memory at a time. Raises `OriginRulesError` for a document of another form,
    and `OriginRulesRefusedError` after the last rule when the counts are not as expected.
    """
    days = _days_of_schemes(_document(schemes, "schemes"))
    named = {str(location).rpartition("/")[2].removesuffix(".json"): location
             for location in rule_sets}  # fmt: skip
    if len(named) != len(rule_sets) or not named.keys() <= days.keys():
        raise OriginRulesError(f"no scheme, or two documents: {sorted(named.keys() - days.keys())}")
    tally.schemes = len(days)
    tally.without_rules = tuple(sorted(days.keys() - named.keys()))
    for scheme, location in named.items():
        for entry, table in enumerate(_document(location, "rule_sets"), 1):
            yield from _read_entry(scheme, entry, table, days[scheme], tally)
    tally.finish()


def write_origin_rules(data_dir: Path, rules: Iterable[OriginRule]) -> Path:
    """Keep rules in the site's data directory, in place of those kept before; all or none."""
    kept, unfinished = data_dir / FILE, data_dir / f"{FILE}.part"
    unfinished.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(unfinished)) as connection, connection:
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


def rules_for(
    data_dir: Path, scheme: str, code: str, *, on: date | None = None
) -> tuple[OriginRule, ...]:
    """The rules of a scheme that may concern a code of any length, narrowest range first.

    A short code finds the rules of all codes beneath it. `on` leaves out schemes that are not in
    force that day. Raises `OriginRulesError` when no rules were imported, or by another release.
    """
    if not (code.isascii() and code.isdigit() and 2 <= len(code) <= 10):
        raise OriginRulesError(f"{code!r} is no code of 2 to 10 digits")
    path = (data_dir / FILE).absolute()
    if not path.is_file():
        raise OriginRulesError("no rules of origin were imported")
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        if found != FORMAT:
            raise OriginRulesError(f"{FILE} has format {found}; this release reads {FORMAT}")
        rows = connection.execute(
            "SELECT * FROM rule WHERE scheme = ? AND first <= ? AND last >= ?"
            " ORDER BY CAST(last AS INTEGER) - CAST(first AS INTEGER), entry, number",
            (scheme, code.ljust(10, "9"), code.ljust(10, "0")),
        ).fetchall()
    rules = map(_as_rule, rows)
    return tuple(rule for rule in rules if on is None or rule.applies(on))


def _document(location: Location, key: str) -> list[Any]:
    """The list that a document holds under a key. Numbers stay exact."""
    with open_location(location) as file:
        try:
            document = json.load(file, parse_float=Decimal)
        except ValueError as error:
            raise OriginRulesError(f"{location}: {error}") from error
    found = document.get(key) if isinstance(document, dict) else None
    if not (isinstance(found, list) and found):
        raise OriginRulesError(f"{location}: no {key}")
    return found


def _days_of_schemes(tables: Iterable[Any]) -> dict[str, tuple[date, date | None]]:
    """From which day each scheme is in force, and the first day it no longer is."""
    days: dict[str, tuple[date, date | None]] = {}
    for table in tables:
        try:
            code, last = table["scheme_code"], table["validity_end_date"]
            since = date.fromisoformat(table["validity_start_date"])
            until = None if last is None else date.fromisoformat(last) + timedelta(days=1)
        except (KeyError, TypeError, ValueError) as error:
            raise OriginRulesError(f"not a scheme: {error!r}") from error
        if code in days:
            raise OriginRulesError(f"two schemes are called {code}")
        days[code] = (since, until)
    return days


def _read_entry(
    scheme: str, entry: int, table: Any, days: tuple[date, date | None], tally: OriginRuleTally
) -> Iterator[OriginRule]:
    reason = _wrong_with_entry(table)
    tally.entries += 1
    if reason:
        tally.refused.append(RefusedLine(entry, f"{scheme}: {reason}"))
        return
    for number, rule in enumerate(table["rules"], 1):
        classes = tuple(" ".join(each.upper().split()).replace("-", "_") for each in rule["class"])
        tally.rules += 1
        tally.classes.update(set(classes) or {UNCLASSED})
        yield OriginRule(
            scheme=scheme,
            first=table["min"],
            last=table["max"],
            entry=entry,
            number=number,
            in_part=table["heading"].lower().startswith("ex"),
            classes=classes,
            percents=tuple(map(Decimal, _PERCENT.findall(rule["rule"]))),
            alternative=rule["operator"] == "or",
            within_quota=rule["quota"],
            imports=rule["import"],
            exports=rule["export"],
            since=days[0],
            until=days[1],
        )


def _wrong_with_entry(table: Any) -> str | None:
    if not (isinstance(table, dict) and _SET_KEYS <= table.keys() <= _SET_ALLOWED):
        return "other keys than an entry has"
    first, last = str(table["min"]), str(table["max"])
    if not (_CODE.fullmatch(first) and _CODE.fullmatch(last) and first <= last):
        return f"{first} to {last} is no range of codes"
    if table["valid"] is not True or not isinstance(table["heading"], str):
        return "not marked as valid, or without a heading"
    if not (isinstance(table["rules"], list) and table["rules"]):
        return "no rules"
    return next(filter(None, map(_wrong_with_rule, table["rules"])), None)


def _wrong_with_rule(rule: Any) -> str | None:
    if not (isinstance(rule, dict) and rule.keys() == _RULE_KEYS):
        return "other keys than a rule has"
    if not all(isinstance(rule[name], bool) for name in ("quota", "import", "export")):
        return "quota, import and export are true or false"
    if rule["operator"] not in (None, "or") or not isinstance(rule["rule"], str):
        return f"{rule['operator']!r} joins no rules"
    if not isinstance(rule["class"], list):
        return "no list of classes"
    return next((f"{each!r} is no class" for each in rule["class"] if not _is_class(each)), None)


def _is_class(text: Any) -> bool:
    """Whether a class is one of the known kinds, with the known words around it."""
    words = text.upper().replace("-", "_").split() if isinstance(text, str) else []
    return bool(words) and words[0] in CLASSES and set(words) <= CLASSES | _JOINING


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
