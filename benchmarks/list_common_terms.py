"""Makes workers/dedup/common_terms.npz from the frequency lists of the `wordfreq` package.

    uv pip install wordfreq && python -m benchmarks.list_common_terms

Each list's words become terms as the lexicon makes them (stems, and pairs of characters for scripts
without spaces); a term's level is -16 ln(share of articles that hold it), the largest share over all
languages. Deterministic.
"""

import math
from collections import defaultdict
from pathlib import Path

import numpy as np
import wordfreq  # type: ignore[import-not-found,import-untyped,unused-ignore]

from workers import text
from workers.dedup.lexicon import term

TOKENS_AN_ARTICLE = 350
TERMS_A_LANGUAGE = 9000
PAIRS_A_LANGUAGE = 60_000
UNSPACED = frozenset({"ja", "ko", "zh"})
RAREST = 3e-4  # a share below this says no more than not being listed
OUT = Path("workers/dedup/common_terms.npz")


def shares_of(language: str) -> dict[str, float]:
    """Return the share of articles that hold each stem of one language."""
    frequency: dict[str, float] = defaultdict(float)
    for word, share in wordfreq.get_frequency_dict(language).items():
        for piece in text.words(text.normal(word)):
            frequency[text.stem(piece)] += share
    limit = TERMS_A_LANGUAGE
    if language in UNSPACED:
        limit = PAIRS_A_LANGUAGE
        _add_meetings(frequency, wordfreq.get_frequency_dict(language))
    ranked = sorted(frequency.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
    return {stem: 1 - math.exp(-share * TOKENS_AN_ARTICLE) for stem, share in ranked}


def _add_meetings(frequency: dict[str, float], words: dict[str, float]) -> None:
    """Add the pairs of characters where one word ends and the next begins, as if words followed by chance."""
    ends: dict[str, float] = defaultdict(float)
    starts: dict[str, float] = defaultdict(float)
    for word, share in words.items():
        if text.HAS_UNSPACED.match(word[-1]):
            ends[word[-1]] += share
        if text.HAS_UNSPACED.match(word[0]):
            starts[word[0]] += share
    first = sorted(ends.items(), key=lambda pair: (-pair[1], pair[0]))[:1500]
    second = sorted(starts.items(), key=lambda pair: (-pair[1], pair[0]))[:1500]
    for left, left_share in first:
        for right, right_share in second:
            if left_share * right_share * TOKENS_AN_ARTICLE >= RAREST:
                frequency[left + right] += left_share * right_share


def main() -> None:
    """Write the file and say how many terms it holds."""
    best: dict[int, float] = {}
    for language in sorted(wordfreq.available_languages("best")):
        for stem, share in shares_of(language).items():
            key = term("w", stem) & 0xFFFFFFFF
            if share >= RAREST and not stem[:1].isdigit():
                best[key] = max(best.get(key, 0.0), share)
    keys = np.array(sorted(best), np.uint32)
    levels = np.array([min(255, round(-16 * math.log(best[int(key)]))) for key in keys], np.uint8)
    np.savez_compressed(OUT, keys=keys, levels=levels)
    print(f"{keys.size} terms, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
