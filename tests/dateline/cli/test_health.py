"""The doctor judges a lab's crawl beside the store"""

import json

import pytest
from click.testing import CliRunner

from dateline.cli.health import doctor
from dateline.lab import manners, truth
from dateline.lab.plan import plan
from dateline.lab.world import WorldBuilder
from storage.config import Config
from storage.errors import Refused


@pytest.fixture
def visited(tmp_path, now):
    """The folder of a lab that somebody visited once, at an address that was forbidden."""
    truth.write(WorldBuilder(plan("small", port=9, net="ips"), 1, now).build(), tmp_path)
    line = {"site": "trap", "path": "/x", "at": now.timestamp() + 9, "end": now.timestamp() + 9.1, "status": 200}
    line |= {"retry_until": None, "is_conditional": False}
    (tmp_path / manners.FILE).write_text(json.dumps(line) + "\n")
    return tmp_path


def run(sqlite, *arguments):
    settings = Config(database=str(sqlite.engine.url))
    return CliRunner().invoke(doctor, [*arguments, "--json"], obj=settings)


def test_a_lab_is_judged_on_request(sqlite, visited):
    assert run(sqlite).exit_code == 0
    result = run(sqlite, "--lab", str(visited))
    assert result.exit_code == 1
    found = {entry["name"]: entry for entry in map(json.loads, result.output.splitlines())}
    assert found["lab missing"]["count"] > 50
    assert found["lab forbidden address"]["count"] == 1
    assert found["lab doubled"]["count"] == 0


def test_a_folder_without_a_lab_is_refused(sqlite, tmp_path):
    result = run(sqlite, "--lab", str(tmp_path / "nowhere"))
    assert isinstance(result.exception, Refused)
    assert "--out" in str(result.exception)
