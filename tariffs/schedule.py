"""What does a tariff schedule hold, and how is it asked?

Two kinds of rows meet here. A `Rate` stands in the schedule beside one code: third-country duty,
column 2, preference, suspension, quota; and, from feeds that list them per code, trade remedies,
excise and VAT. A `Measure` is an additional programme whose law names goods by lists and origins
by groups (US chapter 99): one record for thousands of codes.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from data.model.dated import Confidence, Law
from tariffs.nomenclature import ancestors


class Programme(StrEnum):
    """Why a rate stands in the schedule. The first seven are alternatives for the base duty."""

    THIRD_COUNTRY = "third_country"
    COLUMN_2 = "column_2"
    PREFERENCE = "preference"
    SUSPENSION = "suspension"
    QUOTA = "quota"
    PREFERENTIAL_QUOTA = "preferential_quota"
    END_USE = "end_use"
    # added to the base duty
    ANTI_DUMPING = "anti_dumping"
    COUNTERVAILING = "countervailing"
    SAFEGUARD = "safeguard"
    ADDITIONAL = "additional"
    # not duty
    EXCISE = "excise"
    VAT = "vat"
    SUPPLEMENTARY_UNIT = "supplementary_unit"


@dataclass(frozen=True, slots=True)
class Rate:
    """One rate of one code, as the schedule states it.

    `expression` is the source's own spelling; `origins` are ISO countries, area codes or (US) the
    special programme indicators it is for, empty for every country; `unit` is the unit of quantity
    that must be declared. `confidence` and `as_of` say how far the source is to be trusted.
    """

    programme: Programme
    expression: str
    since: date
    until: date | None
    law: Law
    origins: tuple[str, ...] = ()
    excluded_origins: tuple[str, ...] = ()
    unit: str | None = None
    order_number: str | None = None
    additional_code: str | None = None
    confidence: Confidence = "official"

    def applies(self, on: date) -> bool:
        """Whether this rate is in force on that day."""
        return self.since <= on and (self.until is None or on < self.until)


class Role(StrEnum):
    """What an additional measure does to the duty."""

    ADD = "add"  # on top of the base duty and of other measures
    TOP_UP = "top_up"  # raises the total to its rate: max(0, rate − base duty)
    EXEMPT = "exempt"  # charges nothing, must be declared, and switches other measures off
    REPLACE = "replace"  # instead of all other duty
    PROHIBIT = "prohibit"  # the goods may not be entered


@dataclass(frozen=True, slots=True)
class Measure:
    """One additional measure of a territory: what it does, to what goods, from where, and when.

    `goods` and `except_goods` are code prefixes (digits only); empty `goods` means all goods.
    `origins` empty means every origin. `requires` are conditions in the words of
    tariffs/conditions.py, all of which must hold; while one is unknown the measure is taken to
    apply when `unknown` is ``applies``, and not to when it is ``excluded``.

    `expression` is what it adds (add), what the total is raised to (top_up) or what replaces all
    other duty except the programmes it `keeps` (replace). `basis` says what share of the value the
    expression is applied to: ``full_value``, a percentage fact (``steel_content_percent``), or
    ``less`` a percentage fact (``less us_content_percent max 40``).

    `removes` are heading prefixes or programmes that this measure switches off when it applies,
    for the share of the value that it `covers`: ``full_value``, a percentage fact, or ``with X``,
    the `content` of the measures of programme or heading X. `content` is the percentage fact that
    says what share of the value this measure itself is about (empty: all of it).

    Within one `group` only the measure with the lowest `rank` applies. `at_or_above` is the
    heading to declare, without duty, where the base duty already reaches a top-up's rate.
    `column_2` says whether it is added to column 2 duty too.
    """

    heading: str
    programme: str
    name: str
    role: Role
    expression: str
    law: Law
    since: date
    until: date | None = None
    confidence: Confidence = "official"
    goods: tuple[str, ...] = ()
    except_goods: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    except_origins: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    removes: tuple[str, ...] = ()
    group: str | None = None
    rank: int = 0
    basis: str = "full_value"
    column_2: bool = True
    unknown: str = "applies"
    covers: str = "full_value"
    content: str = ""
    keeps: tuple[str, ...] = ()
    at_or_above: str | None = None

    def applies(self, on: date) -> bool:
        """Whether this measure is in force on that day."""
        return self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class Commodity:
    """One declarable code with everything the schedule says about it, at every date."""

    code: str
    rates: tuple[Rate, ...]
    measures: tuple[Measure, ...] = ()

    @property
    def ancestors(self) -> tuple[str, ...]:
        """The shorter codes above it: chapter, heading, subheading…"""
        return ancestors(self.code)


@dataclass(frozen=True, slots=True)
class ScheduleStatus:
    """What a schedule is made of: for `GET /v1/tariffs` and `flask tariff list`."""

    territory: str
    version: str
    source: str
    publisher: str
    licence: str
    as_of: date
    checked_on: date
    rows: int
    codes: int
    completeness: str  # full | dated | rules
    note: str | None = None


class Schedule(Protocol):
    """A territory's tariff, immutable, asked by code."""

    @property
    def status(self) -> ScheduleStatus:
        """What the schedule is made of, and of which day."""
        ...

    def find(self, code: str) -> tuple[Commodity, ...]:
        """The declarable commodities that a code stands for.

        A full code gives one; a shorter one every commodity beneath it; a longer one than the
        schedule knows the commodity it extends. Empty when there is no such code.
        """
        ...
