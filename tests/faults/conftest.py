"""How many seeds the matrix runs with, how patient it is, and a PostgreSQL that can be killed"""

import pytest

from tests.faults.postgres import Postgres
from tests.faults.scene import BACK_SECONDS, open_scene


def pytest_addoption(parser):
    parser.addoption("--seeds", type=int, default=1, help="how many worlds each fault is tried in (default 1)")
    parser.addoption(
        "--back-seconds",
        type=float,
        default=BACK_SECONDS,
        help="how soon after a fault the next article is to be stored: more on a machine that has other work",
    )


def pytest_generate_tests(metafunc):
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(1, metafunc.config.getoption("--seeds", default=1) + 1))


@pytest.fixture
def back_seconds(request):
    return request.config.getoption("--back-seconds", default=BACK_SECONDS)


@pytest.fixture
def scene(tmp_path, seed, back_seconds):
    """A daemon on SQLite that follows a live lab."""
    with open_scene(tmp_path, seed, back_seconds) as found:
        yield found


@pytest.fixture
def own_postgres():
    """A PostgreSQL of this test's own."""
    server = Postgres()
    server.start()
    try:
        yield server
    finally:
        server.remove()


@pytest.fixture
def postgres_scene(tmp_path, seed, back_seconds, own_postgres):
    """The same on PostgreSQL."""
    with open_scene(tmp_path, seed, back_seconds, own_postgres.url) as found:
        yield found
