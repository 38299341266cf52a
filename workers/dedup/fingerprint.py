"""A reading into its rarest terms, by which its copies are found"""

from datetime import UTC, datetime, timedelta

import numpy as np

from storage.domain import Document
from workers.dedup.commonness import Floats
from workers.dedup.distinct import distinct
from workers.dedup.lexicon import Ints
from workers.dedup.reading import Reading

TERMS = 32  # 16 are too few: reworded copies share only some of them
NUMBERS = 2.0  # in scripts without spaces: pairs of characters across words look as rare as names, and no copy has them


def rarest(reading: Reading, rarity: Floats) -> tuple[Ints, Floats]:
    """Return the `TERMS` terms that tell this text from others and their weights, rarest first.

    Names by how they sound, numbers and stems alike, by rarity x sqrt(count); `rarity` is of terms, then of facts.
    Numbers count NUMBERS times in scripts without spaces.
    """
    mentions = np.bincount(reading.mentions, minlength=reading.facts.size)
    terms = np.concatenate([reading.terms, reading.facts])
    counts = np.concatenate([reading.counts, mentions])
    weights = rarity * np.sqrt(counts)
    if reading.is_unspaced:
        weights[reading.terms.size :][reading.fact_is_number] *= NUMBERS
    order = np.lexsort((terms, -weights))[: 2 * TERMS]
    places, starts = distinct(terms[order], in_order=True)  # a number is a term and a fact
    order = order[np.sort(places[starts[:-1]])][:TERMS]
    return terms[order], weights[order].astype(np.float32)


def lifetime(document: Document, window_days: float, wire_window_days: float) -> tuple[int, int]:
    """Return when a document appeared and until when newer ones may be its copies, in seconds since 1970."""
    at = appeared_at(document)
    window = timedelta(days=wire_window_days if document.is_agency_portal else window_days)
    return int(at.timestamp()), int((at + window).timestamp())


def appeared_at(document: Document) -> datetime:
    """Return when a document was published, or arrived where that is unknown or lies after its arrival."""
    if document.published_at is None or document.published_at > document.arrived_at + timedelta(days=1):
        return document.arrived_at.astimezone(UTC)
    return document.published_at.astimezone(UTC)
