"""What the first model thinks of the leaves round a leaf, as numbers for the second"""

import numpy as np

from workers.clean.features import Floats
from workers.clean.outline import Ints, Outline
from workers.clean.places import Doubles, apart, path_to
from workers.clean.stretches import Stretches

_NONE = 99.0
_SOMEWHAT = 0.3
_REACH = 4  # leaves before and behind


def surround(outline: Outline, features: Floats, chance: Doubles, wanted: Ints | None = None) -> Floats:
    """The first model's chances of the neighbours, the container and the whole page beside the leaf's own features.

    One row a leaf, or one for each of the leaves `wanted`.
    """
    shape = outline.shape
    parent = shape.parents[shape.element]
    chars = features[:, 0].astype(np.float64)
    weight = np.log1p(chars)
    columns = [chance, *_shifted(chance)]
    columns += [*_group(shape.element, chance), *_group(parent, chance)]
    columns += [*_of_container(shape.parents, parent, chance)]
    columns += [*_position(chance, weight), *_distances(chance)]
    for span in (3, 8):
        columns += _windows(chance, span)
    columns.append(np.maximum.accumulate(chance[::-1])[::-1])
    columns += _from_text(outline, parent, chance, weight)
    columns += Stretches(outline, chance, chars).columns()
    both = (np.array(columns), features.T)
    chosen = both if wanted is None else [each.take(wanted, axis=1) for each in both]
    return np.concatenate(chosen, dtype=np.float32, casting="same_kind").T


def _shifted(values: Doubles) -> list[Doubles]:
    """The values of the leaves before and behind, -1 where there is none."""
    edge = np.full(_REACH, -1.0)
    padded = np.concatenate([edge, values, edge])
    return [padded[_REACH + by : _REACH + by + len(values)] for by in (*range(-_REACH, 0), *range(1, _REACH + 1))]


def _group(keys: Ints, chance: Doubles) -> list[Doubles]:
    """Mean over the leaf's group, with it and without it."""
    size = np.bincount(keys)[keys]
    total = np.bincount(keys, chance)[keys]
    return [total / size, (total - chance) / np.maximum(1, size - 1)]


def _of_container(parents: Ints, parent: Ints, chance: Doubles) -> list[Doubles]:
    """Mean and highest chance of the leaves one level up: of the paragraphs beside the list an item is in."""
    count = len(parents)
    size = np.bincount(parent, minlength=count)
    mean = np.bincount(parent, chance, minlength=count) / np.maximum(1, size)
    highest = np.zeros(count)
    np.maximum.at(highest, parent, chance)
    above = parents[parent]
    has = (above != parent) & (size[above] > 0)
    return [np.where(has, mean[above], -1.0), np.where(has, highest[above], -1.0)]


def _position(chance: Doubles, weight: Doubles) -> list[Doubles]:
    """Share of the likely text up to and after the leaf, and how much there is."""
    mass = (chance * weight).cumsum()
    total = max(float(mass[-1]), 1e-9)
    return [mass / total, (total - mass) / total, np.full(len(chance), total)]


def _distances(chance: Doubles) -> list[Doubles]:
    """Leaves to the likely leaf before, the one after, the first and the last."""
    likely = (chance > 0.5).nonzero()[0]
    index = np.arange(len(chance))
    if not len(likely):
        return [np.full(len(chance), _NONE)] * 4
    before = likely.searchsorted(index, side="left") - 1
    after = likely.searchsorted(index, side="right")
    last = len(likely) - 1
    return [
        np.where(before >= 0, index - likely[np.maximum(before, 0)], _NONE),
        np.where(after <= last, likely[np.minimum(after, last)] - index, _NONE),
        (index - likely[0]).astype(np.float64),
        (likely[-1] - index).astype(np.float64),
    ]


def _from_text(outline: Outline, above: Ints, chance: Doubles, weight: Doubles) -> list[Doubles]:
    """Steps to the first likely leaf and to the element with most likely text; the widest gap so far."""
    is_likely = chance > 0.5
    likely = is_likely.nonzero()[0]
    if not len(likely):
        return [np.full(len(chance), -1.0)] * 6
    shape = outline.shape
    element, depth, behind = shape.element, shape.depth, shape.behind
    mass = np.bincount(above, np.where(chance > _SOMEWHAT, chance * weight, 0.0))
    columns = apart(element, path_to(outline, int(element[likely[0]])), depth, behind)
    columns += apart(element, path_to(outline, int(mass.argmax())), depth, behind)
    gaps = np.zeros(len(chance))
    gaps[likely[1:]] = likely[1:] - likely[:-1]
    so_far: Ints = is_likely.cumsum() - is_likely
    return [*columns, np.maximum.accumulate(gaps), so_far.astype(np.float64)]


def _windows(chance: Doubles, span: int) -> list[Doubles]:
    sums = np.concatenate([[0.0], chance.cumsum()])
    index = np.arange(len(chance))
    ahead = np.minimum(index + 1 + span, len(chance))
    behind = np.maximum(index - span, 0)
    return [sums[ahead] - sums[index + 1], sums[index] - sums[behind]]
