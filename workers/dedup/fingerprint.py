"""A reading into its rarest terms, by which its copies are found"""

from datetime import UTC, datetime, timedelta

import numpy as np

from storage.domain import Document
from workers.dedup.commonness import Commonness, Floats
from workers.dedup.lexicon import Ints
from workers.dedup.reading import Reading

TERMS = 32  # 16 are too few: reworded copies share only some of them
WINDOW = timedelta(days=90)
WIRE_WINDOW = timedelta(days=730)  # spun copies of an agency's text appear months later


def rarest(reading: Reading, commonness: Commonness) -> tuple[Ints, Floats]:
    """Return the `TERMS` terms that tell this text from others and their weights, rarest first.

    Names by their skeletons, numbers and stems alike, by rarity x sqrt(count).
    """
    terms, counts = candidates(reading)
    weights = commonness.rarity(terms) * np.sqrt(counts)
    order = np.lexsort((terms, -weights))[:TERMS]
    return terms[order], weights[order].astype(np.float32)


def candidates(reading: Reading) -> tuple[Ints, Ints]:
    """Return all distinct terms of a text with their counts: stems, and facts beside them."""
    mentions = np.bincount(reading.mentions, minlength=reading.facts.size)
    terms = np.concatenate([reading.terms, reading.facts])
    counts = np.concatenate([reading.counts, mentions])
    unique, first = np.unique(terms, return_index=True)
    return unique, counts[first]


def lifetime(document: Document) -> tuple[int, int]:
    """Return when a document appeared and until when newer ones may be its copies, in seconds since 1970."""
    at = appeared_at(document)
    window = WIRE_WINDOW if document.is_agency_portal else WINDOW
    return int(at.timestamp()), int((at + window).timestamp())


def appeared_at(document: Document) -> datetime:
    """Return when a document was published, or arrived where that is unknown or lies after its arrival."""
    if document.published_at is None or document.published_at > document.arrived_at + timedelta(days=1):
        return document.arrived_at.astimezone(UTC)
    return document.published_at.astimezone(UTC)
