"""What kind of rate is a measure of the UK tariff, for which origins, from when, by which law?

Measure types are TARIC's, with the UK's own for VAT and excise. Types of the series that set no
duty (A and B controls, M unit prices, N surveillance…) are not rates; a type that we do not know
in a series that does set duty is refused, not passed over.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from data.importing.uk_tariff_documents import DocumentError, area_id, member_ids
from data.loading.sources import legal_act
from data.model.dated import Law

Areas = Mapping[str, tuple[str, ...]]

PROGRAMMES = {
    "103": "third_country",
    "105": "end_use",
    **dict.fromkeys(("112", "115", "117", "119", "141"), "suspension"),
    **dict.fromkeys(("106", "142", "145"), "preference"),
    **dict.fromkeys(("122", "123"), "quota"),
    **dict.fromkeys(("143", "146", "147"), "preferential_quota"),
    **dict.fromkeys(("551", "552"), "anti_dumping"),
    **dict.fromkeys(("553", "554"), "countervailing"),
    "695": "additional",
    "696": "safeguard",
    **dict.fromkeys(("109", "110", "111"), "supplementary_unit"),
}
# VAT and excise have more types than one; their series says what they are.
_PROGRAMME_OF_SERIES = {"P": "vat", "Q": "excise"}
_DUTY_SERIES = frozenset("CDJOPQ")
_SERIES = {
    "third_country": "C",
    "end_use": "C",
    "suspension": "C",
    "preference": "C",
    "quota": "C",
    "preferential_quota": "C",
    "anti_dumping": "D",
    "countervailing": "D",
    "additional": "J",
    "safeguard": "J",
    "supplementary_unit": "O",
}
# Notices of anti-dumping proceedings, and the amounts behind a Meursing code: no rate of the code.
_NO_RATE = frozenset("555 561 562 563 564 565 566 568 570 672 673 674".split())

_EVERYWHERE = frozenset({"1011", "1008"})
_ISO = {"XS": "RS"}  # Serbia
_EUROPEAN_UNION = "1013"

MEASURE_KEYS = frozenset(
    "id meta origin import excise vat effective_start_date effective_end_date duty_expression "
    "measure_type legal_acts suspension_legal_act measure_generating_legal_act "
    "justification_legal_act measure_conditions measure_condition_permutation_groups "
    "measure_components resolved_measure_components resolved_duty_expression "
    "national_measurement_units geographical_area excluded_countries footnotes order_number "
    "additional_code reduction_indicator meursing universal_waiver_applies preference_code".split()
)
_TAG = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"\s+")


class MeasureError(ValueError):
    """A measure that we cannot understand."""


@dataclass(frozen=True, slots=True)
class Scope:
    """For which origins a measure is (empty: all), and for which of them not."""

    origins: tuple[str, ...]
    excluded: tuple[str, ...]


def check_keys(measure: Mapping[str, Any]) -> None:
    """Raises `MeasureError` for a key that the API did not have when this was written."""
    if unknown := measure.keys() - MEASURE_KEYS:
        raise MeasureError(f"unknown keys {', '.join(sorted(unknown))}")
    if measure.get("import") is not True:
        raise MeasureError("not an import measure")


def programme_of(measure: Mapping[str, Any]) -> str | None:
    """The programme of a measure; None for one that sets no duty or tax."""
    kind = measure.get("measure_type") or {}
    type_id, series = kind.get("id"), kind.get("measure_type_series_id")
    if not type_id or not series:
        raise MeasureError("a measure without a type or series")
    programme = PROGRAMMES.get(type_id)
    if programme is not None:
        if series != _SERIES[programme]:
            raise MeasureError(f"type {type_id} is of series {series}, not {_SERIES[programme]}")
        return programme
    if series in _PROGRAMME_OF_SERIES:
        return _PROGRAMME_OF_SERIES[series]
    if series in _DUTY_SERIES and type_id not in _NO_RATE:
        raise MeasureError(f"unknown measure type {type_id} of series {series}")
    return None


def expression_of(measure: Mapping[str, Any]) -> str:
    """The duty as the tariff writes it; TARIC's ``Cond:`` form where only conditions set one."""
    base = (measure.get("duty_expression") or {}).get("base") or ""
    if base.strip():
        return _plain(base)
    parts = [
        _condition(condition)
        for condition in measure.get("measure_conditions") or ()
        if condition.get("measure_condition_components") or condition.get("duty_expression")
    ]
    if not parts:
        raise MeasureError("no duty, neither of its own nor on a condition")
    return f"Cond: {' ; '.join(parts)}"


