import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from data.store import migrating
from data.store.engines import is_reachable, open_engine, reading, writing
from data.store.migrating import is_current, migrate
from data.store.tables import METADATA


@pytest.fixture
def empty(empty_database_url):
    engine = open_engine(empty_database_url)
    yield engine
    engine.dispose()


def test_an_empty_database_becomes_current_and_twice_changes_nothing(empty):
    assert not is_current(empty)
    migrate(empty)
    assert is_current(empty)
    migrate(empty)
    assert is_current(empty)
    assert set(METADATA.tables) < set(inspect(empty).get_table_names())


def test_the_migrations_make_exactly_the_tables_that_the_code_knows(empty):
    migrate(empty)
    with reading(empty) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_the_named_revision_is_the_newest_script():
    config = Config()
    config.set_main_option("script_location", str(migrating._SCRIPTS))
    assert ScriptDirectory.from_config(config).get_heads() == [migrating.REVISION]


def test_a_database_of_a_newer_release_is_not_current(engine):
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert not is_current(engine)


def test_every_migration_can_be_undone(engine):
    config = Config()
    config.set_main_option("script_location", str(migrating._SCRIPTS))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    migrate(engine)
    assert is_current(engine)


START = """
import sys
from data.store.engines import open_engine
from data.store.migrating import migrate
migrate(open_engine(sys.argv[1]))
"""


def test_processes_that_start_together_migrate_once(empty_database_url, empty):
    command_line = [sys.executable, "-c", START, empty_database_url]
    root = Path(migrating.__file__).parents[2]
    started = [subprocess.Popen(command_line, cwd=root) for _ in range(2)]
    assert [process.wait(60) for process in started] == [0, 0]
    assert is_current(empty)


def test_a_database_that_is_not_there_is_not_reachable(engine, tmp_path):
    assert is_reachable(engine)
    assert not is_reachable(open_engine(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.db'}"))
