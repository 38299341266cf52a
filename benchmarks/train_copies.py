"""Trains workers/dedup/copy_model.npz on the pack in DATA, DATA/fresh beside it, and tests/cases/stories.

    python -m benchmarks.train_copies DATA

Deterministic. DATA/fresh and the cases count for 30 % of the weight: the larger pack's copies are made by
programs, the others by hand. Needs lightgbm and scikit-learn, which only training does: the file holds plain arrays.
"""

import sys
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from benchmarks import copy_variants, packs
from benchmarks.copy_pairs import Pairs, collect
from benchmarks.packs import Pack
from workers.dedup import classify
from workers.dedup.classify import KINDS, Model
from workers.dedup.compare import GLANCE
from workers.dedup.measures import NAMES

CASES = Path("tests/cases/stories")
OUT = Path("workers/dedup/copy_model.npz")
FOLDS = 5
FRESH_SHARE = 0.3
MADE_SHARE = 0.08
MADE_KIND = 0.02  # of a mixed or cut text, beside a copy of the packs' own, in learning kinds
SHOWN_KIND = 0.2  # of a copy made to show its kind
TREES_SHARE = 0.5  # the quadratic rule alone carries over better, the trees alone are more exact
UNUSED = frozenset(  # they tell how a pack was made, not what a copy is
    {"length", "length_ratio", "fact_count", "number_count", "title", "inner_quoted", "outer_quoted"}
    | {f"{side}_{name}" for side in ("inner", "outer") for name in ("revised", "portal_lines", "news", "respelt")}
)
GLANCE_LOSS = 0.01  # of the weight of copies, mostly copies of copies far from each other
VERSION = "copies-6"
Arrays = dict[str, npt.NDArray[Any]]
KIND_ROUNDS = 140
COPY = {"objective": "binary", "learning_rate": 0.06, "num_leaves": 15, "min_data_in_leaf": 20, "lambda_l2": 5.0}
KIND = {
    "objective": "multiclass",
    "num_class": len(KINDS),
    "learning_rate": 0.08,
    "num_leaves": 12,
    "min_data_in_leaf": 10,
    "lambda_l2": 1.0,
}
COMMON = {
    "feature_fraction": 0.4,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "verbose": -1,
    "num_threads": 1,
    "seed": 7,
    "deterministic": True,
    "force_col_wise": True,
}


