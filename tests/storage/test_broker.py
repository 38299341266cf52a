"""The embedded server: safe, lasting, taken over; foreign ones are checked"""

import pytest

from storage import broker
from storage.broker import Embedded
from storage.config import Config
from storage.errors import Refused


@pytest.fixture
def settings(tmp_path):
    return Config(var=tmp_path / "var")


def test_it_keeps_what_it_was_told(settings):
    server = Embedded(settings)
    server.start()
    try:
        connection = broker.connect(settings)
        broker.check_server(connection)
        assert connection.config_get("appendonly") == {"appendonly": "yes"}
        connection.set("a", "1")
        assert server.process is not None
        server.process.kill()
        server.process.wait()
        assert not server.is_up()
        server.start()
        assert broker.connect(settings).get("a") == b"1"
    finally:
        server.stop()


def test_a_running_one_is_taken_over(settings):
    first, second = Embedded(settings), Embedded(settings)
    first.start()
    try:
        second.start()
        assert second.process is None
        assert second.is_up()
    finally:
        first.stop()


def test_one_taken_over_is_ended_too(settings):
    first, second = Embedded(settings), Embedded(settings)
    first.start()
    second.start()
    second.stop()
    assert first.process is not None
    assert first.process.wait(10) == 0


def test_a_file_that_cannot_be_read_is_put_aside(settings):
    server = Embedded(settings)
    server.start()
    broker.connect(settings).set("a", "1")
    server.stop()
    for path in (broker.folder(settings) / "appendonlydir").glob("*.manifest"):
        path.write_text("nonsense")
    server.start()
    try:
        assert broker.connect(settings).get("a") is None
        assert list(broker.folder(settings).glob("unreadable-*"))
    finally:
        server.stop()


def test_what_a_power_cut_left_of_the_file_is_read(settings):
    server = Embedded(settings)
    server.start()
    connection = broker.connect(settings)
    for number in range(50):
        connection.set(f"key{number}", "x" * 100)
    server.stop()
    (log,) = (broker.folder(settings) / "appendonlydir").glob("*.incr.aof")
    log.write_bytes(log.read_bytes()[:-70])
    server.start()
    try:
        assert 40 < broker.connect(settings).dbsize() < 50
    finally:
        server.stop()


def test_others_cannot_reach_it(settings):
    server = Embedded(settings)
    server.start()
    try:
        assert broker.connect(settings).config_get("port") == {"port": "0"}
        assert broker.socket_path(settings).stat().st_mode & 0o077 == 0
        assert broker.folder(settings).stat().st_mode & 0o077 == 0
    finally:
        server.stop()


def test_a_deep_folder_gets_a_short_socket(tmp_path):
    deep = tmp_path / ("x" * 90)
    path = broker.socket_path(Config(var=deep))
    assert len(str(path)) <= broker.LONGEST_SOCKET_PATH
    server = Embedded(Config(var=deep))
    server.start()
    try:
        assert path.parent.stat().st_mode & 0o777 == 0o700
    finally:
        server.stop()


@pytest.mark.parametrize(
    "url",
    ["redis://10.1.2.3:6379/0", "redis://queue.example/0", "rediss://queue.example", "redis://user@[2001:db8::1]/0"],
)
def test_a_foreign_server_without_a_password_is_refused(url):
    with pytest.raises(Refused, match="password"):
        broker.check_address(url)


@pytest.mark.parametrize(
    "url", ["redis://:secret@10.1.2.3/0", "redis://127.0.0.1/0", "unix:///tmp/x.sock", "redis://localhost/1"]
)
def test_what_is_safe(url):
    broker.check_address(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "127.0.0.1:6379", "redis://127.0.0.1:port"])
def test_what_is_no_address(url):
    with pytest.raises(Refused, match="redis"):
        broker.check_address(url)


def test_a_server_that_is_too_old_is_refused(settings, monkeypatch):
    connection = broker.connect(settings)
    monkeypatch.setattr(connection, "info", lambda _section: {"redis_version": "6.0.16"})
    with pytest.raises(Refused, match=r"6\.2"):
        broker.check_server(connection)


def test_a_server_that_evicts_is_refused(settings):
    server = Embedded(settings)
    server.start()
    try:
        connection = broker.connect(settings)
        connection.config_set("maxmemory-policy", "allkeys-lru")
        with pytest.raises(Refused, match="noeviction"):
            broker.check_server(connection)
    finally:
        server.stop()
