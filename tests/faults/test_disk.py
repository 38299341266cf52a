"""A file system of its own that fills up: database, queue's file and log alike"""

import errno
import subprocess
import time

import pytest

from tests.faults.scene import open_scene

pytestmark = [pytest.mark.slow, pytest.mark.faults, pytest.mark.timeout(900)]


@pytest.fixture
def small_disk(tmp_path):
    """64 MB mounted where the daemon writes; `acts.fill_disk` does as much as can be done without mounting."""
    var = tmp_path / "var"
    var.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64m", "dateline-test", str(var)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a file system is for root")
    yield var
    subprocess.run(["umount", "-l", str(var)], check=True)


def test_a_full_disk(small_disk, tmp_path, seed, back_seconds):
    with open_scene(tmp_path, seed, back_seconds) as scene:
        filler = small_disk / "filler"
        fill(filler)
        time.sleep(10)
        fill(filler)
        filler.unlink()
        scene.goes_on()
        scene.settle()


def fill(path):
    """Write until nothing fits."""
    with path.open("ab", buffering=0) as file:
        for size in (1_000_000, 10_000, 1):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError as error:
                assert error.errno == errno.ENOSPC
