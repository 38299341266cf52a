"""Children end with their parent; signals reach the parent alone; one daemon a folder"""

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack

import psutil
import pytest

from storage import processes
from storage.errors import Refused

# A parent that starts a child, says its pid and sleeps; argument: the child's program.
PARENT = """
import sys, time
from storage import processes
child = processes.start_child([sys.executable, "-c", sys.argv[1]])
print(child.pid, flush=True)
time.sleep(60)
"""
HANGING = """
import signal, sys, time
from storage import processes
processes.end_as_orphan(int(sys.argv[1]) if len(sys.argv) > 1 else None, grace_seconds=0.5)
signal.signal(signal.SIGTERM, lambda *_: None)
while True:
    time.sleep(0.1)
"""


def family(program):
    parent = subprocess.Popen([sys.executable, "-c", PARENT, program], stdout=subprocess.PIPE, text=True)
    return parent, psutil.Process(int(parent.stdout.readline()))


def is_gone(process, seconds=15.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.skipif(sys.platform != "linux", reason="other systems look once a second, see below")
def test_a_child_is_told_when_its_parent_was_killed():
    parent, child = family("import time; time.sleep(60)")
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert is_gone(child)


def test_an_orphan_that_hangs_is_ended():
    parent, child = family(HANGING)
    time.sleep(0.5)  # until it looks
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert is_gone(child)


def test_a_child_has_a_group_of_its_own():
    child = processes.start_child([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        assert os.getpgid(child.pid) == child.pid != os.getpgid(0)
    finally:
        child.kill()
        child.wait()


def test_signals_set_the_event():
    before = [signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGINT)]
    try:
        stopping = processes.stop_event()
        assert not stopping.is_set()
        os.kill(os.getpid(), signal.SIGTERM)
        assert stopping.wait(5)
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])


def test_one_daemon_a_folder(tmp_path):
    folder = tmp_path / "var"
    with processes.alone(folder), pytest.raises(Refused, match=f"pid {os.getpid()}"):
        ExitStack().enter_context(processes.alone(folder))
    with processes.alone(folder):
        pass


@pytest.mark.parametrize(
    ("limit", "program", "code"),
    [
        ("limit_memory(64)", "bytearray(200_000_000)", 1),
        ("limit_memory(64)", "bytearray(20_000_000)", 0),
        ("limit_computing(1)", "while True: pass", -signal.SIGXCPU),
    ],
)
def test_limits_hold(limit, program, code):
    program = f"from storage import processes\nprocesses.{limit}\n{program}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, timeout=60)
    assert done.returncode == code


def test_what_is_freed_goes_back():
    program = """
import psutil
from storage import processes
processes.spare_memory()
def megabytes():
    return psutil.Process().memory_info().rss / 1e6
before = megabytes()
blocks = [bytearray(2_000_000) for _ in range(50)]
held = megabytes()
blocks = [block for block in blocks[::10]]
print(held - before > 80, megabytes() - before < 20)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True, timeout=60)
    assert done.stdout.split() == ["True", "True"] or sys.platform != "linux"


def test_what_is_freed_between_what_is_held_goes_back():
    program = """
from storage import processes
freed = processes.Freed()
before = processes.memory_megabytes()
blocks = [bytearray(50_000) for _ in range(2_000)]
print(processes.memory_megabytes() - before > 80)
blocks = [block for block in blocks[::20]]
print(processes.memory_megabytes() - before > 80, freed.give_back(), processes.memory_megabytes() - before < 30)
print(freed.give_back())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True, timeout=60)
    assert done.stdout.split() == ["True", "True", "True", "True", "False"] or sys.platform != "linux"
