"""Many pairs of texts laid end to end, each text a side as seen against its partner"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from workers.dedup.align import Alignment, Common, Overlaps
from workers.dedup.commonness import Floats
from workers.dedup.lexicon import Bools, Ints
from workers.dedup.rows import Rows, rows
from workers.dedup.weighing import Weighed

WEAK = 0.22  # of a sentence's weight in its partner: the same statement in other words
STRONG = 0.6  # the same sentence, edited at most
MISSING = -0.1  # evidence of something that the text doesn't have


class Pair(NamedTuple):
    """Two texts, the inner one first, with all that they share."""

    inner: Weighed
    outer: Weighed
    words: tuple[float, float]  # the share of either's weight that is found in the other
    common: Common
    overlaps: Overlaps
    aligned: tuple[Alignment, Alignment]


@dataclass(frozen=True, slots=True)
class Sides:
    """All inner texts, then all outer ones, laid end to end: by sentences, and by facts."""

    texts: Sequence[Weighed]
    sentences: Rows
    contained: Floats
    nearness: Floats
    partners: Ints  # among all sentences
    masses: Floats
    shared_facts: Floats  # most facts that a sentence shares with one of the other text
    partner_facts: Floats  # weight of facts that it shares with its partner
    facts: Rows
    is_found: Bools  # facts that the other text has
    fact_rows: Ints  # among all sentences
    fact_columns: Ints  # among all facts


def lay(pairs: Sequence[Pair]) -> Sides:
    texts = [*(pair.inner for pair in pairs), *(pair.outer for pair in pairs)]
    aligned = [*(pair.aligned[0] for pair in pairs), *(pair.aligned[1] for pair in pairs)]
    sentences, facts = rows([text.masses.size for text in texts]), rows([text.reading.facts.size for text in texts])
    others = np.roll(sentences.starts, len(pairs))
    found = [*(pair.common.facts_a for pair in pairs), *(pair.common.facts_b for pair in pairs)]
    is_found = np.zeros(facts.of.size, np.bool_)
    is_found[np.concatenate(found) + np.repeat(facts.starts, [places.size for places in found])] = True
    entries = rows([text.fact_rows.size for text in texts])
    shared = [pair.overlaps.facts for pair in pairs]
    most = [np.maximum.reduce(pair.overlaps.fact_counts, axis=axis) for axis in (1, 0) for pair in pairs]
    return Sides(
        texts=texts,
        sentences=sentences,
        contained=np.concatenate([one.contained for one in aligned]),
        nearness=np.concatenate([one.nearness for one in aligned]),
        partners=np.concatenate([one.partners for one in aligned]) + others[sentences.of],
        masses=np.concatenate([text.masses for text in texts]),
        shared_facts=np.concatenate(most),
        partner_facts=np.concatenate(
            [
                weights[np.arange(one.partners.size), one.partners]
                for weights, one in zip([*shared, *(weights.T for weights in shared)], aligned, strict=True)
            ]
        ),
        facts=facts,
        is_found=is_found,
        fact_rows=np.concatenate([text.fact_rows for text in texts]) + sentences.starts[entries.of],
        fact_columns=np.concatenate([text.fact_columns for text in texts]) + facts.starts[entries.of],
    )
