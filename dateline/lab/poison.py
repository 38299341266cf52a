"""Pages made to hang, swell or crash whatever reads them"""

import gzip
from collections.abc import Callable

MEGABYTE = 1_000_000


def _wrapped(body: str) -> bytes:
    return f"<!DOCTYPE html><html><head><title>Poison</title></head><body>{body}</body></html>".encode()


def _nested() -> bytes:
    return _wrapped("<div>" * 200_000 + "deep" + "</div>" * 200_000)


def _spans() -> bytes:
    return _wrapped("<article>" + "<span>word </span>" * 640_000 + "</article>")


def _attributes() -> bytes:
    return _wrapped("<p " + " ".join(f"a{n}=x" for n in range(400_000)) + ">text</p>")


def _tables() -> bytes:
    return _wrapped("<table><tr><td>" * 20_000 + "cell")


def _entities() -> bytes:
    return _wrapped("<p>" + "&lt;b " * 500_000 + "</p>")


def _swollen() -> bytes:
    return _wrapped("<p>" + "All of this is one paragraph. " * (30 * MEGABYTE // 30) + "</p>")


def _unclosed() -> bytes:
    return _wrapped("<a><b><i><p>" * 100_000)


def _bomb() -> bytes:
    return gzip.compress(b"<p>boom</p>" * (200 * MEGABYTE // 11), 9, mtime=0)


KINDS: dict[str, Callable[[], bytes]] = {
    "nested": _nested,
    "spans": _spans,
    "attributes": _attributes,
    "tables": _tables,
    "entities": _entities,
    "swollen": _swollen,
    "unclosed": _unclosed,
    "bomb": _bomb,
}


def page(kind: str) -> tuple[bytes, dict[str, str]]:
    """Bytes and extra headers of one poison page; raises KeyError for an unknown kind."""
    headers = {"Content-Type": "text/html; charset=utf-8"}
    return KINDS[kind](), headers | ({"Content-Encoding": "gzip"} if kind == "bomb" else {})
