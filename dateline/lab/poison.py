"""Pages made to hang, swell or crash whatever reads them"""

import zlib
from collections.abc import Callable
from functools import cache

MEGABYTE = 1_000_000
GZIP = 31  # zlib's number for a gzip header around the widest window


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
    """200 MB in 200 KB, packed in pieces so that the lab itself stays small."""
    packer = zlib.compressobj(9, wbits=GZIP)
    piece = b"<p>boom</p>" * (MEGABYTE // 11)
    return b"".join(packer.compress(piece) for _ in range(200)) + packer.flush()


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


@cache
def page(kind: str) -> tuple[bytes, dict[str, str]]:
    """Bytes and extra headers of one poison page; raises KeyError for an unknown kind."""
    headers = {"Content-Type": "text/html; charset=utf-8"}
    return KINDS[kind](), headers | ({"Content-Encoding": "gzip"} if kind == "bomb" else {})
