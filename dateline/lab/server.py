"""Serves a world on loopback over HTTP/1.1, logs every request and lets faults be switched on"""

import asyncio
import contextlib
import json
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

from dateline.lab import poison
from dateline.lab.faults import Fault, Switchboard, Turnstile
from dateline.lab.model import Site, World
from dateline.lab.routes import Reply, Router

IDLE_SECONDS = 60.0
DRIP_PIECES = 40
TICK_SECONDS = 0.01  # the system counts in steps of up to so much
LAST_RECEIVED = 52  # where Linux's tcp_info says how many milliseconds ago the last bytes came
LONGEST_HEAD = 64 * 1024
LONGEST_BODY = 1024 * 1024
Handler = Callable[["Request"], Awaitable["Answer"]]


@dataclass(frozen=True, slots=True)
class Request:
    """A request's head; `body` is what a POST brought."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply with what is to go wrong on its way, and when a refused client may come again."""

    reply: Reply
    faults: dict[str, Fault]
    retry_until: float | None = None


class Lab:
    """A running lab: one listener a site, one for the trap, one for control."""

    def __init__(self, world: World, log_file: Path) -> None:
        self.world = world
        self.switchboard = Switchboard(world.seed)
        self.stopped = asyncio.Event()
        self._routers = {site.id: Router(world, site) for site in world.sites}
        self._turnstile = Turnstile()
        self._log = log_file.open("a", encoding="utf-8", buffering=1)
        self._servers: list[asyncio.Server] = []
        self._connections: set[asyncio.StreamWriter] = set()

    async def start(self, control: str) -> None:
        """Opens all listeners; `control` is the authority of the control endpoint."""
        await self._listen(control, "control", self._control)
        if self.world.trap:
            await self._listen(self.world.trap, "trap", self._trap)
        for site in self.world.sites:
            await self._listen(site.authority, site.id, self._handler(site))

    async def stop(self) -> None:
        """Closes listeners, connections and the log."""
        for server in self._servers:
            server.close()
        for writer in list(self._connections):
            writer.close()
        for server in self._servers:
            await server.wait_closed()
        self._log.close()

    async def _listen(self, authority: str, name: str, handler: Handler) -> None:
        host, _, port = authority.rpartition(":")

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self._connections.add(writer)
            try:
                with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
                    while await self._serve_one(reader, writer, name, handler):
                        pass
            finally:
                self._connections.discard(writer)
                writer.close()

        self._servers.append(await asyncio.start_server(connected, host, int(port), limit=LONGEST_HEAD, backlog=512))

    async def _serve_one(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str, handler: Handler
    ) -> bool:
        """One request and its answer; False when the connection is over."""
        request = await _read(reader)
        if request is None:
            return False
        begun, lain = time.time(), _lain_seconds(writer)
        answer = await handler(request)
        sent = 0
        try:
            sent = await _write(writer, request, answer)
        finally:
            if name != "control":
                self._record(name, request, answer, (begun - lain, begun), sent)
        return sent >= 0 and request.headers.get("connection", "").lower() != "close" and "cut" not in answer.faults

    def _handler(self, site: Site) -> Handler:
        router = self._routers[site.id]

        async def handle(request: Request) -> Answer:
            now = datetime.now(UTC)
            faults = self.switchboard.drawn(site.id, now.timestamp())
            if "latency" in faults:
                await asyncio.sleep(faults["latency"].value)
            is_robots = request.target == "/robots.txt"
            if "errors" in faults and not is_robots:
                return Answer(Reply(int(faults["errors"].value)), faults)
            refusal = self._turnstile.refusal(site.id, now) if "busy" in site.traits and not is_robots else None
            if refusal:
                status, after, until = refusal
                return Answer(Reply(status, b"", {"Retry-After": after}), faults, until.timestamp())
            router.is_poisoned = self.switchboard.is_poisoned(site.id, now.timestamp())
            if router.is_poisoned and request.target.startswith("/poison/"):
                return Answer(await asyncio.to_thread(_poison, request.target), faults)
            if request.method not in ("GET", "HEAD"):
                return Answer(Reply(405), faults)
            return Answer(router.reply(request.target, request.headers, now), faults)

        return handle

    async def _trap(self, request: Request) -> Answer:  # noqa: ARG002 - a handler's signature
        return Answer(Reply(200, b"internal", {"Content-Type": "text/plain"}), {})

    async def _control(self, request: Request) -> Answer:
        """GET /state, POST /faults (a JSON list of faults), POST /stop."""
        if request.method == "POST" and request.target == "/stop":
            self.stopped.set()
            return _json(200, {"stopping": True})
        if request.method == "POST" and request.target == "/faults":
            try:
                self.switchboard.replace(json.loads(request.body), time.time())
            except (ValueError, TypeError, AttributeError) as error:
                return _json(400, {"error": str(error)})
        elif request.target not in ("/state", "/faults"):
            return _json(404, {"error": "GET /state, POST /faults, POST /stop"})
        faults = [
            {"kind": f.kind, "site": f.site, "rate": f.rate, "value": f.value, "until": f.until}
            for f in self.switchboard.faults
        ]
        return _json(200, {"faults": faults, "articles": self._count_out(), "seed": self.world.seed})

    def _count_out(self) -> int:
        now = datetime.now(UTC)
        return sum(article.is_listed(now) and not article.is_gone(now) for article in self.world.articles)

    def _record(self, name: str, request: Request, answer: Answer, begun: tuple[float, float], sent: int) -> None:
        """One line a request: times in epoch seconds, `bytes` -1 for a connection that was reset."""
        line = {
            "came": round(begun[0], 4),
            "at": round(begun[1], 4),
            "end": round(time.time(), 4),
            "site": name,
            "host": request.headers.get("host", ""),
            "path": request.target,
            "status": answer.reply.status,
            "bytes": sent,
            "agent": request.headers.get("user-agent", ""),
            "is_conditional": "if-none-match" in request.headers or "if-modified-since" in request.headers,
            "retry_until": answer.retry_until,
            "faults": sorted(answer.faults),
        }
        self._log.write(json.dumps(line, ensure_ascii=False) + "\n")


