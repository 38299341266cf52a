"""Pairs of articles of a pack with their evidence and labels, as the rules meet them online."""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from benchmarks import copy_kinds
from benchmarks.copy_variants import Variant, variants
from benchmarks.packs import Pack
from storage.domain import Document
from workers.dedup import compare, fingerprint, reading, weighing
from workers.dedup.candidates import Index
from workers.dedup.classify import KINDS, directed
from workers.dedup.commonness import Commonness
from workers.dedup.habits import Habits
from workers.dedup.lexicon import Lexicon
from workers.dedup.values import Fingerprint
from workers.dedup.weighing import Weighed

BATCH = 64
STRANGERS, FEW_STRANGERS = 60, 3  # in other languages that a translated text, and any other, is compared with
OTHERS = 4  # texts on other matters that a made text is compared with too
KIND_OF = {"reordered": "edited", "spun-hand": "spun"}
RELATED = frozenset({"own-report", "same-event", "follow-up", "followup", "independent", "real-shared", "bg-reuse"})


@dataclass
class Pairs:
    """Evidence of many pairs: rows of `values`, whose other arrays are parallel."""

    a: npt.NDArray[np.int64]
    b: npt.NDArray[np.int64]
    values: npt.NDArray[np.float32]
    is_copy: npt.NDArray[np.bool_]
    is_related: npt.NDArray[np.int8]  # 1 yes, 0 no, -1 not labelled
    kind: npt.NDArray[np.int64]  # of the copy by the number in KINDS, -1 where the pair isn't copy and source
    kind_values: npt.NDArray[np.float32]
    shows_kind: npt.NDArray[np.bool_]  # made to show a kind only, by copy_kinds.py


def collect(pack: Pack) -> tuple[Pack, Pairs]:
    """Return the pairs that the rules compare, with all labelled ones beside them, and those of made texts.

    The pack returned knows the labels of the made texts too.
    """
    every = (*variants(pack, RELATED), *copy_kinds.kinds(pack), *copy_kinds.newcomers(pack))
    made = {variant.document.article_id: variant for variant in every}
    weighed, candidates = _online(pack, made.values())
    others = _others(pack, candidates)
    for number, variant in made.items():
        candidates |= {(source, number) for source in variant.sources}
        if variant.gold["kind"] == "truncated" and number < copy_kinds.FIRST_ID:
            candidates |= {(other, number) for other in others[variant.sources[0]][:OTHERS]}
    labelled = set(_labelled(pack)) | set(_strangers(pack))
    pack = replace(
        pack,
        gold={**pack.gold, **{number: variant.gold for number, variant in made.items()}},
        names={**pack.names, **{number: f"made {number}" for number in made}},
    )
    kinds = {str(kind): number for number, kind in enumerate(KINDS)}
    hard = {(min(a, b), max(a, b)): kind for a, b, kind in pack.hard}
    rows: dict[str, list] = defaultdict(list)  # type: ignore[type-arg]
    for a, b in sorted(candidates | set(hard) | labelled):
        found = compare.evidence(weighed[a], weighed[b])
        same = pack.same_story(a, b)
        copy = _copy(pack, a, b)
        kind = -1 if copy is None else kinds[KIND_OF.get(pack.gold[copy]["kind"], pack.gold[copy]["kind"])]
        rows["a"].append(a)
        rows["b"].append(b)
        rows["values"].append(found.values)
        rows["is_copy"].append(same)
        is_labelled = not same and b not in made
        rows["is_related"].append(int(hard.get((a, b), "") in RELATED) if is_labelled else -1)
        rows["kind"].append(kind)
        rows["shows_kind"].append(b >= copy_kinds.FIRST_ID)
        rows["kind_values"].append(directed(found if copy in (None, a) else compare.turned(found)))
    return pack, Pairs(**{name: np.array(held) for name, held in rows.items()})


