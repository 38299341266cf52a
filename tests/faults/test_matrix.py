"""Each fault in a running daemon, alone and mixed: nothing lost, nothing doubled, and work goes on"""

import os
import random
import signal

import pytest

from tests.faults import acts
from tests.faults.scene import STRICT_LAB, open_scene

pytestmark = [pytest.mark.slow, pytest.mark.faults, pytest.mark.timeout(900)]
MIXED = 6


@pytest.mark.parametrize("act", acts.ALL, ids=lambda act: act.__name__)
def test_a_fault_alone(scene, act):
    act(scene)
    scene.goes_on()
    scene.settle()


def test_faults_mixed(tmp_path, seed, back_seconds):
    """One upon the other, without rest, at sites that ask for pauses."""
    dice = random.Random(seed)
    with open_scene(tmp_path, seed, back_seconds, lab=STRICT_LAB) as scene:
        for act in dice.sample(acts.ALL, MIXED):
            act(scene)
        scene.goes_on()
        scene.settle()


def test_a_signal_to_the_whole_group(scene):
    os.killpg(scene.process.pid, signal.SIGTERM)
    assert scene.process.wait(30) == 0
    scene.settle()
