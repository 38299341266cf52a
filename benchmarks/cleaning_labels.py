"""Which leaf blocks of a page make up its gold body, by aligning words; for training and for the oracle"""

import difflib
import re
from collections import Counter
from collections.abc import Sequence

_TOKEN = re.compile(r"\w+")
Shingles = Counter[tuple[str, ...]]


def tokenize(text: str) -> list[str]:
    """Words as the extraction benchmark's scorer counts them."""
    return _TOKEN.findall(text)


def shingles(tokens: Sequence[str], size: int = 4) -> Shingles:
    """Runs of `size` words, counted; a shorter text is one run."""
    return Counter(tuple(tokens[at : at + size]) for at in range(max(1, len(tokens) - size + 1)) if tokens)


def label(texts: list[str], gold: str) -> list[bool]:
    """For each leaf whether it belongs to the gold body: aligned in order, then mended leaf by leaf."""
    wanted = tokenize(gold)
    leaves = [tokenize(text) for text in texts]
    shares = _aligned_shares(leaves, wanted)
    labels = [share >= 0.6 for share in shares]
    return _mend(labels, leaves, wanted, shares)


def f1(tokens: list[str], wanted: Shingles, total: int) -> float:
    """Shingle F1 of one page."""
    found = shingles(tokens)
    common = sum((found & wanted).values())
    size = sum(found.values())
    return 2 * common / (size + total) if size + total else 1.0


def _aligned_shares(leaves: list[list[str]], wanted: list[str]) -> list[float]:
    page = [token for leaf in leaves for token in leaf]
    matched = bytearray(len(page))
    for block in difflib.SequenceMatcher(None, page, wanted, autojunk=False).get_matching_blocks():
        if block.size >= 3:
            matched[block.a : block.a + block.size] = b"\1" * block.size
    shares, at = [], 0
    for leaf in leaves:
        shares.append(sum(matched[at : at + len(leaf)]) / len(leaf) if leaf else 0.0)
        at += len(leaf)
    return shares


def _mend(labels: list[bool], leaves: list[list[str]], wanted: list[str], shares: list[float]) -> list[bool]:
    """Turn single leaves over while that brings the joined text nearer to the gold one."""
    runs = shingles(wanted)
    total = sum(runs.values())
    known = set(wanted)
    best = _score(labels, leaves, runs, total)
    first = next((at for at, kept in enumerate(labels) if kept), 0)
    last = max((at for at, kept in enumerate(labels) if kept), default=len(labels))
    near = range(max(0, first - 8), min(len(labels), last + 8))
    doubtful = [at for at in near if leaves[at] and (0 < shares[at] < 1 or known.issuperset(leaves[at]))]
    for at in doubtful[:150]:
        labels[at] = not labels[at]
        score = _score(labels, leaves, runs, total)
        if score > best:
            best = score
        else:
            labels[at] = not labels[at]
    return labels


def _score(labels: list[bool], leaves: list[list[str]], runs: Shingles, total: int) -> float:
    return f1([token for kept, leaf in zip(labels, leaves, strict=True) if kept for token in leaf], runs, total)
