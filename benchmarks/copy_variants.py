"""Copies that the packs have few of, made of their texts for training only: cut very short, and mixed from two texts

    cut      the first sentences of a text, as portals show them, with one left out now and then
    mixed    much of a text among much of another about the same event: a copy of both
    recalled another's text with the one or two sentences of background that follow-ups repeat: no copy

Which sentences are taken follows from the texts' names, so that every training run makes the same ones.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from benchmarks.packs import Pack
from storage.domain import Document
from workers import text

FIRST_ID = 1_000_000  # above the ids of a pack's own articles
LATER = timedelta(hours=2)
SHORT = (35, 120)  # words of a text cut short
LEAST = 3  # sentences that a text needs to be cut or mixed
CUT_EVERY = 4  # of the originals that nobody copied: they are many
MIXED_SHARE = (0.35, 0.7)  # of each text that goes into a mixed one
MIXED_LEAST = 0.3  # of a mixed text's words that come from the text it is a copy of
RECALLED = 0.17  # of a text's words, at most, that may be another's


@dataclass(frozen=True)
class Variant:
    """A made text, its label, and the articles of the pack that it is to be compared with."""

    document: Document
    gold: dict[str, Any]
    sources: tuple[int, ...]


def variants(pack: Pack, related: Iterable[str]) -> Iterator[Variant]:
    """Yield the made texts of a pack; `related` are the types of hard negatives that tell of one event."""
    by_id = {document.article_id: document for document in pack.documents}
    kinds, number = frozenset(related), FIRST_ID
    copied = {gold["parent"] for gold in pack.gold.values() if gold.get("parent")}
    for article, document in by_id.items():
        is_copied = pack.names[article] in copied
        if pack.gold[article]["kind"] == "original" and (is_copied or article % CUT_EVERY == 0):
            for variant in _cut(pack, document, number):
                yield variant
                number += 1
    for a, b, kind in pack.hard:
        if kind in kinds and pack.gold[a]["kind"] == pack.gold[b]["kind"] == "original":
            for one, other in ((by_id[a], by_id[b]), (by_id[b], by_id[a])):
                for variant in (*_mixed(pack, one, other, number), *_recalled(pack, one, other, number + 1)):
                    yield variant
                number += 2


def _cut(pack: Pack, document: Document, number: int) -> Iterator[Variant]:
    chance = random.Random(f"cut {pack.names[document.article_id]}")
    parts, limit = _sentences(document), chance.randint(*SHORT)
    kept: list[str] = []
    while len(kept) < len(parts) and (not kept or _words(kept) + _words([parts[len(kept)]]) <= limit):
        kept.append(parts[len(kept)])
    if len(parts) < LEAST or len(kept) > 0.6 * len(parts):
        return
    if len(kept) > LEAST and chance.random() < 0.5:
        kept.pop(chance.randrange(1, len(kept)))
    yield _variant(pack, document, number, kept, (document.article_id,), "truncated")


def _mixed(pack: Pack, one: Document, other: Document, number: int) -> Iterator[Variant]:
    chance = random.Random(f"mixed {pack.names[one.article_id]} {pack.names[other.article_id]}")
    mine, theirs = _some(chance, _sentences(one)), _some(chance, _sentences(other))
    if not mine or not theirs:
        return
    shares = [_words(part) / (_words(mine) + _words(theirs)) for part in (mine, theirs)]
    sources = [d.article_id for d, share in zip((one, other), shares, strict=True) if share >= MIXED_LEAST]
    if len(sources) == 2:
        yield _variant(pack, one, number, _interleaved(chance, mine, theirs), tuple(sources), "merged")


def _recalled(pack: Pack, one: Document, other: Document, number: int) -> Iterator[Variant]:
    """Yield `one` with a little of `other` near its end: still a text of its own, which nobody else has."""
    chance = random.Random(f"recalled {pack.names[one.article_id]} {pack.names[other.article_id]}")
    parts, theirs = _sentences(one), _sentences(other)[1:]
    if len(parts) < LEAST or not theirs:
        return
    at = chance.randrange(len(theirs))
    some = theirs[at : at + chance.choice((1, 2))]
    if _words(some) <= RECALLED * (_words(parts) + _words(some)):
        made = _variant(pack, one, number, [*parts[:-1], *some, parts[-1]], (other.article_id,), "original")
        yield replace(made, gold={**made.gold, "story": f"{pack.gold[one.article_id]['story']}-recalled"})


def _variant(pack: Pack, of: Document, number: int, parts: list[str], sources: tuple[int, ...], kind: str) -> Variant:
    document = replace(
        of,
        article_id=number,
        revision_id=number,
        portal="a portal of its own",
        body="\n\n".join(parts),
        published_at=of.published_at + LATER if of.published_at else None,
        arrived_at=of.arrived_at + LATER,
    )
    stories = [pack.gold[source]["story"] for source in sources]
    gold = {"story": stories[0], "also": stories[1] if len(stories) > 1 else None, "kind": kind}
    return Variant(document, {**gold, "parent": pack.names[sources[0]]}, sources)


def _sentences(document: Document) -> list[str]:
    return [document.body[start:end] for start, end in text.sentences(document.body)]


def _some(chance: random.Random, parts: list[str]) -> list[str]:
    """Return some of the sentences in their order, the first ones rather than the last; none of too few."""
    if len(parts) < LEAST:
        return []
    share = chance.uniform(*MIXED_SHARE)
    reach = max(2, round(len(parts) * min(1.0, share + 0.25)))
    taken = sorted(chance.sample(range(reach), min(reach, max(2, round(len(parts) * share)))))
    return [parts[at] for at in taken]


def _interleaved(chance: random.Random, mine: list[str], theirs: list[str]) -> list[str]:
    found: list[str] = []
    left, right = list(mine), list(theirs)
    while left or right:
        source = left if left and (not right or chance.random() < 0.5) else right
        take = chance.choice((1, 1, 2))
        found += source[:take]
        del source[:take]
    return found


def _words(parts: Iterable[str]) -> int:
    return sum(len(text.words(part)) for part in parts)
