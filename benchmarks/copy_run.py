"""The shipped rules over a pack as they run online, and their score against its gold labels."""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.memory_corpus import MemoryCorpus
from benchmarks.packs import Pack
from storage.domain import Verdict
from workers.dedup import classify, fingerprint, reading, weighing
from workers.dedup.bench import JudgingBench
from workers.dedup.candidates import Index
from workers.dedup.classify import Model
from workers.dedup.commonness import Commonness
from workers.dedup.engine import Engine
from workers.dedup.habits import Habits
from workers.dedup.lexicon import Lexicon
from workers.dedup.limits import Limits
from workers.dedup.values import Fingerprint

BATCH = 64
KIND_OF = {"reordered": "edited", "spun-hand": "spun"}


class FoldBench(JudgingBench):
    """Judges each pair with the model that was trained without its newer article's story."""

    models: Sequence[Model] = ()
    fold_of: Callable[[int], int]

    def rate(
        self, keys: Sequence[tuple[int, int]], values: npt.NDArray[np.float32]
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Return scores and relatedness of the pairs."""
        scores, related = np.zeros(len(keys), np.float32), np.zeros(len(keys), np.float32)
        folds, rivals = np.array([type(self).fold_of(max(key)) for key in keys]), self.rivals(keys)
        for fold, model in enumerate(self.models):
            mine = np.flatnonzero(folds == fold)
            scores[mine] = model.scores(values[mine], rivals[mine])
            related[mine] = model.relatedness(values[mine])
        return scores, related

    def verdict(self, copy: int, source: int) -> Verdict:
        """Return the verdict, its kind from the copy's fold."""
        self._model = self.models[type(self).fold_of(copy)]
        return super().verdict(copy, source)


@dataclass
class Run:
    """What the rules made of a pack."""

    pack: Pack
    corpus: MemoryCorpus
    agencies: Mapping[int, str | None]
    seconds: float
    also: dict[int, int] = field(default_factory=dict)

    def lines(self) -> Iterable[dict[str, Any]]:
        """Yield what score.py reads of each article."""
        for number, name in self.pack.names.items():
            member = self.corpus.standing[number]
            kind = str(member.verdict.kind) if member.verdict and member.verdict.kind else None
            yield {"id": name, "story": str(member.story), "kind": kind, "agency": self.agencies.get(number)}


def run(pack: Pack, models: Sequence[Model] = (), fold_of: Callable[[int], int] | None = None) -> Run:
    """Place a pack's articles in order of publication, in batches; with `models`, each judges its own fold."""
    engine = Engine(models[0] if models else classify.shipped(), Index())
    if fold_of is not None:
        FoldBench.models, FoldBench.fold_of = models, staticmethod(fold_of)
        engine.bench_type = FoldBench
    corpus, agencies = MemoryCorpus(), {}
    started = time.process_time()
    for at in range(0, len(pack.documents), BATCH):
        batch = pack.documents[at : at + BATCH]
        corpus.texts.update((document.article_id, document) for document in batch)
        placed = engine.place(batch, corpus)
        corpus.save(placed)
        for origin in placed.origins:
            agencies[origin.story] = origin.agency
    seconds = time.process_time() - started
    return Run(pack, corpus, _inherited(corpus, agencies), seconds)


def candidates_a_second(pack: Pack) -> float:
    """Return how many articles a CPU second are read, fingerprinted, added to an index and looked up in it."""
    lexicon, commonness, habits, index, limits = Lexicon(), Commonness(), Habits(), Index(), Limits()
    started = time.process_time()
    for at in range(0, len(pack.documents), BATCH):
        prints = []
        for document in pack.documents[at : at + BATCH]:
            read = reading.read(document, lexicon, habits)
            terms, weights = fingerprint.rarest(read, weighing.rarity(read, commonness))
            began, until = fingerprint.lifetime(document, limits.window_days, limits.wire_window_days)
            found = tuple(terms.tolist()), tuple(weights.tolist())
            prints.append(Fingerprint(document.article_id, document.revision_id, began, until, *found))
        index.add(prints)
        index.find(prints)
    return len(pack.documents) / (time.process_time() - started)


def _inherited(corpus: MemoryCorpus, agencies: Mapping[int, Any]) -> dict[int, str | None]:
    found = {}
    for number, member in corpus.standing.items():
        own = corpus.texts[number].agency
        claim = own or (None if member.is_original else agencies.get(member.story))
        found[number] = claim.agency if claim else None
    return found


def score(result: Run) -> dict[str, Any]:
    """Return ARI, precision, recall by kind, wrong merges by type, accuracy of kinds and agencies.

    Pairs of a combined article with its second story don't count. A missing kind is a wrong one.
    """
    pack, story = result.pack, {n: m.story for n, m in result.corpus.standing.items()}
    return {
        **_pairs(pack, story),
        "recall": _recall(pack, story),
        "wrong": _wrong(pack, story),
        "kind": _kinds(result),
        "agency": _agency(result),
        "articles_a_second": round(len(pack.documents) / result.seconds, 1),
        "candidates_a_second": round(candidates_a_second(pack), 1),
    }


def _two(count: int) -> int:
    return count * (count - 1) // 2


def _pairs(pack: Pack, story: Mapping[int, int]) -> dict[str, float]:
    cells = Counter((pack.gold[n]["story"], story[n]) for n in pack.names)
    true = Counter(gold["story"] for gold in pack.gold.values())
    made = Counter(story.values())
    both, gold_pairs, made_pairs = (sum(_two(n) for n in counts.values()) for counts in (cells, true, made))
    second = sum(cells.get((gold["also"], story[n]), 0) for n, gold in pack.gold.items() if gold.get("also"))
    chance = gold_pairs * made_pairs / _two(len(pack.names))
    return {
        "ari": (both - chance) / ((gold_pairs + made_pairs) / 2 - chance),
        "precision": both / max(made_pairs - second, 1),
        "pair_recall": both / max(gold_pairs, 1),
    }


def _recall(pack: Pack, story: Mapping[int, int]) -> dict[str, float]:
    """Return by kind (and role and language) how many copies stand with their source or its original."""
    number_of = {name: number for number, name in pack.names.items()}
    members: dict[str, list[int]] = defaultdict(list)
    for number, gold in pack.gold.items():
        members[gold["story"]].append(number)
    hits: dict[str, list[bool]] = defaultdict(list)
    for number, gold in pack.gold.items():
        if gold["kind"] == "original" or len(members[gold["story"]]) < 2:
            continue
        sources = {number_of[gold["parent"]]} if gold.get("parent") else set(members[gold["story"]]) - {number}
        sources |= {other for other in members[gold["story"]] if pack.gold[other]["kind"] == "original"}
        sources |= set(members.get(gold.get("also") or "", ()))
        found = any(story[source] == story[number] for source in sources - {number})
        role = pack.roles.get(number)
        for key in (gold["kind"], *(() if role is None else (f"role {role['role']}", f"language {role['lang']}"))):
            hits[key].append(found)
    return {key: sum(found) / len(found) for key, found in sorted(hits.items())}


def _wrong(pack: Pack, story: Mapping[int, int]) -> dict[str, float]:
    merged: dict[str, list[bool]] = defaultdict(list)
    for a, b, kind in pack.hard:
        for key in (kind, "all"):
            merged[key].append(story[a] == story[b])
    return {key: sum(found) / len(found) for key, found in sorted(merged.items())}


def _kinds(result: Run) -> float:
    right = []
    for number, gold in result.pack.gold.items():
        if gold["kind"] != "original":
            verdict = result.corpus.standing[number].verdict
            right.append(bool(verdict and verdict.kind == KIND_OF.get(gold["kind"], gold["kind"])))
    return sum(right) / max(len(right), 1)


def _agency(result: Run) -> float:
    right = [(result.agencies.get(n) or None) == (g["agency_true"] or None) for n, g in result.pack.gold.items()]
    return sum(right) / max(len(right), 1)


def write(result: Run, path: Path) -> None:
    """Write one JSON line an article, as score.py reads them."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in result.lines())
