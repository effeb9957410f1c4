"""What must be done to goods so that they originate under an agreement of the United Kingdom?

The UK tariff service publishes its origin schemes in one document and the product-specific rules of
each scheme in another: ranges of codes, each with one rule or several. Facts are kept (range,
classes such as ``WO``, ``CTH``, ``RVC``, percentages, days, direction), never the prose. Rules
stream past an `OriginRuleTally`, which compares the counts after the last one.

Context: the prose belongs to its publisher, and a percentage stands only in it. Decision: keep the
percentages in the order of the text, unattributed where a rule has several classes. Consequence:
these records say which kind of rule to expect and how strict; the agreement's text decides.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from data.importing.locations import Location, open_location
from data.importing.origin_rule_reports import UNCLASSED, OriginRuleReport, OriginRuleTally
from data.importing.origin_rules import OriginRule, OriginRulesError, write_origin_rules
from data.importing.reports import RefusedLine
from data.loading.sources import Source

CLASSES = frozenset(
    "AH CC CTH CTSH INSUFFICIENT MAXNOM MAXNOM_OM MAXWEIGHT MINOM MINOM_VALUE MINOP ORIG "
    "ORIGINATING PROCESSING PROCESSING_TEXTILE PRODUCTION RVC SET TOLERANCE WO".split()
)
"""The kinds of rule that the source tells apart."""

_JOINING = frozenset(
    "BE EXCEPT FROM INCLUDING MAY NOT OR OR_ENUM RESTRICTION RETAINED USED".split()
)
_SET_KEYS = frozenset("heading min max rules valid".split())
_SET_ALLOWED = _SET_KEYS | {"chapter", "subdivision"}
_RULE_KEYS = frozenset("rule class footnotes operator quota import export".split())
_CODE = re.compile(r"\d{10}")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\**\s*(?:%|per ?cent)")


def import_uk_origin_rules(
    schemes: Location,
    rule_sets: Sequence[Location],
    data_dir: Path,
    *,
    source: Source,
    as_of: date,
) -> OriginRuleReport:
    """Keep the rules of all schemes in a site's data directory, whole or not at all.

    Raises `OriginRulesError` for a document of another form, and `OriginRulesRefusedError` when
    the counts are not as the source expects them.
    """
    tally = OriginRuleTally(source.expect)
    rules = read_origin_rules(schemes, rule_sets, tally)
    write_origin_rules(data_dir, source.territory, source.id, as_of, rules)
    return tally.finish()


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