@dataclass(frozen=True)
class Table:
    """All pairs of all packs, with the folds of both articles."""

    pairs: Pairs
    is_fresh: npt.NDArray[np.bool_]
    is_made: npt.NDArray[np.bool_]  # of copy_variants.py
    fold_a: npt.NDArray[np.int64]
    fold_b: npt.NDArray[np.int64]

    def balanced(self, keep: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        """Return the weights of the pairs in `keep`, fresh packs brought to FRESH_SHARE, made texts to MADE_SHARE."""
        weight, made = np.ones(int(keep.sum())), self.is_made[keep]
        fresh, large = self.is_fresh[keep] & ~made, ~self.is_fresh[keep] & ~made
        if fresh.any() and large.any():
            weight[fresh] = FRESH_SHARE / (1 - FRESH_SHARE) * large.sum() / fresh.sum()
        if made.any():
            weight[made] = MADE_SHARE / (1 - MADE_SHARE) * weight[~made].sum() / made.sum()
        return weight

    def without(self, fold: int | None) -> npt.NDArray[np.bool_]:
        """Return which pairs touch no article of `fold`; all for None."""
        if fold is None:
            return np.ones(self.is_fresh.size, np.bool_)
        return (self.fold_a != fold) & (self.fold_b != fold)


def fold_of(pack: Pack, number: int) -> int:
    """Return the fold of an article: stories, and groups of stories made together, stay whole."""
    story = str(pack.gold[number]["story"])
    if pack.roles:
        story = "-".join(story.split("-")[:2])
    return zlib.crc32(story.encode()) % FOLDS


def table(held: Sequence[tuple[Pack, Pairs]]) -> Table:
    """Return the pairs of all packs as one; packs with roles share FRESH_SHARE of the weight."""
    fresh = np.concatenate([np.full(pairs.a.size, bool(pack.roles)) for pack, pairs in held])
    names = Pairs.__dataclass_fields__
    joined = Pairs(**{name: np.concatenate([getattr(pairs, name) for _, pairs in held]) for name in names})
    folds = [
        np.concatenate([[fold_of(pack, int(n)) for n in getattr(pairs, side)] for pack, pairs in held]) for side in "ab"
    ]
    return Table(joined, fresh, np.maximum(joined.a, joined.b) >= copy_variants.FIRST_ID, folds[0], folds[1])


def train(data: Table, fold: int | None = None) -> Model:
    """Return a model trained on all pairs that touch no article of `fold`."""
    return classify.from_arrays(arrays(data, fold))


def arrays(data: Table, fold: int | None = None) -> Arrays:
    """Return the arrays of a model's file."""
    keep = data.without(fold) & ~data.pairs.shows_kind
    caseless = data.pairs.values[:, NAMES.index("caseless")] > 0
    glance = np.stack([_glance(data, keep & ~caseless), _glance(data, keep & caseless)])
    cheap = data.pairs.values[:, [NAMES.index(name) for name in GLANCE]]
    sums = (cheap * glance[caseless.astype(int), :-1]).sum(axis=1) + glance[caseless.astype(int), -1]
    keep &= (sums >= 0) | data.pairs.is_copy
    values, labels, weight = data.pairs.values[keep], data.pairs.is_copy[keep], data.balanced(keep)
    is_used = np.array([name not in UNUSED for name in NAMES])
    used = values[:, is_used]
    boosted = lgb.train({**COPY, **COMMON}, lgb.Dataset(used, labels, weight=weight), 250)
    centre, scale = used.mean(axis=0), used.std(axis=0) + 1e-6
    logit = LogisticRegression(C=0.03, max_iter=300)
    logit.fit(classify.products(used, centre, scale), labels, sample_weight=weight / weight.mean())
    quadratic = logit.coef_[0].copy()
    quadratic[0] += logit.intercept_[0]
    related = data.pairs.is_related[keep]
    known = related >= 0
    event = lgb.train({**COPY, **COMMON}, lgb.Dataset(values[known], related[known], weight=weight[known]), 100)
    kinds = _kinds(data, data.without(fold) & (data.pairs.kind >= 0))
    return {
        "names": np.array(NAMES),
        "version": np.array(VERSION),
        "glance": glance,
        "is_used": is_used,
        "trees_share": np.array(TREES_SHARE),
        "quadratic": quadratic.astype(np.float32),
        "centre": centre.astype(np.float32),
        "scale": scale.astype(np.float32),
        "calibration": np.array([1.0, 0.0], np.float32),
        **_trees(boosted, "copy"),
        **_trees(event, "related"),
        **_trees(kinds, "kinds", len(KINDS)),
    }


def _kinds(data: Table, keep: npt.NDArray[np.bool_]) -> lgb.Booster:
    """Return the model of kinds: the packs' own copies, and those made to show a kind or to be mixed or cut."""
    kind = data.pairs.kind[keep]
    weight = np.sqrt(data.balanced(keep))
    weight[data.is_made[keep]] = MADE_KIND
    weight[data.pairs.shows_kind[keep]] = SHOWN_KIND
    values = data.pairs.kind_values[keep]
    return lgb.train({**KIND, **COMMON}, lgb.Dataset(values, kind, weight=weight), KIND_ROUNDS)


def _glance(data: Table, keep: npt.NDArray[np.bool_]) -> npt.NDArray[Any]:
    """Return weights of the cheap evidence that keep all but GLANCE_LOSS of the copies."""
    labels, weight = data.pairs.is_copy[keep], data.balanced(keep)
    cheap = data.pairs.values[keep][:, [NAMES.index(name) for name in GLANCE]]
    logit = LogisticRegression(C=10.0, class_weight="balanced", max_iter=500).fit(cheap, labels, sample_weight=weight)
    sums = logit.decision_function(cheap)[labels]
    order = np.argsort(sums)
    lost = np.cumsum(weight[labels][order]) / weight[labels].sum()
    floor = sums[order][int(np.searchsorted(lost, GLANCE_LOSS))]
    return np.array([*logit.coef_[0], logit.intercept_[0] - floor], np.float32)


def _trees(booster: lgb.Booster, name: str, outputs: int = 1) -> Arrays:
    """Return the arrays that trees.load reads from a trained ensemble."""
    trees = booster.dump_model()["tree_info"]
    flat = [_flat(tree["tree_structure"]) for tree in trees]
    nodes = max(len(tree) for tree, _ in flat)
    columns: Arrays = {
        key: np.zeros((len(flat), nodes), kind)
        for key, kind in (
            ("feature", np.int16),
            ("threshold", np.float32),
            ("left", np.int16),
            ("right", np.int16),
            ("value", np.float32),
        )
    }
    columns["feature"][:] = -1
    for at, (tree, _) in enumerate(flat):
        for node, row in enumerate(tree):
            for key, value in row.items():
                columns[key][at, node] = value
    columns["outputs"] = np.arange(len(flat), dtype=np.int16) % outputs
    columns["depth"] = np.array(max(depth for _, depth in flat), np.int16)
    return {f"{name}_{key}": value for key, value in columns.items()}


def _flat(structure: Mapping[str, Any]) -> tuple[list[dict[str, float]], int]:
    rows: list[dict[str, float]] = []

    def add(node: Mapping[str, Any], depth: int) -> tuple[int, int]:
        at = len(rows)
        rows.append({})
        if "leaf_value" in node:
            rows[at] = {"feature": -1, "value": node["leaf_value"]}
            return at, depth
        left, deep_left = add(node["left_child"], depth + 1)
        right, deep_right = add(node["right_child"], depth + 1)
        rows[at] = {
            "feature": node["split_feature"],
            "threshold": _below(node["threshold"]),
            "left": left,
            "right": right,
        }
        return at, max(deep_left, deep_right)

    _, depth = add(structure, 0)
    return rows, depth


def _below(threshold: float) -> float:
    """Return the largest 32-bit number that isn't above a threshold, so that comparisons come out the same."""
    single = np.float32(threshold)
    return float(single if float(single) <= threshold else np.nextafter(single, np.float32(-np.inf)))


def load(data: Path) -> list[tuple[Pack, Pairs]]:
    """Return the pack in `data` and the one in its folder fresh, with their pairs."""
    paths = [path for path in (data / "fresh", data) if (path / "gold.jsonl").exists()]
    held = [packs.load_cases(CASES), *(packs.load(path) for path in paths)]
    return [collect(pack) for pack in held]


def folds(held: Sequence[tuple[Pack, Pairs]]) -> list[Model]:
    """Return a model for each fold, trained on all others."""
    data = table(held)
    return [train(data, fold) for fold in range(FOLDS)]


def main() -> None:
    """Train on everything and write the file."""
    np.savez_compressed(OUT, **arrays(table(load(Path(sys.argv[1])))))  # type: ignore[arg-type]
    print(f"{OUT}: {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
