"""Takes the compression off a body, within limits"""

import zlib
from collections.abc import Callable

import brotli
import zstandard

STEP = 65_536
ZSTD_STEP = 256  # of input: each 4 bytes of it may become 128 KiB
ZSTD_WINDOW = 1 << 23  # RFC 9659: what a recipient has to support, and more than a page needs
GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"
MOST_LAYERS = 4

Decoder = Callable[[bytes, int], bytes]


class TooLargeError(Exception):
    """The body grows beyond its limit."""


class CutError(Exception):
    """The compressed data ends in the middle."""


def decode(body: bytes, encodings: str, largest: int, *, is_head_enough: bool = False) -> bytes:
    """A body without the layers that its Content-Encoding names, outermost last; what isn't so packed is left as it is.

    Raises TooLargeError where more than `largest` bytes come out of any layer, or ends there if `is_head_enough`;
    CutError where a layer is incomplete.
    """
    names = [name.strip().lower() for name in encodings.split(",") if name.strip()]
    if len(names) > MOST_LAYERS:
        raise TooLargeError(f"{len(names)} layers of compression")
    for name in reversed(names):
        decoder = _DECODERS.get(name)
        if decoder is None or not body:
            continue
        body = decoder(body, largest)
        if len(body) > largest:
            if not is_head_enough:
                raise TooLargeError(f"more than {largest} bytes when unpacked")
            body = body[:largest]
    return body


def gunzip(body: bytes, largest: int) -> tuple[bytes, bool]:
    """Members of gzip as far as they can be read, at most a byte over `largest`; whether that is all of them."""
    found = b""
    while body.startswith(GZIP) and len(found) <= largest:
        unpacker = zlib.decompressobj(wbits=31)
        try:
            found += unpacker.decompress(body, largest + 1 - len(found))
        except zlib.error:
            return found, False
        if len(found) <= largest and not unpacker.eof:
            return found, False
        body = unpacker.unused_data
    return found, True


def _gzip(body: bytes, largest: int) -> bytes:
    """A body that only claims to be gzip is taken as it is, as browsers do."""
    if not body.startswith(GZIP):
        return body
    found, is_whole = gunzip(body, largest)
    if not is_whole:
        raise CutError("gzip data is damaged or ends in the middle")
    return found


def _deflate(body: bytes, largest: int) -> bytes:
    """With or without the frame that the standard asks for."""
    for wbits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        unpacker = zlib.decompressobj(wbits=wbits)
        try:
            found = unpacker.decompress(body, largest + 1)
        except zlib.error:
            continue
        if len(found) <= largest and not unpacker.eof:
            raise CutError("deflated data ends in the middle")
        return found
    return body


def _brotli(body: bytes, largest: int) -> bytes:
    unpacker = brotli.Decompressor()
    try:
        found = unpacker.process(body, output_buffer_limit=STEP)
        parts = [found]
        size = len(found)
        while size <= largest and not unpacker.is_finished() and not unpacker.can_accept_more_data():
            parts.append(unpacker.process(b"", output_buffer_limit=STEP))
            size += len(parts[-1])
    except brotli.error:
        return body
    if size <= largest and not unpacker.is_finished():
        raise CutError("brotli data ends in the middle")
    return b"".join(parts)


def _zstd(body: bytes, largest: int) -> bytes:
    """One frame after the other."""
    parts: list[bytes] = []
    room, rest = largest + 1, body
    while rest and room > 0:
        try:
            found, rest = _zstd_frame(rest, room)
        except zstandard.ZstdError as error:
            if not parts and not body.startswith(ZSTD):
                return body
            raise CutError(f"zstd data is damaged: {error}") from error
        parts.append(found)
        room -= len(found)
    return b"".join(parts)


def _zstd_frame(body: bytes, room: int) -> tuple[bytes, bytes]:
    """The first frame as far as there is room for it, and what follows it."""
    unpacker = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj()
    parts = []
    for start in range(0, len(body), ZSTD_STEP):
        parts.append(unpacker.decompress(body[start : start + ZSTD_STEP]))
        room -= len(parts[-1])
        if unpacker.eof:
            return b"".join(parts), unpacker.unused_data + body[start + ZSTD_STEP :]
        if room <= 0:
            return b"".join(parts), b""
    raise CutError("zstd data ends in the middle")


_DECODERS: dict[str, Decoder] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
