"""Faults of a daemon whose store is a PostgreSQL server"""

import time

import pytest

from tests.faults.scene import open_scene

pytestmark = [pytest.mark.slow, pytest.mark.faults, pytest.mark.postgres, pytest.mark.timeout(900)]


@pytest.mark.parametrize("away_seconds", [0, 60])
def test_the_database_is_killed(postgres_scene, own_postgres, away_seconds):
    own_postgres.kill()
    time.sleep(away_seconds)
    own_postgres.start()
    postgres_scene.goes_on()
    postgres_scene.settle()


def test_backends_are_ended(postgres_scene, own_postgres):
    for _ in range(5):
        own_postgres.end_backends()
        time.sleep(1)
    postgres_scene.goes_on()
    postgres_scene.settle()


@pytest.mark.parametrize("role", ["crawler", "clean", "dedup"])
def test_one_that_wakes_after_its_lease(postgres_scene, role):
    postgres_scene.frozen(role, 10)
    postgres_scene.goes_on()
    postgres_scene.settle()


@pytest.mark.parametrize("offset", ["+5m", "-5m"])
def test_a_clock_that_differs_from_the_stores(tmp_path, seed, back_seconds, own_postgres, offset):
    """All processes of the daemon are five minutes ahead of, or behind, the store and the portals."""
    with open_scene(tmp_path, seed, back_seconds, own_postgres.url, variables=shifted(offset)) as scene:
        scene.goes_on()
        scene.replaced("crawler")
        scene.goes_on()
        scene.settle()


def shifted(offset: str) -> dict[str, str]:
    """Variables under which a process's clock is wrong by so much, while intervals stay right."""
    import libfaketime

    _, variables = libfaketime.get_reload_information()
    return {**variables, "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1"}
