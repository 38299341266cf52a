"""Settings from file and environment"""

import pytest

from storage import config
from storage.config import Config
from storage.errors import Refused


def test_environment_wins_over_file(tmp_path):
    path = tmp_path / "dateline.toml"
    path.write_text('concurrency = 9\nrevisit_seconds = [1, 2]\nallow_addresses = ["127.0.0.0/8"]\n')
    read = config.load(path, {"DATELINE_CONCURRENCY": "11", "DATELINE_REVISIT_SECONDS": "5, 6"})
    assert read.concurrency == 11
    assert read.revisit_seconds == (5.0, 6.0)
    assert str(read.allow_addresses[0]) == "127.0.0.0/8"


def test_every_complaint_at_once(tmp_path):
    path = tmp_path / "dateline.toml"
    path.write_text('concurrency = "many"\nnonsense = 1\n')
    with pytest.raises(Refused) as caught:
        config.load(path, {"DATELINE_HOST_DELAY_SECONDS": "-1"})
    message = str(caught.value)
    assert all(word in message for word in ("concurrency", "'many'", "nonsense", "host_delay_seconds"))


def test_broken_toml_names_the_file(tmp_path):
    path = tmp_path / "dateline.toml"
    path.write_bytes(b"\xff\xfe = [")
    with pytest.raises(Refused, match=r"dateline\.toml"):
        config.load(path, {})


def test_as_many_cleaners_as_processors_unless_told(monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert (Config().cleaners, Config(clean_workers=7).cleaners) == (2, 7)
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    assert Config().cleaners == 4
    monkeypatch.setattr("os.cpu_count", lambda: None)
    assert Config().cleaners == 1
