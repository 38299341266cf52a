"""New revisions in, placements out: the one entry to finding the copies

    engine = Engine(classify.shipped(), Index(), saved)     # once a process, under the dedup writer's lease
    engine.load(fingerprints)                               # all postings within their windows, in batches
    placed = engine.place(documents, corpus)                # a batch of about 64, in order of arrival
    ... save `placed` in one transaction ...
    saved = engine.save()                                   # now and then: bytes for the next start

The index, the counts and the readings in memory are a cache. If a transaction fails, call `place` again
with the same documents: the index replaces what it holds of an article; counts may be off by one.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from storage.domain import Document
from workers.dedup import fingerprint, original
from workers.dedup.bench import Documents, JudgingBench, Shelf
from workers.dedup.candidates import Candidate, Index
from workers.dedup.classify import Model
from workers.dedup.cluster import Placer
from workers.dedup.commonness import Commonness
from workers.dedup.habits import Habits
from workers.dedup.ledger import Ledger, names_of
from workers.dedup.lexicon import Lexicon
from workers.dedup.limits import Limits
from workers.dedup.values import Corpus, Fingerprint, Placed
from workers.dedup.weighing import Weighed

READINGS = 4000  # held in memory: about 40 KB each of 400 words


@dataclass(frozen=True, slots=True)
class Saved:
    """What an engine learned, for its next start: keep it as two blobs."""

    commonness: bytes
    habits: bytes


class Engine:
    """Finds the copies among documents, batch by batch; one at a time in the whole system."""

    bench_type = JudgingBench

    def __init__(self, model: Model, index: Index, saved: Saved | None = None, limits: Limits | None = None) -> None:
        self._model, self.index = model, index
        self._limits = limits or Limits()
        self._commonness = Commonness(saved.commonness if saved else None)
        self._habits = Habits(saved.habits if saved else None)
        self._shelf = Shelf(Lexicon(), self._commonness, self._habits, READINGS)

    def load(self, fingerprints: Iterable[Fingerprint]) -> int:
        """Fill the index from stored fingerprints and return how many there were."""
        return self.index.fill(fingerprints)

    def save(self) -> Saved:
        """Return what was learned so far."""
        return Saved(self._commonness.to_bytes(), self._habits.to_bytes())

    def forget(self, article_ids: Collection[int]) -> None:
        """Drop withdrawn or outdated articles from the index."""
        self.index.forget(article_ids)

    def place(self, batch: Sequence[Document], corpus: Corpus) -> Placed:
        """Place a batch of documents and return all that changes by it.

        Only the last of several revisions of one article counts. Copies within the batch find each other.
        """
        latest = {document.article_id: document for document in batch}
        documents = sorted(latest.values(), key=lambda d: (fingerprint.appeared_at(d), d.article_id))
        weighed = {document.article_id: self._shelf.put(document) for document in documents}
        fingerprints = [self._fingerprint(d, weighed[d.article_id]) for d in documents]
        self.index.add(fingerprints)
        found = {f.article_id: c for f, c in zip(fingerprints, self.index.find(fingerprints), strict=True)}
        ledger = _ledger(latest, found, corpus)
        bench = self.bench_type(self._model, self._shelf, _lookup(latest, corpus), self._limits.attach)
        candidates = {article: [c.article_id for c in near] for article, near in found.items()}
        _prepare(bench, ledger, latest, candidates)
        bench.judge(_disputed(bench, ledger, candidates, self._limits.attach))
        new = [document for document in documents if ledger.member(document.article_id) is None]
        placer = Placer(ledger, bench, self._limits)
        for document in documents:
            near = [article for article in candidates[document.article_id] if bench.has(article)]
            placer.place(document, near)
        for document in new:
            self._learn(document, weighed[document.article_id], ledger, bench, candidates[document.article_id])
        return Placed(
            placements=tuple(placer.placements.values()),
            fingerprints=tuple(fingerprints),
            redirects=tuple(ledger.redirects),
            origins=placer.origins(),
            rule_version=self._model.version,
            emptied=ledger.emptied(),
        )

    def _fingerprint(self, document: Document, weighed: Weighed) -> Fingerprint:
        terms, weights = fingerprint.rarest(weighed.reading, weighed.all_weights)
        at, until = fingerprint.lifetime(document, self._limits.window_days, self._limits.wire_window_days)
        return Fingerprint(
            article_id=document.article_id,
            revision_id=document.revision_id,
            at=at,
            until=until,
            terms=tuple(terms.tolist()),
            weights=tuple(weights.tolist()),
        )

    def _learn(
        self, document: Document, weighed: Weighed, ledger: Ledger, bench: JudgingBench, near: Sequence[int]
    ) -> None:
        """Count the terms and lines of an article that founded a story, of a copy the lines that no near one has."""
        member, reading = ledger.member(document.article_id), weighed.reading
        if member is None:
            return
        if member.parent is None and document.revision_id == member.story:
            self._commonness.learn(np.concatenate([reading.terms, reading.facts]))
            self._habits.learn(document.portal, reading.lines)
        else:
            sources = near if member.parent is None else [*near, member.parent]
            found = bench.found_in_any(document.article_id, sources)
            self._habits.learn(document.portal, reading.lines_without(found))


def _ledger(latest: Mapping[int, Document], found: Mapping[int, list[Candidate]], corpus: Corpus) -> Ledger:
    """Return who stands in the stories of the batch and of its candidates, and which other names are taken there."""
    members = corpus.neighbours(set(latest) | {candidate.article_id for list_ in found.values() for candidate in list_})
    revisions = {d.revision_id for d in latest.values()} | {m.revision_id for m in members}
    names = {name for revision in revisions for name in names_of(revision)} - {m.story for m in members}
    return Ledger(members, corpus.taken(names))


def _lookup(latest: Mapping[int, Document], corpus: Corpus) -> Documents:
    def documents(article_ids: Collection[int]) -> Mapping[int, Document]:
        held = {article: latest[article] for article in article_ids if article in latest}
        missing = [article for article in article_ids if article not in latest]
        return {**held, **corpus.documents(missing)} if missing else held

    return documents


def _prepare(
    bench: JudgingBench, ledger: Ledger, latest: Mapping[int, Document], candidates: Mapping[int, list[int]]
) -> None:
    """Have all texts at hand and all pairs scored that placing will ask for: candidates and their originals."""
    pairs: set[tuple[int, int]] = set()
    for article, near in candidates.items():
        for candidate in near:
            pairs.add((article, candidate))
            member = ledger.member(candidate)
            if member is not None:
                pairs.add((article, ledger.original(member.story).article_id))
    pairs = {(a, b) for a, b in pairs if a != b}
    revisions: dict[int, int | None] = {}
    for article in {article for pair in pairs for article in pair} | set(latest):
        member = ledger.member(article)
        revisions[article] = (
            latest[article].revision_id if article in latest else member.revision_id if member else None
        )
    bench.prefetch(revisions)
    bench.judge(pair for pair in pairs if bench.has(pair[0]) and bench.has(pair[1]))


def _disputed(
    bench: JudgingBench, ledger: Ledger, candidates: Mapping[int, list[int]], attach: float
) -> set[tuple[int, int]]:
    """Return the pairs that choosing originals will ask for, as far as one sees which stories will be joined."""
    joining: dict[int, set[int]] = {}
    for article, near in candidates.items():
        for candidate in near:
            member = ledger.member(candidate)
            if member is not None and bench.has(candidate) and bench.score(article, candidate) >= attach:
                joining.setdefault(member.story, set()).add(article)
    members = {story: ledger.members(story) for story in joining}
    bench.prefetch({member.article_id: member.revision_id for held in members.values() for member in held})
    pairs: set[tuple[int, int]] = set()
    for story, joined in joining.items():
        pool = sorted(joined | {member.article_id for member in members[story]})
        pairs.update(original.disputed([bench.contender(article) for article in pool if bench.has(article)]))
    return pairs
