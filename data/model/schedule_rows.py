"""What is one row of a tariff schedule, as it is read from a source and kept in facts or SQL?

The columns are ours and the same for every territory. Reading a row's expression and choosing
among rows is the tariffs package's business; here a row is text and days.
"""

from dataclasses import dataclass
from datetime import date

from data.model.dated import Confidence

COLUMNS = (
    "code",
    "programme",
    "origins",
    "excluded_origins",
    "expression",
    "parsed",
    "unit",
    "order_number",
    "additional_code",
    "since",
    "until",
    "law",
    "confidence",
)


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """One rate of one code.

    `code` is digits only (2 to 10); `programme` a word of tariffs.schedule.Programme;
    `expression` the source's own spelling, verbatim, save that rows of Canada and Australia have
    the currency of their dollars and cents written out (``0.526 AUD/L`` for ``$0.526/L``);
    `parsed` our canonical spelling of it, None when the expression could not be read; `origins` ISO
    countries, area codes or special programme indicators, empty for all; `law` an id that the
    schedule's source declares.
    """

    code: str
    programme: str
    expression: str
    parsed: str | None
    since: date
    law: str
    until: date | None = None
    origins: tuple[str, ...] = ()
    excluded_origins: tuple[str, ...] = ()
    unit: str | None = None
    order_number: str | None = None
    additional_code: str | None = None
    confidence: Confidence = "official"
