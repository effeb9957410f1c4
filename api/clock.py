"""What time is it? Only the edge asks; everything beneath is told."""

from datetime import UTC, date, datetime


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the edge reads the clock, here and nowhere else


def today() -> date:
    """This day, in UTC."""
    return now().date()
