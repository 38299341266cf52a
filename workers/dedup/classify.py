"""Evidence into a verdict: which kind of copy, or none"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from storage.domain import CopyKind, Verdict
from workers.dedup import trees
from workers.dedup.compare import Evidence, Glance
from workers.dedup.lexicon import Bools
from workers.dedup.measures import DIRECTED, NAMES

Floats = npt.NDArray[np.float32]

KINDS = (
    CopyKind.VERBATIM,
    CopyKind.EDITED,
    CopyKind.TRUNCATED,
    CopyKind.LOCALISED,
    CopyKind.MERGED,
    CopyKind.SPUN,
    CopyKind.UPDATE,
)  # fmt: skip


SOME_WORDING = 0.03  # share of words in runs of eight that both texts have
STRICTER = 1.0  # log odds taken off such pairs: their copies are plain, and agencies reuse their own sentences
RIVALS = 3.0  # log odds taken off texts with no such runs that two agencies are credited with: each has its own report
FEW_WORDS = 0.05  # share of words in common of texts in different languages, which numbers alone make look alike ...
NOTHING = 8.0  # ... and log odds taken off those of which no two sentences share two facts: no translations
NO_NEWS = 0.03  # an update brings some new text, another number, or other words inside a sentence
_NEWS = [DIRECTED.index(name) for name in ("news", "changed_numbers")]
_TOUCHES = [side + DIRECTED.index(name) for side in (0, len(DIRECTED)) for name in ("touches", "respelt")]
UNSEEN = 1.5  # log odds against a combined text: its second source, were it here, would have told without the trees
_MERGED, _UPDATE = KINDS.index(CopyKind.MERGED), KINDS.index(CopyKind.UPDATE)
RELATED = 0.5  # least probability of one event told twice


@dataclass(frozen=True, slots=True)
class Model:
    """The trained part of the rules, from copy_model.npz.

    `glance` weighs the cheap evidence (GLANCE, then 1), in its second row for scripts without case: a negative
    sum dismisses a pair. `copy` are trees and
    `quadratic` the weights of a logistic rule over the same evidence and its products; both read only
    `columns` of it. Their mean (`trees_share` of it the trees), stretched by `calibration` (slope, offset),
    is the log odds that one text descends from the other.
    """

    glance: Floats
    copy: trees.Trees
    columns: npt.NDArray[np.int64]
    trees_share: float
    quadratic: Floats
    centre: Floats
    scale: Floats
    calibration: tuple[float, float]
    related: trees.Trees
    kinds: trees.Trees
    version: str

    def dismisses(self, glances: Sequence[Glance]) -> list[bool]:
        """Return for each pair whether the cheap evidence already says that neither text descends from the other."""
        values = np.array([(*seen.values, 1.0) for seen in glances])
        caseless = [int(seen.inner.reading.is_caseless or seen.outer.reading.is_caseless) for seen in glances]
        dismissed: list[bool] = ((values * self.glance[caseless]).sum(axis=1) < 0).tolist()
        return dismissed

    def scores(self, values: Floats, rivals: Bools | None = None) -> Floats:
        """Return for each row of evidence (rows x NAMES) the probability that one text descends from the other.

        `rivals` says which rows are of texts that bear the credits of different agencies; None for no row.
        """
        used = values[:, self.columns]
        plain = self._plain(used)
        mixed = self.trees_share * self.copy.sums(used)[:, 0] + (1 - self.trees_share) * plain
        slope, offset = self.calibration
        has_wording = values[:, NAMES.index("inner_long_runs")] >= SOME_WORDING
        strict = np.where(has_wording, STRICTER, 0.0 if rivals is None else RIVALS * rivals)
        foreign = are_foreign(values[:, NAMES.index("inner_words")], values[:, NAMES.index("shared_pairs")])
        return _logistic(slope * mixed + offset - strict - NOTHING * foreign)

    def _plain(self, used: Floats) -> Floats:
        """Return products(...) @ quadratic, without laying the products out, which takes thirty times as long."""
        values = spread(used, self.centre, self.scale)
        count = values.shape[1]
        squares = np.zeros((count, count), np.float32)
        squares[np.triu_indices(count)] = self.quadratic[1 + count :]
        linear: Floats = self.quadratic[0] + values @ self.quadratic[1 : 1 + count]
        squared: Floats = (values @ squares * values).sum(axis=1)
        return linear + squared

    def relatedness(self, values: Floats) -> Floats:
        """Return for each row the probability that texts of which none descends from the other tell of one event."""
        return _logistic(self.related.sums(values)[:, 0])

    def kind(self, evidence: Evidence) -> CopyKind:
        """Return the most likely kind of the comparison's first text as a copy of the second."""
        values = directed(evidence)
        sums = self.kinds.sums(values[None, :])[0]
        if float(values[_NEWS].sum()) < NO_NEWS and not values[_TOUCHES].any():
            sums[_UPDATE] = -np.inf
        sums[_MERGED] -= UNSEEN
        return KINDS[int(sums.argmax())]


