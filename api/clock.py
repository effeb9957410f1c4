"""What time is it? Only the edge asks; everything beneath is told."""

from datetime import UTC, date, datetime


def now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the edge reads the clock, here and nowhere else


def today() -> date:
    """The day, in UTC."""
    return now().date()