def _copy(pack: Pack, a: int, b: int) -> int | None:
    """Return which of two articles is labelled as a copy of the other or of the other as its story's original."""
    for copy, source in ((a, b), (b, a)):
        gold, other = pack.gold[copy], pack.gold[source]
        if gold["kind"] == "original":
            continue
        is_original = other["kind"] == "original" and other["story"] in (gold["story"], gold.get("also"))
        if gold.get("parent") == pack.names[source] or is_original:
            return copy
    return None


def _others(pack: Pack, candidates: set[tuple[int, int]]) -> dict[int, list[int]]:
    """Return for each article those that look alike and are no copies of it."""
    found: dict[int, list[int]] = defaultdict(list)
    for a, b in sorted(candidates):
        if not pack.same_story(a, b):
            found[a].append(b)
            found[b].append(a)
    return found


def _online(pack: Pack, made: Iterable[Variant]) -> tuple[dict[int, Weighed], set[tuple[int, int]]]:
    """Return the articles weighed as they are when they come, each made one with its last source; and candidates."""
    after: dict[int, list[Document]] = defaultdict(list)
    for variant in made:
        after[max(variant.sources)].append(variant.document)
    lexicon, commonness, habits, index = Lexicon(), Commonness(), Habits(), Index()
    members = _members(pack)
    weighed: dict[int, Weighed] = {}
    pairs: set[tuple[int, int]] = set()
    for start in range(0, len(pack.documents), BATCH):
        batch = pack.documents[start : start + BATCH]
        prints = []
        for document in batch:
            for one in (document, *after[document.article_id]):
                known = habits if one is document else None
                weighed[one.article_id] = weighing.weigh(reading.read(one, lexicon, known), commonness)
            mine = weighed[document.article_id]
            terms, weights = fingerprint.rarest(mine.reading, mine.all_weights)
            at, until = fingerprint.lifetime(document, 90, 730)
            prints.append(
                Fingerprint(
                    document.article_id, document.revision_id, at, until, tuple(terms.tolist()), tuple(weights.tolist())
                )
            )
        index.add(prints)
        for document, near in zip(batch, index.find(prints), strict=True):
            pairs |= {(min(document.article_id, c.article_id), max(document.article_id, c.article_id)) for c in near}
        for document in batch:
            gold, mine = pack.gold[document.article_id], weighed[document.article_id]
            if gold["kind"] == "original":
                commonness.learn(np.union1d(mine.reading.terms, mine.reading.facts))
                habits.learn(document.portal, mine.reading.lines)
            else:
                near = {*members[gold["story"]], *members.get(gold.get("also"), ())} - {document.article_id}
                found = _found(mine, [weighed[other] for other in near & weighed.keys()])
                habits.learn(document.portal, mine.reading.lines_without(found))
    return weighed, pairs


def _found(text: Weighed, others: Iterable[Weighed]) -> npt.NDArray[np.bool_]:
    """Return which sentences of a text stand in one of the others."""
    found = np.zeros(text.masses.size, np.bool_)
    for other in others:
        found |= compare.stands(compare.evidence(text, other), a=True)
    return found


def _members(pack: Pack) -> dict[str | None, list[int]]:
    """Return the members of each story, those with a second source of both."""
    members: dict[str | None, list[int]] = defaultdict(list)
    for number, gold in pack.gold.items():
        for story in {gold["story"], gold.get("also")} - {None}:
            members[story].append(number)
    return members


def _strangers(pack: Pack) -> Iterator[tuple[int, int]]:
    """Yield each text of a hand-written pack with originals in other languages, which have only numbers in common."""
    language = {number: role["lang"] for number, role in pack.roles.items()}
    originals = [number for number in language if pack.gold[number]["kind"] == "original"]
    for number in language:
        others = [other for other in originals if language[other] != language[number]]
        is_translated = pack.roles[number]["role"] == "spun-translated"
        count = STRANGERS if is_translated else FEW_STRANGERS
        yield from (
            (min(number, other), max(number, other))
            for other in random.Random(number).sample(others, min(count, len(others)))
        )


def _labelled(pack: Pack) -> Iterator[tuple[int, int]]:
    """Yield every two members of one story."""
    for story in _members(pack).values():
        yield from ((min(a, b), max(a, b)) for i, a in enumerate(story) for b in story[:i])
