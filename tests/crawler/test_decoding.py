"""Compressed bodies: unpacked within limits, and known when they were cut"""

import contextlib
import gzip
import random
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from crawler import decoding

LARGEST = 100_000
PACKERS = {
    "gzip": gzip.compress,
    "X-GZip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
    "gzip, br": lambda body: brotli.compress(gzip.compress(body)),
    "identity": bytes,
    "": bytes,
}


def raw_deflate(body):
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize("name", PACKERS)
@given(body=st.binary(min_size=1, max_size=3000))
def test_each_encoding_is_taken_off(name, body):
    assert decoding.decode(PACKERS[name](body), name, LARGEST) == body


def test_deflate_without_its_frame():
    assert decoding.decode(raw_deflate(b"news " * 50), "deflate", LARGEST) == b"news " * 50


def test_members_of_gzip_follow_one_another():
    assert decoding.decode(gzip.compress(b"a") + gzip.compress(b"b") + b"\0\0", "gzip", LARGEST) == b"ab"


def test_frames_of_zstd_follow_one_another():
    pack = zstandard.ZstdCompressor().compress
    assert decoding.decode(pack(b"a" * 5000) + pack(b"b"), "zstd", LARGEST) == b"a" * 5000 + b"b"


def test_a_zstd_window_beyond_what_recipients_must_support_is_not_unpacked():
    settings = zstandard.ZstdCompressionParameters.from_level(3, window_log=27)
    packer = zstandard.ZstdCompressor(compression_params=settings).compressobj()
    packed = packer.compress(random.Random(1).randbytes(100)) + packer.flush()
    with pytest.raises(decoding.CutError, match="damaged"):
        decoding.decode(packed, "zstd", LARGEST)


@pytest.mark.parametrize("name", ["gzip", "br", "zstd", "deflate", "gzip, br"])
def test_bombs_end_at_the_limit(name):
    bomb = PACKERS[name](b"\0" * 20_000_000)
    with pytest.raises(decoding.TooLargeError):
        decoding.decode(bomb, name, LARGEST)
    assert decoding.decode(bomb, name, LARGEST, is_head_enough=True) == b"\0" * LARGEST or "," in name


def test_many_layers_are_a_bomb():
    with pytest.raises(decoding.TooLargeError):
        decoding.decode(b"x", "gzip," * 5, LARGEST)


@pytest.mark.parametrize("name", ["gzip", "br", "zstd", "deflate"])
def test_what_was_cut_says_so(name):
    body = random.Random(7).randbytes(5000)
    packed = PACKERS[name](body)
    for size in (len(packed) - 1, len(packed) // 2, 12):
        with pytest.raises(decoding.CutError):
            decoding.decode(packed[:size], name, LARGEST)


@pytest.mark.parametrize("name", ["gzip", "br", "zstd", "deflate"])
def test_a_plain_body_that_claims_to_be_packed_is_taken_as_it_is(name):
    assert decoding.decode(b"<html>plain</html>", name, LARGEST) == b"<html>plain</html>"


@given(st.binary(max_size=300), st.sampled_from(["gzip", "br", "zstd", "deflate", "gzip,zstd"]))
def test_no_body_raises_anything_else(body, name):
    with contextlib.suppress(decoding.TooLargeError, decoding.CutError):
        assert len(decoding.decode(body, name, LARGEST)) <= LARGEST
