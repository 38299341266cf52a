"""Answers that no honest server sends: each ends in bytes or in a reason, in little memory, and harms no other"""

import base64
import gzip
import json
import os
import random
import socket
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

ARTICLE = (
    b"<!doctype html><html><title>Bridge</title>"
    + b"<p>The council approved the repair on Monday, officials said.</p>" * 12
)
FLOOD_BLOCKS = 4000  # of 64 KB: more than anybody may read
LARGEST = 2_000_000
MOST_MEGABYTES = 220  # of which 100 are there before the first request: all cases run in one process
CUT = "the body ended before its announced length"


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Type: text/html", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def whole(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    return answer(body, f"Content-Length: {len(body)}", *headers, status=status)


def chunked(*chunks: bytes) -> bytes:
    return answer(b"", "Transfer-Encoding: chunked") + b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in chunks)


def redirect(to: str) -> bytes:
    return whole(b"", f"Location: {to}", status="302 Found")


# What the server sends, then without an end; what becomes of it: the article, or part of the reason.
CASES: dict[str, tuple[bytes, bytes, str | None]] = {
    "plain": (whole(ARTICLE), b"", None),
    "a 100 before": (b"HTTP/1.1 100 Continue\r\n\r\n" + whole(ARTICLE), b"", None),
    "hints before": (b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + whole(ARTICLE), b"", None),
    "100 for ever": (b"", b"HTTP/1.1 100 Continue\r\n\r\n", "before the body"),
    "headers for ever": (b"HTTP/1.1 200 OK\r\n", b"X-Pad: aaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", "before the body"),
    "a folded header for ever": (b"HTTP/1.1 200 OK\r\nX: a\r\n", b" aaaaaaaaaaaaaaaaaaaaa\r\n", "before the body"),
    "one header for ever": (b"HTTP/1.1 200 OK\r\nX: ", b"a", "Connection"),
    "a status for ever": (b"HTTP/1.1 200 ", b"a", "Connection"),
    "trailers for ever": (chunked(ARTICLE) + b"0\r\n", b"X: aaaaaaaaaaaaaa\r\n", CUT),
    "a chunk's extension for ever": (chunked() + b"5;a=", b"a", CUT),
    "a chunk without an end": (chunked() + b"ffffffffffffffff\r\n", b"x", "too_large"),
    "a chunk of no number": (chunked() + b"zz\r\n" + ARTICLE, b"", CUT),
    "a chunk of a negative number": (chunked() + b"-5\r\n" + ARTICLE, b"", CUT),
    "chunks without the last": (chunked(ARTICLE), b"", CUT),
    "chunks of a byte": (chunked(*(ARTICLE[i : i + 1] for i in range(len(ARTICLE)))) + b"0\r\n\r\n", b"", None),
    "chunks and a length": (
        chunked(ARTICLE).replace(b"Connection", b"Content-Length: 5\r\nConnection") + b"0\r\n\r\n",
        b"",
        None,
    ),
    "too long a length": (answer(ARTICLE, "Content-Length: 5000"), b"", CUT),
    "a huge length": (answer(ARTICLE, "Content-Length: 99999999999999999999"), b"", "too_large"),
    "a negative length": (answer(ARTICLE, "Content-Length: -1"), b"", "ValueError"),
    "the same length twice": (whole(ARTICLE, f"Content-Length: {len(ARTICLE)}"), b"", None),
    "no length": (answer(ARTICLE), b"", None),
    "line ends of one byte": (whole(ARTICLE).replace(b"\r\n", b"\n"), b"", None),
    "a header without a colon": (whole(ARTICLE, "what is this"), b"", None),
    "NUL in a header": (whole(ARTICLE, "X-Nul: a\0b"), b"", None),
    "thousands of cookies": (whole(ARTICLE, *(f"Set-Cookie: c{n}=v" for n in range(5000))), b"", None),
    "no reason phrase": (whole(ARTICLE, status="200"), b"", None),
    "a status of letters": (whole(ARTICLE, status="abc"), b"", "ParseError"),
    "a status of nobody's": (whole(ARTICLE, status="999 No"), b"", "status 999"),
    "no head": (ARTICLE, b"", "Connection"),
    "noise": (random.Random(3).randbytes(5000), b"", "Failed"),
    "nothing": (b"", b"", "Connection"),
    "another protocol": (b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n" + ARTICLE, b"", "Connection"),
    "two answers": (whole(ARTICLE) + whole(b"<html>other"), b"", None),
    "gzip": (whole(gzip.compress(ARTICLE), "Content-Encoding: gzip"), b"", None),
    "gzip twice in two headers": (
        whole(gzip.compress(gzip.compress(ARTICLE)), "Content-Encoding: gzip", "Content-Encoding: gzip"),
        b"",
        None,
    ),
    "gzip cut": (whole(gzip.compress(ARTICLE)[:-20], "Content-Encoding: gzip"), b"", "ends in the middle"),
    "gzip with a wrong sum": (
        whole(gzip.compress(ARTICLE)[:-8] + b"\0" * 8, "Content-Encoding: gzip"),
        b"",
        "damaged",
    ),
    "a deflated bomb": (whole(zlib.compress(b"\0" * 40_000_000), "Content-Encoding: deflate"), b"", "when unpacked"),
    "packed as nobody knows": (whole(ARTICLE, "Content-Encoding: utf-8"), b"", None),
    "a refresh header": (whole(ARTICLE, "Refresh: 0;url=http://127.0.0.1:1/"), b"", None),
    "a redirect nowhere": (whole(b"", status="302 Found"), b"", "status 302"),
    "a redirect inside": (redirect("http://127.0.0.2:{port}/x"), b"", "private_address"),
    "a redirect inside, octal": (redirect("http://0177.0.0.1:{port}/x"), b"", "private_address"),
    "a redirect inside, whole number": (redirect("//2130706433:{port}/x"), b"", "private_address"),
    "a redirect inside, behind a name": (redirect("http://127.0.0.10@127.0.0.2:{port}/x"), b"", "private_address"),
    "a redirect inside, version 6": (redirect("http://[::ffff:127.0.0.2]:{port}/x"), b"", "private_address"),
    "a redirect to a name inside": (redirect("http://localhost:{port}/x"), b"", "private_address"),
    "a redirect to a file": (redirect("file:///etc/passwd"), b"", "bad_address"),
    "a redirect to a script": (redirect("javascript:alert(1)"), b"", "bad_address"),
    "a redirect to mail": (redirect("http://127.0.0.10:25/x"), b"", "bad_address"),
    "a redirect with a line end": (redirect("/x%0d%0aX-Injected:%201"), b"", "status 404"),
    "a redirect to itself": (redirect("/case/{number}"), b"", "redirect_loop"),
    "a redirect of 15 KB": (redirect("/" + "a" * 15_000), b"", "bad_address"),
}


class Server:
    """Sends the bytes of a case for /case/N on 127.0.0.10; what arrives on 127.0.0.2 is written down."""

    def __init__(self) -> None:
        self.contacts: list[bytes] = []
        self.heads: list[bytes] = []
        self._outside = self._listen("127.0.0.10", 0, self._answer)
        self.port = self._outside.getsockname()[1]
        self._inside = self._listen("127.0.0.2", self.port, lambda link: self.contacts.append(link.recv(1000)))

    def _listen(self, host: str, port: int, act: Callable[[socket.socket], object]) -> socket.socket:
        listener = socket.create_server((host, port))

        def accept() -> None:
            while True:
                try:
                    link, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=self._serve, args=(link, act), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        return listener

    def _serve(self, link: socket.socket, act: Callable[[socket.socket], object]) -> None:
        with link:
            link.settimeout(20)
            try:
                act(link)
            except OSError:
                return  # it left, as it should

    def _answer(self, link: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head and (more := link.recv(65_536)):
            head += more
        self.heads.append(head)
        number = head.split(b" ")[1].rpartition(b"/case/")[2]
        if not number.isdigit():
            link.sendall(whole(b"", status="404 Not Found"))
            return
        first, then, _ = list(CASES.values())[int(number)]
        link.sendall(first.replace(b"{port}", b"%d" % self.port).replace(b"{number}", number))
        for _ in range(FLOOD_BLOCKS if then else 0):
            link.sendall(then * (65_536 // len(then)))

    def close(self) -> None:
        self._outside.close()
        self._inside.close()


def looks(process: "subprocess.Popen[str]") -> Iterator[tuple[float, int]]:
    """Its memory in MB and how many ports it listens on, again and again while it runs."""
    seen = psutil.Process(process.pid)
    while process.poll() is None:
        try:
            listening = [c for c in seen.net_connections(kind="inet") if c.status == psutil.CONN_LISTEN]
            yield seen.memory_info().rss / 1e6, len(listening)
        except psutil.NoSuchProcess:
            return
        threading.Event().wait(0.05)


@pytest.fixture(scope="module")
def fetched():
    """All cases, asked for by one crawler: what became of each, the server, and looks at the crawler meanwhile."""
    server = Server()
    settings = {"ALLOW_ADDRESSES": "127.0.0.10", "PAGE_SECONDS": "20", "PAGE_BYTES": str(LARGEST), "LOG_LEVEL": "ERROR"}
    environment = {**os.environ, **{"DATELINE_" + key: value for key, value in settings.items()}}
    urls = [f"http://127.0.0.10:{server.port}/case/{n}" for n in range(len(CASES))]
    process = subprocess.Popen(
        [sys.executable, "-m", "crawler", "fetch", *urls], env=environment, stdout=subprocess.PIPE, text=True
    )
    with ThreadPoolExecutor() as pool:
        seen = pool.submit(lambda: list(looks(process)))
        lines = [json.loads(line) for line in process.communicate(timeout=150)[0].splitlines()]
    server.close()
    found = {line["url"]: line for line in lines if line["is"] == "page"}
    return dict(zip(CASES, (found.get(url) for url in urls), strict=True)), server, seen.result()


@pytest.mark.parametrize("name", CASES)
def test_each_answer_ends_in_bytes_or_a_reason(fetched, name):
    found = fetched[0][name]
    wanted = CASES[name][2]
    assert found is not None
    if wanted is None:
        assert found["problem"] is None
        assert base64.b64decode(found["body"]) == ARTICLE
    else:
        assert wanted in found["problem"]


def test_nobody_inside_is_contacted_and_no_header_injected(fetched):
    assert fetched[1].contacts == []
    assert not [head for head in fetched[1].heads if b"\r\nx-injected" in head.lower()]


def test_floods_take_little_memory(fetched):
    assert max(size for size, _ in fetched[2]) < MOST_MEGABYTES


def test_the_crawler_listens_on_nothing(fetched):
    assert {ports for _, ports in fetched[2]} == {0}
