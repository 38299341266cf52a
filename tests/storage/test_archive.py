"""Raw bytes go in and come out"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import archive


@given(st.binary(max_size=5000))
def test_what_is_packed_comes_back(body):
    assert archive.unpack(archive.pack(body)) == body


def test_a_damaged_row_says_so():
    packed = archive.pack(b"news " * 1000)
    for damaged in (packed[:-9], b"no frame", packed[:5] + b"\xff" + packed[6:-1]):
        with pytest.raises(ValueError, match="damaged"):
            archive.unpack(damaged)


def test_a_row_cannot_ask_for_more_memory_than_there_is(monkeypatch):
    monkeypatch.setattr(archive, "LARGEST", 1000)
    with pytest.raises(ValueError, match="damaged"):
        archive.unpack(archive.pack(b"\0" * 5000))