def are_foreign(words: Floats, pairs: Floats) -> Bools:
    """Return which pairs have hardly a word in common (`inner_words`) and no fact side by side (`shared_pairs`)."""
    foreign: Bools = (words < FEW_WORDS) & (pairs == 0)
    return foreign


def spread(values: Floats, centre: Floats, scale: Floats) -> Floats:
    """Return each evidence in units of its spread, at most 3 of them."""
    clipped: Floats = np.clip((values - centre) / scale, -3, 3).astype(np.float32)
    return clipped


def products(values: Floats, centre: Floats, scale: Floats) -> Floats:
    """Return 1, each evidence in units of its spread, and all products of two of these."""
    plain = spread(values, centre, scale)
    left, right = np.triu_indices(plain.shape[1])
    ones = np.ones((len(plain), 1), np.float32)
    return np.concatenate([ones, plain, plain[:, left] * plain[:, right]], axis=1).astype(np.float32)


def directed(evidence: Evidence) -> Floats:
    """Return the evidence with the first text's own part first, then the second's, then whether it is the inner."""
    size = len(DIRECTED)
    inner, outer, shared = evidence.values[:size], evidence.values[size : 2 * size], evidence.values[2 * size :]
    first, second = (inner, outer) if evidence.a_is_inner else (outer, inner)
    return np.concatenate([first, second, shared, [float(evidence.a_is_inner)]]).astype(np.float32)


def verdict(model: Model, evidence: Evidence, score: float, relatedness: float, attach: float) -> Verdict:
    """Return what the evidence means for the first text as a copy of the second; `attach` is a copy's least score."""
    is_copy = score >= attach
    return Verdict(
        kind=model.kind(evidence) if is_copy else None,
        score=round(score, 4),
        is_related=not is_copy and relatedness >= RELATED,
        evidence=named(evidence),
        spans=(),
        rule_version=model.version,
    )


def named(evidence: Evidence) -> Mapping[str, float]:
    """Return the evidence under its names, rounded for keeping."""
    return {name: round(float(value), 4) for name, value in zip(NAMES, evidence.values, strict=True)}


def _logistic(values: npt.NDArray[np.floating]) -> Floats:
    odds: Floats = (1 / (1 + np.exp(-np.clip(values, -30, 30)))).astype(np.float32)
    return odds


@cache
def shipped() -> Model:
    """Return the model that stands beside this file."""
    with resources.files("workers.dedup").joinpath("copy_model.npz").open("rb") as file, np.load(file) as held:
        return from_arrays({name: held[name] for name in held.files})


def from_arrays(held: Mapping[str, npt.NDArray[np.float32]]) -> Model:
    """Return a model from the arrays of its file.

    Raises ValueError where the file was trained on other evidence than compare.py measures.
    """
    names: Sequence[str] = [str(name) for name in held["names"]]
    if tuple(names) != NAMES:
        raise ValueError("copy_model.npz was trained on other evidence: run benchmarks/train_copies.py again")
    return Model(
        glance=held["glance"],
        copy=trees.load(held, "copy"),
        columns=np.flatnonzero(held["is_used"]),
        trees_share=float(held["trees_share"]),
        quadratic=held["quadratic"],
        centre=held["centre"],
        scale=held["scale"],
        calibration=(float(held["calibration"][0]), float(held["calibration"][1])),
        related=trees.load(held, "related"),
        kinds=trees.load(held, "kinds"),
        version=str(held["version"]),
    )
