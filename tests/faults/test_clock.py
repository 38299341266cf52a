"""A clock that jumps by five minutes under a running daemon, and back"""

import time

import pytest

from tests.faults.scene import open_scene
from tests.faults.test_postgres import shifted

pytestmark = [pytest.mark.slow, pytest.mark.faults, pytest.mark.timeout(900)]


@pytest.mark.parametrize("offset", ["+300s", "-300s"])
def test_a_clock_that_jumps(tmp_path, seed, back_seconds, offset):
    clock = tmp_path / "clock"
    clock.write_text("+0s", "ascii")
    variables = {**shifted("+0s"), "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_CACHE_DURATION": "1"}
    del variables["FAKETIME"]  # it would win over the file
    with open_scene(tmp_path, seed, back_seconds, variables=variables) as scene:
        clock.write_text(offset, "ascii")
        time.sleep(10)
        scene.goes_on()
        clock.write_text("+0s", "ascii")
        time.sleep(10)
        scene.goes_on()
        scene.settle()
