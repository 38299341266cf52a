"""What set phrases of portals say about a short leaf, in many languages"""

import json
import re
from functools import lru_cache
from pathlib import Path

_DATA: dict[str, list[str]] = json.loads(Path(__file__).with_name("phrases.json").read_text("utf-8"))
KINDS = tuple(_DATA)
# Vowel signs and points stand within words of scripts from Hebrew to Sinhala, but count as no letters.
_MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff"
_WORD = re.compile(rf"[\w©%(][\w{_MARKS}'’©%+&/.-]*[:=]?")
# Scripts that write no spaces: their phrases are looked for at the start and end of the leaf.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_LONGEST = 4  # words in a phrase
_HEAD_WORDS = 14
_TAIL_WORDS = 6


def _tables() -> tuple[dict[str, int], dict[str, int], set[str]]:
    spaced: dict[str, int] = {}
    unspaced: dict[str, int] = {}
    first: set[str] = set()
    for at, phrases in enumerate(_DATA.values()):
        for phrase in phrases:
            if _UNSPACED.search(phrase):
                unspaced[phrase] = unspaced.get(phrase, 0) | 1 << at
            else:
                words = _words(phrase)
                first.add(words[0])
                key = " ".join(words)
                spaced[key] = spaced.get(key, 0) | 1 << at
    return spaced, unspaced, first


def _words(text: str, wanted: slice = slice(None)) -> list[str]:
    found = _WORD.findall(text.lower().replace("’", "'"))[wanted]
    return [word.strip("'.-/:=") or word for word in found] or [text]


_SPACED, _UNSPACED_PHRASES, _FIRST = _tables()


@lru_cache(maxsize=20_000)
def said(text: str) -> tuple[int, int]:
    """Bits of `KINDS`: what the leaf begins with, and what it says anywhere in its first and last words."""
    head, tail = text[:160], text[160:][-80:]
    words = _words(head, slice(_HEAD_WORDS))
    begins = _first_bits(words) if words[0] in _FIRST else 0
    holds = begins | _bits_from(words, 1)
    if tail:
        holds |= _bits_from(_words(tail, slice(-_TAIL_WORDS, None)), 0)
    if not text.isascii() and _UNSPACED.search(head):
        for phrase, bits in _UNSPACED_PHRASES.items():
            at = head.find(phrase)
            if at >= 0 or phrase in tail:
                holds |= bits
                begins |= bits if 0 <= at <= 2 else 0
    return begins, holds


def _bits_from(words: list[str], first: int) -> int:
    """What phrases say that begin with this word or a later one."""
    bits = 0
    for start in range(first, len(words)):
        if words[start] in _FIRST:  # as few are
            bits |= _first_bits(words[start : start + _LONGEST])
    return bits


def _first_bits(words: list[str]) -> int:
    bits = 0
    for count in range(1, min(_LONGEST, len(words)) + 1):
        bits |= _SPACED.get(" ".join(words[:count]), 0)
    return bits