async def _read(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), IDLE_SECONDS)
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3:
        return None
    pairs = (line.partition(":") for line in lines if ":" in line)
    headers = {key.strip().lower(): value.strip() for key, _, value in pairs}
    length = headers.get("content-length", "0")
    size = min(int(length), LONGEST_BODY) if length.isdecimal() else 0
    return Request(parts[0], parts[1], headers, await reader.readexactly(size))


def _lain_seconds(writer: asyncio.StreamWriter) -> float:
    """How long a request has lain in the system before it was read: a busy lab mustn't take it for sent later."""
    if sys.platform != "linux":
        return 0.0
    found = writer.get_extra_info("socket")
    info: bytes = found.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, LAST_RECEIVED + 4)
    seconds = int.from_bytes(info[LAST_RECEIVED : LAST_RECEIVED + 4], sys.byteorder) / 1000
    return seconds if seconds > TICK_SECONDS else 0.0


async def _write(writer: asyncio.StreamWriter, request: Request, answer: Answer) -> int:
    """Sends the reply the way its faults want it; returns the body bytes sent, -1 for a reset."""
    reply = answer.reply
    if "reset" in answer.faults:
        writer.transport.abort()
        return -1
    body = b"" if request.method == "HEAD" else reply.body
    phrase = HTTPStatus(reply.status).phrase
    length = {} if reply.status == 304 else {"Content-Length": str(len(reply.body))}
    headers = {"Date": _http_date(), "Server": "lab", **reply.headers, **length}
    head = f"HTTP/1.1 {reply.status} {phrase}\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers.items()) + "\r\n"
    if "cut" in answer.faults:
        body = body[: len(body) // 2]
    if "drip" in answer.faults and body:
        writer.write(head.encode("latin-1"))
        await _drip(writer, body, answer.faults["drip"].value)
    else:
        writer.write(head.encode("latin-1") + body)
    await writer.drain()
    return len(body)


async def _drip(writer: asyncio.StreamWriter, body: bytes, seconds: float) -> None:
    size = max(1, len(body) // DRIP_PIECES)
    for at in range(0, len(body), size):
        writer.write(body[at : at + size])
        await writer.drain()
        await asyncio.sleep(seconds / DRIP_PIECES)


def _poison(target: str) -> Reply:
    kind = target.removeprefix("/poison/").partition("?")[0]
    if kind not in poison.KINDS:
        return Reply(404)
    body, headers = poison.page(kind)
    return Reply(200, body, headers)


def _json(status: int, data: dict[str, Any]) -> Answer:
    return Answer(Reply(status, json.dumps(data).encode(), {"Content-Type": "application/json"}), {})


def _http_date() -> str:
    return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime())


def without_brakes(world: World) -> World:
    """The same world with no crawl-delay and no 429, for measuring throughput."""
    sites = tuple(replace(site, delay=0.0, traits=site.traits - {"busy"}) for site in world.sites)
    return replace(world, sites=sites)