def scope_of(measure: Mapping[str, Any], areas: Areas, *, everywhere: bool) -> Scope:
    """The origins of a measure: the area's id, then its members. `everywhere` for taxes."""
    area = measure.get("geographical_area") or {}
    excluded = measure.get("excluded_countries") or ()
    try:
        return Scope(
            () if everywhere else _expand(area, areas),
            tuple(code for one in excluded for code in _expand(one, areas)),
        )
    except DocumentError as error:
        raise MeasureError(str(error)) from error


def days_of(measure: Mapping[str, Any]) -> tuple[date, date | None]:
    """The first day of a measure, and the first day it no longer applies."""
    try:
        since = date.fromisoformat(measure["effective_start_date"][:10])
        last = measure.get("effective_end_date")
        return since, date.fromisoformat(last[:10]) + timedelta(days=1) if last else None
    except (KeyError, TypeError, ValueError):
        raise MeasureError("no day on which it starts, or a day that is none") from None


def law_of(measure: Mapping[str, Any], publication: Law) -> Law:
    """The regulation a measure names first, or the publication itself where it names none."""
    for act in measure.get("legal_acts") or ():
        if code := act.get("regulation_code"):
            return legal_act(code, act.get("regulation_url") or None)
    return publication


def order_number_of(measure: Mapping[str, Any]) -> str | None:
    """The order number of a tariff quota."""
    order = measure.get("order_number") or {}
    number: str | None = order.get("number") or order.get("id")
    return number


def is_used_up(measure: Mapping[str, Any], on: date) -> bool:
    """Whether nothing can be had of a measure's quota on a day: exhausted, blocked or suspended."""
    definition = (measure.get("order_number") or {}).get("definition") or {}
    if str(definition.get("status") or "").lower() == "exhausted":
        return True
    periods = [
        [definition.get(f"{kind}_period_{end}_date") for end in ("start", "end")]
        for kind in ("suspension", "blocking")
    ]
    try:
        return any(
            first and last and date.fromisoformat(first[:10]) <= on <= date.fromisoformat(last[:10])
            for first, last in periods
        )
    except (TypeError, ValueError):
        raise MeasureError("a quota's period has a day that is none") from None


def additional_code_of(measure: Mapping[str, Any]) -> str | None:
    """The additional code that a measure is limited to: an exporter's, a tax type's."""
    code: str | None = (measure.get("additional_code") or {}).get("code")
    return code


def _expand(area: Mapping[str, Any], areas: Areas) -> tuple[str, ...]:
    name = area_id(area)
    if name in _EVERYWHERE:
        return ()
    if name == "EU":
        return (name, *_iso(areas.get(_EUROPEAN_UNION, ())))
    if len(name) == 2:
        return _iso((name,))
    members = tuple(member_ids(area)) or areas.get(name, ())
    if not members:
        raise MeasureError(f"area {name} has no members here: give the list of areas")
    return (name, *sorted(set(_iso(members)) - {name}))


def _iso(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_ISO.get(code, code) for code in codes)


def _condition(condition: Mapping[str, Any]) -> str:
    document = condition.get("document_code")
    amount = condition.get("condition_duty_amount")
    if document:
        test = f" cert: {document[:1]}-{document[1:]} "
    elif amount is not None:
        units = "/".join(
            condition[key]
            for key in ("condition_monetary_unit_code", "condition_measurement_unit_code")
            if condition.get(key)
        )
        test = f" {amount} {units}".rstrip()
    else:
        test = " "
    action = condition.get("action_code") or ""
    duty = _plain(condition.get("duty_expression") or "")
    return f"{condition.get('condition_code') or ''}{test}({action}):{duty}"


def _plain(text: str) -> str:
    return _SPACE.sub(" ", _TAG.sub("", text)).strip()
