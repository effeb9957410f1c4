"""Is the database's shape the one this release knows, and how does it become so?"""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from data.store.engines import reading, writing

REVISION = "0006"
"""The newest migration. A test holds it against the scripts: asking them costs half a second."""

_SCRIPTS = Path(__file__).parent / "migrations"
_LOCK = 8_243_651  # any number, the same in every process


def migrate(engine: Engine) -> None:
    """Apply every migration that is missing, in one transaction.

    Safe when several processes start at once: the first one migrates and the others wait.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(engine: Engine) -> bool:
    """Whether every migration that this release knows has been applied, and no other."""
    with reading(engine) as connection:
        return _applied(connection) == REVISION


def _applied(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(
        text("SELECT version_num FROM alembic_version")
    ).scalar_one_or_none()
    return found
