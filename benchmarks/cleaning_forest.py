"""Train the two forests of the body model, and turn them into the arrays that cleaning reads"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

from benchmarks.cleaning_pack import Page
from workers.clean.features import Floats
from workers.clean.landmarks import LANDMARKS
from workers.clean.model import UNLIKELY, BodyModel, Forest
from workers.clean.outline import Ints
from workers.clean.places import Doubles
from workers.clean.surroundings import surround

ROUNDS = (150, 60)  # trees of the first and of each second forest
_INNER_FOLDS = 4
_JUDGE_ROUNDS = 100
_CONTRADICTED = 0.7
_RATES = (0.08, 0.14)  # at which they learn
_SEEDS = 4  # second forests that are averaged
_SETTINGS = {
    "objective": "binary",
    "num_leaves": 15,
    "max_depth": 7,
    "min_child_samples": 15,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "verbose": -1,
    "num_threads": 1,
    "deterministic": True,
    "force_col_wise": True,
}


def train(pages: Sequence[Page]) -> BodyModel:
    """The model that fits the pages; the second forest learns from first chances of pages the first has not seen.

    The first sees no landmarks: with them it learns the pages by heart, and the second has less to mend.
    """
    pages = _undoubted(pages)
    own = [_own(page) for page in pages]
    first = _fit(own, pages, ROUNDS[0])
    chances = _unseen_chances(own, pages)
    asked = [np.flatnonzero(chance > UNLIKELY) for chance in chances]
    rows = [
        surround(page.outline, page.features, chance, wanted)
        for page, chance, wanted in zip(pages, chances, asked, strict=True)
    ]
    taught = [_only(page, wanted) for page, wanted in zip(pages, asked, strict=True)]
    return BodyModel(first, _fit(rows, taught, ROUNDS[1], _RATES[1], _SEEDS))


def _only(page: Page, wanted: Ints) -> Page:
    """With the labels of those leaves that the second forest is asked about."""
    return replace(page, labels=page.labels[wanted], weights=page.weights[wanted])


def _own(page: Page) -> Floats:
    return np.ascontiguousarray(page.features[:, :-LANDMARKS])


def _undoubted(pages: Sequence[Page]) -> list[Page]:
    """The pages without the weak labels that a forest taught by the others contradicts: extractors take deks along."""
    sure = [page for page in pages if not page.is_weak]
    if not sure or len(sure) == len(pages):
        return list(pages)
    judge = _fit([_own(page) for page in sure], sure, _JUDGE_ROUNDS)
    return [_without_doubted(page, judge) if page.is_weak else page for page in pages]


def _without_doubted(page: Page, judge: Forest) -> Page:
    is_doubted = np.abs(judge.chance(_own(page)) - page.labels) > _CONTRADICTED
    return replace(page, weights=np.where(is_doubted & (page.weights < 1), 0.0, page.weights))


def folds(pages: Sequence[Page], count: int) -> list[tuple[list[int], list[int]]]:
    """Splits in which no site stands on both sides."""
    sites = [page.site for page in pages]
    return [(list(a), list(b)) for a, b in GroupKFold(count).split(np.zeros(len(pages)), groups=sites)]


def _unseen_chances(rows: Sequence[Floats], pages: Sequence[Page]) -> list[Doubles]:
    chances: list[Doubles] = [np.zeros(0)] * len(pages)
    for seen, unseen in folds(pages, _INNER_FOLDS):
        forest = _fit([rows[at] for at in seen], [pages[at] for at in seen], ROUNDS[0])
        for at in unseen:
            chances[at] = forest.chance(rows[at])
    return chances


def _fit(rows: Sequence[Floats], pages: Sequence[Page], rounds: int, rate: float = _RATES[0], seeds: int = 1) -> Forest:
    """One forest; of several seeds their mean, which errs less by chance."""
    weights = np.concatenate([page.weights for page in pages])
    used = weights > 0
    labels = np.concatenate([page.labels for page in pages])[used]
    data = lightgbm.Dataset(np.vstack(rows)[used], labels, weight=weights[used])
    settings = [{**_SETTINGS, "learning_rate": rate, "seed": seed} for seed in range(1, seeds + 1)]
    return flatten([lightgbm.train(each, data, rounds).dump_model() for each in settings])


def flatten(dumps: Sequence[dict[str, Any]]) -> Forest:
    """The mean of dumped LightGBM models as arrays."""
    nodes: list[tuple[int, float, int, int, float]] = []
    depths: list[int] = []

    def add(node: dict[str, Any], depth: int) -> int:
        at = len(nodes)
        if "leaf_value" in node:
            nodes.append((0, 0.0, at, at, node["leaf_value"] / len(dumps)))
            depths.append(depth)
            return at
        nodes.append((0, 0.0, 0, 0, 0.0))
        left, right = add(node["left_child"], depth + 1), add(node["right_child"], depth + 1)
        nodes[at] = (node["split_feature"], node["threshold"], left, right, 0.0)
        return at

    roots = [add(tree["tree_structure"], 0) for dump in dumps for tree in dump["tree_info"]]
    feature, threshold, left, right, value = zip(*nodes, strict=True)
    return Forest(
        np.array(feature, np.int32),
        _not_above(np.array(threshold, np.float64)),
        np.array(left, np.int32),
        np.array(right, np.int32),
        np.array(value, np.float32),
        np.array(roots, np.int32),
        max(depths, default=0),
    )


def _not_above(thresholds: NDArray[np.float64]) -> NDArray[np.float32]:
    """The largest 32-bit numbers that are not above: features are 32-bit, so no comparison changes."""
    rounded = thresholds.astype(np.float32)
    return np.where(rounded > thresholds, np.nextafter(rounded, np.float32(-np.inf)), rounded)


def write(model: BodyModel, path: Path) -> None:
    """Save the model; the same model gives the same bytes."""
    arrays: dict[str, Any] = {}
    for name, forest in (("first", model.first), ("second", model.second)):
        for part in ("feature", "threshold", "left", "right", "value", "roots"):
            arrays[f"{name}_{part}"] = getattr(forest, part)
        arrays[f"{name}_depth"] = np.array(forest.depth)
    np.savez_compressed(path, allow_pickle=False, **arrays)
