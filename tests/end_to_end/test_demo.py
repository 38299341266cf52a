"""The demo, as the README gives it"""

import re
import subprocess
import sys

import pytest


@pytest.mark.slow
@pytest.mark.faults
def test_the_demo_names_copies_and_ends_by_itself(tmp_path):
    command = [sys.executable, "-m", "dateline", "demo", "--seconds", "45", "--var", str(tmp_path / "demo")]
    result = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    articles, stories, copies = map(int, re.findall(r"\d+", result.stdout.strip().splitlines()[-1]))
    assert articles >= 20
    assert 0 < stories <= copies
    assert re.search(r"^ +(verbatim|edited|truncated|localised) +\S+ +probability 0\.\d\d", result.stdout, re.MULTILINE)
