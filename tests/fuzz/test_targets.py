"""The corpus of the fuzzer, and bytes mutated from it, break no reader"""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS, assert_storable

CORPUS = Path(__file__).resolve().parents[1] / "cases" / "fuzz"
CASES = sorted(path for path in CORPUS.rglob("*") if path.is_file())


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.name}"[:60])
def test_the_corpus_breaks_nothing(path):
    TARGETS[path.parent.name](path.read_bytes())


def test_every_target_has_cases():
    assert {path.parent.name for path in CASES} == set(TARGETS)


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_mutated_cases_break_nothing(name, data):
    """A cut, a doubled piece, foreign bytes: what a bad line or a bad proxy makes of a body."""
    source = data.draw(st.sampled_from([p for p in CASES if p.parent.name == name])).read_bytes()
    start = data.draw(st.integers(0, len(source)))
    end = data.draw(st.integers(start, len(source)))
    put = data.draw(st.one_of(st.binary(max_size=20), st.just(source[start:end] * 2), st.sampled_from(NASTY)))
    TARGETS[name](source[:start] + put + source[end:])


NASTY = [b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"&#0;", b"&#xD800;", b"<![CDATA[", b"]]>", b"\xe2\x80\xae", b"<" * 200]


@pytest.mark.parametrize("values", ["\0", "\ud800", ["a", ("b\0",)], {"k": "\udfff"}])
def test_what_no_store_holds_is_told(values):
    with pytest.raises((AssertionError, UnicodeEncodeError)):
        assert_storable(values)
