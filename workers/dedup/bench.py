"""Judges pairs of articles, each once, with the texts at hand"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from storage.domain import Document, Verdict
from workers.dedup import classify, compare, original, reading, weighing
from workers.dedup.classify import Model
from workers.dedup.commonness import Commonness, Floats
from workers.dedup.compare import Evidence
from workers.dedup.habits import Habits
from workers.dedup.lexicon import Bools, Lexicon
from workers.dedup.original import Contender
from workers.dedup.weighing import Weighed

CLEARLY = 0.4  # more of a sentence's weight in one text than in another
AT_ONCE = 256  # pairs that are compared in one go: more save little
Documents = Callable[[Collection[int]], Mapping[int, Document]]


class Shelf:
    """Readings and contenders of recent articles by revision, the least recently used dropped first."""

    def __init__(self, lexicon: Lexicon, commonness: Commonness, habits: Habits, limit: int) -> None:
        self._lexicon, self._commonness, self._habits = lexicon, commonness, habits
        self._limit = limit
        self._held: OrderedDict[int, tuple[int, Weighed, Contender]] = OrderedDict()

    def put(self, document: Document) -> Weighed:
        """Read a document, hold it, and return it."""
        weighed = weighing.weigh(reading.read(document, self._lexicon, self._habits), self._commonness)
        self._held[document.article_id] = (document.revision_id, weighed, original.contender(document))
        self._held.move_to_end(document.article_id)
        if len(self._held) > self._limit:
            self._held.popitem(last=False)
        return weighed

    def get(self, article_id: int, revision_id: int | None = None) -> tuple[Weighed, Contender] | None:
        """Return what is held of an article, None if nothing or of another revision."""
        held = self._held.get(article_id)
        if held is None or revision_id not in (None, held[0]):
            return None
        self._held.move_to_end(article_id)
        return held[1], held[2]


class JudgingBench:
    """Judges pairs for one batch: evidence, scores and verdicts are worked out once and remembered."""

    def __init__(self, model: Model, shelf: Shelf, documents: Documents, attach: float) -> None:
        self._model, self._shelf, self._documents = model, shelf, documents
        self._attach = attach
        self._texts: dict[int, tuple[Weighed, Contender]] = {}
        self._evidence: dict[tuple[int, int], Evidence] = {}
        self._scores: dict[tuple[int, int], tuple[float, float]] = {}

    def prefetch(self, revisions: Mapping[int, int | None]) -> None:
        """Have the texts of these articles at hand; `revisions` gives the current one where it is known."""
        missing = []
        for article_id, revision_id in revisions.items():
            held = self._shelf.get(article_id, revision_id)
            if held is not None:
                self._texts[article_id] = held
            else:
                missing.append(article_id)
        if missing:
            for article_id, document in self._documents(missing).items():
                self._texts[article_id] = (self._shelf.put(document), original.contender(document))

    def has(self, article_id: int) -> bool:
        """Return whether an article's text is at hand."""
        return article_id in self._texts

    def judge(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Score many pairs at once, which costs far less than one by one."""
        keys = sorted({(min(a, b), max(a, b)) for a, b in pairs} - self._scores.keys())
        keys = [key for key in keys if self._can(key)]
        if not keys:
            return
        keys = self._compare(keys)
        if not keys:
            return
        values = np.stack([self._evidence[key].values for key in keys])
        scores, related = self.rate(keys, values)
        for key, score, relatedness in zip(keys, scores.tolist(), related.tolist(), strict=True):
            self._scores[key] = (score, relatedness)

    def _compare(self, keys: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Compare the pairs that need it and return these; most don't, which a glance tells."""
        compared: list[tuple[int, int]] = []
        for start in range(0, len(keys), AT_ONCE):
            some = keys[start : start + AT_ONCE]
            glances = compare.glances([(self._texts[one][0], self._texts[other][0]) for one, other in some])
            dismissed = self._model.dismisses(glances)
            self._scores.update((key, (0.0, 0.0)) for key, is_over in zip(some, dismissed, strict=True) if is_over)
            worth = [(key, seen) for key, seen, is_over in zip(some, glances, dismissed, strict=True) if not is_over]
            found = compare.evidences([seen for _, seen in worth])
            self._evidence.update((key, one) for (key, _), one in zip(worth, found, strict=True))
            compared += [key for key, _ in worth]
        return compared

    def rate(self, keys: Sequence[tuple[int, int]], values: Floats) -> tuple[Floats, Floats]:
        """Return for each pair's evidence the score and the relatedness."""
        return self._model.scores(values, self.rivals(keys)), self._model.relatedness(values)

    def rivals(self, keys: Sequence[tuple[int, int]]) -> Bools:
        """Return which pairs bear the credits of different agencies."""
        claims = ([self.contender(article).agency for article in key] for key in keys)
        return np.array([original.are_rivals(one, other) for one, other in claims], np.bool_)

    def _can(self, key: tuple[int, int]) -> bool:
        self.prefetch({article: None for article in key if article not in self._texts})
        return all(article in self._texts for article in key)

    def score(self, a: int, b: int) -> float:
        """Return the probability that one of two articles descends from the other; 0 if a text is gone."""
        key = (min(a, b), max(a, b))
        if key not in self._scores:
            self.judge([key])
        return self._scores.get(key, (0.0, 0.0))[0]

    def relatedness(self, a: int, b: int) -> float:
        """Return the probability that two articles, neither a copy of the other, tell of one event."""
        self.score(a, b)
        return self._scores.get((min(a, b), max(a, b)), (0.0, 0.0))[1]

    def evidence(self, a: int, b: int) -> Evidence | None:
        """Return the evidence on a pair, of the one with the lesser id first; None if a text is gone."""
        self.score(a, b)
        return self._evidence.get((min(a, b), max(a, b)))

    def verdict(self, copy: int, source: int) -> Verdict:
        """Return the verdict on `copy` as a copy of `source`."""
        key = (min(copy, source), max(copy, source))
        self.score(copy, source)
        if key not in self._evidence:
            return Verdict(None, 0.0, False, {}, (), self._model.version)
        score, related = self._scores[key]
        seen = self._evidence[key] if copy == key[0] else compare.turned(self._evidence[key])
        verdict = classify.verdict(self._model, seen, score, related, attach=self._attach)
        return replace(verdict, spans=compare.spans(seen, self._texts[copy][0], self._texts[source][0]))

    def found_in_any(self, article_id: int, others: Iterable[int]) -> Bools:
        """Return which sentences of an article stand, in whatever words, in one that it was compared with."""
        found = np.zeros(self._texts[article_id][0].masses.size, np.bool_)
        for other in others:
            seen = self._evidence.get((min(article_id, other), max(article_id, other)))
            if seen is not None:
                found |= compare.stands(seen, a=article_id < other)
        return found

    def found(self, inner: int, outer: int) -> float:
        """Return the share of the first article's weight that is found in the second."""
        evidence = self.evidence(inner, outer)
        if evidence is None:
            return 0.0
        return compare.found(evidence, a=inner < outer)

    def is_revised(self, article_id: int) -> bool:
        """Return whether an article says that it is a later version of itself."""
        return self._texts[article_id][0].reading.is_revised

    def opening(self, inner: int, outer: int) -> float:
        """Return the share of the first third of the first article's weight that is found in the second."""
        evidence = self.evidence(inner, outer)
        return compare.found(evidence, a=inner < outer, measure="head") if evidence else 0.0

    def adds(self, copy: int, first: int, second: int) -> float:
        """Return the share of a copy's weight in sentences that the second source clearly has and the first hasn't."""
        seen = [(self.evidence(copy, source), copy < source) for source in (first, second)]
        if any(evidence is None for evidence, _ in seen):
            return 0.0
        one, two = (compare.contained(evidence, a=a) for evidence, a in seen if evidence)
        return float(self._texts[copy][0].masses[two - one >= CLEARLY].sum())

    def supports(self, pairs: Sequence[tuple[int, int]]) -> list[float]:
        """Return how well the second of each pair goes as the copy of the first: alike, and cut at its end."""
        self.judge(pairs)
        found = [(self.evidence(source, copy), source < copy) for source, copy in pairs]
        return [compare.support(evidence, a=a) if evidence else 0.0 for evidence, a in found]

    def contender(self, article_id: int) -> Contender:
        """Return what the choice of the original needs of an article.

        Raises KeyError if the store has it no more.
        """
        if article_id not in self._texts:
            self.prefetch({article_id: None})
        return self._texts[article_id][1]
