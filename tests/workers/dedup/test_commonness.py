"""How common terms are: languages' lists beforehand, articles afterwards, and all of it kept"""

import numpy as np

from workers import text
from workers.dedup.commonness import UNLISTED, Commonness, listed
from workers.dedup.lexicon import term

TERMS = np.array([term("w", "fertiliz"), term("w", "kestrel")], np.int64)
EVEN = np.full(2, UNLISTED, np.float32)


def test_what_stands_in_many_articles_weighs_less():
    commonness = Commonness()
    before = commonness.rarity(TERMS, EVEN)
    for _ in range(50):
        commonness.learn(TERMS[:1])
    after = commonness.rarity(TERMS, EVEN)
    assert before[0] == before[1]
    assert after[0] < before[0]
    assert after[0] < after[1]


def test_nothing_weighs_less_than_a_little():
    commonness = Commonness()
    assert commonness.rarity(TERMS, np.ones(2, np.float32)).min() >= np.float32(0.05)


def test_what_was_learnt_is_kept():
    commonness = Commonness()
    for _ in range(3):
        commonness.learn(TERMS)
    again = Commonness(commonness.to_bytes())
    assert again.articles == 3
    assert again.rarity(TERMS, EVEN).tolist() == commonness.rarity(TERMS, EVEN).tolist()


def test_languages_lists_know_their_common_words():
    the, rare = listed(np.array([term("w", text.stem("the")), term("w", "xqzzyk")], np.int64))
    assert the > 0.3
    assert rare == np.float32(UNLISTED)
